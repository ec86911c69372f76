from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.fields import FreeTextForm

UNTIL_WITHDRAWN = "none"


class ShareForm(FreeTextForm):
    """How long a link works, and what it is for. `cleaned_data["days"]` is None for "until withdrawn"."""

    days = forms.ChoiceField(
        label=_("How long the link works"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long the link works.")},
    )
    note = forms.CharField(
        label=_("Note to yourself"),
        help_text=_("For example whom you give the link to. Only you see it."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(days or UNTIL_WITHDRAWN), in_words(days)) for days in settings.SHARE_DAYS]
        self.fields["days"].choices = choices
        self.fields["days"].initial = choices[0][0]

    def clean_days(self) -> int | None:
        days = self.cleaned_data["days"]
        return None if days == UNTIL_WITHDRAWN else int(days)


class ConfirmedShareForm(ShareForm):
    """The second page of a learner with a safety prohibition: what was chosen, and once more yes."""

    confirmed = forms.BooleanField(
        label=_("I have understood this and want to share my credential."),
        error_messages={"required": _("Confirm that you want to share, or cancel.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("days", "note"):
            self.fields[name].widget = forms.HiddenInput()


def in_words(days: int | None) -> str:
    if days is None:
        return _("Until I withdraw it")
    if days % 365 == 0:
        return ngettext("%(count)d year", "%(count)d years", days // 365) % {"count": days // 365}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
