"""The Check and Act stages of a round: opened by people, answered by the authors, judged by a panel."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quality import indicators, rules
from quality.actions import cycles, deciding, letters, panels
from quality.models import Decision, Finding, PanelMeeting, ReviewCycle, Snapshot, Survey
from registry import trail
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import OfferingVersion, User
from registry.workflow import advance

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
Outcome = Decision.Outcome
LEARNERS = {Survey.Kind.LEARNER, Survey.Kind.CAREER_6, Survey.Kind.CAREER_18}


@transaction.atomic
def open_check(*, cycle: ReviewCycle, by: User, at: datetime, reason: str = "") -> None:
    """T9: begin the Check within its days or for a trigger; the indicators are kept as they stand."""
    cycles.locked_at(cycle, Status.DO)
    limits = rules.limits_of(cycle.offering.institution)
    too_early = why_not_open(cycle, on=localdate(at))
    if too_early:
        raise Invalid(too_early, code="too_early")
    if not has_run(cycle, on=localdate(at)):
        reason = words.needed(
            reason, field="reason", said=_("No realisation has ended yet: say why the Check is made now.")
        )
    advance(
        cycle, Status.CHECK_OPEN, by=by, at=at, reason=words.optional(reason, field="reason"),
        round=0, due_on=limits.after(localdate(at), limits.self_evaluation_days),
    )  # fmt: skip
    cycle.offering.triggers.filter(cycle=None, set_aside_at=None).update(cycle=cycle)
    figures = indicators.of_offering(cycle.offering, on=localdate(at))
    Snapshot.objects.create(cycle=cycle, figures=figures, sha256=indicators.fingerprint(figures), taken_at=at)
    letters.write(cycle, "mail/check_opened.txt", to=letters.authors(cycle), at=at)


@transaction.atomic
def send(*, cycle: ReviewCycle, by: User, at: datetime, missing_feedback_reason: str = "") -> None:
    """T10: the authors have evaluated every principle; the panel reads."""
    version, _kept = cycles.locked_at(cycle, Status.CHECK_OPEN)
    missing = cycles.unassessed(cycle, Stage.CHECK)
    if missing:
        said = _("Assess the offering by each principle before you send it; open: %(codes)s.")
        raise Invalid(said % {"codes": ", ".join(missing)}, code="not_assessed")
    lacking = without_voice(cycle)
    if lacking:
        missing_feedback_reason = words.needed(
            missing_feedback_reason,
            field="reason",
            said=" ".join([*lacking, _("Add it, or say why it is missing.")]),
        )
    said = without_pilot_report(cycle, on=localdate(at))
    if said:
        raise Invalid(said, code="pilot_report", reasons=[("", said)])
    limits = rules.limits_of(version.offering.institution)
    advance(
        cycle, Status.CHECK_REVIEW, by=by, at=at, reason=missing_feedback_reason, round=cycle.round + 1,
        due_on=limits.after(localdate(at), limits.panel_days),
    )  # fmt: skip
    letters.write(cycle, "mail/check_sent.txt", to=letters.coordinators(cycle, but=by), at=at)


@transaction.atomic
def act(
    *, cycle: ReviewCycle, by: User, at: datetime, letter: dict, meeting: PanelMeeting | None = None
) -> Decision:
    """T11: the panel has findings; each has an owner and a day, and action begins.

    The Check has been made: enrolment stays open while its findings are worked off.
    """
    version, cycle = deciding.hold_open(cycle, Stage.CHECK, by=by)
    _whole(cycle)
    for said in why_not_act(cycle):
        raise Invalid(said, code="no_finding")
    decision = deciding.decide(cycle, Outcome.ACT, letter=letter, by=by, at=at, meeting=meeting)
    due_on = min(_unverified(cycle).values_list("due_on", flat=True))
    advance(
        cycle, Status.ACT, by=by, at=at, due_on=due_on, decided_at=at, decided_by=by,
        content_hash=decision.content_hash, check_due_on=cycles.check_due_on(version, on=localdate(at)),
    )  # fmt: skip
    if version.status == OfferingVersion.Status.PUBLISHED:
        cycles.state(cycle, at=at)
    letters.decision(decision, template="mail/check_act.txt", at=at)
    return decision


@transaction.atomic
def go_on(
    *, cycle: ReviewCycle, by: User, at: datetime, letter: dict, meeting: PanelMeeting | None = None
) -> Decision:
    """T12: nothing is open and nothing insufficient; the round closes and the next one begins, of what is
    still published.

    What the whole panel found excellent is published with the statement.
    """
    version, cycle = deciding.hold_open(cycle, Stage.CHECK, by=by)
    _whole(cycle)
    for said in why_not_go_on(cycle):
        raise Invalid(said, code="not_passed", reasons=[("", said)])
    decision = deciding.decide(cycle, Outcome.CONTINUES, letter=letter, by=by, at=at, meeting=meeting)
    advance(
        cycle, Status.CLOSED_CONTINUE, by=by, at=at, due_on=None, decided_at=at, decided_by=by,
        content_hash=decision.content_hash,
    )  # fmt: skip
    letters.decision(decision, template="mail/check_continues.txt", at=at)
    if version.status == OfferingVersion.Status.PUBLISHED:
        cycles.go_on(cycle, at=at, strengths=rules.strengths(cycle))
    return decision


@transaction.atomic
def send_actions(*, cycle: ReviewCycle, by: User, at: datetime) -> None:
    """T13: every finding has its action and what shows it; somebody else verifies."""
    cycles.locked_at(cycle, Status.ACT)
    others = why_not_send_own(cycle, by=by)
    if others:
        raise NotAllowed(others)
    said = why_not_send_actions(cycle)
    if said:
        raise Invalid(said, code="open_findings")
    advance(cycle, Status.ACT_VERIFY, by=by, at=at)
    letters.write(cycle, "mail/actions_sent.txt", to=letters.coordinators(cycle, but=by), at=at)


@transaction.atomic
def return_actions(*, cycle: ReviewCycle, by: User, at: datetime) -> None:
    """T14: an action was not effective (its finding was opened again); the owners go on."""
    cycles.locked_at(cycle, Status.ACT_VERIFY)
    said = why_not_return_actions(cycle)
    if said:
        raise Invalid(said, code="none_open")
    opened = cycle.findings.filter(status=Finding.Status.OPEN)
    advance(cycle, Status.ACT, by=by, at=at, due_on=min(opened.values_list("due_on", flat=True)))
    letters.write(cycle, "mail/actions_returned.txt", to=letters.authors(cycle), at=at)


@transaction.atomic
def close(*, cycle: ReviewCycle, by: User, at: datetime, note: str) -> None:
    """T15: all is verified by somebody who owned none of it; the next round begins."""
    version, _kept = cycles.locked_at(cycle, Status.ACT_VERIFY)
    own = why_not_close_own(cycle, by=by)
    if own:
        raise NotAllowed(own, code="own_work")
    for said, code in why_not_close(cycle):
        raise Invalid(said, code=code)
    note = words.needed(note, field="note", said=_("Write what shows that the actions were effective."))
    advance(cycle, Status.CLOSED_CONTINUE, by=by, at=at, reason=note, due_on=None)
    if version.status == OfferingVersion.Status.PUBLISHED:
        cycles.go_on(cycle, at=at)


@transaction.atomic
def spread(*, cycle: ReviewCycle, to: date, by: User, at: datetime, reason: str) -> None:
    """Move a Check to another day, at most 60 days later, so that they are spread over the year."""
    _version, kept = cycles.locked(cycle)
    if kept.status != Status.DO:
        raise StateChanged(_("Only the Check of a running round can be moved."))
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    latest = latest_day(cycle)
    if not localdate(at) <= to <= latest:
        said = _("Choose a day from today to %(day)s.") % {"day": latest.strftime("%-d.%-m.%Y")}
        raise Invalid(said, reasons=[("to", said)])
    cycle.check_due_on = cycle.due_on = to
    cycle.save(update_fields=["check_due_on", "due_on"])
    trail.record(verb="check_moved", row=cycle, by=by, at=at, reason=reason)
    cycles.state(cycle, at=at)


# Why not: the words of a refusal before anybody is refused; "" or nothing where the move is open


def why_not_open(cycle: ReviewCycle, *, on: date) -> str:
    """T9: a Check opens within its days, or when something calls for it."""
    limits = rules.limits_of(cycle.offering.institution)
    opens_on = cycle.check_due_on - relativedelta(days=limits.check_opens_days)
    if on >= opens_on or cycle.offering.triggers.filter(cycle=None, set_aside_at=None).exists():
        return ""
    said = _("The Check opens on %(day)s at the earliest, or when a trigger calls for it.")
    return said % {"day": opens_on.strftime("%-d.%-m.%Y")}


def has_run(cycle: ReviewCycle, *, on: date) -> bool:
    """A realisation of the version has ended."""
    return cycle.version.realisations.filter(ends_on__lt=on).exclude(status="cancelled").exists()


def without_voice(cycle: ReviewCycle) -> list[str]:
    """Whose voice the Check still lacks: the learners', working life's (T10)."""
    runs = cycle.version.realisations.all()
    results = set(runs.values_list("feedback_results__kind", flat=True))
    results |= set(runs.filter(surveys__answers__isnull=False).values_list("surveys__kind", flat=True))
    found = []
    if not results & LEARNERS:
        found.append(_("There is no feedback of learners."))
    employer = cycle.evidence.filter(kind__in=["employer", "meeting"]).exists()
    if Survey.Kind.EMPLOYER not in results and not employer:
        found.append(_("There is no source from working life."))
    return found


def without_pilot_report(cycle: ReviewCycle, *, on: date) -> str:
    """T10: a pilot that has ended is reported before the Check is sent."""
    if cycle.offering.pilots.filter(ends_on__lt=on, reported_at=None).exists():
        return _("A pilot has ended without a report. Write the report first.")
    return ""


def why_not_act(cycle: ReviewCycle) -> list[str]:
    """T11: there is something to act on."""
    if _unverified(cycle).exists():
        return []
    return [_("Write at least one finding, or let the offering continue.")]


def why_not_go_on(cycle: ReviewCycle) -> list[str]:
    """T12: nothing insufficient, everybody has answered, nothing open."""
    return [*deciding.why_not_pass(cycle, Stage.CHECK), *_open_findings(cycle)]


def why_not_send_own(cycle: ReviewCycle, *, by: User) -> str:
    """T13: whoever wrote the offering, or owns a finding of it, sends the actions."""
    if offerings.is_own(cycle.version, user=by) or cycle.findings.filter(owner=by).exists():
        return ""
    return _("The authors, or the owners of the findings, send the actions.")


def why_not_send_actions(cycle: ReviewCycle) -> str:
    """T13: each finding has its action."""
    undone = cycle.findings.filter(status=Finding.Status.OPEN).count()
    said = _("Every finding needs its action and evidence first; still open: %(number)s.")
    return said % {"number": undone} if undone else ""


def why_not_return_actions(cycle: ReviewCycle) -> str:
    """T14: somebody has said of a finding that its action does not work."""
    if cycle.findings.filter(status=Finding.Status.OPEN).exists():
        return ""
    return _("Open the finding whose action was not effective first, with the reason.")


def why_not_close_own(cycle: ReviewCycle, *, by: User) -> str:
    """T15: nobody closes a round whose findings they own or acted on, or whose text they wrote."""
    if offerings.is_own(cycle.version, user=by):
        return _("You cannot review your own plan.")
    if cycle.findings.filter(Q(owner=by) | Q(acted_by=by)).exists():
        return _("You own a finding of this round. Another coordinator closes it.")
    return ""


def why_not_close(cycle: ReviewCycle) -> list[tuple[str, str]]:
    """T15: what is open still, each with its code."""
    found = [(said, "open_findings") for said in _open_findings(cycle)]
    being_made = OfferingVersion.EDITABLE | {"submitted", "in_review", "approved"}
    changed = cycle.offering.versions.filter(number__gt=cycle.version.number, status__in=being_made)
    if changed.exists():
        said = _("A new version of the text is being made: publish it before you close the round.")
        found.append((said, "version_open"))
    return found


def latest_day(cycle: ReviewCycle) -> date:
    """As far as a Check may be moved, from the day it had first: moved again and again, it gains no more."""
    limits = rules.limits_of(cycle.offering.institution)
    said = cycle.version.statements.filter(review_id=cycle.uid).order_by("created_at", "pk").first()
    first = said.check_due_on if said and said.check_due_on else cycle.check_due_on
    return first + relativedelta(days=limits.check_opens_days)


# Parts


def _unverified(cycle: ReviewCycle):
    return cycle.findings.exclude(status=Finding.Status.VERIFIED)


def _open_findings(cycle: ReviewCycle) -> list[str]:
    count = _unverified(cycle).count()
    said = ngettext(
        "%(number)s finding is open. Verify it first.",
        "%(number)s findings are open. Verify them first.",
        count,
    )
    return [said % {"number": count}] if count else []


def _whole(cycle: ReviewCycle) -> None:
    lacking = panels.faults(cycle, Stage.CHECK)
    if lacking:
        raise Invalid(_("The panel is not whole."), code="panel", reasons=[("panel", one) for one in lacking])
