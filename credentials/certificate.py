"""An issued credential in words: what the certificate, a share and the page behind the code show of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from credentials.facts import LANGUAGES, Coded
from credentials.formats import narrative, parts, wording
from credentials.formats.completeness import is_complete
from credentials.models import Credential

# Said at the top of the certificate or beside it, not again in the table.
ON_TOP = {
    "badge", "learner", "title", "bodies", "outcomes", "workload", "grade", "completed", "issued",
    "valid_until",
}  # fmt: skip
PUBLIC = ("acquired_by", "assessment", "criteria", "identity", "quality")
# What goes with a part of formats.parts besides its rows.
FIELDS_OF = {
    "name": ("name",),
    "identifier": ("birth_date", "learner_oid"),
    "grade": ("grade", "grading_scale", "grading_key"),
    "completed": ("completed_on",),
    "outcomes": ("outcomes",),
    "size": ("size",),
    "level": ("eqf", "nqf", "step", "step_meaning"),
}


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The words in one language; days are written out. `rows` are (heading, words) of the EU elements.

    `name` is the person's, `birth_date` or `learner_oid` there as the signed document has them. Of a badge
    `badge` says which it is, `badge_means` what that means, and `title` begins with it but not `plain_title`;
    `acquired_by` speaks up for a demonstration. Of a composite credential `composite` is what it is called,
    `has_completed` what its learner has done.
    """

    language: str
    title: str
    name: str
    birth_date: str
    learner_oid: str
    issuer: str
    bodies: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]
    size: str
    eqf: str
    nqf: str
    step: str
    step_meaning: str
    grade: str
    grading_scale: str
    grading_key: str
    completed_on: str
    issued_on: str
    valid_until: str
    rows: tuple[tuple[str, str], ...]
    assessed: tuple[tuple[str, str], ...]
    plain_title: str
    badge: str
    badge_means: str
    acquired_by: str
    composite: str
    has_completed: str


def languages(credential: Credential) -> list[str]:
    """The languages in which every word of the credential is there; its own comes first."""
    award = credential.facts
    others = (one for one in LANGUAGES if one != award.language and is_complete(award, one))
    return [award.language, *others]


def language_for(credential: Credential, *, wished: str | None = None) -> str:
    """The wished one, or the reader's, where every word is there in it; else the credential's own."""
    offered = languages(credential)
    return next((one for one in (wished, get_language()) if one in offered), offered[0])


def read(credential: Credential, *, language: str, left_out: Collection[str] = ()) -> Certificate:
    """The credential in words, all of them those of the day it was issued on, without these formats.parts."""
    award, hidden = credential.facts, parts.rows(left_out)
    found = [row for row in narrative.rows(award, language) if row[0] not in hidden]
    learner = award.learner
    whole = Certificate(
        language=language,
        title=narrative.title(award, language),
        name=f"{learner.given_names} {learner.family_name}".strip(),
        birth_date=narrative.day(learner.birth_date, language)
        if learner.birth_date and not learner.oid
        else "",
        learner_oid=learner.oid or "",
        issuer=narrative.text(award.issuer.name, language) or award.issuer.code,
        bodies=tuple(narrative.text(body.name, language) or body.code for body in award.awarding_bodies),
        outcomes=tuple(
            (narrative.label(outcome.kind, language), narrative.text(outcome.text, language))
            for outcome in award.outcomes
        ),
        size=narrative.size(award, language),
        eqf=_indicative(award.eqf_level, language) if award.eqf_level else "",
        nqf=f"{wording.FINNISH_FRAMEWORK[language]}: {_indicative(award.nqf_level, language)}"
        if award.nqf_level
        else "",
        step=narrative.label(award.competence_level, language) if award.competence_level else "",
        step_meaning=narrative.text(award.competence_meaning, language),
        grade=narrative.label(award.grade, language) if award.grade else "",
        grading_scale=narrative.label(award.grading_scale, language) if award.grading_scale else "",
        grading_key=narrative.text(award.grading_key, language),
        completed_on=narrative.day(award.completed_on, language),
        issued_on=narrative.day(award.issued_at, language),
        valid_until=narrative.day(award.valid_until, language) if award.valid_until else "",
        rows=tuple((heading, words.strip()) for name, heading, words in found if name not in ON_TOP),
        assessed=tuple((heading, words) for name, heading, words in found if name in PUBLIC),
        plain_title=narrative.text(award.title, language),
        badge=wording.BADGE[award.badge][language] if award.badge else "",
        badge_means=narrative.badge(award, language),
        acquired_by=wording.ACQUIRED_BY[award.acquired_by][language] if award.acquired_by else "",
        composite=wording.COMPOSITE[award.composite][language] if award.composite else "",
        has_completed=wording.CERTIFICATE[f"has_completed_{award.composite}"][language]
        if award.composite
        else "",
    )
    emptied = (field for name in left_out for field in FIELDS_OF.get(name, ()))
    return replace(whole, **{field: type(getattr(whole, field))() for field in emptied})


def _indicative(level: Coded, language: str) -> str:
    """Taso 6 (viitteellinen), rule 6."""
    return f"{narrative.label(level, language)} ({wording.INDICATIVE[language]})"
