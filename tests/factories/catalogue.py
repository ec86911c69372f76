"""Offerings that the catalogue shows: published by the factory, indexed and announced as publishing does."""

from registry import catalogue
from registry.actions import codelists
from registry.models import Code, OfferingVersion
from tests.factories.registry import OfferingVersionFactory


def shown(*, status="published", **fields) -> OfferingVersion:
    """A public version, found by search and facets when it is in force."""
    if not Code.objects.exists():
        codelists.load()
    version = OfferingVersionFactory(status=status, **fields)
    if version.offering.published_id == version.pk:
        catalogue.index(version=version)
    catalogue.forget()
    return version


def titled(fi: str, *, sv: str = "", en: str = "") -> dict:
    return {"fi": fi, "sv": sv, "en": en}
