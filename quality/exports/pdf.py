"""The PDF of an evidence bundle: PDF/UA-1 and PDF/A-3a at once, set by Typst from evidence.typ.

All that people wrote goes in as one JSON value, in letters that `credentials.formats.typesetting` can show.
"""

import json
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from credentials.formats import typesetting
from credentials.formats.typesetting import Shown
from quality.exports.facts import Cell, Coded, Evidence, Table, Texts


def document(evidence: Evidence) -> bytes:
    """The whole PDF."""
    return typesetting.in_letters(lambda shown: _set(evidence, shown=shown))


def _set(evidence: Evidence, *, shown: Shown) -> bytes:
    data = {
        "title": shown(evidence.title),
        "author": shown(evidence.name),
        "language": evidence.language,
        "made_on": [evidence.made_at.year, evidence.made_at.month, evidence.made_at.day],
        "notes": [shown(note) for note in evidence.notes],
        "words": evidence.words,
        "sections": [_section(table, shown=shown) for table in evidence.tables if _columns(table)],
    }
    return typesetting.compiled(
        _template(), inputs={"data": json.dumps(data, ensure_ascii=False)}, at=evidence.made_at
    )


def _section(table: Table, *, shown: Shown) -> dict:
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


def _cell(cell: Cell, *, shown: Shown) -> str | dict:
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


@lru_cache
def _template() -> bytes:
    return files("quality.exports").joinpath("evidence.typ").read_bytes()
