from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials.models import Share
from registry.fields import FreeTextForm

UNTIL_WITHDRAWN = "none"
# The parts of credentials.formats.parts, in its order.
PART_NAMES = {
    "name": _("My name"),
    "identifier": _("My birth date or learner OID"),
    "grade": _("Grade"),
    "completed": _("Completion date"),
    "places": _("Form of participation and places"),
    "outcomes": _("Learning outcomes"),
    "size": _("Size"),
    "level": _("Level"),
    "assessment": _("Assessment and its criteria"),
    "prerequisites": _("Prerequisites"),
    "stacking": _("How it counts towards larger wholes"),
    "background": _("Target group, field and goals"),
}


class ShareForm(FreeTextForm):
    """What is shown, for what and how long. `cleaned_data["months"]` is None for "until withdrawn".

    `credentials` and `pathways` are pairs of (value, label) to choose from.
    """

    credentials = forms.MultipleChoiceField(
        label=_("Credentials"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one credential.")},
    )
    left_out = forms.MultipleChoiceField(
        label=_("Leave these out"),
        help_text=_(
            "What you leave out is not on the page nor in the file that can be downloaded there. What was "
            "awarded, by whom and when, its language and its quality assurance are always shown. Your birth "
            "date or learner OID is left out unless you take the tick away; only with nothing left out can "
            "the whole signed credential be downloaded and its verification code be seen."
        ),
        initial=["identifier"],
        widget=forms.CheckboxSelectMultiple,
        choices=list(PART_NAMES.items()),
        required=False,
    )
    pathway = forms.ChoiceField(
        label=_("Progress on a pathway"),
        help_text=_("The page tells how far the chosen credentials come, and what is still missing."),
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("What the link is for"),
        help_text=_(
            "Those who have the link see this. With a public profile you also get a picture of the "
            "credential, a LinkedIn link and code for your own page."
        ),
        widget=forms.RadioSelect,
        choices=Share.Purpose.choices,
        error_messages={"required": _("Choose what the link is for.")},
    )
    months = forms.ChoiceField(
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

    def __init__(self, *args, credentials, pathways, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credentials"].choices = credentials
        if pathways:
            self.fields["pathway"].choices = [("", _("No pathway")), *pathways]
        else:
            del self.fields["pathway"]
        choices = [(str(months or UNTIL_WITHDRAWN), in_words(months)) for months in settings.SHARE_MONTHS]
        self.fields["months"].choices = choices
        self.fields["months"].initial = str(settings.SHARE_MONTHS_CHOSEN)

    def clean_months(self) -> int | None:
        months = self.cleaned_data["months"]
        return None if months == UNTIL_WITHDRAWN else int(months)


class ConfirmedShareForm(ShareForm):
    """The second page of a learner with a safety prohibition: what was chosen, and once more yes."""

    confirmed = forms.BooleanField(
        label=_("I have understood this and want to share my credential."),
        error_messages={"required": _("Confirm that you want to share, or cancel.")},
    )
    shows_places = forms.BooleanField(
        label=_("Show the places, too."),
        help_text=_("Only with them can the whole signed file be downloaded, if you leave nothing else out."),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.MultipleChoiceField):
                field.widget = forms.MultipleHiddenInput()
            elif name not in ("confirmed", "shows_places"):
                field.widget = forms.HiddenInput()


def in_words(months: int | None) -> str:
    if months is None:
        return _("Until I withdraw it; I am reminded of it once a year")
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
