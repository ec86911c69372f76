"""The made-up institutions, people and offerings of a simulated year."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from quality import rules
from quality.drills.year_expected import APPROVED, IDLE_SINCE
from quality.drills.year_stories import BEGINS, Story
from quality.models import (
    Evidence,
    FeedbackResult,
    Finding,
    Origin,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    SelfAssessment,
)
from registry.access import Role
from registry.models import Institution, Membership, Offering, OfferingVersion, Realisation, User

HELSINKI = ZoneInfo("Europe/Helsinki")
PUBLISHED = BEGINS - relativedelta(months=20)
STAFF = {
    "coordinator": Role.QUALITY,
    "rectorate": Role.RECTORATE,
    "reviewer": Role.REVIEWER,
    "deputy": Role.AUTHOR,
    "publisher": Role.PUBLISHER,
}


@dataclass
class School:
    """People by what the stories call them ("coordinator 3"); `names` leads back from the key of a notice."""

    people: dict[str, User] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def coordinator(self, story: Story) -> User:
        return self.people[f"coordinator {story.house}"]

    def deputy(self, story: Story) -> User:
        return self.people[f"deputy {story.house}"]

    def author(self, story: Story) -> User:
        return self.people[f"author {story.number}"]

    def cycle(self, story: Story) -> ReviewCycle:
        """The round that is open now."""
        rounds = ReviewCycle.objects.select_related("version", "offering__institution")
        return rounds.get(offering__code=story.code, status__in=ReviewCycle.OPEN)

    def seat(self, cycle: ReviewCycle, story: Story, *, at: datetime) -> None:
        """A whole panel, free of conflicts; working life comes by invitation."""
        chair, reviewer = self.coordinator(story), self.people[f"reviewer {story.house}"]
        shared = {
            "cycle": cycle, "stage": "check", "appointed_at": at, "appointed_by": chair, "declared_at": at,
        }  # fmt: skip
        for user, seat, origin in (
            (chair, Seat.CHAIR, Origin.OWN_UNIT),
            (reviewer, Seat.PEER, Origin.OTHER_UNIT),
        ):
            PanelMember.objects.create(
                user=user, name=user.name, email=user.email, seat=seat, origin=origin, **shared
            )
        outsider = PanelMember.objects.create(
            name="Tuuli", email=f"tuuli{story.number}@firma.example", seat=Seat.WORKING_LIFE,
            origin=Origin.WORKING_LIFE, **shared,
        )  # fmt: skip
        self.names[f"member-{outsider.uid}"] = f"outsider {story.number}"


def build(tales: list[Story], *, houses: int, at: datetime) -> School:
    school = School()
    institutions = [_institution(number) for number in range(houses)]
    for number, house in enumerate(institutions):
        for name, role in STAFF.items():
            _person(school, f"{name} {number}", house=house, role=role)
    for story in tales:
        house = institutions[story.house]
        author = _person(school, f"author {story.number}", house=house, role=Role.AUTHOR)
        _offering(story, house=house, author=author, school=school)
    return school


def assess(cycle: ReviewCycle, *, by: User, at: datetime) -> None:
    SelfAssessment.objects.bulk_create(
        SelfAssessment(
            cycle=cycle, stage="check", principle=one.key, grade=Rating.Grade.GOOD, text="Toteutuu.",
            assessed_at=at, assessed_by=by,
        )
        for one in rules.principles(cycle)
    )  # fmt: skip


def low_feedback(offering: Offering, *, on: date, by: User, at: datetime) -> None:
    run = Realisation.objects.filter(version__offering=offering, ends_on__lt=on).latest("ends_on")
    FeedbackResult.objects.create(
        realisation=run, kind="learner", source="Spark", answers=12, mean="3.1", scale=5, collected_on=on,
        added_at=at, added_by=by,
    )  # fmt: skip


def show(finding: Finding, *, at: datetime) -> None:
    """A link that shows what was done."""
    Evidence.objects.create(
        institution=finding.institution, finding=finding, title="Muistio", kind=Evidence.Kind.LINK,
        url="https://example.com/muistio", dated_on=at.date(), added_at=at, added_by=finding.owner,
    )  # fmt: skip


def _institution(number: int) -> Institution:
    return Institution.objects.create(
        code=f"AMK{number}",
        oppilaitosnumero=f"{20000 + number}",
        name={"fi": f"Ammattikorkeakoulu {number}"},
        short_name=f"Amk{number}",
        city="Oulu",
        domain=f"amk{number}.example",
    )


def _person(school: School, name: str, *, house: Institution, role: str) -> User:
    user = User(email=f"{name.replace(' ', '')}@{house.domain}", name=name)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, institution=house, role=role)
    school.people[name] = user
    school.names[f"user-{user.pk}"] = name
    return user


def _offering(story: Story, *, house: Institution, author: User, school: School) -> None:
    """Published long ago; its present round has run since `began_on`."""
    published = _noon(APPROVED.get(story.kind, PUBLISHED))
    chair, publisher = school.coordinator(story), school.people[f"publisher {story.house}"]
    offering = Offering.objects.create(institution=house, code=story.code, created_at=published)
    version = OfferingVersion.objects.create(
        offering=offering, number=1, status="published", rule_set=house.rule_set,
        title={"fi": f"Tarjonta {story.number}"}, awarding_bodies=[house.code], ects=5,
        participation_modes=["onsite"], created_at=published, updated_at=published, submitted_at=published,
        submitted_by=author, approved_at=published, approved_by=chair, published_at=published,
        published_by=publisher,
    )  # fmt: skip
    version.authors.add(author)
    Offering.objects.filter(pk=offering.pk).update(published=version)
    _realisations(story, version)
    began = _noon(story.began_on)
    ReviewCycle.objects.create(
        offering=offering, version=version, number=1, status="do", opened_at=began, decided_at=began,
        decided_by=chair, due_on=story.due_on, check_due_on=story.due_on,
    )  # fmt: skip


def _realisations(story: Story, version: OfferingVersion) -> None:
    """One that ended before what is said of it, one to come; an idle offering has run long ago."""
    days = [IDLE_SINCE]
    if story.kind != "idle":
        days = [(story.cause_on or BEGINS) - timedelta(days=1), BEGINS + timedelta(days=500)]
    for number, ends_on in enumerate(days, start=1):
        Realisation.objects.create(
            version=version, key=f"R{number}", status="open", starts_on=ends_on - timedelta(days=30),
            ends_on=ends_on,
        )  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HELSINKI)
