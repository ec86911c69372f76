"""What is of the institution as a whole: its audits by area, and the figures kept of its offerings."""

from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from quality import areas, dashboards, few, goals, indicator_set
from quality.bundled.period import Period, coded, day
from quality.exports.facts import Cell, Coded, Column, Table
from quality.models import Audit, AuditedArea, Rating, Snapshot
from registry.models import Institution

GRADES = {grade.name.lower(): grade.label for grade in Rating.Grade}
ORIGINS = {
    dashboards.COUNTED: gettext_lazy("Counted by the registry"),
    dashboards.RECORDED: gettext_lazy("Recorded"),
}
AGAINST = {goals.MET: gettext_lazy("Goal reached"), goals.BELOW: gettext_lazy("Below the goal")}
DAYS = ("agreed_on", "self_assessed_on", "visited_on", "decided_on", "follow_up_on")


def tables(house: Institution, *, period: Period) -> Iterator[Table]:
    yield _audit_table(house, period=period)
    yield _check_table(house, period=period)
    yield _indicator_table(house, period=period)


# Audits


def _audit_table(house: Institution, *, period: Period) -> Table:
    """A line for each area."""
    named = {code: name.get(get_language(), code) for code, name in areas.names().items()}
    return Table(
        key="audits",
        title=_("Audits"),
        about=_(
            "Audits planned, going on or decided in the period, and those whose decision was valid in it."
        ),
        columns=_audit_columns(),
        rows=tuple(
            _audited(area, audit=audit, named=named)
            for audit in _audits(house, period=period)
            for area in sorted(audit.areas.all(), key=lambda area: area.pk)
        ),
    )


def _audits(house: Institution, *, period: Period) -> QuerySet[Audit]:
    """Of the period by year or day; an earlier external one belongs here while it is valid."""
    wanted = Q(year__range=period.years)
    wanted |= Q(decided_on__lte=period.ends_on, valid_until__gte=period.begins_on)
    for name in DAYS:
        wanted |= Q(**{f"{name}__range": period.days})
    unverified = ~Q(findings__status="verified")
    found = house.audits.filter(wanted).annotate(
        given=Count("findings", distinct=True),
        unverified=Count("findings", filter=unverified, distinct=True),
    )
    return found.prefetch_related("areas").order_by("year", "pk")


def _audit_columns() -> tuple[Column, ...]:
    return (
        Column("id", _("Identifier")),
        Column("year", _("Year"), width=2),
        Column("kind", _("Kind"), width=4),
        Column("body", _("Who audits"), width=4),
        Column("cycle", _("Audit cycle")),
        Column("status", _("State"), width=2),
        Column("area", _("Area"), width=6),
        Column("unit", _("Unit")),
        Column("scope", _("How it was audited"), width=4),
        Column("result", _("Result"), width=3),
        Column("agreed_on", _("Agreement")),
        Column("self_assessed_on", _("Self-assessment")),
        Column("visited_on", _("Visit")),
        Column("decided_on", _("Decision"), width=3),
        Column("valid_until", _("Valid until"), width=3),
        Column("follow_up_on", _("Follow-up report")),
        Column("report_url", _("Report")),
        Column("recommendations", _("Recommendations"), width=2),
        Column("open_recommendations", _("Open recommendations"), width=2),
    )


def _audited(area: AuditedArea, *, audit: Audit, named: dict[str, str]) -> tuple[Cell, ...]:
    """One area of one audit, by the columns."""
    return (
        str(audit.uid), audit.year, coded(audit.kind, Audit.Kind), audit.body, audit.cycle,
        coded(audit.status, Audit.Status), coded(area.area, named), area.unit,
        _("As an area of its own") if area.is_independent else _("Inside another area"),
        coded(area.result, GRADES), audit.agreed_on, audit.self_assessed_on, audit.visited_on,
        audit.decided_on, audit.valid_until, audit.follow_up_on, audit.report_url,
        audit.given, audit.unverified,
    )  # fmt: skip


# Indicators


def _check_table(house: Institution, *, period: Period) -> Table:
    """The figures of an offering as they were kept when its Check opened."""
    found = Snapshot.objects.filter(
        cycle__offering__institution=house, taken_at__gte=period.start, taken_at__lt=period.end
    )
    return Table(
        key="checks",
        title=_("Figures of the Checks"),
        about=_(
            "The figures of an offering as they were kept when its Check opened. Of fewer than five people or"
            " answers they are hidden."
        ),
        columns=(
            Column("offering", _("Offering"), width=4),
            Column("round", _("Round"), width=2),
            Column("taken_on", _("Date"), width=3),
            Column("runs", _("Realisations that have ended"), width=3),
            Column("participants", _("Participants"), width=3),
            Column("completed", _("Completed"), width=3),
            Column("completion_percent", _("Completed, percent"), width=3),
            Column("feedback", _("Learners' feedback"), width=3),
            Column("feedback_answers", _("Answers of learners"), width=2),
            Column("employers", _("Employers' feedback"), width=3),
            Column("employers_answers", _("Answers of employers"), width=2),
            Column("career", _("Impact on work"), width=3),
            Column("career_answers", _("Answers on the impact"), width=2),
            Column("complaints", _("Complaints"), width=3),
            Column("upheld_complaints", _("Complaints upheld"), width=3),
            Column("sha256", _("Fingerprint (SHA-256)")),
        ),
        rows=tuple(
            (
                one.cycle.offering.code, one.cycle.number, day(one.taken_at), *_figures(one.figures),
                one.sha256,
            )
            for one in found.select_related("cycle__offering").order_by("taken_at", "pk")
        ),
    )  # fmt: skip


def _figures(figures: dict) -> Iterator[Cell]:
    """Numbers of fewer than five people are hidden, which is not the same as none (rule 15)."""
    is_few = few.is_few(figures["participants"])
    yield figures["runs"]
    for name in ("participants", "completed", "completion_percent"):
        yield _hidden() if is_few else figures[name]
    for name in ("feedback", "employers", "career"):
        mean = figures[name]
        yield _hidden() if mean["hidden"] else f"{mean['mean']} / {mean['scale']}" if mean["mean"] else ""
        yield mean["n"]
    yield from (figures["complaints"], figures["upheld_complaints"])


def _hidden() -> Coded:
    return Coded("hidden", few.words())


def _indicator_table(house: Institution, *, period: Period) -> Table:
    """What the dashboard shows of each year that the period touches; a theme has a line of its own."""
    first, last = period.years
    rows = [
        cells
        for year in range(first, last + 1)
        for one in dashboards.indicators(house, year=year, on=period.made_on)
        for cells in _indicator(one, year=year)
    ]
    return Table(
        key="indicators",
        title=_("Indicators"),
        about=_(
            "The indicators of each calendar year that the period touches, with their goals. Recorded values"
            " have a source; the others are counted by the registry."
        ),
        columns=(
            Column("year", _("Year"), width=2),
            Column("id", _("Identifier"), width=2),
            Column("indicator", _("Indicator"), width=6),
            Column("network", _("Alliance"), width=2),
            Column("theme", _("Theme"), width=4),
            Column("value", _("Value"), width=3),
            Column("out_of", _("Out of"), width=2),
            Column("origin", _("Where the value comes from"), width=3),
            Column("goal", _("Goal"), width=3),
            Column("state", _("Against the goal"), width=3),
            Column("baseline", _("Baseline"), width=2),
            Column("source", _("Source"), width=5),
        ),
        rows=tuple(rows),
    )


def _indicator(found: dict, *, year: int) -> Iterator[tuple[Cell, ...]]:
    """One indicator of one year as the dashboard has it (quality.dashboards.Kept.row)."""
    known = indicator_set.read()[found["key"]]
    for one in ({"theme": "", **found}, *found["themes"]):
        is_whole = not one["theme"]
        value = _hidden() if one["is_hidden"] else one["value"] or Coded("", _("not measured"))
        yield (
            year, known.id, Coded(known.key, known.name[get_language()]), found["network"],
            _theme(one["theme"]), value, one["whole"], coded(found["origin"], ORIGINS), _goal(one["goal"]),
            coded(one["state"], AGAINST), _goal(found["baseline"]) if is_whole else "", found["source"],
        )  # fmt: skip


def _goal(goal: dict | None) -> str:
    if goal is None:
        return ""
    return f"{goal['value']}–{goal['highest']}" if goal["highest"] else str(goal["value"])


def _theme(code: str) -> Coded | str:
    name = indicator_set.themes().get(code)
    return Coded(code, name[get_language()]) if name else code
