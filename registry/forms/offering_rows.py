"""The lists inside a version's tabs: learning outcomes and sources of funding; rows come and go."""

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

    def __init__(self, *args, choices: codes.Choices, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("type", "virta_rahoituslahde"):
            self.fields[name].offer(choices)


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
}


def code_lists(rows: str) -> set[str]:
    return {"funding_type", "virta_funding_source"} if rows == "funding" else set()


def make(
    rows: str, *, version: OfferingVersion, choices: codes.Choices, data=None, new: bool = False
) -> Rows | None:
    """The list of a tab: bound to `data`, else as stored; an empty row where there is none, or `new`."""
    if not rows:
        return None
    stored = _stored_outcomes(version) if rows == "outcomes" else version.funding
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


def funding(rows: Rows) -> list[dict]:
    """Sources for the action: only what was filled."""
    return [
        {
            key: float(value) if key == "share" else value
            for key, value in row.items()
            if key != "DELETE" and value not in ("", None)
        }
        for row in rows.filled()
    ]


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
