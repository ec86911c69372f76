"""Signing in: each leads to their own work, and the password rule speaks the reader's language."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from registry.access import Role
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def signs_in(client):
    def sign_in(user, *, following: str = "") -> str:
        data = {"login": user.email, "password": "password"}
        return client.post(f"/fi/accounts/login/{following}", data)["Location"]

    return sign_in


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.AUTHOR, "/fi/staff/"), (Role.ADMIN, "/fi/staff/"), (Role.PARTNER, "/fi/partner/oamk/")],
)
def test_sign_in_leads_to_the_work_of_the_role(signs_in, role, place):
    person = member(InstitutionFactory(code="OAMK"), role)

    assert signs_in(person) == place


def test_sign_in_leads_a_learner_to_the_credentials(signs_in):
    assert signs_in(UserFactory()) == "/fi/my/"


def test_sign_in_leads_back_to_the_page_that_asked_for_it(signs_in):
    assert signs_in(UserFactory(), following="?next=/fi/my/trail/") == "/fi/my/trail/"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Salasana on liian lyhyt: siinä pitää olla vähintään 10 merkkiä."),
        ("sv", "Lösenordet är för kort: det ska ha minst 10 tecken."),
        ("en", "The password is too short: it needs at least 10 characters."),
    ],
)
def test_short_password_is_refused_in_the_readers_language(language, said):
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        validate_password("lyhyt-5x")

    assert refusal.value.messages == [said]
