"""Pathways as plain rules: what a stack of parts is worth, what it lacks, and the shortest way to the end.

A rule is JSON: a group, and conditions beside it at the top.

    {"all_of": [item, …]}               every one          item: the code of an offering, or a group of codes
    {"any_of": [item, …]}               one, whichever
    {"n_of": n, "from": [item, …]}      n of them
    {"min_ects": n, "from": [code, …]}  credits, what overlaps counted once
    "min_level": 6                      a part below this EQF level, or without one, does not count
    "max_age_months": 60                nor one completed longer ago
    "after": {"B": ["A"]}               nor B as long as A does not
    "overlaps": [{"parts": ["A", "B"], "ects": 2}]   two credits that A and B share

What overlaps, and why: docs/decisions/0060-overlap-of-outcomes.md. No Django here.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

MOST_PARTS = 30
CONDITIONS = frozenset({"min_level", "max_age_months", "after", "overlaps"})
HEADS = {
    frozenset({"all_of"}): "all_of",
    frozenset({"any_of"}): "any_of",
    frozenset({"n_of", "from"}): "n_of",
    frozenset({"min_ects", "from"}): "min_ects",
}


class Malformed(ValueError):
    """A rule that cannot be followed. `code` is stable; `about` says which part of it: a code or a key."""

    def __init__(self, code: str, about: str = ""):
        super().__init__(f"{code}: {about}")
        self.code, self.about = code, about


@dataclass(frozen=True)
class Part:
    """What counts of one offering; `skills` holds of each learning outcome the addresses of its skills."""

    code: str
    ects: Fraction
    level: int | None = None
    skills: tuple[frozenset[str], ...] = ()
    completed_on: date | None = None


@dataclass(frozen=True)
class Group:
    """`kind` is all_of, any_of, n_of or min_ects; `number` how many of `items`, or how many credits."""

    kind: str
    number: Fraction
    items: "tuple[str | Group, ...]"

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(
            code for item in self.items for code in ([item] if isinstance(item, str) else item.codes)
        )


@dataclass(frozen=True)
class Rule:
    root: Group
    min_level: int | None = None
    max_age_months: int | None = None
    after: Mapping[str, frozenset[str]] = field(default_factory=dict)
    overlaps: tuple[tuple[frozenset[str], Fraction], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Every offering of the rule, in its order."""
        return self.root.codes


@dataclass(frozen=True)
class Missing:
    """A group that is not full: so many more (or credits more, for min_ects) out of `codes`."""

    kind: str
    number: Fraction
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """`left_out` tells why a part that is there does not count: level, age, or order.

    `closest` is the smallest set of offerings that completes the stack, in an order they can be taken in;
    empty when it is complete, None when what is offered cannot complete it.
    """

    is_complete: bool
    counted: tuple[str, ...]
    ects: Fraction
    overlap: Fraction
    left_out: tuple[tuple[str, str], ...]
    missing: tuple[Missing, ...]
    closest: tuple[str, ...] | None


def read(rule: dict, *, is_ordered: bool = False) -> Rule:
    """The rule as values. `is_ordered`: each part comes after the one before it. Raises Malformed."""
    if not isinstance(rule, dict):
        raise Malformed("shape")
    root = _group({key: value for key, value in rule.items() if key not in CONDITIONS}, depth=2)
    codes = root.codes
    if len(codes) > MOST_PARTS:
        raise Malformed("too_many", str(MOST_PARTS))
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise Malformed("twice", twice)
    after = {code: set(earlier) for code, earlier in _after(rule.get("after", {}), codes).items()}
    if is_ordered:
        for earlier, later in pairwise(codes):
            after.setdefault(later, set()).add(earlier)
    _refuse_ring(after)
    return Rule(
        root=root,
        min_level=_whole(rule.get("min_level"), "min_level", most=8),
        max_age_months=_whole(rule.get("max_age_months"), "max_age_months", most=600),
        after={code: frozenset(earlier) for code, earlier in after.items()},
        overlaps=tuple(_overlaps(rule.get("overlaps", []), codes)),
    )


def judge(rule: Rule, *, held: Iterable[Part], offered: Iterable[Part], today: date) -> Verdict:
    """How the parts somebody holds stand, and what of those offered would complete them.

    Of several parts with one code, the one that counts, else the last, is looked at.
    """
    there = _one_each(rule, held, today=today)
    fit = {code: part for code, part in there.items() if not _unfit(rule, part, today=today)}
    counted = in_order(rule, fit)
    plain = sum((fit[code].ects for code in counted), Fraction())
    ects = credits_of(rule, [fit[code] for code in counted])
    left_out = [(code, _unfit(rule, part, today=today)) for code, part in there.items()]
    left_out = [(code, why or "order") for code, why in left_out if code not in counted]
    is_complete = _is_full(rule.root, counted, fit, rule)
    able = {one.code: one for one in offered if one.code in rule.codes and one.code not in fit}
    able = {code: one for code, one in able.items() if _is_level_enough(rule, one)}
    return Verdict(
        is_complete=is_complete,
        counted=tuple(code for code in rule.codes if code in counted),
        ects=ects,
        overlap=plain - ects,
        left_out=tuple(sorted(left_out, key=lambda pair: rule.codes.index(pair[0]))),
        missing=() if is_complete else tuple(_missing(rule.root, counted, fit, rule)),
        closest=() if is_complete else _closest(rule, fit=fit, able=able),
    )


def credits_of(rule: Rule, parts: Iterable[Part]) -> Fraction:
    """The credits of parts together: of what several give, the largest share is counted, once."""
    largest: dict[tuple, Fraction] = {}
    for part in parts:
        for unit, share in _shares(rule, part).items():
            largest[unit] = max(share, largest.get(unit, Fraction()))
    return sum(largest.values(), Fraction())


def fewest(item: str | Group) -> int:
    """A number of parts below which the item cannot be full, whichever they are."""
    if isinstance(item, str) or item.kind == "min_ects":
        return 1
    return sum(sorted(fewest(one) for one in item.items)[: int(item.number)])


def in_order(rule: Rule, codes: Iterable[str]) -> frozenset[str]:
    """Those of the codes that count: all that must come before them does too."""
    left, counted = set(codes), set()
    while ready := {code for code in left if rule.after.get(code, frozenset()) <= counted}:
        counted |= ready
        left -= ready
    return frozenset(counted)


def earliest(*, today: date, months: int) -> date:
    """The day so many months ago; the last of its month where it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _shares(rule: Rule, part: Part) -> dict[tuple, Fraction]:
    """The credits of a part by what they are for.

    First the overlaps marked by a person. Only a part without any is compared by skills: its credits are
    divided evenly among its outcomes, an outcome's among its skills. The rest is the part's own.
    """
    marked = {number: ects for number, (codes, ects) in enumerate(rule.overlaps) if part.code in codes}
    if marked:
        shares, left = {}, part.ects
        for number, ects in marked.items():
            shares["overlap", number] = min(ects, left)
            left -= shares["overlap", number]
        return {**shares, ("part", part.code): left}
    shares = {}
    for number, skills in enumerate(part.skills):
        units = [("skill", uri) for uri in skills] or [("outcome", part.code, number)]
        for unit in units:
            share = part.ects / len(part.skills) / len(units)
            shares[unit] = shares.get(unit, Fraction()) + share
    return shares or {("part", part.code): part.ects}


def _one_each(rule: Rule, held: Iterable[Part], *, today: date) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for part in sorted(held, key=lambda one: one.completed_on or date.min):
        if part.code not in rule.codes:
            continue
        if part.code not in found or not _unfit(rule, part, today=today):
            found[part.code] = part
    return found


def _unfit(rule: Rule, part: Part, *, today: date) -> str:
    if not _is_level_enough(rule, part):
        return "level"
    if rule.max_age_months is not None and part.completed_on is not None:
        return "age" if part.completed_on < earliest(today=today, months=rule.max_age_months) else ""
    return ""


def _is_level_enough(rule: Rule, part: Part) -> bool:
    return rule.min_level is None or (part.level is not None and part.level >= rule.min_level)


def _is_full(item: str | Group, counted: frozenset[str], parts: Mapping[str, Part], rule: Rule) -> bool:
    if isinstance(item, str):
        return item in counted
    return _still(item, counted, parts, rule) <= 0


def _still(group: Group, counted: frozenset[str], parts: Mapping[str, Part], rule: Rule) -> Fraction:
    """How much a group lacks, in items or credits."""
    if group.kind == "min_ects":
        return group.number - credits_of(rule, [parts[code] for code in group.codes if code in counted])
    return group.number - sum(_is_full(item, counted, parts, rule) for item in group.items)


def _missing(group: Group, counted: frozenset[str], parts: Mapping[str, Part], rule: Rule) -> list[Missing]:
    """What lacks, by group; a group of which every item is wanted is told by its parts."""
    if _is_full(group, counted, parts, rule):
        return []
    if group.kind == "all_of":
        bare = tuple(item for item in group.items if isinstance(item, str) and item not in counted)
        found = [Missing("all_of", Fraction(len(bare)), bare)] if bare else []
        for item in group.items:
            found += [] if isinstance(item, str) else _missing(item, counted, parts, rule)
        return found
    left = tuple(code for code in group.codes if code not in counted)
    return [Missing(group.kind, _still(group, counted, parts, rule), left)]


def _closest(rule: Rule, *, fit: dict[str, Part], able: dict[str, Part]) -> tuple[str, ...] | None:
    """Fewest offerings first; of as many, the first in alphabetical manner, small ones before large ones."""
    parts = {**able, **fit}
    order = sorted(able, key=lambda code: (able[code].ects, rule.codes.index(code)))
    if not _is_full(rule.root, in_order(rule, parts), parts, rule):
        return None
    for size in range(1, len(order) + 1):
        if (found := _search(rule, parts, frozenset(fit), order, size)) is not None:
            return _takeable(rule, found)
    return None


def _search(
    rule: Rule, parts: Mapping[str, Part], have: frozenset[str], order: list[str], size: int
) -> list[str] | None:
    """The first way to complete what we have with `size` more of `order`."""
    if size == 0:
        return [] if _is_full(rule.root, in_order(rule, have), parts, rule) else None
    if _at_least(rule.root, have, order, parts, rule) > size:
        return None
    for place, code in enumerate(order):
        rest = order[place:]
        # With all that is left it must be possible; it grows less along the loop.
        if len(rest) < size or not _is_full(rule.root, in_order(rule, have | set(rest)), parts, rule):
            return None
        if (found := _search(rule, parts, have | {code}, rest[1:], size - 1)) is not None:
            return [code, *found]
    return None


def _at_least(
    item: str | Group, have: frozenset[str], order: list[str], parts: Mapping[str, Part], rule: Rule
) -> int:
    """A number of further parts below which the item cannot be full, whatever the order asks besides.

    A code stands once in a rule, so no part fills two groups. What is impossible counts as more than all.
    """
    never = MOST_PARTS + 1
    if isinstance(item, str):
        return 0 if item in have else 1 if item in order else never
    if item.kind != "min_ects":
        needs = sorted(_at_least(one, have, order, parts, rule) for one in item.items)
        return min(never, sum(needs[: int(item.number)]))
    still = _still(item, have, parts, rule)
    # Together parts give at most the sum of their credits.
    sizes = sorted((parts[code].ects for code in item.codes if code in order), reverse=True)
    for number, ects in enumerate([Fraction(), *sizes]):
        still -= ects
        if still <= 0:
            return number
    return never


def _takeable(rule: Rule, codes: list[str]) -> tuple[str, ...]:
    """The codes so that what must come first comes first, else in the order of the rule."""
    left, taken = sorted(codes, key=rule.codes.index), []
    while left:
        code = next(one for one in left if not rule.after.get(one, frozenset()) & set(left))
        taken.append(code)
        left.remove(code)
    return tuple(taken)


def _group(value: object, *, depth: int) -> Group:
    kind = HEADS.get(frozenset(value)) if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind is None:
        raise Malformed("shape")
    items = value.get("from", value.get(kind))
    if not isinstance(items, list) or not items:
        raise Malformed("empty")
    made = tuple(_item(item, depth=depth if kind != "min_ects" else 1) for item in items)
    if kind == "min_ects":
        return Group(kind, _half(value[kind], "min_ects"), made)
    number = {"all_of": len(made), "any_of": 1}.get(kind) or _whole(value[kind], "n_of", most=len(made))
    return Group(kind, Fraction(number or 0), made)


def _item(item: object, *, depth: int) -> str | Group:
    if isinstance(item, str) and item:
        return item
    if depth < 2:
        raise Malformed("depth")
    return _group(item, depth=depth - 1)


def _whole(value: object, name: str, *, most: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise Malformed("number", name)
    return value


def _half(value: object, name: str) -> Fraction:
    """Credits: whole or half, above nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 240 or value * 2 % 1:
        raise Malformed("credits", name)
    return Fraction(value)


def _after(value: object, codes: tuple[str, ...]) -> dict[str, list[str]]:
    if not isinstance(value, dict) or not all(isinstance(earlier, list) for earlier in value.values()):
        raise Malformed("shape")
    for code in [*value, *(one for earlier in value.values() for one in earlier)]:
        if code not in codes:
            raise Malformed("unknown", str(code))
    return value


def _refuse_ring(after: Mapping[str, set[str]]) -> None:
    left = dict(after)
    while ready := [code for code, earlier in left.items() if not earlier & set(left)]:
        for code in ready:
            del left[code]
    if left:
        raise Malformed("ring", ", ".join(left))


def _overlaps(value: object, codes: tuple[str, ...]) -> Iterable[tuple[frozenset[str], Fraction]]:
    if not isinstance(value, list):
        raise Malformed("shape")
    for one in value:
        if not isinstance(one, dict) or set(one) != {"parts", "ects"} or not isinstance(one["parts"], list):
            raise Malformed("shape")
        if unknown := next((code for code in one["parts"] if code not in codes), ""):
            raise Malformed("unknown", str(unknown))
        if len(set(one["parts"])) < 2:
            raise Malformed("overlap_of_one")
        yield frozenset(one["parts"]), _half(one["ects"], "overlaps")
