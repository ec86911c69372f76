"""Moments as credentials write them: xsd:dateTimeStamp, a date and time with its zone."""

import re
from datetime import UTC, datetime

STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)


def parse(text: object) -> datetime | None:
    """The aware moment, or None when the text is not one. Parts of a second beyond a microsecond are cut."""
    match = STAMP.match(text) if isinstance(text, str) else None
    if not match:
        return None
    second, fraction, zone = match.groups()
    try:
        return datetime.fromisoformat(second + (fraction or "")[:7] + zone)
    except ValueError:
        return None


def stamp(moment: datetime) -> str:
    """An aware moment, in UTC to the second."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a document needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
