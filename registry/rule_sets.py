"""The rule sets of offering versions as data: registry/data/rule_sets.json (C-04)."""

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

DEFAULT = "eu-2022/2"  # what an institution's new versions are written under, until it chooses another


class Weight(StrEnum):
    """What a remark does: the EU text and the law block review; own rules where the institution says so."""

    BLOCKS = "blocks"
    OWN = "own"
    NOTE = "note"
    OFF = "off"


@dataclass(frozen=True)
class RuleSet:
    """`weights` by rule, `limits` by name, `levels` in order; the file tells what they mean."""

    name: str
    label: dict
    description: dict
    limits: dict[str, Decimal]
    levels: tuple[str, ...]
    weights: dict[str, Weight]


@lru_cache
def read() -> dict[str, RuleSet]:
    """Every rule set by its name, in the order of the file."""
    text = files("registry").joinpath("data/rule_sets.json").read_text(encoding="utf-8")
    return {row["name"]: _rule_set(row) for row in json.loads(text)["sets"]}


def _rule_set(row: dict) -> RuleSet:
    return RuleSet(
        name=row["name"],
        label=row["label"],
        description=row["description"],
        limits={name: Decimal(number) for name, number in row["limits"].items()},
        levels=tuple(row["levels"]),
        weights={rule: Weight(weight) for rule, weight in row["weights"].items()},
    )
