"""Goals of indicators: baseline, interim goals and the last one, ranges, percents of the baseline, themes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from quality.indicator_set import Indicator
from quality.models import IndicatorTarget

Kind = IndicatorTarget.Kind
MET, BELOW = "met", "below"


@dataclass(frozen=True)
class Goal:
    """What a year asks for. A range has `highest` too; `percent` is what was said of the baseline."""

    year: int
    kind: str
    value: Decimal
    highest: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class Goals:
    """Of one indicator and theme, by year."""

    baseline: Goal | None = None
    rising: tuple[Goal, ...] = ()

    def of(self, year: int) -> Goal | None:
        """The goal that rules in a year: its own, else the last one before it."""
        return max((one for one in self.rising if one.year <= year), key=lambda one: one.year, default=None)


def read(targets: Iterable[IndicatorTarget], *, indicator: Indicator) -> dict[str, Goals]:
    """The goals of one indicator by theme; "" is the whole."""
    by_theme: dict[str, list[IndicatorTarget]] = defaultdict(list)
    for one in targets:
        by_theme[one.theme].append(one)
    return {theme: _goals(rows, indicator=indicator) for theme, rows in by_theme.items()}


def state(value: Decimal | None, goal: Goal | None, *, indicator: Indicator) -> str:
    """MET, BELOW, or nothing where there is no value or no goal. A range is met from its lower end on."""
    if value is None or goal is None:
        return ""
    if indicator.is_falling:
        return MET if value <= (goal.highest or goal.value) else BELOW
    return MET if value >= goal.value else BELOW


def shares(value: Decimal, *, among: int) -> list[Decimal]:
    """A goal split evenly: 45 among three themes is 15, 15 and 15; the last one takes what is left over."""
    even = (value / among).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return [even] * (among - 1) + [value - even * (among - 1)]


def _goals(rows: list[IndicatorTarget], *, indicator: Indicator) -> Goals:
    start = next((one for one in rows if one.kind == Kind.BASELINE), None)
    baseline = start and Goal(start.year, start.kind, start.value)
    rising = sorted((one for one in rows if one.kind != Kind.BASELINE), key=lambda one: one.year)
    goals = (_goal(one, baseline=baseline, step=indicator.step) for one in rising)
    return Goals(baseline, tuple(one for one in goals if one is not None))


def _goal(row: IndicatorTarget, *, baseline: Goal | None, step: Decimal) -> Goal | None:
    """A percent of a baseline that nobody has given is no goal yet."""
    if not row.is_percent:
        return Goal(row.year, row.kind, row.value, row.highest)
    if baseline is None:
        return None

    def grown(percent: Decimal) -> Decimal:
        return (baseline.value * (1 + percent / 100)).quantize(step, rounding=ROUND_HALF_UP)

    highest = None if row.highest is None else grown(row.highest)
    return Goal(row.year, row.kind, grown(row.value), highest, percent=row.value)
