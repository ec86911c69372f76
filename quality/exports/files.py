"""An evidence bundle as files: CSV and JSON with the same rows, the PDF, a manifest, all in one zip."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, datetime

from quality.exports.facts import Cell, Coded, Column, Evidence, Table, Texts
from registry.spreadsheets import harmless

LANGUAGES = ("fi", "sv", "en")
MANIFEST = "manifest.json"


def files(evidence: Evidence) -> dict[str, bytes]:
    """Every file by its name in the zip; the manifest names the others with their SHA-256."""
    from quality.exports import pdf  # noqa: PLC0415  Typst is 7 MB that a process serving pages does without

    made = {
        "evidence.pdf": pdf.document(evidence),
        "evidence.json": json_bytes(evidence),
        **{f"csv/{table.key}.csv": csv_bytes(table) for table in evidence.tables},
    }
    return made | {MANIFEST: _manifest(evidence, made)}


def archive(evidence: Evidence) -> bytes:
    """The zip; the same evidence makes the same bytes."""
    data = io.BytesIO()
    moment = evidence.made_at.timetuple()[:6]
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files(evidence).items():
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            written.writestr(entry, content)
    return data.getvalue()


def csv_bytes(table: Table) -> bytes:
    """One table for a spreadsheet: UTF-8 with BOM, semicolons, formulas made harmless (N10)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([harmless(name) for column in table.columns for name in _headings(column)])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        writer.writerow([harmless(text) for column, cell in cells for text in _texts(column, cell)])
    return text.getvalue().encode("utf-8-sig")


def json_bytes(evidence: Evidence) -> bytes:
    """Everything in one document, a row a line. A coded cell is {"code", "label"}, a text by language."""
    head = {**_facts(evidence), "notes": list(evidence.notes)}
    tables = ",\n".join(f"{_json(table.key)}: {_table(table)}" for table in evidence.tables)
    return f'{_json(head)[:-1]},\n"tables": {{\n{tables}\n}}}}\n'.encode()


def _table(table: Table) -> str:
    keys = [column.key for column in table.columns]
    head = {
        "title": table.title,
        "about": table.about,
        "columns": [{"key": one.key, "heading": one.heading} for one in table.columns],
    }
    rows = ",\n".join(
        _json({key: _value(cell) for key, cell in zip(keys, row, strict=True)}) for row in table.rows
    )
    return f'{_json(head)[:-1]},\n"rows": [\n{rows}\n]}}'


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _manifest(evidence: Evidence, made: dict[str, bytes]) -> bytes:
    listed = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in made.items()
    ]
    return json.dumps({**_facts(evidence), "files": listed}, ensure_ascii=False, indent=1).encode()


def _facts(evidence: Evidence) -> dict:
    return {
        "title": evidence.title,
        "institution": {"code": evidence.institution, "name": evidence.name},
        "begins_on": evidence.begins_on.isoformat(),
        "ends_on": evidence.ends_on.isoformat(),
        "made_at": evidence.made_at.isoformat(timespec="seconds"),
        "language": evidence.language,
    }


def _headings(column: Column) -> list[str]:
    if not column.is_texts:
        return [column.heading]
    return [f"{column.heading} ({language})" for language in LANGUAGES]


def _texts(column: Column, cell: Cell) -> list[str]:
    """A cell as spreadsheets have it; a text fills three."""
    if column.is_texts:
        by_language = cell.by_language if isinstance(cell, Texts) else {}
        return [by_language.get(language, "") for language in LANGUAGES]
    if isinstance(cell, Coded):
        return [cell.label]
    return ["" if cell is None else str(_value(cell))]


def _value(cell: Cell) -> str | int | dict | None:
    if isinstance(cell, Coded):
        return {"code": cell.code, "label": cell.label}
    if isinstance(cell, Texts):
        return cell.by_language
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell
