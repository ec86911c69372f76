"""A pathway as a form: what it is, its groups of offerings, and the conditions beside them.

The rule's JSON and the form say the same; codes and small tables are written as lines of text, so that
nothing needs JavaScript.
"""

import re
from math import isfinite, nan

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms import BaseFormSet, formset_factory
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry import pathways, stacking
from registry.fields import CleanForm, TextsFormField
from registry.models import Pathway

KINDS = {
    "all_of": _("All of these"),
    "any_of": _("One of these (alternatives)"),
    "n_of": _("A number of these"),
    "min_ects": _("Credits from these"),
}
JOINS = {
    "all_of": _("Every group is needed"),
    "any_of": _("One group is enough"),
    "n_of": _("A number of groups"),
}
CODE = RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Use capital letters, digits and hyphens."))


class CodesLines(forms.CharField):
    """Codes of offerings, one per line or with commas between. Cleans to a list."""

    widget = forms.Textarea({"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value):
        return re.split(r"[\s,]+", super().clean(value).strip()) if value and value.strip() else []


class PairLines(forms.CharField):
    """Lines "left: right". Cleans to pairs of (codes on the left, words on the right)."""

    widget = forms.Textarea({"rows": 2})

    def clean(self, value):
        pairs = []
        for line in filter(str.strip, super().clean(value).splitlines()):
            left, colon, right = line.partition(":")
            left, right = (re.split(r"[\s,]+", side.strip()) for side in (left, right))
            if not (colon and left[0] and right[0]):
                raise ValidationError(_("Put a colon between the two sides: %(line)s"), params={"line": line})
            pairs.append((left, right))
        return pairs


class PathwayForm(CleanForm):
    model = forms.ChoiceField(
        label=_("Model"),
        choices=[
            (one, format_lazy("{}: {}", one.label, pathways.EXPLANATIONS[one])) for one in Pathway.Model
        ],
        widget=forms.RadioSelect,
    )
    name = TextsFormField(label=_("Name"), required=True, max_length=200)
    counts_towards = TextsFormField(
        label=_("Can count towards"),
        max_length=500,
        help_text=_(
            "For example the free-choice studies of a degree. It never gives a study right by itself."
        ),
    )
    is_composite = forms.BooleanField(
        label=_("A composite credential is awarded"),
        required=False,
        help_text=_("Its name is the name of the pathway; your institution awards it."),
    )
    is_diploma = forms.BooleanField(
        label=_("It is called a higher education diploma"),
        required=False,
        help_text=_("Korkeakouludiplomi: a name for the composite, not a degree."),
    )
    total_ects = forms.DecimalField(
        label=_("Size in ECTS credits"),
        required=False,
        min_value=1,
        max_value=240,
        decimal_places=1,
        max_digits=4,
        localize=True,
    )
    join = forms.ChoiceField(label=_("How the groups go together"), choices=JOINS, initial="all_of")
    join_number = forms.IntegerField(label=_("How many groups"), required=False, min_value=1)
    is_ordered = forms.BooleanField(
        label=_("Taken in order"),
        required=False,
        help_text=_("In the order in which the offerings stand below."),
    )
    after = PairLines(
        label=_("What comes first"),
        required=False,
        help_text=_("One line for each offering that waits for others: LATER: EARLIER, EARLIER"),
    )
    overlaps = PairLines(
        label=_("Overlaps"),
        required=False,
        help_text=_("One line for each overlap, with the common credits: CODE, CODE: 2"),
    )
    min_level = forms.IntegerField(label=_("Lowest EQF level"), required=False, min_value=4, max_value=8)
    max_age_months = forms.IntegerField(
        label=_("Oldest completion in months"), required=False, min_value=1, max_value=600
    )

    def clean_after(self):
        """Each code on the left waits for all on the right, in however many lines."""
        found: dict[str, list[str]] = {}
        for later, earlier in self.cleaned_data["after"]:
            for code in later:
                found[code] = list(dict.fromkeys([*found.get(code, []), *earlier]))
        return found

    def clean_overlaps(self):
        found = []
        for codes, words in self.cleaned_data["overlaps"]:
            try:
                ects = float(".".join(words))  # a decimal comma has divided them
            except ValueError:
                ects = nan
            if not isfinite(ects):
                raise ValidationError(_("Write the common credits as a number after the colon."))
            found.append({"parts": codes, "ects": _plain(ects)})
        return found

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("join") == "n_of" and not cleaned.get("join_number"):
            self.add_error("join_number", _("Write how many groups are needed."))
        return cleaned

    def content(self, groups: list[dict]) -> dict:
        """What the action takes. One group is the rule itself; several are joined."""
        cleaned = self.cleaned_data
        rule = groups[0] if len(groups) == 1 else _joined(cleaned["join"], cleaned["join_number"], groups)
        conditions = {
            "min_level": cleaned["min_level"],
            "max_age_months": cleaned["max_age_months"],
            "after": cleaned["after"],
            "overlaps": cleaned["overlaps"],
        }
        names = (
            "model", "name", "counts_towards", "is_composite", "is_diploma", "is_ordered", "total_ects"
        )  # fmt: skip
        return {name: cleaned[name] for name in names} | {
            "rule": {**rule, **{key: value for key, value in conditions.items() if value}}
        }


class NewPathwayForm(PathwayForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[CODE],
        help_text=_("For example PATH-AI-16. It stays in addresses and credentials."),
    )
    field_order = ("code",)


class GroupForm(CleanForm):
    kind = forms.ChoiceField(label=_("What is needed"), choices=KINDS, initial="all_of")
    number = forms.DecimalField(
        label=_("How many, or how many credits"),
        required=False,
        min_value=0,
        max_value=240,
        decimal_places=1,
        localize=True,
    )
    offerings = CodesLines(
        label=_("Offerings"),
        required=False,
        help_text=_("Codes of offerings of any institution, one per line."),
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("offerings"):
            return cleaned
        number, kind = cleaned.get("number"), cleaned.get("kind")
        if kind in ("n_of", "min_ects") and not number:
            self.add_error("number", _("Write how many are needed."))
        elif kind == "n_of" and number % 1:
            self.add_error("number", _("Write a whole number."))
        return cleaned


class Groups(BaseFormSet):
    """A button named <prefix>-<n>-DELETE takes the group away when the form is saved."""

    def rules(self) -> list[dict]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        return [_group(row) for row in rows if row["offerings"] and not row["DELETE"]]

    def clean(self):
        if not any(self.errors) and not self.rules():
            raise ValidationError(_("Write the codes of the offerings in at least one group."))


GroupFormSet = formset_factory(
    GroupForm, formset=Groups, extra=1, can_delete=True, max_num=12, validate_max=True
)


def initial(pathway: Pathway) -> tuple[dict, list[dict]]:
    """A stored pathway as the values of the form and of its groups."""
    rule = pathway.rule
    read = stacking.read(rule, is_ordered=pathway.is_ordered)
    is_flat = all(isinstance(item, str) for item in read.root.items)
    groups = [read.root] if is_flat else [_as_group(item) for item in read.root.items]
    values = {
        name: getattr(pathway, name)
        for name in (
            "code", "model", "name", "counts_towards", "is_composite", "is_diploma", "is_ordered",
            "total_ects",
        )
    } | {
        "join": "all_of" if is_flat else read.root.kind,
        "join_number": None if is_flat or read.root.kind != "n_of" else int(read.root.number),
        "min_level": read.min_level,
        "max_age_months": read.max_age_months,
        "after": "\n".join(f"{code}: {', '.join(rule['after'][code])}" for code in rule.get("after", {})),
        "overlaps": "\n".join(
            f"{', '.join(one['parts'])}: {one['ects']}" for one in rule.get("overlaps", [])
        ),
    }  # fmt: skip
    return values, [
        {
            "kind": one.kind,
            "number": float(one.number) if one.kind in ("n_of", "min_ects") else None,
            "offerings": list(one.codes),
        }
        for one in groups
    ]


def _as_group(item: str | stacking.Group) -> stacking.Group:
    return stacking.Group("all_of", 1, (item,)) if isinstance(item, str) else item


def _joined(join: str, number: int | None, groups: list[dict]) -> dict:
    return {"n_of": number, "from": groups} if join == "n_of" else {join: groups}


def _group(row: dict) -> dict:
    if row["kind"] in ("n_of", "min_ects"):
        return {row["kind"]: _plain(row["number"]), "from": row["offerings"]}
    return {row["kind"]: row["offerings"]}


def _plain(number) -> int | float:
    return int(number) if number % 1 == 0 else float(number)
