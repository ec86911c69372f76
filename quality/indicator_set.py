"""The indicators I-01 … I-12 as data (quality/data/indicators.json)."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Indicator:
    """`unit`: count, percent, grade, days, ects, meur or part ("7 of 9"); texts by language.

    `least` … `most`: the scale; `is_counted`: the register counts it itself; `is_falling`: less is better;
    `is_compared`: with quartiles; `is_of_people`: of learners, hidden when they are few (rule 15).
    """

    key: str
    id: str
    unit: str
    digits: int
    least: int
    most: int | None
    is_counted: bool
    is_falling: bool
    is_compared: bool
    is_of_people: bool
    name: dict
    definition: dict

    @property
    def step(self) -> Decimal:
        """The smallest difference that is shown."""
        return Decimal(1).scaleb(-self.digits)

    @property
    def is_share(self) -> bool:
        """Values may be told as a part of a whole."""
        return self.unit in ("percent", "part")

    @property
    def is_mean(self) -> bool:
        """Values of themes cannot be added up: a share or a grade of the whole is no sum."""
        return self.unit in ("percent", "grade", "days")


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
