"""Questions of the surveys as data (quality/data/surveys.json)."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Question:
    """`type`: points (1 to the highest), choices (of `options`: pairs of key and text), or text."""

    key: str
    type: str
    text: dict
    options: tuple[tuple[str, dict], ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """Texts by language; the labels are of the lowest and of the highest point."""

    name: str
    kinds: tuple[str, ...]
    highest: int
    title: dict
    lowest_label: dict
    highest_label: dict
    questions: tuple[Question, ...]

    def of_type(self, kind: str) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.type == kind)


@lru_cache
def read() -> dict[str, Questionnaire]:
    """The questionnaire of each kind of survey."""
    text = files("quality").joinpath("data/surveys.json").read_text(encoding="utf-8")
    sets = [_questionnaire(row) for row in json.loads(text)["sets"]]
    return {kind: one for one in sets for kind in one.kinds}


def _questionnaire(row: dict) -> Questionnaire:
    return Questionnaire(
        name=row["name"],
        kinds=tuple(row["kinds"]),
        highest=row["highest"],
        title=row["title"],
        lowest_label=row["lowest_label"],
        highest_label=row["highest_label"],
        questions=tuple(
            Question(
                key=one["key"],
                type=one["type"],
                text=one["text"],
                options=tuple((option["key"], option["text"]) for option in one.get("options", ())),
            )
            for one in row["questions"]
        ),
    )
