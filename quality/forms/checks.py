"""Forms of the Check: sending it, moving its day, closing the round."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import FreeTextForm


class SendCheckForm(FreeTextForm):
    """T10; `lacking` says whose voice is missing, and then the reason is needed."""

    reason = forms.CharField(
        label=_("Why is it missing?"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, lacking: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        if lacking:
            self.fields["reason"].help_text = " ".join(lacking)
        else:
            del self.fields["reason"]


class MoveCheckForm(FreeTextForm):
    """Another day for a Check, so that they are spread over the year."""

    to = forms.DateField(
        label=_("New day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the new day.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Give the reason.")},
    )


class CloseForm(FreeTextForm):
    """T15."""

    note = forms.CharField(
        label=_("What shows that the actions were effective"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Write what shows that the actions were effective.")},
    )
