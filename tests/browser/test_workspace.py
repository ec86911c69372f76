"""The staff's workspace in a browser: what is typed survives a closed tab, columns are chosen by keyboard."""

import pytest

from registry.access import Role
from registry.actions import codelists, offerings
from tests.browser.conftest import session_of
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SUMMARY = "textarea[name=summary_fi]"


@pytest.fixture
def version():
    codelists.load()
    return OfferingVersionFactory(
        offering__institution=InstitutionFactory(code="OAMK"), offering__planned_term="2027/1"
    )


@pytest.fixture
def author(page, site, version):
    person = member(version.offering.institution, Role.AUTHOR)
    version.authors.add(person)
    page.context.add_cookies([session_of(person) | {"url": site}])
    return person


def test_what_is_typed_survives_a_closed_tab_and_meets_what_another_saved(
    page, author, version, is_accessible
):
    address = f"/fi/staff/oamk/offerings/{version.offering.code}/v1/edit/basics/"
    page.goto(address)
    with page.expect_response(lambda answer: answer.url.endswith("/keep/")) as kept:
        page.locator(SUMMARY).fill("Kesken jäänyt")
    page.get_by_text("Säilytetty sinulle").wait_for()
    page.close()
    offerings.save(version=version, content={"summary": {"fi": "Toisen"}}, by=UserFactory(name="Aino"), at=AT)

    again = page.context.new_page()
    again.goto(address)
    again.get_by_text("Säilytimme sen, mitä kirjoitit").wait_for()
    typed = again.locator(SUMMARY).input_value()
    is_accessible(again)
    again.get_by_role("button", name="Tallenna luonnos", exact=True).click()
    again.locator("section[aria-labelledby=met]:focus").wait_for()
    is_accessible(again)

    assert kept.value.status == 200
    assert typed == again.locator(SUMMARY).input_value() == "Kesken jäänyt"
    assert "Aino tallensi" in again.locator("section[aria-labelledby=met]").inner_text()


def test_text_that_cannot_be_kept_stays_on_the_page(page, author, version):
    """Signed out meanwhile: the page does not turn into the one for signing in."""
    page.goto(f"/fi/staff/oamk/offerings/{version.offering.code}/v1/edit/basics/")
    page.context.clear_cookies()
    page.locator(SUMMARY).fill("Kesken jäänyt")

    page.get_by_text("Kirjoittamaasi ei voi juuri nyt säilyttää.").wait_for()

    assert page.locator(SUMMARY).input_value() == "Kesken jäänyt"


def test_columns_are_chosen_by_keyboard_on_a_narrow_screen(page, author, version, is_accessible):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/fi/staff/oamk/offerings/")
    page.locator("summary", has_text="Sarakkeet").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Suunniteltu lukukaudelle", exact=True).focus()
    page.keyboard.press("Space")
    is_accessible(page)
    page.get_by_role("button", name="Näytä nämä sarakkeet").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("td[data-label='Suunniteltu lukukaudelle']").inner_text().endswith("2027/1 (kevät)")
    for address in (
        "",
        "calendar/?term=2027/1",
        f"offerings/{version.offering.code}/stages/",
        f"offerings/{version.offering.code}/v1/",
        f"offerings/several/?do=contact&chosen={version.offering.code}.v1",
    ):
        page.goto(f"/fi/staff/oamk/{address}")
        if "/v1/" in address:
            page.locator("#stage-bar .stages").wait_for()  # htmx puts it in the link's place
        is_accessible(page)
