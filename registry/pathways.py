"""Pathways as readers meet them: their parts out of the offerings, their rules in words."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry import stacking
from registry.models import OfferingVersion, Pathway
from registry.stacking import Group, Missing, Part

# What each model means, for those who read a pathway and for those who make one.
EXPLANATIONS = {
    Pathway.Model.PAKETTI: gettext_lazy("Every part is completed; together they make one whole."),
    Pathway.Model.SALKKU: gettext_lazy(
        "The learner collects the parts that suit them, up to a sum of credits."
    ),
    Pathway.Model.SUPPILO: gettext_lazy(
        "A part leads towards a degree or further studies; nothing is awarded."
    ),
}
LEFT_OUT = {
    "level": gettext_lazy("below the level that the pathway asks for"),
    "age": gettext_lazy("completed too long ago"),
    "order": gettext_lazy("counts when the part before it has been completed"),
}


def rule(pathway: Pathway) -> stacking.Rule:
    return stacking.read(pathway.rule, is_ordered=pathway.is_ordered)


def part(version: OfferingVersion, *, completed_on: date | None = None) -> Part:
    """A version as a part of stacks; its outcomes are compared by the addresses of their skills."""
    return Part(
        code=version.offering.code,
        ects=Fraction(version.ects or 0),
        level=version.eqf_level,
        skills=tuple(frozenset(one["uri"] for one in outcome.skills) for outcome in version.outcomes.all()),
        completed_on=completed_on,
    )


def versions(pathway: Pathway) -> dict[str, OfferingVersion]:
    """What the catalogue shows of the pathway's offerings, by code; not those for the staff only."""
    found = {one.code: one.published for one in pathway.offerings.all()}
    return {code: one for code, one in found.items() if one is not None and not one.is_staff_only}


def offered(pathway: Pathway) -> list[Part]:
    """Parts that can be taken now: a suspended offering takes nobody in."""
    shown = versions(pathway).values()
    return [part(one) for one in shown if one.status == OfferingVersion.Status.PUBLISHED]


def needed_ects(read: stacking.Rule, *, parts: Iterable[Part]) -> Fraction | None:
    """The credits that the rule comes to, where it says so: a sum, or all of given parts."""
    if read.root.kind == "min_ects":
        return read.root.number
    if read.root.kind == "all_of" and all(isinstance(item, str) for item in read.root.items):
        known = {one.code: one for one in parts}
        if set(read.codes) <= set(known):
            return stacking.credits_of(read, [known[code] for code in read.codes])
    return None


def amount(ects: Fraction) -> str:
    """Credits as people read them, down to whole halves: "16", "7,5"."""
    halves = ects * 2 // 1
    return number_format(halves // 2 if halves % 2 == 0 else halves / 2, 0 if halves % 2 == 0 else 1)


def group_in_words(group: Group) -> str:
    if group.kind == "min_ects":
        return _("At least %(ects)s ECTS credits of these") % {"ects": amount(group.number)}
    if group.kind == "all_of":
        return _("All of these")
    number = int(group.number)
    return ngettext("One of these", "%(number)s of these", number) % {"number": number}


def join_in_words(group: Group) -> str:
    """How groups inside a group go together; empty where there are none."""
    if all(isinstance(item, str) for item in group.items):
        return ""
    if group.kind == "all_of":
        return _("All of the following are needed.")
    number = int(group.number)
    said = ngettext("One of the following is needed.", "%(number)s of the following are needed.", number)
    return said % {"number": number}


def missing_in_words(missing: Missing) -> str:
    if missing.kind == "min_ects":
        # What lacks is rounded up: half a credit is the smallest step.
        lacks = Fraction(-(-missing.number * 2 // 1), 2)
        return _("%(ects)s ECTS credits are missing; these can be added:") % {"ects": amount(lacks)}
    if missing.kind == "all_of":
        return _("Missing:")
    number = int(missing.number)
    return ngettext("One of these is missing:", "%(number)s of these are missing:", number) % {
        "number": number
    }


def conditions_in_words(read: stacking.Rule) -> list[str]:
    """What is asked besides the parts themselves."""
    said = []
    if read.min_level:
        said.append(_("Each part is of EQF level %(level)s or higher.") % {"level": read.min_level})
    if read.max_age_months:
        months = read.max_age_months
        said.append(
            ngettext(
                "A part counts for %(months)s month from its completion.",
                "A part counts for %(months)s months from its completion.",
                months,
            )
            % {"months": months}
        )
    for codes, ects in read.overlaps:
        named = ", ".join(code for code in read.codes if code in codes)
        said.append(
            _("%(codes)s overlap by %(ects)s ECTS credits, which are counted once.")
            % {"codes": named, "ects": amount(ects)}
        )
    return said
