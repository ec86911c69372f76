"""What a decision letter begins with, in every language: the decision, the grades, what comes next."""

from django.template.loader import render_to_string
from django.utils import translation

from quality import rules
from quality.actions import panels
from quality.models import Rating, ReviewCycle
from quality.reviews import stage_of
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES


def draft(cycle: ReviewCycle, outcome: str) -> dict:
    """The chair writes on from here. Comments of members stay in their own language."""
    return {language: _draft(cycle, outcome, language=language) for language in LANGUAGES}


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
                {"field": OfferingVersion.label(one.field), "text": one.text}
                for one in cycle.comments.filter(round=cycle.round).order_by("pk")
            ],
        }
        return render_to_string("quality/decision_letter.txt", context).strip()
