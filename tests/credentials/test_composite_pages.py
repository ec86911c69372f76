"""Pages of composite credentials: asked for, issued, shown with their parts (C-14)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials import composable
from credentials.actions import credentials, revocations, shares, suspensions
from credentials.models import CompositeRequest, Credential
from registry.access import Role
from registry.models import TrailEntry
from tests.credentials.test_composite_actions import hold, house, pathway  # noqa: F401 – fixtures
from tests.factories import AT
from tests.factories.registry import PathwayFactory, UserFactory, member

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def person(time_machine):
    time_machine.move_to(AT, tick=False)
    return UserFactory()


@pytest.fixture
def parts(person, pathway):  # noqa: F811
    return hold(person, pathway)


def asked(client, person, pathway) -> None:  # noqa: F811
    client.force_login(person)
    client.post(reverse("my-composite-ask", args=[pathway.code]))


def issue(client, learner, pathway):  # noqa: F811
    client.force_login(member(pathway.institution, Role.ISSUER))
    return client.post(reverse("composite-issue", args=["jamk", pathway.code, learner.uid]))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_learner_asks_and_sees_that_it_is_asked(client, person, parts, pathway):  # noqa: F811
    client.force_login(person)
    offered = words(client.get("/en/my/pathways/"))

    asked(client, person, pathway)

    shown = words(client.get("/en/my/pathways/"))
    assert "Ask for the composite credential" in offered
    assert "You get a letter when it is issued." in shown
    assert "Ask for the composite credential" not in shown


@pytest.mark.on_each
def test_issuer_sees_who_has_completed_and_issues(client, person, parts, pathway):  # noqa: F811
    asked(client, person, pathway)
    client.force_login(member(pathway.institution, Role.ISSUER))
    page = client.get(reverse("composite-list", args=["jamk"]))

    response = issue(client, parts[0].learner, pathway)

    whole = Credential.objects.get(pathway=pathway)
    assert [(row["learner"], row["ects"], len(row["parts"])) for row in page.context["rows"]] == [
        (parts[0].learner, "16", 3)
    ]
    assert response.url == reverse("credential-detail", args=["jamk", whole.pk])
    assert words(client.get(response.url)).count("Voimassa") >= 4
    assert client.get(reverse("composite-list", args=["jamk"])).context["rows"] == []
    assert TrailEntry.objects.filter(verb="listed", learner=parts[0].learner.uid).exists()


def test_whole_is_shown_to_its_learner_with_its_parts(client, person, parts, pathway):  # noqa: F811
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    whole = Credential.objects.get(pathway=pathway)
    client.force_login(person)

    page = client.get(reverse("my-credential", args=[whole.pk]))
    part = client.get(reverse("my-credential", args=[parts[1].pk]))
    own = [client.get(reverse(name)) for name in ("my-credentials", "my-pathways", "my-share-new")]

    assert [one["url"] for one in page.context["made_of"]["parts"]] == [
        reverse("my-credential", args=[one.pk]) for one in parts
    ]
    assert [one["url"] for one in part.context["made_of"]["wholes"]] == [
        reverse("my-credential", args=[whole.pk])
    ]
    assert [one.status_code for one in own] == [200, 200, 200]


def test_verifier_sees_what_the_whole_is_made_of_and_nobodys_name(
    client,
    person,
    parts,
    pathway,  # noqa: F811
):
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    whole = Credential.objects.get(pathway=pathway)
    client.logout()

    page = client.get(reverse("verify-code", args=[whole.grouped_code]))

    assert [(one["status"], one["url"]) for one in page.context["made_of"]["parts"]] == [("valid", "")] * 3
    assert whole.learner.family_name not in page.content.decode()


def test_signed_address_leads_to_the_pathway(client, person, parts, pathway):  # noqa: F811
    response = client.get(f"/pathways/{pathway.code}")

    assert response.status_code == 302
    assert response.url.endswith(f"/catalogue/pathways/{pathway.code}/")


def test_issuer_of_a_part_does_not_see_whose_whole_it_is(client, person, parts, pathway):  # noqa: F811
    """Rule 8: that something hangs on the part is said, what it is only the learner shows."""
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    client.force_login(member(parts[1].institution, Role.ISSUER))

    pages = [
        words(client.get(reverse(name, args=["kamk", parts[1].pk])))
        for name in ("credential-detail", "credential-suspend")
    ]

    assert ["Toisen korkeakoulun kokoava osaamistodistus" in page for page in pages] == [True, True]
    assert ["Tekoälyosaaja" in page for page in pages] == [False, False]


def test_verifier_reads_that_a_part_ended_the_whole(client, person, parts, pathway):  # noqa: F811
    """Not that its issuer took it back: that one may know nothing of it."""
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    whole = Credential.objects.get(pathway=pathway)
    who = {"by": UserFactory(), "at": AT}
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who)
    client.logout()
    ended = words(client.get(f"/en/verify/{whole.grouped_code}/"))
    revocations.undo(credential=parts[1], reason="x", **who)
    suspensions.suspend(credential=parts[1], reason="identity", until=None, **who)

    suspended = words(client.get(f"/en/verify/{whole.grouped_code}/"))

    assert "one of the credentials that it is made of has been revoked or replaced" in ended
    assert "The composite credential is no longer in force" in ended
    assert "its issuer has taken it back" not in ended
    assert "because one of the credentials that it is made of is suspended" in suspended


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("credential-correct", "Tämä kokoava osaamistodistus päättyy samalla"),
        ("credential-revoke", "Tämä peruutetaan samalla"),
        ("credential-suspend", "Tämän kokoavan osaamistodistuksen voimassaolo keskeytetään samalla"),
    ],
)
def test_page_of_a_part_says_what_becomes_of_the_whole(
    client, person, parts, pathway, act, said  # noqa: F811
):  # fmt: skip
    """Its own house sees which one, another's only that there is one (rule 8)."""
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    own = words(client.get(reverse(act, args=["jamk", parts[0].pk])))
    client.force_login(member(parts[1].institution, Role.ISSUER))
    others = words(client.get(reverse(act, args=["kamk", parts[1].pk])))

    assert [said in page for page in (own, others)] == [True, True]
    assert ["Tekoälyosaaja" in page for page in (own, others)] == [True, False]


def test_whole_is_shared_with_its_own_pathway(client, person, parts, pathway):  # noqa: F811
    """What it is made of counts: it says so itself."""
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    whole = Credential.objects.get(pathway=pathway)
    for shown in ([whole], [whole, parts[0]]):
        _share, secret = shares.create(
            credentials=shown, pathway=pathway, purpose="work", months=1, by=person, at=AT
        )
        progress = client.get(f"/fi/s/{secret}/").context["progress"]
        assert (progress["is_complete"], progress["ects"]) == (True, "16/16")


def test_house_sees_which_whole_ended_with_a_part(client, person, parts, pathway):  # noqa: F811
    asked(client, person, pathway)
    issue(client, parts[0].learner, pathway)
    whole = Credential.objects.get(pathway=pathway)
    address = reverse("composite-list", args=["jamk"])
    before = client.get(address).context["fallen"]
    credentials.revoke(credential=parts[1], reason="fraud", note="", by=UserFactory(), at=AT)

    after = client.get(address)

    assert (before, [one["code"] for one in after.context["fallen"]]) == ([], [whole.grouped_code])
    assert whole.grouped_code in after.text


@pytest.mark.on_each
def test_list_asks_as_often_for_three_as_for_one(client, person, parts, pathway):  # noqa: F811
    """And judges nobody who cannot have completed it: one of three parts is too few."""
    asked(client, person, pathway)
    hold(UserFactory(), PathwayFactory(institution=pathway.institution, parts=[parts[0].version.offering]))
    alone = PathwayFactory(
        institution=pathway.institution, parts=[parts[0].version.offering], is_composite=True,
        status="published",
    )  # fmt: skip
    client.force_login(member(pathway.institution, Role.ISSUER))
    address = reverse("composite-list", args=["jamk"])
    with CaptureQueriesContext(connection) as few:
        first = client.get(address).context["rows"]
    for _number in range(2):
        other = UserFactory()
        hold(other, pathway)
        asked(client, other, pathway)
    client.force_login(member(pathway.institution, Role.ISSUER))

    with CaptureQueriesContext(connection) as many:
        rows = client.get(address).context["rows"]

    assert [(row["code"], row["asked_at"] is None) for row in first] == [
        (pathway.code, False), (alone.code, True), (alone.code, True),
    ]  # fmt: skip
    assert (len(rows), len(many)) == (7, len(few))


@pytest.mark.on_each
def test_list_goes_on_from_those_who_asked_to_the_others(pathway, parts):  # noqa: F811
    asking = [hold(UserFactory(), pathway)[0].learner for _number in range(2)]
    for one in asking:
        CompositeRequest.objects.create(learner=one, pathway=pathway, asked_at=AT)
    alone = PathwayFactory(
        institution=pathway.institution, parts=[parts[0].version.offering], is_composite=True,
        status="published",
    )  # fmt: skip

    found = composable.candidates(pathway.institution, at=AT)

    whole = found[0:9]
    assert (len(found), [path for _learner, path in whole]) == (5, [pathway.pk] * 2 + [alone.pk] * 3)
    assert [*found[0:1], *found[1:3], *found[3:9]] == whole
