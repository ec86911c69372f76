"""The PDF of an evidence bundle: PDF/UA-1 and PDF/A-3a at once, set by Typst from evidence.typ.

The template is fixed; all that people wrote goes in as one JSON value and is shown as text, never read as
markup. A letter that no font has would make the document neither: it is written as its number instead.
"""

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import typst

from quality.exports.facts import Cell, Coded, Evidence, Table, Texts

STANDARDS = ["a-3a", "ua-1"]
FONTS = ("fontpkg_public_sans", "fontpkg_source_serif_4")
# Letters and signs that our fonts are known to have; each other one is tried once.
KNOWN = re.compile("[^\\n\\t\u0020-\u007e\u00a0-\u017e–—‘’“”„…•€]")
INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}  # Unicode's kinds of what has no look of its own


def document(evidence: Evidence) -> bytes:
    """The whole PDF. The second try shows every rarer letter as its number: marks that no font joins."""
    try:
        return _set(evidence, shown=_shown)
    except typst.TypstError:
        return _set(evidence, shown=_numbered)


def _set(evidence: Evidence, *, shown) -> bytes:
    data = {
        "title": shown(evidence.title),
        "author": shown(evidence.name),
        "language": evidence.language,
        "made_on": [evidence.made_at.year, evidence.made_at.month, evidence.made_at.day],
        "notes": [shown(note) for note in evidence.notes],
        "words": evidence.words,
        "sections": [_section(table, shown=shown) for table in evidence.tables if _columns(table)],
    }
    return _compiled(_template(), data=data, at=evidence.made_at)


def _section(table: Table, *, shown) -> dict:
    columns = _columns(table)
    return {
        "title": table.title,
        "about": table.about,
        "columns": [table.columns[place].heading for place in columns],
        "widths": [table.columns[place].width for place in columns],
        "rows": [[_cell(row[place], shown=shown) for place in columns] for row in table.rows],
    }


def _columns(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.width]


def _cell(cell: Cell, *, shown) -> str | dict:
    """Plain text, or {"text", "language", "note"} where it is not in the document's language."""
    if not isinstance(cell, Texts):
        return shown(_words(cell))
    if not cell.language:
        return shown(cell.text)
    return {"text": shown(cell.text), "language": cell.language, "note": cell.note}


def _words(cell: Cell) -> str:
    if isinstance(cell, Coded):
        return cell.label
    if isinstance(cell, datetime):
        return f"{_day(cell)} {cell.hour}.{cell.minute:02}"
    if isinstance(cell, date):
        return _day(cell)
    return "" if cell is None else str(cell)


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _shown(text: str) -> str:
    return KNOWN.sub(lambda found: found[0] if _has_look(found[0]) else _number(found[0]), text)


def _numbered(text: str) -> str:
    return KNOWN.sub(lambda found: _number(found[0]), text)


def _number(letter: str) -> str:
    is_variation = "\ufe00" <= letter <= "\ufe0f"
    if is_variation or unicodedata.category(letter) == "Cf":
        return ""
    return f"[U+{ord(letter):04X}]"


@lru_cache(maxsize=4096)
def _has_look(letter: str) -> bool:
    """Whether some font of ours shows the letter, by setting it alone."""
    if unicodedata.category(letter) in INVISIBLE:
        return False
    try:
        _compiled(_template(), data=_alone(letter), at=datetime(2000, 1, 1, tzinfo=UTC))
    except typst.TypstError:
        return False
    return True


def _alone(letter: str) -> dict:
    return {
        "title": "?", "author": "?", "language": "en", "made_on": [2000, 1, 1], "notes": [letter],
        "words": {"contents": "?", "nothing": "?", "about": "?"}, "sections": [],
    }  # fmt: skip


def _compiled(template: bytes, *, data: dict, at: datetime) -> bytes:
    return typst.compile(
        template,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(at.timestamp()),
    )


@lru_cache
def _template() -> bytes:
    return files("quality.exports").joinpath("evidence.typ").read_bytes()


@lru_cache
def _fonts() -> typst.Fonts:
    """Our own two, and behind them those that Typst brings: never what the machine happens to have."""
    folders = [str(Path(find_spec(package).origin).parent / "files") for package in FONTS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
