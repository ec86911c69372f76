"""Rectification: a learner asks that a decision is looked at again, first its decider, then the examination
board. Nothing is changed by itself while it is open (rule 14, §3.8)."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.models import Attainment, Learner, Rectification
from registry import mail, trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import User
from registry.workflow import advance, hold

Status = Rectification.Status


class TooLate(Refused):
    """The days of asking are over."""

    code = "too_late"


@transaction.atomic
def ask(
    *,
    learner: Learner,
    attainment: Attainment | None,
    about: str,
    told_on: date,
    until: date,
    grounds: str,
    by: User,
    at: datetime,
) -> Rectification:
    """Ask that the decision is rectified, once after each telling. Raises TooLate, Refused, Invalid."""
    kept = _held(learner, attainment)
    _refuse_others(kept, by=by)
    _refuse_late(until, at=at)
    said = _("You have asked for rectification of this already.")
    _refuse_again(kept, attainment=attainment, about=about, told_on=told_on, said=said)
    found = _open(
        kept, attainment=attainment, about=about, told_on=told_on, until=until, grounds=grounds, asked_at=at
    )
    _note(found, Status.ASKED, by=by, at=at, role=trail.LEARNER)
    return found


@transaction.atomic
def write_down(
    *,
    learner: Learner,
    attainment: Attainment | None,
    about: str,
    told_on: date,
    until: date,
    grounds: str,
    came_on: date,
    by: User,
    at: datetime,
) -> Rectification:
    """A request that came on paper or by e-mail, written down for the learner: its days run from the day it
    came. The learner is told. Raises NotAllowed for one's own, Refused, Invalid by field."""
    kept = _held(learner, attainment)
    if kept.user_id == by.pk:
        raise NotAllowed(_("This is your own request. Ask on your own pages, or let somebody else write it."))
    _refuse_day(came_on, told_on=told_on, until=until, today=timezone.localdate(at))
    said = _("Rectification of this has been asked for already.")
    _refuse_again(kept, attainment=attainment, about=about, told_on=told_on, said=said)
    begun = timezone.make_aware(datetime.combine(came_on, time.min))
    found = _open(
        kept, attainment=attainment, about=about, told_on=told_on, until=until, grounds=grounds,
        asked_at=at if came_on == timezone.localdate(at) else begun, written_by=by,
    )  # fmt: skip
    _note(found, Status.ASKED, by=by, at=at)
    _confirm(found, came_on=came_on, at=at)
    return found


@transaction.atomic
def ask_board(*, rectification: Rectification, grounds: str, by: User, at: datetime) -> None:
    """Take the answer to the examination board. Raises TooLate, NotAllowed, Invalid, StateChanged."""
    _refuse_others(rectification.learner, by=by)
    hold(rectification, Status.BOARD_ASKED)
    _refuse_late(rectification.board_until, at=at)
    said = words.needed(grounds, field="grounds", said=_("Say what you find wrong and why."))
    fields = {"board_asked_at": at, "board_grounds": said}
    _move(rectification, Status.BOARD_ASKED, by=by, at=at, role=trail.LEARNER, **fields)


@transaction.atomic
def withdraw(*, rectification: Rectification, by: User, at: datetime) -> None:
    """The learner lets it be; the decision stands as it was last made."""
    _refuse_others(rectification.learner, by=by)
    _move(rectification, Status.WITHDRAWN, by=by, at=at, role=trail.LEARNER)


@transaction.atomic
def decide(
    *, rectification: Rectification, is_granted: bool, answer: str, board_until: date, by: User, at: datetime
) -> None:
    """The decider's answer, with a letter that says until when the examination board can be asked.

    Granting changes no grade: whoever keeps attainments corrects it then.
    """
    _refuse_own(rectification, by=by)
    became = Status.GRANTED if is_granted else Status.DENIED
    answer = words.needed(answer, field="answer", said=_("Write the answer."))
    fields = {"answer": answer, "answered_at": at, "answered_by": by, "board_until": board_until}
    _move(rectification, became, by=by, at=at, **fields)
    _tell(rectification, answer=answer, is_granted=is_granted, at=at)


@transaction.atomic
def decide_by_board(
    *, rectification: Rectification, is_granted: bool, answer: str, by: User, at: datetime
) -> None:
    """What the examination board decided, written down by somebody who did not answer first."""
    _refuse_own(rectification, by=by)
    if rectification.answered_by_id == by.pk:
        raise NotAllowed(_("You answered first. Somebody else writes down what the board decided."))
    became = Status.BOARD_GRANTED if is_granted else Status.BOARD_DENIED
    answer = words.needed(answer, field="answer", said=_("Write the answer."))
    fields = {"board_answer": answer, "board_answered_at": at, "board_answered_by": by}
    _move(rectification, became, by=by, at=at, **fields)
    _tell(rectification, answer=answer, is_granted=is_granted, at=at)


def _move(rectification: Rectification, to: str, *, by: User, at: datetime, role: str = "", **fields) -> None:
    uid = rectification.learner.uid
    advance(rectification, to, by=by, at=at, role=role, reason=rectification.about, learner=uid, **fields)


def _held(learner: Learner, attainment: Attainment | None) -> Learner:
    if attainment is not None:  # after who is correcting it now, who could not see the request
        Attainment.objects.select_for_update(no_key=True).get(pk=attainment.pk)
    return Learner.objects.select_for_update(of=("self",)).select_related("institution").get(pk=learner.pk)


def _open(learner: Learner, *, about: str, grounds: str, **facts) -> Rectification:
    return Rectification.objects.create(
        institution=learner.institution,
        learner=learner,
        about=about[:200],
        grounds=words.needed(grounds, field="grounds", said=_("Say what you find wrong and why.")),
        **facts,
    )


def _note(found: Rectification, verb: str, *, by: User, at: datetime, role: str = "") -> None:
    trail.record(
        verb=str(verb), row=found, by=by, at=at, role=role, became=str(verb), reason=found.about,
        learner=found.learner.uid,
    )  # fmt: skip


def _refuse_again(
    learner: Learner, *, attainment: Attainment | None, about: str, told_on: date, said: str
) -> None:
    same = {"attainment": attainment} if attainment else {"attainment": None, "about": about[:200]}
    before = learner.rectifications.filter(**same)
    if before.open().exists() or before.filter(told_on=told_on).exists():
        raise Refused(said, code="asked_already")


def _refuse_day(came_on: date, *, told_on: date, until: date, today: date) -> None:
    said = ""
    if came_on > today:
        said = _("The day is not yet here.")
    elif came_on < told_on:
        said = _("The learner has not been told yet.")
    elif came_on > until:
        said = _("Rectification could be asked for until %(day)s.") % {"day": date_format(until, "j.n.Y")}
    if said:
        raise Invalid(said, reasons=[("came_on", said)])


def _refuse_others(learner: Learner, *, by: User) -> None:
    if learner.user_id != by.pk:
        raise NotAllowed(_("Only the learner may ask for rectification."))


def _refuse_own(rectification: Rectification, *, by: User) -> None:
    if rectification.learner.user_id == by.pk:
        raise NotAllowed(_("This is your own request. Somebody else answers it."))


def _refuse_late(until: date, *, at: datetime) -> None:
    if timezone.localdate(at) > until:
        said = _(
            "Rectification could be asked for until %(day)s. Contact the study affairs of the institution: a"
            " plain error in writing or counting is corrected without a request."
        )
        raise TooLate(said % {"day": date_format(until, "j.n.Y")})


def _confirm(found: Rectification, *, came_on: date, at: datetime) -> None:
    """To the learner that it is being handled; an erased address gets nothing."""
    learner = found.learner
    if not learner.email:
        return
    context = {
        "institution": found.institution.short_name, "about": found.about, "came_on": came_on,
        "due_on": found.answer_due_on, "uid": found.uid if learner.user_id else "",
    }  # fmt: skip
    mail.send(
        to=learner.email, language=learner.language, template="mail/rectification_written.txt", at=at,
        context=context,
    )  # fmt: skip


def _tell(rectification: Rectification, *, answer: str, is_granted: bool, at: datetime) -> None:
    learner = rectification.learner
    mail.send(
        to=learner.email, language=learner.language, template="mail/rectification_answered.txt", at=at,
        context={
            "institution": rectification.institution.short_name,
            "is_granted": is_granted,
            "answer": answer,
            "is_final": rectification.status in {Status.BOARD_GRANTED, Status.BOARD_DENIED},
            "board_until": rectification.board_until,
            "uid": rectification.uid,
        },
    )  # fmt: skip
