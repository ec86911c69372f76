import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    "address", ["accessibility/", "privacy/", "accounts/login/", "accounts/password/reset/", "nothing/"]
)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_page_is_accessible(page, is_accessible, language, address):
    page.goto(f"/{language}/{address}")

    assert page.locator("html").get_attribute("lang") == language
    is_accessible(page)


def test_error_summary_takes_the_focus_and_leads_to_the_field(page, is_accessible):
    """By keyboard alone: send, hear what is wrong, go to the field, mend it, send."""
    page.goto("/fi/accessibility/")
    page.get_by_role("button", name="Lähetä palaute").press("Enter")
    page.wait_for_function("document.activeElement.matches('.summary')")
    is_accessible(page)
    assert page.title().startswith("Virhe: ")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Kohdistus ei näy.")
    page.get_by_role("button", name="Lähetä palaute").press("Enter")

    page.get_by_role("heading", name="Kiitos palautteesta").wait_for()


def test_skip_link_goes_past_the_menu(page):
    page.goto("/fi/privacy/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
