"""Single versions that the public may read, whatever has become of them since."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from registry.models import (
    Contact,
    Institution,
    LearningOutcome,
    Link,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    Statement,
)


def public_versions() -> QuerySet[OfferingVersion]:
    """Versions that are or were published, newest first within an offering, with all that a page shows."""
    public = OfferingVersion.objects.filter(status__in=OfferingVersion.PUBLIC)
    return with_parts(public).order_by("offering__code", "-number", "pk")


def with_parts(versions: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
    """The versions with all that a page shows of them, also of those that are not published yet."""
    return versions.select_related("offering__institution").prefetch_related(
        Prefetch("outcomes", LearningOutcome.objects.order_by("order", "pk")),
        Prefetch("realisations", Realisation.objects.announced().order_by("starts_on", "pk")),
        Prefetch("statements", Statement.objects.order_by("-created_at", "-pk")),
        Prefetch("offering__contacts", Contact.objects.order_by("function", "name", "pk")),
        Prefetch("offering__links", Link.objects.order_by("pk")),
        Prefetch("offering__pathways", Pathway.objects.published().order_by("code", "pk")),
    )


def in_force(codes: Iterable[str]) -> dict[str, OfferingVersion]:
    """The versions that the catalogue shows of the offerings, by code; not those for the staff only."""
    codes = list(codes)
    if not codes:  # even to compose the query for nothing costs a list a tenth of its time
        return {}
    versions = OfferingVersion.objects.filter(
        shown_by__isnull=False, is_staff_only=False, offering__code__in=codes
    )
    return {version.offering.code: version for version in with_parts(versions)}


def listed() -> QuerySet[Offering]:
    """The offerings that the catalogue lists, with the moment of publication: for lists of addresses."""
    return (
        Offering.objects.filter(published__isnull=False, published__is_staff_only=False)
        .select_related("published")
        .only("code", "published__published_at")
        .order_by("pk")
    )


def statement(version: OfferingVersion) -> Statement | None:
    """The newest that quality has said of a version of `public_versions`."""
    return next(iter(version.statements.all()), None)


def pathways() -> QuerySet[Pathway]:
    """Published pathways, with their offerings as the catalogue shows them."""
    return (
        Pathway.objects.published()
        .select_related("institution")
        .prefetch_related("offerings__institution", "offerings__published__outcomes")
        .order_by("code", "pk")
    )


def offered_by_others(institution: Institution) -> QuerySet[OfferingVersion]:
    """What the catalogue shows of other institutions, each with its statements, by institution and code."""
    return (
        OfferingVersion.objects.filter(shown_by__isnull=False)
        .exclude(offering__institution=institution)
        .select_related("offering__institution")
        .prefetch_related(Prefetch("statements", Statement.objects.order_by("-created_at", "-pk")))
        .order_by("offering__institution__short_name", "offering__code", "pk")
    )
