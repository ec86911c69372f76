"""What machines fetch beside the catalogue's pages: the picture of a shared address, sitemap, robots."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from django.views.generic import View

from registry import catalogue
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES, chosen
from registry.views.catalogue import institution_names, size

DAY = 24 * 60 * 60


@method_decorator(conditional_page, name="dispatch")
class OfferingPicture(View):
    """Drawn once for a version and a language: a published version never changes."""

    def get(self, request, code, number, language):
        if language not in LANGUAGES:
            raise Http404
        version = get_object_or_404(catalogue.public_versions(), offering__code=code, number=number)
        key = f"picture/{version.pk}/{language}"
        drawn = cache.get(key)
        if drawn is None:
            drawn = _drawn(version, language=language)
            cache.set(key, drawn, timeout=30 * DAY)
        return HttpResponse(
            drawn, content_type="image/png", headers={"Cache-Control": f"public, max-age={DAY}"}
        )


def _drawn(version: OfferingVersion, *, language: str) -> bytes:
    from registry import picture  # noqa: PLC0415  Pillow is 6 MB, for a picture that is drawn once

    names = institution_names(version.awarding_bodies, shown=catalogue.current())
    with translation.override(language):
        facts = [_("%(size)s ECTS credits") % {"size": size(version.ects)} if version.ects else ""]
        facts += [f"EQF {version.eqf_level}" if version.eqf_level else ""]
        return picture.draw(
            title=chosen(version.title, main=version.primary_language)[1],
            institution=", ".join(names) or version.offering.institution.short_name,
            facts=" · ".join(filter(None, facts)),
            register=_("Micro-credential registry"),
        )


class _Alternates(Sitemap):
    """Every address in every language, each with the others beside it (hreflang)."""

    i18n = True
    alternates = True
    x_default = True

    def get_domain(self, site=None):
        return settings.BASE_URL.partition("://")[2]

    def get_protocol(self, protocol=None):
        return settings.BASE_URL.partition("://")[0]


class Pages(_Alternates):
    def items(self):
        return [
            "catalogue", "pathway-list", "concept", "rdi-offerings", "institution-list", "accessibility",
            "privacy",
        ]  # fmt: skip

    def location(self, item):
        return reverse(item)


class Offerings(_Alternates):
    """What the catalogue lists."""

    limit = 5_000

    def items(self):
        return catalogue.listed()

    def location(self, item):
        return reverse("catalogue-offering", args=[item.code])

    def lastmod(self, item):
        return item.published.published_at


class Pathways(_Alternates):
    """The published ones."""

    def items(self):
        return catalogue.pathways()

    def location(self, item):
        return reverse("pathway-detail", args=[item.code])

    def lastmod(self, item):
        return item.published_at


SITEMAPS = {"pages": Pages, "offerings": Offerings, "pathways": Pathways}


def robots(request):
    """Everybody may read the catalogue; people's own pages are nobody's search result."""
    address = settings.BASE_URL + reverse("sitemap")
    return TemplateResponse(request, "robots.txt", {"sitemap": address}, content_type="text/plain")
