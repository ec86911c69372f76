"""Forms of an offering: a new one, and one per tab of a version. They check shape; gaps are no error."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django import forms
from django.db import models
from django.template.defaultfilters import date as localised_date
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry import rule_sets
from registry.actions import levels
from registry.fields import LANGUAGE_CHOICES, CleanForm, TextsFormField, WordsField
from registry.forms import codes, offering_rows
from registry.models import CodesField, OfferingVersion, TextsField
from registry.models.texts import chosen

LEVELS = range(4, 9)


class OfferingForm(CleanForm):
    """A new offering: first whether it is a micro-credential at all (C-15), then its title."""

    MICRO, BADGE, ATTENDANCE = "micro", "badge", "attendance"

    kind = forms.ChoiceField(
        label=_("What does the learner get?"),
        widget=forms.RadioSelect,
        choices=[
            (MICRO, _("Assessed competence and 1–60 credits: a micro-credential")),
            (BADGE, _("Assessed competence without credits: a competence badge")),
            (ATTENDANCE, _("Attendance without assessment: a participation badge")),
        ],
    )
    primary_language = forms.ChoiceField(
        label=_("Main language of the texts"),
        choices=LANGUAGE_CHOICES,
        help_text=_("English only when the teaching is in English alone."),
    )
    title = TextsFormField(
        label=_("Title"),
        max_length=120,
        help_text=_("5–120 characters. The main language is needed now, English before the review."),
    )

    def clean_kind(self):
        if self.cleaned_data["kind"] != self.MICRO:
            raise forms.ValidationError(
                _(
                    "An offering is a micro-credential: accepted assessment and at least one credit. A badge "
                    "has no offering of its own: it is given with an attainment, which asks for the reason."
                )
            )
        return self.cleaned_data["kind"]

    def clean(self):
        language = self.cleaned_data.get("primary_language")
        if language and not self.errors.get("title") and language not in self.cleaned_data.get("title", {}):
            self.add_error("title", _("Give the title in the main language."))


@dataclass(frozen=True)
class Section:
    """Fields under one heading; a section with `rows` holds a list instead (offering_rows.ROWS)."""

    heading: str | Promise
    names: tuple[str, ...] = ()
    rows: str = ""


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str | Promise
    sections: tuple[Section, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for section in self.sections for name in section.names)

    @property
    def rows(self) -> str:
        return next((section.rows for section in self.sections if section.rows), "")


TABS = (
    Tab("basics", _("Basics"), (
        Section(_("Title and description"), ("title", "summary", "primary_language")),
        Section(_("For whom"), (
            "target_group", "target_groups", "target_situations", "language_support", "is_staff_only",
        )),
        Section(_("Form and size"), (
            "education_form", "origins", "ects", "size_justification", "contains_degree_part",
        )),
        Section(_("Who awards it"), ("awarding_bodies", "country", "region")),
        Section(_("Field"), ("isced_f", "okm_field")),
        Section(_("Courses of a degree that it is derived from"), rows="parent_courses"),
        Section(_("This version"), ("version_note",)),
    )),
    Tab("outcomes", _("What is learnt"), (
        Section(_("Learning outcomes"), rows="outcomes"),
        Section(_("Level"), ("eqf_level", "nqf_level", "ehea_cycle", "competence_level")),
        Section(
            _("Before and after"), ("prerequisites", "stackability", "stackability_towards", "badge_name")
        ),
    )),
    Tab("assessment", _("Assessment"), (
        Section(_("Assessment"), ("assessment_types", "assessment_description", "assessment_criteria")),
        Section(_("Grade and identity"), ("grading_scale", "identity_verification", "assessment_languages")),
    )),
    Tab("delivery", _("Delivery"), (
        Section(
            _("Participation"), ("participation_modes", "locations", "teaching_times", "teaching_languages")
        ),
        Section(_("For the learner"), ("guidance", "further_information_url", "validity_months")),
        Section(_("Online and distance teaching"), ("digital_pedagogy",)),
    )),
    Tab("cooperation", _("Cooperation"), (
        Section(_("Partners"), ("partners", "network", "commissioner")),
        Section(_("Upper secondary education"), ("vet_partner", "cooperation_direction")),
        Section(_("Shares of the credits in a joint offering"), rows="shares"),
    )),
    Tab("quality", _("Quality"), (
        Section(_("Need"), ("relevance", "relevance_source", "meetings", "foresight")),
        Section(_("Quality assurance"), (
            "quality_assurance_types", "quality_assurance", "quality_assurance_additional",
        )),
        Section(_("Sustainable development"), ("sdgs", "sdg_not_applicable")),
    )),
    Tab("funding", _("Funding"), (
        Section(_("Fee"), ("fee_eur", "fee_rule", "free_for")),
        Section(_("Sources of funding"), rows="funding"),
        Section(_("RDI project"), ("rdi",)),
        Section(_("VIRTA"), ("virta",)),
    )),
)  # fmt: skip
BY_SLUG = {tab.slug: tab for tab in TABS}
TAB_OF_FIELD = {name: tab.slug for tab in TABS for name in (*tab.names, *filter(None, [tab.rows]))}

# Fields of the form that together make one field of the version: {"rdi": {key in the JSON: form field}}.
PARTS = {
    "rdi": {
        "project_name": forms.CharField(label=_("Name of the project"), required=False, max_length=200),
        "project_code": forms.CharField(label=_("Code of the project"), required=False, max_length=60),
        "funding_programme": forms.CharField(label=_("Programme"), required=False, max_length=60),
        "phase": forms.ChoiceField(
            label=_("Phase"),
            required=False,
            choices=[
                ("", _("Not chosen")), ("design", _("Being designed")), ("running", _("Running")),
                ("closing", _("Closing")), ("ended", _("Ended")),
            ],
        ),
        "tki_ects": forms.DecimalField(
            label=_("RDI part in credits"),
            required=False,
            min_value=0,
            max_digits=4,
            decimal_places=1,
            localize=True,
        ),
    },
    "virta": {
        "opiskeluoikeuden_tyyppi": codes.OneCodeField(
            label=_("Type of study right"), code_list="virta_study_right_type"
        ),
        "opintosuorituksen_luokittelu": codes.ManyCodesField(
            label=_("Classes of the attainment"), code_list="virta_attainment_class"
        ),
    },
    "digital_pedagogy": {
        criterion: codes.AnswerField(code_list="digital_pedagogy", code=criterion)
        for criterion in OfferingVersion.DIGITAL_CRITERIA
    },
}  # fmt: skip
HELP = {
    "summary": _("A few sentences in plain words; the catalogue shows them first."),
    "primary_language": _("English only when the teaching is in English alone."),
    "ects": _("1–60, to half a credit. One credit is about 27 hours of work."),
    "size_justification": _("Needed at exactly 60 credits."),
    "awarding_bodies": _("Another institution can be named only after it has agreed to award the offering."),
    "partners": _("Codes or names, separated by commas."),
    "locations": _("Needed for contact and blended teaching. Separate places by commas."),
    "eqf_level": _("The level is indicative: a micro-credential is not placed in the national framework."),
    "competence_level": _("The employers' step; it does not follow from the level above."),
    "prerequisites": _("Write “No prerequisites” where there are none."),
    "stackability_towards": _("Counting towards a degree never gives a right to study by itself."),
    "identity_verification": _("Needed from 5 credits on."),
    "assessment_criteria": _("What an accepted performance shows, outcome by outcome."),
    "fee_eur": _("The law caps it: 15 € a credit in open studies, 120 € in specialisation education."),
    "version_note": _("What changed since the earlier version; the public reads it."),
    "validity_months": _("Empty: the credential does not expire."),
    "is_staff_only": _("The public catalogue does not list it; its credentials can be verified like any."),
    "commissioner": _("Needed when an employer commissioned it. Not shown to the public."),
    "vet_partner": _("Needed for studies of upper secondary students."),
    "meetings": _("What shows the need. Meetings are kept on their own page of the workspace."),
    "foresight": _("Foresight notes are kept on their own page of the workspace."),
    "sdg_not_applicable": _("Only when you choose no goal."),
    "contains_degree_part": _("Continuing education in which a part of a degree is completed."),
}
OWN_FIELDS = {
    "primary_language": partial(forms.ChoiceField, choices=LANGUAGE_CHOICES),
    "awarding_bodies": codes.InstitutionsField,
    "meetings": codes.EvidenceField,
    "foresight": codes.EvidenceField,
}
LONG = {
    "summary", "relevance", "assessment_description", "assessment_criteria", "prerequisites",
    "quality_assurance", "quality_assurance_additional", "size_justification", "stackability_towards",
    "version_note", "target_group", "guidance", "sdg_not_applicable",
}  # fmt: skip


class TabForm(CleanForm):
    """The fields of one tab of a version, made from the model's."""

    def __init__(self, *args, tab: Tab, version: OfferingVersion, **kwargs):
        self.tab, self.version = tab, version
        self.base_fields = {key: field for name in tab.names for key, field in _fields(name).items()}
        super().__init__(*args, initial=_initial(tab, version), **kwargs)
        offered = [field for field in self.fields.values() if getattr(field, "code_list", "")]
        choices = codes.read({field.code_list for field in offered} | offering_rows.code_lists(tab.rows))
        for field in offered:
            field.offer(choices)
        if bodies := self.fields.get("awarding_bodies"):
            bodies.offer_only(version.may_award())
        if step := self.fields.get("competence_level"):
            step.offer_only([*rule_sets.read()[version.rule_set].levels, version.competence_level])
            step.help_text = _with_meanings(step.help_text, version=version)
        self.choices = choices
        for name, field in self.fields.items():
            if isinstance(field, codes.EvidenceField):
                field.choices = _evidence(name, version=version)

    def content(self) -> dict:
        """What was entered, by field of the version."""
        return {name: self._value(name) for name in self.tab.names}

    def names_of(self, name: str) -> list[str]:
        """The form's fields for one field of the version."""
        return [f"{name}_{key}" for key in PARTS[name]] if name in PARTS else [name]

    def describe(self, name: str, *, by: str) -> None:
        """Let the inputs of a field of the version be described by the element with the id `by` too."""
        for one in self.names_of(name):
            field, errors = self.fields[one], self.errors.get(one, [])
            own = [f"id_{one}_helptext"] if field.help_text else []
            said = [f"error_{number}_id_{one}" for number in range(1, len(errors) + 1)]
            field.widget.attrs["aria-describedby"] = " ".join([*own, *said, by])

    def refuse(self, reasons: Iterable[tuple[str, str]]) -> None:
        """Put what the action said beside its field."""
        for name, text in reasons:
            own = self.names_of(name)[-1] if name in self.tab.names else None
            self.add_error(own, text)

    def _value(self, name: str):
        if name not in PARTS:
            return self.cleaned_data[name]
        entered = {key: _json(self.cleaned_data[f"{name}_{key}"]) for key in PARTS[name]}
        kept = {key: value for key, value in getattr(self.version, name).items() if key not in entered}
        return kept | {key: value for key, value in entered.items() if value not in ("", None, [], {})}


def _with_meanings(help_text: str, *, version: OfferingVersion) -> SafeString:
    """The help of the level step, and what each step means to the institution."""
    own, language = levels.current(version.offering.institution), get_language()
    said = [
        (row.label[language], (own.get(row.code) or row.description)[language])
        for row in levels.words(rule_sets.read()[version.rule_set].levels)
    ]
    return format_html("{}{}", help_text, format_html_join("", "<br><b>{}:</b> {}", said))


def _initial(tab: Tab, version: OfferingVersion) -> dict:
    initial = {}
    for name in tab.names:
        value = getattr(version, name)
        if name in PARTS:
            initial |= {f"{name}_{key}": value.get(key) for key in PARTS[name]}
        else:
            initial[name] = value
    return initial


def _fields(name: str) -> dict[str, forms.Field]:
    """The form's field, or fields, for one field of the version."""
    if name in PARTS:
        return {f"{name}_{key}": field for key, field in PARTS[name].items()}
    return {name: _field(OfferingVersion._meta.get_field(name))}


def _field(field: models.Field) -> forms.Field:
    name, code_list = field.name, OfferingVersion.CODE_LISTS.get(field.name, "")
    said = {"label": field.verbose_name, "help_text": HELP.get(name, "")}
    if code_list:
        return _code_field(field, code_list=code_list, said=said)
    if name in OWN_FIELDS:
        return OWN_FIELDS[name](**said)
    if isinstance(field, TextsField):
        return TextsFormField(
            rows=4 if name in LONG else 0, max_length=120 if name == "title" else 5000, **said
        )
    if isinstance(field, CodesField):
        return WordsField(required=False, **said)
    more = {"assume_scheme": "https"} if isinstance(field, models.URLField) else {}
    return field.formfield(required=False, localize=isinstance(field, models.DecimalField), **more, **said)


def _evidence(name: str, *, version: OfferingVersion) -> list[tuple[str, str]]:
    """Public id and words of what can be picked, newest first."""
    institution, main = version.offering.institution, version.primary_language
    if name == "meetings":
        rows = institution.meetings.order_by("-held_on", "-pk")
        return [
            (str(row.uid), f"{localised_date(row.held_on, 'j.n.Y')}: {chosen(row.topic, main=main)[1]}")
            for row in rows
        ]
    rows = institution.foresight_notes.order_by("-noted_on", "-pk")
    return [
        (str(row.uid), f"{row.source}, {row.horizon_year}: {chosen(row.text, main=main)[1]}") for row in rows
    ]


def _code_field(field: models.Field, *, code_list: str, said: dict) -> forms.Field:
    if isinstance(field, CodesField):
        return codes.ManyCodesField(code_list=code_list, **said)
    numbers = LEVELS if isinstance(field, models.PositiveSmallIntegerField) else None
    return codes.OneCodeField(code_list=code_list, numbers=numbers, **said)


def _json(value):
    """A number that JSON can hold."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
