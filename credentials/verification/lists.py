"""A list of verification codes, checked one after another: an employer has applicants, not an applicant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials.models import Credential
from credentials.verification import typed, verifying
from credentials.verification.report import WORST_FIRST, Outcome, Report
from registry import spreadsheets
from registry.models.texts import chosen

MOST_CODES = 500
MOST_BYTES = 1_000_000
MOST_UNKNOWN = 20  # then the rest is not looked up: it is the wrong column, or somebody is guessing
LETTERS = 12
CREDENTIALS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"RIFF",
    b"{",
    b"<",
    b"eyJ",
)  # what people verify one by one
HEADERS = {"code", "koodi", "tarkistuskoodi", "kod", "kontrollkod", "verification code"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What came of one line. `code` is as people read it, "" where the line holds none; `outcome` an Outcome.

    Of the credential there is what its code's page tells, never whose it is; title and issuer come with
    the language they are in.
    """

    number: int
    code: str
    outcome: str
    message: str
    title: str = ""
    title_language: str = ""
    issuer: str = ""
    issuer_language: str = ""
    issued_on: str = ""
    is_found: bool = True  # False: no credential has the code, which may simply be mistyped


def read(data: bytes) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers, and the plain code of each or "".

    Raises spreadsheets.FileRefused where the file is no table.
    """
    if data.startswith(CREDENTIALS):
        raise spreadsheets.FileRefused(
            _(
                "This is no list of codes but a certificate, a picture or another file. Check a certificate "
                "on the page “Verify a credential”; here give a CSV or Excel file with the codes."
            )
        )
    rows = [(number, cells) for number, cells in _rows(data) if any(cell.strip() for cell in cells)]
    if rows and (named := [cell.strip().casefold() in HEADERS for cell in rows[0][1]]) and any(named):
        column = named.index(True)
        rows = rows[1:]
    else:
        column = _fullest([cells for _number, cells in rows])
    return [(number, _code(cells[column]) if column < len(cells) else "") for number, cells in rows]


def plain(codes: Sequence[str]) -> list[tuple[int, str]]:
    """The same of codes that come one by one."""
    return [(number, _code(code)) for number, code in enumerate(codes, start=1)]


def check(lines: Sequence[tuple[int, str]], *, at: datetime) -> Iterator[Line]:
    """Each line, in their order; the same code is looked up once. Not for more than MOST_CODES."""
    known: dict[str, Report | None] = {}
    for number, code in lines:
        grouped = typed.grouped(code)
        if not code:
            text = _("There is no verification code on this line.")
            yield Line(number=number, code="", outcome=str(Outcome.UNKNOWN), message=text)
        elif code not in known and [*known.values()].count(None) >= MOST_UNKNOWN:
            text = _("Not checked: too many codes before this one were not found.")
            yield Line(number=number, code=grouped, outcome=str(Outcome.UNKNOWN), message=text)
        else:
            if code not in known:
                known[code] = verifying.by_code(code=code, at=at)
            yield _line(number, grouped, known[code])


def _line(number: int, code: str, report: Report | None) -> Line:
    if report is None:
        text = _("The code was not found. Check it against the certificate.")
        return Line(number=number, code=code, outcome=str(Outcome.INVALID), message=text, is_found=False)
    return Line(
        number=number,
        code=code,
        outcome=str(report.outcome),
        message=_worst(report),
        **_facts(report.credential),
    )


def _worst(report: Report) -> str:
    """What is not in order, the worst first; nothing of what is."""
    bad = [check for check in report.checks if check.outcome != Outcome.VALID]
    return " ".join(check.message for check in sorted(bad, key=lambda one: WORST_FIRST.index(one.outcome)))


def _facts(credential: Credential) -> dict:
    award = credential.facts
    title_language, title = chosen(award.title, main=award.language)
    issuer_language, issuer = chosen(award.issuer.name, main=award.language)
    return {
        "title": title,
        "title_language": title_language,
        "issuer": issuer,
        "issuer_language": issuer_language,
        "issued_on": date_format(localtime(credential.issued_at), "j.n.Y"),
    }


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    """Cells divided by semicolons, or where no line has one, by tabs or commas."""
    rows = list(spreadsheets.read(data))
    for divider in ("\t", ","):
        if all(len(cells) <= 1 for _number, cells in rows):
            rows = [(number, cells[0].split(divider) if cells else []) for number, cells in rows]
    return rows


def _fullest(rows: list[list[str]]) -> int:
    """The column with the most codes: a name may have twelve letters too, but not everybody's has."""
    counts = {
        column: sum(bool(_code(cells[column])) for cells in rows if column < len(cells))
        for column in range(max(map(len, rows), default=0))
    }
    return max(counts, key=lambda column: counts[column], default=0)


def _code(cell: str) -> str:
    code = typed.code(cell)
    return code if len(code) == LETTERS else ""
