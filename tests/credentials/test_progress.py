"""A learner's progress on pathways: C-14, "16/16", what is missing, closest next."""

from datetime import timedelta

import pytest

from credentials import progress
from credentials.actions import credentials
from credentials.models import Learner
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, PathwayFactory, UserFactory, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(time_machine):
    time_machine.move_to(AT, tick=False)
    return UserFactory()


@pytest.fixture
def parts():
    """1 + 5 + 10 credits, of three institutions."""
    return [shown(ects=ects) for ects in (1, 5, 10)]


@pytest.fixture
def pathway(parts):
    return PathwayFactory(
        institution=InstitutionFactory(code="JAMK"),
        parts=[one.offering for one in parts],
        is_ordered=True,
        is_composite=True,
        status="published",
        name={"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"},
    )


def hold(person, version):
    """The person gets a credential of the version, from its institution."""
    house = version.offering.institution
    learner = LearnerFactory(institution=house)
    credential = issued(AttainmentFactory(institution=house, learner=learner, version=version))
    Learner.objects.filter(pk=learner.pk).update(user=person)
    return credential


def test_progress_is_complete_with_every_credential(client, person, parts, pathway):
    """C-14: 1 + 5 + 10 shows 16/16 and names the composite credential, which is still to come."""
    for version in parts:
        hold(person, version)
    client.force_login(person)

    response = client.get("/en/my/pathways/")

    [row] = response.context["rows"]
    assert (row["is_complete"], row["ects"], row["missing"], row["closest"]) == (True, "16/16", [], [])
    page = response.content.decode()
    assert "AI practitioner" in page
    assert "Ask for the composite credential" in page


def test_progress_names_what_is_missing_and_closest_next_with_links(client, person, parts, pathway):
    hold(person, parts[0])
    client.force_login(person)

    [row] = client.get("/fi/my/pathways/").context["rows"]

    urls = [f"/fi/catalogue/{one.offering.code}/" for one in parts]
    assert (row["is_complete"], row["ects"]) == (False, "1/16")
    assert [one["url"] for one in row["counted"]] == urls[:1]
    assert [one["url"] for one in row["closest"]] == urls[1:]
    assert [one["url"] for one in row["missing"][0]["offerings"]] == urls[1:]


def test_progress_ignores_a_revoked_credential(person, parts, pathway):
    hold(person, parts[0])
    credential = hold(person, parts[1])
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    [found] = progress.of(person, at=AT + timedelta(hours=1))

    assert found.verdict.counted == (parts[0].offering.code,)


def test_progress_says_that_a_suspended_offering_cannot_be_taken_now(client, person, parts, pathway):
    hold(person, parts[0])
    type(parts[1]).objects.filter(pk=parts[1].pk).update(status="suspended")
    client.force_login(person)

    [row] = client.get("/fi/my/pathways/").context["rows"]

    assert (row["is_closed"], row["closest"]) == (True, [])


def test_progress_is_the_persons_own(client, person, parts, pathway):
    hold(UserFactory(), parts[0])
    PathwayFactory(parts=[parts[0].offering], name=texts("Luonnos"))
    client.force_login(person)

    assert client.get("/fi/my/pathways/").context["rows"] == []
