"""The dashboard of an institution, its charts, one indicator through the years, the network beside it."""

from datetime import date

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from quality import charts, dashboards, indicator_set, quartiles
from quality.measures import Span
from quality.quartiles import Comparison
from quality.views import figures
from registry.access import Permission
from registry.web import StaffView

# An image runs no script and loads nothing; its own style is inside it.
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class YearPage(StaffView):
    """Mixin: a page of one year's figures, the present one where none is asked for."""

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("year", "")
        known = {str(year): year for year in [*dashboards.years(self.today), self.today.year + 1]}
        return known.get(asked, self.today.year)

    @property
    def is_to_come(self) -> bool:
        return self.year > self.today.year

    def url(self, name: str, *more) -> str:
        return reverse(name, args=[self.institution.code.lower(), *more])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            year=self.year,
            years=[self.today.year + 1, *dashboards.years(self.today)],
            is_to_come=self.is_to_come,
            today=self.today,
            home_url=self.url("staff-home"),
            **kwargs,
        )


class Dashboard(YearPage, TemplateView):
    """Indicators against their goals, and the tables with their charts."""

    permission = Permission.REVIEW_READ
    template_name = "quality/dashboard.html"

    def get_context_data(self, **kwargs):
        told, counted = {"indicators": [], "tables": {}}, {"at": None}
        if not self.is_to_come:
            when = {"year": self.year, "on": self.today}
            counted = dashboards.lately(self.institution, **when)
            told = dashboards.figures(self.institution, **when, counted=counted)
        rows = [self._linked(figures.row(one)) for one in told["indicators"]]
        networks = list(dict.fromkeys(row["network"] for row in rows if row["network"]))
        return super().get_context_data(
            groups=[
                {"network": network, "rows": [row for row in rows if row["network"] == network]}
                for network in ["", *networks]
            ],
            tables=[{"table": one, "chart": self._chart(one)} for one in figures.tables(told["tables"])],
            counted_at=counted["at"],
            places=self._places(),
            **kwargs,
        )

    def _linked(self, row: dict) -> dict:
        query = f"?network={row['network']}" if row["network"] else ""
        return row | {"url": self.url("indicator-detail", row["key"]) + query}

    def _chart(self, table: figures.Table) -> str:
        return self.url("dashboard-chart", table.name) + f"?year={self.year}"

    def _places(self) -> list[dict]:
        found = [
            ("indicator-record", _("Record a value"), Permission.INDICATOR_WRITE),
            ("indicator-aim", _("Set a goal"), Permission.INDICATOR_WRITE),
            ("network-comparison", _("Compare with the network"), Permission.REPORT_MAKE),
            ("report-list", _("Frozen reports"), Permission.REVIEW_READ),
        ]
        return [
            {"label": label, "url": self.url(name)}
            for name, label, needed in found
            if needed in self.permissions
        ]


class DashboardChart(YearPage, View):
    """The chart of one table of the dashboard."""

    permission = Permission.REVIEW_READ

    def get(self, request, name):
        if name not in dashboards.TABLES:
            raise Http404
        told = dashboards.TABLES[name](self.institution, Span(self.year, self.today))
        [table] = figures.tables({name: told})
        if name == "funding":
            parts = {row[0]: float(row[1]) for row in table.rows}
            return image(charts.pie(title=table.title, parts=parts, none=_("No data")))
        series = {head: table.numbers(place) for place, head in enumerate(table.heads[1:], 1)}
        return image(charts.bars(title=table.title, labels=[row[0] for row in table.rows], series=series,
                                 none=_("No data")))  # fmt: skip


class IndicatorPage(YearPage):
    """Mixin: one indicator of the institution, or of an alliance of its (`?network=`), year by year."""

    permission = Permission.REVIEW_READ

    @cached_property
    def indicator(self) -> indicator_set.Indicator:
        found = indicator_set.read().get(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def network(self) -> str:
        asked = self.request.GET.get("network", "")
        if asked and asked not in dashboards.networks(self.institution):
            raise Http404
        return asked

    @cached_property
    def rows(self) -> list[dict]:
        told = dashboards.series(self.institution, self.indicator, network=self.network, on=self.today)
        return [
            {
                "year": one["year"],
                **figures.row(one),
                "told": one,
                "can_forget": one["origin"] == dashboards.RECORDED and not one["themes"],
            }
            for one in told
        ]

    @property
    def title(self) -> str:
        own = figures.name(self.indicator)
        return f"{own}: {self.network}" if self.network else own


class IndicatorDetail(IndicatorPage, TemplateView):
    template_name = "quality/indicator_detail.html"

    def get_context_data(self, **kwargs):
        query = f"?network={self.network}" if self.network else ""
        may_write = Permission.INDICATOR_WRITE in self.permissions
        also = f"?indicator={self.indicator.key}" + (f"&network={self.network}" if self.network else "")
        return super().get_context_data(
            title=self.title,
            indicator=self.indicator,
            definition=self.rows[-1]["definition"],
            rows=self.rows,
            baseline=next((row["baseline"] for row in self.rows if row["baseline"]), {}),
            network=self.network,
            chart_url=self.url("indicator-chart", self.indicator.key) + query,
            record_url=self.url("indicator-record") + also if may_write else "",
            aim_url=self.url("indicator-aim") + also if may_write else "",
            forget_url=self.url("indicator-forget") if may_write else "",
            dashboard_url=self.url("dashboard"),
            **kwargs,
        )


class IndicatorChart(IndicatorPage, View):
    """Goals and what came of them, year by year."""

    def get(self, request, key):
        goals = {row["year"]: row["told"]["goal"] for row in self.rows}
        baseline = next((row["told"]["baseline"] for row in self.rows if row["told"]["baseline"]), None)
        aimed = [
            float(goal["value"]) if goal and goal["year"] == year else None for year, goal in goals.items()
        ]
        if baseline and baseline["year"] in goals:
            place = list(goals).index(baseline["year"])
            aimed[place] = aimed[place] or float(baseline["value"])
        values = [row["told"]["value"] for row in self.rows]
        return image(
            charts.bars(
                title=self.title,
                labels=[str(year) for year in goals],
                series={_("Goal"): aimed, _("Actual"): [one and float(one) for one in values]},
                none=_("No data"),
            )
        )


class NetworkComparison(YearPage, TemplateView):
    """Own figures against anonymous quartiles (P-20); offerings by form as the public catalogue has them."""

    permission = Permission.REPORT_MAKE
    template_name = "quality/network_comparison.html"

    def get_context_data(self, **kwargs):
        compared = [] if self.is_to_come else quartiles.of(self.institution, year=self.year, on=self.today)
        return super().get_context_data(
            rows=[_compared(one) for one in compared],
            forms=figures.cross_table(dashboards.all_forms()),
            dashboard_url=self.url("dashboard"),
            **kwargs,
        )


class PartnerComparison(YearPage, TemplateView):
    """What a partner reader sees: the own bar and the range, no more (P-20)."""

    permission = Permission.PARTNER_READ
    template_name = "quality/partner_comparison.html"

    def get_context_data(self, **kwargs):
        compared = [] if self.is_to_come else quartiles.of(self.institution, year=self.year, on=self.today)
        return super().get_context_data(
            rows=[_range(one) for one in compared],
            partner_url=self.url("partner-home"),
            **kwargs,
        )


def image(svg: bytes) -> HttpResponse:
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Security-Policy"] = IMAGE_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _range(one: Comparison) -> dict:
    """The own value, and between which values all lie; the numbers of the bar are never localised."""
    own = one.own.value if one.own else None
    hidden = one.own is not None and one.own.is_hidden
    row = {
        "name": figures.name(one.indicator),
        "own": figures.value({"value": None if own is None else str(own), "is_hidden": hidden, "part": None,
                              "whole": None}, one.indicator),
        "is_hidden": one.is_hidden,
    }  # fmt: skip
    if one.is_hidden:
        return row
    bar = {"least": f"{one.least:f}", "most": f"{one.most:f}", "own": f"{own:f}" if own is not None else ""}
    return row | {
        "least": figures.number(one.least, one.indicator),
        "most": figures.number(one.most, one.indicator),
        "bar": bar if bar["own"] and one.least < one.most else {},
    }


def _compared(one: Comparison) -> dict:
    row = _range(one) | {"number": one.number}
    if one.is_hidden:
        return row
    quarters = {name: getattr(one, name) for name in ("lower", "median", "upper")}
    return row | {name: figures.number(value, one.indicator) for name, value in quarters.items()}
