"""The page of an address that is not there (rule 16: in the reader's language)."""

import re

import pytest

from tests.factories.registry import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def language(response) -> tuple:
    page = response.content.decode()
    return (
        response.status_code,
        response.headers["Content-Language"],
        re.search(r'<html lang="(\w+)"', page)[1],
    )


@pytest.mark.parametrize("address", ["/nothing/", "/de/catalogue/"])
def test_address_without_a_language_is_answered_in_that_of_the_account(client, address):
    """The browser speaks English, the reader has said Swedish."""
    client.force_login(UserFactory(language="sv"))

    assert language(client.get(address, headers={"accept-language": "en"})) == (404, "sv", "sv")


def test_address_with_a_language_keeps_it(client):
    client.force_login(UserFactory(language="sv"))

    assert language(client.get("/fi/nothing/", headers={"accept-language": "en"})) == (404, "fi", "fi")


def test_stranger_is_answered_in_the_language_of_the_browser(client):
    assert language(client.get("/nothing/", headers={"accept-language": "sv, en"})) == (404, "sv", "sv")
