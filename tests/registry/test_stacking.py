"""C-14, moonshot 11: what a stack counts, lacks and needs next; a brute-force solver judges the same."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random
from time import perf_counter

import pytest

from registry import stacking
from registry.stacking import Malformed, Missing, Part

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 22)
AI = {"all_of": ["A", "B", "C"]}


def part(code: str, ects=5, *, level=6, skills=(), on=TODAY) -> Part:
    return Part(
        code=code,
        ects=Fraction(ects),
        level=level,
        skills=tuple(frozenset(one) for one in skills),
        completed_on=on,
    )


def judge(rule: dict, held=(), offered=(), *, is_ordered=False) -> stacking.Verdict:
    read = stacking.read(rule, is_ordered=is_ordered)
    return stacking.judge(read, held=held, offered=offered, today=TODAY)


def test_package_is_complete_with_every_part():
    """C-14: 1 + 5 + 10 is 16 of 16."""
    verdict = judge(AI, [part("A", 1), part("B", 5), part("C", 10)], is_ordered=True)

    assert (verdict.is_complete, verdict.ects, verdict.missing, verdict.closest) == (True, 16, (), ())


def test_package_names_what_is_missing_in_the_order_it_can_be_taken():
    verdict = judge(AI, [part("B")], [part("C", 1), part("A", 10)], is_ordered=True)

    assert verdict == stacking.Verdict(
        is_complete=False,
        counted=(),
        ects=Fraction(0),
        overlap=Fraction(0),
        left_out=(("B", "order"),),
        missing=(Missing("all_of", Fraction(3), ("A", "B", "C")),),
        closest=("A", "C"),
    )


def test_closest_takes_fewest_then_smallest_parts():
    rule = {"n_of": 2, "from": ["A", "B", "C", "D"]}

    verdict = judge(rule, [part("A")], [part("B", 10), part("C", 5), part("D", 15)])

    assert (verdict.missing, verdict.closest) == ((Missing("n_of", Fraction(1), ("B", "C", "D")),), ("C",))


def test_closest_is_none_where_nothing_offered_completes():
    assert judge(AI, [part("A")], [part("B")]).closest is None


def test_alternatives_inside_a_package():
    rule = {"all_of": ["A", {"any_of": ["B", "C"]}]}

    verdict = judge(rule, [part("A")], [part("B", 5), part("C", 3)])

    assert (verdict.missing, verdict.closest) == ((Missing("any_of", Fraction(1), ("B", "C")),), ("C",))


def test_shared_skill_is_counted_once():
    """Two outcomes each: 2.5 credits an outcome, one of them for the same skill."""
    rule = {"min_ects": 8, "from": ["A", "B"]}
    a, b = part("A", skills=[{"esco:1"}, {"esco:2"}]), part("B", skills=[{"esco:2"}, ()])

    verdict = judge(rule, [a, b])

    assert (verdict.ects, verdict.overlap, verdict.is_complete) == (Fraction(15, 2), Fraction(5, 2), False)
    assert verdict.missing == (Missing("min_ects", Fraction(1, 2), ()),)


def test_marked_overlap_is_counted_once_among_all_its_parts_and_replaces_the_skills():
    rule = {"min_ects": 11, "from": ["A", "B", "C"], "overlaps": [{"parts": ["A", "B", "C"], "ects": 2}]}
    held = [part(code, skills=[{"esco:1"}]) for code in "ABC"]

    verdict = judge(rule, held)

    assert (verdict.ects, verdict.overlap, verdict.is_complete) == (Fraction(11), Fraction(4), True)


def test_part_below_the_level_or_too_old_does_not_count():
    rule = {"all_of": ["A", "B", "C"], "min_level": 6, "max_age_months": 12}
    held = [part("A", level=5), part("B", on=date(2025, 11, 21)), part("C", on=date(2025, 11, 22))]

    verdict = judge(rule, held, [part("A"), part("B")])

    assert (verdict.counted, verdict.left_out) == (("C",), (("A", "level"), ("B", "age")))
    assert verdict.closest == ("A", "B")


def test_newest_completion_that_counts_is_taken():
    rule = {"all_of": ["A"], "min_level": 6}

    verdict = judge(rule, [part("A", 5, on=date(2025, 1, 1)), part("A", 3, level=5, on=TODAY)])

    assert (verdict.is_complete, verdict.ects) == (True, 5)


def test_months_end_where_the_month_does():
    """N9: a year before the leap day, a month before the 31st."""
    assert stacking.earliest(today=date(2028, 2, 29), months=12) == date(2027, 2, 28)
    assert stacking.earliest(today=date(2026, 3, 31), months=1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ([], "shape"),
        ({}, "shape"),
        ({"all_of": ["A"], "what": 1}, "shape"),
        ({"all_of": []}, "empty"),
        ({"all_of": ["A", "A"]}, "twice"),
        ({"all_of": ["A", {"any_of": ["B", {"any_of": ["C"]}]}]}, "depth"),
        ({"min_ects": 5, "from": [{"any_of": ["A"]}]}, "depth"),
        ({"n_of": 3, "from": ["A", "B"]}, "number"),
        ({"min_ects": 5.3, "from": ["A"]}, "credits"),
        ({"all_of": ["A"], "min_level": 9}, "number"),
        ({"all_of": ["A"], "after": {"A": ["X"]}}, "unknown"),
        ({"all_of": ["A", "B"], "after": {"A": ["B"], "B": ["A"]}}, "ring"),
        ({"all_of": ["A", "B"], "overlaps": [{"parts": ["A"], "ects": 1}]}, "overlap_of_one"),
        ({"all_of": [f"P{n}" for n in range(31)]}, "too_many"),
    ],
)
def test_malformed_rule_is_refused_by_name(rule, code):
    with pytest.raises(Malformed) as refusal:
        stacking.read(rule)

    assert refusal.value.code == code


def test_random_stacks_are_judged_as_by_brute_force():
    """1,000 random stacks."""
    random, differences = Random(14), []
    complete = reachable = overlapping = 0
    for number in range(1000):
        rule, is_ordered, held, offered = made_up(random)
        verdict = judge(rule, held, offered, is_ordered=is_ordered)
        wanted = solved(rule, is_ordered, held, offered)
        found = (verdict.is_complete, set(verdict.counted), verdict.ects, _sorted(verdict.closest))
        complete += verdict.is_complete
        reachable += bool(verdict.closest)
        overlapping += verdict.overlap > 0
        if found != wanted:
            differences.append((number, rule, found, wanted))

    assert differences == []
    assert min(complete, reachable, overlapping) > 100  # the stacks try every kind of answer


def test_largest_rule_is_judged_in_moments():
    codes = [f"P{n:02}" for n in range(stacking.MOST_PARTS)]
    parts = [part(code, 1 + number % 5, skills=[{f"s{number % 9}"}, ()]) for number, code in enumerate(codes)]
    started = perf_counter()

    credits_wanted = judge({"min_ects": 40, "from": codes}, parts[:3], parts)
    half = judge({"n_of": 15, "from": codes}, parts[:3], parts)

    assert credits_wanted.closest is not None
    assert len(half.closest) == 12
    assert perf_counter() - started < 5


def made_up(random: Random) -> tuple[dict, bool, list[Part], list[Part]]:
    codes = [chr(65 + n) for n in range(random.randint(2, 8))]
    cut = random.randint(1, len(codes))
    groups = [a_group(random, some) for some in (codes[:cut], codes[cut:]) if some]
    rule = dict(groups[0]) if len(groups) == 1 else {random.choice(["all_of", "any_of"]): groups}
    if len(groups) == 2 and random.random() < 0.3:
        rule = {"n_of": random.randint(1, 2), "from": groups}
    if random.random() < 0.4:
        rule["after"] = {codes[1]: [codes[0]]} | ({codes[-1]: [codes[0]]} if random.random() < 0.5 else {})
        if rule["after"].get(codes[0]):
            del rule["after"][codes[0]]
    if random.random() < 0.3:
        rule["min_level"] = 6
    if random.random() < 0.3:
        rule["max_age_months"] = random.choice([6, 12, 36])
    if random.random() < 0.4:
        some = random.sample(codes, random.randint(2, len(codes)))
        rule["overlaps"] = [{"parts": sorted(some), "ects": random.choice([0.5, 1, 2, 3])}]
    held = [a_part(random, code) for code in codes if random.random() < 0.55]
    offered = [a_part(random, code) for code in codes if random.random() < 0.8]
    return rule, random.random() < 0.2, held, offered


def a_group(random: Random, codes: list[str]) -> dict:
    kind = random.choice(["all_of", "any_of", "n_of", "min_ects"])
    if kind == "n_of":
        return {"n_of": random.randint(1, len(codes)), "from": codes}
    if kind == "min_ects":
        return {"min_ects": random.choice([3, 5, 7.5, 10, 15]), "from": codes}
    return {kind: codes}


def a_part(random: Random, code: str) -> Part:
    outcomes = [
        {f"s{random.randint(0, 4)}" for _ in range(random.randint(0, 2))} for _ in range(random.randint(0, 3))
    ]
    day = TODAY - timedelta(days=random.randint(0, 900))
    size = random.choice([1, 2, 2.5, 3, 5, 10])
    return part(code, size, level=random.choice([None, 5, 6, 7]), skills=outcomes, on=day)


def solved(rule: dict, is_ordered: bool, held: list[Part], offered: list[Part]):
    """The same by trying every subset: complete, counting codes, credits, the smallest set that completes."""
    text = _leaves(rule)
    counting = {one.code: one for one in held if _counts(rule, one)}
    more = {one.code: one for one in offered if one.code not in counting and _high(rule, one)}
    everything = {**more, **counting}

    def full(codes) -> bool:
        stand = {code for code in codes if _stands(code, set(codes), rule, is_ordered, text)}
        return _holds(rule, stand, everything, rule)

    stand = {code for code in counting if _stands(code, set(counting), rule, is_ordered, text)}
    closest = None
    for size in range(len(more) + 1):
        lightest_first = sorted(more, key=lambda code: (more[code].ects, text.index(code)))
        hits = [one for one in combinations(lightest_first, size) if full({*counting, *one})]
        if hits:
            closest = sorted(hits[0])
            break
    return full(set(counting)), stand, _worth(stand, everything, rule), closest


def _sorted(codes):
    return None if codes is None else sorted(codes)


def _leaves(node):
    if isinstance(node, str):
        return [node]
    for key in ("all_of", "any_of", "from"):
        if key in node:
            return [code for one in node[key] for code in _leaves(one)]
    raise AssertionError(node)


def _high(rule, one):
    return "min_level" not in rule or (one.level or 0) >= rule["min_level"]


def _counts(rule, one):
    if not _high(rule, one):
        return False
    if "max_age_months" not in rule:
        return True
    # TODAY is the 22nd: every month has that day
    months = (TODAY.year - one.completed_on.year) * 12 + TODAY.month - one.completed_on.month
    return months < rule["max_age_months"] or (
        months == rule["max_age_months"] and one.completed_on.day >= TODAY.day
    )


def _stands(code, codes, rule, is_ordered, text):
    before = list(rule.get("after", {}).get(code, []))
    if is_ordered and text.index(code):
        before.append(text[text.index(code) - 1])
    return code in codes and all(_stands(one, codes, rule, is_ordered, text) for one in before)


def _holds(node, stand, parts, rule):
    if isinstance(node, str):
        return node in stand
    if "all_of" in node:
        return all(_holds(one, stand, parts, rule) for one in node["all_of"])
    if "any_of" in node:
        return any(_holds(one, stand, parts, rule) for one in node["any_of"])
    if "n_of" in node:
        return len([1 for one in node["from"] if _holds(one, stand, parts, rule)]) >= node["n_of"]
    return _worth(stand & set(node["from"]), parts, rule) >= Fraction(node["min_ects"])


def _worth(codes, parts, rule):
    """Credits: what each part claims, sorted, of every claimed thing the largest."""
    claims = []
    [marked] = rule.get("overlaps") or [{"parts": [], "ects": 0}]
    for code in codes:
        one, common = parts[code], Fraction(0)
        if code in marked["parts"]:
            common = min(Fraction(marked["ects"]), one.ects)
            claims += [("marked", common), (code, one.ects - common)]
            continue
        mine = {}
        for place, skills in enumerate(one.skills):
            for skill in skills or {f"{code} {place}"}:
                mine[skill] = mine.get(skill, 0) + one.ects / (len(one.skills) * max(1, len(skills)))
        claims += list((mine or {code: one.ects}).items())
    worth = dict(sorted(claims, key=lambda claim: claim[1]))
    return sum(worth.values(), Fraction(0))
