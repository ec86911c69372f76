"""The made-up people, drafts and learners that a random round is played with."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random

from credentials.models import Learner
from quality.actions import cycles
from quality.models import PanelMember, ReviewCycle
from registry.access import Permission, Role, permissions
from registry.actions import codelists, offerings
from registry.models import Institution, Membership, Offering, OfferingVersion, User

TEXT = {"fi": "Kiertotalouden perusteet", "sv": "Cirkulär ekonomi", "en": "Circular economy"}
CONTENT = {
    "title": TEXT, "summary": TEXT, "target_group": TEXT, "relevance": TEXT, "prerequisites": TEXT,
    "assessment_description": TEXT, "assessment_criteria": TEXT, "quality_assurance": TEXT, "guidance": TEXT,
    "relevance_source": "employer_survey", "ects": 5, "competence_level": "applied",
    "education_form": "avoin_amk", "assessment_types": ["project"], "grading_scale": "0-5",
    "identity_verification": "supervised_online_id", "participation_modes": ["contact"],
    "locations": ["Oulu"],
    "teaching_times": ["any_time"], "teaching_languages": ["fi"], "assessment_languages": ["fi"],
    "stackability": "stand_alone", "quality_assurance_types": ["internal_review"], "sdgs": ["4"],
    "isced_f": "061", "okm_field": "7", "fee_eur": 0, "fee_rule": "free",
}  # fmt: skip
OUTCOMES = [{"kind": kind, "text": TEXT} for kind in ("knowledge", "skill", "competence")]
# Two of each where one must not do what the other did; "everything" holds every role of its house.
STAFF = {
    Role.AUTHOR: 2, Role.QUALITY: 2, Role.REVIEWER: 2, Role.PUBLISHER: 2, Role.RECTORATE: 2,
    Role.ISSUER: 1,
}  # fmt: skip
EVERY_ROLE = (Role.AUTHOR, Role.QUALITY, Role.REVIEWER, Role.PUBLISHER, Role.RECTORATE, Role.ISSUER)


@dataclass
class World:
    """`at` is now; `chance` the only chance there is; `stale` are rows as pages opened earlier show them."""

    at: datetime
    chance: Random
    stale: dict[int, ReviewCycle] = field(default_factory=dict)

    @cached_property
    def people(self) -> list[User]:
        """With their roles, which nobody changes here."""
        return list(User.objects.prefetch_related("memberships").order_by("pk"))

    def holders(self, house: Institution, permission: Permission | None) -> list[User]:
        return [one for one in self.people if permission in permissions(user=one, institution=house)]


@dataclass(frozen=True)
class Target:
    """What somebody has before them: an offering, one of its versions, the round of it."""

    offering: Offering
    version: OfferingVersion
    cycle: ReviewCycle | None

    @property
    def status(self) -> str:
        """The round's; "waiting" while a plan that was sent waits for its panel to begin."""
        if self.cycle is None:
            return ""
        return "waiting" if self.version.status == "submitted" else self.cycle.status

    @property
    def stage(self) -> str:
        return "plan" if self.cycle is None or self.cycle.phase == "plan" else "check"

    def seats(self) -> list[PanelMember]:
        if self.cycle is None:
            return []
        return list(self.cycle.panel.filter(stage=self.stage, left_at=None).select_related("user", "cycle"))


def build(*, at: datetime) -> None:
    """Two institutions with their people, learners, and a draft each that is ready to be assessed."""
    codelists.load()
    for number, code in enumerate(("EKA", "TOKA")):
        house = Institution.objects.create(
            code=code, oppilaitosnumero=f"1000{number}", name={"fi": code, "sv": code, "en": code},
            short_name=code, city="Oulu", domain=f"{code.lower()}.example", rule_set="eu-2022/1",
        )  # fmt: skip
        for role, count in STAFF.items():
            for one in range(count):
                _person(f"{role}{one}", house=house, roles=[role])
        _person("everything", house=house, roles=EVERY_ROLE)
        for one in range(4):
            Learner.objects.create(
                institution=house, given_names="Aino", family_name=f"Esimerkki {one}",
                email=f"learner{one}@{house.domain}", birth_date="2000-02-29", created_at=at,
            )  # fmt: skip
        author = house.memberships.filter(role=Role.AUTHOR).order_by("pk").first().user
        version = offerings.create(institution=house, title=TEXT, primary_language="fi", by=author, at=at)
        offerings.save(version=version, content=CONTENT, outcomes=OUTCOMES, by=author, at=at)


def target(world: World) -> Target:
    """Any offering; mostly its newest version, and now and then as a page showed it some time ago."""
    offering = world.chance.choice(list(Offering.objects.select_related("institution").order_by("pk")))
    versions = list(offering.versions.select_related("offering__institution").order_by("-number"))
    version = versions[0] if world.chance.random() < 0.6 else world.chance.choice(versions)
    cycle = cycles.current(version)
    if cycle is not None:
        cycle = ReviewCycle.objects.select_related(
            "version__offering__institution", "offering__institution"
        ).get(pk=cycle.pk)
        earlier = world.stale.get(cycle.pk)
        if earlier is None or world.chance.random() < 0.1:
            world.stale[cycle.pk] = cycle
        if earlier is not None and world.chance.random() < 0.05:
            cycle = earlier
        version = cycle.version
    return Target(offering, version, cycle)


def _person(name: str, *, house: Institution, roles) -> User:
    user = User(email=f"{name}@{house.domain}", name=f"{name} {house.code}")
    user.set_unusable_password()
    user.save()
    for role in roles:
        Membership.objects.create(user=user, institution=house, role=role)
    return user
