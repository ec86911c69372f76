"""What can be done with a review now, in words; what the person cannot do says why and is not hidden."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import reviews
from quality.actions import appeals, deciding, publishing
from quality.models import PanelMember, ReviewCycle, Seat
from quality.views import check_acts
from quality.views.asked import Act, Asked
from registry.access import Permission
from registry.models import OfferingVersion, User

P = Permission
Status = ReviewCycle.Status
Version = OfferingVersion.Status


def of(
    cycle: ReviewCycle,
    *,
    user: User,
    permissions: frozenset[Permission],
    at: datetime,
    seat: PanelMember | None = None,
) -> list[Act]:
    """The most likely act first."""
    asked = Asked(cycle=cycle, user=user, permissions=permissions, at=at, seat=seat)
    return list(_ACTS[Status(cycle.status)](asked))


def decisions(cycle: ReviewCycle, **asked) -> list[Act]:
    """Ways to the decisions, from the agenda of a meeting: each page says what it waits for still."""
    asked = Asked(cycle=cycle, **asked)
    if cycle.status == Status.CHECK_REVIEW:
        return [
            Act(_("Ask for corrective action"), asked.decision("review-act"), is_main=True),
            Act(_("Let it go on"), asked.decision("review-continue")),
        ]
    return [
        Act(_("Approve"), asked.decision("review-approve"), is_main=True),
        Act(_("Return for changes"), asked.decision("review-return")),
        Act(_("Reject"), asked.decision("review-reject"), is_grave=True),
    ]


def of_seat(seat: PanelMember, *, declare: str, rate: str) -> Iterator[Act]:
    """What a member does from their seat, by the addresses of their own pages."""
    if seat.declared_at is None:
        yield Act(_("Say that you have no conflict of interest"), declare, is_main=True)
    elif reviews.is_read_now(seat.cycle):
        is_open = seat.answered_round < seat.cycle.round
        yield Act(
            _("Rate by principle") if is_open else _("See and change your ratings"), rate, is_main=is_open
        )


def _draft(asked: Asked) -> Iterator[Act]:
    if P.OFFERING_WRITE in asked.permissions:
        why_not = reviews.why_not_send(asked.cycle, permissions=asked.permissions)
        yield Act(_("Send to review"), asked.version("version-submit"), why_not)
        yield Act(_("Assess by principle"), asked.version("version-assess"), is_main=bool(why_not))
        yield Act(_("Go on writing"), asked.version("version-detail"))


def _plan_review(asked: Asked) -> Iterator[Act]:
    if asked.seat:
        yield from of_seat(
            asked.seat, declare=asked.review("review-declare"), rate=asked.review("review-rate")
        )
    if reviews.is_read_now(asked.cycle):
        yield from _decisions(asked)
    else:
        who = {"user": asked.user, "permissions": asked.permissions}
        yield Act(
            _("Begin the reading"),
            asked.review("review-start"),
            reviews.why_not_start(asked.cycle, **who),
            is_post=True,
            is_main=True,
        )
    yield from _panel(asked)


def _decisions(asked: Asked) -> Iterator[Act]:
    """Whoever decides sees the three; others read whose decision it is."""
    cycle, user = asked.cycle, asked.user
    why_not = deciding.why_not_decide(cycle, ReviewCycle.Stage.PLAN, by=user)
    if why_not:
        if not asked.seat or asked.seat.seat == Seat.CHAIR:
            yield Act(_("Decide"), "", why_not)
        return
    approve = reviews.why_not_approve(cycle, user=user)
    send_back = reviews.why_not_return(cycle, user=user)
    yield Act(_("Approve"), asked.decision("review-approve"), approve, is_main=True)
    yield Act(_("Return for changes"), asked.decision("review-return"), send_back)
    yield Act(_("Reject"), asked.decision("review-reject"), is_grave=True)


def _panel(asked: Asked) -> Iterator[Act]:
    if P.PANEL_APPOINT in asked.permissions:
        why_not = reviews.why_not_appoint(asked.cycle, user=asked.user, permissions=asked.permissions)
        if not why_not:
            yield Act(_("Panel"), asked.review("review-panel"))


def _returned(asked: Asked) -> Iterator[Act]:
    why_not = reviews.why_not_send(asked.cycle, permissions=asked.permissions)
    yield Act(_("Send to review again"), asked.version("version-submit"), why_not, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Assess by principle"), asked.version("version-assess"))
        yield Act(_("Go on writing"), asked.version("version-detail"))
        yield Act(_("Take back to draft"), asked.version("version-reopen"))


def _approved(asked: Asked) -> Iterator[Act]:
    why_not = reviews.why_not_publish(
        asked.cycle.version, user=asked.user, permissions=asked.permissions, at=asked.at
    )
    yield Act(_("Publish"), asked.version("version-publish"), why_not, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Take back to draft"), asked.version("version-reopen"))


def _running(asked: Asked) -> Iterator[Act]:
    yield from check_acts.of(asked)
    yield _public_page(asked)
    if P.OFFERING_STOP in asked.permissions:
        yield Act(_("Suspend"), asked.version("version-suspend"), is_grave=True)
    yield from _ending(asked)


def _ending(asked: Asked) -> Iterator[Act]:
    """T18: an author proposes it, a quality coordinator does it."""
    if Status.CLOSED_RETIRE not in ReviewCycle.NEXT[asked.cycle.status]:
        return
    if P.OFFERING_WRITE in asked.permissions and not publishing.why_not_propose_end(
        asked.cycle, by=asked.user
    ):
        yield Act(_("Propose to end"), asked.version("version-end-propose"))
    if P.OFFERING_END in asked.permissions:
        why_not = publishing.why_not_retire(asked.cycle, by=asked.user)
        yield Act(_("End the offering"), asked.version("version-retire"), why_not, is_grave=True)


def _check_review(asked: Asked) -> Iterator[Act]:
    if asked.seat:
        yield from of_seat(
            asked.seat, declare=asked.review("review-declare"), rate=asked.review("review-rate")
        )
    yield from check_acts.decisions(asked)
    yield from _panel(asked)
    yield from _running(asked)


def _check_open(asked: Asked) -> Iterator[Act]:
    if asked.seat and asked.seat.declared_at is None:
        yield from of_seat(
            asked.seat, declare=asked.review("review-declare"), rate=asked.review("review-rate")
        )
    yield from check_acts.of(asked)
    yield from _panel(asked)
    yield _public_page(asked)
    if P.OFFERING_STOP in asked.permissions:
        yield Act(_("Suspend"), asked.version("version-suspend"), is_grave=True)


def _suspended(asked: Asked) -> Iterator[Act]:
    yield from check_acts.of(asked)
    yield _public_page(asked)
    yield from _ending(asked)


def _closed(asked: Asked) -> Iterator[Act]:
    yield _public_page(asked)


def _rejected(asked: Asked) -> Iterator[Act]:
    appeal, today = appeals.of(asked.cycle), timezone.localdate(asked.at)
    if appeal is None and not appeals.why_not_own(asked.cycle, by=asked.user):
        why_not = appeals.why_not_send(asked.cycle, on=today)
        yield Act(_("Appeal against the rejection"), asked.review("review-appeal"), why_not)
    if appeal and not appeal.answered_at and P.ROUND_LEAD in asked.permissions:
        why_not = appeals.why_not_answer(asked.cycle, by=asked.user)
        yield Act(_("Answer the appeal"), asked.review("review-appeal-answer"), why_not, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Copy to a new version"), asked.version("version-detail"))


def _public_page(asked: Asked) -> Act:
    address = reverse("catalogue-version", args=[asked.cycle.offering.code, asked.cycle.version.number])
    return Act(_("See it in the catalogue"), address)


_ACTS = {
    Status.PLAN_DRAFT: _draft,
    Status.PLAN_REVIEW: _plan_review,
    Status.PLAN_RETURNED: _returned,
    Status.PLAN_APPROVED: _approved,
    Status.DO: _running,
    Status.CHECK_OPEN: _check_open,
    Status.CHECK_REVIEW: _check_review,
    Status.ACT: _running,
    Status.ACT_VERIFY: _running,
    Status.SUSPENDED: _suspended,
    Status.CLOSED_CONTINUE: _closed,
    Status.CLOSED_RETIRE: _closed,
    Status.REJECTED: _rejected,
}
