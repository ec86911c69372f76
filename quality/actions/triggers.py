"""Causes for an early Check (6.3), written down once each; a person opens the Check or sets them aside."""

import uuid
from datetime import date, datetime

from celery import shared_task
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import causes
from quality.actions import checks, cycles, letters
from quality.models import RecognitionRefusal, ReviewCycle, Trigger
from registry import trail
from registry.actions import words
from registry.errors import Invalid, StateChanged
from registry.models import Institution, Offering, User

Kind = Trigger.Kind
# What no row tells: a person writes it down.
BY_HAND = (Kind.RULES, Kind.PARENT, Kind.FUNDING, Kind.PARTNER)


def write(*, on: date, at: datetime) -> int:
    """Write down what has been found by the day and is not known yet. Returns how many."""
    found = causes.found(on)
    known = set(Trigger.objects.values_list("offering", "key"))
    new = [one for one in found if (one.cycle.offering_id, one.key) not in known]
    return sum(_write(one, at=at) for one in new)


@shared_task(name="quality.triggers.find_due")
def find_due() -> int:
    """Today's causes. Returns how many are new."""
    now = timezone.now()
    return write(on=timezone.localdate(now), at=now)


@transaction.atomic
def note(*, offering: Offering, kind: str, text: str, by: User, at: datetime) -> Trigger:
    """Write down a cause that the registry cannot see: a law, a withdrawal."""
    if kind not in BY_HAND:
        said = _("Choose what has happened.")
        raise Invalid(said, reasons=[("kind", said)])
    text = words.needed(text, field="text", said=_("Write what has happened."))
    cycle = _running(offering)
    if cycle is None:
        raise StateChanged(_("No round of the offering is running: it has no Check to open early."))
    noted = Trigger.objects.create(
        offering=offering, kind=kind, key=f"note:{uuid.uuid4()}", detail={"text": text}, found_at=at
    )
    trail.record(verb="trigger_found", row=offering, by=by, at=at, reason=f"{kind}: {text}")
    return noted


def others(institution: Institution) -> QuerySet[Institution]:
    """Who may have refused to recognise what the institution gives."""
    return Institution.objects.exclude(pk=institution.pk).order_by("short_name", "pk")


@transaction.atomic
def refuse(
    *, offering: Offering, institution: Institution, refused_on: date, reason: str, by: User, at: datetime
) -> RecognitionRefusal:
    """Note that another institution refused to recognise the offering; of several the clock finds a cause."""
    if refused_on > timezone.localdate(at):
        raise _wrong("refused_on", _("The day is not yet here."))
    Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)  # two at once: one refusal
    same = {"offering": offering, "institution": institution, "refused_on": refused_on}
    if RecognitionRefusal.objects.filter(**same).exists():
        raise _wrong("institution", _("This refusal is noted already."))
    said = words.optional(reason, field="reason")
    row = RecognitionRefusal.objects.create(**same, reason=said, noted_at=at, noted_by=by)
    about = f"{institution.short_name} {refused_on}: {said}".removesuffix(": ")
    trail.record(verb="recognition_refused", row=offering, by=by, at=at, reason=about)
    return row


@transaction.atomic
def open_check(*, trigger: Trigger, reason: str, by: User, at: datetime) -> ReviewCycle:
    """Open the Check of the running round; it takes up every cause of the offering that is open."""
    kept = _open(trigger)
    cycle = _running(kept.offering)
    if cycle is None:
        raise StateChanged(_("No round of the offering is running: it has no Check to open early."))
    checks.open_check(cycle=cycle, by=by, at=at, reason=reason)
    return cycle


@transaction.atomic
def set_aside(*, trigger: Trigger, reason: str, by: User, at: datetime) -> None:
    """No Check for this cause, with the reason."""
    kept = _open(trigger)
    kept.set_aside_reason = words.needed(reason, field="reason", said=_("Give the reason."))
    kept.set_aside_at, kept.set_aside_by = at, by
    kept.save(update_fields=["set_aside_reason", "set_aside_at", "set_aside_by"])
    said = f"{kept.kind}: {kept.set_aside_reason}"
    trail.record(verb="trigger_set_aside", row=kept.offering, by=by, at=at, reason=said)


def _write(cause: causes.Cause, *, at: datetime) -> bool:
    """False when another worker was quicker."""
    cycle = cause.cycle
    with transaction.atomic():
        _trigger, is_new = Trigger.objects.get_or_create(
            offering=cycle.offering,
            key=cause.key,
            defaults={"kind": cause.kind, "detail": cause.detail, "found_at": at},
        )
        if is_new:
            trail.record(verb="trigger_found", row=cycle.offering, by=None, at=at, reason=cause.kind)
            to = letters.coordinators(cycle)
            letters.write(cycle, "mail/trigger_found.txt", to=to, at=at, what=Kind(cause.kind).label)
    return is_new


def _open(trigger: Trigger) -> Trigger:
    locked = Trigger.objects.select_for_update(of=("self",)).select_related("offering__published")
    kept = locked.get(pk=trigger.pk)
    if kept.cycle_id is not None or kept.set_aside_at is not None:
        raise StateChanged(_("Somebody has handled this already."))
    return kept


def _running(offering: Offering) -> ReviewCycle | None:
    if offering.published is None:
        return None
    cycle = cycles.current(offering.published)
    return cycle if cycle is not None and cycle.status == ReviewCycle.Status.DO else None


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
