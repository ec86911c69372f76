"""What learners ask of the data that an institution keeps of them: correction, erasure, and the answers."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from credentials.actions import erasures
from credentials.models import DataRequest, Learner
from registry import mail, trail
from registry.access import ROLES, Permission
from registry.actions import words
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Institution, User
from registry.workflow import advance, hold

Kind, Status = DataRequest.Kind, DataRequest.Status


@transaction.atomic
def ask(*, learner: Learner, kind: str, text: str, by: User, at: datetime) -> DataRequest:
    """Ask the institution; once while one of the kind is open. Raises NotAllowed, Refused, Invalid."""
    kept = Learner.objects.select_for_update(of=("self",)).select_related("institution").get(pk=learner.pk)
    _refuse_others(kept, by=by)
    text = words.optional(text, field="text")
    if kind == Kind.CORRECTION and not text:
        said = _("Write what is wrong and how it should be.")
        raise Invalid(said, reasons=[("text", said)])
    if kept.data_requests.filter(kind=kind, status=Status.ASKED).exists():
        raise Refused(
            _("You have asked this already. The institution will answer you."), code="asked_already"
        )
    found = DataRequest.objects.create(
        institution=kept.institution, learner=kept, kind=kind, text=text, asked_at=at
    )
    trail.record(
        verb=str(Status.ASKED), row=found, by=by, at=at, role=trail.LEARNER, became=str(Status.ASKED),
        reason=kind, learner=kept.uid,
    )  # fmt: skip
    _call_staff(found, at=at)
    return found


@transaction.atomic
def withdraw(*, request: DataRequest, by: User, at: datetime) -> None:
    _refuse_others(request.learner, by=by)
    advance(request, Status.WITHDRAWN, by=by, at=at, role=trail.LEARNER, learner=request.learner.uid)


@transaction.atomic
def answer(*, request: DataRequest, ground: str, answer: str, by: User, at: datetime) -> None:
    """Refuse for one of the grounds, or without one, do it: an erasure takes what the law lets it take.

    A correction is made on the learner's or attainment's own page before. The learner gets a letter.
    Raises NotAllowed, Refused, Invalid, StateChanged.
    """
    became = Status.REFUSED if ground else Status.DONE
    answer = words.needed(answer, field="answer", said=_("Write the answer."))
    hold(request, became)
    learner = request.learner
    if learner.user_id == by.pk:
        raise NotAllowed(_("This is your own request. Somebody else answers it."))
    advance(
        request, became, by=by, at=at, reason=ground or request.kind, learner=learner.uid, ground=ground,
        answer=answer, answered_at=at, answered_by=by,
    )  # fmt: skip
    to = learner.email
    if request.kind == Kind.ERASURE and not ground:
        erasures.erase(learner=learner, by=by, at=at)  # with the letters of before
    mail.send(
        to=to, language=learner.language, template="mail/data_request_answered.txt", at=at,
        context={
            "institution": request.institution.short_name,
            "kind": Kind(request.kind).label,
            "is_refused": bool(ground),
            "ground": DataRequest.Ground(ground).label if ground else "",
            "answer": answer,
        },
    )  # fmt: skip


def of_staff(institution: Institution) -> QuerySet[DataRequest]:
    """The institution's requests, those without an answer first, what is due first."""
    rows = institution.data_requests.select_related("learner", "answered_by")
    return rows.order_by("answered_at", "asked_at", "pk")


def of_learner(user: User) -> QuerySet[DataRequest]:
    rows = DataRequest.objects.filter(learner__user=user).select_related("institution", "learner")
    return rows.order_by("-asked_at", "-pk")


def _call_staff(found: DataRequest, *, at: datetime) -> None:
    """A letter to who keeps learners in the institution; it names no learner."""
    able = [role for role, held in ROLES.items() if Permission.LEARNER_WRITE in held]
    here = {"memberships__institution": found.institution, "memberships__role__in": able}
    context = {
        "institution": found.institution.code.lower(), "uid": found.uid, "due_on": found.due_on,
        "kind": Kind(found.kind).label,
    }  # fmt: skip
    for person in User.objects.filter(is_active=True, **here).distinct().order_by("pk"):
        mail.send(
            to=person.email, language=person.language, template="mail/data_request_asked.txt",
            context=context, at=at,
        )  # fmt: skip


def _refuse_others(learner: Learner | None, *, by: User) -> None:
    if learner is None or learner.user_id != by.pk:
        raise NotAllowed(_("Only the person themselves may ask this."))
