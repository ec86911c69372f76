"""One institution's figures against the others', whom nobody can tell from each other (P-20)."""

import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from quality import dashboards, indicator_set, measures
from quality.indicator_set import Indicator
from quality.measures import Figure, Figures
from quality.models import IndicatorValue
from registry.models import Institution

FEWEST = 5  # institutions with a value; fewer could be guessed


@dataclass(frozen=True)
class Comparison:
    """`least` … `most` are empty while fewer than five institutions have a value; `own` may be, too."""

    indicator: Indicator
    own: Figure | None
    number: int
    least: float | None = None
    lower: float | None = None
    median: float | None = None
    upper: float | None = None
    most: float | None = None

    @property
    def is_hidden(self) -> bool:
        return self.number < FEWEST


def of(institution: Institution, *, year: int, on: date) -> list[Comparison]:
    """Every compared indicator of a year; nothing names another institution."""
    compared = [one for one in indicator_set.read().values() if one.is_compared]
    houses = list(Institution.objects.order_by("pk").values_list("pk", flat=True))
    counted = measures.of(houses, year=year, on=on, wanted=[one.key for one in compared])
    kept = _recorded(year=year)
    return [
        _compare(one, {**counted.get(one.key, {}), **kept[one.key]}, own=institution.pk) for one in compared
    ]


def _compare(indicator: Indicator, figures: Figures, *, own: int) -> Comparison:
    values = sorted(float(one.value) for one in figures.values() if one.value is not None)
    mine, number = figures.get(own), len(values)
    if number < FEWEST:
        return Comparison(indicator, mine, number)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Comparison(indicator, mine, number, values[0], lower, median, upper, values[-1])


def _recorded(*, year: int) -> dict[str, Figures]:
    known, found = indicator_set.read(), defaultdict(dict)
    rows = IndicatorValue.objects.filter(institution__isnull=False, year=year, theme="")
    for row in rows:
        if row.indicator in known:
            found[row.indicator][row.institution_id] = dashboards.recorded(row, known[row.indicator])
    return found
