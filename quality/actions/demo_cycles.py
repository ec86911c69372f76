"""Quality rounds of the demo: who sat on the panels, how they rated, what was decided and found.

The file names ratings and panels of a few rounds; every other plan was decided by the same kind of panel. A
round is written as it stands on the day of loading, without letters or lines of the trail.
"""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate

from quality import criteria, indicators, readings, rules
from quality.models import (
    Decision,
    FieldComment,
    Finding,
    Notice,
    Origin,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    SelfAssessment,
    Snapshot,
)
from registry.actions import imports, offerings, statements
from registry.models import Institution, Membership, OfferingVersion, Statement, User

Cycle, Stage, Outcome, Grade = ReviewCycle.Status, ReviewCycle.Stage, Decision.Outcome, Rating.Grade
Version = OfferingVersion.Status
FULL_REVIEW = relativedelta(months=36)  # an approval lasts until the next full review
CHECK = relativedelta(months=12)
GRACE = timedelta(days=30)  # of a late Check, before enrolment closes
PLAN_TAKES = timedelta(days=28)  # the panel's days to read a plan
CHECK_TAKES = timedelta(days=28)  # the file tells when a Check was decided, not when it was sent
# Reminders of a finding by their step, as days before its last one. The walk-through (domain 6.7) tells that
# the one of three days went on the fourth: it is told as there, and the clock does not write it again.
REMINDED = {-14: 14, -3: 4}
CYCLE_OF = {
    Version.PUBLISHED: Cycle.DO,
    Version.SUPERSEDED: Cycle.CLOSED_CONTINUE,
    Version.IN_REVIEW: Cycle.PLAN_REVIEW,
    Version.CHANGES_REQUESTED: Cycle.PLAN_RETURNED,
}
GRADES = {
    "excellent": Grade.EXCELLENT,
    "good": Grade.GOOD,
    "satisfactory": Grade.SATISFACTORY,
    "insufficient": Grade.INSUFFICIENT,
}
# The fields that the reasons of a returned plan speak of, in the order of the file, with their principles.
RETURNED_FIELDS = {
    "CENTRIA-MC-2026-012": [
        ("size_justification", "transparency"),
        ("assessment_criteria", "valid_assessment"),
    ]
}
# Who reviews where the file names nobody.
USUAL_PANEL = (
    {"role": "chair", "area": "quality"},
    {"role": "peer"},
    {"role": "working_life", "organisation": "DEMO työelämäraati"},
)
WORKING_LIFE = {"name": "Tuulikki Työelämä", "email": "tyoelama@company.example"}
LETTERS = {
    Outcome.APPROVED: {
        "fi": "Paneeli hyväksyi suunnitelman kymmenen periaatteen mukaan.",
        "sv": "Panelen godkände planen enligt de tio principerna.",
        "en": "The panel approved the plan by the ten principles.",
    },
    Outcome.RETURNED: {
        "fi": "Paneeli palautti suunnitelman: perustelut ovat kenttien kohdalla.",
        "sv": "Panelen återlämnade planen: motiveringen finns vid fälten.",
        "en": "The panel returned the plan: the reasons stand at the fields.",
    },
    Outcome.ACT: {
        "fi": "Paneeli edellyttää kehittämistoimia: havainnoilla on vastuuhenkilö ja määräpäivä.",
        "sv": "Panelen kräver utvecklingsåtgärder: iakttagelserna har en ansvarig och en sista dag.",
        "en": "The panel asks for corrective action: the findings have an owner and a day.",
    },
}


def load(*, version: OfferingVersion, row: dict, review: dict, moved: timedelta) -> None:
    """The round that the version went through, and what it lets the catalogue say."""
    due = review.get("review_due") or review.get("resubmit_by")
    check_due_on = _check_due_on(version=version, row=row, moved=moved)
    cycle = ReviewCycle.objects.create(
        offering=version.offering,
        number=version.number,
        version=version,
        status=CYCLE_OF[version.status],
        criteria_set=criteria.DEFAULT,
        round=1,
        opened_at=version.submitted_at,
        due_on=date.fromisoformat(due) + moved if due else _running_until(version, check_due_on),
        decided_at=version.approved_at,
        decided_by=version.approved_by,
        check_due_on=check_due_on,
    )
    sits_from = version.submitted_at + timedelta(days=1)
    # A panel of the file is that of the round's present stage.
    named = [] if review.get("state") == "ACT" else review.get("panel", [])
    panel = _panel(cycle, stage=Stage.PLAN, named=named or USUAL_PANEL, at=sits_from)
    _assess(cycle, stage=Stage.PLAN, at=version.submitted_at)
    if version.approved_at:
        _rate(panel, grades={}, at=version.approved_at)
        _decide(cycle, Outcome.APPROVED, by=version.approved_by, at=version.approved_at)
        _state(cycle, at=version.approved_at)
    elif "reasons" in review:
        _return(cycle, panel, row=row, review=review, moved=moved)


def check(*, review: dict, moved: timedelta, at: datetime) -> None:
    """A Check that the file tells of: its panel, ratings and findings; once."""
    cycle = ReviewCycle.objects.select_related("version", "offering__institution").get(
        offering__code=review["offering"], number=review["cycle"]
    )
    if review["state"] != "ACT" or cycle.status != Cycle.DO:
        return
    decided_at = imports.moment(date.fromisoformat(review["phase_entered"]) + moved)
    opened_at = decided_at - CHECK_TAKES
    figures = indicators.of_offering(cycle.offering, on=opened_at.astimezone(imports.HELSINKI).date())
    Snapshot.objects.create(
        cycle=cycle, figures=figures, sha256=indicators.fingerprint(figures), taken_at=opened_at
    )
    panel = _panel(cycle, stage=Stage.CHECK, named=review["panel"], at=opened_at)
    _assess(cycle, stage=Stage.CHECK, at=opened_at)
    comments = {row["principle"]: row["text"][cycle.version.primary_language] for row in review["findings"]}
    _rate(panel, grades=review["ratings"], comments=comments, at=decided_at)
    chair = panel[0].user
    findings = [_finding(cycle, row=row, by=chair, at=decided_at, moved=moved) for row in review["findings"]]
    for one in findings:
        _remind(one, until=at)
    _decide(cycle, Outcome.ACT, stage=Stage.CHECK, by=chair, at=decided_at)
    cycle.status, cycle.due_on = Cycle.ACT, min(one.due_on for one in findings)
    cycle.decided_at, cycle.decided_by = decided_at, chair
    cycle.check_due_on = decided_at.astimezone(imports.HELSINKI).date() + CHECK
    cycle.save(update_fields=["status", "due_on", "decided_at", "decided_by", "check_due_on"])
    _state(cycle, at=decided_at)


# Parts


def _panel(cycle: ReviewCycle, *, stage: str, named, at: datetime) -> list[PanelMember]:
    """The members in the order of the file, the chair first, and one of each partner of a joint offering."""
    house = cycle.offering.institution
    chair = _chair(cycle, house=house)
    found = [_member(cycle, stage=stage, row=row, chair=chair, house=house, at=at) for row in named]
    partners = Institution.objects.filter(code__in=cycle.version.awarding_bodies).exclude(pk=house.pk)
    return [
        *found,
        *(_partner(cycle, stage=stage, institution=one, at=at) for one in partners.order_by("code")),
    ]


def _chair(cycle: ReviewCycle, *, house: Institution) -> User:
    """Whoever approved the version chaired its panel; else a quality coordinator does."""
    return cycle.version.approved_by or _person(house, Membership.Role.QUALITY)


def _member(cycle: ReviewCycle, *, stage: str, row: dict, chair: User, house: Institution, at) -> PanelMember:
    seat = Seat(row["role"])
    said = {"cycle": cycle, "stage": stage, "seat": seat, "at": at}
    if seat == Seat.CHAIR:
        return _seat(**said, user=chair, origin=Origin.OWN_UNIT)
    if seat == Seat.WORKING_LIFE:
        return _seat(**said, **WORKING_LIFE, organisation=row["organisation"], origin=Origin.WORKING_LIFE)
    elsewhere = Institution.objects.filter(code=row.get("institution", "")).first()
    if elsewhere is None:
        roles = (Membership.Role.REVIEWER, Membership.Role.QUALITY)
        peer = next(one for one in (_person(house, role) for role in roles) if one != chair)
        return _seat(**said, user=peer, origin=Origin.OTHER_UNIT)
    guest = _person(elsewhere, Membership.Role.REVIEWER)
    return _seat(
        **said,
        name=guest.name,
        email=guest.email,
        organisation=elsewhere.short_name,
        origin=Origin.OTHER_INSTITUTION,
    )


def _partner(cycle: ReviewCycle, *, stage: str, institution: Institution, at: datetime) -> PanelMember:
    return _seat(
        cycle=cycle,
        stage=stage,
        seat=Seat.PARTNER,
        at=at,
        name=f"{institution.short_name}, laatu",
        email=f"quality@{institution.code.lower()}.example",
        organisation=institution.short_name,
        origin=Origin.OTHER_INSTITUTION,
        institution=institution,
    )


def _seat(
    *, cycle: ReviewCycle, stage: str, seat: str, at: datetime, user: User | None = None, **person
) -> PanelMember:
    own = {"name": user.name, "email": user.email, "language": user.language} if user else {}
    return PanelMember.objects.create(
        cycle=cycle,
        stage=stage,
        seat=seat,
        user=user,
        appointed_at=at,
        appointed_by=_person(cycle.offering.institution, Membership.Role.QUALITY),
        declared_at=at,
        **own,
        **person,
    )


def _assess(cycle: ReviewCycle, *, stage: str, at: datetime) -> None:
    """What the authors said: the first check of each principle holds."""
    author = cycle.version.submitted_by
    SelfAssessment.objects.bulk_create(
        SelfAssessment(
            cycle=cycle,
            stage=stage,
            principle=one.key,
            grade=Grade.GOOD,
            text=one.checks[0][cycle.version.primary_language],
            assessed_at=at,
            assessed_by=author,
        )
        for one in rules.principles(cycle)
    )


def _rate(
    panel: list[PanelMember], *, grades: dict[str, str], at: datetime, comments: dict[str, str] | None = None
) -> None:
    """Every member gives the same grades; what the file does not grade is good."""
    cycle, comments = panel[0].cycle, comments or {}
    Rating.objects.bulk_create(
        Rating(
            member=member,
            round=cycle.round,
            principle=one.key,
            grade=GRADES[grades.get(one.key, "good")],
            comment=comments.get(one.key, ""),
            rated_at=at,
        )
        for member in panel
        for one in rules.principles(cycle)
    )
    for member in panel:
        member.answered_round = cycle.round
    PanelMember.objects.bulk_update(panel, ["answered_round"])


def _return(
    cycle: ReviewCycle, panel: list[PanelMember], *, row: dict, review: dict, moved: timedelta
) -> None:
    """The plan went back with a reason at each field concerned, written by the chair."""
    at = imports.moment(date.fromisoformat(review["returned_on"]) + moved)
    language, chair = cycle.version.primary_language, panel[0]
    reasons = dict(zip(RETURNED_FIELDS[row["code"]], review["reasons"], strict=True))
    for (field, _principle), reason in reasons.items():
        FieldComment.objects.create(
            cycle=cycle,
            member=chair,
            round=1,
            field=field,
            text=reason[language],
            language=language,
            by=chair.user,
            at=at,
        )
    said = {principle: reason[language] for (_field, principle), reason in reasons.items()}
    _rate(panel, grades=dict.fromkeys(said, "insufficient"), comments=said, at=at)
    _decide(cycle, Outcome.RETURNED, by=chair.user, at=at)


def _decide(cycle: ReviewCycle, outcome: str, *, by: User, at: datetime, stage: str = Stage.PLAN) -> None:
    Decision.objects.create(
        cycle=cycle,
        stage=stage,
        round=cycle.round,
        outcome=outcome,
        letter=LETTERS[outcome],
        content_hash=offerings.content_hash(cycle.version),
        content=readings.kept(cycle.version),
        due_on=localdate(at if stage == Stage.CHECK else cycle.opened_at + PLAN_TAKES),
        decided_at=at,
        decided_by=by,
    )


def _finding(cycle: ReviewCycle, *, row: dict, by: User, at: datetime, moved: timedelta) -> Finding:
    """A finding with the action that is planned; it is the author's to act on."""
    return Finding.objects.create(
        institution=cycle.offering.institution,
        offering=cycle.offering,
        cycle=cycle,
        severity=row["severity"],
        source=Finding.Source.CHECK,
        principle=row["principle"],
        text=row["text"],
        action=row.get("action", {}),
        owner=cycle.version.submitted_by,
        due_on=date.fromisoformat(row["due"]) + moved,
        found_at=at,
        found_by=by,
    )


def _remind(finding: Finding, *, until: datetime) -> None:
    """The owner and the coordinators have been reminded, on the days before the last one."""
    house = finding.institution
    coordinators = User.objects.filter(
        memberships__institution=house, memberships__role=Membership.Role.QUALITY
    )
    for step, days in REMINDED.items():
        written_at = imports.moment(finding.due_on - timedelta(days=days))
        if written_at > until:
            continue
        Notice.objects.bulk_create(
            Notice(
                key=f"finding:{finding.uid}:{finding.due_on.isoformat()}:{step}:user-{one.pk}",
                kind="finding",
                institution=house,
                offering=finding.offering,
                user=one,
                about_on=finding.due_on,
                written_at=written_at,
            )
            for one in {finding.owner, *coordinators}
        )


def _state(cycle: ReviewCycle, *, at: datetime) -> Statement:
    decided_on = cycle.decided_at.astimezone(imports.HELSINKI).date()
    approved_until = cycle.version.approved_at.astimezone(imports.HELSINKI).date() + FULL_REVIEW
    return statements.publish(
        version=cycle.version,
        review_id=cycle.uid,
        criteria_set=cycle.criteria_set,
        decided_on=decided_on,
        approved_until=approved_until,
        check_due_on=cycle.check_due_on,
        opens_until=min(approved_until, cycle.check_due_on + GRACE),
        at=at,
    )


def _check_due_on(*, version: OfferingVersion, row: dict, moved: timedelta) -> date | None:
    """A year after publication (T8), unless the file names another day for the newest version."""
    if version.published_at is None:
        return None
    if version.number == row["version"]:
        return date.fromisoformat(row["next_check_due"]) + moved
    return version.published_at.astimezone(imports.HELSINKI).date() + CHECK


def _running_until(version: OfferingVersion, check_due_on: date | None) -> date | None:
    return check_due_on if version.status == Version.PUBLISHED else None


def _person(institution: Institution, role: Membership.Role) -> User:
    return User.objects.filter(memberships__institution=institution, memberships__role=role).earliest("pk")
