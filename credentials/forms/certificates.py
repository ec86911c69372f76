from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm
from registry.models import Institution


class CertificateModeForm(CleanForm):
    mode = forms.ChoiceField(
        label=_("Certificates are handed over"),
        widget=forms.RadioSelect,
        choices=Institution.CertificateMode.choices,
    )
    moment = forms.ChoiceField(
        label=_("The PDF is made"),
        widget=forms.RadioSelect,
        choices=Institution.CertificateMoment.choices,
    )
