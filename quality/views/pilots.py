"""Pilots of an institution: which there are, a new one, the report (P-14)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from quality.actions import pilots
from quality.forms.pilots import PilotForm, PilotReportForm
from quality.models import Pilot
from registry.access import Permission
from registry.errors import Invalid
from registry.web import StaffView

PAGE = 50


class PilotList(StaffView, TemplateView):
    permission = Permission.REVIEW_READ
    template_name = "quality/pilot_list.html"

    def get_context_data(self, **kwargs):
        house, today = self.institution.code.lower(), timezone.localdate()
        every = pilots.of(self.institution).order_by("-starts_on", "-pk")
        page = Paginator(every, PAGE).get_page(self.request.GET.get("page"))
        may_write = Permission.REALISATION_WRITE in self.permissions
        return super().get_context_data(
            rows=[
                {
                    "pilot": one,
                    "is_late": one.reported_at is None and one.ends_on < today,
                    "report_url": reverse("pilot-report", args=[house, one.uid])
                    if may_write and one.reported_at is None
                    else "",
                }
                for one in page
            ],
            page=page,
            new_url=reverse("pilot-new", args=[house]) if may_write else "",
            home_url=reverse("staff-home", args=[house]),
            **kwargs,
        )


class PilotPage(StaffView, FormView):
    """Mixin: a form about a pilot; `keep` calls the action."""

    permission = Permission.REALISATION_WRITE
    template_name = "quality/feedback_form.html"

    def form_valid(self, form):
        try:
            self.keep(form.cleaned_data, by=self.request.user, at=timezone.now())
        except Invalid as refusal:
            for name, text in refusal.reasons or [("", refusal.message)]:
                form.add_error(name if name in form.fields else None, text)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("pilot-list", self.institution.code.lower())

    def get_context_data(self, **kwargs):
        back = reverse("pilot-list", args=[self.institution.code.lower()])
        return super().get_context_data(
            title=self.title(), submit=_("Save"), back=back, back_label=_("Pilots"), **kwargs
        )


class PilotNew(PilotPage):
    form_class = PilotForm

    def title(self) -> str:
        return _("Start a pilot")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "offerings": self.institution.offerings.order_by("code")}

    def keep(self, entered: dict, **who) -> None:
        pilots.start(**entered, **who)


class PilotReport(PilotPage):
    form_class = PilotReportForm

    @cached_property
    def pilot(self) -> Pilot:
        return get_object_or_404(pilots.of(self.institution), uid=self.kwargs["uid"])

    def title(self) -> str:
        return _("Report of the pilot: %(code)s, %(host)s") % {
            "code": self.pilot.offering.code,
            "host": self.pilot.host,
        }

    def keep(self, entered: dict, **who) -> None:
        file = entered["file"]
        pilots.report(
            pilot=self.pilot,
            text=entered["report"],
            title=entered["title"],
            url=entered["url"],
            file=(file.name, file.read()) if file else None,
            **who,
        )
