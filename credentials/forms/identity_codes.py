"""The one place where a henkilötunnus is typed, and the reason for which it is looked at (rule 10)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, FreeTextForm


class IdentityCodeForm(CleanForm):
    """Not a form of free text: there a henkilötunnus is refused."""

    code = forms.CharField(
        label=_("Personal identity code"),
        max_length=11,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Give the personal identity code.")},
    )
    why = forms.CharField(
        label=_("Why it has to be kept"),
        max_length=200,
        help_text=_("For example: the learner OID has been asked for and has not come yet."),
        error_messages={"required": _("Say why it has to be kept.")},
    )


class LookForm(FreeTextForm):
    why = forms.CharField(
        label=_("Why you have to see it"),
        max_length=200,
        help_text=_("The learner reads who looked, when and why."),
        error_messages={"required": _("Say why you have to see it.")},
    )
