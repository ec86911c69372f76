"""CSV as Finnish Excel opens it: UTF-8 with BOM, semicolons; formulas made harmless (N10)."""

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(*, header: Iterable[str], rows: Iterable[Iterable]) -> bytes:
    """One file; every cell that a spreadsheet would take for a formula starts with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in (header, *rows):
        writer.writerow([harmless(str(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
