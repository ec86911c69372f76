"""Accounts that people open by themselves: a letter first (5.3: a learner enrols)."""

import re

import pytest
from django.urls import reverse

from registry.actions import accounts
from registry.models import Letter, User
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db
BACK = "/fi/enrol/TEST-MC-2026-001/v1/R1/"
FACTS = {"name": "Aino Uusi", "password": "kaksi sanaa riittää", "password_again": "kaksi sanaa riittää"}


def asked(client, email: str) -> Letter:
    answer = client.post("/fi/account/new/", {"email": email, "back": BACK})
    assert answer["Location"] == "/fi/account/sent/"
    return Letter.objects.get()


def path_in(letter: Letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def test_letter_opens_an_account_and_leads_back_to_where_one_was(client):
    path = path_in(asked(client, "Uusi@example.com"))

    answer = client.post(path, FACTS)

    person = User.objects.get()
    assert (person.email, person.name, person.language) == ("uusi@example.com", "Aino Uusi", "fi")
    assert answer["Location"] == BACK
    assert client.session["_auth_user_id"] == str(person.pk)


def test_known_address_gets_a_letter_to_sign_in_and_the_page_says_the_same(client):
    UserFactory(email="tuttu@example.com", language="sv")

    letter = asked(client, "TUTTU@example.com")

    assert path_in(letter) == f"/sv/accounts/login/?next={BACK}"
    assert User.objects.count() == 1


def test_link_opens_one_account_only(client):
    path = path_in(asked(client, "uusi@example.com"))
    client.post(path, FACTS)

    again = client.post(path, FACTS | {"name": "Toinen"})

    assert again.status_code == 409
    assert User.objects.get().name == "Aino Uusi"


def test_link_ends_after_two_days(client, time_machine):
    time_machine.move_to("2026-11-22T10:00:00+02:00", tick=False)
    path = path_in(asked(client, "uusi@example.com"))
    time_machine.move_to("2026-11-24T10:00:01+02:00", tick=False)

    assert client.get(path).status_code == 410


def test_altered_link_opens_nothing(client):
    path = path_in(asked(client, "uusi@example.com"))

    assert client.get(path[:-2] + "x/").status_code == 410


def test_link_never_leads_away_from_the_site(client):
    secret = accounts.SIGNER.sign_object(
        {"email": "uusi@example.com", "language": "fi", "back": "//elsewhere.example/"}
    )

    answer = client.post(reverse("account-open", args=[secret]), FACTS)

    assert answer["Location"] == reverse("my-credentials")


def test_weak_password_is_told_at_its_field_and_opens_nothing(client):
    path = path_in(asked(client, "uusi@example.com"))

    page = client.post(path, FACTS | {"password": "lyhyt", "password_again": "lyhyt"})

    assert list(page.context["form"].errors) == ["password"]
    assert not User.objects.exists()


def test_one_address_asks_for_five_letters_an_hour(client):
    for number in range(5):
        client.post("/fi/account/new/", {"email": f"uusi{number}@example.com"})

    assert client.post("/fi/account/new/", {"email": "uusi@example.com"}).status_code == 429


def test_sign_in_leads_to_an_account_and_back(client):
    page = client.get(f"/fi/accounts/login/?next={BACK}").content.decode()

    assert f'href="/fi/account/new/?next={BACK}"' in page
