"""Pilots: an offering tried at a host, with a report and what shows it (P-14)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.actions import evidence
from quality.models import Evidence, Pilot
from registry import trail
from registry.actions import offerings, words
from registry.errors import Invalid, StateChanged
from registry.models import Institution, Offering, User


def of(institution: Institution) -> QuerySet[Pilot]:
    """The pilots of the institution's offerings."""
    return Pilot.objects.filter(offering__institution=institution).select_related(
        "offering__institution", "evidence", "reported_by"
    )


@transaction.atomic
def start(*, offering: Offering, host: str, starts_on: date, ends_on: date, by: User, at: datetime) -> Pilot:
    """Agree that an offering is tried at a host from one day to another."""
    host = words.needed(host, field="host", said=_("Name the host."))
    if ends_on < starts_on:
        said = _("The pilot ends before it starts.")
        raise Invalid(said, reasons=[("ends_on", said)])
    pilot = Pilot.objects.create(offering=offering, host=host, starts_on=starts_on, ends_on=ends_on)
    offerings.label_pilot(offering=offering, is_pilot=True)
    trail.record(verb="pilot_started", row=pilot, by=by, at=at, reason=host)
    return pilot


@transaction.atomic
def report(
    *,
    pilot: Pilot,
    text: str,
    title: str,
    url: str = "",
    file: tuple[str, bytes] | None = None,
    by: User,
    at: datetime,
) -> None:
    """Tell what came of it, with a file (name, bytes) or an address that shows it; written once."""
    kept = Pilot.objects.select_for_update(of=("self",)).get(pk=pilot.pk)
    if kept.reported_at is not None:
        raise StateChanged(_("The pilot has been reported already."))
    text = words.needed(text, field="report", said=_("Write what came of the pilot."))
    title = words.needed(title, field="title", said=_("Give the evidence a title."))
    about = evidence.About(title=title, kind=Evidence.Kind.EMPLOYER, dated_on=timezone.localdate(at))
    who = {"institution": pilot.offering.institution, "by": by, "at": at}
    if file:
        name, data = file
        pilot.evidence = evidence.add_file(about=about, name=name, data=data, **who)
    else:
        pilot.evidence = evidence.add_link(about=about, url=_address(url), **who)
    pilot.report, pilot.reported_at, pilot.reported_by = text, at, by
    pilot.save(update_fields=["report", "evidence", "reported_at", "reported_by"])
    _label(pilot.offering)
    trail.record(verb="pilot_reported", row=pilot, by=by, at=at)


def _label(offering: Offering) -> None:
    """The public label goes when no pilot of the offering waits for its report."""
    waits = Pilot.objects.filter(offering=offering, reported_at=None).exists()
    offerings.label_pilot(offering=offering, is_pilot=waits)


def _address(url: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as problem:
        said = _("Add a file or an address that shows it.")
        raise Invalid(said, reasons=[("url", said)]) from problem
    return url
