"""The round itself: which one is open, what its authors say of it, what it states, the next one (6.1).

The verbs of its stages stand in `plans`, `checks` and `publishing`, who decides in `deciding`. Each moves
the version and its cycle together, in one transaction. Rules about the version itself (what is complete, who
wrote it, what the approval covers) stand in registry.actions.offerings; here stand the rules of the round.
Every verb locks the version first and its cycle after it, so that no two wait for each other.
"""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from quality import rules
from quality.models import ReviewCycle, SelfAssessment
from registry import trail
from registry.actions import statements, words
from registry.errors import Invalid, StateChanged
from registry.models import OfferingVersion, User
from registry.workflow import changed

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage


def current(version: OfferingVersion) -> ReviewCycle | None:
    """The version's open round, else its last one; None for a draft that nobody has begun to send."""
    rounds = version.cycles.order_by("-number")
    return rounds.filter(status__in=ReviewCycle.OPEN).first() or rounds.first()


def upcoming(version: OfferingVersion) -> ReviewCycle:
    """The version's open round, or the one that would begin now: not stored, to read its criteria by."""
    return version.cycles.filter(status__in=ReviewCycle.OPEN).first() or ReviewCycle(
        offering=version.offering,
        version=version,
        criteria_set=rules.criteria_of(version.offering.institution),
        compared_to=_base(version),
    )


@transaction.atomic
def begin(*, version: OfferingVersion, by: User, at: datetime) -> ReviewCycle:
    """T1: the round of a draft, made when its authors first write for it; asked again, the same."""
    OfferingVersion.objects.select_for_update().get(pk=version.pk)
    cycle = version.cycles.filter(status__in=ReviewCycle.OPEN).first()
    if cycle is None:
        cycle = _open(version=version, status=Status.PLAN_DRAFT, at=at, compared_to=_base(version))
        trail.record(verb=Status.PLAN_DRAFT, row=cycle, by=by, at=at, became=Status.PLAN_DRAFT)
    return cycle


@transaction.atomic
def assess(
    *, version: OfferingVersion, stage: str, principle: str, grade: int, text: str, by: User, at: datetime
) -> SelfAssessment:
    """What the authors say of one principle before the panel reads; they may change it until they send it."""
    cycle = begin(version=version, by=by, at=at)
    allowed = {Stage.PLAN: {Status.PLAN_DRAFT, Status.PLAN_RETURNED}, Stage.CHECK: {Status.CHECK_OPEN}}
    if cycle.status not in allowed[stage]:
        raise StateChanged(
            _("The self-assessment has been sent. The state is “%(state)s”.")
            % {"state": cycle.get_status_display()}
        )
    if principle not in {one.key for one in rules.principles(cycle)}:
        said = _("This principle is not in the review.")
        raise Invalid(said, reasons=[("principle", said)])
    text = words.needed(text, field="text", said=_("Write how the offering meets the principle."))
    assessment, _is_new = SelfAssessment.objects.update_or_create(
        cycle=cycle,
        stage=stage,
        principle=principle,
        defaults={"grade": grade, "text": text, "assessed_at": at, "assessed_by": by},
    )
    version.authors.add(by)
    return assessment


def unassessed(cycle: ReviewCycle, stage: str) -> list[str]:
    """The codes of the principles that the authors have not assessed yet; of a round not stored, all."""
    stored = cycle.self_assessments.filter(stage=stage) if cycle.pk else SelfAssessment.objects.none()
    done = set(stored.values_list("principle", flat=True))
    return [one.code for one in rules.principles(cycle) if one.key not in done]


def check_due_on(version: OfferingVersion, *, on: date) -> date:
    """When what is published, or goes on, on the day is checked."""
    return on + relativedelta(months=rules.limits_of(version.offering.institution).check_months)


@transaction.atomic
def go_on(cycle: ReviewCycle, *, at: datetime, strengths: list[dict] | None = None) -> ReviewCycle:
    """The next round of a version that stays as it is, running from its first day."""
    due_on = check_due_on(cycle.version, on=localdate(at))
    following = _open(version=cycle.version, status=Status.DO, at=at)
    following.decided_at, following.decided_by = cycle.decided_at, cycle.decided_by
    following.due_on = following.check_due_on = due_on
    following.save(update_fields=["decided_at", "decided_by", "due_on", "check_due_on"])
    trail.record(verb=Status.DO, row=following, by=None, at=at, became=Status.DO)
    state(following, at=at, strengths=strengths)
    return following


def state(
    cycle: ReviewCycle,
    *,
    at: datetime,
    suspended_at: datetime | None = None,
    reason: str = "",
    strengths: list[dict] | None = None,
) -> None:
    """Push down what the catalogue, enrolling, issuing and verification may say of the version.

    A Check is a decision, too, but the approval of the plan lasts from its own day: three years, then it is
    read anew.
    """
    limits = rules.limits_of(cycle.offering.institution)
    decided_on = localdate(cycle.decided_at)
    approved_on = localdate(cycle.version.approved_at or cycle.decided_at)
    last_of_approval = approved_on + relativedelta(months=limits.full_review_months)
    last_of_check = cycle.check_due_on + relativedelta(days=limits.check_grace_days - 1)
    statements.publish(
        version=cycle.version,
        review_id=cycle.uid,
        criteria_set=cycle.criteria_set,
        decided_on=decided_on,
        approved_until=max(decided_on, last_of_approval),
        check_due_on=cycle.check_due_on,
        opens_until=min(last_of_approval, last_of_check),
        at=at,
        suspended_at=suspended_at,
        suspended_why=reason,
        strengths=strengths,
    )


def locked(cycle: ReviewCycle) -> tuple[OfferingVersion, ReviewCycle]:
    version = (
        OfferingVersion.objects.select_for_update(of=("self",))
        .select_related("offering__institution")
        .get(pk=cycle.version_id)
    )
    kept = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    kept.version = version
    return version, kept


def locked_at(cycle: ReviewCycle, status: str) -> tuple[OfferingVersion, ReviewCycle]:
    """The same, of a round that stands there; StateChanged of any other.

    NEXT alone does not say so: a suspended round may go back to almost every state, but by T17 only.
    """
    version, kept = locked(cycle)
    if kept.status != status:
        raise changed(kept)
    return version, kept


# Parts


def _open(
    *, version: OfferingVersion, status: str, at: datetime, compared_to: OfferingVersion | None = None
) -> ReviewCycle:
    last = ReviewCycle.objects.filter(offering=version.offering).order_by("-number").first()
    return ReviewCycle.objects.create(
        offering=version.offering,
        version=version,
        number=last.number + 1 if last else 1,
        status=status,
        criteria_set=rules.criteria_of(version.offering.institution),
        compared_to=compared_to,
        opened_at=at,
    )


def _base(version: OfferingVersion) -> OfferingVersion | None:
    """T15: a version that mends findings is read against the one they were found in."""
    mended = ReviewCycle.objects.filter(
        offering=version.offering, status__in=[Status.ACT, Status.ACT_VERIFY]
    ).first()
    return mended.version if mended else None
