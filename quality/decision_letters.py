"""What a decision letter begins with, in every language: the decision, the grades, what comes next."""

from django.template.loader import render_to_string
from django.utils import translation

from quality import rules
from quality.actions import panels
from quality.models import Finding, Rating, ReviewCycle
from quality.reviews import stage_of
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES


def draft(cycle: ReviewCycle, outcome: str) -> dict:
    """The chair writes on from here. Comments of members stay in their own language."""
    return {language: _draft(cycle, outcome, language=language) for language in LANGUAGES}


def _comments(cycle: ReviewCycle):
    """Those of this reading of the plan; in a Check there are findings instead."""
    if stage_of(cycle) != ReviewCycle.Stage.PLAN:
        return cycle.comments.none()
    return cycle.comments.filter(round=cycle.round).order_by("pk")


def _findings(cycle: ReviewCycle):
    """What is open, the gravest first due."""
    return cycle.findings.exclude(status=Finding.Status.VERIFIED).order_by("due_on", "pk")


def _text(texts: dict, language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _draft(cycle: ReviewCycle, outcome: str, *, language: str) -> str:
    version = cycle.version
    sitting = panels.members(cycle, stage_of(cycle))
    grades = rules.lowest(sitting, reading=cycle.round)
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
                }
                for one in rules.principles(cycle)
                if one.key in grades
            ],
            "comments": [
                {"field": OfferingVersion.label(one.field), "text": one.text} for one in _comments(cycle)
            ],
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
