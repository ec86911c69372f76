"""Goals: ranges, percents of the baseline, themes, and the goal that rules in a year (I-04 … I-07)."""

from decimal import Decimal

import pytest

from quality import goals, indicator_set
from quality.goals import Goal, Goals
from quality.models import IndicatorTarget

D = Decimal


def target(year: int, value, kind="interim", **more) -> IndicatorTarget:
    return IndicatorTarget(year=year, value=D(value), kind=kind, **more)


def read(*targets, key="offering_count") -> Goals:
    return goals.read(targets, indicator=indicator_set.read()[key])[""]


def state(value, goal, key="offering_count") -> str:
    return goals.state(D(value), goal, indicator=indicator_set.read()[key])


def test_baseline_and_goals_stand_apart():
    """I-04: 16 → 22 → 30."""
    found = read(target(2019, 16, "baseline"), target(2024, 30, "final"), target(2022, 22))

    assert found == Goals(
        baseline=Goal(2019, "baseline", D(16)),
        rising=(Goal(2022, "interim", D(22)), Goal(2024, "final", D(30))),
    )


@pytest.mark.parametrize(
    ("year", "value", "told"), [(2021, 1, ""), (2022, 20, "below"), (2023, 22, "met"), (2024, 29, "below")]
)
def test_year_without_a_goal_goes_by_the_last_one_before(year, value, told):
    """I-04: red if below the interim goal."""
    found = read(target(2019, 16, "baseline"), target(2022, 22), target(2024, 30, "final"))

    assert state(value, found.of(year)) == told


@pytest.mark.parametrize(("value", "told"), [("6.9", "below"), ("7.4", "met"), ("8.5", "met")])
def test_range_is_reached_from_its_lower_end_on(value, told):
    """I-05: 7.4 of 7–8 million euros is reached."""
    goal = read(target(2022, 7, highest=D(8)), key="external_rd_funding_meur").of(2022)

    assert state(value, goal, key="external_rd_funding_meur") == told


def test_goal_in_percent_grows_from_the_baseline():
    """I-07: 1 870 and 33 % more are 2 487."""
    found = read(target(2025, 1870, "baseline"), target(2026, 33, is_percent=True), key="learners")

    assert found.of(2026) == Goal(2026, "interim", D(2487), percent=D(33))


def test_percent_without_a_baseline_is_no_goal():
    assert read(target(2026, 33, is_percent=True)).of(2026) is None


def test_goal_is_shared_evenly_among_themes():
    """I-06: 45 splits 15, 15, 15; nothing is lost of what does not split."""
    assert goals.shares(D(45), among=3) == [D(15), D(15), D(15)]
    assert sum(goals.shares(D(100), among=3)) == D(100)


@pytest.mark.parametrize(("days", "told"), [(80, "met"), (91, "below")])
def test_less_is_better_where_the_indicator_says_so(days, told):
    """I-10: lead time."""
    assert state(days, Goal(2026, "final", D(90)), key="lead_time") == told


def test_no_value_has_no_state():
    goal = Goal(2026, "final", D(1))

    assert goals.state(None, goal, indicator=indicator_set.read()["partners"]) == ""


def test_every_indicator_of_the_specification_has_its_row():
    """I-01 … I-12; I-09 and I-11's funding are tables of the dashboard."""
    found = {one.id for one in indicator_set.read().values()}

    assert found == {f"I-{number:02}" for number in range(1, 13)} - {"I-09"}
    assert all(
        set(one.name) == set(one.definition) == {"fi", "sv", "en"} for one in indicator_set.read().values()
    )
