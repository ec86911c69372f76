"""The staff's first page: which institution, what waits for whom, where to go."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from credentials.actions import data_requests, rectifications
from quality.actions import plans, seats
from registry.access import Role
from registry.actions import drafts
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.quality import LETTER, PanelMemberFactory, chair_of, fresh, rated, sent
from tests.factories.registry import (
    InstitutionFactory,
    MembershipFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def people(house):
    return {role: member(house, role) for role in (Role.AUTHOR, Role.QUALITY, Role.REVIEWER, Role.PUBLISHER)}


def draft(house, people) -> OfferingVersion:
    version = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), participation_modes=["onsite"]
    )
    version.authors.add(people[Role.AUTHOR])
    return version


def send(house, people):
    return sent(draft(house, people), by=people[Role.AUTHOR])


def take(house, people):
    cycle = send(house, people)
    PanelMemberFactory(cycle=cycle, user=people[Role.QUALITY], seat="chair", origin="own_unit")
    PanelMemberFactory(cycle=cycle, user=people[Role.REVIEWER])
    PanelMemberFactory(cycle=cycle, user=None, seat="working_life", origin="working_life")
    plans.start(cycle=fresh(cycle), by=people[Role.QUALITY], at=AT)
    return fresh(cycle)


def rate(house, people):
    return rated(take(house, people))


def approve(house, people):
    plans.approve(cycle=rate(house, people), by=people[Role.QUALITY], at=AT, letter=LETTER)


def send_back(house, people):
    cycle = take(house, people)
    seats.comment(member=chair_of(cycle), field="title", text="?", language="fi", at=AT)
    plans.send_back(cycle=cycle, by=people[Role.QUALITY], at=AT, letter=LETTER)


def home(client) -> dict:
    with translation.override("en"):
        return client.get(reverse("staff-home", args=["oamk"])).context


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (draft, {Role.AUTHOR: "Your drafts"}),
        (send, {Role.QUALITY: "Panels to appoint and start"}),
        (
            take,
            dict.fromkeys([Role.QUALITY, Role.REVIEWER], "Reviews where your ratings are awaited"),
        ),
        (rate, {Role.QUALITY: "Reviews to decide"}),
        (send_back, {Role.AUTHOR: "Returned to you for changes"}),
        (approve, {Role.PUBLISHER: "Approved, to be published"}),
    ],
)
def test_home_says_what_waits_for_whom(client, house, people, state, waits):
    state(house, people)

    said = {}
    for role, person in people.items():
        client.force_login(person)
        said[role] = [(task["label"], task["count"]) for task in home(client)["tasks"]]

    assert said == {role: [(waits[role], 1)] if role in waits else [] for role in people}


def test_home_says_what_learners_have_asked_for(client, house):
    """Rectification and own data (domain 3.8): the law gives days, so the first page tells."""
    attainment = AttainmentFactory(institution=house, learner__user=UserFactory(), statement=False)
    learner = attainment.learner
    data_requests.ask(learner=learner, kind="erasure", text="", by=learner.user, at=AT)
    rectifications.ask(
        learner=learner, attainment=attainment, about="Arviointi", told_on=AT.date(), until=AT.date(),
        grounds="Pisteet on laskettu väärin.", by=learner.user, at=AT,
    )  # fmt: skip
    client.force_login(member(house, Role.ISSUER))

    said = {task["label"]: task["url"] for task in home(client)["tasks"]}

    assert said == {
        "Rectification requests to answer": "/en/staff/oamk/rectification/",
        "Requests about own data to answer": "/en/staff/oamk/data-requests/",
    }


def test_home_names_own_drafts_with_what_is_typed_there_and_what_waits(client, house, people):
    """Issue B item 10; others' drafts and one's own work in review do not wait for the author."""
    author = people[Role.AUTHOR]
    typed, saved = draft(house, people), draft(house, people)
    OfferingVersionFactory(offering__institution=house)
    drafts.keep(version=typed, tab="basics", data={"title_fi": ["x"]}, seen={}, by=author, at=AT)
    send_back(house, people)
    cycle = send(house, people)

    client.force_login(author)
    of_author = home(client)
    client.force_login(people[Role.QUALITY])
    of_coordinator = home(client)

    assert [(row["version"], row["is_unsaved"]) for row in of_author["drafts"]] == [
        (saved, False),
        (typed, True),
    ]
    assert [row["cycle"].version.status for row in of_author["waiting"]] == ["changes_requested"]
    assert (of_coordinator["drafts"], [row["cycle"] for row in of_coordinator["waiting"]]) == ([], [cycle])


def test_home_counts_attainments_that_nothing_keeps_from_being_issued(client, house):
    AttainmentFactory(institution=house)
    AttainmentFactory(institution=house, statement=False)  # its version has no quality approval
    client.force_login(member(house, Role.ISSUER))

    assert [(task["label"], task["count"]) for task in home(client)["tasks"]] == [("Attainments to issue", 1)]


SUPPLY = ["queue", "offerings", "calendar", "pathways", "parents", "needs"]
READ = [*SUPPLY, "reviews", "findings", "dashboard", "reports", "audits"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("role", "places"),
    [
        (Role.AUTHOR, [*READ, "causes", "agreements", "pilots", "feedback-results"]),
        (
            Role.QUALITY,
            [
                *READ,
                "bundles",
                "causes",
                "complaints",
                "agreements",
                "pilots",
                "panels",
                "panel-meetings",
                "rectification",
                "holds",
                "rule-set",
                "level-steps",
                "invitations",
                "trail",
            ],
        ),
        (Role.REVIEWER, [*READ, "causes", "agreements", "pilots", "panel-meetings"]),
        (Role.RECTORATE, [*READ, "bundles", "causes", "agreements", "pilots", "holds", "trail"]),
        (Role.PUBLISHER, [*READ, "causes", "agreements", "pilots", "feedback-results"]),
        (
            Role.ISSUER,
            [
                *SUPPLY,
                "learners",
                "attainments",
                "rectification",
                "data-requests",
                "batches",
                "credentials",
                "composites",
                "holds",
            ],
        ),
        (Role.ADMIN, [*SUPPLY, "level-steps", "api-keys", "keys", "certificates", "people", "trail"]),
    ],
)
def test_home_leads_to_the_pages_of_the_role(client, house, role, places):
    client.force_login(member(house, role))

    found = [place["url"] for place in home(client)["places"]]

    assert found == [f"/en/staff/oamk/{place}/" for place in places]
    assert [client.get(url).status_code for url in found] == [200] * len(places)


def test_whoever_works_for_one_institution_goes_straight_there(client, house):
    client.force_login(member(house, Role.AUTHOR, Role.REVIEWER))

    assert client.get(reverse("staff"))["Location"] == reverse("staff-home", args=["oamk"])


def test_whoever_works_for_several_chooses(client, house):
    person, other = member(house, Role.AUTHOR), InstitutionFactory(code="LAB")
    MembershipFactory(user=person, institution=other, role=Role.REVIEWER)
    client.force_login(person)

    assert set(client.get(reverse("staff")).context["institutions"]) == {house, other}


def test_whoever_has_no_staff_role_is_told(client, house):
    client.force_login(UserFactory())
    stranger = client.get(reverse("staff")).status_code
    client.force_login(member(house, Role.PARTNER))

    assert (stranger, client.get(reverse("staff")).status_code) == (403, 403)
    assert client.get(reverse("staff-home", args=["oamk"])).status_code == 403


@pytest.mark.parametrize(("page", "status"), [("dashboard/none/", 404), ("people/", 403)])
def test_page_that_cannot_be_shown_leads_staff_to_their_workspace(client, house, page, status):
    """N1: a visitor is led to the catalogue, staff to their own start page as well."""
    address = f"{reverse('staff-home', args=['oamk'])}{page}"
    client.force_login(member(house, Role.AUTHOR))

    answer = client.get(address)
    stranger = Client().get(reverse("staff-home", args=["oamk"]).replace("staff/oamk/", "none/"))

    assert (answer.status_code, f'href="{reverse("staff")}"' in answer.text) == (status, True)
    assert (stranger.status_code, f'href="{reverse("staff")}"' in stranger.text) == (404, False)
