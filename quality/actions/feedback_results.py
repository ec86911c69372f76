"""Results of surveys made elsewhere: a table is judged line by line, then its good lines are kept, once."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import FeedbackResult, Survey
from registry import days, henkilotunnus, trail
from registry.models import Institution, Realisation, User
from registry.models.texts import CONTROL
from registry.spreadsheets import FileRefused, as_written, csv_bytes, read

# Columns of the table by field, in Finnish, Swedish and English.
COLUMNS = {
    "offering": ("tarjonta", "utbud", "offering"),
    "version": ("versio", "version", "version"),
    "realisation": ("toteutus", "genomförande", "realisation"),
    "kind": ("kysely", "enkät", "survey"),
    "source": ("lähde", "källa", "source"),
    "answers": ("vastauksia", "svar", "answers"),
    "mean": ("keskiarvo", "medeltal", "mean"),
    "scale": ("asteikon yläpää", "skalans högsta", "highest point"),
    "collected_on": ("kerätty", "insamlad", "collected"),
}
NAMES = {name: one for one, names in COLUMNS.items() for name in names}
KINDS = {
    "learner": Survey.Kind.LEARNER, "oppija": Survey.Kind.LEARNER, "studerande": Survey.Kind.LEARNER,
    "employer": Survey.Kind.EMPLOYER, "työelämä": Survey.Kind.EMPLOYER, "arbetslivet": Survey.Kind.EMPLOYER,
    "career_6": Survey.Kind.CAREER_6, "ura 6": Survey.Kind.CAREER_6, "karriär 6": Survey.Kind.CAREER_6,
    "career_18": Survey.Kind.CAREER_18, "ura 18": Survey.Kind.CAREER_18, "karriär 18": Survey.Kind.CAREER_18,
}  # fmt: skip
MOST_ROWS = 2_000
MOST_BYTES = 10 * 1024 * 1024


@dataclass
class Row:
    """One line: its cells by field, what they mean, why it cannot go in; `is_known`: it is here already."""

    number: int
    cells: dict[str, str]
    values: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_known: bool = False

    @property
    def is_good(self) -> bool:
        return not self.problems and not self.is_known


def dry_run(*, institution: Institution, data: bytes, today: date) -> list[Row]:
    """What the table would do. Raises FileRefused."""
    rows, judge = list(_lines(data)), _Judge(institution, today=today)
    for row in rows:
        judge.judge(row)
    return rows


@transaction.atomic
def take_in(*, institution: Institution, data: bytes, by: User, at: datetime) -> int:
    """Keep what can go in; sent twice, it adds nothing. Returns how many results are new."""
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    rows = dry_run(institution=institution, data=data, today=timezone.localdate(at))
    new = [row.values for row in rows if row.is_good]
    FeedbackResult.objects.bulk_create(FeedbackResult(**values, added_at=at, added_by=by) for values in new)
    pairs = [(run, None) for run in {one["realisation"].pk: one["realisation"] for one in new}.values()]
    trail.record_each(verb="results_added", pairs=pairs, by=by, at=at)
    return len(new)


def table_of(rows: Iterable[Row]) -> bytes:
    """The lines that can go in, as a table of the same shape."""
    header = [names[-1] for names in COLUMNS.values()]
    return csv_bytes(header=header, rows=[[row.cells[one] for one in COLUMNS] for row in rows if row.is_good])


class _Judge:
    """Says of each line what it means, by what the institution has."""

    def __init__(self, institution: Institution, *, today: date):
        runs = Realisation.objects.filter(version__offering__institution=institution).select_related(
            "version__offering"
        )
        self.runs = {
            (run.version.offering.code.upper(), str(run.version.number), run.key.upper()): run for run in runs
        }
        known = FeedbackResult.objects.filter(realisation__in=runs)
        self.known = set(known.values_list("realisation", "kind", "source"))
        self.today = today

    def judge(self, row: Row) -> None:
        row.values = {name: read_cell(self, row) for name, read_cell in READERS.items()}
        row.problems = [*itertools.chain.from_iterable(_text_problems(row)), *row.problems]
        if row.problems:
            return
        mean, scale = row.values["mean"], row.values["scale"]
        if not 1 <= mean <= scale:
            row.problems.append(_("The mean lies between 1 and the highest point of the scale."))
            return
        name = (row.values["realisation"].pk, row.values["kind"], row.values["source"])
        row.is_known = name in self.known
        self.known.add(name)


def _realisation(judge: _Judge, row: Row) -> Realisation | None:
    cells = row.cells
    name = (
        cells["offering"].upper(),
        cells["version"].lower().removeprefix("v"),
        cells["realisation"].upper(),
    )
    found = judge.runs.get(name)
    if found is None:
        said = _("Your institution has no realisation %(key)s of %(code)s version %(number)s.")
        row.problems.append(said % {"key": name[2] or "–", "code": name[0] or "–", "number": name[1] or "–"})
    return found


def _kind(judge: _Judge, row: Row) -> str:
    kind = KINDS.get(row.cells["kind"].lower(), "")
    if not kind:
        row.problems.append(
            _("The survey is one of these: %(names)s.") % {"names": ", ".join(Survey.Kind.values)}
        )
    return kind


def _source(judge: _Judge, row: Row) -> str:
    if not row.cells["source"]:
        row.problems.append(_("Name the source of the result."))
    elif len(row.cells["source"]) > 160:
        row.problems.append(_("At most %(limit)s characters.") % {"limit": 160})
    return row.cells["source"]


def _answers(judge: _Judge, row: Row) -> int | None:
    cell = row.cells["answers"]
    if not (cell.isascii() and cell.isdecimal() and 0 < int(cell[:9]) < 1_000_000):
        row.problems.append(_("The number of answers is a whole number above 0."))
        return None
    return int(cell)


def _mean(judge: _Judge, row: Row) -> Decimal | None:
    try:
        mean = Decimal(row.cells["mean"].replace(",", "."))
    except InvalidOperation:
        mean = Decimal("NaN")
    if not mean.is_finite() or mean != mean.quantize(Decimal("0.01")) or abs(mean) >= 100:
        row.problems.append(_("The mean is a number with at most two decimals."))
        return None
    return mean


def _scale(judge: _Judge, row: Row) -> int | None:
    cell = row.cells["scale"] or "5"
    if not (cell.isascii() and cell.isdecimal() and 2 <= int(cell[:4]) <= 100):
        row.problems.append(_("The highest point of the scale is a whole number from 2 to 100."))
        return None
    return int(cell)


def _collected_on(judge: _Judge, row: Row) -> date | None:
    for shape in ("%d.%m.%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00"):  # the last is a day of a workbook
        try:
            day = datetime.strptime(row.cells["collected_on"], shape).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if day > judge.today:
            row.problems.append(_("The day lies in the future."))
        return day
    row.problems.append(_("Give the day in the form %(day)s or %(iso)s.") % days.today())
    return None


READERS = {
    "realisation": _realisation, "kind": _kind, "source": _source, "answers": _answers, "mean": _mean,
    "scale": _scale, "collected_on": _collected_on,
}  # fmt: skip


def _text_problems(row: Row) -> Iterator[list[str]]:
    said = " ".join(row.cells.values())
    if CONTROL.search(said):
        yield [_("The text contains a control character. Remove it and try again.")]
    try:
        henkilotunnus.refuse(said)
    except ValidationError as looks_like_one:
        yield looks_like_one.messages


def _lines(data: bytes) -> Iterator[Row]:
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 10 MB. Divide it into smaller files."))
    table = read(data)
    _number, header = next(table, (0, []))
    fields = [NAMES.get(" ".join(cell.split()).lower(), "") for cell in header]
    if missing := [names[-1] for one, names in COLUMNS.items() if one not in fields]:
        said = _("The header lacks these columns: %(names)s. Compare it with the template.")
        raise FileRefused(said % {"names": ", ".join(missing)})
    count = 0
    for number, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise FileRefused(_("The file has more than 2,000 rows. Divide it into smaller files."))
        said = {one: as_written(cell.strip()) for one, cell in zip(fields, cells, strict=False) if one}
        yield Row(number, {one: said.get(one, "") for one in COLUMNS})
    if not count:
        raise FileRefused(_("The file has a header but no rows."))
