"""The demo's goals and values of indicators: those of the example file, and made-up ones beside them."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from quality import goals
from quality.models import IndicatorTarget, IndicatorValue
from registry.models import Institution

Kind = IndicatorTarget.Kind
# What the example file tells of each offering, as values of its institution this year: value, out of what
OF_OFFERINGS = {
    "completion": ("completed", "enrolled"),
    "transitions": ("transitions", "completed"),
}
MEANS = {
    "feedback_mean": ("feedback_mean_1_5", "feedback_n"),
    "career_mean": ("career_impact_mean_1_6", "career_impact_n"),
}


def load(*, data: dict, more: dict, at: datetime) -> None:
    """Once; `data` is the example file, `more` the made-up rows."""
    if IndicatorTarget.objects.exists():
        return
    houses = {one.code: one for one in Institution.objects.all()}
    for row in data["indicator_targets"]:
        _targets(row, themes=more["themes"].get(row["indicator"], []))
    for row in more["targets"]:
        place = {
            "institution": houses[row["institution"]],
            "indicator": row["indicator"],
            "year": row["year"],
        }
        IndicatorTarget.objects.create(
            **place, kind=row["kind"], value=Decimal(row["value"]), is_percent=row.get("is_percent", False),
            source=more["source"],
        )  # fmt: skip
    year = timezone.localdate(at).year
    said = {"source": more["source"], "recorded_at": at}
    for row in more["network_values"]:
        place = {name: row[name] for name in ("network", "indicator", "year")}
        IndicatorValue.objects.create(
            **place, theme=row.get("theme", ""), value=Decimal(row["value"]), **said
        )
    for row in [*more["values"], *_of_offerings(data), *_recognitions(data)]:
        whole = row.get("whole")
        IndicatorValue.objects.create(
            institution=houses[row["institution"]], indicator=row["indicator"], theme=row.get("theme", ""),
            year=year, value=Decimal(row["value"]), whole=whole and Decimal(whole), **said,
        )  # fmt: skip


def _targets(row: dict, *, themes: list[str]) -> None:
    place = {"network": row["alliance"], "indicator": row["indicator"], "source": row["source"]}
    if row["baseline"]:
        baseline = row["baseline"]
        IndicatorTarget.objects.create(
            **place, kind=Kind.BASELINE, year=baseline["year"], value=Decimal(str(baseline["value"]))
        )
    for one in row["targets"]:
        values = one["value"] if isinstance(one["value"], list) else [one["value"]]
        lowest, *highest = [Decimal(str(value)) for value in values]
        whole = {**place, "kind": one.get("kind", Kind.INTERIM), "year": one["year"]}
        IndicatorTarget.objects.create(**whole, value=lowest, highest=highest[0] if highest else None)
        parts = goals.shares(lowest, among=len(themes)) if themes else []
        for theme, part in zip(themes, parts, strict=True):
            IndicatorTarget.objects.create(**whole, theme=theme, value=part)


def _of_offerings(data: dict) -> list[dict]:
    """The sums of each institution over its offerings; means are weighed by the answers."""
    sums: dict[str, dict] = defaultdict(lambda: defaultdict(Decimal))
    for row in data["offerings"]:
        told = {name: Decimal(str(value or 0)) for name, value in row["indicators"].items()}
        of_house = sums[_house(row)]
        for name in ("completed", "enrolled", "transitions", "feedback_n", "career_impact_n"):
            of_house[name] += told[name]
        for mean, number in MEANS.values():
            of_house[mean] += told[mean] * told[number]
    found = []
    for house, told in sums.items():
        place = {"institution": house}
        for key, (part, whole) in OF_OFFERINGS.items():
            if told[part]:
                found.append({**place, "indicator": key, "value": told[part], "whole": told[whole]})
        for key, (mean, number) in MEANS.items():
            if told[number]:
                found.append({**place, "indicator": key, "value": round(told[mean] / told[number], 2)})
    return [row for row in found if row["value"]]


def _recognitions(data: dict) -> list[dict]:
    """Approved ones, by the institution that gave the studies (I-02)."""
    given_by = {
        one["key"]: offering["awarding_bodies"][0]
        for one in data["issued_credentials"]
        for offering in data["offerings"]
        if offering["code"] == one["offering"]
    }
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for row in data["recognition_applications"]:
        if row["status"] == "approved":
            entry = sums.setdefault(
                (row["applied_to"], given_by[row["credential"]]), [Decimal(0), Decimal(0)]
            )
            entry[0] += 1
            entry[1] += Decimal(str(row["ects_granted"]))
    return [
        {"institution": to, "indicator": key, "theme": by, "value": values[place]}
        for (to, by), values in sums.items()
        for place, key in enumerate(("recognitions", "recognition_ects"))
    ]


def _house(row: dict) -> str:
    return row["awarding_bodies"][0]
