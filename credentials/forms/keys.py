from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import FreeTextForm


class KeyReasonForm(FreeTextForm):
    """Why a key is changed or retired."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is written into the trail."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Give the reason.")},
    )


class LeakForm(FreeTextForm):
    """Since when somebody else may have had a key, and how that is known."""

    since = forms.DateField(
        label=_("First day on which somebody else may have had the key"),
        help_text=_("In doubt, an earlier day: whatever the key signed from that day on proves nothing."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What happened and how it was found. It is written into the trail."),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Give the reason.")},
    )
