"""The form of the export for the study-info system: which period, and on what ground."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.forms.learners import DayField, PersonForm


class PeriodForm(PersonForm):
    starts_on = DayField(label=_("Completed from"))
    ends_on = DayField(label=_("Completed by"))

    def clean(self):
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and starts > ends:
            self.add_error("ends_on", _("The period ends before it starts."))
        return self.cleaned_data


class ExportForm(PeriodForm):
    """The period comes along unseen; whoever takes the file says why."""

    ground = forms.CharField(
        label=_("Ground for handing over"),
        max_length=200,
        help_text=_("For example: the study register, transfer to VIRTA. The trail keeps it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget = forms.HiddenInput()
