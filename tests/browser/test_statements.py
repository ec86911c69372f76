import pytest

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_error_summary_takes_the_focus_and_leads_to_the_field(page, is_accessible):
    """By keyboard alone: past the menu, send, hear what is wrong, go to the field, mend it, send."""
    page.goto("/fi/nothing/")
    is_accessible(page)
    page.goto("/fi/accessibility/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.get_by_role("button", name="Lähetä palaute").press("Enter")
    page.wait_for_function("document.activeElement.matches('.summary')")
    is_accessible(page)
    assert page.title().startswith("Virhe: ")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Kohdistus ei näy.")
    page.get_by_role("button", name="Lähetä palaute").press("Enter")

    page.get_by_role("heading", name="Kiitos palautteesta").wait_for()
