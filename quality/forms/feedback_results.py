from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from quality.actions.feedback_results import MOST_BYTES
from registry.fields import CleanForm


class ResultFileForm(CleanForm):
    """First a file; then the lines of its dry run, as text."""

    file = forms.FileField(
        label=_("CSV or Excel file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    table = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Divide it into smaller files."))
        return file

    def clean(self):
        if not self.errors and not (self.cleaned_data.get("file") or self.cleaned_data.get("table")):
            self.add_error("file", _("Choose the file."))

    def data_sent(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["table"].encode()
