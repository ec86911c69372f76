"""Sharing and verifying as a learner and a stranger do it, by keyboard (issue A, Shows: journeys 2 and 3)."""

import re

import pytest
from django.utils import timezone

from credentials.actions import shares
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def own(**learner):
    institution = InstitutionFactory()
    record = LearnerFactory(institution=institution, user=UserFactory(), **learner)
    return issued(
        AttainmentFactory(institution=institution, learner=record), at=timezone.now().replace(microsecond=0)
    )


@pytest.fixture
def sign_in(page, client, site):
    """Puts the session of a signed-in person into the browser."""

    def give(user):
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
        )

    return give


@pytest.mark.parametrize(
    ("language", "share", "make", "ready", "withdraw", "ended"),
    [
        ("fi", "Jaa", "Tee linkki", "Linkki on valmis", "Peruuta jako", "Jako on päättynyt"),
        ("sv", "Dela", "Skapa länken", "Länken är klar", "Återta delning", "Delningen har upphört"),
    ],
)
def test_learner_shares_and_withdraws(
    page, browser, sign_in, is_accessible, language, share, make, ready, withdraw, ended
):
    credential = own()
    sign_in(credential.learner.user)

    page.goto(f"/{language}/my/")
    is_accessible(page)
    page.get_by_role("link", name=re.compile("Nimi|namn", re.IGNORECASE)).first.press("Enter")
    is_accessible(page)
    page.get_by_role("link", name=share, exact=True).press("Enter")
    is_accessible(page)
    page.get_by_role("button", name=make).press("Enter")
    page.get_by_role("heading", name=ready).wait_for()
    is_accessible(page)
    link = page.locator("#share-link").inner_text()

    stranger = browser.new_context(locale="fi-FI").new_page()
    stranger.goto(link)
    assert credential.learner.name in stranger.content()
    is_accessible(stranger)

    page.goto(f"/{language}/my/credentials/{credential.pk}/")
    page.get_by_role("link", name=re.compile(withdraw)).press("Enter")
    is_accessible(page)
    page.get_by_role("button", name=withdraw).press("Enter")
    page.wait_for_url(re.compile(str(credential.pk)))
    stranger.reload()
    assert stranger.get_by_role("heading", name=ended).count() == 1
    is_accessible(stranger)
    stranger.context.close()


def test_certificate_and_trail_are_accessible(page, sign_in, is_accessible):
    credential = own()
    sign_in(credential.learner.user)

    for address in (f"/fi/my/credentials/{credential.pk}/certificate/", "/fi/my/trail/"):
        page.goto(address)
        is_accessible(page)


@pytest.mark.parametrize(
    ("language", "check", "valid", "missing"),
    [
        ("fi", "Tarkista koodi", "Todistus on voimassa", "Koodia ei löytynyt"),
        ("sv", "Kontrollera koden", "Intyget är giltigt", "Koden hittades inte"),
    ],
)
def test_stranger_verifies_by_code(page, is_accessible, language, check, valid, missing):
    credential = own()

    page.goto(f"/{language}/verify/")
    is_accessible(page)
    page.fill("#id_code", "ABCD-EFGH-JKLM")
    page.press("#id_code", "Enter")
    page.get_by_text(missing).first.wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-focus')")
    is_accessible(page)

    page.fill("#id_code", credential.grouped_code)
    page.get_by_role("button", name=check).press("Enter")
    page.get_by_text(valid).first.wait_for()
    assert credential.learner.name not in page.content()
    is_accessible(page)

    page.fill("#id_name", credential.learner.name.upper())
    page.press("#id_name", "Enter")
    page.locator("[role=status] .tone-good").wait_for()


def test_stranger_verifies_by_file(page, is_accessible, tmp_path):
    credential = own()
    file = tmp_path / "todistus.json"
    file.write_bytes(bytes(credential.document))

    page.goto("/fi/verify/")
    page.set_input_files("#id_file", str(file))
    page.get_by_role("button", name="Tarkista todistus").press("Enter")
    page.get_by_text("Todistus on voimassa").first.wait_for()
    is_accessible(page)


def test_share_with_a_safety_prohibition_is_confirmed(page, sign_in, is_accessible):
    credential = own(has_safety_prohibition=True)
    sign_in(credential.learner.user)

    page.goto(f"/fi/my/credentials/{credential.pk}/share/")
    page.get_by_role("button", name="Tee linkki").press("Enter")
    page.get_by_role("heading", name="Vahvista jakaminen").wait_for()
    is_accessible(page)
    page.get_by_role("button", name="Jaa silti").press("Enter")
    page.locator("[data-focus]").wait_for()
    is_accessible(page)
    page.check("#id_confirmed")
    page.get_by_role("button", name="Jaa silti").press("Enter")
    page.get_by_role("heading", name="Linkki on valmis").wait_for()


def test_share_link_of_another_language_keeps_working(page, site):
    credential = own()
    _share, secret = shares.create(
        credential=credential,
        days=None,
        confirmed=False,
        note="",
        by=credential.learner.user,
        at=timezone.now(),
    )

    for language in ("fi", "sv", "en"):
        assert page.goto(f"/{language}/s/{secret}/").status == 200
