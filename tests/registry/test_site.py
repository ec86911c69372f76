"""What every page has around it: menu, languages, errors."""

import pytest
from django.test import RequestFactory
from django.utils import translation

from registry import web
from registry.access import Role
from registry.models import Letter
from tests.factories.registry import InstitutionFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_language_switch_keeps_page_and_query(client):
    """N2."""
    answer = client.get("/fi/privacy/?q=vesi&page=2")

    assert [(one["url"], one["is_current"]) for one in answer.context["languages"]] == [
        ("/fi/privacy/?q=vesi&page=2", True),
        ("/sv/privacy/?q=vesi&page=2", False),
        ("/en/privacy/?q=vesi&page=2", False),
    ]


def test_language_switch_leads_to_the_front_page_from_elsewhere():
    with translation.override("fi"):
        assert [one["url"] for one in web.languages(RequestFactory().get("/api/v1/x/"))] == [
            "/fi/",
            "/sv/",
            "/en/",
        ]


def test_menu_shows_the_persons_own_places(client, django_assert_num_queries):
    one, other = InstitutionFactory(short_name="Oamk"), InstitutionFactory(short_name="Lab")
    user = UserFactory()
    MembershipFactory(user=user, institution=one, role=Role.AUTHOR)
    MembershipFactory(user=user, institution=one, role=Role.ISSUER)
    MembershipFactory(user=user, institution=other, role=Role.PARTNER)
    request = RequestFactory().get("/fi/staff/oamk/")
    request.user = user

    with django_assert_num_queries(2):
        context = web.site(request)

    assert context["staff_institutions"] == [one]
    assert context["partner_institutions"] == [other]
    assert context["is_learner"] is False
    assert context["section"] == "staff"


def test_stranger_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "staff_institutions" not in web.site(RequestFactory().get("/fi/"))


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_demo_people_are_on_the_sign_in_page_of_the_demo_only(client, settings, demo, shown):
    settings.DEMO = demo

    assert ("osaaminen-demo" in client.get("/fi/accounts/login/").text) is shown


def test_missing_page_is_a_page_of_ours(client):
    answer = client.get("/sv/nothing/")

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_password_mail_names_the_service_not_the_server(client, language):
    """N7."""
    user = UserFactory(email="aino@example.com")

    client.post(f"/{language}/accounts/password/reset/", {"email": user.email})

    mail = Letter.objects.get()
    with translation.override(language):
        assert f"--\n{translation.gettext('Micro-credential registry')}\n" in mail.body
    assert "testserver!" not in mail.body
    assert user.email not in mail.subject


def test_password_mail_waits_for_no_mail_server(client, mailoutbox):
    """Decision 0005: the page answers at once, and a worker sends the letter when it can."""
    UserFactory(email="aino@example.com")

    answer = client.post("/sv/accounts/password/reset/", {"email": "aino@example.com"})

    letter = Letter.objects.get()
    assert (answer.status_code, mailoutbox) == (302, [])
    assert (letter.to, letter.language, letter.sent_at) == ("aino@example.com", "sv", None)
    assert "/password/reset/key/" in letter.body


def test_password_mail_to_an_unknown_address_offers_no_sign_up(client):
    client.post("/en/accounts/password/reset/", {"email": "nobody@example.com"})

    mail = Letter.objects.get()
    assert "There is no account for it." in mail.body
    assert "signup" not in mail.body


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/fi/staff/oamk/", "http://testserver/fi/staff/oamk/"),
        ("https://elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_refusal_leads_back_to_our_own_pages_only(rf, referer, back):
    request = rf.post("/fi/", headers={"Referer": referer})

    assert web.own_page(request, referer) == back
