"""Pages that show what differs between two versions: of a published offering, and of an own one."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from registry import catalogue, differences
from registry.access import Permission
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.views.catalogue import PublicPage
from registry.web import StaffView


class CatalogueDifference(PublicPage):
    """Between two versions that are or were published. The first number is the reader's starting point."""

    template_name = "catalogue/difference.html"

    def get_context_data(self, *, code, number, other, **kwargs):
        versions = {one.number: one for one in catalogue.public_versions().filter(offering__code=code)}
        if number not in versions or other not in versions:
            raise Http404
        return super().get_context_data(
            **_page(versions[number], versions[other], without=differences.PRIVATE),
            back=reverse("catalogue-version", args=[code, other]),
            turned=reverse("catalogue-difference", args=[code, other, number]),
            **kwargs,
        )


class VersionDifference(StaffView, TemplateView):
    """Between any two versions of the institution's own offering, with its bookkeeping."""

    permission = Permission.OFFERING_READ
    template_name = "registry/version_difference.html"

    def get_context_data(self, *, code, number, other, **kwargs):
        offering = get_object_or_404(self.institution.offerings, code=code)
        versions = offering.versions.prefetch_related("outcomes")
        before, after = (get_object_or_404(versions, number=one) for one in (number, other))
        house = self.institution.code.lower()
        return super().get_context_data(
            **_page(before, after),
            back=reverse("version-detail", args=[house, code, other]),
            turned=reverse("version-difference", args=[house, code, other, number]),
            **kwargs,
        )


def _page(before: OfferingVersion, after: OfferingVersion, *, without: frozenset[str] = frozenset()) -> dict:
    changes = differences.between(before, after, without=without)
    return {
        "code": after.offering.code,
        "title": in_reader_language(after.title, main=after.primary_language),
        "before": before,
        "after": after,
        "versions": [
            _("Version %(number)s") % {"number": one.number} + f" ({one.get_status_display()})"
            for one in (before, after)
        ],
        "rows": differences.rows(changes, shown=catalogue.current()),
    }
