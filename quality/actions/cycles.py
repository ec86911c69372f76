"""The quality round of a version: its plan stage, publishing, and what stops it. The Check is in `checks`.

Each verb moves the version and its cycle together, in one transaction. Rules about the version itself (what
is complete, who wrote it, what the approval covers) stand in registry.actions.offerings; here stand the rules
of the round. Every verb locks the version first and its cycle after it, so that no two wait for each other.
"""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import readings, rules
from quality.actions import letters, meetings, panels
from quality.models import (
    Decision,
    FieldComment,
    Finding,
    PanelMeeting,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    SelfAssessment,
)
from registry import trail
from registry.access import Permission, permissions
from registry.actions import offerings, statements, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Offering, OfferingVersion, TrailEntry, User
from registry.workflow import advance, hold

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
Version = OfferingVersion.Status
Outcome = Decision.Outcome


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


# Plan


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


@transaction.atomic
def submit(*, version: OfferingVersion, by: User, at: datetime, is_fast: bool = False) -> ReviewCycle:
    """T2, T5: send a complete version to review; its text is locked for the authors."""
    offerings.submit(version=version, by=by, at=at)
    cycle = begin(version=version, by=by, at=at)
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
        due_on=limits.after(_day(at), limits.reread_days if cycle.round else first),
    )
    if cycle.round > 1 and not panels.faults(cycle, Stage.PLAN):
        offerings.take(version=version, by=None, at=at)  # the same panel reads again
    letters.write(cycle, "mail/review_submitted.txt", to=letters.coordinators(cycle, but=by), at=at)
    return cycle


@transaction.atomic
def start(*, cycle: ReviewCycle, by: User, at: datetime) -> None:
    """T3: the panel is whole and free of conflicts; it reads from now on."""
    version, cycle = _locked(cycle)
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
    version, cycle = deciding(cycle, Stage.PLAN, by=by)
    limits = rules.limits_of(version.offering.institution)
    said = dict.fromkeys(
        cycle.comments.filter(round=cycle.round).order_by("pk").values_list("text", flat=True)
    )
    if not said:
        raise Invalid(
            _("Write at least one comment at a field before returning the version."), code="no_comment"
        )
    offerings.send_back(version=version, by=by, at=at, reason="\n".join(said))
    decision = decide(cycle, Outcome.RETURNED, letter=letter, by=by, at=at, meeting=meeting)
    due_on = limits.after(_day(at), limits.resubmit_days)
    advance(cycle, Status.PLAN_RETURNED, by=by, at=at, due_on=due_on, content_hash=decision.content_hash)
    letters.decision(decision, template="mail/review_returned.txt", at=at)
    return decision


@transaction.atomic
def answer(*, comment: FieldComment, text: str, by: User, at: datetime) -> None:
    """An author's answer to a comment, while the version is back with its authors.

    Whoever answers speaks for the authors and is one of them from now on (rule 12).
    """
    version, cycle = _locked(comment.cycle)
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
    version, cycle = deciding(cycle, Stage.PLAN, by=by)
    for said in why_not_approve(cycle):
        raise Invalid(said, code="not_passed", reasons=[("", said)])
    offerings.approve(version=version, by=by, at=at)
    decision = decide(cycle, Outcome.APPROVED, letter=letter, by=by, at=at, meeting=meeting)
    limits = rules.limits_of(version.offering.institution)
    until = _day(at) + relativedelta(days=limits.approval_days)
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
    version, cycle = deciding(cycle, Stage.PLAN, by=by)
    reason = letter.get("fi", "").strip() or letter.get("sv", "").strip()
    reason = words.needed(reason, field="letter", said=_("Give the reasons in Finnish or in Swedish."))
    offerings.reject(version=version, by=by, at=at, reason=reason)
    decision = decide(cycle, Outcome.REJECTED, letter=letter, by=by, at=at, meeting=meeting)
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


# Publishing, and what stops it


def check_due_on(version: OfferingVersion, *, on: date) -> date:
    """When what is published, or goes on, on the day is checked."""
    return on + relativedelta(months=rules.limits_of(version.offering.institution).check_months)


@transaction.atomic
def publish(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """T8, T19: put the version into the catalogue with its quality statement.

    The round of the version shown so far closes, unless findings are open in it: they are worked off first.
    """
    offerings.publish(version=version, by=by, at=at)
    cycle = current(version)
    due_on = check_due_on(version, on=_day(at))
    advance(cycle, Status.DO, by=by, at=at, due_on=due_on, check_due_on=due_on)
    state(cycle, at=at)
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
    cycle = current(version)
    advance(cycle, Status.SUSPENDED, by=by, at=at, reason=reason)
    state(cycle, at=at, suspended_at=at, reason=reason if is_public else "")
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
    cycle = current(version)
    why_not = why_not_resume(cycle)
    if why_not:
        raise Invalid(why_not, code="critical_open", reasons=[("", why_not)])
    stopped = trail.of(row=cycle).filter(became=Status.SUSPENDED).first()
    to = Status(stopped.was) if stopped else Status.DO  # suspended before there were rounds
    if to == Status.DO and cycle.findings.exclude(status="verified").exists():
        to = Status.ACT
    due_on = cycle.due_on
    if due_on and ReviewCycle.PHASE[to] == "check":
        due_on += _day(at) - _day(stopped.at)
    advance(cycle, to, by=by, at=at, reason=reason, due_on=due_on)
    state(cycle, at=at)
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
    _version, cycle = _locked(cycle)
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
    cycle = current(version)
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


@transaction.atomic
def go_on(cycle: ReviewCycle, *, at: datetime, strengths: list[dict] | None = None) -> ReviewCycle:
    """The next round of a version that stays as it is, running from its first day."""
    due_on = check_due_on(cycle.version, on=_day(at))
    following = _open(version=cycle.version, status=Status.DO, at=at)
    following.decided_at, following.decided_by = cycle.decided_at, cycle.decided_by
    following.due_on = following.check_due_on = due_on
    following.save(update_fields=["decided_at", "decided_by", "due_on", "check_due_on"])
    trail.record(verb=Status.DO, row=following, by=None, at=at, became=Status.DO)
    state(following, at=at, strengths=strengths)
    return following


# What the Check shares


def why_not_pass(cycle: ReviewCycle, stage: str) -> list[str]:
    """What keeps a stage from being passed: members who have not answered, grades, findings (T7, 6.4)."""
    sitting = panels.members(cycle, stage)
    late = [one.name for one in sitting if one.answered_round < cycle.round]
    found = []
    if late:
        found.append(_("These members have not answered yet: %(names)s.") % {"names": ", ".join(late)})
    grades = rules.lowest(cycle, stage, reading=cycle.round)
    if Rating.Grade.INSUFFICIENT in grades.values():
        found.append(_("A principle is rated insufficient: it cannot be passed."))
    if cycle.offering.findings.filter(severity="critical").exclude(status="verified").exists():
        found.append(_("A critical finding is open."))
    limits = rules.limits_of(cycle.offering.institution)
    weak = sum(grade == Rating.Grade.SATISFACTORY for grade in grades.values())
    if weak > limits.satisfactory_most and not cycle.findings.exists():
        found.append(
            _(
                "%(number)s principles are only satisfactory: write the plan for improvement as a finding"
                " first."
            )
            % {"number": weak}
        )
    return found


def why_not_approve(cycle: ReviewCycle) -> list[str]:
    """What keeps a plan from being approved: what the panel lacks, its grades, its comments."""
    found = panels.faults(cycle, Stage.PLAN) + why_not_pass(cycle, Stage.PLAN)
    if cycle.comments.filter(round=cycle.round).exists():
        found.append(
            _(
                "There are comments of this round. Return the version, or take the comments back before"
                " approving."
            )
        )
    return found


def deciding(cycle: ReviewCycle, stage: str, *, by: User) -> tuple[OfferingVersion, ReviewCycle]:
    """The locked version and round, for the person who decides now: the chair, and after the last round of
    reading whoever leads the institution (T5)."""
    version, kept = _locked(cycle)
    if kept.status != panels.READING[stage]:
        raise StateChanged(
            _("The state has already changed: it is now “%(state)s”. Reload the page to see what happened.")
            % {"state": kept.get_status_display()}
        )
    why_not = why_not_decide(kept, stage, by=by)
    if why_not:
        raise NotAllowed(why_not, code="own_work" if offerings.is_own(version, user=by) else "not_the_chair")
    return version, kept


def why_not_decide(cycle: ReviewCycle, stage: str, *, by: User) -> str:
    """Whose decision it is, when it is not this person's: the chair's, after the last round the rectorate's
    (T5); nobody decides on their own plan."""
    version = cycle.version
    institution = version.offering.institution
    if offerings.is_own(version, user=by):
        return _("You cannot review your own plan.")
    if cycle.round > rules.limits_of(institution).most_rounds:
        leads = Permission.ROUND_LEAD in permissions(user=by, institution=institution)
        said = _("After three rounds of reading the rectorate or the head of the unit decides.")
        return "" if leads else said
    is_chair = _is_chair(cycle, stage, by=by)
    return (
        "" if is_chair else _("The chair of the panel decides. Ask the quality coordinator for a substitute.")
    )


def decide(
    cycle: ReviewCycle,
    outcome: str,
    *,
    letter: dict,
    by: User,
    at: datetime,
    meeting: PanelMeeting | None = None,
) -> Decision:
    """Keep what was decided, with the letter as it was previewed and the text as it was read."""
    said = {
        language: words.optional(text, field="letter") for language, text in letter.items() if text.strip()
    }
    if not said:
        missing = _("Write the decision letter in at least one language.")
        raise Invalid(missing, reasons=[("letter", missing)])
    if meeting:
        meetings.refuse_closed(meeting, cycle=cycle)
    return Decision.objects.create(
        cycle=cycle,
        stage=Stage.PLAN if cycle.phase == "plan" else Stage.CHECK,
        round=cycle.round,
        outcome=outcome,
        letter=said,
        meeting=meeting,
        content_hash=offerings.content_hash(cycle.version),
        content=readings.kept(cycle.version),
        due_on=cycle.due_on,
        decided_at=at,
        decided_by=by,
    )


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
    decided_on = _day(cycle.decided_at)
    approved_on = _day(cycle.version.approved_at or cycle.decided_at)
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


def unassessed(cycle: ReviewCycle, stage: str) -> list[str]:
    """The codes of the principles that the authors have not assessed yet; of a round not stored, all."""
    stored = cycle.self_assessments.filter(stage=stage) if cycle.pk else SelfAssessment.objects.none()
    done = set(stored.values_list("principle", flat=True))
    return [one.code for one in rules.principles(cycle) if one.key not in done]


# Parts


def _without_open_findings(rounds: QuerySet[ReviewCycle]) -> QuerySet[ReviewCycle]:
    unfinished = Finding.objects.exclude(status=Finding.Status.VERIFIED)
    return rounds.exclude(findings__in=unfinished).distinct()


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


def _refuse_ground(ground: str) -> None:
    if ground not in ReviewCycle.Ground.values:
        said = _("Choose why the offering ends.")
        raise Invalid(said, reasons=[("ground", said)])


def _assessed(cycle: ReviewCycle, stage: str) -> None:
    missing = unassessed(cycle, stage)
    if missing:
        said = _("Assess the offering by each principle before you send it; open: %(codes)s.")
        raise Invalid(
            said % {"codes": ", ".join(missing)},
            code="not_assessed",
            reasons=[("self_assessment", code) for code in missing],
        )


def _is_chair(cycle: ReviewCycle, stage: str, *, by: User) -> bool:
    return PanelMember.objects.filter(
        cycle=cycle, stage=stage, seat=Seat.CHAIR, left_at=None, user=by
    ).exists()


def _locked(cycle: ReviewCycle) -> tuple[OfferingVersion, ReviewCycle]:
    version = (
        OfferingVersion.objects.select_for_update(of=("self",))
        .select_related("offering__institution")
        .get(pk=cycle.version_id)
    )
    kept = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    kept.version = version
    return version, kept


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
