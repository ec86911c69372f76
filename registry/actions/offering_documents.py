"""Offerings in JSON: our own shape as the export and the API give it, or Kouta's (Opintopolku)."""

import html
import json
import re
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext as _

from registry import reading
from registry.actions.offering_columns import Codes
from registry.actions.offering_reasons import Reason
from registry.models import CodesField, LearningOutcome, OfferingVersion
from registry.models.texts import CONTROL, LANGUAGES
from registry.spreadsheets import FileRefused

# What a file may not bring: evidence and history belong to the register they were made in.
LEFT_OUT = {"meetings", "foresight", "shares", "version_note"}
# What our own export and API tell besides the content; it is read past.
BESIDES = {
    "code", "version", "status", "institution", "rule_set", "workload_hours", "learning_outcomes",
    "realisations", "pathways", "quality_statement", "published_at", "superseded_at", "content_hash",
    "versions", "reasons",
}  # fmt: skip
MOST_NUMBER = 1_000_000
TAG = re.compile(r"<[^>]*>")


def items(data: bytes) -> list[dict]:
    """The objects of a document: a list, one object, or {"offerings": […]}. Raises FileRefused."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()  # neither NaN nor half a letter
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise FileRefused(_("The file cannot be read as JSON.")) from problem
    if isinstance(found, dict):
        found = next((found[key] for key in ("offerings", "results", "@graph") if key in found), [found])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise FileRefused(_("The file does not hold a list of offerings."))
    return found


def document(version: OfferingVersion) -> dict:
    """One version in our own shape: content by field, and its outcomes; numbers as the API writes them."""
    content = {name: getattr(version, name) for name in OfferingVersion.CONTENT if name not in LEFT_OUT}
    return {
        "code": version.offering.code,
        "version": version.number,
        "status": version.status,
        **{name: str(value) if isinstance(value, Decimal) else value for name, value in content.items()},
        "learning_outcomes": [
            {"kind": one.kind, "text": one.text, "skill_keywords": one.skill_keywords, "skills": one.skills}
            for one in sorted(version.outcomes.all(), key=lambda one: one.order)
        ],
    }


def parsed(item: dict, *, codes: Codes) -> tuple[str, dict, list[dict], list[Reason]]:
    """Code, content, outcomes and faults of one object."""
    if "nimi" in item:
        return _kouta(item, codes=codes)
    return _own(item)


def _own(item: dict) -> tuple[str, dict, list[dict], list[Reason]]:
    content, reasons = {}, []
    for name, value in item.items():
        if name in LEFT_OUT or name in BESIDES or value in (None, "", [], {}):
            continue
        if name not in OfferingVersion.CONTENT:
            reasons.append(Reason(name[:60], "unknown_field", {}))
        else:
            typed, faults = _typed(name, value)
            reasons += faults
            if not faults:
                content[name] = typed
    outcomes, faults = _outcomes(item.get("learning_outcomes") or [])
    code = item.get("code")
    return code if isinstance(code, str) else "", content, outcomes, [*reasons, *faults]


def _typed(name: str, value) -> tuple[object, list[Reason]]:
    """The value as the field holds it, or None and why not."""
    field = OfferingVersion._meta.get_field(name)
    if isinstance(field, models.DecimalField):
        return _number(name, value)
    if isinstance(field, CodesField):
        has_shape = _are_words(value)
    elif isinstance(field, models.JSONField):
        kind = type(field.get_default())
        has_shape = isinstance(value, kind) and (kind is dict or all(isinstance(one, dict) for one in value))
    else:
        kinds = {models.BooleanField: bool, models.PositiveSmallIntegerField: int}
        has_shape = type(value) is kinds.get(type(field), str)
    return (value, []) if has_shape else (None, [Reason(name, "shape", {})])


def _number(name: str, value) -> tuple[Decimal | None, list[Reason]]:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    is_size = number.is_finite() and -MOST_NUMBER < number < MOST_NUMBER
    return (number, []) if is_size else (None, [Reason(name, "number", {"value": str(value)[:60]})])


def _outcomes(rows) -> tuple[list[dict], list[Reason]]:
    found = []
    for row in rows if isinstance(rows, list) else [None]:
        text = row.get("text") if isinstance(row, dict) else None
        keywords = row.get("skill_keywords", []) if isinstance(row, dict) else None
        skills = row.get("skills", []) if isinstance(row, dict) else None
        if not isinstance(text, dict) or not _are_words(keywords) or not _are_skills(skills):
            return [], [Reason("learning_outcomes", "shape", {})]
        kind = row.get("kind") or reading.kind_of(str(next(iter(text.values()), "")))
        if kind not in LearningOutcome.Kind.values:
            return [], [Reason("learning_outcomes", "unknown_code", {"value": str(kind)[:60]})]
        found.append({"kind": kind, "text": text, "skill_keywords": keywords, "skills": skills})
    return found, []


def _are_skills(value) -> bool:
    """Addresses with labels by language, as the exports and credentials write them."""
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("uri"), str)
        and isinstance(one.get("label", {}), dict)
        and all(isinstance(text, str) for text in one.get("label", {}).values())
        for one in value
    )


def _are_words(value) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _kouta(item: dict, *, codes: Codes) -> tuple[str, dict, list[dict], list[Reason]]:
    """A koulutus or toteutus of Kouta: name, description, size, languages, main language, open UAS."""
    about = item.get("metadata") if isinstance(item.get("metadata"), dict) else {}
    teaching = about.get("opetus") if isinstance(about.get("opetus"), dict) else {}
    content = {"title": _plain_texts(item["nimi"]), "summary": _plain_texts(about.get("kuvaus"))}
    size, reasons = _kouta_size(about)
    content["ects"] = size
    languages = [
        codes.national.get(("teaching_language", str(uri).partition("#")[0].rpartition("_")[2]))
        or codes.national.get(("teaching_language", str(uri).partition("#")[0]))
        for uri in _list(teaching.get("opetuskieliKoodiUrit")) or _list(about.get("opetuskieliKoodiUrit"))
    ]
    content["teaching_languages"] = [code for code in languages if code]
    chosen = [one for one in _list(item.get("kielivalinta")) if one in LANGUAGES]
    content["primary_language"] = chosen[0] if chosen else ""
    if about.get("isAvoinKorkeakoulutus") is True:
        content["education_form"] = "avoin_amk"
    goals = _plain_texts(about.get("osaamistavoitteet"))
    outcomes = [
        {"kind": one.kind, "text": {language: one.text}, "skill_keywords": [], "skills": []}
        for language, text in list(goals.items())[:1]
        for one in reading.read(f"Osaamistavoitteet\n{text}", language=language).outcomes
    ]
    content = {name: value for name, value in content.items() if value not in (None, "", [], {})}
    return "", content, outcomes, reasons


def _list(value) -> list:
    return value if isinstance(value, list) else []


def _kouta_size(about: dict) -> tuple[Decimal | None, list[Reason]]:
    least, most = about.get("opintojenLaajuusNumeroMin"), about.get("opintojenLaajuusNumeroMax")
    one = about.get("opintojenLaajuusNumero")
    if one is None and least is not None and most is not None and least != most:
        return None, [Reason("ects", "ects_several", {"value": f"{least}–{most}"})]
    number = next((value for value in (one, least, most) if value is not None), None)
    return _typed("ects", number) if number is not None else (None, [])


def _plain_texts(texts) -> dict[str, str]:
    """Kouta's HTML as plain text, languages of ours only."""
    if not isinstance(texts, dict):
        return {}
    return {
        language: CONTROL.sub(
            "", html.unescape(TAG.sub("", re.sub(r"</(p|li|h\d)>|<br\s*/?>", "\n", text)))
        ).strip()
        for language, text in texts.items()
        if language in LANGUAGES and isinstance(text, str) and text.strip()
    }
