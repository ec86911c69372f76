"""The plan stage of a round: sent, read, answered, decided, taken back (T2–T7, T20)."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from quality import rules
from quality.actions import cycles, deciding, letters, panels
from quality.models import Decision, FieldComment, PanelMeeting, ReviewCycle
from registry import trail
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed
from registry.models import OfferingVersion, User
from registry.workflow import advance

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
Outcome = Decision.Outcome


@transaction.atomic
def submit(*, version: OfferingVersion, by: User, at: datetime, is_fast: bool = False) -> ReviewCycle:
    """T2, T5: send a complete version to review; its text is locked for the authors."""
    offerings.submit(version=version, by=by, at=at)
    cycle = cycles.begin(version=version, by=by, at=at)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    open_comments = cycle.comments.filter(answered_at=None).order_by("pk")
    if open_comments:
        raise Invalid(
            _("Answer every comment of the reviewers before sending the version again."),
            code="unanswered",
            reasons=[(comment.field, comment.text) for comment in open_comments],
        )
    _assessed(cycle, Stage.PLAN)
    limits = rules.limits_of(version.offering.institution)
    first = limits.fast_panel_days if is_fast else limits.panel_days
    advance(
        cycle,
        Status.PLAN_REVIEW,
        by=by,
        at=at,
        content_hash=offerings.content_hash(version),
        round=cycle.round + 1,
        is_fast=cycle.is_fast if cycle.round else is_fast,
        due_on=limits.after(localdate(at), limits.reread_days if cycle.round else first),
    )
    if cycle.round > 1 and not panels.faults(cycle, Stage.PLAN):
        offerings.take(version=version, by=None, at=at)  # the same panel reads again
        panels.ask_again(cycle, Stage.PLAN, at=at)
    else:
        letters.write(cycle, "mail/review_submitted.txt", to=letters.coordinators(cycle, but=by), at=at)
    return cycle


@transaction.atomic
def start(*, cycle: ReviewCycle, by: User, at: datetime) -> None:
    """T3: the panel is whole and free of conflicts; it reads from now on."""
    version, cycle = cycles.locked(cycle)
    lacking = panels.faults(cycle, Stage.PLAN)
    if lacking:
        raise Invalid(
            _("The panel cannot start yet."), code="panel", reasons=[("panel", one) for one in lacking]
        )
    offerings.take(version=version, by=by, at=at)
    names = ", ".join(one.name for one in panels.members(cycle, Stage.PLAN))
    trail.record(verb="panel_started", row=cycle, by=by, at=at, reason=names)


@transaction.atomic
def send_back(
    *, cycle: ReviewCycle, by: User, at: datetime, letter: dict, meeting: PanelMeeting | None = None
) -> Decision:
    """T4: return the version to its authors with a reason at each field concerned."""
    version, cycle = deciding.hold_open(cycle, Stage.PLAN, by=by)
    limits = rules.limits_of(version.offering.institution)
    said = dict.fromkeys(
        cycle.comments.filter(round=cycle.round).order_by("pk").values_list("text", flat=True)
    )
    if not said:
        raise Invalid(
            _("Write at least one comment at a field before returning the version."), code="no_comment"
        )
    offerings.send_back(version=version, by=by, at=at, reason="\n".join(said))
    decision = deciding.decide(cycle, Outcome.RETURNED, letter=letter, by=by, at=at, meeting=meeting)
    due_on = limits.after(localdate(at), limits.resubmit_days)
    advance(cycle, Status.PLAN_RETURNED, by=by, at=at, due_on=due_on, content_hash=decision.content_hash)
    letters.decision(decision, template="mail/review_returned.txt", at=at)
    return decision


@transaction.atomic
def answer(*, comment: FieldComment, text: str, by: User, at: datetime) -> None:
    """An author's answer to a comment, while the version is back with its authors.

    Whoever answers speaks for the authors and is one of them from now on (rule 12).
    """
    version, cycle = cycles.locked(comment.cycle)
    if cycle.status not in {Status.PLAN_RETURNED, Status.PLAN_DRAFT}:
        raise NotAllowed(_("Comments are answered while the version is returned for changes."))
    if comment.by_id is not None and comment.by_id == by.pk:
        raise NotAllowed(_("You cannot answer your own comment."), code="own_work")
    text = words.needed(text, field="answer", said=_("Write the answer."))
    comment.answer, comment.answered_at, comment.answered_by = text, at, by
    comment.save(update_fields=["answer", "answered_at", "answered_by"])
    version.authors.add(by)


@transaction.atomic
def approve(
    *, cycle: ReviewCycle, by: User, at: datetime, letter: dict, meeting: PanelMeeting | None = None
) -> Decision:
    """T7: accept the plan as it stands; publishing has 90 days from now."""
    version, cycle = deciding.hold_open(cycle, Stage.PLAN, by=by)
    for said in why_not_approve(cycle):
        raise Invalid(said, code="not_passed", reasons=[("", said)])
    offerings.approve(version=version, by=by, at=at)
    decision = deciding.decide(cycle, Outcome.APPROVED, letter=letter, by=by, at=at, meeting=meeting)
    limits = rules.limits_of(version.offering.institution)
    until = localdate(at) + relativedelta(days=limits.approval_days)
    advance(
        cycle, Status.PLAN_APPROVED, by=by, at=at, due_on=until, decided_at=at, decided_by=by,
        content_hash=decision.content_hash,
    )  # fmt: skip
    letters.decision(decision, template="mail/review_approved.txt", at=at)
    letters.write(cycle, "mail/review_to_publish.txt", to=letters.publishers(cycle, but=by), at=at)
    return decision


@transaction.atomic
def reject(
    *, cycle: ReviewCycle, by: User, at: datetime, letter: dict, meeting: PanelMeeting | None = None
) -> Decision:
    """T6: refuse the plan for good, with the reason in Finnish or Swedish; a copy may start again."""
    version, cycle = deciding.hold_open(cycle, Stage.PLAN, by=by)
    reason = letter.get("fi", "").strip() or letter.get("sv", "").strip()
    reason = words.needed(reason, field="letter", said=_("Give the reasons in Finnish or in Swedish."))
    offerings.reject(version=version, by=by, at=at, reason=reason)
    decision = deciding.decide(cycle, Outcome.REJECTED, letter=letter, by=by, at=at, meeting=meeting)
    advance(
        cycle, Status.REJECTED, by=by, at=at, reason=reason, due_on=None, decided_at=at, decided_by=by,
        content_hash=decision.content_hash,
    )  # fmt: skip
    letters.decision(decision, template="mail/review_rejected.txt", at=at)
    return decision


@transaction.atomic
def reopen(*, cycle: ReviewCycle, by: User | None, at: datetime, reason: str) -> None:
    """T4, T20: a return that nobody answered in time, or an approval that lapsed, is a draft again."""
    offerings.reopen(version=cycle.version, by=by, at=at, reason=reason)
    advance(
        cycle, Status.PLAN_DRAFT, by=by, at=at, reason=reason, due_on=None, decided_at=None, decided_by=None
    )


def why_not_approve(cycle: ReviewCycle) -> list[str]:
    """What keeps a plan from being approved: what the panel lacks, its grades, its comments."""
    found = panels.faults(cycle, Stage.PLAN) + deciding.why_not_pass(cycle, Stage.PLAN)
    if cycle.comments.filter(round=cycle.round).exists():
        found.append(
            _(
                "There are comments of this round. Return the version, or take the comments back before"
                " approving."
            )
        )
    return found


# Parts


def _assessed(cycle: ReviewCycle, stage: str) -> None:
    missing = cycles.unassessed(cycle, stage)
    if missing:
        said = _("Assess the offering by each principle before you send it; open: %(codes)s.")
        raise Invalid(
            said % {"codes": ", ".join(missing)},
            code="not_assessed",
            reasons=[("self_assessment", code) for code in missing],
        )
