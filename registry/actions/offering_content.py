"""The content of a version as it comes in from any door: tidied, then checked for shape and codes.

What is missing is no fault here: registry.elements tells that.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.actions import offering_rows
from registry.errors import Invalid
from registry.models import Code, Institution, LearningOutcome, OfferingVersion, TextsField
from registry.models.texts import LANGUAGES, check_texts, refuse_control_characters


def tidied(field: str, value):
    """Texts without empty languages and outer spaces; other values as they are."""
    if field in OfferingVersion.CONTENT and isinstance(OfferingVersion._meta.get_field(field), TextsField):
        return _tidy_texts(value)
    return value.strip() if isinstance(value, str) else value


def _tidy_texts(value):
    if not isinstance(value, dict):
        return value
    return {
        language: text.strip() if isinstance(text, str) else text for language, text in value.items() if text
    }


def tidied_outcome(row: dict) -> dict:
    return {
        "kind": row["kind"],
        "text": _tidy_texts(row["text"]),
        "skill_keywords": row.get("skill_keywords", []),
        "skills": row.get("skills", []),
    }


def check(version: OfferingVersion, *, content: dict, outcomes: list[dict]) -> None:
    """Shape and code lists of what comes in, from whichever door; Invalid names every field that is wrong."""
    unknown = set(content) - set(OfferingVersion.CONTENT)
    if unknown:
        raise Invalid(
            _("Unknown field."), reasons=[(field, _("Unknown field.")) for field in sorted(unknown)]
        )
    reasons = [*_controls(content), *_shapes(version, content=content)]
    if not reasons:
        reasons = [
            *_codes(content),
            *_awarding_bodies(version, content=content),
            *_limits(version, content=content),
            *offering_rows.faults(version=version, content=content),
        ]
    reasons += [reason for number, row in enumerate(outcomes) for reason in _outcome(number, row)]
    if reasons:
        raise Invalid(_("Check what you entered."), reasons=reasons)


def _controls(content: dict) -> list[tuple[str, str]]:
    return [(field, problem) for field, value in content.items() for problem in _control(value)]


def _control(value) -> list[str]:
    try:
        refuse_control_characters(value)
    except ValidationError as problem:
        return [str(problem.message)]
    return []


def _shapes(version: OfferingVersion, *, content: dict) -> list[tuple[str, str]]:
    """What the model's fields say: types, lengths, addresses."""
    trial = OfferingVersion(pk=version.pk, offering_id=version.offering_id, number=version.number)
    for field, value in content.items():
        setattr(trial, field, value)
    others = {field.name for field in OfferingVersion._meta.fields} - set(content)
    try:
        trial.clean_fields(exclude=others)
    except ValidationError as problem:
        return [(field, text) for field, texts in problem.message_dict.items() for text in texts]
    return []


def _codes(content: dict) -> list[tuple[str, str]]:
    """Codes are of their lists, languages are ours."""
    lists = OfferingVersion.CODE_LISTS
    known = set(
        Code.objects.filter(list__in={lists[f] for f in content if f in lists}).values_list("list", "code")
    )
    reasons = [
        (field, _("“%(code)s” is not in the list.") % {"code": code})
        for field in content
        if field in lists
        for code in _as_list(content[field])
        if (lists[field], str(code)) not in known
    ]
    if content.get("primary_language", "fi") not in LANGUAGES:
        reasons.append(("primary_language", _("Choose Finnish, Swedish or English.")))
    return reasons


def _awarding_bodies(version: OfferingVersion, *, content: dict) -> list[tuple[str, str]]:
    """Nobody names another institution in its place: an author adds only whoever has agreed."""
    added = set(_as_list(content.get("awarding_bodies"))) - version.may_award()
    known = set(Institution.objects.filter(code__in=added).values_list("code", flat=True))
    joint = _("%(code)s has not agreed to award this offering, so it cannot be named here.")
    strange = _("“%(code)s” is not in the list.")
    return [
        ("awarding_bodies", (joint if code in known else strange) % {"code": code}) for code in sorted(added)
    ]


def _as_list(value) -> list:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _limits(version: OfferingVersion, *, content: dict) -> list[tuple[str, str]]:
    reasons = []
    ects = content.get("ects", version.ects)
    if ects is not None and not 0 <= ects <= 60:
        reasons.append(("ects", _("The size is 1–60 ECTS credits.")))
    if (content.get("fee_eur") or 0) < 0:
        reasons.append(("fee_eur", _("A fee cannot be negative.")))
    rdi_part = offering_rows.number_of((content.get("rdi") or {}).get("tki_ects"))
    if rdi_part is not None and ects is not None and rdi_part > ects:
        reasons.append(("rdi", _("The RDI part cannot exceed the size.")))
    return reasons


def _outcome(number: int, row: dict) -> list[tuple[str, str]]:
    name = f"outcomes.{number}"
    if row["kind"] not in LearningOutcome.Kind.values:
        return [(f"{name}.kind", _("“%(code)s” is not in the list.") % {"code": row["kind"]})]
    try:
        check_texts(row["text"])
    except ValidationError as problem:
        return [(f"{name}.text", str(problem.message))]
    if _is_empty(row["text"]):
        return [(f"{name}.text", _("Write the learning outcome."))]
    return [(name, problem) for problem in _control([row["skill_keywords"], row["skills"]])]


def _is_empty(texts: dict) -> bool:
    return not any(texts.values())
