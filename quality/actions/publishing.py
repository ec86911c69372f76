"""A version is published, replaced, suspended, resumed, ended: its round goes with it (T8, T16–T19)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from quality.actions import cycles, letters
from quality.models import Finding, ReviewCycle
from registry import trail
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed
from registry.models import Offering, OfferingVersion, TrailEntry, User
from registry.workflow import advance, hold

Status = ReviewCycle.Status
Version = OfferingVersion.Status


@transaction.atomic
def publish(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """T8, T19: put the version into the catalogue with its quality statement.

    The round of the version shown so far closes, unless findings are open in it: they are worked off first.
    """
    offerings.publish(version=version, by=by, at=at)
    cycle = cycles.current(version)
    due_on = cycles.check_due_on(version, on=localdate(at))
    advance(cycle, Status.DO, by=by, at=at, due_on=due_on, check_due_on=due_on)
    cycles.state(cycle, at=at)
    earlier = ReviewCycle.objects.filter(
        offering=version.offering, version__status=Version.SUPERSEDED, status__in=ReviewCycle.OPEN
    )
    for older in _without_open_findings(earlier):
        if Status.CLOSED_CONTINUE in older.NEXT[older.status]:
            advance(older, Status.CLOSED_CONTINUE, by=by, at=at, due_on=None)
    for older in earlier.filter(status=Status.SUSPENDED):  # its version is shown no more: nobody resumes it
        advance(older, Status.ACT, by=by, at=at)
    letters.watched(cycle, "published", at=at)


@transaction.atomic
def leave_to_newer(*, offering: Offering, by: User, at: datetime) -> None:
    """T19, later: the last finding that kept a round at its superseded version has been verified; the round
    of the version that replaced it goes on alone. What is in corrective action is closed by people (T15)."""
    running = [Status.DO, Status.CHECK_OPEN, Status.CHECK_REVIEW]
    earlier = offering.cycles.filter(version__status=Version.SUPERSEDED, status__in=running)
    for older in _without_open_findings(earlier):
        advance(older, Status.CLOSED_CONTINUE, by=by, at=at, due_on=None)


@transaction.atomic
def suspend(
    *, version: OfferingVersion, by: User, at: datetime, reason: str, is_public: bool = False
) -> None:
    """T16: stop the offering for now: enrolment closes at once, whoever began may finish."""
    offerings.suspend(version=version, by=by, at=at, reason=reason)
    cycle = cycles.current(version)
    advance(cycle, Status.SUSPENDED, by=by, at=at, reason=reason)
    cycles.state(cycle, at=at, suspended_at=at, reason=reason if is_public else "")
    letters.suspended(cycle, reason=reason if is_public else "", at=at)
    letters.watched(cycle, "suspended", reason=reason if is_public else "", at=at)


@transaction.atomic
def resume(*, version: OfferingVersion, by: User, at: datetime, reason: str = "") -> None:
    """T17: the cause is removed and verified; the round goes on where it was stopped, and a running one that
    got findings meanwhile with its corrective action.

    A Check stood still: its authors, or its panel, have as many days left as they had.
    """
    reason = words.needed(reason, field="reason", said=_("Tell how the cause of the suspension was removed."))
    offerings.resume(version=version, by=by, at=at, reason=reason)
    cycle = cycles.current(version)
    why_not = why_not_resume(cycle)
    if why_not:
        raise Invalid(why_not, code="critical_open", reasons=[("", why_not)])
    stopped = trail.of(row=cycle).filter(became=Status.SUSPENDED).first()
    to = Status(stopped.was) if stopped else Status.DO  # suspended before there were rounds
    if to == Status.DO and cycle.findings.exclude(status="verified").exists():
        to = Status.ACT
    due_on = cycle.due_on
    if due_on and ReviewCycle.PHASE[to] == "check":
        due_on += localdate(at) - localdate(stopped.at)
    advance(cycle, to, by=by, at=at, reason=reason, due_on=due_on)
    cycles.state(cycle, at=at)
    letters.write(cycle, "mail/resumed_staff.txt", to=letters.authors(cycle), at=at)
    letters.watched(cycle, "resumed", at=at)


def why_not_resume(cycle: ReviewCycle) -> str:
    """T17: a critical finding is a cause that has not been verified as removed."""
    if cycle.offering.findings.filter(severity="critical").exclude(status="verified").exists():
        return _("A critical finding is open: its action is verified before the offering goes on.")
    return ""


@transaction.atomic
def propose_end(*, cycle: ReviewCycle, ground: str, reason: str, by: User, at: datetime) -> None:
    """T18, the authors' half: say that the offering should end; a quality coordinator ends it, or does not.

    The newest proposal of the round counts, as the trail tells it.
    """
    _version, cycle = cycles.locked(cycle)
    why_not = why_not_propose_end(cycle, by=by)
    if why_not:
        raise NotAllowed(why_not)
    hold(cycle, Status.CLOSED_RETIRE)
    _refuse_ground(ground)
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    trail.record(verb="end_proposed", row=cycle, by=by, at=at, reason=f"{ground}: {reason}")
    letters.write(
        cycle, "mail/end_proposed.txt", to=letters.coordinators(cycle, but=by), at=at, reason=reason
    )


@transaction.atomic
def retire(*, version: OfferingVersion, ground: str, reason: str, by: User, at: datetime) -> None:
    """T18: end what its authors have proposed to end; the page and the credentials stay, and what has begun
    is taught to its end."""
    _refuse_ground(ground)
    offerings.retire(version=version, by=by, at=at, reason=reason)
    cycle = cycles.current(version)
    why_not = why_not_retire(cycle, by=by)
    if why_not:
        raise NotAllowed(why_not, code="not_proposed")
    said = f"{ground}: {reason}"
    advance(cycle, Status.CLOSED_RETIRE, by=by, at=at, reason=said, due_on=None, ended_for=ground)
    letters.write(cycle, "mail/ended_staff.txt", to=letters.authors(cycle), at=at, reason=reason)
    letters.watched(cycle, "ended", at=at)


def why_not_propose_end(cycle: ReviewCycle, *, by: User) -> str:
    """T18: the authors know whether anybody still needs what they made."""
    is_own = offerings.is_own(cycle.version, user=by)
    return "" if is_own else _("The authors of the offering propose that it ends.")


def why_not_retire(cycle: ReviewCycle, *, by: User) -> str:
    """T18 takes two: an author who proposes it, and a quality coordinator; alone only where no author has
    stayed."""
    proposed = end_proposal(cycle)
    if proposed is None and letters.authors(cycle).exists():
        return _("An author of the offering proposes first that it ends.")
    if proposed and proposed.by_id == by.pk:
        return _("You proposed this yourself. Another quality coordinator ends the offering.")
    return ""


def end_proposal(cycle: ReviewCycle) -> TrailEntry | None:
    """Who proposed that the offering ends, with "ground: words" as the reason."""
    return trail.of(row=cycle).filter(verb="end_proposed").first()


# Parts


def _without_open_findings(rounds: QuerySet[ReviewCycle]) -> QuerySet[ReviewCycle]:
    unfinished = Finding.objects.exclude(status=Finding.Status.VERIFIED)
    return rounds.exclude(findings__in=unfinished).distinct()


def _refuse_ground(ground: str) -> None:
    if ground not in ReviewCycle.Ground.values:
        said = _("Choose why the offering ends.")
        raise Invalid(said, reasons=[("ground", said)])
