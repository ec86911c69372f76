"""A credential under rectification stays valid and is marked (rule 14)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from credentials import verification
from credentials.actions import rectifications
from registry.access import Role
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    return issued(AttainmentFactory(learner__user=UserFactory()))


@pytest.fixture
def asked(credential):
    return ask(credential)


def ask(credential):
    return rectifications.ask(
        learner=credential.learner,
        attainment=credential.attainment,
        about="Arviointi",
        told_on=AT.date(),
        until=AT.date() + timedelta(days=14),
        grounds="Pisteet on laskettu väärin.",
        by=credential.learner.user,
        at=AT,
    )


def lines(credential) -> dict[str, str]:
    report = verification.verify(document=bytes(credential.document), at=AT)
    return {check.name: str(check.outcome) for check in report.checks}


def test_verifier_sees_the_mark_and_that_it_is_valid(credential, asked):
    found = lines(credential)

    assert (found["status"], found["rectification"]) == ("valid", "warning")


def test_page_of_a_code_is_marked_at_once(client, credential):
    """A stranger's page is kept while its state is the same; this is part of it."""
    address = f"/en/verify/{credential.human_code}/"
    before = client.get(address).content

    ask(credential)

    assert (b"looked at again" in before, b"looked at again" in client.get(address).content) == (False, True)


def test_mark_goes_when_it_is_decided(credential, asked):
    rectifications.decide(
        rectification=asked, is_granted=False, answer="Laskettu oikein.", by=UserFactory(), at=AT,
        board_until=AT.date() + timedelta(days=28),
    )  # fmt: skip

    assert "rectification" not in lines(credential)


def test_learner_and_staff_see_the_mark(client, credential, asked):
    house = credential.institution.code.lower()
    pages = {
        credential.learner.user: reverse("my-credential", args=[credential.pk]),
        member(credential.institution, Role.ISSUER): reverse(
            "credential-detail", args=[house, credential.pk]
        ),
    }

    for person, address in pages.items():
        client.force_login(person)
        [row] = client.get(address).context["standing"]
        assert f"{AT.day}.{AT.month}.{AT.year}" in row["text"]
