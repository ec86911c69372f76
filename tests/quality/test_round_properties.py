"""A round in small, played at random: the drill that docs/drills.md has the figures of, and what it would
notice (issue C, Shows 2)."""

from datetime import UTC, datetime, timedelta

import pytest

from quality.drills import properties, properties_replay
from quality.drills.properties_truths import Failed, Gate, Watch
from quality.models import Decision, Finding, ReviewCycle
from registry.models import OfferingVersion, TrailEntry
from tests.factories.issuing import issued
from tests.factories.quality import CycleFactory, fresh, sent
from tests.factories.registry import OfferingVersionFactory, UserFactory

BEGAN = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.django_db
def test_round_keeps_its_promises_whatever_people_do():
    """Issue C, Shows 2: no state outside the table, no award that should not be, nobody judges their own
    work, the trail leads to the same state; looked at after every act."""
    figures = properties.rehearse(acts=100, number=1, steps=50)

    assert figures["acts"] >= 100
    assert figures["done"] > 10
    assert figures["refused"] > 20


@pytest.mark.parametrize(
    ("model", "moves"),
    [
        (ReviewCycle, properties_replay.ROUND),
        (OfferingVersion, properties_replay.VERSION),
        (Finding, properties_replay.FINDING),
    ],
)
def test_tables_of_states_allow_what_the_specification_does(model, moves):
    """T1–T20: the product's NEXT and the drill's own table, written out from 6.2, are the same."""
    allowed = {(str(was), str(to)) for was, following in model.NEXT.items() for to in following}

    assert allowed == {(was, to) for was, to in moves if was}


@pytest.mark.django_db
def test_drill_notices_an_award_from_a_version_that_was_never_approved():
    """Issue C, moonshot 2."""
    issued()

    with pytest.raises(Failed, match="awarded from a version that was never approved"):
        Watch().look()


@pytest.mark.django_db
def test_drill_notices_whoever_judges_their_own_work():
    """Rule 12."""
    cycle, author = CycleFactory(status="plan_approved"), UserFactory()
    cycle.version.authors.add(author)
    Decision.objects.create(
        cycle=cycle, stage="plan", round=1, outcome="approved", letter={"fi": "Hyvä."}, content_hash="0" * 64,
        decided_at=BEGAN, decided_by=author,
    )  # fmt: skip

    with pytest.raises(Failed, match="approved decided by an author"):
        Watch().look()


@pytest.mark.django_db
def test_drill_notices_a_state_that_the_trail_does_not_lead_to():
    """6.2: every transition writes its line."""
    version = OfferingVersionFactory(
        offering__institution__rule_set="eu-2022/1", participation_modes=["onsite"]
    )
    author = UserFactory()
    version.authors.add(author)
    cycle = sent(version, by=author)
    ReviewCycle.objects.filter(pk=cycle.pk).update(status="do")

    with pytest.raises(Failed, match=f"reviewcycle:{fresh(cycle).uid} is do, the trail leads to plan_review"):
        Watch().look()


@pytest.mark.parametrize(
    ("was", "became", "role", "said"),
    [
        ("plan_draft", "do", "publisher", "no move from “plan_draft” to “do”"),
        ("plan_draft", "plan_review", "reviewer", "plan_draft → plan_review by “reviewer”"),
        ("do", "check_open", "quality", "the trail says from do, it was plan_draft"),
    ],
)
def test_replay_notices_a_line_that_cannot_be(was, became, role, said):
    """T1–T20: who, from, to."""
    first = TrailEntry(pk=1, about="reviewcycle:x", became="plan_draft", role="author", by_id=1)
    second = TrailEntry(pk=2, about="reviewcycle:x", was=was, became=became, role=role, by_id=1)
    replay = properties_replay.Replay()

    replay.read([first, second])

    assert any(said in fault for fault in replay.faults)


@pytest.mark.parametrize(
    ("days", "may"),
    [(1, True), (365 + 29, True), (365 + 30, False), (50, False), (61, True), (1095, True), (1097, False)],
)
def test_gate_of_the_drill_goes_by_days_alone(days, may):
    """12 months to the Check, 29 days more to begin; nobody begins while it is suspended, nor three years
    after the plan's approval, however often it was checked."""
    gate = Gate()
    gate.approved(BEGAN)
    gate.checked(BEGAN)
    gate.said.append((BEGAN + timedelta(days=40), "suspended", None))
    gate.said.append((BEGAN + timedelta(days=60), "resumed", None))
    for checked in (700, 1090):
        gate.checked(BEGAN + timedelta(days=checked))

    assert gate.may_begin(BEGAN + timedelta(days=days)) is may
