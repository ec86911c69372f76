"""Comparison, concept and differences in a browser: without scripts, on a narrow screen, accessible."""

import re

import pytest

from tests.factories.catalogue import shown, titled
from tests.factories.registry import OfferingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offerings():
    return [
        shown(title=titled("Robotiikka", sv="Robotik", en="Robotics"), origins=["rdi_derived"]),
        shown(title=titled("Hoitotyö", sv="Vårdarbete", en="Nursing"), ects=2),
    ]


@pytest.mark.parametrize("width", [320, 1440])
def test_pages_are_accessible_and_fit_the_screen(page, is_accessible, offerings, width):
    """N1; JSON-LD in the head does not trouble the content security policy (the fixture listens)."""
    page.set_viewport_size({"width": width, "height": 800})
    earlier = shown(offering=OfferingFactory(), number=1, status="superseded", title=titled("Vanha nimi"))
    shown(offering=earlier.offering, number=2, title=titled("Uusi nimi"))
    codes = [one.offering.code for one in offerings]
    for address in (
        f"catalogue/?code={codes[0]}",
        f"catalogue/{codes[0]}/",
        f"compare/?code={codes[0]}&code={codes[1]}",
        "compare/",
        "concept/?outcomes=yes",
        "rdi/",
        f"catalogue/{earlier.offering.code}/v1/difference/v2/",
    ):
        page.goto(f"/fi/{address}")
        is_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_offerings_are_picked_by_keyboard(page, offerings):
    """The box changes the address; the button leads to the comparison."""
    first, second = (one.offering.code for one in offerings)
    page.goto("/en/catalogue/")
    page.locator(f"#pick-{first}").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(f"code={first}"))
    page.locator(f"#pick-{second}").check()
    page.wait_for_url(re.compile(f"code={second}"))
    page.get_by_role("button", name="Compare the picked ones").click()
    page.wait_for_url(re.compile("/en/compare/"))

    assert page.get_by_role("columnheader").count() == 2


def test_offerings_are_compared_without_scripts_on_a_narrow_screen(browser, site, offerings):
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.goto("/en/catalogue/")
    for one in offerings:
        page.locator(f"#pick-{one.offering.code}").check()
    page.get_by_role("button", name="Compare the picked ones").click()

    assert page.get_by_role("heading", name="Comparison").is_visible()
    assert page.get_by_text("differs", exact=True).first.is_visible()
    context.close()


def test_wizard_answers_by_keyboard(page):
    page.goto("/en/concept/")
    for name in (
        "outcomes", "size", "assessment", "certificate", "need", "quality", "alone", "target_group"
    ):  # fmt: skip
        page.locator(f"input[name={name}]").first.check()
    page.get_by_role("button", name="Show the verdict").press("Enter")

    page.get_by_text("Yes, this is a micro-credential.").wait_for()
