"""Notices of deadlines (6.5): on their days, to those whom they concern, once each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from credentials.models import Credential
from quality import deadlines
from quality.actions import notices
from quality.deadlines import Series
from quality.models import Finding, LearnerWishes, Notice, ReviewCycle
from registry.access import Role
from registry.models import AccessibilityFeedback, Letter, Membership
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.evidence import ContactFactory
from tests.factories.issuing import issued
from tests.factories.quality import CycleFactory, FindingFactory, panel_of
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    member,
)

pytestmark = pytest.mark.django_db
Status = ReviewCycle.Status
DUE = date(2026, 12, 1)


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def people(house):
    return {role: member(house, role) for role in (Role.AUTHOR, Role.QUALITY, Role.PUBLISHER, Role.RECTORATE)}


def cycle_of(house, people, *, status, version_status=None, **fields):
    version = {"version__status": version_status} if version_status else {}
    cycle = CycleFactory(
        version__offering__institution=house, status=status, **version, **{"opened_at": ago(), **fields}
    )
    cycle.version.authors.add(people[Role.AUTHOR])
    return cycle


def ago() -> datetime:
    return datetime(2025, 12, 1, tzinfo=UTC)


def told(on: date) -> set[tuple]:
    """(kind, address, the day it is about) of each notice that is due."""
    return {(one.kind, one.reader.email, one.about_on) for one in deadlines.due(on)}


def days_written(*days: int) -> dict[str, list[int]]:
    """By address: on which of these days around the deadline a letter came, when the clock runs on each."""
    found: dict[str, list[int]] = {}
    for late in days:
        before = Letter.objects.count()
        notices.write(on=DUE + timedelta(days=late), at=AT)
        for letter in Letter.objects.order_by("pk")[before:]:
            found.setdefault(letter.to, []).append(late)
    return found


def test_series_gives_the_last_step_that_has_come():
    weekly = Series((-7, 0), is_weekly=True)

    found = [weekly.step(DUE, on=DUE + timedelta(days=late)) for late in (-8, -7, -1, 0, 6, 7, 20, 21)]

    assert found == [None, -7, -7, 0, 0, 7, 14, 21]


def test_series_leaves_out_what_lay_before_the_beginning():
    assert Series((-14, -3)).step(DUE, on=DUE - timedelta(days=9), since=DUE - timedelta(days=10)) is None


def test_check_is_told_to_authors_and_coordinators_and_late_to_the_rectorate(house, people):
    """6.5: −60, −30, −7, 0, then weekly; from +30 the rectorate too."""
    cycle_of(house, people, status=Status.DO, check_due_on=DUE)

    found = days_written(
        -61, -60, -59, -31, -30, -8, -7, -1, 0, 1, 6, 7, 14, 21, 28, 29, 30, 31, 35, 37, 42, 44
    )

    staff = [-60, -30, -7, 0, 7, 14, 21, 28, 35, 42]
    assert found == {
        people[Role.AUTHOR].email: staff,
        people[Role.QUALITY].email: staff,
        people[Role.RECTORATE].email: [30, 37, 44],
    }


def test_notice_is_written_once_however_often_the_clock_asks(house, people):
    """6.5: running twice on the same day sends one message."""
    cycle_of(house, people, status=Status.DO, check_due_on=DUE)

    written = [notices.write(on=DUE, at=AT) for _time in range(3)]

    assert (written, Letter.objects.count(), Notice.objects.count()) == ([2, 0, 0], 2, 2)


def test_days_that_the_clock_slept_through_are_told_once_by_the_last_of_them(house, people):
    """Killed before −30 and back after the deadline: one letter each, not one for every step."""
    cycle_of(house, people, status=Status.DO, check_due_on=DUE)
    notices.write(on=DUE - timedelta(days=31), at=AT)
    Letter.objects.all().delete()

    notices.write(on=DUE + timedelta(days=3), at=AT)

    assert sorted(Letter.objects.values_list("to", flat=True)) == sorted(
        [people[Role.AUTHOR].email, people[Role.QUALITY].email]
    )


def test_another_worker_was_quicker_and_the_rest_is_written(house, people, monkeypatch):
    """Two beats at once: the unique key lets one of them write each notice."""
    cycle_of(house, people, status=Status.DO, check_due_on=DUE)
    first, *_others = deadlines.due(DUE)
    asked = notices._write

    def raced(portion, *, at):
        if not Notice.objects.exists():
            asked([first], at=at)
            raise IntegrityError
        return asked(portion, at=at)

    monkeypatch.setattr(notices, "_write", raced)

    assert (notices.write(on=DUE, at=AT), Notice.objects.count(), Letter.objects.count()) == (1, 2, 2)


def test_check_of_a_suspended_version_is_not_asked_for(house, people):
    cycle_of(house, people, status=Status.SUSPENDED, check_due_on=DUE)

    assert told(DUE) == set()


def test_check_letter_says_how_late_it_is(house, people):
    cycle = cycle_of(house, people, status=Status.DO, check_due_on=DUE)

    notices.write(on=DUE + timedelta(days=47), at=AT)

    letter = Letter.objects.get(to=people[Role.QUALITY].email)
    assert letter.subject == f"Arviointi: {cycle.offering.code}"
    assert "47 päivää myöhässä" in letter.body
    assert f"/fi/staff/oamk/reviews/{cycle.uid}/" in letter.body


def test_panel_is_told_as_long_as_a_member_has_not_answered(house, people):
    """6.5: −5, 0, +7 to the panel and the coordinator; whoever has answered is left alone, but for the
    chair."""
    cycle = cycle_of(house, people, status=Status.PLAN_REVIEW, due_on=DUE)
    chair, peer, outsider = panel_of(cycle)
    peer.answered_round = 1
    peer.save(update_fields=["answered_round"])

    found = days_written(-6, -5, -4, -1, 0, 1, 6, 7, 8, 14, 30)

    coordinators = {people[Role.QUALITY].email, chair.user.email}
    assert found == {who: [-5, 0, 7] for who in [*coordinators, outsider.email]}


def test_panel_that_was_not_appointed_in_a_week_is_told_to_the_rectorate(house, people):
    """T3."""
    cycle = cycle_of(house, people, status=Status.PLAN_REVIEW, version_status="submitted")
    sent_on = cycle.version.submitted_at.date()

    on_day_six, on_day_seven = told(sent_on + timedelta(days=6)), told(sent_on + timedelta(days=7))

    assert on_day_six == set()
    assert on_day_seven == {
        ("unappointed", people[Role.RECTORATE].email, sent_on + timedelta(days=7)),
    }


def test_finding_is_told_to_its_owner_and_the_coordinator(house, people):
    """6.5: −14, −3, 0, then weekly."""
    FindingFactory(
        cycle=cycle_of(house, people, status=Status.ACT),
        owner=people[Role.AUTHOR],
        due_on=DUE,
        found_at=ago(),
    )

    found = days_written(-15, -14, -13, -4, -3, -2, 0, 1, 6, 7, 8)

    days = [-14, -3, 0, 7]
    assert found == {people[Role.AUTHOR].email: days, people[Role.QUALITY].email: days}


def test_finding_whose_action_waits_for_verification_is_told_to_the_coordinator_only(house, people):
    cycle = cycle_of(house, people, status=Status.ACT)
    FindingFactory(
        cycle=cycle, owner=people[Role.AUTHOR], due_on=DUE, found_at=ago(), status=Finding.Status.ACTED,
        acted_at=AT, acted_by=people[Role.AUTHOR],
    )  # fmt: skip

    assert told(DUE) == {("finding", people[Role.QUALITY].email, DUE)}


def test_finding_whose_owner_has_left_is_told_to_the_rectorate(house, people):
    """No overdue finding stays without somebody who answers for it."""
    finding = FindingFactory(cycle=cycle_of(house, people, status=Status.ACT), due_on=DUE, found_at=ago())
    Membership.objects.filter(user=finding.owner).delete()

    notices.write(on=DUE, at=AT)

    letters = {letter.to: letter.body for letter in Letter.objects.all()}
    assert set(letters) == {people[Role.QUALITY].email, people[Role.RECTORATE].email}
    assert all("nimeä uusi omistaja" in body for body in letters.values())


def test_approval_that_lapses_is_told_to_authors_and_publishers(house, people):
    """6.5: −14, −3; a lapsed one no more."""
    cycle_of(house, people, status=Status.PLAN_APPROVED, due_on=DUE, decided_at=ago())

    found = days_written(-15, -14, -13, -4, -3, -2, 0, 1, 7)

    assert found == {people[Role.AUTHOR].email: [-14, -3], people[Role.PUBLISHER].email: [-14, -3]}


def test_self_evaluation_and_returned_plan_are_told_to_the_authors(house, people):
    cycle_of(house, people, status=Status.CHECK_OPEN, due_on=DUE)
    cycle_of(house, people, status=Status.PLAN_RETURNED, due_on=DUE)
    author, coordinator = people[Role.AUTHOR].email, people[Role.QUALITY].email

    found = told(DUE)

    assert found == {
        (kind, person, DUE) for kind in ("self_evaluation", "returned") for person in (author, coordinator)
    }


def test_idle_draft_is_told_to_its_authors_once(house, people):
    """T1: a reminder at 60 idle days."""
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), updated_at=ago())
    version.authors.add(people[Role.AUTHOR])
    idle_on = ago().date() + timedelta(days=60)

    before, then = notices.write(on=idle_on - timedelta(days=1), at=AT), notices.write(on=idle_on, at=AT)
    later = notices.write(on=idle_on + timedelta(days=30), at=AT)

    assert (before, then, later) == (0, 1, 0)


def test_end_of_funding_is_told_to_the_people_of_the_project(house, people):
    """6.5: −180, −90 to RDI and study affairs."""
    version = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), status="published",
        rdi={"project_name": "Vety"}, funding=[{"type": "eakr", "ends_on": DUE.isoformat()}],
    )  # fmt: skip
    contact = ContactFactory(offering=version.offering, function="rdi")

    assert told(DUE - timedelta(days=181)) == set()
    assert told(DUE - timedelta(days=180)) == {("project", contact.email, DUE)}
    assert told(DUE + timedelta(days=1)) == set()


def test_expiring_credential_is_told_to_the_learner_who_wants_it():
    """6.5: −60, −14, if wanted."""
    attainment = AttainmentFactory(version__validity_months=12)
    credential, other = issued(attainment), issued(AttainmentFactory(version__validity_months=12))
    LearnerWishes.objects.create(learner=credential.learner, wants_expiry=True)
    expires = Credential.objects.get(pk=credential.pk).valid_until.date()

    found = {one.reader.email for one in deadlines.due(expires - timedelta(days=60))}

    assert (found, other.learner.email in found) == ({credential.learner.email}, False)


def test_accessibility_feedback_is_told_on_day_ten_of_fourteen():
    AccessibilityFeedback.objects.create(created_at=AT, language="fi", text="Ei näy.")

    found = [bool(told(AT.date() + timedelta(days=days))) for days in (9, 10)]
    notices.write(on=AT.date() + timedelta(days=10), at=AT)

    assert found == [False, True]
    assert Notice.objects.get().institution is None
    assert Letter.objects.get().to == settings.ACCESSIBILITY_CONTACT


def test_notices_cost_as_many_queries_for_three_of_each_as_for_one(house, people):
    def write_one_of_each():
        cycle_of(house, people, status=Status.DO, check_due_on=DUE)
        FindingFactory(cycle=cycle_of(house, people, status=Status.ACT), due_on=DUE)
        panel_of(cycle_of(house, people, status=Status.PLAN_REVIEW, due_on=DUE))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            deadlines.due(DUE)
        return len(asked)

    write_one_of_each()
    of_one = queries()
    write_one_of_each()
    write_one_of_each()

    assert queries() == of_one


def test_beat_that_slept_over_a_morning_wakes_to_it_once(time_machine):
    """The schedule is at six in Finland; the beat keeps when it last ran, with Redis and without."""
    time_machine.move_to(datetime(2026, 11, 22, 4, 30, tzinfo=UTC), tick=False)  # half past six
    morning = settings.CELERY_BEAT_SCHEDULE["quality.notices.write_due"]["schedule"]

    slept, done = (
        morning.is_due(datetime(2026, 11, 22, 4, 30, tzinfo=UTC) - timedelta(minutes=minutes)).is_due
        for minutes in (3 * 24 * 60, 10)
    )

    assert (slept, done) == (True, False)
    assert {"quality.triggers.find_due", "quality.surveys.send_due"} <= settings.CELERY_BEAT_SCHEDULE.keys()
