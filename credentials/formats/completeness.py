"""What an award must hold before any document is made of it."""

from dataclasses import replace

from credentials.facts import Award, Incomplete, Texts
from credentials.formats import narrative

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
    "assessment_types",
    "participation_modes",
    "teaching_languages",
    "quality_assurance_types",
)


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
    for fact in NEEDED:
        if not getattr(award, fact):
            raise Incomplete(fact)
    for fact, is_needed in TEXTS:
        _refuse_untranslated(fact, getattr(award, fact), award.language, is_needed=is_needed)
    for place, outcome in enumerate(award.outcomes):
        _refuse_untranslated(f"outcomes.{place}", outcome.text, award.language, is_needed=True)


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
