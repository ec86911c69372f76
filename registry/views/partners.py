from django.core.paginator import Paginator
from django.template.defaultfilters import date as localised_date
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from registry import catalogue, partner_use
from registry.access import Permission
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.views.catalogue import labels
from registry.web import StaffView

PAGE = 50


class PartnerHome(StaffView, TemplateView):
    """What other institutions offer, and how its quality stands."""

    permission = Permission.PARTNER_READ
    template_name = "registry/partner_home.html"

    def get_context_data(self, **kwargs):
        shown, versions = catalogue.current(), catalogue.offered_by_others(self.institution)
        asked = self.request.GET.get("institution", "")
        institutions = shown.institutions
        if asked in institutions:
            versions = versions.filter(offering__institution=institutions[asked])
        only_open = self.request.GET.get("open") == "1"
        if only_open:
            versions = versions.filter(catalogue.OPEN_TO_PARTNERS)
        page, today = Paginator(versions, PAGE).get_page(self.request.GET.get("page")), timezone.localdate()
        return super().get_context_data(
            page=page,
            rows=[self._row(version, today=today, shown=shown) for version in page],
            only_open=only_open,
            keys=[key for key in partner_use.keys(self.institution, today=today) if key.revoked_at is None],
            notes_url=reverse("partner-note-list", args=[self.institution.code.lower()]),
            institutions=[one for one in institutions.values() if one.pk != self.institution.pk],
            asked=asked if asked in institutions else "",
            **kwargs,
        )

    def _row(self, version: OfferingVersion, *, today, shown: catalogue.Shown) -> dict:
        said = catalogue.statement(version)
        is_late = said is not None and said.is_check_late(today=today)
        return {
            "url": reverse("partner-offering", args=[self.institution.code.lower(), version.offering.code]),
            "title": in_reader_language(version.title, main=version.primary_language),
            "code": version.offering.code,
            "number": version.number,
            "institution": version.offering.institution,
            "status": version.status,
            "status_label": version.get_status_display(),
            "approved": _day(said.decided_on) if said else "",
            "check": _day(said.check_due_on) if said else "",
            "is_late": is_late,
            "free_for": labels("free_for", version.free_for, shown=shown),
            "network": version.network,
        }


def _day(value) -> str:
    return localised_date(value, "j.n.Y") if value else ""
