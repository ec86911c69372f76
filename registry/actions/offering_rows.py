"""The shape of content stored as rows and objects: funding, shares, courses, criteria, evidence."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.models import Institution, OfferingVersion
from registry.models.texts import check_texts

Fault = tuple[str, str]
MOST_ECTS = 999


def faults(*, version: OfferingVersion, content: dict) -> list[Fault]:
    """(field, words) of everything in `content` that has a wrong shape or names what is not there."""
    found: list[Fault] = []
    for field, check in CHECKS.items():
        if field in content:
            found += ((field, text) for text in check(version, content[field]))
    return found


def _funding(version: OfferingVersion, rows) -> Iterator[str]:
    for row in _rows(rows):
        if row is None or not all(_is_plain(value) for value in row.values()):
            yield _wrong_shape()
            continue
        share = number_of(row.get("share"))
        if row.get("share") not in (None, "") and (share is None or not 0 <= share <= 100):
            yield _("A share is 0–100 per cent.")
        days = [_day(row.get(name)) for name in ("starts_on", "ends_on")]
        if None not in days and days[0] > days[1]:
            yield _("The funding ends before it starts.")


def _shares(version: OfferingVersion, rows) -> Iterator[str]:
    rows = list(_rows(rows))
    codes = [row.get("institution", "") for row in rows if row is not None]
    if len(codes) < len(rows) or any(not isinstance(code, str) for code in codes):
        yield _wrong_shape()
        return
    known = set(Institution.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in sorted(set(codes) - known):
        yield _("“%(code)s” is not in the list.") % {"code": code}
    for code in sorted(known - version.may_award()):
        yield _("%(code)s has not agreed to award this offering, so it cannot be named here.") % {
            "code": code
        }
    if len(set(codes)) < len(codes):
        yield _("Each institution has one share.")
    for row in rows:
        ects = number_of(row.get("ects"))
        if ects is None or not 0 < ects <= 60 or ects % Decimal("0.5"):
            yield _("A share is given in credits, to half a credit.")
            return


def _parent_courses(version: OfferingVersion, rows) -> Iterator[str]:
    for row in _rows(rows):
        if row is None or not isinstance(row.get("code", ""), str) or not _is_texts(row.get("name", {})):
            yield _wrong_shape()
            return
        ects = row.get("ects")
        if ects is not None and not 0 < (number_of(ects) or 0) <= 300:
            yield _("The size of a course is above 0 credits.")


def _digital_pedagogy(version: OfferingVersion, answers) -> Iterator[str]:
    known = isinstance(answers, dict) and set(answers) <= set(OfferingVersion.DIGITAL_CRITERIA)
    if not known or not all(_is_texts(text) for text in answers.values()):
        yield _wrong_shape()


def _rdi(version: OfferingVersion, told) -> Iterator[str]:
    is_whole = isinstance(told, dict) and all(_is_plain(value) for value in told.values())
    part = told.get("tki_ects") if is_whole else None
    if not is_whole or not (part in (None, "") or _is_size(part)):
        yield _wrong_shape()


def _virta(version: OfferingVersion, told) -> Iterator[str]:
    if not isinstance(told, dict):
        yield _wrong_shape()
        return
    lists = [one if isinstance(one, list) else [one] for one in told.values()]
    if not all(_is_plain(value) for values in lists for value in values):
        yield _wrong_shape()


def _meetings(version: OfferingVersion, uids) -> Iterator[str]:
    yield from _own(version, "meetings", uids)


def _foresight(version: OfferingVersion, uids) -> Iterator[str]:
    yield from _own(version, "foresight_notes", uids)


CHECKS = {
    "funding": _funding,
    "shares": _shares,
    "parent_courses": _parent_courses,
    "digital_pedagogy": _digital_pedagogy,
    "rdi": _rdi,
    "virta": _virta,
    "meetings": _meetings,
    "foresight": _foresight,
}


def _own(version: OfferingVersion, relation: str, uids) -> Iterator[str]:
    """Evidence is picked from the institution's own."""
    if uids == []:
        return
    wanted = [_uid(one) for one in uids] if isinstance(uids, list) else [None]
    rows = getattr(version.offering.institution, relation)
    if None in wanted or rows.filter(uid__in=wanted).count() != len(set(wanted)):
        yield _("Pick from the institution's own meetings and notes.")


def _is_plain(value) -> bool:
    """A word or a number, as the fields of a form give it."""
    return value is None or isinstance(value, str | int | float)


def _is_size(value) -> bool:
    number = number_of(value)
    return number is not None and 0 <= number <= MOST_ECTS


def _rows(value) -> Iterator[dict | None]:
    """The rows of a list; None for what is no row."""
    for row in value if isinstance(value, list) else [None]:
        yield row if isinstance(row, dict) else None


def _wrong_shape() -> str:
    return _("The value has a wrong shape.")


def number_of(value) -> Decimal | None:
    """A finite number out of what a file or a form gave; None where it is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _day(value) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _uid(value) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _is_texts(value) -> bool:
    try:
        check_texts(value)
    except ValidationError:
        return False
    return True
