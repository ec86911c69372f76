"""The CSV of attainments as Finnish Excel saves it: UTF-8, semicolons, header in fi, sv or en (N10)."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import days
from registry.spreadsheets import FileRefused, read_csv

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
# Every column: what the page says of it, and its names in Finnish, Swedish and English.
COLUMNS = {
    "learner_oid": ("oppijanumero", "studentnummer", "learner oid"),
    "email": ("sähköposti", "e-post", "e-mail"),
    "birth_date": ("syntymäaika", "födelsetid", "birth date"),
    "given_names": ("etunimet", "förnamn", "given names"),
    "family_name": ("sukunimi", "efternamn", "family name"),
    "language": ("kieli", "språk", "language"),
    "offering": ("tarjonnan koodi", "utbudets kod", "offering code"),
    "version": ("versio", "version", "version"),
    "realisation": ("toteutus", "genomförande", "realisation"),
    "completed_on": ("suorituspäivä", "prestationsdag", "completion date"),
    "grade": ("arvosana", "vitsord", "grade"),
}
# Columns of other files about learners.
MORE = {
    "status": ("ilmoittautumisen tila", "anmälans status", "registration status"),
    "result": ("suorituksen tila", "prestationens status", "credit status"),
    "safety_prohibition": ("turvakielto", "spärrmarkering", "safety prohibition"),
}
EVERY = COLUMNS | MORE
REASON = {
    "fi": "hylkäyksen syy",
    "sv": "orsak till avslag",
    "en": "reason for rejection",
}  # of our own export; not read
LANGUAGES = ("fi", "sv", "en")
NEEDED = ("offering", "completed_on", "grade")
NAMES = {name: column for column, names in EVERY.items() for name in names} | {"email": "email"}
SPACE = " \t\r\n\xa0"  # str.strip() would take control characters too, which are to be told of


class Line(NamedTuple):
    """One line of the file: its number, its cells by column, how many cells and columns there were."""

    number: int
    values: dict[str, str]
    cells: int
    columns: int

    @property
    def is_whole(self) -> bool:
        return self.cells == self.columns


def parse(data: bytes, *, columns: Iterable[str] = COLUMNS, needed: Iterable[str] = NEEDED) -> list[Line]:
    """The lines below the header; empty ones are left out. Raises FileRefused.

    `columns` are those that the file may have, `needed` those it must.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 5 MB. Divide it into smaller files."))
    table = read_csv(data)
    found = _columns(next(table, (0, []))[1], allowed=columns, needed=needed)
    lines = []
    for number, cells in table:
        if any(cell.strip() for cell in cells):
            lines.append(_line(number, cells, found))
        if len(lines) > MOST_ROWS:
            raise FileRefused(_("The file has more than 10,000 rows. Divide it into smaller files."))
    if not lines:
        raise FileRefused(_("The file has a header but no rows."))
    return lines


def header(language: str, columns: Iterable[str] = COLUMNS) -> list[str]:
    """The names of the columns in one language."""
    return [EVERY[column][LANGUAGES.index(language)] for column in columns]


def _columns(cells: list[str], *, allowed: Iterable[str], needed: Iterable[str]) -> list[str]:
    names = [" ".join(cell.split()).lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) < 2:
        raise FileRefused(_("The first line must be the header, with semicolons between the columns."))
    unknown = [name for name in names if NAMES.get(name) not in allowed and name not in REASON.values()]
    if unknown:
        raise FileRefused(
            _("The header has columns that are not known: %(names)s. Compare it with the template.")
            % {"names": ", ".join(name[:40] or "–" for name in unknown)}
        )
    columns = [NAMES.get(name, "") for name in names]
    _check_columns(columns, needed=needed)
    return columns


def _check_columns(columns: list[str], *, needed: Iterable[str]) -> None:
    missing = [column for column in needed if column not in columns]
    if "learner_oid" not in columns and not {"email", "birth_date"} <= set(columns):
        missing.append("learner_oid")
    if missing:
        raise FileRefused(
            _("The header lacks these columns: %(names)s. Compare it with the template.")
            % {"names": ", ".join(EVERY[column][0] for column in missing)}
        )
    twice = {column for column in columns if columns.count(column) > 1}
    if twice:
        raise FileRefused(
            _("The header has the same column twice: %(names)s.")
            % {"names": ", ".join(sorted(EVERY[column][0] for column in twice))}
        )


def _line(number: int, cells: list[str], columns: list[str]) -> Line:
    while len(cells) > len(columns) and not cells[-1].strip():
        cells.pop()
    found = {column: cell.strip(SPACE) for column, cell in zip(columns, cells, strict=False) if column}
    values = dict.fromkeys(EVERY, "") | found
    return Line(number, values, cells=len(cells), columns=len(columns))


DESCRIPTIONS = {
    "learner_oid": gettext_lazy(
        "1.2.246.562.24. and eleven digits. Needed unless e-mail and birth date are given."
    ),
    "email": gettext_lazy("Needed for a new learner."),
    "birth_date": days.with_today(
        gettext_lazy("In the form %(day)s or %(iso)s. The learner is asked for it when opening the account.")
    ),
    "given_names": gettext_lazy("Needed for a new learner."),
    "family_name": gettext_lazy("Needed for a new learner."),
    "language": gettext_lazy("fi, sv or en; empty means the institution's main language."),
    "offering": gettext_lazy("For example OAMK-MC-2026-001."),
    "version": gettext_lazy("A number; empty means the published version."),
    "realisation": gettext_lazy("The key of the realisation, for example R1; may be empty."),
    "completed_on": days.with_today(gettext_lazy("In the form %(day)s or %(iso)s.")),
    "grade": gettext_lazy("0–5, HYV or HYL, as the grading scale of the offering allows."),
    "status": gettext_lazy(
        "NOT_ENROLLED, PENDING, ACCEPTED, REJECTED, ABORTED_BY_STUDENT or ABORTED_BY_TEACHER; empty when it"
        " has not changed."
    ),
    "result": gettext_lazy(
        "ACCEPTED (then with the completion date and the grade), UNFINISHED, NOT_PARTICIPATED or ABANDONED;"
        " empty when there is none."
    ),
    "safety_prohibition": gettext_lazy("Yes where the learner has a safety prohibition; else empty."),
}
