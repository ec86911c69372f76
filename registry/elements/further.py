"""What law and the register ask for beyond Annex I: each rule yields remarks on what it looks at."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.elements.facts import Facts, Remark, is_empty, text_of
from registry.models import OfferingVersion

CAP_OF_FORM = {
    "avoin_amk": "open_uas_cap",
    "polkuopinnot": "open_uas_cap",
    "vaylaopinnot": "open_uas_cap",
    "tutkintokoulutuksesta_johdettu": "open_uas_cap",
    "erikoistumiskoulutus": "specialisation_cap",
}
CAPS = {"open_uas_cap", "specialisation_cap"}
CONTACT_MISSING = {
    "study_affairs": gettext_lazy("Name a contact from study affairs."),
    "teaching": gettext_lazy("Name a contact from teaching."),
    "rdi": gettext_lazy("Name a contact from RDI."),
}


def main_language(facts: Facts) -> Iterator[Remark]:
    version = facts.version
    if version.primary_language == "en" and version.teaching_languages != ["en"]:
        said = _("English can be the main language only when the teaching is in English alone.")
        yield Remark(field="primary_language", text=said)


def description(facts: Facts) -> Iterator[Remark]:
    yield from text_of(facts, "summary", _("Describe the offering in a few sentences."))
    yield from text_of(facts, "target_group", _("Tell for whom it is."), rule="target_group")
    yield from text_of(facts, "guidance", _("Tell where a learner gets guidance."), rule="guidance")
    if not facts.version.isced_f:
        yield facts.asked("isced_f", "isced_f", _("Choose the field of education."))
    if not facts.version.okm_field:
        yield facts.asked("okm_field", "okm_field", _("Choose the field of steering."))


def need(facts: Facts) -> Iterator[Remark]:
    """P-04 and P-05: a need has a source, and something that shows it."""
    version = facts.version
    said = _("Tell which need in working life or society it answers.")
    yield from text_of(facts, "relevance", said, rule="relevance")
    if not version.relevance_source:
        said = _("Choose where the need became known.")
        yield facts.asked("relevance_source", "relevance_source", said)
    is_commission = version.relevance_source == "commission" and version.commissioner
    if not (version.meetings or version.foresight or is_commission):
        said = _("Show the need: pick a meeting with working life or a foresight note.")
        yield facts.asked("evidence", "meetings", said)


def form(facts: Facts) -> Iterator[Remark]:
    """C-07, C-08 and C-10: what the form of education asks for."""
    version = facts.version
    if not version.education_form:
        yield Remark(field="education_form", text=_("Choose the form of education."))
    agreed = "agreed_with_working_life" in version.origins
    if version.education_form == "erikoistumiskoulutus" and not agreed:
        said = _("Specialisation education is agreed with working life: choose it as an origin.")
        yield Remark(field="origins", text=said)
    if "employer_commissioned" in version.origins and not version.commissioner:
        yield facts.asked("commissioner", "commissioner", _("Tell who commissioned it."))
    if version.education_form == "vaylaopinnot" and not version.vet_partner:
        said = _("Tell the partner in vocational or general upper secondary education.")
        yield facts.asked("vet_partner", "vet_partner", said)


def derived(facts: Facts) -> Iterator[Remark]:
    """C-09: what is taken from a degree names its courses."""
    version = facts.version
    from_degree = version.education_form == "tutkintokoulutuksesta_johdettu"
    if (from_degree or "degree_derived" in version.origins) and not version.parent_courses:
        said = _("Name the courses of the degree that it is derived from.")
        yield facts.asked("parent_courses", "parent_courses", said)


def joint(facts: Facts) -> Iterator[Remark]:
    """C-27: credits are counted once; the shares of a joint offering sum to its size."""
    version = facts.version
    told = sum(Decimal(str(row["ects"])) for row in version.shares)
    if version.shares and version.ects is not None and told != version.ects:
        said = _("The shares make %(told)s credits together, the size is %(size)s.") % {
            "told": _number(told),
            "size": _number(version.ects),
        }
        yield facts.asked("shares", "shares", said)
    if len(version.awarding_bodies) > 1 and not version.shares:
        said = _("Tell each institution's share of the credits.")
        yield facts.asked("shares_missing", "shares", said)


def digital(facts: Facts) -> Iterator[Remark]:
    """P-06: online and distance teaching says how it meets each criterion; one language is enough."""
    if not {"online", "distance"} & set(facts.version.participation_modes):
        return
    answers = facts.version.digital_pedagogy
    missing = [
        criterion for criterion in OfferingVersion.DIGITAL_CRITERIA if is_empty(answers.get(criterion, {}))
    ]
    if missing:
        said = _("Answer each criterion of online and distance teaching: %(number)s of 6 are open.")
        yield facts.asked("digital_pedagogy", "digital_pedagogy", said % {"number": len(missing)})


def contacts(facts: Facts) -> Iterator[Remark]:
    """A-04: people from study affairs, teaching and RDI are named."""
    if facts.contacts is None:
        return
    for function, text in CONTACT_MISSING.items():
        if function not in facts.contacts:
            yield facts.asked("contacts", "contacts", str(text))


def fee(facts: Facts) -> Iterator[Remark]:
    """Rule 13: caps by the form of education and by the ground of the fee that was chosen."""
    version, limits = facts.version, facts.rules.limits
    if version.fee_eur is None:
        yield facts.asked("fee_eur", "fee_eur", _("Tell the fee; 0 when it is free of charge."))
        return
    if version.fee_rule in {"free", "funded"} and version.fee_eur > 0:
        yield Remark(field="fee_eur", text=_("The fee is 0 € when it is free of charge."))
    if said := over_cap(version=version, fee=version.fee_eur, limits=limits):
        yield Remark(field="fee_eur", text=said)


def over_cap(*, version: OfferingVersion, fee: Decimal, limits: dict) -> str:
    """What to say of a fee over the cap of the form of education, or of the ground chosen; else nothing."""
    caps = [limits[cap] for cap in (CAP_OF_FORM.get(version.education_form), version.fee_rule) if cap in CAPS]
    if not (caps and version.ects and fee > min(caps) * version.ects):
        return ""
    most = {"most": _number(min(caps) * version.ects), "each": min(caps)}
    return _("At most %(most)s € (%(each)s €/credit).") % most


def funding(facts: Facts) -> Iterator[Remark]:
    """F-01: shares that were told make 100 %."""
    rows = facts.version.funding
    shares = [Decimal(str(row["share"])) for row in rows if row.get("share") not in (None, "")]
    if shares and sum(shares) != 100:
        yield Remark(field="funding", text=_("The shares of funding make 100 % together."))
    if len(shares) < len(rows):
        said = _("Tell the share of each source of funding.")
        yield facts.asked("funding_shares", "funding", said)


def rdi(facts: Facts) -> Iterator[Remark]:
    part, size = (facts.version.rdi or {}).get("tki_ects"), facts.version.ects
    if part not in (None, "") and size is not None and Decimal(str(part)) > size:
        yield Remark(field="rdi", text=_("The RDI part cannot exceed the size."))


def _number(value) -> str:
    return number_format(Decimal(value).normalize(), use_l10n=True)
