"""Frozen reports: the list, freezing, one report beside today's numbers, its files."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from quality import dashboards, indicators
from quality.actions import reports
from quality.forms.indicators import ReportForm
from quality.models import Report
from quality.views import figures
from quality.views.panel import blame
from registry.access import Permission
from registry.errors import Invalid
from registry.spreadsheets import csv_bytes
from registry.web import StaffView

PAGE = 50


class ReportList(StaffView, TemplateView):
    permission = Permission.REVIEW_READ
    template_name = "quality/report_list.html"

    def get_context_data(self, **kwargs):
        house = self.institution.code.lower()
        rows = self.institution.reports.select_related("made_by").defer("content").order_by("-made_at", "-pk")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        may_make = Permission.REPORT_MAKE in self.permissions
        return super().get_context_data(
            page=page,
            rows=[{"report": one, "url": reverse("report-detail", args=[house, one.uid])} for one in page],
            new_url=reverse("report-new", args=[house]) if may_make else "",
            dashboard_url=reverse("dashboard", args=[house]),
            **kwargs,
        )


class ReportNew(StaffView, FormView):
    permission = Permission.REPORT_MAKE
    form_class = ReportForm
    template_name = "quality/feedback_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "years": dashboards.years(timezone.localdate())}

    def form_valid(self, form):
        try:
            report = reports.freeze(
                institution=self.institution, **form.cleaned_data, by=self.request.user, at=timezone.now()
            )
        except Invalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The report has been frozen."))
        return redirect("report-detail", self.institution.code.lower(), report.uid)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Freeze a report"),
            lead=_(
                "The figures of the dashboard are kept as they stand now. A frozen report is never changed."
            ),
            submit=_("Freeze the report"),
            back=reverse("report-list", args=[self.institution.code.lower()]),
            back_label=_("Frozen reports"),
            **kwargs,
        )


class ReportPage(StaffView):
    """Mixin: one report of the institution's."""

    permission = Permission.REVIEW_READ

    @cached_property
    def report(self) -> Report:
        return get_object_or_404(
            self.institution.reports.select_related("made_by", "institution"), uid=self.kwargs["uid"]
        )

    @property
    def told(self) -> dict:
        return self.report.content["figures"]

    def to(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), self.report.uid, *more])


class ReportDetail(ReportPage, TemplateView):
    """What was frozen, beside what the same year shows today."""

    template_name = "quality/report_detail.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        now = {
            (one["network"], one["key"]): figures.row(one)["value"]
            for one in dashboards.indicators(self.institution, year=self.told["year"], on=today)
        }
        kept, may_grant = content(self.report), Permission.REPORT_MAKE in self.permissions
        return super().get_context_data(
            **kept
            | {"rows": [one | {"now": now.get((one["network"], one["key"]), "")} for one in kept["rows"]]},
            is_untouched=reports.is_untouched(self.report),
            today=today,
            readers_url=self.to("report-readers") if may_grant else "",
            files=[{"label": form.upper(), "url": self.to("report-file", form)} for form in FILES],
            list_url=reverse("report-list", args=[self.institution.code.lower()]),
            **kwargs,
        )


class ReportFile(ReportPage, View):
    """JSON: the very bytes that were hashed; CSV: the same in the reader's language."""

    def get(self, request, uid, form):
        if form not in FILES:
            raise Http404
        return saved(self.report, form=form)


def content(report: Report) -> dict:
    """What was frozen, in words."""
    told = report.content["figures"]
    return {
        "report": report,
        "rows": [figures.row(one) for one in told["indicators"]],
        "tables": figures.tables(told["tables"]),
    }


def saved(report: Report, *, form: str) -> HttpResponse:
    """The report as a file of one of FILES."""
    make, media_type = FILES[form]
    response = HttpResponse(make(report), content_type=media_type)
    name = f"{report.institution.code.lower()}-{report.begins_on:%Y}-{report.sha256[:12]}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(report: Report) -> bytes:
    return indicators.canonical(report.content)


def _csv(report: Report) -> bytes:
    """Indicators, then the tables; a line of the hash says what the lines are of."""
    told = report.content["figures"]
    header = [
        _("Indicator"), _("Key"), _("Network"), _("Theme"), _("Value"), _("Part"), _("Out of"), _("Goal"),
        _("State"), _("Source"),
    ]  # fmt: skip
    lines = [line for one in told["indicators"] for line in _lines(one)]
    lines += [
        [table.title, table.name, "", row[0], *row[1:]]
        for table in figures.tables(told["tables"])
        for row in table.rows
    ]
    lines.append(["SHA-256", "sha256", "", "", report.sha256])
    return csv_bytes(header=header, rows=[[*line, *[""] * (len(header) - len(line))] for line in lines])


def _lines(told: dict):
    row = figures.row(told)
    for theme, one in [("", told), *((figures.theme(each["theme"]), each) for each in told["themes"])]:
        goal = one["goal"] or {"value": "", "highest": None}
        aimed = goal["value"] if goal["highest"] is None else f"{goal['value']}–{goal['highest']}"
        yield [
            row["name"], told["key"], told["network"], theme,
            _("hidden") if one["is_hidden"] else one["value"] or _("not measured"),
            one["part"], one["whole"], aimed, one["state"], row["origin"],
        ]  # fmt: skip


FILES = {"json": (_json, "application/json"), "csv": (_csv, "text/csv; charset=utf-8")}
