"""The claims that the holder of an SD-JWT may leave out: salted texts, which the token knows by their digest.

Source: RFC 9901, 4.2 and 7.1.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.proofs import canonical, jose
from credentials.proofs.canonical import Document, NotCanonical
from credentials.proofs.verdict import Rejected

RESERVED = {"_sd", "...", "_sd_alg"}


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One claim as it travels. `name` is None for an element of an array."""

    text: str
    name: str | None
    value: Any

    @property
    def digest(self) -> str:
        return digest(self.text)


def make(salt: str, name: str, value: Any) -> str:
    """A disclosure as it travels."""
    return jose.encode(json.dumps([salt, name, value], ensure_ascii=False, allow_nan=False).encode("utf-8"))


def read(text: str) -> Disclosure:
    """A disclosure that anybody sent. Raises BadToken."""
    try:
        parts = canonical.read(b'{"disclosure":' + jose.decode(text) + b"}")["disclosure"]
    except NotCanonical as refusal:
        raise jose.BadToken("bad-proof", f"disclosure: {refusal.detail}") from refusal
    if not isinstance(parts, list) or len(parts) not in (2, 3) or not isinstance(parts[0], str):
        raise jose.BadToken("bad-proof", "not a disclosure")
    if len(parts) == 3 and not isinstance(parts[1], str):
        raise jose.BadToken("bad-proof", "a disclosure whose name is no text")
    return Disclosure(text=text, name=parts[1] if len(parts) == 3 else None, value=parts[-1])


def digest(text: str) -> str:
    """By which the issuer's part knows a disclosure, and the holder's signature a presentation."""
    return jose.encode(hashlib.sha256(text.encode("ascii")).digest())


class Reader:
    """Puts disclosures in the place of their digests; each digest may be met once."""

    def __init__(self, known: dict[str, Disclosure]) -> None:
        self.known = known
        self.met: set[str] = set()

    def whole(self, value: Any, depth: int = 0) -> Any:
        if depth > canonical.MAX_DEPTH:
            raise Rejected("bad-proof", "nested too deeply")
        if isinstance(value, list):
            return [one for item in value for one in self.element(item, depth)]
        return self.object(value, depth) if isinstance(value, dict) else value

    def object(self, value: Document, depth: int) -> Document:
        if "..." in value:
            raise Rejected("bad-proof", "a member named ...")
        found = {name: self.whole(item, depth + 1) for name, item in value.items() if name != "_sd"}
        for one in digests_of(value):
            disclosure = self.meet(one)
            if disclosure is None:
                continue
            if disclosure.name is None or disclosure.name in RESERVED or disclosure.name in found:
                raise Rejected("bad-proof", "a disclosure in the wrong place")
            found[disclosure.name] = self.whole(disclosure.value, depth + 1)
        return found

    def element(self, value: Any, depth: int) -> Iterator[Any]:
        """The element of an array; nothing where it is hidden."""
        if not isinstance(value, dict) or "..." not in value:
            yield self.whole(value, depth + 1)
            return
        if len(value) != 1 or not isinstance(value["..."], str):
            raise Rejected("bad-proof", "a digest that is no text")
        disclosure = self.meet(value["..."])
        if disclosure and disclosure.name is not None:
            raise Rejected("bad-proof", "a disclosure in the wrong place")
        if disclosure:
            yield self.whole(disclosure.value, depth + 1)

    def meet(self, met: str) -> Disclosure | None:
        if met in self.met:
            raise Rejected("bad-proof", "a digest twice")
        self.met.add(met)
        return self.known.get(met)


def members(payload: Document, known: Mapping[str, Disclosure]) -> Iterator[tuple[str, list[str]]]:
    """Each member of the token with the digests that stand below it, or for it."""
    for name, value in payload.items():
        if name != "_sd":
            yield name, list(_found(value))
    for one in digests_of(payload):
        if one in known and known[one].name is not None:
            yield str(known[one].name), [one]


def below(digests: Collection[str], known: Mapping[str, Disclosure]) -> Iterator[str]:
    """The digests and those inside of what they stand for."""
    waiting, seen = list(digests), set()
    while waiting:
        one = waiting.pop()
        if one in known and one not in seen:
            seen.add(one)
            waiting += _found(known[one].value)
            yield one


def _found(value: Any) -> Iterator[str]:
    """Every digest that stands somewhere in a value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from digests_of(item)
            if isinstance(item.get("..."), str):
                yield item["..."]
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def digests_of(value: Document) -> list[str]:
    listed = value.get("_sd", [])
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise Rejected("bad-proof", "_sd is no list of digests")
    return listed
