"""How far offerings have come: planned, reviewed, published, first learner, first credential (W-01, P-17).

Read from where each date is kept; nothing is stored twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.models import Attainment, Credential, Enrolment
from registry.models import Institution, Offering, OfferingVersion, Realisation
from registry.terms import Term

Status = OfferingVersion.Status
LABELS = (
    ("planned", _("Planned")),
    ("reviewed", _("Reviewed")),
    ("published", _("Published")),
    ("learner", _("First learner")),
    ("credential", _("First credential")),
)
# The supply of a term (C-24), by the newest version's status; what has ended stands last.
SUPPLY = {
    "proposal": (_("Proposal"), (Status.DRAFT, Status.CHANGES_REQUESTED)),
    "evaluation": (_("Evaluation"), (Status.SUBMITTED, Status.IN_REVIEW)),
    "supply": (_("Supply of the term"), (Status.APPROVED,)),
    "published": (_("Published"), (Status.PUBLISHED, Status.SUSPENDED)),
    "ended": (_("Ended"), (Status.SUPERSEDED, Status.RETIRED, Status.REJECTED)),
}


@dataclass(frozen=True)
class Stage:
    """One step of a bar; `on` is the day it was first reached, None while it has not been.

    `is_next`: the first step that has not been reached.
    """

    slug: str
    label: str | Promise
    on: date | None
    is_next: bool = False


def of(offerings: Iterable[Offering]) -> dict[int, list[Stage]]:
    """The five steps of each offering, by its id: the first day of each, whichever version it was."""
    offerings = list(offerings)
    ids = [offering.pk for offering in offerings]
    versions = OfferingVersion.objects.filter(offering__in=ids).order_by()
    rows = versions.values("offering").annotate(reviewed=Min("approved_at"), published=Min("published_at"))
    moments = {row["offering"]: row for row in rows}
    learners, credentials = _first_learners(ids), _first_credentials(ids)
    return {
        one.pk: _bar(
            _day(one.created_at),
            _day(moments.get(one.pk, {}).get("reviewed")),
            _day(moments.get(one.pk, {}).get("published")),
            learners.get(one.pk),
            credentials.get(one.pk),
        )
        for one in offerings
    }


def proposals(institution: Institution, *, term: Term | None) -> list[OfferingVersion]:
    """The newest version of each offering of a term: planned for it, or with a realisation that starts in it.

    No term: what is being made and has neither, so that it is not forgotten.
    """
    newest = institution.offerings.newest_versions().select_related("offering__institution")
    runs = Realisation.objects.exclude(status=Realisation.Status.CANCELLED)
    if term is None:
        with_runs = runs.values("version__offering")
        open_ones = newest.filter(status__in=_statuses("proposal", "evaluation", "supply"))
        found = open_ones.filter(offering__planned_term="").exclude(offering__in=with_runs)
    else:
        starting = runs.filter(starts_on__range=(term.starts_on, term.ends_on)).values("version__offering")
        found = newest.filter(Q(offering__planned_term=str(term)) | Q(offering__in=starting))
    order = list(SUPPLY)
    return sorted(found, key=lambda one: (order.index(supply_stage(one)), one.offering.code, one.pk))


def supply_stage(version: OfferingVersion) -> str:
    return next(slug for slug, (_label, statuses) in SUPPLY.items() if version.status in statuses)


def timeline(version: OfferingVersion) -> list[Stage]:
    """The steps of the supply calendar: proposal, evaluation, supply of the term, published."""
    moments = (version.created_at, version.submitted_at, version.approved_at, version.published_at)
    days = [_day(moment) for moment in moments]
    names = [(slug, label) for slug, (label, _statuses) in SUPPLY.items() if slug != "ended"]
    return _stages(names, days, has_ended=supply_stage(version) == "ended")


def _statuses(*slugs: str) -> list[str]:
    return [status for slug in slugs for status in SUPPLY[slug][1]]


def _bar(*days: date | None) -> list[Stage]:
    return _stages(LABELS, list(days))


def _stages(names, days: list[date | None], *, has_ended: bool = False) -> list[Stage]:
    """What comes after the last day that was reached is next."""
    reached = [number for number, day in enumerate(days) if day]
    after = len(days) if has_ended else max(reached, default=-1) + 1
    return [
        Stage(slug, label, day, is_next=number == after)
        for number, ((slug, label), day) in enumerate(zip(names, days, strict=True))
    ]


def _first_learners(ids: list[int]) -> dict[int, date]:
    """The first day somebody was enrolled, or completed what they had enrolled for elsewhere."""
    rows = (
        Enrolment.objects.filter(realisation__version__offering__in=ids)
        .filter(status__in=[Enrolment.Status.ENROLLED, Enrolment.Status.COMPLETED])
        .order_by()
        .values_list("realisation__version__offering")
        .annotate(Min("enrolled_at"))
    )
    enrolled = {offering: _day(moment) for offering, moment in rows}
    completed = dict(
        Attainment.objects.filter(version__offering__in=ids)
        .order_by()
        .values_list("version__offering")
        .annotate(Min("completed_on"))
    )
    return {
        offering: min(filter(None, (enrolled.get(offering), completed.get(offering))))
        for offering in {*enrolled, *completed}
    }


def _first_credentials(ids: list[int]) -> dict[int, date]:
    rows = Credential.objects.with_credits().filter(version__offering__in=ids).order_by()
    rows = rows.values_list("version__offering")
    return {offering: _day(moment) for offering, moment in rows.annotate(Min("issued_at"))}


def _day(moment) -> date | None:
    return None if moment is None else timezone.localdate(moment)
