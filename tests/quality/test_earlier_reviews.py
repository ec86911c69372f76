"""What was published before the whole round runs in it, with its earlier review as evidence (issue C, 6)."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from credentials import issuable
from quality.models import Decision, ReviewCycle
from registry.models import Statement
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.quality import CycleFactory
from tests.factories.registry import OfferingVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
migration = import_module("quality.migrations.0004_quality_round")


def migrated() -> None:
    migration.run_what_is_published(apps, None)
    migration.keep_earlier_reviews(apps, None)


def test_version_published_without_a_round_gets_one_that_runs():
    """Its Check is due 12 months after publication, and what was approved can be issued."""
    version = OfferingVersionFactory(status="published")

    migrated()

    cycle, said = ReviewCycle.objects.get(), Statement.objects.get()
    due_on = date(AT.year + 1, AT.month, AT.day)
    assert (cycle.status, cycle.check_due_on, cycle.due_on) == ("do", due_on, due_on)
    assert (cycle.decided_at, cycle.decided_by) == (AT, version.approved_by)
    assert (said.review_id, said.check_due_on, said.decided_on) == (cycle.uid, due_on, AT.date())
    house = version.offering.institution
    attainment = AttainmentFactory(version=version, institution=house)
    assert list(issuable.ready(house)) == [attainment]


def test_version_published_without_an_approval_is_not_issued():
    """No approval is made up for it."""
    OfferingVersionFactory(status="published", approved_at=None, approved_by=None)

    migrated()

    assert (ReviewCycle.objects.get().status, Statement.objects.count()) == ("do", 0)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("status", "note", "outcome", "letter"),
    [
        ("do", "Hyvä.", "approved", {"fi": "Hyvä."}),
        ("suspended", "", "approved", migration.EARLIER),
        ("rejected", "Ei.", "rejected", {"fi": "Ei."}),
    ],
)
def test_earlier_review_is_kept_as_a_decision(status, note, outcome, letter):
    cycle = CycleFactory(status=status, decision_note=note, decided_at=AT, decided_by=UserFactory())

    migrated()
    migrated()

    made = Decision.objects.get()
    assert (made.cycle, made.stage, made.round, made.outcome) == (cycle, "plan", 1, outcome)
    assert (made.letter, made.content_hash) == (letter, cycle.version.content_hash)
    assert (made.decided_at, made.decided_by) == (cycle.decided_at, cycle.decided_by)


def test_plan_that_is_still_read_has_no_decision():
    CycleFactory(status="plan_review")

    migrated()

    assert not Decision.objects.exists()
