"""Changes in the courses of degrees that offerings are derived from: noted, and answered (C-09).

A change is noted by hand or from a table; each offering derived from the course gets a notice. It is answered
by a new version, or by saying why the change has no effect.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from registry import days, henkilotunnus, trail
from registry.errors import Invalid, StateChanged
from registry.models import Institution, Offering, OfferingVersion, ParentNotice, User
from registry.models.texts import CONTROL
from registry.spreadsheets import FileRefused, as_written, csv_bytes, read

Answer, Status = ParentNotice.Answer, OfferingVersion.Status
# Columns of the table by field, in Finnish, Swedish and English.
COLUMNS = {
    "course": ("opintojakson koodi", "studieavsnittets kod", "course code"),
    "changed_on": ("muutos alkaen", "ändringen gäller från", "changed on"),
    "change": ("muutos", "ändring", "change"),
}
NAMES = {name: field for field, names in COLUMNS.items() for name in names}
LONGEST = {"course": 60, "change": 500}
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Row:
    """One line of the table: what it says, which offerings it concerns anew, or why it cannot go in."""

    number: int
    course: str
    changed_on: date | None
    change: str
    offerings: tuple[Offering, ...] = ()
    problem: str = ""


def open_notices(institution: Institution) -> QuerySet[ParentNotice]:
    """What nobody has answered yet, oldest first."""
    return _with_newest(institution.parent_notices.filter(answer="")).order_by("noted_at", "pk")


def answered_notices(institution: Institution) -> QuerySet[ParentNotice]:
    """What has been answered, newest answer first."""
    found = institution.parent_notices.exclude(answer="").select_related("answered_by")
    return _with_newest(found).order_by("-answered_at", "-pk")


def derived(institution: Institution) -> dict[str, list[Offering]]:
    """The institution's living offerings by the codes of the courses they are derived from."""
    versions = OfferingVersion.objects.filter(offering__institution=institution).exclude(parent_courses=[])
    living = versions.exclude(status__in=[Status.SUPERSEDED, Status.RETIRED, Status.REJECTED])
    found: dict[str, list[Offering]] = defaultdict(list)
    for version in living.select_related("offering__institution").order_by("offering__code", "pk"):
        for row in version.parent_courses:
            code = _key(row.get("code", ""))
            if code and version.offering not in found[code]:
                found[code].append(version.offering)
    return dict(found)


@transaction.atomic
def note(
    *, institution: Institution, course: str, change: str, changed_on: date, by: User, at: datetime
) -> list[ParentNotice]:
    """Note a change by hand: a notice to each offering derived from the course that has none of it yet."""
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    row = _judged(Row(0, course.strip(), changed_on, change.strip()), known=_Known(institution))
    if row.problem:
        raise Invalid(row.problem, reasons=[("course", row.problem)])
    return _notices(row, by=by, at=at)


def dry_run(*, institution: Institution, data: bytes) -> list[Row]:
    """What the table would do, line by line. Raises FileRefused."""
    known = _Known(institution)
    return [_judged(row, known=known) for row in _lines(data)]


@transaction.atomic
def take_in(*, institution: Institution, data: bytes, by: User, at: datetime) -> list[ParentNotice]:
    """Note the lines that can go in; the others stay out. Sent twice, it adds nothing."""
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    rows = dry_run(institution=institution, data=data)
    return [notice for row in rows if not row.problem for notice in _notices(row, by=by, at=at)]


def accepted(rows: Iterable[Row]) -> bytes:
    """The lines that can go in, as a table of the same shape."""
    header = [names[-1] for names in COLUMNS.values()]
    kept = [[row.course, row.changed_on.isoformat(), row.change] for row in rows if not row.problem]
    return csv_bytes(header=header, rows=kept)


@transaction.atomic
def answer(*, notice: ParentNotice, answer: str, reason: str, by: User, at: datetime) -> None:
    """Say that a version in the making takes the change into account, or why it has no effect."""
    kept = ParentNotice.objects.select_for_update(of=("self",)).select_related("offering").get(pk=notice.pk)
    if kept.answer:
        raise StateChanged(_("Somebody has answered this already."))
    reason = reason.strip()
    if answer not in Answer.values:
        raise Invalid(_("Choose the answer."), reasons=[("answer", _("Choose the answer."))])
    if answer == Answer.NO_EFFECT and not reason:
        said = _("Say why the change has no effect.")
        raise Invalid(said, reasons=[("reason", said)])
    if answer == Answer.REVISED and may_revise(kept.offering):
        said = _("No version is in the making. Begin a new version, or say that the change has no effect.")
        raise Invalid(said, reasons=[("answer", said)])
    _answer(kept, answer=answer, reason=reason, by=by, at=at)


def revised(*, offering: Offering, by: User, at: datetime) -> None:
    """A new version has been begun: it answers what was open."""
    for notice in offering.parent_notices.select_for_update().filter(answer="").order_by("pk"):
        _answer(notice, answer=Answer.REVISED, reason="", by=by, at=at)


def may_revise(offering: Offering) -> bool:
    """Whether a new version can be begun: none is in the making."""
    newest = offering.versions.order_by("-number").first()
    return newest is not None and newest.status in {*OfferingVersion.PUBLIC, Status.REJECTED}


class _Known:
    """What a table is judged by: who is derived from what, and which changes have been noted or read."""

    def __init__(self, institution: Institution):
        self.derived = derived(institution)
        notices = institution.parent_notices.values_list("offering_id", "course", "changed_on")
        self.noted = {(offering, _key(course), day) for offering, course, day in notices}

    def anew(self, row: Row) -> tuple[Offering, ...]:
        """The offerings that the line concerns and that have no notice of it."""
        names = {one: (one.pk, _key(row.course), row.changed_on) for one in self.derived[_key(row.course)]}
        new = tuple(one for one, name in names.items() if name not in self.noted)
        self.noted.update(names.values())
        return new


def _judged(row: Row, *, known: _Known) -> Row:
    problem = next(_problems(row, known=known), "")
    offerings = () if problem else known.anew(row)
    if not problem and not offerings:
        problem = _("This change has been noted already.")
    return Row(row.number, row.course, row.changed_on, row.change, offerings, problem)


def _problems(row: Row, *, known: _Known) -> Iterator[str]:
    texts = {"course": row.course, "change": row.change}
    if any(CONTROL.search(text) for text in texts.values()):
        yield _("The text contains a control character. Remove it and try again.")
    try:
        henkilotunnus.refuse(" ".join(texts.values()))
    except ValidationError as looks_like_one:
        yield looks_like_one.messages[0]
    for field, text in texts.items():
        if len(text) > LONGEST[field]:
            yield _("At most %(limit)s characters.") % {"limit": LONGEST[field]}
    if not row.change:
        yield _("Say what changes.")
    if row.changed_on is None:
        yield _("Give the day in the form %(day)s or %(iso)s.") % days.today()
    if _key(row.course) not in known.derived:
        yield _("No offering of yours is derived from the course %(code)s.") % {"code": row.course or "–"}


def _lines(data: bytes) -> Iterator[Row]:
    table = read(data)
    _number, header = next(table, (0, []))
    fields = [NAMES.get(" ".join(cell.split()).lower(), "") for cell in header]
    if missing := [names[0] for field, names in COLUMNS.items() if field not in fields]:
        said = _("The header lacks these columns: %(names)s. Compare it with the template.")
        raise FileRefused(said % {"names": ", ".join(missing)})
    count = 0
    for number, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise FileRefused(_("The file has more than 2,000 rows. Divide it into smaller files."))
        said = {field: as_written(cell.strip()) for field, cell in zip(fields, cells, strict=False) if field}
        yield Row(number, said.get("course", ""), _day(said.get("changed_on", "")), said.get("change", ""))
    if not count:
        raise FileRefused(_("The file has a header but no rows."))


def _day(text: str) -> date | None:
    for shape in ("%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00"):  # the last is a day of a workbook
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def _notices(row: Row, *, by: User, at: datetime) -> list[ParentNotice]:
    said = f"{row.course}, {row.changed_on.isoformat()}: {row.change}"
    made = []
    for offering in row.offerings:
        notice = ParentNotice(
            institution=offering.institution, offering=offering, noted_at=at, noted_by=by,
            course=row.course, change=row.change, changed_on=row.changed_on,
        )  # fmt: skip
        notice.save()
        made.append(notice)
        trail.record(verb="parent_changed", row=offering, by=by, at=at, reason=said)
    return made


def _answer(notice: ParentNotice, *, answer: str, reason: str, by: User, at: datetime) -> None:
    notice.answer, notice.reason, notice.answered_at, notice.answered_by = str(answer), reason, at, by
    notice.save(update_fields=["answer", "reason", "answered_at", "answered_by"])
    said = f"{notice.course}, {notice.changed_on.isoformat()}" + (f": {reason}" if reason else "")
    trail.record(verb=f"parent_{answer}", row=notice.offering, by=by, at=at, reason=said)


def _with_newest(notices: QuerySet[ParentNotice]) -> QuerySet[ParentNotice]:
    """With the number of the offering's newest version."""
    return notices.select_related("offering", "noted_by").annotate(newest=Max("offering__versions__number"))


def _key(code: str) -> str:
    return code.strip().upper()
