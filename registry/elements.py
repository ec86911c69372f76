"""The EU elements of a version: which are complete, what is missing, in which language. Saving goes on.

A rule set is data: the rules of Annex I of Council Recommendation 2022/C 243/02, then what law and the
register ask for. A version keeps the name of the rule set it is written under.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import Institution, LearningOutcome, OfferingVersion
from registry.models.texts import LANGUAGES

RULE_SET = "eu-2022/1"


class Weight(StrEnum):
    """What a remark does: the EU text and the law block review; own rules where the institution says so."""

    BLOCKS = "blocks"
    OWN = "own"
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """One thing that is missing or doubtful: the field (or "outcomes"), in words, its language."""

    field: str
    text: str
    language: str = ""
    weight: Weight = Weight.BLOCKS
    item: int | None = None  # which outcome, from 0


@dataclass(frozen=True)
class Element:
    """One element with what it still needs (`reasons`) and what is worth a thought (`warnings`)."""

    code: str
    name: str | Promise
    field: str
    is_at_issue: bool
    reasons: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.reasons

    @property
    def status(self) -> str:
        return ("at_issue" if self.is_at_issue else "complete") if self.complete else "missing"


@dataclass(frozen=True)
class Checklist:
    """The answer for one version: 11 mandatory elements, 5 optional ones, and what else is asked for."""

    rule_set: str
    mandatory: tuple[Element, ...]
    optional: tuple[Element, ...]
    further: tuple[Element, ...]

    @property
    def total(self) -> int:
        return len(self.mandatory)

    @property
    def done(self) -> int:
        """Mandatory elements that are complete; those that are met when the credential is issued count."""
        return sum(element.complete for element in self.mandatory)

    @property
    def at_issue(self) -> int:
        return sum(element.is_at_issue for element in self.mandatory)

    @property
    def reasons(self) -> tuple[Remark, ...]:
        """Everything that keeps the version from review, in the order of the elements."""
        return tuple(remark for element in self._all for remark in element.reasons)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        return tuple(remark for element in self._all for remark in element.warnings)

    @property
    def ready(self) -> bool:
        return not self.reasons

    @property
    def _all(self) -> tuple[Element, ...]:
        return self.mandatory + self.optional + self.further


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `namesakes`: (code, status) of own offerings with the same title."""

    version: OfferingVersion
    institution: Institution
    outcomes: Sequence[LearningOutcome]
    namesakes: Sequence[tuple[str, str]] = ()


def of(*, version: OfferingVersion) -> Checklist:
    """The checklist of a stored version, same titles included."""
    institution = version.offering.institution
    return checklist(
        version=version,
        outcomes=list(version.outcomes.order_by("order")),
        institution=institution,
        namesakes=namesakes(version=version, institution=institution),
    )


def checklist(
    *,
    version: OfferingVersion,
    outcomes: Sequence[LearningOutcome],
    institution: Institution,
    namesakes: Sequence[tuple[str, str]] = (),
) -> Checklist:
    """The checklist under the version's own rule set; asks the database nothing."""
    facts = Facts(version=version, institution=institution, outcomes=outcomes, namesakes=namesakes)
    rules = RULE_SETS[version.rule_set]
    mandatory, optional, further = (
        tuple(_element(rule=rule, facts=facts, own_rules_block=institution.own_rules_block) for rule in group)
        for group in (rules.mandatory, rules.optional, rules.further)
    )
    return Checklist(rule_set=version.rule_set, mandatory=mandatory, optional=optional, further=further)


def namesakes(*, version: OfferingVersion, institution: Institution) -> list[tuple[str, str]]:
    """Code and status of the institution's other living offerings with the same title in some language."""
    same = Q()
    for language, text in version.title.items():
        if text.strip():
            same |= Q(**{f"title__{language}__iregex": f"^{re.escape(text.strip())}$"})
    if not same:
        return []
    ended = [Status.SUPERSEDED, Status.RETIRED, Status.REJECTED]
    others = (
        institution.offerings.exclude(pk=version.offering_id)
        .newest_versions()
        .filter(same)
        .exclude(status__in=ended)
    )
    return list(others.order_by("offering__code").values_list("offering__code", "status"))


def languages_needed(version: OfferingVersion) -> tuple[str, ...]:
    """Rule 16: the main language and English."""
    return tuple(dict.fromkeys((version.primary_language, "en")))


# The rules: each yields remarks on what it looks at

Status = OfferingVersion.Status
Rule16 = {
    "fi": gettext_lazy("%(what)s: missing in Finnish."),
    "sv": gettext_lazy("%(what)s: missing in Swedish."),
    "en": gettext_lazy("%(what)s: missing in English."),
}
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
FEE_CAPS = {"open_uas_cap": 15, "specialisation_cap": 120}  # euros per credit, Government Decree 1440/2014
CAP_OF_FORM = {
    "avoin_amk": "open_uas_cap",
    "polkuopinnot": "open_uas_cap",
    "vaylaopinnot": "open_uas_cap",
    "tutkintokoulutuksesta_johdettu": "open_uas_cap",
    "erikoistumiskoulutus": "specialisation_cap",
}
CYCLE_FROM_LEVEL = 6


def _languages(
    facts: Facts, field: str, *, texts: dict | None = None, item: int | None = None, said=None
) -> Iterator[Remark]:
    """Rule 16 on one text that is filled at least in one language."""
    value = getattr(facts.version, field) if texts is None else texts
    needed = languages_needed(facts.version)
    for language in LANGUAGES:
        if (value.get(language) or "").strip():
            continue
        text = str((said or Rule16)[language]) % {"what": _label(field, item=item)}
        weight = Weight.BLOCKS if language in needed else Weight.OWN
        yield Remark(field=field, text=text, language=language, weight=weight, item=item)


def _label(field: str, *, item: int | None = None) -> str:
    if field == "outcomes":
        return _("Learning outcome %(number)s") % {"number": (item or 0) + 1}
    return OfferingVersion.label(field)


def _is_empty(texts: dict) -> bool:
    return not any((text or "").strip() for text in texts.values())


def _text(facts: Facts, field: str, empty: str = "", weight: Weight = Weight.BLOCKS) -> Iterator[Remark]:
    """A text: what to say when it is empty ("" when it may be), else its languages."""
    if not _is_empty(getattr(facts.version, field)):
        yield from _languages(facts, field)
    elif empty:
        yield Remark(field=field, text=empty, weight=weight)


def _title(facts: Facts) -> Iterator[Remark]:
    yield from _languages(facts, "title", said=TITLE_MISSING)
    for language, text in facts.version.title.items():
        if text and not 5 <= len(text.strip()) <= 120:
            yield Remark(field="title", text=_("A title has 5–120 characters."), language=language)
        elif text and PLACEHOLDER.fullmatch(text.strip()):
            yield Remark(
                field="title", text=_("The title does not tell what it is about."), language=language
            )
    for code, status in facts.namesakes:
        weight = Weight.NOTE if status == Status.DRAFT else Weight.BLOCKS
        yield Remark(field="title", text=_("%(code)s has the same title.") % {"code": code}, weight=weight)


def _country(facts: Facts) -> Iterator[Remark]:
    if not facts.version.country:
        yield Remark(field="country", text=_("Choose the country."))


def _awarding_bodies(facts: Facts) -> Iterator[Remark]:
    if not facts.version.awarding_bodies:
        yield Remark(field="awarding_bodies", text=_("Choose at least one awarding body."))
    elif facts.institution.code not in facts.version.awarding_bodies:
        said = _("%(code)s leads the offering and issues its credentials: it must be an awarding body.")
        yield Remark(field="awarding_bodies", text=said % {"code": facts.institution.code})


def _outcomes(facts: Facts) -> Iterator[Remark]:
    if not facts.outcomes:
        yield Remark(field="outcomes", text=_("Add at least one learning outcome."))
    for number, outcome in enumerate(facts.outcomes):
        yield from _languages(facts, "outcomes", texts=outcome.text, item=number)
        yield from _weak_verbs(number=number, texts=outcome.text)
    kinds = {outcome.kind for outcome in facts.outcomes}
    for kind, text in (
        (LearningOutcome.Kind.KNOWLEDGE, _("Add at least one outcome of knowledge.")),
        (LearningOutcome.Kind.SKILL, _("Add at least one outcome of skill.")),
        (LearningOutcome.Kind.COMPETENCE, _("Add at least one outcome of competence.")),
    ):
        if facts.outcomes and kind not in kinds:
            yield Remark(field="outcomes", text=text, weight=Weight.OWN)
    if facts.outcomes and not 3 <= len(facts.outcomes) <= 10:
        yield Remark(
            field="outcomes", text=_("Three to ten learning outcomes are recommended."), weight=Weight.OWN
        )


def _weak_verbs(*, number: int, texts: dict) -> Iterator[Remark]:
    for language, text in texts.items():
        verb = SUBJECT.sub("", text.strip()).split(" ", 1)[0].strip(".,").lower()
        if verb in WEAK_VERBS:
            said = _(
                "“%(verb)s” is hard to assess. Say what the learner does, for example explains or makes."
            ) % {"verb": verb}
            yield Remark(field="outcomes", text=said, language=language, weight=Weight.OWN, item=number)


def _size(facts: Facts) -> Iterator[Remark]:
    """Rules 4 and 5; the hours follow from the credits."""
    ects = facts.version.ects
    if facts.version.education_form == "kurkistus":
        yield Remark(
            field="education_form",
            text=_("A taster course gives no credits: it cannot become a micro-credential."),
        )
    if ects is None or not 1 <= ects <= 60:
        yield Remark(field="ects", text=_("The size is 1–60 ECTS credits."))
    elif Decimal(ects) % Decimal("0.5"):
        yield Remark(field="ects", text=_("The size is given to half a credit."))
    if ects == 60:
        yield from _text(facts, "size_justification", _("Justify the size of 60 credits."))


def _level(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if not version.eqf_level:
        yield Remark(field="eqf_level", text=_("Choose the level."))
    if not version.nqf_level:
        yield Remark(field="nqf_level", text=_("Choose the level in the national framework."))
    if (version.eqf_level or 0) >= CYCLE_FROM_LEVEL and not version.ehea_cycle:
        yield Remark(field="ehea_cycle", text=_("Choose the cycle."), weight=Weight.OWN)
    if not version.competence_level:
        yield Remark(
            field="competence_level", text=_("Choose the level step for working life."), weight=Weight.OWN
        )


def _assessment(facts: Facts) -> Iterator[Remark]:
    types = facts.version.assessment_types
    if not types:
        yield Remark(field="assessment_types", text=_("Choose at least one type of assessment."))
    if types == ["self_assessment"]:
        alone = _("Self-assessment alone does not show the competence. Add another type.")
        yield Remark(field="assessment_types", text=alone, weight=Weight.OWN)
    yield from _text(facts, "assessment_description", _("Describe how the competence is assessed."))
    yield from _text(facts, "assessment_criteria", _("Describe the assessment criteria."))


def _participation(facts: Facts) -> Iterator[Remark]:
    modes = facts.version.participation_modes
    if not modes:
        yield Remark(field="participation_modes", text=_("Choose at least one form of participation."))
    if {"contact", "blended"} & set(modes) and not facts.version.locations:
        yield Remark(field="locations", text=_("The place is missing."))


def _quality_assurance(facts: Facts) -> Iterator[Remark]:
    types = facts.version.quality_assurance_types
    if not types:
        yield Remark(
            field="quality_assurance_types", text=_("Choose at least one type of quality assurance.")
        )
    if "external_institutional_audit" in types:
        audit = _("Check that the external audit is recorded and still valid.")
        yield Remark(field="quality_assurance_types", text=audit, weight=Weight.NOTE)
    yield from _text(facts, "quality_assurance", _("The description of quality assurance is missing."))
    yield from _text(facts, "quality_assurance_additional")


def _prerequisites(facts: Facts) -> Iterator[Remark]:
    said = _("Tell the prerequisites, or write “No prerequisites”.")
    yield from _text(facts, "prerequisites", said, Weight.OWN)


def _identity(facts: Facts) -> Iterator[Remark]:
    if not facts.version.identity_verification and (facts.version.ects or 0) >= 5:
        said = _("From 5 credits on, tell how the assessment is supervised and identity checked.")
        yield Remark(field="identity_verification", text=said, weight=Weight.OWN)


def _grading_scale(facts: Facts) -> Iterator[Remark]:
    if not facts.version.grading_scale:
        yield Remark(field="grading_scale", text=_("Choose the grading scale."))


def _stackability(facts: Facts) -> Iterator[Remark]:
    if not facts.version.stackability:
        yield Remark(
            field="stackability", text=_("Tell whether it stands alone or stacks."), weight=Weight.OWN
        )
    yield from _text(facts, "stackability_towards")


def _further_information(facts: Facts) -> Iterator[Remark]:
    if not facts.version.teaching_languages:
        yield Remark(field="teaching_languages", text=_("Choose the language of instruction."))
    if not facts.version.sdgs:
        said = _("Choose the Sustainable Development Goals it serves.")
        yield Remark(field="sdgs", text=said, weight=Weight.OWN)
    yield from _text(facts, "badge_name")


def _description(facts: Facts) -> Iterator[Remark]:
    yield from _text(facts, "summary", _("Describe the offering in a few sentences."))
    yield from _text(facts, "target_group", _("Tell for whom it is."), Weight.OWN)
    yield from _text(facts, "guidance", _("Tell where a learner gets guidance."), Weight.OWN)
    for field, said in (
        ("isced_f", _("Choose the field of education.")),
        ("okm_field", _("Choose the field of steering.")),
    ):
        if not getattr(facts.version, field):
            yield Remark(field=field, text=said, weight=Weight.OWN)


def _need(facts: Facts) -> Iterator[Remark]:
    yield from _text(
        facts, "relevance", _("Tell which need in working life or society it answers."), Weight.OWN
    )
    if not facts.version.relevance_source:
        yield Remark(
            field="relevance_source", text=_("Choose where the need became known."), weight=Weight.OWN
        )


def _main_language(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if version.primary_language == "en" and version.teaching_languages != ["en"]:
        said = _("English can be the main language only when the teaching is in English alone.")
        yield Remark(field="primary_language", text=said)


def _form(facts: Facts) -> Iterator[Remark]:
    if not facts.version.education_form:
        yield Remark(field="education_form", text=_("Choose the form of education."))
    agreed = "agreed_with_working_life" in facts.version.origins
    if facts.version.education_form == "erikoistumiskoulutus" and not agreed:
        said = _("Specialisation education is agreed with working life: choose it as an origin.")
        yield Remark(field="origins", text=said)


def _fee(facts: Facts) -> Iterator[Remark]:
    """Rule 13: caps by the form of education and by the ground of the fee that was chosen."""
    version = facts.version
    if version.fee_eur is None:
        yield Remark(field="fee_eur", text=_("Tell the fee; 0 when it is free of charge."), weight=Weight.OWN)
        return
    if version.fee_rule in {"free", "funded"} and version.fee_eur > 0:
        yield Remark(field="fee_eur", text=_("The fee is 0 € when it is free of charge."))
    caps = [
        FEE_CAPS[cap]
        for cap in (CAP_OF_FORM.get(version.education_form), version.fee_rule)
        if cap in FEE_CAPS
    ]
    if caps and version.ects and version.fee_eur > min(caps) * version.ects:
        most = number_format(Decimal(min(caps) * version.ects).normalize(), use_l10n=True)
        said = _("At most %(most)s € (%(each)s €/credit).") % {"most": most, "each": min(caps)}
        yield Remark(field="fee_eur", text=said)


def _funding(facts: Facts) -> Iterator[Remark]:
    shares = [
        Decimal(str(row["share"])) for row in facts.version.funding if row.get("share") not in (None, "")
    ]
    if shares and sum(shares) != 100:
        yield Remark(field="funding", text=_("The shares of funding make 100 % together."))


def _rdi(facts: Facts) -> Iterator[Remark]:
    part, size = (facts.version.rdi or {}).get("tki_ects"), facts.version.ects
    if part is not None and size is not None and Decimal(str(part)) > size:
        yield Remark(field="rdi", text=_("The RDI part cannot exceed the size."))


# The rule sets


@dataclass(frozen=True)
class Rule:
    """An element and its check; without a check it is met when the credential is issued."""

    code: str
    name: str | Promise
    field: str
    check: Callable[[Facts], Iterable[Remark]] | None = None
    is_at_issue: bool = False


@dataclass(frozen=True)
class RuleSet:
    mandatory: tuple[Rule, ...]
    optional: tuple[Rule, ...]
    further: tuple[Rule, ...]


RULE_SETS = {
    RULE_SET: RuleSet(
        mandatory=(
            Rule("M1", gettext_lazy("Identification of the learner"), "", is_at_issue=True),
            Rule("M2", gettext_lazy("Title"), "title", _title),
            Rule("M3", gettext_lazy("Country of the issuer"), "country", _country),
            Rule("M4", gettext_lazy("Awarding body"), "awarding_bodies", _awarding_bodies),
            Rule("M5", gettext_lazy("Date of issue"), "", is_at_issue=True),
            Rule("M6", gettext_lazy("Learning outcomes"), "outcomes", _outcomes),
            Rule("M7", gettext_lazy("Notional workload"), "ects", _size),
            Rule("M8", gettext_lazy("Level"), "eqf_level", _level),
            Rule("M9", gettext_lazy("Type of assessment"), "assessment_types", _assessment),
            Rule("M10", gettext_lazy("Form of participation"), "participation_modes", _participation),
            Rule(
                "M11",
                gettext_lazy("Type of quality assurance"),
                "quality_assurance_types",
                _quality_assurance,
            ),
        ),
        optional=(
            Rule("O1", gettext_lazy("Prerequisites"), "prerequisites", _prerequisites),
            Rule("O2", gettext_lazy("Supervision and identity check"), "identity_verification", _identity),
            Rule("O3", gettext_lazy("Grade"), "grading_scale", _grading_scale, is_at_issue=True),
            Rule("O4", gettext_lazy("Stackability"), "stackability", _stackability),
            Rule("O5", gettext_lazy("Further information"), "further_information_url", _further_information),
        ),
        further=(
            Rule("language", gettext_lazy("Main language of the texts"), "primary_language", _main_language),
            Rule("description", gettext_lazy("Description"), "summary", _description),
            Rule("need", gettext_lazy("Need in working life or society"), "relevance", _need),
            Rule("form", gettext_lazy("Form of education"), "education_form", _form),
            Rule("fee", gettext_lazy("Fee"), "fee_eur", _fee),
            Rule("funding", gettext_lazy("Funding"), "funding", _funding),
            Rule("rdi", gettext_lazy("RDI project"), "rdi", _rdi),
        ),
    )
}


def _element(*, rule: Rule, facts: Facts, own_rules_block: bool) -> Element:
    remarks = tuple(rule.check(facts)) if rule.check else ()
    blocking = {Weight.BLOCKS, Weight.OWN} if own_rules_block else {Weight.BLOCKS}
    return Element(
        code=rule.code,
        name=rule.name,
        field=rule.field,
        is_at_issue=rule.is_at_issue,
        reasons=tuple(remark for remark in remarks if remark.weight in blocking),
        warnings=tuple(remark for remark in remarks if remark.weight not in blocking),
    )
