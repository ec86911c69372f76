"""The elements of Annex I in words, as Markdown: first in the award's own language, then in English."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from credentials.facts import Award, Coded, Quality, Texts
from credentials.formats import wording
from credentials.formats.wording import HEADINGS

Sections = Callable[[Award, str], Iterator[tuple[str, str]]]
HELSINKI = ZoneInfo("Europe/Helsinki")


def criteria(award: Award) -> str:
    """What had to be learned and how it was assured: every element that is the same for all learners."""
    return _in_languages(award, _criteria)


def achieved(award: Award) -> str:
    """What is this learner's own: name, days and grade."""
    return _in_languages(award, _achieved)


def rows(award: Award, language: str) -> list[tuple[str, str, str]]:
    """Everything the two texts say, in one language: (name, heading, words). Empty ones are left out."""
    sections = (*_achieved(award, language), *_criteria(award, language))
    return [(name, HEADINGS[name][language], words) for name, words in sections if words]


def languages(award: Award) -> list[str]:
    return [award.language] if award.language == "en" else [award.language, "en"]


def text(texts: Texts | None, language: str) -> str:
    """The text in that language, or nothing; never in another one (rule 16)."""
    return (texts or {}).get(language, "").strip()


def label(coded: Coded, language: str) -> str:
    """The name of a code; the code itself where the list has no name in that language."""
    return text(coded.label, language) or coded.code


def labels(codes: Iterable[Coded], language: str) -> str:
    return ", ".join(label(coded, language) for coded in codes)


def number(value: Decimal, language: str) -> str:
    """5 or 7,5 (7.5 in English)."""
    plain = f"{value.normalize():f}"
    return plain if language == "en" else plain.replace(".", ",")


def day(value: date, language: str) -> str:
    """22.11.2026, in English 2026-11-22. A moment gives its day in Finland."""
    if isinstance(value, datetime):
        value = value.astimezone(HELSINKI).date()
    return value.isoformat() if language == "en" else f"{value.day}.{value.month}.{value.year}"


def review(quality: Quality, language: str) -> str:
    """The quality statement in a sentence or three."""
    decided = day(quality.decided_on, language)
    parts = [wording.REVIEW[language].format(quality.review_id, quality.criteria_set, decided)]
    if quality.approved_until:
        parts.append(wording.APPROVED_UNTIL[language].format(day(quality.approved_until, language)))
    if quality.check_due_on:
        parts.append(wording.CHECK_DUE[language].format(day(quality.check_due_on, language)))
    if quality.standing in wording.STANDING:
        parts.append(wording.STANDING[quality.standing][language])
    return " ".join(parts)


def size(award: Award, language: str) -> str:
    """5 op, 133 tuntia; of a badge the hours alone"""
    hours = wording.HOURS[language].format(award.workload_hours)
    if award.ects is None:
        return hours
    return f"{wording.ECTS[language].format(number(award.ects, language))}, {hours}"


def title(award: Award, language: str) -> str:
    """The title; of a badge with what it is before it, so that nobody takes it for a micro-credential."""
    plain = text(award.title, language)
    return f"{wording.BADGE[award.badge][language]}: {plain}" if award.badge and plain else plain


def badge(award: Award, language: str) -> str:
    """What kind of badge it is and what that means; nothing of a micro-credential."""
    return wording.BADGE_MEANS[award.badge][language] if award.badge else ""


def stacking(award: Award, language: str) -> str:
    """How the micro-credential counts towards something larger; this gives no study right (rule 18)."""
    parts = [label(award.stackability, language)] if award.stackability else []
    parts += [f"{pathway.code} {text(pathway.name, language)}".strip() for pathway in award.pathways]
    if towards := text(award.stackability_towards, language):
        parts += [towards, wording.NO_STUDY_RIGHT[language]]
    return "; ".join(part.rstrip(".") for part in parts) + "." if parts else ""


def parts(award: Award, language: str) -> list[str]:
    """What a composite credential is made of, each with the hash by which it is known."""
    return [
        wording.PART[language].format(
            text(part.title, language) or part.offering_code,
            wording.ECTS[language].format(number(part.ects, language)),
            text(part.issuer.name, language) or part.issuer.code,
            day(part.completed_on, language),
            part.credential_id,
            part.sha256,
        )
        for part in award.parts
    ]


def _in_languages(award: Award, sections: Sections) -> str:
    return "\n\n---\n\n".join(_section_by_section(award, sections, language) for language in languages(award))


def _section_by_section(award: Award, sections: Sections, language: str) -> str:
    return "\n\n".join(
        f"**{HEADINGS[heading][language]}:** {body}".replace(":** \n", ":**\n")
        for heading, body in sections(award, language)
        if body
    )


def _criteria(award: Award, language: str) -> Iterator[tuple[str, str]]:
    yield "title", text(award.title, language)
    yield "bodies", ", ".join(text(body.name, language) or body.code for body in award.awarding_bodies)
    yield "country", labels(filter(None, (award.country, award.region)), language)
    outcomes = ((label(outcome.kind, language), text(outcome.text, language)) for outcome in award.outcomes)
    yield "outcomes", "".join(f"\n- {kind}: {learned}" for kind, learned in outcomes if learned)
    yield "workload", size(award, language)
    yield "level", _level(award, language)
    yield (
        "assessment",
        _sentence(labels(award.assessment_types, language), award.assessment_description, language)
        if award.assessment_types
        else "",
    )
    yield "criteria", text(award.assessment_criteria, language)
    modes = labels(award.participation_modes, language)
    yield "participation", f"{modes} ({', '.join(award.locations)})" if award.locations else modes
    yield "languages", labels(award.teaching_languages, language)
    yield "assessment_languages", labels(award.assessment_languages, language)
    assured = _sentence(labels(award.quality_assurance_types, language), award.quality_assurance, language)
    yield "quality", f"{assured} {review(award.quality, language)}"
    yield "prerequisites", text(award.prerequisites, language)
    yield "identity", label(award.identity_verification, language) if award.identity_verification else ""
    yield "stackability", stacking(award, language)
    yield "target_group", text(award.target_group, language)
    yield "field", f"{award.isced_f.code} {label(award.isced_f, language)}" if award.isced_f else ""
    yield "sdgs", ", ".join(f"{goal.code} {label(goal, language)}" for goal in award.sdgs)
    yield "further", award.url or ""


def _achieved(award: Award, language: str) -> Iterator[tuple[str, str]]:
    yield "badge", badge(award, language)
    yield "learner", f"{award.learner.given_names} {award.learner.family_name}"
    yield "completed", day(award.completed_on, language)
    yield "issued", day(award.issued_at, language)
    yield "valid_until", day(award.valid_until, language) if award.valid_until else ""
    yield (
        "grade",
        f"{label(award.grade, language)} ({label(award.grading_scale, language)})"
        if award.grade and award.grading_scale
        else "",
    )
    yield "parts", "".join(f"\n- {one}" for one in parts(award, language))
    yield "acquired_by", wording.ACQUIRED_BY[award.acquired_by][language] if award.acquired_by else ""


def _level(award: Award, language: str) -> str:
    frameworks = (("EQF", award.eqf_level), (wording.FINNISH_FRAMEWORK[language], award.nqf_level))
    parts = [f"{framework}: {label(level, language)}" for framework, level in frameworks if level]
    parts += [label(coded, language) for coded in (award.ehea_cycle, award.competence_level) if coded]
    return "; ".join(parts)


def _sentence(lead: str, more: Texts | None, language: str) -> str:
    return f"{lead}. {text(more, language)}".strip()
