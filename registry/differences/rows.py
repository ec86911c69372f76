"""Changes in the reader's words: what pages show of them."""

from collections.abc import Iterable

from django.template.defaultfilters import date as localised_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import catalogue
from registry.differences.changes import (
    ADDED,
    REMOVED,
    SAME,
    Change,
    field_name,
    language_name,
    plain,
)
from registry.models import ForesightNote, LearningOutcome, MeetingRecord, OfferingVersion, TextsField
from registry.models.texts import LANGUAGES, chosen

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
    "institution": (gettext_lazy("Institution"), ""),
    "ects": (gettext_lazy("Size in ECTS credits"), ""),
    "title": (gettext_lazy("Title"), ""),
    "code": (gettext_lazy("Code"), ""),
}


def rows(changes: Iterable[Change], *, shown: catalogue.Shown) -> list[dict]:
    """One row for each change: element, name of the field, and parts.

    A part is {"heading", "language", "is_list", "pieces": [{"change", "text"}]}; a removed or added piece
    says so in words on the page.
    """
    return [
        {
            "field": one.field,
            "element": one.element,
            "label": _label(one),
            "parts": _parts(one, shown=shown),
        }
        for one in changes
    ]


def value_lines(field: str, value, *, shown: catalogue.Shown) -> list[dict]:
    """A whole value of a field as lines of {"language", "text"}."""
    value = plain(value)
    if isinstance(OfferingVersion._meta.get_field(field), TextsField):
        return _of_texts(value)
    return [{"language": "", "text": said} for said in _said(field, value, shown=shown)]


def outcome_lines(outcomes: Iterable[dict]) -> list[dict]:
    """Outcomes ({"kind", "text", …}) as lines: a heading, the texts, keywords and links of each."""
    kinds = dict(LearningOutcome.Kind.choices)
    lines = []
    for number, one in enumerate(outcomes, start=1):
        words = [", ".join(one.get("skill_keywords", [])), *(skill["uri"] for skill in one.get("skills", []))]
        lines += [{"language": "", "text": f"{number}. {kinds[one['kind']]}", "is_heading": True}]
        lines += _of_texts(one["text"])
        lines += [{"language": "", "text": said} for said in words if said]
    return lines


def _of_texts(texts: dict) -> list[dict]:
    return [{"language": one, "text": texts[one]} for one in LANGUAGES if texts.get(one)]


def _label(change: Change) -> str:
    if change.field == "outcomes":
        return _("Learning outcome %(number)s") % {"number": change.item}
    return field_name(change.field)


def _parts(change: Change, *, shown: catalogue.Shown) -> list[dict]:
    parts = [
        _part(pieces, heading=language_name(language), language=language)
        for language, pieces in change.words.items()
    ]
    if change.field == "outcomes":
        return parts + _of_outcome(change.before or {}, change.after or {})
    if parts:
        return parts
    before, after = (_said(change.field, value, shown=shown) for value in (change.before, change.after))
    return [_part(_listed(before, after), is_list=True)]


def _of_outcome(before: dict, after: dict) -> list[dict]:
    kinds = dict(LearningOutcome.Kind.choices)
    lists = (
        (_("Kind"), *([str(kinds[one["kind"]])] if one else [] for one in (before, after))),
        (_("Skill keywords"), before.get("skill_keywords", []), after.get("skill_keywords", [])),
        (
            _("Links to skills"),
            *([skill["uri"] for skill in one.get("skills", [])] for one in (before, after)),
        ),
    )
    return [
        _part(_listed(old, new), heading=heading, is_list=True) for heading, old, new in lists if old != new
    ]


def _part(pieces, *, heading: str = "", language: str = "", is_list: bool = False) -> dict:
    marks = [{"change": change, "text": said} for change, said in pieces]
    return {"heading": heading, "language": language, "is_list": is_list, "pieces": marks}


def _listed(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """What stayed, went and came. A list whose order alone has changed is told as a whole."""
    if sorted(before) == sorted(after):
        return [(REMOVED, ", ".join(before)), (ADDED, ", ".join(after))]
    stayed = [(SAME, one) for one in before if one in after]
    gone = [(REMOVED, one) for one in before if one not in after]
    return stayed + gone + [(ADDED, one) for one in after if one not in before]


def _said(field: str, value, *, shown: catalogue.Shown) -> list[str]:
    values = value if isinstance(value, list) else [value]
    values = [one for one in values if one not in (None, "", {}, [])]
    if field in CODE_LISTS:
        return [_code(CODE_LISTS[field], one, shown=shown) for one in values]
    if field in ("awarding_bodies", "partners"):
        names = shown.institutions
        return [names[one].short_name if one in names else str(one) for one in values]
    if field == "meetings":
        return _meetings(values)
    if field == "foresight":
        return _foresight(values)
    if field == "digital_pedagogy":
        return [
            f"{_code('digital_pedagogy', key, shown=shown)}: {_value(one)}"
            for row in values
            for key, one in row.items()
        ]
    return [_object(one, shown=shown) if isinstance(one, dict) else _value(one) for one in values]


def _code(code_list: str, code, *, shown: catalogue.Shown) -> str:
    return chosen(shown.labels.get(code_list, {}).get(str(code)))[1] or str(code)


def _object(row: dict, *, shown: catalogue.Shown) -> str:
    """ "Source: ESR+, Share in per cent: 40"."""
    pairs = []
    for key, value in row.items():
        name, code_list = KEYS.get(key, (key.replace("_", " "), ""))
        values = value if isinstance(value, list) else [value]
        said = [_code(code_list, one, shown=shown) if code_list else _value(one) for one in values]
        pairs.append(f"{name}: {', '.join(said)}")
    return ", ".join(pairs)


def _value(value) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return " / ".join(f"{one}: {value[one]}" for one in LANGUAGES if value.get(one))
    if isinstance(value, float):
        return number_format(value)
    return str(value)


def _meetings(uids: list[str]) -> list[str]:
    rows = MeetingRecord.objects.filter(uid__in=uids).order_by("held_on", "pk")
    return [f"{localised_date(one.held_on, 'j.n.Y')} {chosen(one.topic)[1]}" for one in rows]


def _foresight(uids: list[str]) -> list[str]:
    rows = ForesightNote.objects.filter(uid__in=uids).order_by("noted_on", "pk")
    return [f"{one.source}: {chosen(one.text)[1]}" for one in rows]
