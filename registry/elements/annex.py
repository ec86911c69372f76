"""The rules of Annex I of Council Recommendation 2022/C 243/02: each yields remarks on what it looks at."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.elements.facts import Facts, Remark, Weight, in_languages, is_empty, text_of
from registry.models import LearningOutcome, OfferingVersion

TITLE_MISSING = {
    "fi": gettext_lazy("The title is missing in Finnish."),
    "sv": gettext_lazy("The title is missing in Swedish."),
    "en": gettext_lazy("The title is missing in English."),
}
PLACEHOLDER = re.compile(
    r"(kurssi|kurs|course|testi?|uusi|ny|new|nimi|namn|title|otsikko|xx+)[\W\d_]*", re.IGNORECASE
)
SUBJECT = re.compile(
    r"^(oppija|opiskelija|den studerande|studeranden|den lärande|(the )?(learner|student))\s+", re.IGNORECASE
)
WEAK_VERBS = {"tietää", "ymmärtää", "vet", "förstår", "know", "knows", "understand", "understands"}


def title(facts: Facts) -> Iterator[Remark]:
    yield from in_languages(facts, "title", said=TITLE_MISSING)
    for language, text in facts.version.title.items():
        if text and not 5 <= len(text.strip()) <= 120:
            yield Remark(field="title", text=_("A title has 5–120 characters."), language=language)
        elif text and PLACEHOLDER.fullmatch(text.strip()):
            yield Remark(
                field="title", text=_("The title does not tell what it is about."), language=language
            )
    for code, status in facts.namesakes:
        weight = Weight.NOTE if status == OfferingVersion.Status.DRAFT else Weight.BLOCKS
        yield Remark(field="title", text=_("%(code)s has the same title.") % {"code": code}, weight=weight)


def country(facts: Facts) -> Iterator[Remark]:
    if not facts.version.country:
        yield Remark(field="country", text=_("Choose the country."))


def awarding_bodies(facts: Facts) -> Iterator[Remark]:
    if not facts.version.awarding_bodies:
        yield Remark(field="awarding_bodies", text=_("Choose at least one awarding body."))
    elif facts.institution.code not in facts.version.awarding_bodies:
        said = _("%(code)s leads the offering and issues its credentials: it must be an awarding body.")
        yield Remark(field="awarding_bodies", text=said % {"code": facts.institution.code})


def outcomes(facts: Facts) -> Iterator[Remark]:
    if not facts.outcomes:
        yield Remark(field="outcomes", text=_("Add at least one learning outcome."))
        return
    for number, outcome in enumerate(facts.outcomes):
        yield from in_languages(facts, "outcomes", texts=outcome.text, item=number)
        yield from _weak_verbs(facts, number=number, texts=outcome.text)
    kinds = {outcome.kind for outcome in facts.outcomes}
    for kind, text in (
        (LearningOutcome.Kind.KNOWLEDGE, _("Add at least one outcome of knowledge.")),
        (LearningOutcome.Kind.SKILL, _("Add at least one outcome of skill.")),
        (LearningOutcome.Kind.COMPETENCE, _("Add at least one outcome of competence.")),
    ):
        if kind not in kinds:
            yield facts.asked("outcome_kinds", "outcomes", text)
    limits = facts.rules.limits
    if not limits["outcomes_least"] <= len(facts.outcomes) <= limits["outcomes_most"]:
        yield facts.asked("outcome_number", "outcomes", _("Three to ten learning outcomes are recommended."))


def _weak_verbs(facts: Facts, *, number: int, texts: dict) -> Iterator[Remark]:
    for language, text in texts.items():
        verb = SUBJECT.sub("", text.strip()).split(" ", 1)[0].strip(".,").lower()
        if verb in WEAK_VERBS:
            said = _(
                "“%(verb)s” is hard to assess. Say what the learner does, for example explains or makes."
            ) % {"verb": verb}
            yield facts.asked("weak_verbs", "outcomes", said, language=language, item=number)


def size(facts: Facts) -> Iterator[Remark]:
    """Rules 4 and 5; the hours follow from the credits."""
    ects, limits = facts.version.ects, facts.rules.limits
    if facts.version.education_form == "kurkistus":
        yield Remark(
            field="education_form",
            text=_("A taster course gives no credits: it cannot become a micro-credential."),
        )
    if ects is None or not limits["ects_least"] <= ects <= limits["ects_most"]:
        between = {"least": limits["ects_least"], "most": limits["ects_most"]}
        yield Remark(field="ects", text=_("The size is %(least)s–%(most)s ECTS credits.") % between)
    elif Decimal(ects) % Decimal("0.5"):
        yield Remark(field="ects", text=_("The size is given to half a credit."))
    if ects is not None and ects >= limits["ects_justified_from"]:
        said = _("Justify the size of %(ects)s credits.") % {
            "ects": number_format(Decimal(ects).normalize(), use_l10n=True)
        }
        yield from text_of(facts, "size_justification", said)


def level(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if not version.eqf_level:
        yield Remark(field="eqf_level", text=_("Choose the level."))
    if not version.nqf_level:
        yield Remark(field="nqf_level", text=_("Choose the level in the national framework."))
    if (version.eqf_level or 0) >= facts.rules.limits["cycle_from_level"] and not version.ehea_cycle:
        yield facts.asked("ehea_cycle", "ehea_cycle", _("Choose the cycle."))
    if not version.competence_level:
        said = _("Choose the level step for working life.")
        yield facts.asked("competence_level", "competence_level", said)
    elif version.competence_level not in facts.rules.levels:
        said = _("The rule set has no such level step. Choose another.")
        yield facts.asked("competence_level", "competence_level", said)


def assessment(facts: Facts) -> Iterator[Remark]:
    types = facts.version.assessment_types
    if not types:
        yield Remark(field="assessment_types", text=_("Choose at least one type of assessment."))
    if types == ["self_assessment"]:
        alone = _("Self-assessment alone does not show the competence. Add another type.")
        yield facts.asked("self_assessment_alone", "assessment_types", alone)
    yield from text_of(facts, "assessment_description", _("Describe how the competence is assessed."))
    yield from text_of(facts, "assessment_criteria", _("Describe the assessment criteria."))


def participation(facts: Facts) -> Iterator[Remark]:
    modes = facts.version.participation_modes
    if not modes:
        yield Remark(field="participation_modes", text=_("Choose at least one form of participation."))
    if {"contact", "blended"} & set(modes) and not facts.version.locations:
        yield Remark(field="locations", text=_("The place is missing."))


def quality_assurance(facts: Facts) -> Iterator[Remark]:
    types = facts.version.quality_assurance_types
    if not types:
        yield Remark(
            field="quality_assurance_types", text=_("Choose at least one type of quality assurance.")
        )
    if "external_institutional_audit" in types:
        audit = _("Check that the external audit is recorded and still valid.")
        yield Remark(field="quality_assurance_types", text=audit, weight=Weight.NOTE)
    yield from text_of(facts, "quality_assurance", _("The description of quality assurance is missing."))
    yield from text_of(facts, "quality_assurance_additional")


def prerequisites(facts: Facts) -> Iterator[Remark]:
    said = _("Tell the prerequisites, or write “No prerequisites”.")
    yield from text_of(facts, "prerequisites", said, rule="prerequisites")


def identity(facts: Facts) -> Iterator[Remark]:
    needed_from = facts.rules.limits["identity_from_ects"]
    if not facts.version.identity_verification and (facts.version.ects or 0) >= needed_from:
        said = _("From 5 credits on, tell how the assessment is supervised and identity checked.")
        yield facts.asked("identity_verification", "identity_verification", said)


def grading_scale(facts: Facts) -> Iterator[Remark]:
    if not facts.version.grading_scale:
        yield Remark(field="grading_scale", text=_("Choose the grading scale."))


def stackability(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if not version.stackability:
        said = _("Tell whether it stands alone or stacks.")
        yield facts.asked("stackability", "stackability", said)
    if version.education_form == "polkuopinnot" and is_empty(version.stackability_towards):
        said = _("Path studies lead to a degree programme: tell which, and how one is admitted.")
        yield facts.asked("admission", "stackability_towards", said)
    yield from text_of(facts, "stackability_towards")


def further_information(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if not version.teaching_languages:
        yield Remark(field="teaching_languages", text=_("Choose the language of instruction."))
    if not version.sdgs:
        said = _("Choose the Sustainable Development Goals it serves, or tell why none applies.")
        if is_empty(version.sdg_not_applicable):
            yield facts.asked("sdgs", "sdgs", said)
        yield from text_of(facts, "sdg_not_applicable")
    yield from text_of(facts, "badge_name")
