"""The indicators I-01 … I-12 as data (quality/data/indicators.json)."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Indicator:
    """`unit`: count, percent, grade, days, ects, meur or part ("7 of 9"); texts by language.

    `is_counted`: the register counts it itself; `is_falling`: less is better; `is_compared`: with quartiles.
    """

    key: str
    id: str
    unit: str
    digits: int
    is_counted: bool
    is_falling: bool
    is_compared: bool
    name: dict
    definition: dict

    @property
    def step(self) -> Decimal:
        """The smallest difference that is shown."""
        return Decimal(1).scaleb(-self.digits)


@lru_cache
def read() -> dict[str, Indicator]:
    """Every indicator by its key, in the order of the pages."""
    return {row["key"]: Indicator(**row) for row in _file()["indicators"]}


def themes() -> dict[str, dict]:
    """The spearheads that have names in three languages; others are called as they were typed."""
    return _file()["themes"]


@lru_cache
def _file() -> dict:
    return json.loads(files("quality").joinpath("data/indicators.json").read_text(encoding="utf-8"))
