"""How long the evidence bundle of one institution takes: 100 offerings reviewed twice, 1,000 findings.

`bundle_figures` is one part of `manage.py benchmark quality`; the worker's own task is what is measured.
"""

import time
from datetime import datetime, timedelta
from itertools import cycle as endless

from django.utils import timezone

from quality import criteria
from quality.actions import bundles
from quality.models import (
    Audit,
    AuditedArea,
    Bundle,
    Decision,
    Evidence,
    Finding,
    Origin,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    Snapshot,
)
from registry.access import Role
from registry.models import Institution, Membership, Offering, OfferingVersion, TrailEntry, User

OFFERINGS, FINDINGS = 100, 1_000
MOVES = ("plan_draft", "plan_review", "plan_approved", "do", "check_open", "check_review", "act")
SEVERITIES = ("major", "minor", "minor", "recommendation")
SAID = "Arviointikriteerit eivät mittaa kolmatta osaamistavoitetta, ja palaute kertoo samaa jo toista kertaa."
DONE = "Kriteerit kirjoitettiin uudelleen työelämän edustajan kanssa ja ne on kuvattu toteutuksen alustalla."
MEAN = {"n": 24, "mean": "4.1", "hidden": False, "scale": 5}
FIGURES = {
    "on": "2026-01-01", "runs": 2, "feedback": MEAN, "employers": MEAN, "career": MEAN, "participants": 40,
    "completed": 31, "completion_percent": 78, "complaints": 1, "upheld_complaints": 0, "credentials": 31,
}  # fmt: skip


def bundle_figures(*, offerings: int = OFFERINGS, findings: int = FINDINGS) -> dict:
    """{"evidence_bundle_s": seconds from the worker taking it to the file, "evidence_bundle_mb": its size}"""
    now = timezone.now()
    house, coordinator = fill(offerings=offerings, findings=findings, at=now)
    bundle = bundles.ask(
        institution=house,
        begins_on=timezone.localdate(now) - timedelta(days=365),
        ends_on=timezone.localdate(now),
        language="fi",
        by=coordinator,
        at=now,
    )
    began = time.perf_counter()
    bundles.make(bundle.pk)
    seconds = time.perf_counter() - began
    made = Bundle.objects.get(pk=bundle.pk)
    if made.status != Bundle.Status.DONE or made.counts["findings"] != findings:
        raise AssertionError(f"{made.status} {made.error} {made.counts}")
    return {"evidence_bundle_s": round(seconds, 2), "evidence_bundle_mb": round(made.size / 2**20, 2)}


def fill(*, offerings: int, findings: int, at: datetime) -> tuple[Institution, User]:
    """An institution whose every offering was reviewed, published and checked in the last year."""
    house = Institution.objects.create(
        code="BUNDLE", oppilaitosnumero="29999", name={"fi": "Mittaamon ammattikorkeakoulu"},
        short_name="Mittaamo", city="Oulu", domain="mittaamo.example",
    )  # fmt: skip
    people = [_person(name, house=house, role=role) for name, role in enumerate((Role.QUALITY, Role.AUTHOR))]
    cycles = [_round(number, house=house, people=people, at=at) for number in range(offerings)]
    _tell(cycles, house=house, by=people[0], at=at)
    _judge(cycles, by=people[0], at=at)
    _find(cycles, count=findings, house=house, people=people, at=at)
    audit = Audit.objects.create(
        institution=house,
        kind="internal",
        year=at.year,
        scale=["good"],
        recorded_at=at,
        recorded_by=people[0],
    )
    AuditedArea.objects.create(audit=audit, area=AuditedArea.CONTINUOUS_LEARNING)
    return house, people[0]


def _person(number: int, *, house: Institution, role: str) -> User:
    user = User.objects.create(email=f"bundle{number}@mittaamo.example", name=f"Mittaaja {number}")
    Membership.objects.create(user=user, institution=house, role=role)
    return user


def _round(number: int, *, house: Institution, people: list[User], at: datetime) -> ReviewCycle:
    coordinator, author = people
    began = at - timedelta(days=300)
    offering = Offering.objects.create(
        institution=house, code=f"BUNDLE-MC-2026-{number:03}", created_at=began
    )
    version = OfferingVersion.objects.create(
        offering=offering, number=1, status="published", rule_set=house.rule_set, ects=5,
        title={"fi": f"Mitattava osaamiskokonaisuus {number}"}, awarding_bodies=[house.code],
        created_at=began, updated_at=began, submitted_at=began, submitted_by=author, approved_at=began,
        approved_by=coordinator, published_at=began, published_by=author,
    )  # fmt: skip
    return ReviewCycle.objects.create(
        offering=offering, version=version, number=1, status="act", round=1, opened_at=began,
        decided_at=began, decided_by=coordinator, check_due_on=at.date(),
    )  # fmt: skip


def _tell(cycles: list[ReviewCycle], *, house: Institution, by: User, at: datetime) -> None:
    TrailEntry.objects.bulk_create(
        TrailEntry(
            at=at - timedelta(days=200 - 20 * step), by=by, institution=house, role=Role.QUALITY, verb=became,
            about=f"reviewcycle:{one.uid}", was=MOVES[step - 1] if step else "", became=became,
            content_hash="a" * 64,
        )
        for one in cycles
        for step, became in enumerate(MOVES)
    )  # fmt: skip
    Snapshot.objects.bulk_create(
        Snapshot(cycle=one, figures=FIGURES, sha256="b" * 64, taken_at=at - timedelta(days=120))
        for one in cycles
    )


def _judge(cycles: list[ReviewCycle], *, by: User, at: datetime) -> None:
    """Three members rate ten principles twice; both readings are decided."""
    stages, principles = ReviewCycle.Stage.values, criteria.read()[criteria.DEFAULT].principles
    members = PanelMember.objects.bulk_create(
        PanelMember(
            cycle=one, stage=stage, name=f"Jäsen {seat}", email=f"{seat}@mittaamo.example", seat=seat,
            origin=Origin.OTHER_UNIT, appointed_at=at, appointed_by=by, answered_round=1,
        )
        for one in cycles
        for stage in stages
        for seat in (Seat.CHAIR, Seat.PEER, Seat.WORKING_LIFE)
    )  # fmt: skip
    Rating.objects.bulk_create(
        Rating(
            member=one, round=1, principle=principle.key, grade=2 + (number + one.pk) % 3, comment=SAID,
            rated_at=at - timedelta(days=90),
        )
        for one in members
        for number, principle in enumerate(principles)
    )  # fmt: skip
    Decision.objects.bulk_create(
        Decision(
            cycle=one, stage=stage, round=1, outcome="act" if stage == "check" else "approved",
            letter={"fi": SAID * 5, "en": SAID * 5}, content_hash="a" * 64,
            decided_at=at - timedelta(days=80), decided_by=by,
        )
        for one in cycles
        for stage in stages
    )  # fmt: skip


def _find(
    cycles: list[ReviewCycle], *, count: int, house: Institution, people: list[User], at: datetime
) -> None:
    coordinator, author = people
    found = Finding.objects.bulk_create(
        Finding(
            institution=house, offering=one.offering, cycle=one, severity=severity, source="check",
            principle="valid_assessment", text={"fi": f"{number}. {SAID}"}, action={"fi": DONE}, owner=author,
            due_on=at.date(), found_at=at - timedelta(days=70), found_by=coordinator, status="acted",
            acted_at=at, acted_by=author,
        )
        for number, one, severity in zip(range(count), endless(cycles), endless(SEVERITIES))
    )  # fmt: skip
    Evidence.objects.bulk_create(
        Evidence(
            institution=house, finding=one, cycle=one.cycle, title="Työpajan muistio", kind="link",
            url="https://example.com/muistio", dated_on=at.date(), added_at=at, added_by=author,
        )
        for one in found
    )  # fmt: skip
