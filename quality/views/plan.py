"""The text under review as rows: every field below its element, in every language, with its comments."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from registry import catalogue
from registry.elements import Checklist
from registry.models import OfferingVersion, TextsField
from registry.models.texts import LANGUAGES, chosen

# The fields of the version that make up each element of the checklist; outcomes are rows of their own.
FIELDS = {
    "language": ("primary_language", "version_note"),
    "M2": ("title",),
    "description": ("summary", "target_group", "guidance", "isced_f", "okm_field"),
    "need": ("relevance", "relevance_source"),
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
        "teaching_languages", "assessment_languages", "sdgs", "validity_months", "badge_name",
        "further_information_url",
    ),
    "form": ("education_form", "origins"),
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
    "project_name": (gettext_lazy("Name of the project"), ""),
    "funding_programme": (gettext_lazy("Programme"), ""),
    "phase": (gettext_lazy("Phase"), ""),
    "tki_ects": (gettext_lazy("RDI part in credits"), ""),
    "opiskeluoikeuden_tyyppi": (gettext_lazy("Type of study right"), "virta_study_right_type"),
    "opintosuorituksen_luokittelu": (gettext_lazy("Classes of the attainment"), "virta_attainment_class"),
}


def sections(
    version: OfferingVersion, *, checklist: Checklist, comments: Iterable[dict], shown: catalogue.Shown
) -> list[dict]:
    """Elements with their fields; a field has `values` ({"language", "text"}) and the comments made at it.

    `comments` are {"comment": FieldComment, …}; they come out as they came in.
    """
    at_field: dict[str, list[dict]] = {}
    for row in comments:
        at_field.setdefault(row["comment"].field, []).append(row)
    elements = {one.code: one for one in (*checklist.mandatory, *checklist.optional, *checklist.further)}
    return [
        {
            "code": code if code[1:].isdigit() else "",
            "name": elements[code].name,
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
    if field == "outcomes":
        return [
            value for number, one in enumerate(version.outcomes.all(), 1) for value in _outcome(number, one)
        ]
    value = getattr(version, field)
    if isinstance(OfferingVersion._meta.get_field(field), TextsField):
        return _texts(value)
    if field in ("funding", "rdi", "virta"):
        return [_plain(line) for line in _objects(value, shown=shown)]
    if field in CODE_LISTS:
        return [_plain(_label(CODE_LISTS[field], code, shown=shown)) for code in _list(value)]
    if field == "awarding_bodies":
        bodies = [shown.institutions.get(code) for code in value]
        return [_plain(body.short_name if body else code) for body, code in zip(bodies, value, strict=True)]
    return [_plain(_number(one)) for one in _list(value)]


def _outcome(number: int, outcome) -> list[dict]:
    heading = {**_plain(f"{number}. {outcome.get_kind_display()}"), "is_heading": True}
    words = [_plain(", ".join(outcome.skill_keywords))] if outcome.skill_keywords else []
    links = [_plain(skill["uri"]) for skill in outcome.skills]
    return [heading, *_texts(outcome.text), *words, *links]


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
