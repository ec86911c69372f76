"""How our JSON documents become bytes."""

from typing import Any

import orjson


def encode(document: dict[str, Any]) -> bytes:
    """The same document always gives the same bytes: UTF-8, members in their order, no spaces.

    What has been encoded before may stand in it as an `orjson.Fragment`. Raises TypeError for no JSON.
    """
    return orjson.dumps(document)
