"""The demo: made-up offerings, people, reviews and attainments, dated as if the file's "today" were today.

It stands in the highest package because it fills all three. Credentials are not loaded: the attainments of
`to_issue` are issued by the worker like any others.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from credentials.models import Attainment, Learner
from quality.actions import demo_agreements, demo_cycles, demo_indicators
from registry import terms, trail
from registry.actions import codelists, imports
from registry.models import Institution, Membership, OfferingVersion, Pathway, User

DATA = codelists.FILE.parent
RETURNED_AFTER = timedelta(days=14)  # the file tells when a plan was returned, not when it was sent


@dataclass(frozen=True)
class ToIssue:
    """One credential that the demo wants: its attainment, when it is issued and what becomes of it."""

    key: str
    attainment: Attainment
    issued_at: datetime
    is_shared: bool
    revoked_at: datetime | None
    revocation_reason: str


def read(*, name: str) -> dict:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load(*, at: datetime) -> None:
    """Load the demo up to attainments; what is there already stays, with the dates of its first day."""
    data, people = read(name="example_offerings.json"), read(name="demo_people.json")["people"]
    moved = at.astimezone(imports.HELSINKI).date() - date.fromisoformat(data["as_of"])
    reviews = {row["offering"]: row for row in data["reviews"]}
    codelists.load()
    imports.load_institutions(rows=data["institutions"])
    imports.load_people(rows=people)
    for row in data["offerings"]:
        review = reviews.get(row["code"], {})
        submitted_on = _submitted_on(review=review, moved=moved)
        for version in imports.load_offering(row=row, moved=moved, at=at, submitted_on=submitted_on):
            own = review if version.number == row["version"] else {}
            demo_cycles.load(version=version, row=row, review=own, moved=moved)
            _plan(version=version, at=at)
    runs = read(name="demo_realisations.json")["realisations"]
    imports.load_realisations(rows=runs, moved=moved, at=at)
    imports.load_pathways(rows=data["pathways"])
    for review in data["reviews"]:
        demo_cycles.check(review=review, moved=moved, at=at)
    demo_indicators.load(data=data, more=read(name="demo_indicators.json"), at=at)
    demo_agreements.load(rows=data["partnership_agreements"], moved=moved, at=at)
    learners = {row["key"]: row for row in data["learners"]}
    accounts = {row["learner"]: row for row in people if row["role"] == "learner"}
    for row in credential_rows():
        version = _version(row=row)
        learner = _learner(
            row=learners[row["learner"]],
            account=accounts[row["learner"]],
            institution=version.offering.institution,
            at=at,
        )
        _attainment(row=row, version=version, learner=learner, moved=moved, at=at)


def credential_rows() -> list[dict]:
    """The credentials of the file, and one more that completes a pathway."""
    return (
        read(name="example_offerings.json")["issued_credentials"]
        + read(name="demo_composites.json")["credentials"]
    )


def completed() -> list[tuple[User, Pathway]]:
    """Who has completed which pathway, and asks for its composite credential."""
    accounts = {row.get("learner"): row["email"] for row in read(name="demo_people.json")["people"]}
    return [
        (User.objects.get(email=accounts[row["learner"]]), Pathway.objects.get(code=row["pathway"]))
        for row in read(name="demo_composites.json")["composites"]
    ]


def to_issue() -> list[ToIssue]:
    """The credentials of the demo in the order of issue; their days follow from the loaded attainments."""
    data = read(name="example_offerings.json")
    learners = {row["key"]: row for row in data["learners"]}
    items = [_to_issue(row=row, learner=learners[row["learner"]]) for row in credential_rows()]
    return sorted(items, key=lambda item: item.issued_at)


def _plan(*, version: OfferingVersion, at: datetime) -> None:
    """What is still on its way is meant for the coming term."""
    if version.published_at is None:
        version.offering.planned_term = str(terms.of(at.astimezone(imports.HELSINKI).date()).later(1))
        version.offering.save(update_fields=["planned_term"])


def _submitted_on(*, review: dict, moved: timedelta) -> date | None:
    if "submitted_on" in review:
        return date.fromisoformat(review["submitted_on"]) + moved
    if "returned_on" in review:
        return date.fromisoformat(review["returned_on"]) + moved - RETURNED_AFTER
    return None


def _member(*, institution: Institution, role: Membership.Role) -> User:
    return User.objects.filter(memberships__institution=institution, memberships__role=role).earliest("pk")


def _version(*, row: dict) -> OfferingVersion:
    versions = OfferingVersion.objects.select_related("offering__institution")
    return versions.get(offering__code=row["offering"], number=row["version"])


def _learner(*, row: dict, account: dict, institution: Institution, at: datetime) -> Learner:
    learner, is_new = Learner.objects.get_or_create(
        institution=institution,
        learner_oid=row["learner_oid_test"],
        defaults={
            "user": User.objects.get(email=account["email"]),
            "given_names": row["first_name"],
            "family_name": row["last_name"],
            "email": account["email"],
            "language": row["language"],
            "birth_date": date.fromisoformat(account["birth_date"]),
            "has_safety_prohibition": row["turvakielto"],
            "created_at": at,
        },
    )
    if is_new:
        trail.record(verb="imported", row=learner, by=None, at=at, learner=learner.uid)
    return learner


def _attainment(
    *, row: dict, version: OfferingVersion, learner: Learner, moved: timedelta, at: datetime
) -> None:
    """One attainment per version and learner; the day of the first load stays."""
    completed_on = date.fromisoformat(row["completed_on"]) + moved
    realisations = version.realisations.filter(starts_on__lte=completed_on, ends_on__gte=completed_on)
    attainment, is_new = Attainment.objects.get_or_create(
        learner=learner,
        version=version,
        defaults={
            "institution": learner.institution,
            "realisation": realisations.order_by("pk").first(),
            "completed_on": completed_on,
            "grade": row["grade"],
            "recorded_at": imports.moment(completed_on),
            "recorded_by": _member(institution=learner.institution, role=Membership.Role.ISSUER),
        },
    )
    if is_new:
        trail.record(verb="imported", row=attainment, by=None, at=at, learner=learner.uid)


def _to_issue(*, row: dict, learner: dict) -> ToIssue:
    attainment = Attainment.objects.select_related("institution", "learner", "version").get(
        learner__learner_oid=learner["learner_oid_test"],
        version__offering__code=row["offering"],
        version__number=row["version"],
    )
    moved = attainment.completed_on - date.fromisoformat(row["completed_on"])

    def noon(day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day) + moved, time(12), tzinfo=imports.HELSINKI)

    return ToIssue(
        key=row["key"],
        attainment=attainment,
        issued_at=noon(row["issued_on"]),
        is_shared=row.get("shared", False),
        revoked_at=noon(row["revoked_on"]) if "revoked_on" in row else None,
        revocation_reason=row.get("revocation_reason", ""),
    )
