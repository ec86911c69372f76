"""What is of the institution as a whole: its audits by area, and the figures kept of its offerings."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quality import areas
from quality.bundled.period import Period, coded, day
from quality.exports.facts import Cell, Coded, Column, Table
from quality.models import Audit, IndicatorTarget, Rating, Snapshot, Survey
from registry.models import Institution

GRADES = {grade.name.lower(): grade.label for grade in Rating.Grade}
DAYS = ("agreed_on", "self_assessed_on", "visited_on", "decided_on", "follow_up_on")


def tables(house: Institution, *, period: Period) -> Iterator[Table]:
    yield _audit_table(house, period=period)
    yield _check_table(house, period=period)
    yield _indicator_table(house, period=period)


# Audits


def _audit_table(house: Institution, *, period: Period) -> Table:
    """A line for each area. An external audit of earlier years belongs here while it is valid."""
    wanted = Q(year__range=period.years) | Q(
        decided_on__lte=period.ends_on, valid_until__gte=period.begins_on
    )
    for name in DAYS:
        wanted |= Q(**{f"{name}__range": period.days})
    found = (
        house.audits.filter(wanted)
        .annotate(
            given=Count("findings", distinct=True),
            unverified=Count("findings", filter=~Q(findings__status="verified"), distinct=True),
        )
        .prefetch_related("areas")
        .order_by("year", "pk")
    )
    named = {code: name.get(get_language(), code) for code, name in areas.names().items()}

    def rows(audit: Audit) -> Iterator[tuple[Cell, ...]]:
        for one in sorted(audit.areas.all(), key=lambda area: area.pk):
            yield (
                str(audit.uid), audit.year, coded(audit.kind, Audit.Kind.choices), audit.body, audit.cycle,
                coded(audit.status, Audit.Status.choices), coded(one.area, named), one.unit,
                _("As an area of its own") if one.is_independent else _("Inside another area"),
                coded(one.result, GRADES), audit.agreed_on, audit.self_assessed_on, audit.visited_on,
                audit.decided_on, audit.valid_until, audit.follow_up_on, audit.report_url,
                audit.given, audit.unverified,
            )  # fmt: skip

    return Table(
        key="audits",
        title=_("Audits"),
        about=_(
            "Audits planned, going on or decided in the period, and those whose decision was valid in it."
        ),
        columns=(
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
        ),
        rows=tuple(row for audit in found for row in rows(audit)),
    )


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
    is_few = 0 < figures["participants"] < Survey.SHOWN_FROM
    yield figures["runs"]
    for name in ("participants", "completed", "completion_percent"):
        yield _hidden() if is_few else figures[name]
    for name in ("feedback", "employers", "career"):
        mean = figures[name]
        yield _hidden() if mean["hidden"] else f"{mean['mean']} / {mean['scale']}" if mean["mean"] else ""
        yield mean["n"]
    yield from (figures["complaints"], figures["upheld_complaints"])


def _hidden() -> Coded:
    return Coded("hidden", _("hidden: fewer than %(number)s") % {"number": Survey.SHOWN_FROM})


def _indicator_table(house: Institution, *, period: Period) -> Table:
    """What was typed in with its source, and the goals."""
    return Table(
        key="indicators",
        title=_("Indicators"),
        about=_("The values and the goals recorded for the years of the period, each with its source."),
        columns=(
            Column("kind", _("Kind"), width=3),
            Column("indicator", _("Indicator"), width=4),
            Column("theme", _("Theme"), width=3),
            Column("year", _("Year"), width=2),
            Column("value", _("Value"), width=2),
            Column("highest", _("Highest value"), width=2),
            Column("note", _("Note"), width=4),
            Column("source", _("Source"), width=8),
        ),
        rows=(*_values(house, period=period), *_goals(house, period=period)),
    )


def _values(house: Institution, *, period: Period) -> Iterator[tuple[Cell, ...]]:
    kind = Coded("recorded", _("Recorded value"))
    found = house.indicator_values.filter(year__range=period.years)
    for one in found.order_by("year", "indicator", "theme", "pk"):
        yield kind, one.indicator, one.theme, one.year, _number(one.value), "", "", one.source


def _goals(house: Institution, *, period: Period) -> Iterator[tuple[Cell, ...]]:
    found = house.indicator_targets.filter(year__range=period.years)
    for one in found.order_by("year", "indicator", "theme", "pk"):
        kind = coded(one.kind, IndicatorTarget.Kind.choices)
        note = _("Percent of the baseline") if one.is_percent else ""
        yield (
            kind, one.indicator, one.theme, one.year, _number(one.value), _number(one.highest), note,
            one.source,
        )  # fmt: skip


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
