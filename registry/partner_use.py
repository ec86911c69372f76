"""How much an institution's keys of the API are used."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from registry.models import Institution, PartnerKey

DAYS = 30


def keys(institution: Institution, *, today: date) -> QuerySet[PartnerKey]:
    """The institution's keys, those in force first, each with `today` and `lately` (30 days): requests."""
    since = today - timedelta(days=DAYS - 1)
    return institution.partner_keys.annotate(
        today=Coalesce(Sum("uses__count", filter=Q(uses__day=today)), 0),
        lately=Coalesce(Sum("uses__count", filter=Q(uses__day__gte=since)), 0),
    ).order_by("revoked_at", "-created_at", "pk")
