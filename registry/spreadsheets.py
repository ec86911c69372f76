"""Tables as Finnish offices send them, CSV with semicolons or XLSX; formulas made harmless (N10)."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from registry.errors import Refused

FORMULA = ("=", "+", "-", "@", "\t", "\r")
ZIP = b"PK\x03\x04"
# What people pick by mistake: PNG, PDF, JPEG, GIF, old Excel, gzip.
OTHERS = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
MOST_UNPACKED = 100 * 1024 * 1024  # bytes; a small XLSX that unpacks to more is not a table of ours
MOST_COLUMNS, MOST_LINES = 300, 20_000  # of a sheet, empty ones too
# What openpyxl raises of a workbook that is none; a SyntaxError is one of XML.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, NotImplementedError, EOFError, OverflowError, RuntimeError, OSError,
)  # fmt: skip
FACTS = "docProps/core.xml"  # of a workbook: who and when
MOMENT = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileRefused(Refused):
    """The file as a whole cannot be read; the message says what to do."""

    code = "file_refused"


def csv_bytes(*, header: Iterable[str], rows: Iterable[Iterable]) -> bytes:
    """One file; every cell that a spreadsheet would take for a formula starts with an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in (header, *rows):
        writer.writerow([harmless(str(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(*, header: Iterable[str], rows: Iterable[Iterable]) -> bytes:
    """One sheet of text cells, with the header kept in view; formulas are made harmless as in CSV."""
    import openpyxl  # noqa: PLC0415  8 MB that a process serving pages does without

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    for row in (header, *rows):
        sheet.append([harmless(str(cell)) for cell in row])
    data = io.BytesIO()
    book.save(data)
    return _undated(data)


def _undated(workbook: io.BytesIO) -> bytes:
    """The same workbook without the moment of writing, so that the same rows make the same bytes and ETag."""
    data = io.BytesIO()
    with zipfile.ZipFile(workbook) as written, zipfile.ZipFile(data, "w") as archive:
        for name in written.namelist():
            part = zipfile.ZipInfo(name)  # dated 1.1.1980
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(
                part, MOMENT.sub(b"", written.read(name)) if name == FACTS else written.read(name)
            )
    return data.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_written(cell: str) -> str:
    """The cell without the apostrophe that `harmless` puts before a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def read(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV or the first sheet of an XLSX, with their numbers. Raises FileRefused."""
    return read_xlsx(data) if data.startswith(ZIP) else read_csv(data)


def read_csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    table = csv.reader(io.StringIO(_decoded(data), newline=""), delimiter=";", strict=True)
    try:
        yield from enumerate(table, start=1)  # as a spreadsheet numbers them, cells of many lines or not
    except csv.Error as problem:
        raise FileRefused(
            _("Line %(line)s cannot be read: a quotation mark is missing or too many.")
            % {"line": table.line_num}
        ) from problem


def read_xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415  8 MB that a process serving pages does without

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise FileRefused(_("The file unpacks to more than 100 MB. Divide it into smaller files."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            if number > MOST_LINES:
                raise FileRefused(_("The sheet has more than 20,000 lines. Divide it into smaller files."))
            yield number, _filled([_plain(cell) for cell in cells])
    except DAMAGED as problem:
        raise FileRefused(_("The file cannot be read as an Excel workbook (.xlsx).")) from problem


def _filled(cells: list[str]) -> list[str]:
    """Without the empty cells at the end."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _plain(cell) -> str:
    """A cell as text: 5.0 is 5, nothing is nothing."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _decoded(data: bytes) -> str:
    is_utf16 = data.startswith(UTF16)
    if data.startswith((ZIP, *OTHERS)) or (b"\0" in data and not is_utf16):
        raise FileRefused(_("The file is not a CSV file. In Excel, save it as “CSV UTF-8 (*.csv)”."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileRefused(
            _("The file is not UTF-8; it seems to be %(encoding)s. In Excel, save it as “CSV UTF-8 (*.csv)”.")
            % {"encoding": "UTF-16" if is_utf16 else "Windows-1252"}
        ) from problem
    return text
