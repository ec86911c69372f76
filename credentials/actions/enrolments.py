"""Enrolments in a realisation: a place or a place in the queue, accepted, cancelled, moved up.

Whatever takes or frees a place locks the realisation first, so that the last place goes to one person.
"""

from collections.abc import Iterable
from datetime import date, datetime

from celery import shared_task
from django.core import signing
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from credentials.actions import enrolment_letters as letters
from credentials.actions import learners, reasons
from credentials.models import Enrolment, Learner
from registry import trail
from registry.actions import accounts, realisations
from registry.errors import Refused
from registry.models import Institution, OfferingVersion, Realisation, User
from registry.workflow import advance

Status = Enrolment.Status
HOLDS_PLACE = (Status.ENROLLED, Status.COMPLETED)
LIVE = (Status.RECEIVED, Status.ENROLLED, Status.QUEUED)
STOPPED = (OfferingVersion.Status.SUSPENDED, OfferingVersion.Status.RETIRED)


class Full(Refused):
    """Every place is taken; with a queue the person is asked whether to join it."""

    code = "full"


class LinkEnded(Refused):
    """The link in a letter leads to nothing."""

    code = "enrolment_link"
    status = 410


def record_of(*, user: User, institution: Institution) -> Learner | None:
    """The institution's learner whom the account belongs to."""
    return user.learner_records.filter(institution=institution).order_by("pk").first()


def enrolment_of(*, user: User, realisation: Realisation) -> Enrolment | None:
    """The account's enrolment in a realisation, unless it was cancelled."""
    found = realisation.enrolments.filter(learner__user=user).exclude(status=Status.CANCELLED)
    return found.select_related("learner").first()


def by_secret(secret: str) -> Enrolment:
    """The enrolment that the link in a letter means. Raises LinkEnded."""
    try:
        uid = letters.uid_in(secret)
    except signing.BadSignature as problem:
        raise LinkEnded(_("This link is not whole. Copy it from the letter again.")) from problem
    return _with_all(Enrolment.objects.filter(uid=uid)).get()


def enrol(
    *,
    realisation: Realisation,
    user: User,
    person: dict,
    join_queue: bool,
    home_institution: str = "",
    asks_recognition: bool = False,
    at: datetime,
) -> Enrolment:
    """A person enrols: their own record at the institution, or a new one with `person` (given_names,
    family_name, birth_date, language) and the account's e-mail. A second time gives the same enrolment.

    Raises Full when a queue must be joined first, Refused, and Invalid by field.
    """
    institution = realisation.version.offering.institution
    learner = record_of(user=user, institution=institution)
    if learner is None and _invited(
        user=user, institution=institution, birth_date=person["birth_date"], at=at
    ):
        raise Refused(
            _(
                "The institution has your record already. We sent you a letter: open its link while you are"
                " signed in, then enrol."
            ),
            code="known_learner",
        )
    with transaction.atomic():
        realisation = realisations.alone_with(realisation)
        _refuse_unless_open(realisation, today=timezone.localdate(at))
        reasons.refuse(reasons.of_texts({"home_institution": home_institution}))
        if learner is None:
            learner = _new_record(institution, user=user, person=person, at=at)
        known = realisation.enrolments.filter(learner=learner).exclude(status=Status.CANCELLED).first()
        if known:
            return known
        return _place(
            realisation, learner=learner, by=user, at=at, join_queue=join_queue, accepted_at=at,
            home_institution=home_institution.strip(), asks_recognition=asks_recognition, role=trail.LEARNER,
        )  # fmt: skip


@transaction.atomic
def enrol_all(
    *, realisation: Realisation, learners: Iterable[Learner], by: User, at: datetime
) -> list[Enrolment]:
    """The staff enrol learners of the institution, who get a letter and accept in person (C-31).

    Who is enrolled already stays so. Without free places they join the queue; without a queue this is refused
    (Full). Those who enrolled at the institution's own address have done it all there: no letter, no limit.
    """
    realisation = realisations.alone_with(realisation)
    _refuse_unless_running(realisation)
    known = set(realisation.enrolments.exclude(status=Status.CANCELLED).values_list("learner_id", flat=True))
    new = [learner for learner in learners if learner.pk not in known]
    if realisation.enrolment == Realisation.Enrolment.OUTSIDE:
        return _bring_in(realisation, learners=new, by=by, at=at)
    return [_place(realisation, learner=one, by=by, at=at, join_queue=True, accepted_at=None) for one in new]


@transaction.atomic
def accept(*, enrolment: Enrolment, at: datetime) -> None:
    """The person accepts what the staff enrolled them in; once is enough."""
    realisations.alone_with(enrolment.realisation)
    kept = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if kept.accepted_at is not None:
        return
    if kept.status not in LIVE:
        raise Refused(_("This enrolment is no longer in force."), code="not_live")
    Enrolment.objects.filter(pk=kept.pk).update(accepted_at=at)
    learner = enrolment.learner
    trail.record(
        verb="accepted", row=enrolment, by=learner.user, at=at, role=trail.LEARNER, learner=learner.uid
    )


@transaction.atomic
def cancel_own(*, enrolment: Enrolment, at: datetime) -> None:
    """The learner gives the place up, by the last day to do so; a second time does nothing."""
    if Enrolment.objects.get(pk=enrolment.pk).status == Status.CANCELLED:
        return
    last_day = last_day_to_cancel(enrolment.realisation)
    if timezone.localdate(at) > last_day:
        raise Refused(
            _("You could cancel by yourself until %(day)s. Contact %(institution)s.")
            % {"day": date_format(last_day, "j.n.Y"), "institution": enrolment.institution.short_name},
            code="too_late",
        )
    cancel(enrolment=enrolment, by=enrolment.learner.user, at=at, role=trail.LEARNER)


@transaction.atomic
def cancel(*, enrolment: Enrolment, by: User | None, at: datetime, reason: str = "", role: str = "") -> None:
    """Take somebody off; whoever is first in the queue gets the place, and both get a letter."""
    realisation = realisations.alone_with(enrolment.realisation)
    reasons.refuse(reasons.of_texts({"reason": reason}))
    learner = enrolment.learner.uid
    advance(enrolment, Status.CANCELLED, by=by, at=at, role=role, reason=reason, learner=learner)
    letters.cancelled(enrolment, at=at)
    move_up(realisation, at=at)


@transaction.atomic
def cancel_realisation(*, realisation: Realisation, by: User, at: datetime, reason: str) -> int:
    """Call a realisation off and tell everybody who had a place or was in the queue. Returns how many."""
    realisations.alone_with(realisation)
    realisations.cancel(realisation=realisation, by=by, at=at, reason=reason)
    people = list(_with_all(realisation.enrolments.filter(status__in=LIVE)).order_by("pk"))
    for one in people:
        advance(one, Status.CANCELLED, by=by, at=at, reason=reason.strip(), learner=one.learner.uid)
        letters.realisation_cancelled(one, reason=reason.strip(), at=at)
    count(realisation)
    return len(people)


@shared_task(name="credentials.enrolments.fill_places")
def fill_places() -> int:
    """Move the queue up where places were added. Returns how many realisations there were."""
    now = timezone.now()
    waiting = Realisation.objects.running().filter(queued__gt=0).exclude(places__lte=F("taken"))
    found = list(waiting.exclude(version__status__in=STOPPED).order_by("pk"))
    for realisation in found:
        with transaction.atomic():
            move_up(realisations.alone_with(realisation), at=now)
    return len(found)


def last_day_to_cancel(realisation: Realisation) -> date:
    """As long as one may enrol, and at least until the first day."""
    return max(realisation.starts_on, realisation.last_day_to_enrol)


def why_not(*, realisation: Realisation, today: date) -> str:
    """Why nobody can enrol here by themselves now; empty when they can, places or not."""
    if realisation.status != Realisation.Status.OPEN:
        return _("This realisation is not open.")
    if realisation.version.status != OfferingVersion.Status.PUBLISHED:
        return _("Nobody can enrol now: the offering is suspended, has ended or has a newer version.")
    if realisations.why_nobody_begins(version=realisation.version, today=today):
        return _("Nobody can enrol now: the quality check of the offering is late or its approval has ended.")
    if elsewhere := _elsewhere(realisation):
        return elsewhere
    window = realisation.window(today)
    if window == Realisation.Window.BEFORE:
        return _("Enrolment opens on %(day)s.") % {"day": date_format(realisation.enrol_from, "j.n.Y")}
    return _closed(realisation, today=today) if window == Realisation.Window.CLOSED else ""


# Parts


def _elsewhere(realisation: Realisation) -> str:
    return {
        Realisation.Enrolment.NONE: _(
            "There is no enrolment in the registry for this realisation. Ask the institution's contact."
        ),
        Realisation.Enrolment.OUTSIDE: _("Enrolment is at the institution's own address."),
    }.get(realisation.enrolment, "")


def _closed(realisation: Realisation, *, today: date) -> str:
    said = _("Enrolment closed on %(day)s.") % {"day": date_format(realisation.last_day_to_enrol, "j.n.Y")}
    following = realisations.next_enrolment(realisation=realisation, today=today)
    if following is None:
        return said + " " + _("No new dates have been announced.")
    if following == today:
        return said + " " + _("Another realisation of the offering is open for enrolment now.")
    return said + " " + _("The next enrolment opens on %(day)s.") % {"day": date_format(following, "j.n.Y")}


def _refuse_unless_open(realisation: Realisation, *, today: date) -> None:
    if said := why_not(realisation=realisation, today=today):
        raise Refused(said, code="enrolment_closed")


def _refuse_unless_running(realisation: Realisation) -> None:
    """The staff may add people outside the window; to what is suspended or has ended only those who enrolled
    at the institution's own address, since that is a fact already."""
    if realisation.status != Realisation.Status.OPEN:
        raise Refused(_("This realisation is not open."), code="enrolment_closed")
    is_outside = realisation.enrolment == Realisation.Enrolment.OUTSIDE
    if not is_outside and realisation.version.status != OfferingVersion.Status.PUBLISHED:
        raise Refused(
            _("Nobody can enrol now: the offering is suspended, has ended or has a newer version."),
            code="enrolment_closed",
        )


def _invited(*, user: User, institution: Institution, birth_date: date | None, at: datetime) -> bool:
    """Whether the institution has the person's record without an account; then its link is mailed to them."""
    same = institution.learners.filter(email=user.email.lower(), birth_date=birth_date, user=None)
    learner = same.exclude(birth_date=None).order_by("pk").first()
    if learner:
        learners.invite(learner=learner, by=None, at=at)
    return learner is not None


def _new_record(institution: Institution, *, user: User, person: dict, at: datetime) -> Learner:
    """Made by nobody of the staff: the account that it belongs to tells whose it is."""
    accounts.keep_open(user)
    learner = learners.create(
        institution=institution, given_names=person["given_names"], family_name=person["family_name"],
        email=user.email, language=person["language"], birth_date=person["birth_date"], learner_oid="",
        by=None, at=at,
    )  # fmt: skip
    learner.user = user
    learner.save(update_fields=["user"])
    return learner


def _place(
    realisation: Realisation, *, learner: Learner, by: User, at: datetime, join_queue: bool, **facts
) -> Enrolment:
    """A place in a locked realisation, else one in the queue. Raises Full."""
    if realisation.is_full and not (join_queue and realisation.has_queue):
        raise Full(_("All places are taken."))
    status = Status.QUEUED if realisation.is_full else Status.ENROLLED
    enrolment = create(realisation, learner=learner, status=status, by=by, at=at, **facts)
    letters.receipt(enrolment, at=at)
    count(realisation)
    return enrolment


def _bring_in(
    realisation: Realisation, *, learners: list[Learner], by: User, at: datetime
) -> list[Enrolment]:
    new = [
        create(realisation, learner=one, status=Status.ENROLLED, by=by, at=at, accepted_at=at)
        for one in learners
    ]
    count(realisation)
    return new


def create(
    realisation: Realisation,
    *,
    learner: Learner,
    status: str,
    by: User,
    at: datetime,
    role: str = "",
    **facts,
) -> Enrolment:
    enrolment = Enrolment.objects.create(
        institution=realisation.version.offering.institution, realisation=realisation, learner=learner,
        status=status, enrolled_at=at, enrolled_by=by, **facts,
    )  # fmt: skip
    trail.record(
        verb=str(status), row=enrolment, by=by, at=at, role=role, became=str(status), learner=learner.uid
    )
    return enrolment


def move_up(realisation: Realisation, *, at: datetime) -> None:
    """Give the free places of a locked realisation to the first in the queue, and count again.

    The queue waits while the offering is suspended, and for good once it has ended.
    """
    count(realisation)
    if realisation.status != Realisation.Status.OPEN or realisation.version.status in STOPPED:
        return
    queue = _with_all(realisation.enrolments.filter(status=Status.QUEUED)).order_by("enrolled_at", "pk")
    for one in queue[: realisation.places_left]:
        advance(one, Status.ENROLLED, by=None, at=at, learner=one.learner.uid)
        letters.place_free(one, at=at)
    count(realisation)


def count(realisation: Realisation) -> None:
    rows = realisation.enrolments.values_list("status", flat=True)
    statuses = list(rows)
    realisations.keep_numbers(
        realisation=realisation,
        taken=sum(status in HOLDS_PLACE for status in statuses),
        queued=statuses.count(Status.QUEUED),
    )


def _with_all(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.select_related(
        "institution", "learner__user", "learner__institution", "realisation__version__offering__institution"
    )
