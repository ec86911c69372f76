"""Code lists: from the file in registry/data into the table that forms, filters and documents read."""

import json
from pathlib import Path

from django.db import transaction

from registry import catalogue
from registry.models import Code

FILE = Path(__file__).resolve().parent.parent / "data" / "codelists.json"


def read() -> list[dict]:
    """The lists of the file: [{"list", "uri", "codes": [{"code", "uri", "label", …}]}]."""
    return json.loads(FILE.read_text(encoding="utf-8"))["lists"]


def aliases() -> dict[str, dict[str, str]]:
    """Other spellings of codes that imports understand: {"teaching_time": {"iltaopetus": "evening"}}."""
    return {
        row["list"]: {alias: code["code"] for code in row["codes"] for alias in code.get("aliases", [])}
        for row in read()
    }


@transaction.atomic
def load() -> int:
    """Write every code of the file and return their number; none is deleted, content may still hold it."""
    codes = [
        Code(
            list=row["list"],
            code=code["code"],
            uri=code["uri"] or "",
            national_code=code.get("national", ""),
            label=code["label"],
            description=code.get("description", {}),
            order=order,
        )
        for row in read()
        for order, code in enumerate(row["codes"])
    ]
    Code.objects.bulk_create(
        codes,
        update_conflicts=True,
        unique_fields=["list", "code"],
        update_fields=["uri", "national_code", "label", "description", "order"],
    )
    catalogue.forget()
    return len(codes)


def labels(*, code_list: str) -> dict[str, dict]:
    """Every code of a list with its label in each language."""
    return dict(Code.objects.filter(list=code_list).values_list("code", "label"))


def label(*, code_list: str, code: str) -> dict:
    """The words of one code in the three languages; empty for no code."""
    row = Code.objects.filter(list=code_list, code=code).first()
    return row.label if row else {}
