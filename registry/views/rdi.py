"""Offerings that research and development have given birth to (C-37)."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry import catalogue
from registry.views.catalogue import PAGE_SIZE, PublicPage, card_row, size

ORIGIN = "rdi_derived"


class RdiOfferings(PublicPage):
    template_name = "catalogue/rdi.html"

    def get_context_data(self, **kwargs):
        shown, today = catalogue.current(), timezone.localdate()
        found = shown.find(
            catalogue.Query(picks={"origin": [ORIGIN]}, sort="newest", language=get_language())
        )
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("page"))
        houses = sum(1 for count in found.counts["institution"].values() if count)
        total = sum(one.ects or 0 for one in found[:])
        return super().get_context_data(
            cards=[card_row(one, shown=shown, today=today) for one in page.object_list],
            page=page,
            figures=[
                {"value": len(found), "label": _("offerings")},
                {"value": houses, "label": _("institutions")},
                {"value": size(total) if total else "0", "label": _("ECTS credits in all")},
            ],
            list_url=f"{reverse('catalogue')}?origin={ORIGIN}",
            **kwargs,
        )
