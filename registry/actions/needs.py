"""What shows a need: meetings with working life (P-05) and foresight notes (P-04) of an institution."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import trail
from registry.errors import Invalid
from registry.models import ForesightNote, Institution, MeetingRecord, User

SECTORS = ("company", "public", "third_sector", "other")
FURTHEST = 50  # years that anybody claims to see ahead


@transaction.atomic
def record_meeting(*, institution: Institution, by: User, at: datetime, **fields) -> MeetingRecord:
    """A meeting that was held: `held_on`, `topic`, `participants`, `conclusions`."""
    meeting = MeetingRecord(institution=institution, **fields)
    _save(meeting, reasons=_meeting_faults(meeting, at=at))
    trail.record(verb="recorded_meeting", row=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def change_meeting(*, meeting: MeetingRecord, by: User, at: datetime, **fields) -> None:
    _set(meeting, fields)
    _save(meeting, reasons=_meeting_faults(meeting, at=at))
    trail.record(verb="updated", row=meeting, by=by, at=at, reason=", ".join(fields))


@transaction.atomic
def note_foresight(*, institution: Institution, by: User, at: datetime, **fields) -> ForesightNote:
    """What is foreseen: `text`, `source`, `source_url`, `horizon_year`; noted today."""
    note = ForesightNote(institution=institution, noted_on=timezone.localdate(at), **fields)
    _save(note, reasons=_note_faults(note))
    trail.record(verb="noted_foresight", row=note, by=by, at=at)
    return note


@transaction.atomic
def change_foresight(*, note: ForesightNote, by: User, at: datetime, **fields) -> None:
    _set(note, fields)
    _save(note, reasons=_note_faults(note))
    trail.record(verb="updated", row=note, by=by, at=at, reason=", ".join(fields))


def _set(row: models.Model, fields: dict) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _save(row: models.Model, *, reasons: list[tuple[str, str]]) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        named = {field for field, _text in reasons}
        reasons = reasons + [
            (field, text)
            for field, texts in problem.message_dict.items()
            if field not in named
            for text in texts
        ]
    if reasons:
        raise Invalid(_("Check what you entered."), reasons=reasons)
    row.save()


def _meeting_faults(meeting: MeetingRecord, *, at: datetime) -> list[tuple[str, str]]:
    faults = []
    if meeting.held_on and _day(meeting.held_on) > timezone.localdate(at):
        faults.append(("held_on", _("A meeting is recorded when it has been held.")))
    if not meeting.participants:
        faults.append(("participants", _("Name at least one organisation that took part.")))
    elif any(not one.get("name") or one.get("sector") not in SECTORS for one in meeting.participants):
        faults.append(("participants", _("Each organisation has a name and a sector.")))
    return faults


def _note_faults(note: ForesightNote) -> list[tuple[str, str]]:
    """The horizon lies ahead of the day of the note."""
    year = note.noted_on.year
    if note.horizon_year is None or year <= note.horizon_year <= year + FURTHEST:
        return []
    between = {"first": year, "last": year + FURTHEST}
    return [("horizon_year", _("The horizon is a year between %(first)s and %(last)s.") % between)]


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
