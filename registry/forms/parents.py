from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.actions.parents import LONGEST
from registry.fields import CleanForm, FreeTextForm
from registry.forms.realisations import DayField
from registry.models import ParentNotice

MOST_BYTES = 2 * 1024 * 1024


class ParentForm(FreeTextForm):
    """A change in a course of a degree, by hand."""

    course = forms.CharField(label=_("Code of the course"), max_length=LONGEST["course"])
    changed_on = DayField(label=_("The change holds from"))
    change = forms.CharField(
        label=_("What changes"),
        help_text=_("For example: the size goes from 5 to 6 credits."),
        max_length=LONGEST["change"],
        widget=forms.Textarea({"rows": 3}),
    )


class ParentFileForm(CleanForm):
    """A table to look at; once looked at, its good lines come back in `text`."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("file") and not data.get("text"):
            self.add_error("file", _("Choose the file."))
        return data

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 2 MB. Divide it into smaller files."))
        return file

    def table(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()


class ParentAnswerForm(FreeTextForm):
    answer = forms.ChoiceField(
        label=_("What does the change mean for the offering?"),
        choices=[
            (ParentNotice.Answer.REVISED, _("The version in the making takes it into account")),
            (ParentNotice.Answer.NO_EFFECT, _("No effect on the offering")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed when there is no effect."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
