"""Who outside may read a frozen report, and the page that their link opens."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from quality.actions import reports
from quality.forms.indicators import ReportGrantForm
from quality.views.grants import GrantView
from quality.views.reports import FILES, ReportPage, content, saved
from registry.access import Permission

ENDED = gettext_lazy("Ask the institution for a new link to its report.")


class ReportReaders(ReportPage, GrantView):
    permission = Permission.REPORT_MAKE
    template_name = "quality/report_readers.html"
    form_class = ReportGrantForm
    link, withdraw, back_to = "report-link", "report-grant-withdraw", "report-readers"
    back_label = gettext_lazy("Back to the readers")

    def give(self, **said):
        return reports.grant(report=self.report, **said)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            report=self.report,
            grants=self.rows(self.report.grants),
            back=self.to("report-detail"),
            **kwargs,
        )


class ReportGrantWithdraw(ReportPage, View):
    permission = Permission.REPORT_MAKE
    http_method_names = ["post"]

    def post(self, request, uid, grant):
        kept = get_object_or_404(self.report.grants, uid=grant)
        reports.withdraw(grant=kept, by=request.user, at=timezone.now())
        messages.success(request, _("The link no longer works."))
        return redirect(self.to("report-readers"))


@method_decorator(never_cache, name="dispatch")
class ReportLink(TemplateView):
    """What a reader's link opens. The report comes by the button, so that each reading is a person's."""

    template_name = "quality/report_link.html"

    def dispatch(self, request, *args, secret, **kwargs):
        self.grant = reports.granted(secret=secret, at=timezone.now())
        if self.grant is None:
            return render(request, "quality/invitation_ended.html", {"said": ENDED}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(grant=self.grant, report=self.grant.report, **kwargs)

    def post(self, request):
        report, form = reports.read(grant=self.grant, at=timezone.now()), request.POST.get("form")
        if form in FILES:
            return saved(report, form=form)
        context = content(report) | {"is_untouched": reports.is_untouched(report), "forms": list(FILES)}
        return render(request, "quality/report_read.html", context)
