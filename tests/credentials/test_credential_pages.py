from datetime import timedelta

import pytest
from django.urls import reverse

from credentials.models import Credential, Learner
from registry.access import Role
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    return issued(AttainmentFactory(institution=InstitutionFactory(code="OAMK"), learner__family_name="Koe"))


@pytest.fixture
def issuer(client, credential):
    person = member(credential.institution, Role.ISSUER)
    client.force_login(person)
    return person


def address(name: str, *arguments) -> str:
    return reverse(name, args=["oamk", *arguments])


def search(client, asked):
    return client.post(address("credential-list"), asked, follow=True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1),
        ({"q": "koe"}, 1),
        ({"q": "aino koe"}, 1),
        ({"q": "toinen"}, 0),
        ({"status": "valid"}, 1),
        ({"status": "revoked"}, 0),
        ({"status": "expired"}, 0),
        ({"status": "expired", "all": "1"}, 1),
    ],
)
def test_list_finds_by_name_and_status(client, issuer, credential, query, found):
    issued(AttainmentFactory())

    page = search(client, query)

    assert [row for row, *_ in page.context["rows"]] == [credential] * found


def test_list_finds_by_the_code_as_people_write_it(client, issuer, credential):
    page = search(client, {"q": credential.grouped_code.lower()})

    assert [row for row, *_ in page.context["rows"]] == [credential]


def test_search_leaves_no_name_in_an_address(client, issuer, credential):
    """Rule 10: addresses stand in logs and in the browser's history."""
    page = search(client, {"q": "koe"})

    assert page.redirect_chain == [(address("credential-list"), 302)]
    assert page.context["form"]["q"].value() == "koe"


def test_expired_is_told_apart_from_valid(client, issuer, credential):
    ended = issued(
        AttainmentFactory(institution=credential.institution, version__validity_months=1),
        at=AT - timedelta(days=200),
    )

    found = search(client, {"status": "expired"}).context["rows"]
    valid = search(client, {"status": "valid"}).context["rows"]

    assert [(row, status) for row, status, _ in found] == [(ended, "expired")]
    assert [row for row, *_ in valid] == [credential]


def test_opening_a_credential_is_written_down_for_the_learner(client, issuer, credential):
    """N6"""
    client.get(address("credential-detail", credential.pk))

    entry = TrailEntry.objects.get(verb="looked_at", about=f"credential:{credential.pk}")
    assert (entry.by, entry.learner, entry.role) == (issuer, credential.learner.uid, Role.ISSUER)


def test_credential_shows_the_grade_that_was_signed(client, issuer, credential):
    """An attainment may be corrected after its credential is revoked."""
    credential.attainment.grade = "1"
    credential.attainment.save(update_fields=["grade"])

    page = client.get(address("credential-detail", credential.pk))

    assert page.context["shown"].grade == "4, kiitettävä"
    assert "4, kiitettävä" in page.content.decode()


def test_revocation_needs_a_reason(client, issuer, credential):
    page = client.post(address("credential-revoke", credential.pk), {"reason": "", "note": ""})

    assert list(page.context["form"].errors) == ["reason"]
    assert Credential.objects.get().status == "valid"


def test_revocation_shows_who_when_and_why(client, issuer, credential):
    response = client.post(
        address("credential-revoke", credential.pk), {"reason": "assessment_error", "note": "Muistiinpano"}
    )
    page = client.get(response.url)

    assert response.url == address("credential-detail", credential.pk)
    stored = Credential.objects.get()
    assert (stored.status, stored.revoked_by, stored.revocation_note) == ("revoked", issuer, "Muistiinpano")
    assert "Virhe arvioinnissa" in page.content.decode()
    assert address("credential-revoke", credential.pk) not in page.content.decode()


def test_revoking_twice_is_a_conflict(client, issuer, credential):
    url = address("credential-revoke", credential.pk)
    client.post(url, {"reason": "fraud"})

    assert client.post(url, {"reason": "fraud"}).status_code == 409


@pytest.mark.parametrize("name", ["credential-detail", "credential-revoke"])
def test_another_institutions_credential_is_not_there(client, issuer, name):
    foreign = issued(AttainmentFactory())

    assert client.get(address(name, foreign.pk)).status_code == 404


def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, issuer, credential):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(address("credential-list"))
        return len(found)

    one = queries()
    for _ in range(2):
        issued(AttainmentFactory(institution=credential.institution))

    assert queries() == one


def test_revocation_note_holds_no_henkilotunnus(client, issuer, credential):
    """Rule 10."""
    page = client.post(
        address("credential-revoke", credential.pk),
        {"reason": "assessment_error", "note": "Oli 131052-308T"},
    )

    assert list(page.context["form"].errors) == ["note"]
    assert Credential.objects.get().status == "valid"


def test_list_finds_names_whatever_their_capitals(client, issuer, credential):
    """The same on both databases, whose LIKE sees ä and Ä differently."""
    Learner.objects.filter(pk=credential.learner_id).update(family_name="Äijälä")

    page = search(client, {"q": "äijäl"})

    assert [row[0] for row in page.context["rows"]] == [credential]
