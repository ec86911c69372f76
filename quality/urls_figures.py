"""Addresses of queues, dashboards, indicators, comparisons and frozen reports."""

from django.urls import path

from quality.views import dashboards, indicators, report_readers, reports, worklist

HOUSE = "staff/<str:institution>/"

figures = [
    path(f"{HOUSE}queue/", worklist.Worklist.as_view(), name="worklist"),
    path(f"{HOUSE}dashboard/", dashboards.Dashboard.as_view(), name="dashboard"),
    path(
        f"{HOUSE}dashboard/charts/<slug:name>.svg",
        dashboards.DashboardChart.as_view(),
        name="dashboard-chart",
    ),
    path(f"{HOUSE}dashboard/network/", dashboards.NetworkComparison.as_view(), name="network-comparison"),
    path(
        "partner/<str:institution>/comparison/",
        dashboards.PartnerComparison.as_view(),
        name="partner-comparison",
    ),
    path(f"{HOUSE}indicators/record/", indicators.IndicatorRecord.as_view(), name="indicator-record"),
    path(f"{HOUSE}indicators/aim/", indicators.IndicatorAim.as_view(), name="indicator-aim"),
    path(f"{HOUSE}indicators/forget/", indicators.IndicatorForget.as_view(), name="indicator-forget"),
    path(f"{HOUSE}indicators/<slug:key>/", dashboards.IndicatorDetail.as_view(), name="indicator-detail"),
    path(
        f"{HOUSE}indicators/<slug:key>/chart.svg", dashboards.IndicatorChart.as_view(), name="indicator-chart"
    ),
    path(f"{HOUSE}reports/", reports.ReportList.as_view(), name="report-list"),
    path(f"{HOUSE}reports/new/", reports.ReportNew.as_view(), name="report-new"),
    path(f"{HOUSE}reports/<uuid:uid>/", reports.ReportDetail.as_view(), name="report-detail"),
    path(f"{HOUSE}reports/<uuid:uid>/report.<slug:form>", reports.ReportFile.as_view(), name="report-file"),
    path(
        f"{HOUSE}reports/<uuid:uid>/readers/", report_readers.ReportReaders.as_view(), name="report-readers"
    ),
    path(
        f"{HOUSE}reports/<uuid:uid>/readers/<uuid:grant>/withdraw/",
        report_readers.ReportGrantWithdraw.as_view(),
        name="report-grant-withdraw",
    ),
    path("report/<str:secret>/", report_readers.ReportLink.as_view(), name="report-link"),
]
