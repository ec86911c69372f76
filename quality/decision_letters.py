"""What a decision letter begins with, in every language: the decision, the grades, what comes next."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils import translation

from quality import rules
from quality.models import FieldComment, Finding, Rating, ReviewCycle
from quality.reviews import stage_of
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES


def draft(cycle: ReviewCycle, outcome: str) -> dict:
    """The chair writes on from here. Comments of members stay in their own language."""
    return {language: _draft(cycle, outcome, language=language) for language in LANGUAGES}


def with_comments(cycle: ReviewCycle, letter: dict) -> dict:
    """The letter of a return with every comment at a field: those that the chair left out follow its text."""
    return {
        language: _completed(cycle, text, language=language) if text.strip() else text
        for language, text in letter.items()
    }


def _completed(cycle: ReviewCycle, text: str, *, language: str) -> str:
    said = _plain(text)
    left_out = [one for one in _comments(cycle) if _plain(one.text) not in said]
    if not left_out:
        return text
    with translation.override(language):
        context = {"comments": _by_field(left_out)}
        return f"{text.rstrip()}\n\n{render_to_string('quality/decision_comments.txt', context).strip()}"


def _plain(text: str) -> str:
    """Words alone: a browser breaks lines in its own way."""
    return " ".join(text.split())


def _comments(cycle: ReviewCycle):
    """Those of this reading of the plan; in a Check there are findings instead."""
    if stage_of(cycle) != ReviewCycle.Stage.PLAN:
        return cycle.comments.none()
    return cycle.comments.filter(round=cycle.round).order_by("pk")


def _by_field(comments: Iterable[FieldComment]) -> list[dict]:
    """Nobody is named: the panel speaks as one."""
    found: dict[str, list[str]] = {}
    for one in comments:
        found.setdefault(one.field, []).append(one.text)
    return [{"field": OfferingVersion.label(field), "texts": texts} for field, texts in found.items()]


def _remarks(cycle: ReviewCycle) -> dict[str, list[str]]:
    """What the members wrote beside their ratings, by principle."""
    found: dict[str, list[str]] = {}
    rows = rules.counted(cycle, stage_of(cycle), reading=cycle.round).exclude(comment="")
    for principle, comment in rows.order_by("member", "pk").values_list("principle", "comment"):
        found.setdefault(principle, []).append(comment)
    return found


def _findings(cycle: ReviewCycle):
    """What is open, the gravest first due."""
    return cycle.findings.exclude(status=Finding.Status.VERIFIED).order_by("due_on", "pk")


def _text(texts: dict, language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _draft(cycle: ReviewCycle, outcome: str, *, language: str) -> str:
    version = cycle.version
    grades = rules.lowest(cycle, stage_of(cycle), reading=cycle.round)
    remarks = _remarks(cycle)
    with translation.override(language):
        context = {
            "outcome": outcome,
            "code": cycle.offering.code,
            "number": version.number,
            "title": version.title.get(language) or version.title.get(version.primary_language, ""),
            "grades": [
                {
                    "code": one.code,
                    "name": one.name[language],
                    "grade": Rating.Grade(grades[one.key]).label,
                    "remarks": remarks.get(one.key, []),
                }
                for one in rules.principles(cycle)
                if one.key in grades
            ],
            "comments": _by_field(_comments(cycle)),
            "findings": [
                {
                    "severity": one.get_severity_display(),
                    "text": _text(one.text, language),
                    "due_on": one.due_on,
                }
                for one in _findings(cycle)
            ],
        }
        return render_to_string("quality/decision_letter.txt", context).strip()
