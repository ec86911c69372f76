"""My queue: late, today, fast track, waiting; twelve questions at any number of rows (issue C, 8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quality import worklist
from quality.models import Finding, ReviewCycle
from registry import access
from registry.access import Role
from registry.models import Membership, OfferingVersion
from tests.factories import AT
from tests.factories.quality import CycleFactory, FindingFactory, panel_of
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
S = ReviewCycle.Status
TODAY = AT.date()


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


def sent_plan(house, *, due=None, is_fast=False) -> ReviewCycle:
    """A plan whose panel a coordinator is to appoint."""
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="submitted")
    return CycleFactory(version=version, status=S.PLAN_REVIEW, due_on=due, is_fast=is_fast)


def running(house, *, check_due) -> ReviewCycle:
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    return CycleFactory(version=version, status=S.DO, due_on=check_due, check_due_on=check_due)


def read(house, person) -> dict[str, list]:
    held = access.permissions(user=person, institution=house)
    found = worklist.of(house, user=person, permissions=held, on=TODAY)
    return {name: [row for _kind, row in group.rows] for name, group in found.groups.items()}


def test_rows_stand_in_the_group_of_their_deadline(house):
    late, today = sent_plan(house, due=TODAY - timedelta(1)), sent_plan(house, due=TODAY, is_fast=True)
    fast, later = sent_plan(house, due=TODAY + timedelta(5), is_fast=True), sent_plan(house)
    sent_plan(InstitutionFactory(), due=TODAY)

    found = read(house, member(house, Role.QUALITY))

    assert found == {"late": [late], "today": [today], "fast": [fast], "waiting": [later]}


def test_check_that_opens_within_sixty_days_waits_for_the_coordinator(house):
    """T9."""
    soon, late = (
        running(house, check_due=TODAY + timedelta(60)),
        running(house, check_due=TODAY - timedelta(2)),
    )
    running(house, check_due=TODAY + timedelta(61))

    found = read(house, member(house, Role.QUALITY))

    assert (found["late"], found["waiting"]) == ([late], [soon])


def test_rectorate_hears_of_a_check_thirty_days_late(house):
    """6.5."""
    running(house, check_due=TODAY - timedelta(29))
    grave = running(house, check_due=TODAY - timedelta(30))

    assert read(house, member(house, Role.RECTORATE))["late"] == [grave]


def test_check_sent_to_a_panel_with_an_empty_seat_waits_for_the_coordinator(house):
    """T10: whoever sends a Check cannot leave it with nobody."""
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    sent = CycleFactory(version=version, status=S.CHECK_REVIEW, due_on=TODAY + timedelta(28))
    coordinator = member(house, Role.QUALITY)
    assert read(house, coordinator)["waiting"] == [sent]

    panel_of(sent, "check")

    assert read(house, coordinator)["waiting"] == []


def test_finding_waits_for_its_owner_then_for_who_verifies(house):
    author, coordinator = member(house, Role.AUTHOR), member(house, Role.QUALITY)
    mine = FindingFactory(
        cycle=running(house, check_due=TODAY + timedelta(300)), owner=author, due_on=TODAY - timedelta(1)
    )
    acted = FindingFactory(
        cycle=mine.cycle, owner=author, status="acted", acted_at=AT, acted_by=author, due_on=TODAY
    )

    assert read(house, author)["late"] == [mine]
    assert read(house, coordinator)["today"] == [acted]


def test_actions_wait_to_be_sent_then_the_round_to_be_closed(house):
    """T13, T15: nobody is left thinking that the round goes on by itself."""
    author, coordinator = member(house, Role.AUTHOR), member(house, Role.QUALITY)
    acting = running(house, check_due=TODAY + timedelta(300))
    finding = FindingFactory(cycle=acting, owner=author, status="open", due_on=TODAY + timedelta(9))
    ReviewCycle.objects.update(status=S.ACT)
    assert read(house, author)["waiting"] == [finding]

    Finding.objects.update(status="acted", acted_at=AT, acted_by=author)
    assert read(house, author)["waiting"] == [acting]

    ReviewCycle.objects.update(status=S.ACT_VERIFY)
    assert read(house, author)["waiting"] == []
    assert read(house, coordinator)["waiting"] == [finding]

    Finding.objects.update(status="verified", verified_at=AT, verified_by=coordinator)
    assert read(house, coordinator)["waiting"] == [acting]


def test_owner_of_a_finding_does_not_close_its_round(house):
    owner = member(house, Role.QUALITY)
    done = running(house, check_due=TODAY + timedelta(300))
    FindingFactory(
        cycle=done, owner=owner, status="verified", acted_at=AT, acted_by=owner, verified_at=AT,
        verified_by=member(house, Role.QUALITY),
    )  # fmt: skip
    ReviewCycle.objects.update(status=S.ACT_VERIFY)

    assert read(house, owner)["waiting"] == []


def test_group_keeps_ten_rows_and_tells_how_many_there_are(house):
    for _ in range(12):
        sent_plan(house, due=TODAY)
    person = member(house, Role.QUALITY)

    found = worklist.of(
        house, user=person, permissions=access.permissions(user=person, institution=house), on=TODAY
    )

    assert (len(found.groups["today"].rows), found.groups["today"].total) == (10, 12)


def everywhere(house):
    """One person in every staff role; two rows of every kind for them."""
    person = UserFactory()
    for role in access.STAFF_ROLES:
        Membership.objects.create(user=person, institution=house, role=role)
    for _ in range(2):
        more_of_everything(house, person)
    return person


def more_of_everything(house, person):
    cycle = running(house, check_due=TODAY - timedelta(40))
    sent_plan(house, due=TODAY, is_fast=True)
    FindingFactory(cycle=cycle, owner=person, due_on=TODAY)
    FindingFactory(cycle=cycle, status="acted", acted_at=AT, acted_by=UserFactory(), due_on=TODAY)
    draft = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), status=OfferingVersion.Status.DRAFT
    )
    draft.authors.add(person)
    cycle.offering.triggers.create(kind="rules", key=f"x{cycle.pk}", found_at=AT)
    cycle.offering.complaints.create(kind="other", text="x", made_at=AT)


def test_page_asks_twelve_questions_at_most_at_any_size(house, time_machine):
    time_machine.move_to(AT, tick=False)
    client = Client()
    client.force_login(everywhere(house))
    address = reverse("worklist", args=["oamk"])
    client.get(address)

    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(address).status_code == 200
    for _ in range(12):
        more_of_everything(house, client.get(address).wsgi_request.user)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address)

    assert len(many) == len(few) <= 12
    assert "14" in page.text


def test_counts_lead_to_their_pages(house, time_machine):
    time_machine.move_to(AT, tick=False)
    client = Client()
    client.force_login(everywhere(house))

    page = client.get(reverse("worklist", args=["oamk"])).text

    for name in ("complaint-list", "trigger-list", "review-list", "finding-list"):
        assert reverse(name, args=["oamk"]) in page
