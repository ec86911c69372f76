"""Realisations: planned, opened to the public, changed, cancelled and ended.

Content of a version is frozen, its realisations are not: they come and go without a review. Whoever is
enrolled stands in credentials.actions.enrolments, which calls `cancel` and `keep_numbers`.
"""

from datetime import date, datetime

from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry import catalogue, elements, trail
from registry.actions import words
from registry.errors import Invalid, Refused
from registry.models import Code, OfferingVersion, Realisation, User
from registry.models.texts import refuse_control_characters
from registry.workflow import advance, hold

Status = Realisation.Status
Version = OfferingVersion.Status
FIELDS = (
    "starts_on", "ends_on", "enrolment", "enrolment_url", "enrol_from", "enrol_by", "places", "has_queue",
    "price_eur", "languages", "locations", "network", "ripa_id", "note",
)  # fmt: skip


@transaction.atomic
def add(*, version: OfferingVersion, facts: dict, by: User, at: datetime) -> Realisation:
    """Plan a realisation, also of a version that is still in review; `facts` by FIELDS. Raises Invalid."""
    version = (
        OfferingVersion.objects.select_for_update(of=("self",)).select_related("offering").get(pk=version.pk)
    )
    if said := why_not_plan(version=version, today=timezone.localdate(at)):
        raise Refused(said, code="no_new_realisations")
    realisation = Realisation(version=version, key=_next_key(version), status=Status.PLANNED, updated_at=at)
    _write(realisation, facts)
    realisation.save()
    trail.record(verb="planned", row=realisation, by=by, at=at, became=realisation.status)
    return realisation


@transaction.atomic
def change(*, realisation: Realisation, facts: dict, by: User, at: datetime) -> None:
    """Change some of FIELDS while it is planned or open. Raises Invalid."""
    kept = alone_with(realisation)
    if kept.status not in {Status.PLANNED, Status.OPEN}:
        raise Refused(_("The realisation has ended or was cancelled; it stays as it is."), code="closed")
    changed = sorted(name for name in FIELDS if name in facts and facts[name] != getattr(kept, name))
    _write(kept, facts)
    if not changed:
        return
    kept.updated_at = at
    kept.save(update_fields=[*changed, "updated_at"])
    trail.record(verb="edited", row=kept, by=by, at=at, reason=", ".join(changed))
    catalogue.forget()


@transaction.atomic
def announce(*, realisation: Realisation, by: User, at: datetime) -> None:
    """Open it: the catalogue shows it and, in its window, people enrol."""
    version = alone_with(realisation).version
    if said := why_not_open(version=version, today=timezone.localdate(at)):
        raise Refused(said, code="no_new_realisations")
    if realisation.ends_on < timezone.localdate(at):
        raise Refused(_("The realisation's last day has passed. Change its dates first."), code="over")
    advance(realisation, Status.OPEN, by=by, at=at, updated_at=at)
    catalogue.forget()


@transaction.atomic
def cancel(*, realisation: Realisation, by: User, at: datetime, reason: str) -> None:
    """Call it off; whoever was enrolled is told by credentials.actions.enrolments.cancel_realisation."""
    hold(realisation, Status.CANCELLED)
    advance(realisation, Status.CANCELLED, by=by, at=at, reason=_needed(reason), updated_at=at)
    catalogue.forget()


@transaction.atomic
def end(*, realisation: Realisation, by: User | None, at: datetime) -> None:
    """After its last day; its participants can still be given their grades."""
    kept = hold(realisation, Status.ENDED)
    if timezone.localdate(at) <= kept.ends_on:
        day = date_format(kept.ends_on, "j.n.Y")
        raise Refused(_("The realisation goes on until %(day)s.") % {"day": day}, code="running")
    advance(realisation, Status.ENDED, by=by, at=at, updated_at=at)
    catalogue.forget()


@shared_task(name="registry.realisations.end_due")
def end_due() -> int:
    """End those whose last day has passed in Finland. Returns how many there were."""
    now = timezone.now()
    over = list(
        Realisation.objects.running()
        .filter(ends_on__lt=timezone.localdate(now))
        .select_related("version__offering")
        .order_by("pk")
    )
    return sum(_ended(realisation, at=now) for realisation in over)


def keep_numbers(*, realisation: Realisation, taken: int, queued: int) -> None:
    """What the enrolments of a locked realisation come to, for the public page."""
    realisation.taken, realisation.queued = taken, queued
    realisation.save(update_fields=["taken", "queued"])


def alone_with(realisation: Realisation) -> Realisation:
    """Lock the realisation: its places are given and its dates changed by one at a time."""
    locked = Realisation.objects.select_for_update(of=("self",)).select_related(
        "version__offering__institution"
    )
    return locked.get(pk=realisation.pk)


def announced() -> QuerySet[Realisation]:
    """What the public may know of, whatever the version's state."""
    return (
        Realisation.objects.announced()
        .filter(version__status__in=OfferingVersion.PUBLIC)
        .select_related("version__offering__institution")
    )


def why_not_plan(*, version: OfferingVersion, today: date) -> str:
    """Why the version gets no new realisation; empty when it may."""
    said = {
        Version.SUSPENDED: _("The offering is suspended: no new realisations before it goes on."),
        Version.SUPERSEDED: _("A newer version has superseded this one: plan new realisations there."),
        Version.RETIRED: _("The offering has ended: it gets no new realisations."),
        Version.REJECTED: _("The version was rejected: it gets no realisations."),
    }.get(version.status, "")
    return said or why_nobody_begins(version=version, today=today)


def why_not_open(*, version: OfferingVersion, today: date) -> str:
    """Why a planned realisation of the version cannot be opened now; empty when it may."""
    if said := why_not_plan(version=version, today=today):
        return said
    is_published = version.status == Version.PUBLISHED
    return "" if is_published else _("The version must be published before its realisations are opened.")


def why_nobody_begins(*, version: OfferingVersion, today: date) -> str:
    """What the newest quality statement says against new learners; empty when nothing does."""
    statement = version.statements.order_by("-created_at", "-pk").first()
    if statement is None or statement.is_open_on(today):
        return ""
    if statement.suspended_at:
        return _("The offering is suspended: no new realisations before it goes on.")
    if statement.is_check_late(today=today):
        return _("The check is %(days)s days late. New realisations wait until it has been done.") % {
            "days": (today - statement.check_due_on).days
        }
    return _("The quality approval has ended. New realisations wait for the next review.")


def taught_until(version: OfferingVersion) -> date | None:
    """The last day of what still runs: an offering that ends is taught out until then."""
    return version.realisations.running().aggregate(last=Max("ends_on"))["last"]


def next_enrolment(*, realisation: Realisation, today: date) -> date | None:
    """The next day to enrol in another realisation of the same version; today when one is open."""
    others = realisation.version.realisations.running().exclude(pk=realisation.pk)
    days = [
        max(one.enrol_from or today, today)
        for one in others
        if one.enrolment != Realisation.Enrolment.NONE and one.window(today) != Realisation.Window.CLOSED
    ]
    return min(days, default=None)


# Parts


def _ended(realisation: Realisation, *, at: datetime) -> bool:
    """Ended, unless somebody has cancelled or prolonged it meanwhile."""
    try:
        end(realisation=realisation, by=None, at=at)
    except Refused:
        return False
    return True


def _next_key(version: OfferingVersion) -> str:
    numbers = [
        int(key[1:]) for key in version.realisations.values_list("key", flat=True) if key[1:].isdecimal()
    ]
    return f"R{max(numbers, default=0) + 1}"


def _write(realisation: Realisation, facts: dict) -> None:
    for name in FIELDS:
        if name in facts:
            setattr(realisation, name, facts[name])
    reasons = _shape(realisation) or [*_dates(realisation), *_limits(realisation)]
    if reasons:
        raise Invalid(_("The realisation cannot be saved as it is."), reasons=reasons)


def _shape(realisation: Realisation) -> list[tuple[str, str]]:
    try:
        realisation.clean_fields(exclude=["version", "key", "status"])
        refuse_control_characters([realisation.network, realisation.ripa_id])
    except ValidationError as problem:
        if not hasattr(problem, "error_dict"):
            return [("network", text) for text in problem.messages]
        return [(field, text) for field, texts in problem.message_dict.items() for text in texts]
    known = set(Code.objects.filter(list="teaching_language").values_list("code", flat=True))
    return [
        ("languages", _("“%(code)s” is not in the list.") % {"code": code})
        for code in realisation.languages
        if code not in known
    ]


def _dates(realisation: Realisation) -> list[tuple[str, str]]:
    found = []
    if realisation.ends_on < realisation.starts_on:
        found.append(("ends_on", _("The realisation ends before it starts.")))
    if realisation.enrol_from and realisation.last_day_to_enrol < realisation.enrol_from:
        found.append(("enrol_by", _("Enrolment ends before it starts.")))
    if realisation.enrol_by and realisation.enrol_by > realisation.ends_on:
        found.append(("enrol_by", _("Enrolment closes after the realisation has ended.")))
    return found


def _limits(realisation: Realisation) -> list[tuple[str, str]]:
    found, price = [], realisation.price_eur
    if price is not None and price < 0:
        found.append(("price_eur", _("A fee cannot be negative.")))
    elif price is not None and (said := elements.over_cap(version=realisation.version, fee=price)):
        found.append(("price_eur", said))
    if realisation.enrolment == Realisation.Enrolment.OUTSIDE and not realisation.enrolment_url:
        found.append(("enrolment_url", _("Give the address where people enrol.")))
    if realisation.places == 0:
        found.append(("places", _("Give at least one place, or leave it empty when there is no limit.")))
    elif realisation.places is not None and realisation.places < realisation.taken:
        said = _("%(taken)s people are enrolled already; there cannot be fewer places.")
        found.append(("places", said % {"taken": realisation.taken}))
    return found


def _needed(reason: str) -> str:
    return words.needed(reason, field="reason", said=_("Give the reason."))
