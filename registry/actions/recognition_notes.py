"""Hints that another institution's offering can be recognised in one's own degrees; never a decision."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry import trail
from registry.errors import Invalid, Refused
from registry.models import Institution, Offering, RecognitionNote, User
from registry.models.texts import check_texts
from registry.workflow import still_there


@transaction.atomic
def write(
    *,
    institution: Institution,
    offering: Offering,
    degree: dict,
    ects: Decimal | None,
    note: dict,
    by: User,
    at: datetime,
) -> RecognitionNote:
    """Note that `offering` can be recognised in a degree of `institution`."""
    if offering.institution_id == institution.pk:
        raise Refused(_("A note is about another institution's offering."), code="own_offering")
    if offering.published_id is None:
        raise Refused(_("The offering is no longer in the catalogue."), code="not_published")
    _check(offering, degree=degree, ects=ects, note=note)
    written = RecognitionNote.objects.create(
        institution=institution,
        offering=offering,
        degree=degree,
        ects=ects,
        note=note,
        updated_at=at,
        updated_by=by,
    )
    trail.record(verb="note_written", row=written, by=by, at=at, became=offering.code)
    return written


@transaction.atomic
def change(
    *, note: RecognitionNote, degree: dict, ects: Decimal | None, text: dict, by: User, at: datetime
) -> None:
    """Write an own note anew."""
    still_there(note)
    _check(note.offering, degree=degree, ects=ects, note=text)
    note.degree, note.ects, note.note, note.updated_at, note.updated_by = degree, ects, text, at, by
    note.save(update_fields=["degree", "ects", "note", "updated_at", "updated_by"])
    trail.record(verb="note_written", row=note, by=by, at=at, became=note.offering.code)


@transaction.atomic
def remove(*, note: RecognitionNote, by: User, at: datetime) -> None:
    """Take an own note away; the trail keeps that it was there."""
    still_there(note)
    trail.record(verb="note_removed", row=note, by=by, at=at, was=note.offering.code)
    note.delete()


def _check(offering: Offering, *, degree: dict, ects: Decimal | None, note: dict) -> None:
    reasons = []
    for field, texts in (("degree", degree), ("note", note)):
        try:
            check_texts(texts)
        except ValidationError as problem:
            reasons.append((field, str(problem.message)))
    if not reasons and not any(text.strip() for text in degree.values()):
        reasons.append(("degree", _("Name the degree.")))
    size = offering.published.ects if offering.published else None
    if ects is not None and (ects <= 0 or (size is not None and ects > size)):
        reasons.append(("ects", _("The credits are above 0 and at most the size of the offering.")))
    if reasons:
        raise Invalid(_("Check what you entered."), reasons=reasons)
