"""An author's appeal against a rejection, and the rectorate's answer (T6)."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quality import rules
from quality.actions import cycles, letters
from quality.models import Appeal, ReviewCycle
from registry import trail
from registry.access import Permission, permissions
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import User

Outcome = Appeal.Outcome


def of(cycle: ReviewCycle) -> Appeal | None:
    """The appeal against the round's rejection, with its people."""
    return Appeal.objects.filter(cycle=cycle).select_related("sent_by", "answered_by").first()


@transaction.atomic
def send(*, cycle: ReviewCycle, text: str, by: User, at: datetime) -> Appeal:
    """Ask the rectorate once, within 14 days, to look at a rejection again."""
    kept = _rejected(cycle)
    if Appeal.objects.filter(cycle=kept).exists():
        raise StateChanged(_("An appeal has been sent already; there is one for each rejection."))
    own = why_not_own(kept, by=by)
    if own:
        raise NotAllowed(own)
    late = why_not_send(kept, on=timezone.localdate(at))
    if late:
        raise Invalid(late, code="appeal_late", reasons=[("", late)])
    text = words.needed(text, field="text", said=_("Write the appeal."))
    appeal = Appeal.objects.create(cycle=kept, text=text, sent_at=at, sent_by=by)
    trail.record(verb="appealed", row=kept, by=by, at=at, reason=text)
    letters.write(kept, "mail/appeal_sent.txt", to=letters.leaders(kept), at=at, text=text)
    return appeal


@transaction.atomic
def answer(*, appeal: Appeal, outcome: str, answer: str, by: User, at: datetime) -> None:
    """Grant the appeal, and the version is copied to a new draft of the appellant's; or let the rejection
    stand."""
    kept = Appeal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=appeal.pk)
    if kept.answered_at:
        raise StateChanged(_("The appeal has been answered already."))
    cycle = _rejected(kept.cycle)
    why_not = why_not_answer(cycle, by=by)
    if why_not:
        raise NotAllowed(why_not, code="own_work")
    if outcome not in Outcome.values:
        said = _("Choose the decision.")
        raise Invalid(said, reasons=[("outcome", said)])
    kept.answer = words.needed(answer, field="answer", said=_("Write the answer."))
    kept.outcome, kept.answered_at, kept.answered_by = outcome, at, by
    kept.save(update_fields=["answer", "outcome", "answered_at", "answered_by"])
    is_granted = outcome == Outcome.GRANTED
    verb = "granted" if is_granted else "appeal_dismissed"
    trail.record(verb=verb, row=cycle, by=by, at=at, reason=kept.answer)
    newest = cycle.offering.versions.order_by("-number").first()
    if is_granted and newest == cycle.version:  # else an author has copied it already
        offerings.revise(offering=cycle.offering, by=kept.sent_by, at=at)
    said = {"answer": kept.answer, "is_granted": is_granted}
    letters.write(cycle, "mail/appeal_answered.txt", to=letters.authors(cycle), at=at, **said)


def last_day(cycle: ReviewCycle) -> date:
    """The last day to appeal against the rejection."""
    days = rules.limits_of(cycle.offering.institution).appeal_days
    return timezone.localdate(cycle.decided_at) + relativedelta(days=days)


def why_not_own(cycle: ReviewCycle, *, by: User) -> str:
    """An appeal is the authors' own."""
    own = offerings.is_own(cycle.version, user=by)
    return "" if own else _("The authors of the rejected version appeal.")


def why_not_send(cycle: ReviewCycle, *, on: date) -> str:
    """T6: within so many days."""
    until = last_day(cycle)
    if on <= until:
        return ""
    return _("An appeal could be sent until %(day)s.") % {"day": date_format(until, "j.n.Y")}


def why_not_answer(cycle: ReviewCycle, *, by: User) -> str:
    """Whoever wrote it or rejected it does not judge the appeal."""
    if Permission.ROUND_LEAD not in permissions(user=by, institution=cycle.offering.institution):
        return _("The rectorate or the head of the unit answers an appeal.")
    if offerings.is_own(cycle.version, user=by):
        return _("You cannot review your own plan.")
    if cycle.decided_by_id == by.pk:
        return _("You decided on the rejection. Somebody else of the rectorate answers the appeal.")
    return ""


def _rejected(cycle: ReviewCycle) -> ReviewCycle:
    _version, kept = cycles.locked(cycle)
    if kept.status != ReviewCycle.Status.REJECTED:
        raise StateChanged(_("Only a rejection can be appealed against."))
    return kept
