from django import forms
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, TextsFormField
from registry.models import ForesightNote, MeetingRecord

SECTORS = [
    ("", _("Not chosen")),
    ("company", _("Company")),
    ("public", _("Public sector")),
    ("third_sector", _("Third sector")),
    ("other", _("Other")),
]
ORGANISATIONS = 6  # rows that the form offers; a meeting of more is described in the conclusions


class MeetingForm(CleanForm):
    """A meeting with working life; each organisation has a name and a sector."""

    held_on = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    topic = TextsFormField(label=_("Topic"), max_length=200, required=True)
    conclusions = TextsFormField(label=_("What was found"), rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = (self.initial.get("participants") or []) if self.initial else []
        for number in range(max(ORGANISATIONS, len(stored))):
            one = stored[number] if number < len(stored) else {}
            said = {"number": number + 1}
            self.fields[f"organisation_{number}"] = forms.CharField(
                label=_("Organisation %(number)s") % said,
                max_length=200,
                required=False,
                initial=one.get("name", ""),
            )
            self.fields[f"sector_{number}"] = forms.ChoiceField(
                label=_("Sector of organisation %(number)s") % said,
                choices=SECTORS,
                required=False,
                initial=one.get("sector", ""),
            )

    def clean(self):
        for number in self._numbers():
            name, sector = self._one(number)
            if name and not sector:
                self.add_error(f"sector_{number}", _("Choose the sector."))
            if sector and not name:
                self.add_error(f"organisation_{number}", _("Write the name of the organisation."))
        if not self.participants():
            self.add_error("organisation_0", _("Name at least one organisation that took part."))

    def participants(self) -> list[dict]:
        found = [self._one(number) for number in self._numbers()]
        return [{"name": name, "sector": sector} for name, sector in found if name]

    def content(self) -> dict:
        return {
            "held_on": self.cleaned_data["held_on"],
            "topic": self.cleaned_data["topic"],
            "conclusions": self.cleaned_data["conclusions"],
            "participants": self.participants(),
        }

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error("organisation_0" if field == "participants" else field, text)

    def _numbers(self) -> range:
        return range(sum(name.startswith("organisation_") for name in self.fields))

    def _one(self, number: int) -> tuple[str, str]:
        cleaned = self.cleaned_data
        return cleaned.get(f"organisation_{number}", ""), cleaned.get(f"sector_{number}", "")


class ForesightForm(CleanForm):
    text = TextsFormField(label=_("What is foreseen"), rows=3, required=True)
    source = forms.CharField(label=_("Source"), max_length=200)
    source_url = forms.URLField(label=_("Address of the source"), required=False, assume_scheme="https")
    horizon_year = forms.IntegerField(
        label=_("Horizon (year)"), help_text=_("Until when this is expected to hold, for example 2030.")
    )

    def content(self) -> dict:
        return self.cleaned_data

    def refuse(self, reasons) -> None:
        for field, text in reasons:
            self.add_error(field, text)


def of_meeting(meeting: MeetingRecord) -> dict:
    return {
        "held_on": meeting.held_on,
        "topic": meeting.topic,
        "conclusions": meeting.conclusions,
        "participants": meeting.participants,
    }


def of_foresight(note: ForesightNote) -> dict:
    return {name: getattr(note, name) for name in ("text", "source", "source_url", "horizon_year")}
