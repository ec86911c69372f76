"""What can be issued: told row by row with the reason, and by the database alone for counts."""

from datetime import timedelta

import pytest

from credentials import issuable
from credentials.actions import holds
from credentials.models import Attainment, Enrolment
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, EnrolmentFactory
from tests.factories.issuing import issued, started
from tests.factories.registry import InstitutionFactory, RealisationFactory, StatementFactory, UserFactory

pytestmark = pytest.mark.django_db


def agreed(house) -> set[Attainment]:
    """What can be issued, told twice: by the database and row by row."""
    rows = list(issuable.unissued(house))
    hindered = issuable.obstacles(
        rows,
        statements=issuable.statements({row.version_id for row in rows}),
        waiting=issuable.waiting(rows),
    )
    by_rows = {row for row in rows if row.pk not in hindered}
    assert set(issuable.ready(house)) == by_rows
    return by_rows


def began(house, at, **facts) -> Attainment:
    """An attainment of somebody who enrolled at the moment."""
    attainment = AttainmentFactory(institution=house, **facts)
    run = RealisationFactory(version=attainment.version)
    EnrolmentFactory(
        institution=house,
        learner=attainment.learner,
        realisation=run,
        enrolled_at=at,
        status=Enrolment.Status.COMPLETED,
        attainment=attainment,
    )
    return attainment


def test_database_and_rows_agree_on_what_can_be_issued():
    house = InstitutionFactory()
    fine = AttainmentFactory(institution=house)
    AttainmentFactory(institution=house, grade="0")
    AttainmentFactory(institution=house, version__status=OfferingVersion.Status.APPROVED)
    AttainmentFactory(institution=house, statement=False)
    issued(AttainmentFactory(institution=house))
    started(AttainmentFactory(institution=house))

    assert agreed(house) == {fine}


@pytest.mark.parametrize(("days", "is_issued"), [(-1, True), (1, False)])
def test_suspension_stops_only_those_who_begin_after_it(days, is_issued):
    """T16: started learners may finish."""
    house = InstitutionFactory()
    attainment = began(house, AT + timedelta(days=days))
    StatementFactory(version=attainment.version, suspended_at=AT, created_at=AT)

    assert agreed(house) == ({attainment} if is_issued else set())


def test_who_begins_after_the_offering_went_on_is_issued_to():
    """T17."""
    house = InstitutionFactory()
    attainment = began(house, AT + timedelta(days=3))
    StatementFactory(version=attainment.version, suspended_at=AT, created_at=AT)
    StatementFactory(version=attainment.version, created_at=AT + timedelta(days=2))

    assert agreed(house) == {attainment}


@pytest.mark.parametrize(("late", "is_issued"), [(29, True), (30, False)])
def test_check_thirty_days_late_stops_those_who_begin_then(late, is_issued):
    """6.5: from +30 days on."""
    house = InstitutionFactory()
    due = AT.date()
    attainment = began(house, AT + timedelta(days=late), statement=False)
    StatementFactory(version=attainment.version, check_due_on=due, decided_on=due - timedelta(days=365))

    assert agreed(house) == ({attainment} if is_issued else set())


@pytest.mark.parametrize("is_of_learner", [True, False])
def test_hold_stops_issuing_until_it_is_lifted(is_of_learner):
    """T16: a fraud hold is a named decision."""
    house = InstitutionFactory()
    attainment = AttainmentFactory(institution=house)
    about = attainment.learner if is_of_learner else None
    by = UserFactory()
    hold = holds.place(version=attainment.version, learner=about, reason="Vilppiepäily", by=by, at=AT)
    assert agreed(house) == set()

    holds.lift(hold=hold, reason="Aiheeton", by=by, at=AT)

    assert agreed(house) == {attainment}
