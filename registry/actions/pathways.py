"""Making and publishing pathways. The rule is checked here, whoever writes it: page, import or API."""

from datetime import datetime
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import catalogue, stacking, trail
from registry.errors import Invalid, StateChanged
from registry.models import Institution, Offering, OfferingVersion, Pathway, User
from registry.models.texts import LANGUAGES
from registry.workflow import advance, hold

CONTENT = (
    "model",
    "name",
    "is_composite",
    "is_diploma",
    "is_ordered",
    "total_ects",
    "rule",
    "counts_towards",
)
Status = Pathway.Status

WORDS = {
    "shape": gettext_lazy("The rule cannot be read. Check that each group has its kind and its offerings."),
    "empty": gettext_lazy("A group has no offerings. Write at least one code."),
    "depth": gettext_lazy("A group holds offerings only, or the rule holds one level of groups."),
    "twice": gettext_lazy("%(about)s stands in the rule twice. Each offering is named once."),
    "too_many": gettext_lazy("A pathway has at most %(about)s offerings."),
    "number": gettext_lazy(
        "A number is out of range: as many as the group has offerings at most; levels 1–8."
    ),
    "credits": gettext_lazy("Credits are given in whole or half credits, above zero."),
    "unknown": gettext_lazy("%(about)s is not among the offerings of this pathway."),
    "ring": gettext_lazy("These wait for each other: %(about)s. Change the order."),
    "overlap_of_one": gettext_lazy("An overlap names at least two offerings."),
}


@transaction.atomic
def create(*, institution: Institution, code: str, content: dict, by: User, at: datetime) -> Pathway:
    """A draft, kept by the institution. Raises Invalid, naming the fields."""
    said = _("This code is in use already. Choose another.")
    in_use = Invalid(said, code="code_in_use", reasons=[("code", said)])
    if Pathway.objects.filter(code=code).exists():
        raise in_use
    offerings = _checked(content)
    try:
        with transaction.atomic():
            pathway = Pathway.objects.create(institution=institution, code=code, **content)
    except IntegrityError as twice:  # somebody else's pathway took the code meanwhile
        raise in_use from twice
    pathway.offerings.set(offerings)
    trail.record(verb="created", row=pathway, by=by, at=at, became=pathway.status)
    return pathway


@transaction.atomic
def save(*, pathway: Pathway, content: dict, by: User, at: datetime) -> None:
    """Change a draft; a published pathway is taken back first. Raises Invalid, naming the fields."""
    kept = Pathway.objects.select_for_update().get(pk=pathway.pk)
    if kept.status != Status.DRAFT:
        raise StateChanged(_("The pathway is published. Take it back to change it."))
    offerings = _checked(content)
    changed = [name for name in CONTENT if getattr(kept, name) != content[name]]
    for name in CONTENT:
        setattr(pathway, name, content[name])
    pathway.save(update_fields=list(CONTENT))
    pathway.offerings.set(offerings)
    if changed:
        trail.record(verb="edited", row=pathway, by=by, at=at, reason=", ".join(changed))


@transaction.atomic
def publish(*, pathway: Pathway, by: User, at: datetime) -> None:
    """Show the pathway; its name is there in the three languages and each offering is in the catalogue."""
    hold(pathway, Status.PUBLISHED)
    reasons = []
    if lacking := [language for language in LANGUAGES if not pathway.name.get(language)]:
        said = _("The name is missing in: %(languages)s.") % {"languages": ", ".join(lacking)}
        reasons.append(("name", said))
    reasons += [
        ("", _("%(code)s is not in the catalogue.") % {"code": offering.code})
        for offering in pathway.offerings.filter(published=None).order_by("code")
    ]
    if reasons:
        raise Invalid(_("The pathway cannot be published yet."), code="incomplete", reasons=reasons)
    advance(pathway, Status.PUBLISHED, by=by, at=at, published_at=at, published_by=by)
    catalogue.forget()


@transaction.atomic
def take_back(*, pathway: Pathway, by: User, at: datetime) -> None:
    """Back to a draft: the catalogue no longer shows it."""
    advance(pathway, Status.DRAFT, by=by, at=at, published_at=None, published_by=None)
    catalogue.forget()


def checked_rule(rule: dict, *, is_ordered: bool) -> stacking.Rule:
    """The rule as values; raises Invalid in words."""
    try:
        return stacking.read(rule, is_ordered=is_ordered)
    except stacking.Malformed as fault:
        said = WORDS[fault.code] % {"about": fault.about} if fault.about else WORDS[fault.code]
        raise Invalid(said, code=f"rule_{fault.code}", reasons=[("", said)]) from fault


def _checked(content: dict) -> list[Offering]:
    """The offerings of the rule; raises Invalid where rule, model or composite do not go together."""
    rule = checked_rule(content["rule"], is_ordered=content["is_ordered"])
    found = {
        one.code: one for one in Offering.objects.filter(code__in=rule.codes).select_related("published")
    }
    reasons = [
        ("", _("There is no offering %(code)s.") % {"code": code}) for code in rule.codes if code not in found
    ]
    if content["is_diploma"] and not content["is_composite"]:
        reasons.append(
            ("is_diploma", _("A higher education diploma is a composite credential: mark that too."))
        )
    if content["is_composite"] and content["model"] == Pathway.Model.SUPPILO:
        reasons.append(("is_composite", _("A funnel leads onwards; it has no composite credential.")))
    reasons += _overlaps(rule, found)
    if reasons:
        raise Invalid(_("The pathway has something to mend."), reasons=reasons)
    return list(found.values())


def _overlaps(rule: stacking.Rule, found: dict[str, Offering]) -> list[tuple[str, str]]:
    """No offering overlaps with others by more than its own size."""
    shown: dict[str, OfferingVersion] = {code: one.published for code, one in found.items() if one.published}
    reasons = []
    for code, version in shown.items():
        common = sum((ects for codes, ects in rule.overlaps if code in codes), Fraction())
        if common > Fraction(version.ects or 0):
            said = _("%(code)s overlaps by more credits than it has.") % {"code": code}
            reasons.append(("overlaps", said))
    return reasons
