"""What can be done with a round that runs, is checked, or is acted on (T9–T17); see quality.views.acts."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from quality import checking
from quality.actions import checks, deciding, findings
from quality.models import ReviewCycle, Seat
from quality.views.asked import Act, Asked
from registry.access import Permission

P = Permission
Status = ReviewCycle.Status
Stage = ReviewCycle.Stage


def of(asked: Asked) -> Iterator[Act]:
    yield from _ACTS[Status(asked.cycle.status)](asked)


def decisions(asked: Asked) -> Iterator[Act]:
    """Whoever decides a Check sees both ways (T11, T12); others read whose decision it is."""
    cycle = asked.cycle
    why_not = deciding.why_not_decide(cycle, Stage.CHECK, by=asked.user)
    if why_not:
        if not asked.seat or asked.seat.seat == Seat.CHAIR:
            yield Act(_("Decide"), "", why_not)
        return
    act, go_on = checks.why_not_act(cycle), checks.why_not_go_on(cycle)
    yield Act(_("Ask for corrective action"), asked.decision("review-act"), " ".join(act), is_main=not act)
    yield Act(
        _("Let it go on"), asked.decision("review-continue"), " ".join(go_on), is_main=bool(act and not go_on)
    )


def _do(asked: Asked) -> Iterator[Act]:
    today = timezone.localdate(asked.at)
    why_not = checking.why_not_open(asked.cycle, permissions=asked.permissions, on=today)
    yield Act(_("Open the Check"), asked.review("review-check-open"), why_not, is_main=True)
    if P.CHECK_OPEN in asked.permissions:
        yield Act(_("Move the Check to another day"), asked.review("review-check-move"))


def _check_open(asked: Asked) -> Iterator[Act]:
    today = timezone.localdate(asked.at)
    why_not = checking.why_not_send(asked.cycle, permissions=asked.permissions, on=today)
    yield Act(_("Send the Check to its panel"), asked.review("review-check-send"), why_not, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Evaluate by principle"), asked.version("version-evaluate"), is_main=bool(why_not))
        yield Act(_("Add evidence"), asked.review("review-evidence-new"))


def _check_review(asked: Asked) -> Iterator[Act]:
    if findings.may_write(asked.cycle, user=asked.user):
        yield Act(_("Write a finding"), asked.review("review-finding-new"))


def _act(asked: Asked) -> Iterator[Act]:
    why_not = checking.why_not_send_actions(asked.cycle, user=asked.user)
    yield Act(
        _("Send the actions to be verified"),
        asked.review("review-actions-send"),
        why_not,
        is_post=True,
        is_main=True,
    )


def _act_verify(asked: Asked) -> Iterator[Act]:
    who = {"permissions": asked.permissions}
    close = checking.why_not_close(asked.cycle, user=asked.user, **who)
    send_back = checking.why_not_return_actions(asked.cycle, **who)
    yield Act(_("Close the round"), asked.review("review-close"), close, is_main=True)
    if P.FINDING_VERIFY in asked.permissions:
        yield Act(_("Return the actions"), asked.review("review-actions-return"), send_back, is_post=True)


def _suspended(asked: Asked) -> Iterator[Act]:
    why_not = checking.why_not_resume(asked.cycle, permissions=asked.permissions)
    yield Act(_("Resume"), asked.version("version-resume"), why_not, is_main=True)


_ACTS = {
    Status.DO: _do,
    Status.CHECK_OPEN: _check_open,
    Status.CHECK_REVIEW: _check_review,
    Status.ACT: _act,
    Status.ACT_VERIFY: _act_verify,
    Status.SUSPENDED: _suspended,
}
