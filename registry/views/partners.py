from django.core.paginator import Paginator
from django.template.defaultfilters import date as localised_date
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from registry import catalogue
from registry.access import Permission
from registry.models import OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.web import StaffView

PAGE = 50


class PartnerHome(StaffView, TemplateView):
    """What other institutions offer, and how its quality stands."""

    permission = Permission.PARTNER_READ
    template_name = "registry/partner_home.html"

    def get_context_data(self, **kwargs):
        versions = catalogue.offered_by_others(self.institution)
        asked = self.request.GET.get("institution", "")
        institutions = catalogue.current().institutions
        if asked in institutions:
            versions = versions.filter(offering__institution=institutions[asked])
        page, today = Paginator(versions, PAGE).get_page(self.request.GET.get("page")), timezone.localdate()
        return super().get_context_data(
            page=page,
            rows=[_row(version, today=today) for version in page],
            institutions=[one for one in institutions.values() if one.pk != self.institution.pk],
            asked=asked if asked in institutions else "",
            **kwargs,
        )


def _row(version: OfferingVersion, *, today) -> dict:
    said = catalogue.statement(version)
    is_late = said is not None and said.is_check_late(today=today)
    return {
        "url": reverse("catalogue-offering", args=[version.offering.code]),
        "title": in_reader_language(version.title, main=version.primary_language),
        "code": version.offering.code,
        "number": version.number,
        "institution": version.offering.institution,
        "status": version.status,
        "status_label": version.get_status_display(),
        "approved": _day(said.decided_on) if said else "",
        "check": _day(said.check_due_on) if said else "",
        "is_late": is_late,
    }


def _day(value) -> str:
    return localised_date(value, "j.n.Y") if value else ""
