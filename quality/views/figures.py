"""Figures in words: values with their units, goals, states; the rows of the dashboard's tables."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from quality import few, goals, indicator_set
from quality.indicator_set import Indicator
from quality.models import IndicatorTarget, ReviewCycle
from registry import catalogue
from registry.models.texts import chosen

UNITS = {
    "percent": gettext_lazy("%(number)s %%"),
    "days": gettext_lazy("%(number)s days"),
    "ects": gettext_lazy("%(number)s ECTS credits"),
    "meur": gettext_lazy("%(number)s million euros"),
}
STATES = {
    goals.MET: (gettext_lazy("Goal reached"), "success"),
    goals.BELOW: (gettext_lazy("Goal not reached"), "error"),
}
AGES = {
    "to_30": gettext_lazy("At most 30 days"),
    "to_90": gettext_lazy("31–90 days"),
    "to_180": gettext_lazy("91–180 days"),
    "older": gettext_lazy("More than 180 days"),
}
KINDS = dict(IndicatorTarget.Kind.choices)


@dataclass(frozen=True)
class Table:
    """One of the dashboard's tables: `rows` are (label, *cells); the chart has the same numbers."""

    name: str
    title: str
    heads: list[str]
    rows: list[list]

    @property
    def labelled(self) -> list[dict]:
        """The rows for a page: each cell with the head of its column."""
        return [
            {
                "label": label,
                "cells": [
                    {"head": head, "value": value} for head, value in zip(self.heads[1:], cells, strict=True)
                ],
            }
            for label, *cells in self.rows
        ]

    def numbers(self, place: int) -> list[float | None]:
        """Of a column, for the chart; None is hidden, as its words in the table are."""
        return [None if isinstance(row[place], str) else float(row[place]) for row in self.rows]


def name(indicator: Indicator) -> str:
    return indicator.name[get_language()]


def theme(code: str) -> str:
    return indicator_set.themes().get(code, {}).get(get_language(), code)


def row(told: dict) -> dict:
    """One indicator as `quality.dashboards` tells it, in words."""
    one = indicator_set.read()[told["key"]]
    return {
        "key": one.key,
        "id": one.id,
        "name": name(one),
        "definition": one.definition[get_language()],
        "network": told["network"],
        **against(told, one),
        "origin": origin(told),
        "counted": number(told["counted"], one) if told["counted"] is not None else "",
        "baseline": _aim(told["baseline"], one),
        "themes": [{"name": theme(each["theme"]), **against(each, one)} for each in told["themes"]],
    }


def against(told: dict, one: Indicator) -> dict:
    label, tone = STATES.get(told["state"], ("", ""))
    return {
        "value": value(told, one),
        "is_missing": told["value"] is None,
        "goal": _aim(told["goal"], one),
        "state": label,
        "tone": tone,
    }


def value(told: dict, one: Indicator) -> str:
    if told["is_hidden"]:
        return few.words() if one.is_of_people else few.words_of_answers()
    if told["value"] is None:
        return _("not measured")
    text = number(told["value"], one)
    if told["part"] is None or not told["whole"]:
        return text
    parts = f"{_grouped(told['part'])} / {_grouped(told['whole'])}"
    return f"{parts} = {text}" if one.unit == "percent" else parts


def number(text: str | float, one: Indicator) -> str:
    """A number with its unit, as the reader's language writes it: "2 487", "55 %"."""
    shown = _grouped(Decimal(str(text)), digits=one.digits)
    return UNITS[one.unit] % {"number": shown} if one.unit in UNITS else shown


def origin(told: dict) -> str:
    if told["origin"] == "counted":
        return _("Counted by the register")
    return told["source"]


def _aim(goal: dict | None, one: Indicator) -> dict:
    if goal is None:
        return {}
    shown = number(goal["value"], one)
    if goal["highest"] is not None:
        lowest = _grouped(Decimal(goal["value"]), digits=one.digits, is_short=True)
        highest = _grouped(Decimal(goal["highest"]), digits=one.digits, is_short=True)
        shown = UNITS.get(one.unit, "%(number)s") % {"number": f"{lowest}–{highest}"}
    grown = f"+{goal['percent']} %" if goal["percent"] is not None else ""
    return {"text": shown, "year": goal["year"], "kind": KINDS[goal["kind"]], "grown": grown}


def _grouped(of: Decimal | int, *, digits: int = 0, is_short: bool = False) -> str:
    """`is_short`: 7 and not 7,00."""
    places = 0 if is_short and Decimal(of) == int(of) else digits
    return number_format(of, decimal_pos=places, use_l10n=True, force_grouping=True)


# The tables


def tables(told: dict[str, list[dict]]) -> list[Table]:
    return [MADE[name](rows) for name, rows in told.items() if name in MADE]


def _forms(rows: list[dict]) -> Table:
    return Table(
        "forms",
        _("Volumes by form of education"),
        [_("Form of education"), _("Offerings"), _("Learners"), _("Credits completed")],
        [
            [_code("education_form", one["form"]), one["offerings"], *_shown(one, "learners", "ects")]
            for one in rows
        ],
    )


def _funding(rows: list[dict]) -> Table:
    return Table(
        "funding",
        _("Funding"),
        [_("Source of funding"), _("Offerings"), _("Places taken")],
        [[_code("funding_type", one["source"]), one["offerings"], *_shown(one, "places")] for one in rows],
    )


def _shown(told: dict, *names: str) -> list[Decimal | str]:
    """Numbers of learners; of few there are words only."""
    return [few.words() if told[name] is None else Decimal(told[name]) for name in names]


def _findings(rows: list[dict]) -> Table:
    return Table(
        "findings",
        _("Findings that are not verified, by age"),
        [_("Age"), _("Findings"), _("Of them critical or major")],
        [[str(AGES[one["age"]]), one["findings"], one["grave"]] for one in rows],
    )


def _rounds(rows: list[dict]) -> Table:
    names = dict(ReviewCycle.Status.choices)
    return Table(
        "rounds",
        _("Rounds by state"),
        [_("State"), _("Rounds")],
        [[str(names[one["status"]]), one["rounds"]] for one in rows],
    )


def cross_table(told: list[dict]) -> Table:
    """Offerings of the network: a row for each institution in the order of the alphabet, a column a form."""
    forms = sorted({one["form"] for one in told})
    numbers = {(one["house"], one["form"]): one["offerings"] for one in told}
    return Table(
        "network",
        _("Published offerings by form and institution"),
        [_("Institution"), *(_code("education_form", form) for form in forms)],
        [
            [house, *(numbers.get((house, form), 0) for form in forms)]
            for house in sorted({one["house"] for one in told})
        ],
    )


MADE = {"findings": _findings, "rounds": _rounds, "forms": _forms, "funding": _funding}


def _code(code_list: str, code: str) -> str:
    if not code:
        return _("Not told")
    return chosen(catalogue.current().labels.get(code_list, {}).get(code))[1] or code
