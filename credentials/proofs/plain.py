"""Documents of the plain kind in canonical form: twenty times as fast as the whole of JSON-LD, and the same.

What is plain is told by `terms`. Besides, a document goes the long way in `canonical` where something in it
would be merged, or told apart only by trying orders: a value twice, two unnamed nodes that look alike.
Source: https://www.w3.org/TR/rdf-canon/
"""

import hashlib
import marshal
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

from credentials.proofs.contexts import Contexts
from credentials.proofs.terms import MAX_TABLES, RDF, SPECIAL, Member, Node, NotPlain, Tables

__all__ = ["NotPlain", "Shared", "nquads"]

MAX_VALUES = 1_000  # so few that no limit of `canonical` is met here
MAX_DEPTH = 19  # of nodes: each may stand in an array, as may its values
MAX_PIECES = 50  # of what is the same in many documents
MAX_BYTES = 50_000  # of a piece that a stranger makes us remember
# Nodes with a name of their own that are the same in many documents of an issuer.
SHARED = frozenset({"issuer", "achievement"})
NONE: dict[int, bytes] = {}


class Shared(dict[str, Any]):
    """A node with a name that stands in many documents, always this very object; nobody changes it.

    `encoded` is its JSON, once somebody has written it.
    """

    encoded: bytes | None = None


@dataclass(slots=True, eq=False)
class Unnamed:
    """A node without a name: its quads without the subject, those that lead to others of its kind apart.

    `digest` is its hash in the sense of RDFC-1.0, "first degree". `blocks` are its quads by its number, kept
    where it stands in many documents.
    """

    digest: bytes
    tails: list[str]
    links: list[tuple[str, "Unnamed"]]
    blocks: dict[int, bytes] | None = None


@dataclass(slots=True, eq=False)
class Piece:
    """The quads of a node and of everything below it; `links` lead from named nodes to unnamed ones."""

    lines: list[str] = field(default_factory=list)
    links: list[tuple[str, Unnamed]] = field(default_factory=list)
    unnamed: list[Unnamed] = field(default_factory=list)
    values: int = 0


Kept = tuple[dict[str, Any], str, Piece]


def nquads(document: dict[str, Any], contexts: Contexts) -> bytes:
    """The canonical N-Quads (RDFC-1.0), the same as `canonical.whole` gives. Raises NotPlain."""
    known = contexts.plain.get("known")
    if known is None or known.tables.count > MAX_TABLES:
        known = contexts.plain["known"] = _Known(contexts)
    piece = Piece()
    _Reader(known, piece).add(document, known.tables.root(document), head="")
    if len(set(piece.lines)) != len(piece.lines) or piece.values > MAX_VALUES:
        raise NotPlain  # a set holds equal values once
    return _written(piece)


class _Known:
    """What has been met: kinds of nodes, and nodes that are the same in many documents, by their content."""

    def __init__(self, contexts: Contexts) -> None:
        self.tables = Tables(contexts)
        self.pieces: dict[Any, Kept] = {}

    def keep(self, key: Any, kept: Kept) -> None:
        """The element is kept, too, so that its id comes to no other."""
        for one in kept[2].unnamed:
            one.blocks = None if one.links else {}
        if len(self.pieces) >= MAX_PIECES:
            self.pieces.clear()
        self.pieces[key] = kept


class _Reader:
    """Goes through one document and puts its quads into a piece."""

    def __init__(self, known: _Known, piece: Piece, depth: int = 1) -> None:
        self.known = known
        self.piece = piece
        self.depth = depth

    def add(self, element: dict[str, Any], node: Node, *, head: str) -> str | Unnamed:
        """The name of the node as N-Quads write it, or the unnamed node.

        `head` is the quad that leads to it when it has no name.
        """
        if self.depth > MAX_DEPTH or not element:
            raise NotPlain
        name = node.address(element)
        self.piece.values += len(node.types)
        tails: list[str] = [*node.types]
        links: list[tuple[str, Unnamed]] = []
        for member_name, value in element.items():
            if member_name in ("id", "type") or (member_name == "@context" and self.depth == 1):
                continue
            member = node.members.get(member_name) or self.known.tables.member(node, member_name)
            if type(value) is str and member.is_text and not SPECIAL.search(value):  # most of all values
                self.piece.values += 2
                tails.append(f"{member.before}{value}{member.after}")
                continue
            values = value if type(value) is list else [value]
            self.piece.values += len(values) + 1
            self._add_values(values, member, name or "_:z", tails, links)
        if not name:
            return _unnamed(tails, links, head, self.piece)
        self.piece.lines += [f"{name} {tail}" for tail in tails]
        self.piece.links += [(f"{name} {head}", below) for head, below in links]
        return name

    def _add_values(
        self,
        values: list[Any],
        member: Member,
        subject: str,
        tails: list[str],
        links: list[tuple[str, Unnamed]],
    ) -> None:
        if self.piece.values > MAX_VALUES:
            raise NotPlain
        if member.is_list:
            head = f"{subject} {member.predicate} _:a .\n"
            links.append((f"{member.predicate} ", _list([*map(member.object, values)], head, self.piece)))
            return
        for one in values:
            if not isinstance(one, dict):
                tails.append(member.tail(one))
                continue
            below = self._below(one, member, subject=subject)
            if isinstance(below, Unnamed):
                links.append((f"{member.predicate} ", below))
            else:
                tails.append(f"{member.predicate} {below} .\n")

    def _below(self, element: dict[str, Any], member: Member, *, subject: str) -> str | Unnamed:
        """A node inside another. One that is the same in many documents is read once."""
        node = self.known.tables.below(member, element)
        if member.name not in SHARED or "id" not in element:
            inner = _Reader(self.known, self.piece, self.depth + 1)
            return inner.add(element, node, head=f"{subject} {member.predicate} _:a .\n")
        mark = id(element) if type(element) is Shared else _content(element)
        kept = self.known.pieces.get((member, mark))
        if kept is None:
            own = Piece()
            name = str(_Reader(self.known, own, self.depth + 1).add(element, node, head=""))
            kept = (element, name, own)
            if isinstance(mark, int) or len(mark) <= MAX_BYTES:
                self.known.keep((member, mark), kept)
        _element, name, own = kept
        self.piece.lines += own.lines
        self.piece.links += own.links
        self.piece.unnamed += own.unnamed
        self.piece.values += own.values
        return name


def _unnamed(tails: list[str], links: list[tuple[str, Unnamed]], head: str, piece: Piece) -> Unnamed:
    """`head` is the quad that leads to it, with "_:a" as its object; empty for a document without a name."""
    tails.sort()
    if len(set(tails)) != len(tails):
        raise NotPlain  # a set holds equal values once
    quads = tails if not links else sorted(tails + [f"{link}_:z .\n" for link, _below in links])
    own = "_:a " + "_:a ".join(quads) if quads else ""
    # Sorted: names come before "_:a", and that before "_:z".
    text = f"{head}{own}" if head.startswith("<") else f"{own}{head}"
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    found = Unnamed(digest=digest, tails=tails, links=links)
    piece.unnamed.append(found)
    return found


def _list(objects: list[str], head: str, piece: Piece) -> Unnamed:
    """Values in their order: unnamed nodes, each of which holds one and leads to the next."""
    if not objects:
        raise NotPlain
    before = f"_:z <{RDF}rest> _:a .\n"
    heads = [head] + [before] * (len(objects) - 1)
    found = _unnamed([f"<{RDF}first> {objects[-1]} .\n", f"<{RDF}rest> <{RDF}nil> .\n"], [], heads[-1], piece)
    for one, leading in zip(objects[-2::-1], heads[-2::-1], strict=True):
        found = _unnamed([f"<{RDF}first> {one} .\n"], [(f"<{RDF}rest> ", found)], leading, piece)
    return found


def _written(piece: Piece) -> bytes:
    """All quads in their order. Unnamed nodes are numbered by their digests, which must differ."""
    ordered = sorted(piece.unnamed, key=attrgetter("digest"))
    if len({one.digest for one in ordered}) != len(ordered):
        raise NotPlain
    numbers = {id(one): number for number, one in enumerate(ordered)}
    lines = piece.lines + [f"{head}_:c14n{numbers[id(one)]} .\n" for head, one in piece.links]
    lines.sort()
    blocks = [
        (ordered[number].blocks or NONE).get(number) or _block(ordered[number], number, numbers)
        for number in _as_texts(len(ordered))
    ]
    return b"".join(["".join(lines).encode("utf-8"), *blocks])


def _block(one: Unnamed, number: int, numbers: dict[int, int]) -> bytes:
    """The quads of one unnamed node. Its number changes from document to document, the rest need not."""
    label = f"_:c14n{number} "
    tails = one.tails
    if one.links:
        tails = sorted(tails + [f"{head}_:c14n{numbers[id(below)]} .\n" for head, below in one.links])
    block = (label + label.join(tails)).encode("utf-8") if tails else b""
    if one.blocks is not None:
        one.blocks[number] = block
    return block


@cache
def _as_texts(count: int) -> list[int]:
    """The numbers in the order of their texts: 0, 1, 10, 11, 2."""
    return sorted(range(count), key=str)


def _content(element: dict[str, Any]) -> bytes:
    """Equal for equal content only: 1, 1.0, true and "1" are written differently. Nobody reads it."""
    try:
        return marshal.dumps(element, 2)  # the last version that writes equal texts alike, whichever they are
    except ValueError as error:
        raise NotPlain from error
