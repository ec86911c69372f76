"""The supply: how far one offering has come, and what is on its way for each term (P-17, C-24)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from quality import stages
from quality.forms.supply import TermForm, around
from registry import terms
from registry.access import Permission
from registry.actions import supply
from registry.models import Offering, OfferingVersion
from registry.templatetags.texts import in_reader_language
from registry.terms import Term
from registry.web import StaffView

NO_TERM = "none"


class OfferingPage(StaffView):
    """Mixin: one offering of the institution's, by its code."""

    @cached_property
    def offering(self) -> Offering:
        return get_object_or_404(self.institution.offerings, code=self.kwargs["code"])


class OfferingStages(OfferingPage, TemplateView):
    """The five stages of an offering with their days, and the term it is planned for."""

    permission = Permission.OFFERING_READ
    template_name = "quality/offering_stages.html"

    def get_context_data(self, **kwargs):
        offering = self.offering
        version = offering.versions.order_by("-number").first()
        code = self.institution.code.lower()
        can_plan = Permission.OFFERING_WRITE in self.permissions
        form = TermForm(today=timezone.localdate(), kept=offering.planned_term)
        return super().get_context_data(
            offering=offering,
            title=in_reader_language(version.title, main=version.primary_language),
            stages=stages.of([offering])[offering.pk],
            term=terms.written(offering.planned_term),
            form=form if can_plan else None,
            term_url=reverse("offering-term", args=[code, offering.code]),
            back=reverse("version-detail", args=[code, offering.code, version.number]),
            calendar_url=reverse("supply-calendar", args=[code]),
            **kwargs,
        )


class OfferingTerm(OfferingPage, View):
    """Plan the offering for a term."""

    permission = Permission.OFFERING_WRITE
    http_method_names = ["post"]

    def post(self, request, code):
        form = TermForm(request.POST, today=timezone.localdate(), kept=self.offering.planned_term)
        if form.is_valid():
            term = form.cleaned_data["term"]
            supply.plan(offering=self.offering, term=term, by=request.user, at=timezone.now())
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Choose a term from the list."))
        return redirect("offering-stages", self.institution.code.lower(), code)


class SupplyCalendar(StaffView, TemplateView):
    """What is on its way for one term, each proposal with its stages; the coming term first."""

    permission = Permission.OFFERING_READ
    template_name = "quality/supply_calendar.html"

    def get_context_data(self, **kwargs):
        term = self._term()
        versions = stages.proposals(self.institution, term=term)
        return super().get_context_data(
            term=term,
            tabs=self._tabs(term),
            counts=_counts(versions),
            rows=[self._row(version) for version in versions],
            list_url=reverse("offering-list", args=[self.institution.code.lower()]),
            **kwargs,
        )

    def _term(self) -> Term | None:
        asked = self.request.GET.get("term", "")
        if asked == NO_TERM:
            return None
        return terms.written(asked) or terms.of(timezone.localdate()).later(1)

    def _tabs(self, current: Term | None) -> list[dict]:
        offered = around(timezone.localdate())
        if current and current not in offered:
            offered = sorted([*offered, current])
        tabs = [{"label": one.label, "url": f"?term={one}", "is_current": one == current} for one in offered]
        return [*tabs, {"label": _("No term"), "url": f"?term={NO_TERM}", "is_current": current is None}]

    def _row(self, version: OfferingVersion) -> dict:
        code = self.institution.code.lower()
        return {
            "version": version,
            "title": in_reader_language(version.title, main=version.primary_language),
            "stage": stages.SUPPLY[stages.supply_stage(version)][0],
            "stages": stages.timeline(version),
            "url": reverse("offering-stages", args=[code, version.offering.code]),
        }


def _counts(versions: list[OfferingVersion]) -> list[dict]:
    found = [stages.supply_stage(version) for version in versions]
    return [{"label": label, "number": found.count(slug)} for slug, (label, _s) in stages.SUPPLY.items()]
