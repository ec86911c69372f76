"""Rows by the moment of change, for machines that keep a copy; the key decides between equal moments."""

from django.db.models import Q, QuerySet

from registry.catalogue.versions import with_parts
from registry.models import Institution, OfferingVersion, Realisation

ORDER = ("updated_at", "pk")
# What students of other institutions may take: free for some of them, or offered in a network.
OPEN_TO_PARTNERS = ~Q(free_for=[]) | ~Q(network="")


def changed_versions() -> QuerySet[OfferingVersion]:
    """Every version that is or was published, with its parts; nothing for the staff alone (C-39)."""
    public = OfferingVersion.objects.filter(status__in=OfferingVersion.PUBLIC, is_staff_only=False)
    return with_parts(public).order_by(*ORDER)


def changed_realisations() -> QuerySet[Realisation]:
    """Realisations that were announced, cancelled ones included: a copy must learn that they are."""
    announced = Realisation.objects.exclude(status=Realisation.Status.PLANNED).filter(
        version__status__in=OfferingVersion.PUBLIC, version__is_staff_only=False
    )
    return announced.select_related("version__offering__institution").order_by(*ORDER)


def own_versions(institution: Institution) -> QuerySet[OfferingVersion]:
    """The institution's versions in any state."""
    return with_parts(OfferingVersion.objects.filter(offering__institution=institution)).order_by(*ORDER)


def own_realisations(institution: Institution) -> QuerySet[Realisation]:
    """The institution's realisations in any state."""
    own = Realisation.objects.filter(version__offering__institution=institution)
    return own.select_related("version__offering__institution").order_by(*ORDER)
