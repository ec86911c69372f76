"""Criteria sets of reviews as data (quality/data/criteria_sets.json); a round keeps the one it began with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

DEFAULT = "EU-10/1"


@dataclass(frozen=True)
class Principle:
    """`fields`: what of an offering it reads; `esg`: parts of ESG 2015 that it answers; texts by language."""

    key: str
    code: str
    name: dict
    checks: tuple[dict, ...]
    fields: frozenset[str]
    esg: tuple[str, ...]


@dataclass(frozen=True)
class CriteriaSet:
    """`applies_to`: all, online (online and distance teaching) or joint (more than one awarding body)."""

    name: str
    label: dict
    source: str
    applies_to: str
    principles: tuple[Principle, ...]

    def touched_by(self, fields: Iterable[str]) -> tuple[Principle, ...]:
        """The principles that read one of these fields."""
        changed = set(fields)
        return tuple(one for one in self.principles if one.fields & changed)


@lru_cache
def read() -> dict[str, CriteriaSet]:
    """Every criteria set by its name, in the order of the file."""
    text = files("quality").joinpath("data/criteria_sets.json").read_text(encoding="utf-8")
    return {row["name"]: _criteria_set(row) for row in json.loads(text)["sets"]}


def _criteria_set(row: dict) -> CriteriaSet:
    return CriteriaSet(
        name=row["name"],
        label=row["label"],
        source=row["source"],
        applies_to=row["applies_to"],
        principles=tuple(
            Principle(
                key=one["key"],
                code=one["code"],
                name=one["name"],
                checks=tuple(one["checks"]),
                fields=frozenset(one["fields"]),
                esg=tuple(one["esg"]),
            )
            for one in row["principles"]
        ),
    )
