"""The four pathways of the demo, judged: what completes them, what comes next, what counts once (C-14)."""

from datetime import date
from fractions import Fraction

import pytest

from quality.actions import demo
from registry import catalogue, pathways, stacking
from registry.models import OfferingVersion, Pathway
from tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the file says the same on every database
TODAY = AT.date()
OAMK, KAMK, JAMK = "OAMK-MC-2026-001", "KAMK-MC-2026-002", "JAMK-MC-2026-003"
SEAMK, LAPINAMK = "SEAMK-MC-2025-004", "LAPINAMK-MC-2026-005"
NOVIA, SAVONIA = "NOVIA-MC-2026-007", "SAVONIA-MC-2025-008"
KARELIA = "KARELIA-MC-2025-010"


@pytest.fixture(scope="module")
def loaded(made_once):
    with made_once(lambda: demo.load(at=AT)):
        yield


@pytest.fixture
def judged(loaded):
    """The verdict on the offerings that somebody has completed, by pathway; `changes` to its rule."""

    def judge(code: str, *held: str, completed_on: date = TODAY, **changes) -> stacking.Verdict:
        pathway: Pathway = catalogue.pathways().get(code=code)
        rule = stacking.read(pathway.rule | changes, is_ordered=pathway.is_ordered)
        versions = OfferingVersion.objects.filter(offering__code__in=held, status="published")
        return stacking.judge(
            rule,
            held=[pathways.part(one, completed_on=completed_on) for one in versions],
            offered=pathways.offered(pathway),
            today=TODAY,
        )

    return judge


# Pathway, what is completed, the credits that count, the closest way to the end.
JUDGED = [
    ("PATH-AI-16", (OAMK, KAMK, JAMK), 16, ()),
    ("PATH-AI-16", (OAMK, KAMK), 6, (JAMK,)),
    ("PATH-AI-16", (JAMK,), 0, (OAMK, KAMK)),  # taken in order: the last one waits for the others
    ("PATH-GREEN-15", (SEAMK, LAPINAMK), 15, ()),
    ("PATH-GREEN-15", (SEAMK,), 5, (LAPINAMK,)),
    ("PATH-DIGICARE-8", (SAVONIA, NOVIA), 8, ()),
    ("PATH-DIGICARE-8", (NOVIA,), 5, (SAVONIA,)),
    ("PATH-ENG-ENTRY", (KARELIA,), 15, ()),
    ("PATH-ENG-ENTRY", (), 0, (KARELIA,)),  # the other one is not published yet
]


def test_demo_pathways_are_judged(judged):
    found = [(code, held, judged(code, *held)) for code, held, _ects, _closest in JUDGED]

    assert [(code, held, one.ects, one.closest) for code, held, one in found] == JUDGED
    assert [one.is_complete for _code, _held, one in found] == [not closest for *_rest, closest in JUDGED]


def test_overlap_of_a_demo_pathway_is_counted_once(judged):
    """Two of five credits of KAMK are those of JAMK: 16 become 14."""
    common = [{"parts": [KAMK, JAMK], "ects": 2}]

    verdict = judged("PATH-AI-16", OAMK, KAMK, JAMK, overlaps=common)

    assert (verdict.ects, verdict.overlap) == (Fraction(14), Fraction(2))


def test_age_and_level_of_a_demo_pathway_leave_parts_out(judged):
    old = judged("PATH-GREEN-15", SEAMK, LAPINAMK, completed_on=date(2024, 11, 21), max_age_months=24)
    low = judged("PATH-GREEN-15", SEAMK, LAPINAMK, min_level=7)

    assert {why for _code, why in old.left_out} == {"age"}
    assert {why for _code, why in low.left_out} == {"level"}
    assert (old.ects, low.ects, old.is_complete) == (0, 0, False)
