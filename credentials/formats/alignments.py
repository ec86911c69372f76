"""The elements of Annex I of 2022/C 243/02 as Open Badges 3.0 alignments, which machines read.

Shape of each: {"type": ["Alignment"], "targetType": "ext:<kind>", "targetName": in the award's language,
"targetUrl": EU address or a part of the achievement's, "targetFramework", "targetCode", "targetDescription":
the English text beside another language}.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from credentials.facts import Award, Body, Coded, Texts
from credentials.formats import narrative, wording
from credentials.formats.wording import HEADINGS

ECTS_SYSTEM = "http://data.europa.eu/snb/education-credit/6fcec5c5af"


def alignments(award: Award) -> Iterator[dict[str, Any]]:
    """The elements of Annex I as machines read them, in its order; M1 and M5 are members of their own."""
    if award.badge:
        yield _text(award, "Badge", wording.BADGE_MEANS[award.badge], heading="badge", code=award.badge)
    yield _text(award, "Title", award.title, heading="title")  # M2
    yield from _coded(award, "Country", [award.country, award.region], heading="country")  # M3
    for body in award.awarding_bodies:  # M4
        yield _alignment(
            "AwardingBody",
            name=body_name(body, award.language),
            url=body.did or body.url or part(award, f"body-{body.code}"),
            framework=HEADINGS["bodies"]["en"],
            code=body.oppilaitosnumero or body.code,
            description=_in_english(award, body.name),
        )
    yield from _outcomes(award)  # M6
    yield from _workload(award)  # M7
    yield from _levels(award)  # M8
    yield from _coded(award, "AssessmentType", award.assessment_types, heading="assessment")  # M9
    if award.assessment_description:
        yield _text(award, "AssessmentDescription", award.assessment_description, heading="assessment")
    if award.assessment_criteria:
        yield _text(award, "AssessmentCriteria", award.assessment_criteria, heading="criteria")
    if award.acquired_by:
        words = wording.ACQUIRED_BY[award.acquired_by]
        yield _text(award, "AcquiredBy", words, heading="acquired_by", code=award.acquired_by)  # C-18
    yield from _participation(award)  # M10
    yield from _coded(award, "QualityAssurance", award.quality_assurance_types, heading="quality")  # M11
    yield _text(award, "QualityAssuranceDescription", award.quality_assurance, heading="quality")
    yield _quality_statement(award)
    yield from _optional(award)


def _outcomes(award: Award) -> Iterator[dict[str, Any]]:
    skills: dict[str, Coded] = {}
    for place, outcome in enumerate(award.outcomes, start=1):
        skills |= {skill.uri: skill for skill in outcome.skills if skill.uri}
        yield _alignment(
            "LearningOutcome",
            name=narrative.text(outcome.text, award.language),
            url=part(award, f"outcome-{place}"),
            framework=HEADINGS["outcomes"]["en"],
            code=outcome.kind.code,
            description=_in_english(award, outcome.text),
        )
    yield from _coded(award, "Skill", skills.values(), framework="ESCO")


def _workload(award: Award) -> Iterator[dict[str, Any]]:
    if award.ects:
        yield _alignment(
            "Credits",
            name=narrative.size(award, award.language),
            url=ECTS_SYSTEM,
            framework="European Credit Transfer System",
            code=str(number(award.ects)),
        )
    yield _alignment(
        "Workload",
        name=narrative.size(award, award.language),
        url=part(award, "workload"),
        framework=HEADINGS["workload"]["en"],
        code=str(award.workload_hours),
        description=f"{award.workload_hours} hours",
    )


def _levels(award: Award) -> Iterator[dict[str, Any]]:
    """EQF and NQF levels are indicative, and say so (rule 6)."""
    eqf = _coded(award, "EQF", [award.eqf_level], framework="European Qualifications Framework")
    nqf = _coded(award, "NQF", [award.nqf_level], framework="Finnish National Qualifications Framework")
    for level in (*eqf, *nqf):
        name = f"{level['targetName']} ({wording.INDICATIVE[award.language]})"
        yield level | {"targetName": name, "targetDescription": "Indicative level"}
    yield from _coded(award, "EHEACycle", [award.ehea_cycle], framework="QF-EHEA cycle")
    yield from _coded(award, "CompetenceLevel", [award.competence_level], framework="Competence level")


def _participation(award: Award) -> Iterator[dict[str, Any]]:
    modes = _coded(award, "ModeOfLearning", award.participation_modes, heading="participation")
    places = ", ".join(award.locations)
    yield from (mode | {"targetDescription": places} if places else mode for mode in modes)
    yield from _coded(award, "TeachingLanguage", award.teaching_languages, heading="languages")
    yield from _coded(award, "AssessmentLanguage", award.assessment_languages, heading="assessment_languages")


def _quality_statement(award: Award) -> dict[str, Any]:
    quality = award.quality
    return _alignment(
        "QualityStatement",
        name=narrative.review(quality, award.language),
        url=part(award, f"review-{quality.review_id}"),
        framework=quality.criteria_set,
        code=quality.review_id,
        description="; ".join(
            f"{name}={value.isoformat()}"
            for name, value in (
                ("decided", quality.decided_on),
                ("approvedUntil", quality.approved_until),
                ("checkDue", quality.check_due_on),
            )
            if isinstance(value, date)
        ),
    )


def _optional(award: Award) -> Iterator[dict[str, Any]]:
    """O1 to O5, as far as the offering has them; O3, the grade, is a result."""
    if award.prerequisites:
        yield _text(award, "Prerequisites", award.prerequisites, heading="prerequisites")
    yield from _coded(award, "SupervisionVerification", [award.identity_verification], heading="identity")
    yield from _coded(award, "Stackability", [award.stackability], heading="stackability")
    if award.stackability_towards:
        yield _text(award, "StackabilityTowards", award.stackability_towards, heading="stackability")
    pathways = [Coded(code=pathway.code, label=pathway.name) for pathway in award.pathways]
    yield from _coded(award, "Pathway", pathways, heading="stackability")
    yield from _coded(award, "ISCED-F", [award.isced_f], framework="ISCED-F 2013")
    yield from _coded(award, "SDG", award.sdgs, framework="Sustainable Development Goals")
    if award.target_group:
        yield _text(award, "TargetGroup", award.target_group, heading="target_group")
    if award.url:
        name, framework = HEADINGS["further"][award.language], HEADINGS["further"]["en"]
        yield _alignment("FurtherInformation", name=name, url=award.url, framework=framework)


def _coded(
    award: Award, kind: str, codes: Iterable[Coded | None], *, heading: str = "", framework: str = ""
) -> Iterator[dict[str, Any]]:
    """Codes with their EU address, or one below the achievement where the EU has none."""
    for coded in filter(None, codes):
        yield _alignment(
            kind,
            name=narrative.label(coded, award.language),
            url=coded.uri or part(award, f"{kind}-{coded.code}"),
            framework=framework or HEADINGS[heading]["en"],
            code=coded.code,
            description=_in_english(award, coded.label),
        )


def _text(award: Award, kind: str, texts: Texts, *, heading: str, code: str = "") -> dict[str, Any]:
    return _alignment(
        kind,
        name=narrative.text(texts, award.language),
        url=part(award, kind),
        framework=HEADINGS[heading]["en"],
        code=code,
        description=_in_english(award, texts),
    )


def _alignment(
    kind: str, *, name: str, url: str, framework: str, code: str = "", description: str = ""
) -> dict[str, Any]:
    return filled(
        {
            "type": ["Alignment"],
            "targetType": f"ext:{kind}",
            "targetName": name,
            "targetUrl": url,
            "targetFramework": framework,
            "targetCode": code,
            "targetDescription": description,
        }
    )


def _in_english(award: Award, texts: Texts) -> str:
    """The English text beside one in another language."""
    return "" if award.language == "en" else narrative.text(texts, "en")


def body_name(body: Body, language: str) -> str:
    return narrative.text(body.name, language) or body.code


def part(award: Award, name: str) -> str:
    """The address of a part of the offering version."""
    return f"{award.achievement_url}#{quote(name, safe='')}"


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def filled(members: dict[str, Any]) -> dict[str, Any]:
    """Open Badges 3.0 forbids nulls and empty arrays: what is not there is left out."""
    return {name: value for name, value in members.items() if value not in (None, "", [])}
