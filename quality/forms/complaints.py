from django import forms
from django.utils.translation import gettext_lazy as _

from quality.models import Complaint
from registry.fields import FreeTextForm


class ComplaintForm(FreeTextForm):
    kind = forms.ChoiceField(label=_("What it is about"), choices=Complaint.Kind)
    text = forms.CharField(
        label=_("What happened"),
        help_text=_("Do not write anybody's personal identity code."),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write what happened.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Only if you want an answer."), required=False
    )


class ComplaintAnswerForm(FreeTextForm):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("upheld", _("The complaint is upheld")), ("dismissed", _("The complaint is not upheld"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the decision.")},
    )
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("It is sent to whoever complained, if they left an address."),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write the answer.")},
    )
