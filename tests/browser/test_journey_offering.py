"""Journey 1 (issue A, "Shows"): an offering is written, returned, mended, approved, published and found."""

import re

import pytest
from django.utils import timezone

from quality.actions import cycles, meetings
from quality.models import PanelMember, ReviewCycle
from registry.access import Role
from registry.actions import codelists
from registry.models import Contact, Letter, Offering, OfferingVersion
from tests.browser.people import Person, beginning
from tests.factories.evidence import ContactFactory, MeetingFactory
from tests.factories.quality import assessed, chair_of, fresh, rated, sent, standing_panel
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_language]
TITLE = {"fi": "Kiertotalouden perusteet", "sv": "Cirkulär ekonomi", "en": "Basics of circular economy"}
SEARCHED = {"fi": "kiertotaloutta", "sv": "ekonomi"}  # a word as people inflect it
SPOKEN = {"fi": "Finnish", "sv": "Swedish"}


class Author(Person):
    """Somebody who writes an offering, field by field as the model calls them."""

    def opens_tab(self, label: str) -> None:
        self.follows(beginning(self.word(label)))

    def sends_form(self, button: str) -> None:
        """A button that htmx answers: the page stays, its part is new."""
        self.tab_to(self.button(self.word(button)))
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.keys.press("Enter")

    def saves(self) -> None:
        self.sends_form("Save draft")
        self.reads("Saved.")

    def adds_outcome(self, number: int, kind: str) -> None:
        if number > 1:
            self.sends_form("Add a learning outcome")
        row = self.page.get_by_role("group", name=self.word("Learning outcome %(number)s", number=number))
        self.chooses(self.word(kind), of=self.input(self.word("Kind"), within=row))
        for box, language in zip(row.get_by_role("textbox").all(), ("fi", "sv", "en"), strict=False):
            self.types(f"Selittää asian {number} ({language})", into=box)

    def writes(self, field: str, text: str) -> None:
        """The same text in every language, each marked with its own."""
        group = self.group(self.field(field))
        for language, name in (("fi", "in Finnish"), ("sv", "in Swedish"), ("en", "in English")):
            into = self.input(self.word(name).capitalize(), within=group)
            self.types(TITLE[language] if text == "title" else f"{text} ({language})", into=into)

    def picks_code(self, field: str, code: str) -> None:
        self.chooses(self.code(field, code), of=self.input(self.field(field)))

    def ticks_code(self, field: str, code: str) -> None:
        self.ticks(self.input(self.code(field, code), within=self.group(self.field(field))))


def test_author_writes_an_offering_and_sends_it(somebody):
    """W-01, P-17: every tab; what is wrong is told at its field, what is missing keeps nobody from saving."""
    codelists.load()
    institution = InstitutionFactory()
    MeetingFactory(institution=institution)
    earlier = OfferingVersionFactory(offering__institution=institution).offering
    for function in (Contact.Function.STUDY_AFFAIRS, Contact.Function.TEACHING, Contact.Function.RDI):
        ContactFactory(offering=earlier, function=function)
    author = somebody(member(institution, Role.AUTHOR, Role.QUALITY), as_a=Author)

    begins(author, institution)
    writes_every_tab(author)
    author.follows("To the overview and sending")
    takes_contacts(author, earlier)
    assesses(author)
    version = OfferingVersion.objects.latest("pk")
    assessed(cycles.current(version))  # the other principles
    sends(author)
    author.reads("You cannot review your own plan.")

    version.refresh_from_db()
    assert (version.status, cycles.current(version).round) == (OfferingVersion.Status.SUBMITTED, 1)


def test_offering_is_returned_mended_published_and_found(somebody):
    """Issue C: a panel with a guest reads, returns with comments, reads again and approves; whoever wrote it
    neither reviews nor publishes it (rule 12)."""
    codelists.load()
    institution = InstitutionFactory()
    panel = standing_panel(institution)
    people = [member(institution, role) for role in (Role.AUTHOR, Role.PUBLISHER)]
    author, publisher = (somebody(person, as_a=Author) for person in people)
    chair, guest = somebody(panel.members.get(seat="chair").user), somebody()
    version = OfferingVersionFactory(
        offering__institution=institution, title=TITLE, participation_modes=["onsite"]
    )
    version.authors.add(people[0])
    cycle = sent(version, by=people[0], at=timezone.now())

    seats_the_panel(chair, institution, panel)
    comes_by_the_link(guest)
    starts_the_panel(chair, institution, cycle)
    looks_around(chair, institution, panel, cycle)
    comments(guest)
    returns(chair, cycle)
    answers_and_mends(author, institution)
    sends(author)
    opens_the_letter(guest)  # of the second reading
    rates(guest)
    rated(fresh(cycle))  # the others, and the principles that the guest left
    approves(chair, institution)
    publishes(publisher, institution)
    is_found(somebody())

    version.refresh_from_db()
    assert (version.status, fresh(cycle).status) == (
        OfferingVersion.Status.PUBLISHED,
        ReviewCycle.Status.DO,
    )
    assert version.statements.count() == 1


def begins(author: Author, institution) -> None:
    author.opens("staff-home", institution.code.lower())
    author.follows("Own offerings")
    author.follows("New offering")
    kind = author.radio("Assessed competence without credits: a competence badge")
    author.picks(kind)
    author.writes("title", "title")
    author.presses("Make the draft")
    author.is_told(
        "An offering is a micro-credential: accepted assessment and at least one credit. A badge has no "
        "offering of its own: it is given with an attainment, which asks for the reason.",
        at=kind,
    )
    main = author.group(author.field("title")).get_by_role("textbox").first
    assert main.input_value() == TITLE["fi"]

    author.picks(author.radio("Assessed competence and 1–60 credits: a micro-credential"))
    author.chooses(
        author.word(SPOKEN[author.language]), of=author.input(author.word("Main language of the texts"))
    )
    author.presses("Make the draft")


def writes_every_tab(author: Author) -> None:
    author.writes("summary", "Materiaalit kiertävät")
    author.writes("target_group", "Kaikille")
    author.picks_code("education_form", "avoin_amk")
    ects = author.input(author.field("ects")).first  # the courses below have sizes too
    author.types("viisi", into=ects)
    author.sends_form("Save draft")
    author.is_told("Enter a number.", at=ects)
    assert ects.input_value() == "viisi"
    author.types("5", into=ects)
    author.picks_code("isced_f", "052")
    author.picks_code("okm_field", "8")
    author.saves()

    author.opens_tab("What is learnt")
    for number, kind in enumerate(("Knowledge", "Skill", "Competence"), 1):
        author.adds_outcome(number, kind)
    author.picks_code("eqf_level", "6")
    author.picks_code("nqf_level", "6")
    author.picks_code("ehea_cycle", "first")
    author.picks_code("competence_level", "applied")
    author.writes("prerequisites", "Ei vaatimuksia")
    author.picks_code("stackability", "stand_alone")
    author.saves()

    author.opens_tab("Assessment")
    author.ticks_code("assessment_types", "project")
    author.writes("assessment_description", "Projekti")
    author.writes("assessment_criteria", "Perustelee valintansa")
    author.picks_code("grading_scale", "0-5")
    author.picks_code("identity_verification", "supervised_online_id")
    author.ticks_code("assessment_languages", author.language)
    author.saves()

    author.opens_tab("Delivery")
    author.ticks_code("participation_modes", "online")
    author.ticks_code("teaching_times", "any_time")
    author.ticks_code("teaching_languages", author.language)
    author.writes("guidance", "Opintoneuvonta")
    for criterion in OfferingVersion.DIGITAL_CRITERIA:
        answer = author.group(author.code("digital_pedagogy", criterion)).get_by_role("textbox").first
        author.types("Verkkotoimintakeskus ohjaa viikoittain", into=answer)
    author.saves()

    author.opens_tab("Quality")
    author.writes("relevance", "Yritykset tarvitsevat osaajia")
    author.picks_code("relevance_source", "employer_survey")
    author.ticks(author.group(author.field("meetings")).get_by_role("checkbox").first)
    author.ticks_code("quality_assurance_types", "internal_review")
    author.writes("quality_assurance", "Katselmoitu")
    author.ticks_code("sdgs", "12")
    author.saves()

    author.opens_tab("Funding")
    author.types("0", into=author.input(author.field("fee_eur")))
    author.picks_code("fee_rule", "free")
    author.saves()


def takes_contacts(author: Author, earlier: Offering) -> None:
    author.follows("Contacts and links")
    author.chooses(earlier.code, of=author.input(author.word("Offering whose contacts are taken")))
    author.presses("Take these contacts")
    author.reads("The contacts were taken. Check that they are right here too.")
    author.follows(re.compile(r"-MC-2026-\d+$"))


def assesses(author: Author) -> None:
    """One principle by hand: a rating without its words is told at the words."""
    author.follows("Self-assessment by principle")
    first = author.page.locator("section[aria-labelledby='principle-quality']")
    author.picks(first.get_by_role("radio", name=author.word("Good"), exact=True))
    author.presses("Save")
    words = author.input(author.word("How the offering meets the principle"), within=first)
    author.is_told("Write how the offering meets the principle.", at=words)
    author.types("Laatujärjestelmä kattaa tarjonnan.", into=words)
    author.presses("Save")
    author.reads("The self-assessment has been saved.")
    author.follows(re.compile(r"-MC-\d+-\d+"))


def sends(author: Author) -> None:
    author.follows("Send to review")
    author.presses("Send to review", twice=True)
    author.reads("The version has been sent to review. Its text is locked until the decision.")


def seats_the_panel(chair: Person, institution, panel) -> None:
    chair.opens("staff-home", institution.code.lower())
    chair.follows("Panels to appoint and start")
    chair.follows(TITLE[chair.language])
    chair.follows("Panel")
    chair.chooses(panel.name, of=chair.input(chair.word("Standing panel")))
    chair.presses("Seat the panel")
    chair.reads("The standing panel has been seated.")


def comes_by_the_link(guest: Person) -> None:
    """The link of the letter is used by the button; a conflict of interest is asked about first."""
    opens_the_letter(guest)
    guest.presses("Go on")
    free = guest.radio("I did not write the offering, do not teach it, and gain nothing by the decision.")
    guest.is_told("Choose one.", at=free)
    guest.picks(free)
    guest.presses("Go on")
    guest.reads("Thank you. You are free of conflicts of interest here.")


def opens_the_letter(guest: Person) -> None:
    """The newest link to the review; a link works once."""
    letter = Letter.objects.filter(body__contains="/panel/").latest("pk")
    guest.opens(f"/{guest.language}{re.search(r'/panel/[^/]+/', letter.body)[0]}")
    guest.presses("Begin")


def starts_the_panel(chair: Person, institution, cycle) -> None:
    PanelMember.objects.filter(cycle=cycle, seat="peer").update(declared_at=timezone.now())
    chair.opens("review-detail", institution.code.lower(), cycle.uid)
    chair.follows("Say that you have no conflict of interest")
    chair.picks(
        chair.radio("I did not write the offering, do not teach it, and gain nothing by the decision.")
    )
    chair.presses("Go on")
    chair.presses("Begin the reading", twice=True)
    chair.reads("The panel reads from now on.")


def looks_around(chair: Person, institution, panel, cycle) -> None:
    """The coordinator's other pages."""
    now, code = timezone.now(), institution.code.lower()
    meeting = meetings.call(
        institution=institution, held_at=now, place="Teams", cycles=[cycle], by=chair_of(cycle).user, at=now
    )
    chair.opens("review-panel", code, cycle.uid)
    chair.opens("review-member-substitute", code, cycle.uid, chair_of(cycle).uid)
    chair.opens("panel-list", code)
    chair.opens("panel-edit", code, panel.uid)
    chair.opens("panel-meeting-list", code)
    chair.opens("panel-meeting-new", code)
    chair.opens("panel-meeting", code, meeting.uid)
    chair.opens("panel-meeting-pack", code, meeting.uid)


def comments(guest: Person) -> None:
    guest.opens("panel-detail")
    field = guest.page.locator("#field-summary")
    guest.tab_to(field.get_by_role("link", name=beginning(guest.word("Write a comment"))))
    guest.keys.press("Enter")
    guest.page.locator("textarea:focus").wait_for()
    guest.look(guest.page)
    guest.presses("Save the comment")
    comment = guest.input(guest.word("Comment"))
    guest.is_told("Write the comment.", at=comment)
    guest.types("Kerro, mitä oppija saa.", into=comment)
    guest.presses("Save the comment")


def returns(chair: Person, cycle) -> None:
    chair.opens("review-detail", cycle.offering.institution.code.lower(), cycle.uid)
    chair.follows("Return for changes")
    chair.presses("Look at the letter")
    chair.reads("The letter as it is sent")
    chair.presses("Return for changes", twice=True)
    chair.reads("The version has been returned to its authors.")


def rates(guest: Person) -> None:
    """5.2/3: "Insufficient" says why."""
    guest.opens("panel-detail")
    guest.follows("Rate by principle")
    first = guest.page.locator("section[aria-labelledby='principle-quality']")
    guest.picks(first.get_by_role("radio", name=guest.word("Insufficient"), exact=True))
    guest.presses("Save and go on later")
    comment = guest.input(guest.word("Comment"), within=first)
    guest.is_told("Say why it is insufficient, so that the authors know what to mend.", at=comment)
    guest.types("Auditointia ei ole nimetty.", into=comment)
    guest.presses("Save and go on later")
    guest.reads("Your ratings have been saved; they are not given in yet.")


def answers_and_mends(author: Author, institution) -> None:
    author.opens("staff-home", institution.code.lower())
    author.follows("Returned to you for changes")
    author.follows(TITLE[author.language])
    author.reads("Kerro, mitä oppija saa.")
    author.types("Lisäsin sen tiivistelmään.", into=author.input(author.word("Your answer")))
    author.presses("Save the answer")
    author.follows("Go on writing")
    author.follows("Go on writing")
    author.writes("summary", "Opit pitämään materiaalit kierrossa")
    author.saves()
    author.look(author.page)
    author.follows("To the overview and sending")


def approves(chair: Person, institution) -> None:
    chair.opens("staff-home", institution.code.lower())
    chair.follows("Reviews to decide")
    chair.follows(TITLE[chair.language])
    chair.follows("Approve")
    chair.presses("Look at the letter")
    chair.presses("Approve", twice=True)
    chair.reads("The version has been approved.")


def publishes(publisher: Person, institution) -> None:
    publisher.opens("staff-home", institution.code.lower())
    publisher.follows("Approved, to be published")
    publisher.follows(TITLE[publisher.language])
    publisher.follows("Publish")
    publisher.follows("Look at the preview")
    publisher.follows("Go on to publish")
    publisher.presses("Publish")
    seen = publisher.input(publisher.word("I have looked at the preview in every language."))
    publisher.is_told("Look at the preview before you publish.", at=seen)
    publisher.ticks(seen)
    publisher.presses("Publish", twice=True)
    publisher.reads("The version has been published: it is in the catalogue now.")


def is_found(stranger: Person) -> None:
    stranger.opens("catalogue")
    search = stranger.input(stranger.word("Search for a competence, a topic or an institution"))
    stranger.types(SEARCHED[stranger.language], into=search)
    with stranger.page.expect_response(lambda answer: "?q=" in answer.url):
        stranger.keys.press("Enter")
    stranger.page.wait_for_url("**q=**")
    stranger.look(stranger.page)
    stranger.follows(TITLE[stranger.language])
    stranger.page.get_by_role("heading", name=TITLE[stranger.language], level=1).wait_for()
    stranger.reads("Opit pitämään materiaalit kierrossa (" + stranger.language + ")")
