"""The lists inside a version's tabs: learning outcomes, sources of funding, shares, courses of a degree."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.validators import URLValidator
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from registry.fields import CleanForm, TextsFormField, WordsField
from registry.forms import codes
from registry.models import LearningOutcome, OfferingVersion


class LinksField(forms.CharField):
    """Web addresses, one per line. Cleans to a list."""

    def clean(self, value):
        links = super().clean(value).split()
        for link in links:
            URLValidator(schemes=["http", "https"])(link)
        return links


class OutcomeForm(CleanForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=LearningOutcome.Kind, initial=LearningOutcome.Kind.KNOWLEDGE
    )
    text = TextsFormField(
        label=_("Learning outcome"),
        rows=2,
        max_length=1000,
        help_text=_("Begin with what the learner does: explains, makes, assesses."),
    )
    skill_keywords = WordsField(
        label=_("Skill keywords"), required=False, help_text=_("Separated by commas; search finds them.")
    )
    skills = LinksField(
        label=_("Links to skills in ESCO"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One address per line."),
    )

    def __init__(self, *args, choices: codes.Choices, **kwargs):
        super().__init__(*args, **kwargs)


class FundingForm(CleanForm):
    type = codes.OneCodeField(label=_("Source"), code_list="funding_type")
    programme = forms.CharField(label=_("Programme"), required=False, max_length=60)
    project_code = forms.CharField(label=_("Code of the project"), required=False, max_length=60)
    case_no = forms.CharField(label=_("Case number"), required=False, max_length=60)
    share = forms.DecimalField(
        label=_("Share in per cent"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=1,
        localize=True,
    )
    virta_rahoituslahde = codes.OneCodeField(label=_("Source in VIRTA"), code_list="virta_funding_source")
    starts_on = forms.DateField(
        label=_("Funding starts"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Funding ends"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, choices: codes.Choices, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("type", "virta_rahoituslahde"):
            self.fields[name].offer(choices)

    def clean(self):
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and starts > ends:
            self.add_error("ends_on", _("The funding ends before it starts."))


class ShareForm(CleanForm):
    """One institution's part of a joint offering."""

    institution = forms.ChoiceField(label=_("Institution"), required=False)
    ects = forms.DecimalField(
        label=_("Share of the credits"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=60,
        max_digits=4,
        decimal_places=1,
        localize=True,
    )

    def __init__(self, *args, choices: codes.Choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institution"].choices = [("", _("Not chosen")), *codes.institutions()]

    def clean(self):
        if self.cleaned_data.get("institution") and self.cleaned_data.get("ects") is None:
            if "ects" not in self.errors:
                self.add_error("ects", _("Give the share in credits."))
        elif self.cleaned_data.get("ects") and not self.cleaned_data.get("institution"):
            self.add_error("institution", _("Choose the institution."))


class CourseForm(CleanForm):
    """A course of a degree that the offering is taken from (C-09)."""

    code = forms.CharField(label=_("Code of the course"), required=False, max_length=60)
    name = TextsFormField(label=_("Name of the course or module"), max_length=200)
    ects = forms.DecimalField(
        label=_("Size in ECTS credits"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=300,
        max_digits=4,
        decimal_places=1,
        localize=True,
    )

    def __init__(self, *args, choices: codes.Choices, **kwargs):
        super().__init__(*args, **kwargs)


class Rows(BaseFormSet):
    """Rows of one version. A button named <prefix>-<n>-DELETE takes the row away when the form is saved."""

    def filled(self) -> list[dict]:
        """What was entered, without empty rows and those taken away."""
        rows = [
            form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["DELETE"]
        ]
        return [row for row in rows if any(row[name] for name in row if name not in ("kind", "DELETE"))]


ROWS = {
    "outcomes": formset_factory(
        OutcomeForm, formset=Rows, extra=0, can_delete=True, max_num=40, validate_max=True
    ),
    "funding": formset_factory(
        FundingForm, formset=Rows, extra=0, can_delete=True, max_num=20, validate_max=True
    ),
    "shares": formset_factory(
        ShareForm, formset=Rows, extra=0, can_delete=True, max_num=40, validate_max=True
    ),
    "parent_courses": formset_factory(
        CourseForm, formset=Rows, extra=0, can_delete=True, max_num=20, validate_max=True
    ),
}
# What each list calls one of its rows, and the button that adds one.
WORDS = {
    "outcomes": (_("Learning outcome %(number)s"), _("Add a learning outcome")),
    "funding": (_("Source %(number)s"), _("Add a source")),
    "shares": (_("Share %(number)s"), _("Add a share")),
    "parent_courses": (_("Course %(number)s"), _("Add a course")),
}


def code_lists(rows: str) -> set[str]:
    return {"funding_type", "virta_funding_source"} if rows == "funding" else set()


def make(
    rows: str, *, version: OfferingVersion, choices: codes.Choices, data=None, new: bool = False
) -> Rows | None:
    """The list of a tab: bound to `data`, else as stored; an empty row where there is none, or `new`."""
    if not rows:
        return None
    stored = _stored_outcomes(version) if rows == "outcomes" else getattr(version, rows)
    made = ROWS[rows](data, initial=stored, prefix=rows, form_kwargs={"choices": choices})
    made.extra = int(new or not stored)
    return made


def outcomes(rows: Rows, *, version: OfferingVersion) -> list[dict]:
    """Outcomes for the action; links that were there keep their labels."""
    known = {skill["uri"]: skill for outcome in version.outcomes.all() for skill in outcome.skills}
    return [
        {
            "kind": row["kind"],
            "text": row["text"],
            "skill_keywords": row["skill_keywords"],
            "skills": [known.get(uri, {"uri": uri, "label": {}}) for uri in row["skills"]],
        }
        for row in rows.filled()
    ]


def stored(rows: Rows) -> list[dict]:
    """Rows for the action as JSON holds them: only what was filled."""
    return [
        {key: _json(value) for key, value in row.items() if key != "DELETE" and value not in ("", None, {})}
        for row in rows.filled()
    ]


def _json(value):
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _stored_outcomes(version: OfferingVersion) -> list[dict]:
    return [
        {
            "kind": row.kind,
            "text": row.text,
            "skill_keywords": row.skill_keywords,
            "skills": "\n".join(skill["uri"] for skill in row.skills),
        }
        for row in version.outcomes.order_by("order")
    ]
