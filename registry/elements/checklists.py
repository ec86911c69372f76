"""The checklist of a version: elements with what they still need, under one rule set."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from registry import rule_sets
from registry.elements import annex, further
from registry.elements.facts import Facts, Remark
from registry.models import Institution, LearningOutcome, OfferingVersion
from registry.rule_sets import Weight

Status = OfferingVersion.Status


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
class Rule:
    """An element and its check; without a check it is met when the credential is issued.

    `only` names the rules of the set without which the element is not asked for at all.
    """

    code: str
    name: str | Promise
    field: str
    check: Callable[[Facts], Iterable[Remark]] | None = None
    is_at_issue: bool = False
    only: tuple[str, ...] = ()


MANDATORY = (
    Rule("M1", gettext_lazy("Identification of the learner"), "", is_at_issue=True),
    Rule("M2", gettext_lazy("Title"), "title", annex.title),
    Rule("M3", gettext_lazy("Country of the issuer"), "country", annex.country),
    Rule("M4", gettext_lazy("Awarding body"), "awarding_bodies", annex.awarding_bodies),
    Rule("M5", gettext_lazy("Date of issue"), "", is_at_issue=True),
    Rule("M6", gettext_lazy("Learning outcomes"), "outcomes", annex.outcomes),
    Rule("M7", gettext_lazy("Notional workload"), "ects", annex.size),
    Rule("M8", gettext_lazy("Level"), "eqf_level", annex.level),
    Rule("M9", gettext_lazy("Type of assessment"), "assessment_types", annex.assessment),
    Rule("M10", gettext_lazy("Form of participation"), "participation_modes", annex.participation),
    Rule(
        "M11", gettext_lazy("Type of quality assurance"), "quality_assurance_types", annex.quality_assurance
    ),
)
OPTIONAL = (
    Rule("O1", gettext_lazy("Prerequisites"), "prerequisites", annex.prerequisites),
    Rule("O2", gettext_lazy("Supervision and identity check"), "identity_verification", annex.identity),
    Rule("O3", gettext_lazy("Grade"), "grading_scale", annex.grading_scale, is_at_issue=True),
    Rule("O4", gettext_lazy("Stackability"), "stackability", annex.stackability),
    Rule("O5", gettext_lazy("Further information"), "further_information_url", annex.further_information),
)
FURTHER = (
    Rule("language", gettext_lazy("Main language of the texts"), "primary_language", further.main_language),
    Rule("description", gettext_lazy("Description"), "summary", further.description),
    Rule("need", gettext_lazy("Need in working life or society"), "relevance", further.need),
    Rule("form", gettext_lazy("Form of education"), "education_form", further.form),
    Rule("derived", gettext_lazy("Derived from a degree"), "parent_courses", further.derived,
         only=("parent_courses",)),
    Rule("joint", gettext_lazy("Cooperation"), "shares", further.joint, only=("shares", "shares_missing")),
    Rule("digital", gettext_lazy("Online and distance teaching"), "digital_pedagogy", further.digital,
         only=("digital_pedagogy",)),
    Rule("contacts", gettext_lazy("Contacts"), "contacts", further.contacts, only=("contacts",)),
    Rule("fee", gettext_lazy("Fee"), "fee_eur", further.fee),
    Rule("funding", gettext_lazy("Funding"), "funding", further.funding),
    Rule("rdi", gettext_lazy("RDI project"), "rdi", further.rdi),
)  # fmt: skip
NAMES = {rule.code: rule.name for rule in (*MANDATORY, *OPTIONAL, *FURTHER)}


def of(*, version: OfferingVersion) -> Checklist:
    """The checklist of a stored version, same titles and contacts included."""
    institution = version.offering.institution
    return checklist(
        version=version,
        outcomes=list(version.outcomes.order_by("order")),
        institution=institution,
        namesakes=namesakes(version=version, institution=institution),
        contacts=set(version.offering.contacts.values_list("function", flat=True)),
    )


def checklist(
    *,
    version: OfferingVersion,
    outcomes: Sequence[LearningOutcome],
    institution: Institution,
    namesakes: Sequence[tuple[str, str]] = (),
    contacts: Collection[str] | None = None,
    rule_set: str = "",
) -> Checklist:
    """The checklist under the version's own rule set, or another; asks the database nothing."""
    rules = rule_sets.read()[rule_set or version.rule_set]
    facts = Facts(
        version=version,
        institution=institution,
        outcomes=outcomes,
        rules=rules,
        namesakes=namesakes,
        contacts=contacts,
    )
    blocking = {Weight.BLOCKS, Weight.OWN} if institution.own_rules_block else {Weight.BLOCKS}
    mandatory, optional, further = (
        tuple(_element(rule, facts=facts, blocking=blocking) for rule in group if _is_asked(rule, facts))
        for group in (MANDATORY, OPTIONAL, FURTHER)
    )
    return Checklist(rule_set=rules.name, mandatory=mandatory, optional=optional, further=further)


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


def published(institution: Institution) -> QuerySet[OfferingVersion]:
    """What the institution has in force, with all that a checklist looks at."""
    return (
        OfferingVersion.objects.filter(shown_by__institution=institution)
        .select_related("offering__institution")
        .prefetch_related(
            Prefetch("outcomes", LearningOutcome.objects.order_by("order", "pk")), "offering__contacts"
        )
        .order_by("offering__code", "pk")
    )


def to_recheck(*, version: OfferingVersion, rule_set: str) -> tuple[Remark, ...]:
    """What a published version would have to mend under another rule set (C-04); a version of `published`."""
    if version.rule_set == rule_set:
        return ()
    return checklist(
        version=version,
        outcomes=list(version.outcomes.all()),
        institution=version.offering.institution,
        contacts={contact.function for contact in version.offering.contacts.all()},
        rule_set=rule_set,
    ).reasons


def _is_asked(rule: Rule, facts: Facts) -> bool:
    return not rule.only or any(facts.rules.weights[name] != Weight.OFF for name in rule.only)


def _element(rule: Rule, *, facts: Facts, blocking: set[Weight]) -> Element:
    found = tuple(rule.check(facts)) if rule.check else ()
    remarks = [remark for remark in found if remark.weight != Weight.OFF]
    return Element(
        code=rule.code,
        name=rule.name,
        field=rule.field,
        is_at_issue=rule.is_at_issue,
        reasons=tuple(remark for remark in remarks if remark.weight in blocking),
        warnings=tuple(remark for remark in remarks if remark.weight not in blocking),
    )


def over_cap(*, version: OfferingVersion, fee: Decimal) -> str:
    """What to say of a fee, such as a realisation's, over the cap of the version's rule set; else nothing."""
    return further.over_cap(version=version, fee=fee, limits=rule_sets.read()[version.rule_set].limits)
