"""The dashboard of an institution as plain data: indicators with goals, and the tables beside them.

The page shows it, a report freezes it, the network page compares it; words are put by the page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from credentials.models import Enrolment
from quality import few, goals, indicator_set, measures
from quality.goals import Goals
from quality.indicator_set import Indicator
from quality.measures import DAY, Figure, Span
from quality.models import Finding, IndicatorTarget, IndicatorValue, ReviewCycle
from registry.models import Institution, Offering, OfferingVersion

E = Enrolment.Status
FIRST_YEAR = 2019  # of the strategy that the first goals come from
AGES = (30, 90, 180)  # days; the last group is older than all
KEPT = 60  # seconds
COUNTED, RECORDED = "counted", "recorded"


def networks(institution: Institution) -> list[str]:
    """The alliances in whose name the institution awards something that is published.

    A list of codes is stored as JSON; a code stands there as a whole word in quotes.
    """
    shown = OfferingVersion.objects.filter(shown_by__isnull=False).exclude(network="")
    mine = shown.filter(awarding_bodies__icontains=f'"{institution.code}"')
    return sorted(mine.values_list("network", flat=True).distinct())


def years(on: date) -> list[int]:
    return list(range(on.year, FIRST_YEAR - 1, -1))


def figures(institution: Institution, *, year: int, on: date, counted: dict | None = None) -> dict:
    """{"schema", "institution", "year", "on", "indicators": […], "tables": {…}}; numbers are texts."""
    counted = counted or count(institution, year=year, on=on)
    return {
        "schema": "dashboard/1",
        "institution": institution.code,
        "year": year,
        "on": on.isoformat(),
        "indicators": indicators(institution, year=year, on=on, counted=counted),
        "tables": counted["tables"],
    }


def count(institution: Institution, *, year: int, on: date) -> dict:
    """What the register counts: {"at", "own": {key: Figure}, "networks": {name: {key: Figure}}, "tables"}."""
    found = measures.of([institution.pk], year=year, on=on)
    return {
        "at": timezone.now(),
        "own": {key: of_key.get(institution.pk) for key, of_key in found.items()},
        "networks": {name: measures.of_network(name, year=year, on=on) for name in networks(institution)},
        "tables": {name: read(institution, Span(year, on)) for name, read in TABLES.items()},
    }


def lately(institution: Institution, *, year: int, on: date) -> dict:
    """The same for a page that many look at: at most a minute old. What people record is never kept so."""
    name = f"dashboard-{institution.pk}-{year}-{on.isoformat()}"
    return cache.get_or_set(name, lambda: count(institution, year=year, on=on), KEPT)


def indicators(institution: Institution, *, year: int, on: date, counted: dict | None = None) -> list[dict]:
    """Every indicator of the institution, then of its alliances what they have goals or values of."""
    counted = counted or count(institution, year=year, on=on)
    kept, known = Kept(institution, list(counted["networks"])), indicator_set.read().values()
    rows = [kept.row(one, network="", year=year, counted=counted["own"]) for one in known]
    for network, of_network in counted["networks"].items():
        rows += [
            kept.row(one, network=network, year=year, counted=of_network)
            for one in known
            if kept.knows(one.key, network=network)
        ]
    return rows


def series(institution: Institution, indicator: Indicator, *, network: str, on: date) -> list[dict]:
    """One indicator year by year: from its first goal or value to its last, and to this year."""
    kept = Kept(institution, [network] if network else [])
    known = kept.years(indicator.key, network=network) | {on.year}
    rows = []
    for year in range(max(min(known), FIRST_YEAR - 20), max(known) + 1):
        if indicator.is_counted and year <= on.year:
            counted = _counted(institution, indicator, network=network, year=year, on=on)
        else:
            counted = {}
        rows.append({"year": year, **kept.row(indicator, network=network, year=year, counted=counted)})
    return rows


def _counted(institution, indicator: Indicator, *, network: str, year: int, on: date) -> dict:
    if network:
        return measures.of_network(network, year=year, on=on)
    found = measures.of([institution.pk], year=year, on=on, wanted=[indicator.key])
    return {key: each.get(institution.pk) for key, each in found.items()}


class Kept:
    """What people have recorded and aimed at: values and goals of an institution and of alliances."""

    def __init__(self, institution: Institution, names: list[str]):
        self.networks = names
        mine = Q(institution=institution) | Q(institution=None, network__in=names)
        self._values: dict[tuple, dict[str, IndicatorValue]] = defaultdict(dict)
        for value in IndicatorValue.objects.filter(mine).order_by("theme", "pk"):
            self._values[value.network, value.indicator, value.year][value.theme] = value
        self._targets: dict[tuple, list[IndicatorTarget]] = defaultdict(list)
        for target in IndicatorTarget.objects.filter(mine).order_by("year", "pk"):
            self._targets[target.network, target.indicator].append(target)

    def knows(self, key: str, *, network: str) -> bool:
        return bool(self.years(key, network=network))

    def years(self, key: str, *, network: str) -> set[int]:
        of_values = {year for name, indicator, year in self._values if (name, indicator) == (network, key)}
        return of_values | {one.year for one in self._targets.get((network, key), [])}

    def row(self, indicator: Indicator, *, network: str, year: int, counted: dict) -> dict:
        """One indicator in one year. What somebody recorded goes before what is counted; both show."""
        values = self._values.get((network, indicator.key, year), {})
        aims = goals.read(self._targets.get((network, indicator.key), []), indicator=indicator)
        own, found = values.get(""), counted.get(indicator.key)
        if own is None and values:
            figure, origin = _sum(values.values(), indicator), RECORDED
        elif own is not None:
            figure, origin = recorded(own, indicator), RECORDED
        else:
            figure, origin = found or Figure(), COUNTED if found else ""
        whole = aims.get("", Goals())
        themes = sorted({theme for theme in (*values, *aims) if theme})
        return {
            "key": indicator.key,
            "network": network,
            "origin": origin,
            "source": own.source if own else next((one.source for one in values.values()), ""),
            "counted": _text(found.value, indicator) if found and origin == RECORDED else None,
            "baseline": _goal(whole.baseline, indicator),
            **_against(figure, whole.of(year), indicator),
            "themes": [
                {
                    "theme": theme,
                    **_against(
                        recorded(values[theme], indicator) if theme in values else Figure(),
                        aims.get(theme, Goals()).of(year),
                        indicator,
                    ),
                }
                for theme in themes
            ],
        }


def recorded(row: IndicatorValue, indicator: Indicator) -> Figure:
    """A value with its whole: of a share the percent, of a part the part; of few people nothing."""
    people = row.whole if indicator.is_share else row.value
    if indicator.is_of_people and people is not None and few.is_few(people):
        return Figure(is_hidden=True)
    if not row.whole:
        return Figure(row.value)
    value = 100 * row.value / row.whole if indicator.unit == "percent" else row.value
    return Figure(value, part=int(row.value), whole=int(row.whole))


def _sum(values: Iterable[IndicatorValue], indicator: Indicator) -> Figure:
    """What themes come to together: shares and grades to nothing."""
    if indicator.is_mean:
        return Figure()
    total = sum((one.value for one in values), Decimal(0))
    return Figure(is_hidden=True) if indicator.is_of_people and few.is_few(total) else Figure(total)


def _against(figure: Figure, goal: goals.Goal | None, indicator: Indicator) -> dict:
    return {
        "value": _text(figure.value, indicator),
        "part": figure.part,
        "whole": figure.whole,
        "is_hidden": figure.is_hidden,
        "goal": _goal(goal, indicator),
        "state": goals.state(figure.value, goal, indicator=indicator),
    }


def _goal(goal: goals.Goal | None, indicator: Indicator) -> dict | None:
    if goal is None:
        return None
    said = {
        name: _text(value, indicator) if isinstance(value, Decimal) else value
        for name, value in asdict(goal).items()
    }
    return said | {"percent": None if goal.percent is None else _plain(goal.percent)}


def _text(value: Decimal | None, indicator: Indicator) -> str | None:
    return None if value is None else str(value.quantize(indicator.step, rounding=ROUND_HALF_UP))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


# The tables


def forms(institution: Institution, span: Span) -> list[dict]:
    """I-09: published offerings, learners and completed credits by form of education."""
    offerings = institution.offerings.published().values(form=F("published__education_form")).order_by()
    people = _of_year(institution, span).values(form=F("realisation__version__education_form"))
    rows = _joined("form", offerings.annotate(offerings=Count("pk")), _volumes(people))
    return few.hide(rows, number="learners", fields=("learners", "ects"))


def all_forms() -> list[dict]:
    """I-09 of the network: offerings by form and institution, as the public catalogue has them."""
    shown = Offering.objects.published()
    rows = shown.values(house=F("institution__short_name"), form=F("published__education_form"))
    return list(rows.annotate(offerings=Count("pk")).order_by("house", "form"))


def funding(institution: Institution, span: Span) -> list[dict]:
    """I-11: offerings and places taken by source of funding; one with two sources counts in both."""
    offerings = institution.offerings.published().values(sources=F("published__funding")).order_by()
    people = _of_year(institution, span).values(sources=F("realisation__version__funding"))
    sums: dict[str, dict] = {}
    for name, rows in (
        ("offerings", offerings.annotate(n=Count("pk"))),
        ("places", people.annotate(n=Count("pk"))),
    ):
        for row in rows:
            for source in {one.get("type") or "" for one in row["sources"]} or {""}:
                entry = sums.setdefault(source, {"source": source, "offerings": 0, "places": 0})
                entry[name] += row["n"]
    rows = sorted(sums.values(), key=lambda row: (-row["offerings"], row["source"]))
    return few.hide(rows, number="places", fields=("places",))


def findings(institution: Institution, span: Span) -> list[dict]:
    """I-10: what is not verified, by how long ago it was found; nothing is known of earlier years."""
    if not span.is_now:
        return []
    # Moments, not days: what asks for the day of each row is slow on SQLite.
    edges = [span.midnight - days * DAY for days in AGES]
    conditions = {
        f"to_{AGES[0]}": Q(found_at__gte=edges[0]),
        f"to_{AGES[1]}": Q(found_at__lt=edges[0], found_at__gte=edges[1]),
        f"to_{AGES[2]}": Q(found_at__lt=edges[1], found_at__gte=edges[2]),
        "older": Q(found_at__lt=edges[2]),
    }
    grave = Q(severity__in=[Finding.Severity.CRITICAL, Finding.Severity.MAJOR])
    wanted = {name: Count("pk", filter=one) for name, one in conditions.items()}
    wanted |= {f"{name}_grave": Count("pk", filter=one & grave) for name, one in conditions.items()}
    found = institution.findings.exclude(status=Finding.Status.VERIFIED).aggregate(**wanted)
    return [{"age": name, "findings": found[name], "grave": found[f"{name}_grave"]} for name in conditions]


def rounds(institution: Institution, span: Span) -> list[dict]:
    """Open rounds by state, in the order of the round."""
    if not span.is_now:
        return []
    rows = ReviewCycle.objects.filter(offering__institution=institution, status__in=ReviewCycle.OPEN)
    found = dict(rows.values_list("status").order_by().annotate(n=Count("pk")))
    return [{"status": one.value, "rounds": found[one]} for one in ReviewCycle.Status if one in found]


TABLES = {"forms": forms, "funding": funding, "findings": findings, "rounds": rounds}


def _of_year(institution: Institution, span: Span) -> QuerySet:
    return institution.enrolments.filter(
        status__in=[E.ENROLLED, E.COMPLETED], realisation__starts_on__range=(span.begins, span.ends)
    ).order_by()


def _volumes(rows: QuerySet) -> QuerySet:
    completed = Sum("realisation__version__ects", filter=Q(status=E.COMPLETED))
    return rows.annotate(learners=Count("learner", distinct=True), ects=completed)


def _joined(name: str, *lists: Iterable[dict]) -> list[dict]:
    """Rows of the same key in one; what a list does not tell is 0."""
    found: dict[str, dict] = {}
    for row in (row for rows in lists for row in rows):
        empty = {name: row[name], "offerings": 0, "learners": 0, "ects": "0"}
        entry = found.setdefault(row[name], empty)
        entry |= {key: _plain(value) if key == "ects" else value for key, value in row.items() if value}
    return [found[key] for key in sorted(found)]
