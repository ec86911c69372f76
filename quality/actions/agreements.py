"""Agreements with partners, and the evaluation meetings held of them (W-04, F-06, A-13)."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import EvaluationMeeting, PartnershipAgreement
from registry import trail
from registry.access import STAFF_ROLES
from registry.actions import words
from registry.errors import Invalid
from registry.models import Institution, Offering, User
from registry.workflow import edited_meanwhile, still_there

MOST_YEARS = 3  # longer needs a reason (F-06)


def of(institution: Institution, *, on: date) -> QuerySet[PartnershipAgreement]:
    """The institution's agreements with `held`, this year's meetings: what ends first, then what is over."""
    held = Count("meetings", filter=Q(meetings__held_on__year=on.year))
    found = institution.agreements.annotate(held=held, is_over=Q(ends_on__lt=on))
    return found.select_related("responsible").order_by("is_over", "ends_on", "pk")


def colleagues(institution: Institution) -> list[User]:
    """Who may be the institution's own contact person."""
    people = User.objects.filter(
        is_active=True, memberships__institution=institution, memberships__role__in=STAFF_ROLES
    )
    return list(people.distinct().order_by("name", "pk"))


@transaction.atomic
def write(
    *,
    institution: Institution,
    facts: dict,
    offerings: list[Offering],
    by: User,
    at: datetime,
    agreement: PartnershipAgreement | None = None,
    seen: str = "",
) -> PartnershipAgreement:
    """Keep a new agreement, or what has changed of one; `facts` are the fields of PartnershipAgreement.

    With `seen`, the stamp of what was changed, somebody else's change meanwhile is a StateChanged, not lost.
    """
    kept = still_there(agreement) if agreement else PartnershipAgreement(institution=institution)
    if agreement and seen and seen != stamp(kept):
        raise edited_meanwhile()
    facts = facts | {
        "partner": words.needed(facts["partner"], field="partner", said=_("Name the partner.")),
        "contact_name": words.needed(
            facts["contact_name"], field="contact_name", said=_("Name the partner's contact person.")
        ),
        "longer_because": words.optional(facts["longer_because"], field="longer_because"),
    }
    if faults := list(_faults(facts, institution=institution)):
        raise Invalid(faults[0][1], reasons=faults)
    for name, value in facts.items():
        setattr(kept, name, value)
    kept.written_at, kept.written_by = at, by
    kept.save()
    kept.offerings.set(offerings)
    verb = "agreement_changed" if agreement else "agreement_made"
    trail.record(verb=verb, row=kept, by=by, at=at, reason=f"{kept.partner}, {kept.begins_on}–{kept.ends_on}")
    return kept


@transaction.atomic
def meet(
    *, agreement: PartnershipAgreement, held_on: date, minutes_url: str, by: User, at: datetime
) -> EvaluationMeeting:
    """Note that the parties have met to look at how the agreement does."""
    kept = PartnershipAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if held_on > timezone.localdate(at):
        raise _wrong("held_on", _("The meeting has not been held yet."))
    if not kept.is_in_force(held_on):
        raise _wrong("held_on", _("The agreement was not in force on this day."))
    if kept.meetings.filter(held_on=held_on).exists():
        raise _wrong("held_on", _("A meeting of this day is noted already: it counts once."))
    meeting = kept.meetings.create(held_on=held_on, minutes_url=minutes_url, noted_at=at, noted_by=by)
    trail.record(verb="agreement_evaluated", row=kept, by=by, at=at, reason=held_on.isoformat())
    return meeting


def stamp(agreement: PartnershipAgreement) -> str:
    """Another one after each change."""
    return agreement.written_at.isoformat()


def _faults(facts: dict, *, institution: Institution):
    begins_on, ends_on = facts["begins_on"], facts["ends_on"]
    if facts["responsible"] not in colleagues(institution):
        yield "responsible", _("Choose our contact person.")
    if ends_on < begins_on:
        yield "ends_on", _("The agreement ends before it begins.")
    elif ends_on >= begins_on + relativedelta(years=MOST_YEARS) and not facts["longer_because"]:
        yield "longer_because", _("Tell why the agreement is longer than three years.")


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
