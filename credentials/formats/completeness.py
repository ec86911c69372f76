"""What an award must hold before any document is made of it."""

from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from credentials.facts import Award, Incomplete, Texts
from credentials.formats import narrative

Fact = TypeVar("Fact")
COMPETENCE, PARTICIPATION = "competence_badge", "participation_badge"
TEXTS = (  # field, whether Annex I or the badge cannot do without it
    ("title", True),
    ("summary", True),
    ("assessment_description", True),
    ("assessment_criteria", True),
    ("quality_assurance", True),
    ("prerequisites", False),
    ("stackability_towards", False),
    ("target_group", False),
)
NEEDED = (
    "achievement_url",
    "offering_code",
    "awarding_bodies",
    "outcomes",
    "ects",
    "workload_hours",
    "eqf_level",
    "nqf_level",
    "assessment_types",
    "grading_scale",
    "participation_modes",
    "teaching_languages",
    "quality_assurance_types",
)
# What a badge must not say: credits, and, where nobody was assessed, anything of competence (rule 9).
OF_CREDITS = {"ects"}
OF_COMPETENCE = {
    "outcomes", "eqf_level", "nqf_level", "ehea_cycle", "competence_level", "assessment_types",
    "assessment_description", "assessment_criteria", "grading_scale", "grade", "stackability", "pathways",
    "acquired_by",
}  # fmt: skip
FORBIDDEN: dict[str | None, set[str]] = {
    None: set(),
    COMPETENCE: OF_CREDITS,
    PARTICIPATION: OF_CREDITS | OF_COMPETENCE,
}


class NotForBadges(ValueError):
    """The form is for credentials with credits; it has no way to say that something is a badge."""

    def __init__(self, badge: str) -> None:
        super().__init__(f"no form for a {badge}")
        self.badge = badge


def refuse_badge(award: Award) -> None:
    """For a form in which a badge would look like a micro-credential. Raises NotForBadges."""
    if award.badge:
        raise NotForBadges(award.badge)


def credits_of(award: Award) -> Decimal:
    """The size in credits, where the form cannot do without. Raises Incomplete."""
    return there(award.ects, fact="ects")


def there(value: Fact | None, *, fact: str) -> Fact:
    """The fact, which a form cannot do without. Raises Incomplete."""
    if value is None:
        raise Incomplete(fact)
    return value


def refuse_incomplete(award: Award) -> None:
    """Raises Incomplete, naming the fact of Annex I that is missing, also if only in the award's language."""
    if award.language not in ("fi", "sv", "en"):
        raise Incomplete("language")
    learner = award.learner
    if not learner.given_names.strip() or not learner.family_name.strip():
        raise Incomplete("learner.name")
    if not learner.birth_date and not learner.oid:
        raise Incomplete("learner.birth_date")
    if not award.issuer.did:
        raise Incomplete("issuer.did")
    if bool(award.composite) != bool(award.parts) or (award.composite and award.badge):
        raise Incomplete("parts")
    without = _left_out(award)
    for fact in NEEDED:
        if fact not in without and not getattr(award, fact):
            raise Incomplete(fact)
    for fact, is_needed in TEXTS:
        needed = is_needed and fact not in without
        _refuse_untranslated(fact, getattr(award, fact), award.language, is_needed=needed)
    for place, outcome in enumerate(award.outcomes):
        _refuse_untranslated(f"outcomes.{place}", outcome.text, award.language, is_needed=True)


def _left_out(award: Award) -> set[str]:
    """What it does not say, being a badge. Raises Incomplete where it says so all the same."""
    without = FORBIDDEN.get(award.badge)
    if without is None or any(getattr(award, fact) for fact in without):
        raise Incomplete("badge")
    return without


def is_complete(award: Award, language: str) -> bool:
    """Whether everything could be said in that language."""
    try:
        refuse_incomplete(replace(award, language=language))
    except Incomplete:
        return False
    return True


def _refuse_untranslated(fact: str, texts: Texts | None, language: str, *, is_needed: bool) -> None:
    """A text that exists, but not in the language of the document, would silently be lost."""
    is_there = any(narrative.text(texts, other) for other in (texts or {}))
    if (is_needed or is_there) and not narrative.text(texts, language):
        raise Incomplete(f"{fact}.{language}")
