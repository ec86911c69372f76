"""How our JSON documents become bytes."""

import json
from datetime import UTC, datetime
from typing import Any

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode(document: dict[str, Any]) -> bytes:
    """The same document always gives the same bytes: UTF-8, members in their order, no spaces."""
    return ENCODER.encode(document).encode("utf-8")


def stamp(moment: datetime) -> str:
    """An aware moment as xsd:dateTimeStamp, in UTC to the second."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a document needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
