"""How our JSON documents become bytes."""

import math
from typing import Any

import orjson

# Only what JSON itself has: a moment or a fact has its written form before it comes here.
PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def encode(document: dict[str, Any]) -> bytes:
    """The same document always gives the same bytes: UTF-8, members in their order, no spaces.

    Raises TypeError for no JSON, and ValueError for a number that is none, which orjson writes as null.
    """
    written = encode_canonical(document)
    if b"null" in written:
        _refuse_no_numbers(document)
    return written


def encode_canonical(document: dict[str, Any]) -> bytes:
    """The same of one that has been signed in canonical form, which holds no such number and no null.

    What has been encoded before may stand in it as an `orjson.Fragment`.
    """
    return orjson.dumps(document, option=PLAIN)


def _refuse_no_numbers(value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number that JSON has")
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            _refuse_no_numbers(one)
