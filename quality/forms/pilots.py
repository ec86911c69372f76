from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, FreeTextForm
from registry.models import Offering

DAY = {"format": "%Y-%m-%d"}


class PilotForm(CleanForm):
    offering = forms.ModelChoiceField(label=_("Offering"), queryset=Offering.objects.none())
    host = forms.CharField(label=_("Host"), help_text=_("The employer where it is tried."), max_length=160)
    starts_on = forms.DateField(label=_("Starts"), widget=forms.DateInput({"type": "date"}, **DAY))
    ends_on = forms.DateField(label=_("Ends"), widget=forms.DateInput({"type": "date"}, **DAY))

    def __init__(self, *args, offerings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offering"].queryset = offerings


class PilotReportForm(FreeTextForm):
    report = forms.CharField(
        label=_("What came of the pilot"),
        help_text=_("What worked, what changes, what the host says."),
        max_length=10_000,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": _("Write what came of the pilot.")},
    )
    title = forms.CharField(
        label=_("Title of the evidence"),
        help_text=_("For example the host's statement or the minutes of the closing meeting."),
        max_length=160,
    )
    file = forms.FileField(
        label=_("File"), help_text=_("PDF, PNG, JPG, DOCX or XLSX, at most 10 MB."), required=False
    )
    url = forms.URLField(label=_("Or its address"), max_length=200, required=False, assume_scheme="https")
