"""The catalogue in a browser: facets without reloading, by keyboard, on a narrow screen, without scripts."""

import re

import pytest

from tests.factories.catalogue import shown, titled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offerings():
    return [
        shown(title=titled("Robotiikka", sv="Robotik"), participation_modes=["online"]),
        shown(title=titled("Hoitotyö", sv="Vårdarbete"), participation_modes=["contact"]),
    ]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_pages_are_accessible(page, is_accessible, offerings, language):
    """N1, on the list, an empty list, the page of an offering and the institutions."""
    code = offerings[0].offering.code
    for address in ("catalogue/", "catalogue/?q=zzzz&colour=red", f"catalogue/{code}/", "institutions/"):
        page.goto(f"/{language}/{address}")
        is_accessible(page)


def test_facet_by_keyboard_narrows_the_list_and_keeps_the_focus(page, offerings):
    """The count is announced, the address holds the state, back goes back (issue A item 6)."""
    page.goto("/fi/catalogue/")
    page.locator("#mode-online").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("mode=online"))
    page.get_by_role("heading", name="1 osaamiskokonaisuus", exact=True).wait_for()

    assert page.get_by_role("status").inner_text().strip() == "1 osaamiskokonaisuus"
    assert page.evaluate("document.activeElement.id") == "mode-online"
    assert page.locator("article h3").all_inner_texts() == ["Robotiikka"]

    page.locator("#q").fill("hoitotyö")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hakuusi ei löytynyt tarjontaa").wait_for()
    page.go_back()
    page.get_by_role("heading", name="1 osaamiskokonaisuus", exact=True).wait_for()

    assert "hoito" not in page.url


def test_list_works_without_scripts_on_a_narrow_screen(browser, site, offerings):
    context = browser.new_context(
        base_url=site, locale="fi-FI", viewport={"width": 320, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/fi/catalogue/")
    page.get_by_text("Rajaa hakua").click()
    page.get_by_label("Lähiopetus").check()
    page.get_by_role("button", name="Näytä tulokset").click()

    assert page.locator("article h3").all_inner_texts() == ["Hoitotyö"]
    context.close()


def test_language_switch_keeps_page_and_filters(page, offerings):
    """N2."""
    page.goto("/fi/catalogue/?mode=online")
    page.get_by_role("link", name="SV").click()

    assert page.url.endswith("/sv/catalogue/?mode=online")
    assert page.locator("article h3").all_inner_texts() == ["Robotik"]


def test_contract_page_works_under_its_policy(page):
    page.goto("/api/v1/docs/")

    page.get_by_text("Search the published offerings").wait_for()
