"""The quality round of a version. Each verb moves the version and its cycle together, in one transaction.

Rules about the version itself (what is complete, who wrote it, what the approval covers) stand in
registry.actions.offerings; here stand the rules of the round: comments, answers, who took it, what follows.
Every verb locks the version first and its cycle after it, so that no two wait for each other.
"""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import FieldComment, ReviewCycle
from registry import mail, trail
from registry.access import ROLES, Permission
from registry.actions import offerings, statements, words
from registry.errors import Invalid, NotAllowed
from registry.models import OfferingVersion, User
from registry.workflow import advance, hold

Status = ReviewCycle.Status
REVIEW_TAKES = timedelta(days=28)  # T2
REVIEW_AGAIN_TAKES = timedelta(days=14)  # T5
RESUBMIT_WITHIN = timedelta(days=30)  # T4
APPROVAL_STANDS = relativedelta(months=36)  # a full review at least this often (6.3)
CHECK_AFTER = relativedelta(months=12)  # T8
CRITERIA_SET = "EU-10/1"


@transaction.atomic
def submit(*, version: OfferingVersion, by: User, at: datetime) -> ReviewCycle:
    """T2, T5: send a complete version to review; the first time this opens its cycle."""
    offerings.submit(version=version, by=by, at=at)
    cycle = _cycle(version=version, at=at)
    open_comments = cycle.comments.filter(answered_at=None).order_by("pk")
    if open_comments:
        raise Invalid(
            _("Answer every comment of the reviewer before sending the version again."),
            code="unanswered",
            reasons=[(comment.field, comment.text) for comment in open_comments],
        )
    advance(
        cycle,
        Status.PLAN_REVIEW,
        by=by,
        at=at,
        round=cycle.round + 1,
        due_on=_day(at) + (REVIEW_AGAIN_TAKES if cycle.round else REVIEW_TAKES),
        reviewer=None,
    )
    _write(_people(version, Permission.REVIEW, but=by), "mail/review_submitted.txt", cycle=cycle, at=at)
    return cycle


@transaction.atomic
def take(*, cycle: ReviewCycle, by: User, at: datetime) -> None:
    """T3: start the review; whoever takes it reads and decides it."""
    offerings.take(version=cycle.version, by=by, at=at)
    cycle.reviewer = by
    cycle.save(update_fields=["reviewer"])


@transaction.atomic
def take_over(*, cycle: ReviewCycle, by: User, at: datetime, reason: str) -> None:
    """Go on with a review that somebody else took and cannot finish; what they wrote stays."""
    hold(cycle.version, OfferingVersion.Status.APPROVED)
    kept = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    offerings.refuse_own(cycle.version, by=by)
    if kept.reviewer_id == by.pk:
        raise NotAllowed(_("You have this review already."))
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    cycle.reviewer = by
    cycle.save(update_fields=["reviewer"])
    trail.record(verb="taken_over", row=cycle, by=by, at=at, reason=reason)


@transaction.atomic
def comment(
    *, cycle: ReviewCycle, field: str, text: str, language: str, by: User, at: datetime
) -> FieldComment:
    """Write down a reason at one field; the authors see it when the version is returned."""
    _reviewing(cycle, by=by)
    if field not in {*OfferingVersion.CONTENT, "outcomes"}:
        raise Invalid(
            _("Choose the field that the comment is about."), reasons=[("field", _("Choose the field."))]
        )
    text = words.needed(text, field="text", said=_("Write the comment."))
    return FieldComment.objects.create(
        cycle=cycle, round=cycle.round, field=field, text=text, language=language, by=by, at=at
    )


@transaction.atomic
def withdraw_comment(*, comment: FieldComment, by: User) -> None:
    """Take back a comment of the round that is going on; nobody but reviewers has seen it."""
    _reviewing(comment.cycle, by=by)
    if comment.round != comment.cycle.round:
        raise NotAllowed(_("A comment of an earlier round stays."))
    comment.delete()


@transaction.atomic
def send_back(*, cycle: ReviewCycle, by: User, at: datetime, note: str = "") -> None:
    """T4: return the version to its authors with a reason at each field concerned."""
    _reviewing(cycle, by=by)
    comments = cycle.comments.filter(round=cycle.round).order_by("pk")
    said = dict.fromkeys(comments.values_list("text", flat=True))
    if not said:
        raise Invalid(
            _("Write at least one comment at a field before returning the version."), code="no_comment"
        )
    note = words.optional(note, field="note")
    offerings.send_back(version=cycle.version, by=by, at=at, reason=note or "\n".join(said))
    advance(
        cycle,
        Status.PLAN_RETURNED,
        by=by,
        at=at,
        reason=note,
        due_on=_day(at) + RESUBMIT_WITHIN,
        decision_note=note,
    )
    _write(_authors(cycle.version), "mail/review_returned.txt", cycle=cycle, at=at)


@transaction.atomic
def answer(*, comment: FieldComment, text: str, by: User, at: datetime) -> None:
    """An author's answer to a reviewer's comment, while the version is back with its authors.

    Whoever answers speaks for the authors and is one of them from now on (rule 12).
    """
    version = OfferingVersion.objects.select_for_update(of=("self",)).get(cycle=comment.cycle_id)
    cycle = ReviewCycle.objects.select_for_update().get(pk=comment.cycle_id)
    if cycle.status not in {Status.PLAN_RETURNED, Status.PLAN_DRAFT}:
        raise NotAllowed(_("Comments are answered while the version is returned for changes."))
    if comment.by_id == by.pk:
        raise NotAllowed(_("You cannot answer your own comment."), code="own_work")
    text = words.needed(text, field="answer", said=_("Write the answer."))
    comment.answer, comment.answered_at, comment.answered_by = text, at, by
    comment.save(update_fields=["answer", "answered_at", "answered_by"])
    version.authors.add(by)


@transaction.atomic
def approve(*, cycle: ReviewCycle, by: User, at: datetime, note: str = "") -> None:
    """T7: accept the plan as it stands; publishing has 90 days from now."""
    _reviewing(cycle, by=by)
    if cycle.comments.filter(round=cycle.round).exists():
        raise Invalid(
            _(
                "There are comments of this round. Return the version, or take the comments back before"
                " approving."
            ),
            code="open_comments",
        )
    offerings.approve(version=cycle.version, by=by, at=at)
    until = _day(at) + offerings.APPROVAL_HOLDS
    _decide(cycle, Status.PLAN_APPROVED, note=note, due_on=until, by=by, at=at)
    _write(_authors(cycle.version), "mail/review_approved.txt", cycle=cycle, at=at)
    publishers = _people(cycle.version, Permission.OFFERING_PUBLISH, but=by)
    _write(publishers, "mail/review_to_publish.txt", cycle=cycle, at=at)


@transaction.atomic
def reject(*, cycle: ReviewCycle, by: User, at: datetime, note: str) -> None:
    """T6: refuse the plan for good, with the reason; a copy may start again."""
    _reviewing(cycle, by=by)
    offerings.reject(version=cycle.version, by=by, at=at, reason=note)
    _decide(cycle, Status.REJECTED, note=note, due_on=None, by=by, at=at)
    _write(_authors(cycle.version), "mail/review_rejected.txt", cycle=cycle, at=at)


@transaction.atomic
def reopen(*, cycle: ReviewCycle, by: User | None, at: datetime, reason: str) -> None:
    """T20: an approval that lapsed, or that the authors give up, takes the version back to draft."""
    offerings.reopen(version=cycle.version, by=by, at=at, reason=reason)
    advance(
        cycle, Status.PLAN_DRAFT, by=by, at=at, reason=reason, due_on=None, reviewer=None, decided_at=None,
        decided_by=None,
    )  # fmt: skip


@transaction.atomic
def publish(*, version: OfferingVersion, by: User, at: datetime) -> None:
    """T8, T19: put the version into the catalogue with its quality statement; the older round closes."""
    offerings.publish(version=version, by=by, at=at)
    cycle = version.cycle
    check_due_on = _day(at) + CHECK_AFTER
    advance(cycle, Status.DO, by=by, at=at, due_on=check_due_on, check_due_on=check_due_on)
    _state(cycle, at=at)
    running = ReviewCycle.objects.filter(
        offering=version.offering, status__in=[Status.DO, Status.SUSPENDED]
    ).exclude(pk=cycle.pk)
    for older in running:
        advance(older, Status.CLOSED_CONTINUE, by=by, at=at, due_on=None)


@transaction.atomic
def suspend(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    """T16: stop the offering for now; nothing is issued while it is suspended."""
    offerings.suspend(version=version, by=by, at=at, reason=reason)
    advance(version.cycle, Status.SUSPENDED, by=by, at=at, reason=reason)
    _state(version.cycle, at=at, suspended_at=at)


@transaction.atomic
def resume(*, version: OfferingVersion, by: User, at: datetime, reason: str = "") -> None:
    """T17: the cause is removed; the offering goes on."""
    offerings.resume(version=version, by=by, at=at, reason=reason)
    advance(version.cycle, Status.DO, by=by, at=at, reason=reason)
    _state(version.cycle, at=at)


@transaction.atomic
def retire(*, version: OfferingVersion, by: User, at: datetime, reason: str) -> None:
    """T18: end the offering; its page and its credentials stay."""
    offerings.retire(version=version, by=by, at=at, reason=reason)
    advance(version.cycle, Status.CLOSED_RETIRE, by=by, at=at, reason=reason, due_on=None)


# Parts


def _cycle(*, version: OfferingVersion, at: datetime) -> ReviewCycle:
    """The version's cycle, opened on its first way to review."""
    cycle, _is_new = ReviewCycle.objects.select_for_update().get_or_create(
        version=version,
        defaults={
            "offering": version.offering,
            "number": version.number,
            "criteria_set": CRITERIA_SET,
            "opened_at": at,
        },
    )
    return cycle


def _reviewing(cycle: ReviewCycle, *, by: User) -> None:
    """The review is going on and the person is the one who took it."""
    hold(cycle.version, OfferingVersion.Status.APPROVED)
    kept = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if kept.reviewer_id != by.pk:
        raise NotAllowed(_("Another person took this review. Ask them, or take a review that is waiting."))


def _decide(cycle: ReviewCycle, to: str, *, note: str, due_on: date | None, by: User, at: datetime) -> None:
    advance(
        cycle,
        to,
        by=by,
        at=at,
        reason=note,
        due_on=due_on,
        decided_at=at,
        decided_by=by,
        decision_note=words.optional(note, field="note"),
    )


def _state(cycle: ReviewCycle, *, at: datetime, suspended_at: datetime | None = None) -> None:
    """Push down what the catalogue, issuing and verification may say of the version."""
    decided_on = _day(cycle.decided_at)
    statements.publish(
        version=cycle.version,
        review_id=cycle.uid,
        criteria_set=cycle.criteria_set,
        decided_on=decided_on,
        approved_until=decided_on + APPROVAL_STANDS,
        check_due_on=cycle.check_due_on,
        at=at,
        suspended_at=suspended_at,
    )


def _authors(version: OfferingVersion):
    """The authors who still belong to the institution."""
    return version.authors.filter(
        is_active=True, memberships__institution=version.offering.institution
    ).distinct()


def _people(version: OfferingVersion, permission: Permission, *, but: User):
    """Who holds the permission at the version's institution, except the authors and the person who acts."""
    who_may = [role for role, held in ROLES.items() if permission in held]
    memberships = version.offering.institution.memberships.filter(role__in=who_may)
    holders = User.objects.filter(is_active=True, memberships__in=memberships).distinct()
    return holders.exclude(pk__in=version.authors.values("pk")).exclude(pk=but.pk)


def _write(people, template: str, *, cycle: ReviewCycle, at: datetime) -> None:
    for person in people:
        context = {
            "code": cycle.offering.code,
            "number": cycle.version.number,
            "institution": cycle.offering.institution.code.lower(),
            "uid": cycle.uid,
            "due_on": cycle.due_on,
        }
        mail.send(to=person.email, language=person.language, template=template, context=context, at=at)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
