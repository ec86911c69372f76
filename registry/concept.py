"""Is this a micro-credential? Eight questions and the verdict that the answers give (H-1; rules 3, 4, 9)."""

from dataclasses import dataclass
from enum import StrEnum


class Question(StrEnum):
    """In the order they are asked; a yes speaks for a micro-credential."""

    OUTCOMES = "outcomes"
    SIZE = "size"
    ASSESSMENT = "assessment"
    CERTIFICATE = "certificate"
    NEED = "need"
    QUALITY = "quality"
    ALONE = "alone"
    TARGET_GROUP = "target_group"


class Verdict(StrEnum):
    MICRO_CREDENTIAL = "micro_credential"
    PARTICIPATION_BADGE = "participation_badge"  # nothing is assessed: attending is not competence
    COURSE = "course"  # assessed, but nobody gets a certificate to share
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Answer:
    """`missing` are the questions that were answered no, in their order: the reasons of the verdict."""

    verdict: Verdict
    missing: tuple[Question, ...]


def judge(yes: frozenset[Question]) -> Answer:
    """Eight times yes is a micro-credential; without assessment or certificate it is something else; what is
    missing beside those can be added."""
    missing = tuple(question for question in Question if question not in yes)
    if not missing:
        return Answer(Verdict.MICRO_CREDENTIAL, missing)
    if Question.ASSESSMENT in missing:
        return Answer(Verdict.PARTICIPATION_BADGE, missing)
    if Question.CERTIFICATE in missing:
        return Answer(Verdict.COURSE, missing)
    return Answer(Verdict.NOT_YET, missing)
