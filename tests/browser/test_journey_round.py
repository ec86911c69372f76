"""The rest of a quality round (issue C, "Shows"): a Check that a cause opens, actions, and a suspension."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quality.actions import cycles, publishing, standing_panels, triggers
from quality.models import Finding, ReviewCycle
from registry.access import Role
from registry.actions import codelists
from registry.models import OfferingVersion
from tests.browser.people import Person, beginning
from tests.browser.school import issued_yesterday
from tests.factories.credentials import EnrolmentFactory
from tests.factories.feedback import ended, result
from tests.factories.quality import (
    CycleFactory,
    approved,
    assessed,
    fresh,
    rated,
    standing_panel,
)
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, RealisationFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_language]
TITLE = {"fi": "Kiertotalouden perusteet", "sv": "Cirkulär ekonomi", "en": "Basics of circular economy"}
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def files(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"


@pytest.mark.usefixtures("files")
def test_check_opens_from_a_cause_and_its_round_closes(somebody):
    """T9–T15: learners were not content; the panel finds why, somebody else verifies what was done."""
    codelists.load()
    house = InstitutionFactory()
    panel = standing_panel(house)
    people = {role: member(house, role) for role in (Role.AUTHOR, Role.PUBLISHER)}
    cycle = published_last_year(house, people)
    triggers.write(on=timezone.localdate(), at=timezone.now())
    author, coordinator = somebody(people[Role.AUTHOR]), somebody(member(house, Role.QUALITY))
    chair, peer = (somebody(panel.members.get(seat=seat).user) for seat in ("chair", "peer"))

    opens_the_check(coordinator, house)
    seated(cycle, panel, by=chair_user(panel))
    evaluates(author, house, cycle)
    writes_a_finding(peer, house, people[Role.AUTHOR])
    rated(fresh(cycle), "check")
    asks_for_action(chair, house)
    acts(author, house)
    verifies_and_closes(coordinator, house, cycle)

    rounds = cycle.offering.cycles.order_by("number").values_list("status", flat=True)
    assert list(rounds) == [ReviewCycle.Status.CLOSED_CONTINUE, ReviewCycle.Status.DO]
    assert list(Finding.objects.values_list("status", flat=True)) == [Finding.Status.VERIFIED]


def test_suspension_is_seen_at_once(somebody):
    """T16: by a learner who has started, and by whoever verifies a credential issued before."""
    credential = issued_yesterday()
    version, house = credential.version, credential.institution
    due_on = timezone.localdate() + timedelta(days=300)
    CycleFactory(version=version, status="do", decided_at=version.published_at, check_due_on=due_on)
    run = RealisationFactory(version=version, key="R9", status="open")
    EnrolmentFactory(institution=house, realisation=run, learner=credential.learner)
    stranger, learner = somebody(), somebody(credential.learner.user)
    coordinator = somebody(member(house, Role.QUALITY))
    stranger.opens("verify-code", credential.grouped_code)
    stranger.reads("Today: quality assured.")

    suspends(coordinator, house, version)

    learner.opens("my-enrolments")
    learner.reads(
        "The offering is suspended for now and takes nobody new. You have started: you may finish, and you"
        " get your credential."
    )
    statement, day = credential.statement, f"{timezone.localdate():%-d.%-m.%Y}"
    stranger.opens("verify-code", credential.grouped_code)
    stranger.reads("The credential is genuine as far as can be seen; read the notes")
    stranger.reads(
        "Quality assured on the day of issue: yes (decided on %(day)s, criteria %(criteria)s).",
        day=f"{statement.decided_on:%-d.%-m.%Y}", criteria=statement.criteria_set,
    )  # fmt: skip
    stranger.reads("Today: the offering is suspended for its quality since %(day)s.", day=day)
    assert "Arviointi vuosi" not in stranger.page.content()  # the reason stays in the house


def published_last_year(house, people) -> ReviewCycle:
    """A year ago by the real actions; since then a realisation whose learners were not content."""
    year_ago = timezone.now() - timedelta(days=350)
    version = OfferingVersionFactory(
        offering__institution=house, title=TITLE, participation_modes=["onsite"], created_at=year_ago,
        updated_at=year_ago,
    )  # fmt: skip
    version.authors.add(people[Role.AUTHOR])
    cycle = approved(version, by=people[Role.AUTHOR], at=year_ago)
    publishing.publish(version=cycle.version, by=people[Role.PUBLISHER], at=year_ago)
    run = ended(version, on=timezone.localdate() - timedelta(days=30))
    result(run, mean="2.80", answers=14)
    return cycle


def opens_the_check(coordinator: Person, house) -> None:
    coordinator.opens("staff-home", house.code.lower())
    coordinator.follows("Causes for an early Check")
    coordinator.reads("Mean %(mean)s of 5, %(n)s answers.", mean="2.8", n=14)
    coordinator.follows(beginning(coordinator.word("Open the Check")))
    coordinator.presses("Open the Check", twice=True)
    coordinator.reads("The Check is open. Its authors have been told.")


def chair_user(panel):
    return panel.members.get(seat="chair").user


def seated(cycle: ReviewCycle, panel, *, by) -> None:
    """The standing panel, free of conflicts; choosing it by the page is in the journey of an offering."""
    now, kept = timezone.now(), fresh(cycle)
    standing_panels.use(panel=panel, cycle=kept, stage="check", by=by, at=now)
    kept.panel.filter(stage="check").update(declared_at=now)


def evaluates(author: Person, house, cycle: ReviewCycle) -> None:
    """One principle by hand; then whose voice is missing is told at the field."""
    author.opens("staff-home", house.code.lower())
    author.follows("Checks to evaluate")
    author.follows(TITLE[author.language])
    assessed(fresh(cycle), "check")
    author.follows("Evaluate by principle")
    first = author.page.locator("section[aria-labelledby='principle-quality']")
    author.picks(first.get_by_role("radio", name=author.word("Satisfactory"), exact=True))
    author.presses("Save")
    author.reads("The self-assessment has been saved.")
    why = author.input(author.word("Why is it missing?"))
    author.presses("Send the Check to its panel")
    author.is_told("Add it, or say why it is missing.", at=why)
    author.types("Työnantajat kutsutaan keväällä.", into=why)
    author.presses("Send the Check to its panel", twice=True)
    author.reads("The Check has been sent to its panel.")


def writes_a_finding(peer: Person, house, owner) -> None:
    peer.opens("staff-home", house.code.lower())
    peer.follows("Reviews where your ratings are awaited")
    peer.follows(TITLE[peer.language])
    peer.follows("Write a finding")
    peer.presses("Write a finding")
    severity = peer.input(peer.word("Severity"))
    peer.is_told("Choose how severe it is.", at=severity)
    peer.chooses(peer.word("Major"), of=severity)
    text = peer.group(peer.word("What was found")).get_by_role("textbox").first
    peer.types("Tehtävänannot ovat epäselviä.", into=text)
    peer.chooses(owner.name, of=peer.input(peer.word("Owner")))
    peer.presses("Write a finding", twice=True)
    peer.reads("The finding has been written; its owner has been told.")


def asks_for_action(chair: Person, house) -> None:
    chair.opens("staff-home", house.code.lower())
    chair.follows("Reviews to decide")
    chair.follows(TITLE[chair.language])
    chair.follows("Ask for corrective action")
    chair.presses("Look at the letter")
    chair.presses("Ask for corrective action", twice=True)
    chair.reads("Corrective action has begun.")


def acts(author: Person, house) -> None:
    """Evidence that is not what its name says is told at its field."""
    author.opens("staff-home", house.code.lower())
    author.follows("Findings to act on")
    author.follows("Tehtävänannot ovat epäselviä.")
    author.reads("Add a file or a link that shows what was done.")
    author.follows("Add evidence")
    author.types("Uudet tehtävänannot", into=author.input(author.word("Title")))
    author.chooses(author.word("File"), of=author.input(author.word("Kind")))
    file = author.input(author.word("File"))
    author.chooses_file("ohjeet.pdf", b"MZ", into=file)
    author.presses("Add evidence")
    author.is_told("The file is not what its name says. Save it again in its own form.", at=file)
    author.chooses_file("ohjeet.pdf", PDF, into=file)
    author.presses("Add evidence")
    author.reads("The evidence has been added.")
    author.follows("Tell what was done")
    text = author.group(author.word("What was done")).get_by_role("textbox").first
    author.types("Kirjoitimme tehtävänannot uudelleen.", into=text)
    author.presses("Send", twice=True)
    author.reads("The action has been told; somebody else verifies it.")
    author.follows("The review")
    author.presses("Send the actions to be verified", twice=True)
    author.reads("The actions have been sent to be verified.")


def verifies_and_closes(coordinator: Person, house, cycle: ReviewCycle) -> None:
    coordinator.opens("staff-home", house.code.lower())
    coordinator.follows("Actions to verify")
    coordinator.follows("Tehtävänannot ovat epäselviä.")
    coordinator.follows("Verify the action")
    note = coordinator.input(coordinator.word("What shows that the action works"))
    coordinator.types("Palaute parani.", into=note)
    coordinator.presses("Verify the action", twice=True)
    coordinator.reads("The action has been verified.")
    coordinator.follows("The review")
    coordinator.follows("Close the round")
    note = coordinator.input(coordinator.word("What shows that the actions were effective"))
    coordinator.types("Kevään palaute oli 4,3.", into=note)
    coordinator.presses("Close the round", twice=True)
    coordinator.reads("The round is closed; the next one has begun.")


def suspends(coordinator: Person, house, version: OfferingVersion) -> None:
    coordinator.opens("review-detail", house.code.lower(), cycles.current(version).uid)
    coordinator.follows("Suspend")
    coordinator.presses("Suspend")
    reason = coordinator.input(coordinator.word("Reason"))
    coordinator.is_told("Give the reason.", at=reason)
    coordinator.types("Arviointi vuosi julkisuuteen.", into=reason)
    coordinator.presses("Suspend", twice=True)
    coordinator.reads("The offering has been suspended.")
