"""Staff page that gives the attainments of a period as a file for the study-info system (VIRTA)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from credentials.actions import virta_exports
from credentials.forms.virta_exports import ExportForm, PeriodForm
from credentials.views.desk import DeskView
from registry.access import Permission

PAGE = 50


class VirtaExport(DeskView, TemplateView):
    """First what would go in and what could not, and why; then the file, on a ground that the trail keeps."""

    parents = ((gettext_lazy("Attainments"), "attainment-list"),)
    purpose = "why_export"
    permission = Permission.ATTAINMENT_WRITE
    template_name = "credentials/virta_export.html"

    @cached_property
    def period(self) -> PeriodForm:
        return PeriodForm(self.request.GET or None)

    def post(self, request):
        form = ExportForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        starts_on, ends_on = form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]
        data = virta_exports.export(
            institution=self.institution, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        name = f"virta-{self.institution.oppilaitosnumero}-{starts_on}-{ends_on}.xml"
        return HttpResponse(
            data,
            content_type="application/xml",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def get_context_data(self, form=None, **kwargs):
        context = super().get_context_data(period=self.period, form=form, **kwargs)
        if not self.period.is_valid():
            return context
        days = self.period.cleaned_data
        selection = virta_exports.select(institution=self.institution, **days)
        page = Paginator(selection.left_out, PAGE).get_page(self.request.GET.get("page"))
        self.saw({one.row.learner for one in page}, verb="listed")
        written = {name: day.isoformat() for name, day in days.items()}
        return context | {
            "days": days,
            "count": len(selection.studies),
            "page": page,
            "form": form or ExportForm(initial=written),
        }
