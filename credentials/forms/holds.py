from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import FreeTextForm


class HoldForm(FreeTextForm):
    """Which version nothing is issued for, and why."""

    version = forms.ChoiceField(label=_("Version"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What is suspected and who decided. The learners do not see it."),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Give the reason.")},
    )

    def __init__(self, *args, versions: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions


class HoldReasonForm(FreeTextForm):
    """Why issuing to one learner is held, or why a hold is lifted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Give the reason.")},
    )
