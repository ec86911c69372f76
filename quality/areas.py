"""The areas that audits cover, and the scales they are graded on, as data: quality/data/audit_areas.json."""

import json
from functools import lru_cache
from importlib.resources import files

ALWAYS = "continuous_learning"  # an area of its own in every year's plan (rule 17)


@lru_cache
def _data() -> dict:
    return json.loads(files("quality").joinpath("data/audit_areas.json").read_text(encoding="utf-8"))


def names() -> dict[str, dict]:
    """The name of each area by its code, {fi, sv, en}, in the order of the file."""
    return {row["code"]: row["name"] for row in _data()["areas"]}


def scale(*, kind: str, cycle: int | None) -> list[str]:
    """The grades of a kind of audit in rising order; KARVI's third cycle has three, its fourth four."""
    scales = _data()["scales"]
    return scales.get(f"{kind}/{cycle}", scales["internal"])
