"""Moonshot 12: a one-page course text is "ready for review" in at most 25 interactions of a new user."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from quality.actions import cycles
from registry import spreadsheets
from registry.access import Role
from registry.actions import codelists, offerings
from registry.drills.tables import HEADER, table, with_faults
from registry.models import Contact, Offering, OfferingVersion
from registry.spreadsheets import csv_bytes
from tests.browser.people import Person
from tests.factories.evidence import ContactFactory, MeetingFactory
from tests.factories.quality import assessed
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TEXT = Path(__file__).parent.parent / "registry" / "course_text_fi.txt"
MOST = 25
ENGLISH = {
    "target_group": "Property managers and supervisors of maintenance companies.",
    "summary": "You learn to follow the energy use of a building and to plan repairs.",
    "relevance": "Employers of the region told that skills in reading energy data are missing.",
    "prerequisites": "No prerequisites.",
    "assessment_description": "A project on the learner's own building and its oral presentation.",
    "assessment_criteria": "The use of energy is itemised from measurements; three measures are justified.",
}
OUTCOMES = (
    "Explains what the energy use of a building consists of",
    "Calculates the payback time of a repair",
    "Adjusts the heating and ventilation of a building",
    "Takes responsibility for the energy plan of a building",
)
DEFAULTS = {
    "guidance": {"fi": "Opintoneuvonta", "en": "Study guidance"},
    "quality_assurance_types": ["internal_review"],
    "quality_assurance": {"fi": "Katselmoitu", "en": "Reviewed"},
}


class Newcomer(Person):
    """Somebody who counts: a field filled, or a button or link pressed, is one interaction."""

    interactions = 0

    def follows(self, name, **values) -> None:
        self.interactions += 1
        super().follows(name, **values)

    def presses(self, name: str, **values) -> None:
        self.interactions += 1
        super().presses(name, **values)

    def ticks(self, box) -> None:
        self.interactions += 1
        super().ticks(box)

    def chooses(self, option: str, *, of) -> None:
        self.interactions += 1
        super().chooses(option, of=of)

    def types(self, text: str, *, into) -> None:
        self.interactions += 1
        self.tab_to(into)
        self.keys.press("Control+A")
        self.keys.insert_text(text)

    def saves(self) -> None:
        self.interactions += 1
        self.tab_to(self.button(self.word("Save draft")))
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.keys.press("Enter")
        self.reads("Saved.")

    def fills_gap(self, label: str, text: str) -> None:
        named = self.word("%(field)s, %(language)s", field=label, language=self.word("in English"))
        self.types(text, into=self.input(named))


@pytest.mark.parametrize("language", ["fi"], indirect=True)
def test_new_user_makes_a_course_text_ready_for_review(somebody):
    """The institution has its defaults, a meeting and an earlier offering; the text is in Finnish alone."""
    codelists.load()
    house = InstitutionFactory()
    earlier = _what_others_left(house)
    person = member(house, Role.AUTHOR)
    author = somebody(person, as_a=Newcomer)

    author.opens("staff-home", house.code.lower())
    author.follows("Own offerings")
    author.follows("Draft from a course text")
    author.types(TEXT.read_text(encoding="utf-8"), into=author.page.get_by_role("textbox").first)
    author.presses("Read the text")
    fills_the_gaps(author)
    author.presses("Make the draft")
    shows_the_need(author)
    author.follows("To the overview and sending")
    author.follows("Contacts and links")
    takes_contacts(author, earlier)
    author.follows(re.compile(OfferingVersion.objects.latest("pk").offering.code))
    author.reads("Ready to be sent to review")
    version = OfferingVersion.objects.latest("pk")
    assessed(cycles.begin(version=version, by=person, at=timezone.now()), by=person)  # T2, a page of its own
    author.follows("Send to review")
    author.presses("Send to review")

    version.refresh_from_db()
    assert (version.rule_set, version.status) == ("eu-2022/2", OfferingVersion.Status.SUBMITTED)
    assert author.interactions <= MOST


@pytest.mark.parametrize("language", ["sv"], indirect=True)
def test_file_is_tried_mended_and_imported(somebody):
    """N1: every page of the way in by file, and those beside it, passes axe and stays within 320 px."""
    codelists.load()
    house = InstitutionFactory()
    rows, planted = with_faults(table(14), count=13)
    author = somebody(member(house, Role.AUTHOR), as_a=Newcomer)

    author.opens("offering-file-new", house.code.lower())
    author.chooses_file("tarjonta.csv", b"\x89PNG", into=author.page.locator("input[type=file]"))
    author.presses("Read the file")
    told = "The file is not a CSV file. In Excel, save it as “CSV UTF-8 (*.csv)”."
    author.is_told(told, at=author.page.locator("input[type=file]"))
    sends_table(author, rows)
    assert author.page.get_by_role("rowheader").count() == 14
    mended = downloads(author, "Rejected rows with reasons (Excel)")
    assert [line for line, cells in spreadsheets.read(mended)] == [*range(1, len(planted) + 2)]
    button = ("Make a draft of the accepted row", "Make drafts of the %(number)s accepted rows")
    author.presses(author.words(*button, 1))
    author.follows("Read another file")
    sends_table(author, table(14))
    author.presses(author.words(*button, len(planted)))

    author.opens("offering-defaults", house.code.lower())
    assert OfferingVersion.objects.count() == 14
    version = OfferingVersion.objects.latest("pk")
    author.opens("version-similar", house.code.lower(), version.offering.code, 1)


def sends_table(author: Newcomer, rows: list) -> None:
    data = csv_bytes(header=HEADER, rows=rows)
    author.chooses_file("tarjonta.csv", data, into=author.page.locator("input[type=file]"))
    author.presses("Read the file")


def downloads(author: Newcomer, link: str) -> bytes:
    author.tab_to(author.link(author.word(link)))
    with author.page.expect_download() as download:
        author.keys.press("Enter")
    return Path(download.value.path()).read_bytes()


def fills_the_gaps(author: Newcomer) -> None:
    title = author.group(author.field("title"))
    author.types(
        "Energy-efficient upkeep of buildings",
        into=author.input(author.word("in English").capitalize(), within=title),
    )
    for field, text in ENGLISH.items():
        author.fills_gap(author.field(field), text)
    for number, text in enumerate(OUTCOMES, 1):
        author.fills_gap(author.word("Learning outcome %(number)s", number=number), text)


def shows_the_need(author: Newcomer) -> None:
    source = author.input(author.field("relevance_source"))
    author.chooses(author.code("relevance_source", "employer_survey"), of=source)
    author.ticks(author.group(author.field("meetings")).get_by_role("checkbox").first)
    author.saves()


def takes_contacts(author: Newcomer, earlier: Offering) -> None:
    source = author.input(author.word("Offering whose contacts are taken"))
    assert source.input_value() == earlier.code  # the newest is offered first
    author.presses("Take these contacts")


def _what_others_left(house):
    """Defaults of new offerings, a meeting with working life, an offering with its contacts."""
    offerings.save_defaults(institution=house, content=DEFAULTS, by=UserFactory(), at=timezone.now())
    MeetingFactory(institution=house)
    earlier = OfferingVersionFactory(offering__institution=house).offering
    for function in (Contact.Function.STUDY_AFFAIRS, Contact.Function.TEACHING, Contact.Function.RDI):
        ContactFactory(offering=earlier, function=function)
    return earlier
