"""The text under review as rows: every field below its element, in every language, with its comments."""

from collections.abc import Iterable
from decimal import Decimal

from django.template.defaultfilters import date as localised_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import catalogue, elements
from registry.models import OfferingVersion, TextsField
from registry.models.texts import LANGUAGES, chosen

# The fields of the version that make up each element of the checklist; outcomes are rows of their own.
FIELDS = {
    "language": ("primary_language", "version_note"),
    "M2": ("title",),
    "description": (
        "summary", "target_group", "target_groups", "target_situations", "language_support", "is_staff_only",
        "guidance", "isced_f", "okm_field",
    ),
    "need": ("relevance", "relevance_source", "meetings", "foresight"),
    "M3": ("country", "region"),
    "M4": ("awarding_bodies", "partners", "network"),
    "M6": ("outcomes",),
    "M7": ("ects", "size_justification"),
    "M8": ("eqf_level", "nqf_level", "ehea_cycle", "competence_level"),
    "M9": ("assessment_types", "assessment_description", "assessment_criteria"),
    "M10": ("participation_modes", "locations", "teaching_times"),
    "M11": ("quality_assurance_types", "quality_assurance", "quality_assurance_additional"),
    "O1": ("prerequisites",),
    "O2": ("identity_verification",),
    "O3": ("grading_scale",),
    "O4": ("stackability", "stackability_towards"),
    "O5": (
        "teaching_languages", "assessment_languages", "sdgs", "sdg_not_applicable", "validity_months",
        "badge_name", "further_information_url",
    ),
    "form": ("education_form", "origins", "contains_degree_part", "commissioner", "vet_partner"),
    "derived": ("parent_courses",),
    "joint": ("cooperation_direction", "shares"),
    "digital": ("digital_pedagogy",),
    "fee": ("fee_eur", "fee_rule", "free_for"),
    "funding": ("funding",),
    "rdi": ("rdi", "virta"),
}  # fmt: skip
CODE_LISTS = {**OfferingVersion.CODE_LISTS, "primary_language": "teaching_language"}
# Keys inside the fields that hold objects: their names, and the code list of those that hold codes.
KEYS = {
    "type": (gettext_lazy("Source"), "funding_type"),
    "programme": (gettext_lazy("Programme"), ""),
    "project_code": (gettext_lazy("Code of the project"), ""),
    "case_no": (gettext_lazy("Case number"), ""),
    "share": (gettext_lazy("Share in per cent"), ""),
    "virta_rahoituslahde": (gettext_lazy("Source in VIRTA"), "virta_funding_source"),
    "starts_on": (gettext_lazy("Funding starts"), ""),
    "ends_on": (gettext_lazy("Funding ends"), ""),
    "institution": (gettext_lazy("Institution"), ""),
    "ects": (gettext_lazy("Share of the credits"), ""),
    "project_name": (gettext_lazy("Name of the project"), ""),
    "funding_programme": (gettext_lazy("Programme"), ""),
    "phase": (gettext_lazy("Phase"), ""),
    "tki_ects": (gettext_lazy("RDI part in credits"), ""),
    "opiskeluoikeuden_tyyppi": (gettext_lazy("Type of study right"), "virta_study_right_type"),
    "opintosuorituksen_luokittelu": (gettext_lazy("Classes of the attainment"), "virta_attainment_class"),
}


def sections(version: OfferingVersion, *, comments: Iterable[dict], shown: catalogue.Shown) -> list[dict]:
    """Elements with their fields; a field has `values` ({"language", "text"}) and the comments made at it.

    `comments` are {"comment": FieldComment, …}; they come out as they came in.
    """
    at_field: dict[str, list[dict]] = {}
    for row in comments:
        at_field.setdefault(row["comment"].field, []).append(row)
    return [
        {
            "code": code if code[1:].isdigit() else "",
            "name": elements.NAMES[code],
            "fields": [
                {
                    "name": field,
                    "label": OfferingVersion.label(field),
                    "values": _values(version, field, shown=shown),
                    "comments": at_field.get(field, []),
                }
                for field in names
            ],
        }
        for code, names in FIELDS.items()
    ]


def _values(version: OfferingVersion, field: str, *, shown: catalogue.Shown) -> list[dict]:
    if field in OWN_FORM:
        return OWN_FORM[field](version, shown=shown)
    value = getattr(version, field)
    if isinstance(OfferingVersion._meta.get_field(field), TextsField):
        return _texts(value)
    return [_plain(line) for line in _lines(field, value, shown=shown)]


def _lines(field: str, value, *, shown: catalogue.Shown) -> list[str]:
    """A value that is no text, in words."""
    if isinstance(value, bool):
        return [_("Yes")] if value else []
    if field in ("funding", "rdi", "virta", "shares"):
        return _objects(value, shown=shown)
    if field in CODE_LISTS:
        return [_label(CODE_LISTS[field], code, shown=shown) for code in _list(value)]
    if field == "awarding_bodies":
        bodies = [shown.institutions.get(code) for code in value]
        return [body.short_name if body else code for body, code in zip(bodies, value, strict=True)]
    return [_number(one) for one in _list(value)]


def _outcomes(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    return [value for number, one in enumerate(version.outcomes.all(), 1) for value in _outcome(number, one)]


def _outcome(number: int, outcome) -> list[dict]:
    heading = _heading(f"{number}. {outcome.get_kind_display()}")
    words = [_plain(", ".join(outcome.skill_keywords))] if outcome.skill_keywords else []
    links = [_plain(skill["uri"]) for skill in outcome.skills]
    return [heading, *_texts(outcome.text), *words, *links]


def _courses(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    """The degree's courses, each with its code and size above its name."""
    return [
        value
        for row in version.parent_courses
        for value in (
            _heading(", ".join(_number(row[key]) for key in ("code", "ects") if row.get(key))),
            *_texts(row.get("name", {})),
        )
    ]


def _answers(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    """What is done about each criterion of online and distance teaching."""
    return [
        value
        for criterion in OfferingVersion.DIGITAL_CRITERIA
        if (texts := version.digital_pedagogy.get(criterion))
        for value in (_heading(_label("digital_pedagogy", criterion, shown=shown)), *_texts(texts))
    ]


def _meetings(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    rows = []
    for row in catalogue.meetings_of(version):
        names = [one["name"] for one in row.participants]
        rows += [_heading(", ".join([localised_date(row.held_on, "j.n.Y"), *names])), *_texts(row.topic)]
    return rows


def _foresight(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    return [
        value
        for row in catalogue.foresight_of(version)
        for value in (_heading(f"{row.source}, {row.horizon_year}"), *_texts(row.text))
    ]


# Fields whose stored value is not what a reader reads.
OWN_FORM = {
    "outcomes": _outcomes,
    "parent_courses": _courses,
    "digital_pedagogy": _answers,
    "meetings": _meetings,
    "foresight": _foresight,
}


def _heading(text: str) -> dict:
    return {**_plain(text), "is_heading": True}


def _texts(texts: dict) -> list[dict]:
    return [{"language": one, "text": texts[one]} for one in LANGUAGES if texts.get(one)]


def _objects(value, *, shown: catalogue.Shown) -> list[str]:
    """A line for each object: "Source: ESR+, Share in per cent: 40"."""
    rows = value if isinstance(value, list) else [value]
    return [_object(row, shown=shown) for row in rows if row]


def _object(row: dict, *, shown: catalogue.Shown) -> str:
    """Its pairs in the order of KEYS: a database may keep them in another."""
    known = [key for key in KEYS if _list(row.get(key))]
    others = sorted(key for key in row if key not in KEYS and _list(row[key]))
    return ", ".join(_pair(key, row[key], shown=shown) for key in known + others)


def _pair(key: str, value, *, shown: catalogue.Shown) -> str:
    name, code_list = KEYS.get(key, (key, ""))
    said = [_label(code_list, one, shown=shown) if code_list else _number(one) for one in _list(value)]
    return f"{name}: {', '.join(said)}"


def _label(code_list: str, code, *, shown: catalogue.Shown) -> str:
    return chosen(shown.labels.get(code_list, {}).get(str(code)))[1] or str(code)


def _number(value) -> str:
    if isinstance(value, Decimal | float):
        return number_format(Decimal(str(value)).normalize() if value % 1 else int(value))
    return str(value)


def _list(value) -> list:
    """The codes or words of a field that may hold one, several or none."""
    if value in (None, "", {}):
        return []
    return value if isinstance(value, list) else [value]


def _plain(text: str) -> dict:
    return {"language": "", "text": text}
