"""A file of offerings: a dry run tells every fault, then the accepted rows become drafts, once.

A row is known by a digest of what it says: the same row sent again, alone or in another file, adds nothing.
A file makes new drafts only; what is in the register is changed where it is written.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import models, transaction
from django.utils.translation import gettext as _

from registry import spreadsheets, trail
from registry.actions import offering_columns, offering_documents, offering_elm, offerings
from registry.actions.offering_columns import Codes
from registry.actions.offering_elm import Learning
from registry.actions.offering_reasons import Reason, worded
from registry.models import Institution, Offering, OfferingFile, OfferingVersion, User
from registry.models.texts import LANGUAGES
from registry.spreadsheets import FileRefused

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 2_000
ENDED = (
    OfferingVersion.Status.SUPERSEDED, OfferingVersion.Status.RETIRED, OfferingVersion.Status.REJECTED,
)  # fmt: skip


class Outcome(StrEnum):
    ACCEPT = "accept"
    KNOWN = "known"
    REJECT = "reject"


@dataclass
class Row:
    """One offering of a file. `number` is the line of a table, the place in a document; `cells` what stood in
    a table's columns, by name."""

    number: int
    content: dict
    outcomes: list[dict]
    reasons: list[Reason] = field(default_factory=list)
    code: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.ACCEPT

    @property
    def _to_mend(self) -> dict[str, str]:
        return self.cells or offering_columns.cells(self.content, self.outcomes)

    @property
    def digest(self) -> str:
        said = json.dumps([self.content, self.outcomes], sort_keys=True, ensure_ascii=False, default=_number)
        return hashlib.sha256(said.encode()).hexdigest()

    def as_json(self) -> dict:
        values = {"content": self.content, "outcomes": self.outcomes}
        return {
            "row": self.number,
            "outcome": str(self.outcome),
            "code": self.code,
            "digest": self.digest,
            "title": self.content.get("title", {}),
            "values": json.loads(json.dumps(values, default=_number)),
            "reasons": [list(reason) for reason in self.reasons],
            # kept where somebody will mend it
            "cells": self._to_mend if self.outcome == Outcome.REJECT else {},
        }


def read(*, institution: Institution, name: str, data: bytes, by: User, at: datetime) -> OfferingFile:
    """The dry run: the verdict on every row, kept until somebody imports it. Raises FileRefused."""
    rows = _rows(data, institution=institution)
    if not rows:
        raise FileRefused(_("The file has a header but no rows."))
    _judge(rows, institution=institution)
    with transaction.atomic():
        file = OfferingFile.objects.create(
            institution=institution,
            name=name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            rows=[row.as_json() for row in rows],
            uploaded_at=at,
            uploaded_by=by,
        )
        trail.record(verb="read", row=file, by=by, at=at)
    return file


@transaction.atomic
def import_accepted(*, file: OfferingFile, by: User, at: datetime) -> OfferingFile:
    """Make drafts of the rows that the dry run accepted, all in one transaction; a second time does nothing.

    The rows are judged again under the institution's lock: what the register has meanwhile is not made twice.
    """
    institution = Institution.objects.select_for_update().get(pk=file.institution_id)
    file = OfferingFile.objects.select_for_update().get(pk=file.pk)
    if file.imported_at is not None:
        return file
    rows = [_stored(row) for row in file.rows if row["outcome"] == Outcome.ACCEPT]
    _judge(rows, institution=institution)
    accepted = [row for row in rows if row.outcome == Outcome.ACCEPT]
    versions = offerings.create_many(
        institution=institution, drafts=[(row.content, row.outcomes) for row in accepted], by=by, at=at
    )
    for row, version in zip(accepted, versions, strict=True):
        row.code = version.offering.code
    others = [row for row in file.rows if row["outcome"] != Outcome.ACCEPT]
    done = sorted([*others, *(row.as_json() for row in rows)], key=lambda row: row["row"])
    file.rows = [{**row, "values": {}} for row in done]
    file.imported_at, file.imported_by = at, by
    file.save(update_fields=["rows", "imported_at", "imported_by"])
    trail.record(verb="imported", row=file, by=by, at=at)
    return file


def rejected(*, file: OfferingFile, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and lines of a table of the rejected rows as they were, with the reasons in words in a last
    column; mended, it can be read again."""
    rows = [row for row in file.rows if row["outcome"] == Outcome.REJECT]
    told = {name for row in rows for name in row.get("cells", {})} | {
        f"title_{file.institution.main_language}"
    }
    names = [column.name for column in offering_columns.COLUMNS if column.name in told]
    labels = offering_columns.labels(language)
    header = [*(labels[name] for name in names), offering_columns.REASON[language]]
    return header, [[*(row.get("cells", {}).get(name, "") for name in names), _said(row)] for row in rows]


def _said(row: dict) -> str:
    """Every reason on a line of its own."""
    reasons = [Reason(*one) for one in row["reasons"]]
    labels = [offering_columns.reason_label(reason.field) for reason in reasons]
    return "\n".join(
        f"{label}: {worded(reason)}" if label else worded(reason)
        for label, reason in zip(labels, reasons, strict=True)
    )


def _main_language(institution: Institution) -> str:
    return offerings.defaults(institution=institution).get("primary_language") or institution.main_language


def _rows(data: bytes, *, institution: Institution) -> list[Row]:
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 10 MB. Divide it into smaller files."))
    main = _main_language(institution)
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    if begins[:1] in (b"{", b"["):
        rows = _of_document(data, institution=institution)
    elif begins[:1] == b"<":
        rows = _of_learnings(offering_elm.of_xml(data), institution=institution)
    else:
        rows = _of_table(data, main=main)
    for row in rows:
        row.content = {"primary_language": main} | row.content
    return rows


def _of_table(data: bytes, *, main: str) -> list[Row]:
    lines = spreadsheets.read(data)
    columns, codes, rows = offering_columns.recognised(next(lines, (0, []))[1]), Codes(), []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MOST_ROWS:
            _too_many()
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        content, outcomes, reasons = offering_columns.parsed(named, codes=codes, main=main)
        if any(cell.strip() for cell in cells[len(columns) :]):
            reasons.append(Reason("", "cells", {}))
        code = next((cell.strip() for column, cell in named.items() if column.field == "code"), "")
        said = {column.name: cell for column, cell in named.items() if cell.strip()}
        rows.append(Row(number, content, outcomes, reasons, code, said))
    return rows


def _of_learnings(learnings: list[Learning], *, institution: Institution) -> list[Row]:
    if len(learnings) > MOST_ROWS:
        _too_many()
    codes, rows = Codes(), []
    for number, learning in enumerate(learnings, start=1):
        code, content, outcomes, reasons = learning.parsed(codes=codes, institution=institution)
        rows.append(Row(number, content, outcomes, reasons, code))
    return rows


def _of_document(data: bytes, *, institution: Institution) -> list[Row]:
    items, codes = offering_documents.items(data), Codes()
    if len(items) > MOST_ROWS:
        _too_many()
    if any(offering_elm.is_elm(item) for item in items):
        return _of_learnings(offering_elm.of_json(items), institution=institution)
    rows = []
    for number, item in enumerate(items, start=1):
        code, content, outcomes, reasons = offering_documents.parsed(item, codes=codes)
        rows.append(Row(number, content, outcomes, reasons, code))
    return rows


def _too_many() -> None:
    raise FileRefused(_("The file has more than 2,000 rows. Divide it into smaller files."))


def _judge(rows: list[Row], *, institution: Institution) -> None:
    """Give every row its outcome and all its reasons."""
    imported, titles = _imported(institution), _titles(institution)
    own = set(institution.offerings.values_list("code", flat=True))
    first_with: dict[str, int] = {}
    for row in rows:
        title = _title(row)
        if row.code and row.code in own:
            row.outcome = Outcome.KNOWN
        elif not row.reasons and row.digest in imported:
            row.outcome, row.code = Outcome.KNOWN, imported[row.digest]
        else:
            row.reasons += _of_title(row, title=title, titles=titles, first_with=first_with)
            row.reasons += _of_content(row, institution=institution)
            row.outcome = Outcome.REJECT if row.reasons else Outcome.ACCEPT
        if title:
            first_with.setdefault(title, row.number)


def _of_title(row: Row, *, title: str, titles: dict[str, str], first_with: dict[str, int]) -> list[Reason]:
    """A code that is not ours, a title that is missing or taken."""
    found = []
    if row.code:
        found.append(Reason("code", "code_unknown", {"value": row.code[:40]}))
    has_title_fault = any(reason.field.startswith("title") for reason in row.reasons)
    if not title and not has_title_fault:
        found.append(Reason("title", "title_missing", {}))
    elif title in first_with:
        found.append(Reason("title", "same_row", {"row": first_with[title]}))
    elif title in titles:
        found.append(Reason("title", "title_taken", {"code": titles[title]}))
    return found


def _of_content(row: Row, *, institution: Institution) -> list[Reason]:
    """What is wrong with the row as a whole, beside what its cells had."""
    found = offerings.faults(institution=institution, content=row.content, outcomes=row.outcomes)
    said = {reason.field for reason in row.reasons}
    return [Reason(name, "said", {"text": str(text)}) for name, text in found if name not in said]


def _title(row: Row) -> str:
    """The title in the row's main language, for comparing."""
    title, language = row.content.get("title"), row.content.get("primary_language")
    text = title.get(language) if isinstance(title, dict) and isinstance(language, str) else ""
    return " ".join(text.split()).casefold() if isinstance(text, str) else ""


def _imported(institution: Institution) -> dict[str, str]:
    """The code that came of each row ever imported, by digest."""
    files = institution.offering_files.filter(imported_at__isnull=False).values_list("rows", flat=True)
    return {row["digest"]: row["code"] for rows in files for row in rows if row["code"]}


def _titles(institution: Institution) -> dict[str, str]:
    """The codes of the institution's living offerings by title, in every language."""
    living = Offering.objects.filter(institution=institution).newest_versions().exclude(status__in=ENDED)
    return {
        " ".join(text.split()).casefold(): code
        for title, code in living.values_list("title", "offering__code")
        for language, text in title.items()
        if language in LANGUAGES and text
    }


def _stored(row: dict) -> Row:
    content = {name: _from_json(name, value) for name, value in row["values"]["content"].items()}
    return Row(row["row"], content, row["values"]["outcomes"])


def _from_json(name: str, value):
    is_number = isinstance(OfferingVersion._meta.get_field(name), models.DecimalField)
    return Decimal(value) if is_number else value


def _number(value):
    """A decimal as JSON and the digest write it: 5, 5.0 and 5.00 are the same size."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    raise TypeError(value)
