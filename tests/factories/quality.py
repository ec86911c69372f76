"""Rounds with their panels, ratings and self-assessments; last, a plan walked by the real actions."""

import factory
from factory.django import DjangoModelFactory

from quality import rules
from quality.actions import cycles, plans, seats
from quality.models import (
    Decision,
    Evidence,
    Finding,
    Origin,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    SelfAssessment,
    StandingMember,
    StandingPanel,
)
from registry.access import Role
from registry.models import User
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member, texts

Status = ReviewCycle.Status
# The status of the version that goes with the round's; a plan in review is being read.
VERSION = {
    Status.PLAN_DRAFT: "draft",
    Status.PLAN_REVIEW: "in_review",
    Status.PLAN_RETURNED: "changes_requested",
    Status.PLAN_APPROVED: "approved",
    Status.SUSPENDED: "suspended",
    Status.CLOSED_RETIRE: "retired",
    Status.REJECTED: "rejected",
}
UNDECIDED = {Status.PLAN_DRAFT, Status.PLAN_REVIEW, Status.PLAN_RETURNED, Status.REJECTED}
READ_ONCE = {Status.PLAN_REVIEW, Status.PLAN_RETURNED, Status.PLAN_APPROVED, Status.CHECK_REVIEW}


class CycleFactory(DjangoModelFactory):
    """A round of a version in the status that goes with it; a running one is to be checked in 12 months."""

    class Meta:
        model = ReviewCycle

    version = factory.SubFactory(
        OfferingVersionFactory,
        status=factory.LazyAttribute(lambda o: VERSION.get(o.factory_parent.status, "published")),
    )
    offering = factory.SelfAttribute("version.offering")
    number = factory.SelfAttribute("version.number")
    status = Status.PLAN_DRAFT
    round = factory.LazyAttribute(lambda o: 1 if o.status in READ_ONCE else 0)
    opened_at = AT
    decided_at = factory.LazyAttribute(lambda o: None if o.status in UNDECIDED else AT)
    decided_by = factory.Maybe("decided_at", factory.SubFactory(UserFactory))
    check_due_on = factory.LazyAttribute(
        lambda o: None if o.decided_at is None else AT.date().replace(year=AT.year + 1)
    )


class PanelMemberFactory(DjangoModelFactory):
    """A peer from another unit with an account, free of conflicts; `user=None` is invited by address."""

    class Meta:
        model = PanelMember

    cycle = factory.SubFactory(CycleFactory, status=Status.PLAN_REVIEW)
    stage = ReviewCycle.Stage.PLAN
    user = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda o: o.user.name if o.user else "Tuuli Työelämä")
    email = factory.LazyAttribute(lambda o: o.user.email if o.user else "tuuli@company.example")
    seat = Seat.PEER
    origin = Origin.OTHER_UNIT
    appointed_at = AT
    appointed_by = factory.SubFactory(UserFactory)
    declared_at = AT


class StandingPanelFactory(DjangoModelFactory):
    """In use, with nobody in it yet; `standing_panel` fills one."""

    class Meta:
        model = StandingPanel

    institution = factory.SubFactory(InstitutionFactory)
    name = factory.Sequence(lambda n: f"Panel {n}")


class DecisionFactory(DjangoModelFactory):
    """An approved plan, decided at AT."""

    class Meta:
        model = Decision

    cycle = factory.SubFactory(CycleFactory, status=Status.PLAN_APPROVED)
    stage = ReviewCycle.Stage.PLAN
    round = 1
    outcome = Decision.Outcome.APPROVED
    letter = texts("Hyväksytty")
    content_hash = "a" * 64
    decided_at = AT
    decided_by = factory.SubFactory(UserFactory)


class FindingFactory(DjangoModelFactory):
    """An open major finding of a round; its owner is an author of the institution."""

    class Meta:
        model = Finding

    cycle = factory.SubFactory(CycleFactory, status=Status.CHECK_REVIEW)
    offering = factory.SelfAttribute("cycle.offering")
    institution = factory.SelfAttribute("offering.institution")
    severity = "major"
    source = "check"
    principle = "valid_assessment"
    text = texts("Puute")
    owner = factory.LazyAttribute(lambda o: member(o.institution, Role.AUTHOR))
    due_on = AT.date().replace(month=12)
    found_at = AT


class EvidenceFactory(DjangoModelFactory):
    """A link of a round."""

    class Meta:
        model = Evidence

    cycle = factory.SubFactory(CycleFactory)
    institution = factory.SelfAttribute("cycle.offering.institution")
    title = "Muistio"
    kind = Evidence.Kind.LINK
    url = "https://example.com/muistio"
    dated_on = AT.date()
    added_at = AT
    added_by = factory.SubFactory(UserFactory)


def panel_of(cycle: ReviewCycle, stage: str = "plan") -> list[PanelMember]:
    """A whole panel, free of conflicts: the chair and a peer with accounts, working life by invitation."""
    house = cycle.offering.institution
    chair = PanelMemberFactory(
        cycle=cycle, stage=stage, user=member(house, Role.QUALITY), seat=Seat.CHAIR, origin=Origin.OWN_UNIT
    )
    peer = PanelMemberFactory(cycle=cycle, stage=stage, user=member(house, Role.REVIEWER))
    outsider = PanelMemberFactory(
        cycle=cycle, stage=stage, user=None, seat=Seat.WORKING_LIFE, origin=Origin.WORKING_LIFE
    )
    return [chair, peer, outsider]


def standing_panel(institution) -> StandingPanel:
    """The same three people, again and again."""
    panel = StandingPanelFactory(institution=institution)
    chair, peer = member(institution, Role.QUALITY), member(institution, Role.REVIEWER)
    StandingMember.objects.create(panel=panel, user=chair, seat=Seat.CHAIR, origin=Origin.OWN_UNIT)
    StandingMember.objects.create(panel=panel, user=peer, seat=Seat.PEER, origin=Origin.OTHER_UNIT)
    StandingMember.objects.create(
        panel=panel, name="Tuuli Työelämä", email="tuuli@company.example", seat=Seat.WORKING_LIFE,
        origin=Origin.WORKING_LIFE,
    )  # fmt: skip
    return panel


def assessed(cycle: ReviewCycle, stage: str = "plan", by: User | None = None) -> ReviewCycle:
    """The authors have said something of each principle."""
    by = by or UserFactory()
    for one in rules.principles(cycle):
        SelfAssessment.objects.update_or_create(
            cycle=cycle,
            stage=stage,
            principle=one.key,
            defaults={
                "grade": Rating.Grade.GOOD, "text": "Toteutuu.", "assessed_at": AT, "assessed_by": by,
            },
        )  # fmt: skip
    return cycle


def rated(cycle: ReviewCycle, stage: str = "plan", grade: int = Rating.Grade.GOOD) -> ReviewCycle:
    """Every member of the panel has given in the same grade for each principle."""
    said = "Puuttuu." if grade == Rating.Grade.INSUFFICIENT else ""
    for one in cycle.panel.filter(stage=stage, left_at=None):
        for principle in rules.principles(cycle):
            Rating.objects.update_or_create(
                member=one,
                round=cycle.round,
                principle=principle.key,
                defaults={"grade": grade, "comment": said, "rated_at": AT},
            )
        one.answered_round = cycle.round
        one.save(update_fields=["answered_round"])
    return cycle


# A plan on its way, by the actions themselves

LETTER = {"fi": "Päätös perusteluineen.", "sv": "Beslut med motivering.", "en": "Decision with reasons."}


def sent(version, *, by: User, at=AT) -> ReviewCycle:
    """Assessed and sent to review (T2)."""
    assessed(cycles.begin(version=version, by=by, at=at), by=by)
    return plans.submit(version=version, by=by, at=at)


def started(version, *, by: User, at=AT) -> ReviewCycle:
    """Sent, with a panel that reads (T3)."""
    cycle = sent(version, by=by, at=at)
    chair, *_others = panel_of(cycle)
    plans.start(cycle=cycle, by=chair.user, at=at)
    return fresh(cycle)


def returned(version, *, by: User, field: str = "title", text: str = "Miksi?", at=AT) -> ReviewCycle:
    """Read and returned with one comment of the chair's (T4)."""
    cycle = started(version, by=by, at=at)
    seats.comment(member=chair_of(cycle), field=field, text=text, language="fi", at=at)
    plans.send_back(cycle=cycle, by=chair_of(cycle).user, at=at, letter=LETTER)
    return fresh(cycle)


def approved(version, *, by: User, at=AT) -> ReviewCycle:
    """Read, rated and approved (T7)."""
    cycle = rated(started(version, by=by, at=at))
    plans.approve(cycle=cycle, by=chair_of(cycle).user, at=at, letter=LETTER)
    return fresh(cycle)


def chair_of(cycle: ReviewCycle, stage: str = "plan") -> PanelMember:
    return cycle.panel.select_related("user").get(stage=stage, seat=Seat.CHAIR, left_at=None)


def fresh(cycle: ReviewCycle) -> ReviewCycle:
    """The round as it is kept now."""
    return ReviewCycle.objects.select_related("version__offering__institution").get(pk=cycle.pk)
