"""Stamps of a version's content: whether somebody has changed it since it was read, field by field."""

import hashlib
import json
import re
from collections.abc import Iterable
from decimal import Decimal

from registry.actions import offering_content
from registry.models import OfferingVersion

STAMP = re.compile(r"[0-9a-f]{16}")
OUTCOME = ("kind", "text", "skill_keywords", "skills")


def of_all(version: OfferingVersion) -> str:
    """SHA-256 over the stored content and the outcomes."""
    return hashlib.sha256(_said([_stored(version, OfferingVersion.CONTENT), _outcomes(version)])).hexdigest()


def of(*, version: OfferingVersion, fields: Iterable[str], with_outcomes: bool = False) -> dict[str, str]:
    """A short hash of each of these fields as it is stored; of the outcomes together one, "outcomes"."""
    return _short(_stored(version, fields), _outcomes(version) if with_outcomes else None)


def entered(*, content: dict, outcomes: list[dict] | None = None) -> dict[str, str]:
    """What `of` will be once this is saved."""
    tidied = {field: offering_content.tidied(field, value) for field, value in content.items()}
    rows = None if outcomes is None else [offering_content.tidied_outcome(row) for row in outcomes]
    return _short(tidied, rows)


def written(stamps: dict[str, str]) -> str:
    """As a form carries them, hidden."""
    return json.dumps(stamps)


def read(text: str) -> dict[str, str]:
    """What `written` wrote; {} where it is something else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    known = {*OfferingVersion.CONTENT, "outcomes"}
    return {
        name: stamp
        for name, stamp in pairs
        if name in known and isinstance(stamp, str) and STAMP.fullmatch(stamp)
    }


def _stored(version: OfferingVersion, fields: Iterable[str]) -> dict:
    fields = tuple(fields)
    return OfferingVersion.objects.values(*fields).get(pk=version.pk) if fields else {}


def _outcomes(version: OfferingVersion) -> list[dict]:
    return list(version.outcomes.order_by("order").values(*OUTCOME))


def _short(content: dict, outcomes: list[dict] | None) -> dict[str, str]:
    """Of the words: how a browser ends its lines is no change."""
    every = content if outcomes is None else content | {"outcomes": outcomes}
    said = {name: _said(value).replace(rb"\r\n", rb"\n") for name, value in every.items()}
    return {name: hashlib.sha256(one).hexdigest()[:16] for name, one in said.items()}


def _said(value) -> bytes:
    return json.dumps(value, sort_keys=True, default=_plain, ensure_ascii=False).encode()


def _plain(value) -> str:
    """A number for the hash: 5, 5.0 and 5.00 are the same size."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
