"""Catalogue and comparison by keyboard on a screen of 320 px, with and without scripts (issue B, "Shows")."""

import re
from time import sleep

import pytest

from tests.browser.people import Person
from tests.factories.catalogue import shown, titled

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
NAMES = ["Hoitotyö", "Hydrauliikka", "Kielet", "Logistiikka", "Robotiikka"]
NARROW = {"width": 320, "height": 800}


@pytest.fixture
def offerings():
    """Five of online teaching; Robotiikka is one of contact teaching, too."""
    modes = {"Robotiikka": ["online", "contact"]}
    return [
        shown(title=titled(name, sv=f"{name} (sv)"), participation_modes=modes.get(name, ["online"]))
        for name in NAMES
    ]


@pytest.fixture
def somebody_narrow(browser, site):
    """A stranger with a narrow Finnish browser, with or without scripts."""
    contexts = []

    def sit_down(*, scripts: bool) -> Person:
        context = browser.new_context(
            base_url=site, locale="fi", viewport=NARROW, java_script_enabled=scripts, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Person(context.new_page(), language="fi", look=lambda page: None)

    yield sit_down
    for context in contexts:
        context.close()


def names(person: Person) -> list[str]:
    return person.page.locator("article h3").all_inner_texts()


def fits(person: Person) -> bool:
    return person.page.locator("html").evaluate("e => e.scrollWidth") <= NARROW["width"]


def opens_facets(person: Person):
    """The box "contact teaching" among the facets, which stand behind a button on a narrow screen."""
    person.opens("catalogue")
    person.tab_to(person.page.locator("#facets > summary"))
    person.keys.press("Enter")
    return person.page.locator("#mode-contact")


def picks_all(person: Person, offerings: list, *, waits: bool) -> None:
    for one in offerings:
        person.ticks(person.page.locator(f"#pick-{one.offering.code}"))
        if waits:
            person.page.wait_for_url(re.compile(f"code={one.offering.code}"))


def compares(person: Person) -> None:
    """Four stand side by side; the fifth is refused in words."""
    person.tab_to(person.button("Vertaile valittuja"))
    person.keys.press("Enter")
    person.page.get_by_role("heading", name="Vertailu", level=1).wait_for()
    assert person.page.get_by_role("columnheader").count() == 4
    person.reads("You can compare at most four.")
    assert person.page.get_by_text("eroaa", exact=True).first.is_visible()
    assert fits(person)
    person.follows(re.compile("^Poista"))
    assert person.page.get_by_role("columnheader").count() == 3
    person.follows("Show only what differs")
    person.reads("Show every row")


def test_facets_and_comparison_work_without_scripts(somebody_narrow, offerings):
    person = somebody_narrow(scripts=False)
    person.ticks(opens_facets(person))
    person.presses("Show results")
    assert names(person) == ["Robotiikka"]
    assert fits(person)

    person.follows("Clear filters")
    picks_all(person, offerings, waits=False)
    compares(person)


def test_facets_and_comparison_answer_at_once(somebody_narrow, offerings):
    """The count is announced, the address holds the state, what is open stays open, back goes back."""
    person = somebody_narrow(scripts=True)
    box = opens_facets(person)
    person.ticks(box)
    person.page.wait_for_url(re.compile("mode=contact"))
    person.page.get_by_role("heading", name="1 osaamiskokonaisuus", exact=True).wait_for()
    assert person.page.get_by_role("status").inner_text().strip() == "1 osaamiskokonaisuus"
    assert person.page.evaluate("document.activeElement.id") == "mode-contact"
    assert box.is_visible()
    assert names(person) == ["Robotiikka"]

    person.tab_to(person.link(re.compile("^SV")))  # N2: the same page and filters in the other language
    with person.page.expect_navigation():
        person.keys.press("Enter")
    assert re.search(r"/sv/catalogue/\?.*mode=contact", person.page.url)
    assert names(person) == ["Robotiikka (sv)"]
    person.page.go_back()

    person.types("hoitotyö", into=person.page.locator("#q"))
    person.keys.press("Enter")
    person.page.get_by_role("heading", name="Hakuusi ei löytynyt tarjontaa").wait_for()
    assert fits(person)
    person.page.go_back()
    person.page.get_by_role("heading", name="1 osaamiskokonaisuus", exact=True).wait_for()
    assert "hoito" not in person.page.url

    person.follows("Clear filters")
    picks_all(person, offerings, waits=True)
    person.page.get_by_text(person.word("Take one out before you compare.")).wait_for()
    compares(person)


def test_tick_made_before_the_answer_to_the_last_one_counts(somebody_narrow, offerings):
    """H-3: who ticks faster than the server answers loses nothing."""
    person = somebody_narrow(scripts=True)
    person.opens("catalogue")
    person.page.route("**/catalogue/?*", lambda route: (sleep(0.5), route.continue_()))
    person.page.evaluate(
        "codes => codes.forEach(code => document.getElementById(`pick-${code}`).click())",
        [one.offering.code for one in offerings[:3]],
    )
    person.page.wait_for_url(re.compile("code="))
    assert [one.offering.code in person.page.url for one in offerings] == [True, True, True, False, False]


def test_wizard_answers_by_keyboard(somebody_narrow):
    """H-1: what is left without an answer is named; eight times yes is a micro-credential."""
    person = somebody_narrow(scripts=True)
    person.opens("concept")
    questions = person.page.locator(".concept-form fieldset").all()
    for question in questions[1:]:
        person.picks(question.get_by_role("radio").first)
    person.presses("Show the verdict")
    person.is_told("Answer yes or no.", at=questions[0].get_by_role("radio").first)
    person.keys.press("Space")
    person.presses("Show the verdict")
    person.reads("Yes, this is a micro-credential.")
