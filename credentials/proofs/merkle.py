"""Merkle trees as certificate transparency builds them: an order of leaves that nobody can change unseen.

A node is asked for by its level and its place in it: level 0 are the hashes of leaves, a node of level n
stands for 2^n of them. Source: RFC 9162 §2.1.
"""

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def completed(data: bytes, number: int, node: Node) -> list[bytes]:
    """The nodes that the leaf with this number completes, its own hash first; `node` gives earlier ones."""
    found = [leaf(data)]
    while number >> (len(found) - 1) & 1:
        level = len(found) - 1
        found.append(joined(node(level, (number >> level) - 1), found[-1]))
    return found


def root(size: int, node: Node) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _span(0, size, node) if size else EMPTY


def inclusion(number: int, size: int, node: Node) -> list[bytes]:
    """The path from a leaf to the root. `number` is below `size`."""
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if number < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(begin, middle, node))
            begin = middle
    return path[::-1]


def is_included(data: bytes, *, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf stands at this place of the tree with that root (§2.1.3.2)."""
    if not 0 <= number < size:
        return False
    first, last, found = number, size - 1, leaf(data)
    for one in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = joined(one, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = joined(found, one)
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The path that shows that the tree of `new` leaves begins with that of `old`; 0 < old <= new."""
    path, begin, end, is_whole = [], 0, new, True
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(begin, middle, node))
            begin, is_whole = middle, False
    return ([] if is_whole else [_span(begin, end, node)]) + path[::-1]


def is_consistent(*, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the later tree holds the earlier one unchanged (§2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    path = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = joined(one, before), joined(one, after)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = joined(after, one)
        first, last = first >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def of(leaves: Sequence[bytes]) -> Node:
    """The nodes of a tree whose leaves are all at hand."""
    levels = [[leaf(data) for data in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([joined(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, number: levels[level][number]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _span(begin: int, end: int, node: Node) -> bytes:
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _split(size)
    return joined(_span(begin, middle, node), _span(middle, end, node))
