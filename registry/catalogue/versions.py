"""Single versions that the public may read, whatever has become of them since."""

from django.db.models import Prefetch, QuerySet

from registry.models import (
    Institution,
    LearningOutcome,
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
        Prefetch("offering__pathways", Pathway.objects.published().order_by("code", "pk")),
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
