"""The columns of a table of offerings: names in three languages, each cell's way to and from a value.

Most columns are fields of a version: a text has one column per language, a list its items separated by commas
or semicolons, a code its code or its label in any language. Learning outcomes stand one a line in a cell.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property

from django.db import models
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from registry import reading
from registry.actions import codelists
from registry.actions.offering_reasons import Reason
from registry.models import Code, CodesField, LearningOutcome, OfferingVersion, TextsField
from registry.models.texts import CONTROL, LANGUAGES
from registry.spreadsheets import FileRefused, as_written

FIELDS = (
    "title", "primary_language", "summary", "target_group", "education_form", "origins", "ects",
    "size_justification", "awarding_bodies", "partners", "network", "country", "region", "isced_f",
    "okm_field", "eqf_level", "nqf_level", "ehea_cycle", "competence_level", "prerequisites",
    "stackability", "stackability_towards", "badge_name", "assessment_types", "assessment_description",
    "assessment_criteria", "grading_scale", "identity_verification", "assessment_languages",
    "participation_modes", "locations", "teaching_times", "teaching_languages", "guidance",
    "further_information_url", "validity_months", "relevance", "relevance_source",
    "quality_assurance_types", "quality_assurance", "quality_assurance_additional", "sdgs", "fee_eur",
    "fee_rule", "free_for",
)  # fmt: skip
OUTCOME_NAMES = {
    "outcomes": gettext_lazy("Learning outcomes"),
    "outcome_kinds": gettext_lazy("Kinds of the learning outcomes"),
    "outcome_keywords": gettext_lazy("Skill keywords of the learning outcomes"),
}
NEEDED = ("title",)
MOST_TEXT, MOST_TITLE, MOST_WORD = 5000, 120, 200
SHOWN = 8  # codes of a list in the explanation of its column
KIND_LINES = re.compile(r"[\n;,]")


@dataclass(frozen=True)
class Column:
    """`name` is stable ("title_fi"); `field` is of the version, or one of OUTCOME_NAMES, or "code"."""

    name: str
    field: str
    language: str = ""

    def label(self, language: str) -> str:
        """What the header of a file calls it: "Nimi (fi)"."""
        with translation.override(language):
            own = f" ({self.language})" if self.language else ""
            return f"{field_label(self.field)}{own}"


def field_label(field: str) -> str:
    if field == "code":
        return _("Code")
    if field in OUTCOME_NAMES:
        return str(OUTCOME_NAMES[field])
    return str(OfferingVersion._meta.get_field(field).verbose_name)


def _columns() -> tuple[Column, ...]:
    found = [Column("code", "code")]
    for name in FIELDS:
        is_text = isinstance(OfferingVersion._meta.get_field(name), TextsField)
        found += (
            [Column(f"{name}_{one}", name, one) for one in LANGUAGES] if is_text else [Column(name, name)]
        )
    found += [Column(f"outcomes_{one}", "outcomes", one) for one in LANGUAGES]
    return (*found, Column("outcome_kinds", "outcome_kinds"), Column("outcome_keywords", "outcome_keywords"))


COLUMNS = _columns()


@cache
def labels(language: str) -> dict[str, str]:
    """The columns by their stable names, as a header calls them."""
    return {column.name: column.label(language) for column in COLUMNS}


def reason_label(name: str) -> str:
    """The column or field that a reason is about, as the header calls it in the reader's language."""
    field = name.split(".", maxsplit=1)[0]
    if name in labels(get_language()):
        return labels(get_language())[name]
    if field == "learning_outcomes":
        return field_label("outcomes")
    return field_label(field) if field in OUTCOME_NAMES or field in OfferingVersion.CONTENT else name


def header(language: str) -> list[str]:
    return list(labels(language).values())


class Codes:
    """Every code list in memory: a code from what somebody wrote, be it code, label or another spelling."""

    @cached_property
    def _rows(self) -> list[Code]:
        return list(Code.objects.order_by("list", "order", "pk"))

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for row in self._rows:
            names = found.setdefault(row.list, {})
            for label in row.label.values():
                names.setdefault(label.casefold(), row.code)
        for name, aliases in codelists.aliases().items():
            for alias, code in aliases.items():
                found.setdefault(name, {}).setdefault(alias.casefold(), code)
        for row in self._rows:
            found[row.list][row.code.casefold()] = row.code
        return found

    @cached_property
    def national(self) -> dict[tuple[str, str], str]:
        """Our code by list and national code."""
        return {(row.list, row.national_code): row.code for row in self._rows if row.national_code}

    def find(self, code_list: str, written: str) -> str:
        """ "" when there is none."""
        return self._known.get(code_list, {}).get(" ".join(written.split()).casefold(), "")

    @cached_property
    def _of_uris(self) -> dict[tuple[str, str], str]:
        """Of several codes with one address the first of the list."""
        return {(row.list, row.uri): row.code for row in reversed(self._rows) if row.uri}

    def of_uri(self, code_list: str, uri: str) -> str:
        """ "" when there is none."""
        return self._of_uris.get((code_list, uri), "")

    def of(self, code_list: str) -> list[str]:
        return [row.code for row in self._rows if row.list == code_list]


DESCRIBED = {
    "code": gettext_lazy("Empty for a new offering; our own export fills it."),
    "outcomes": gettext_lazy("One learning outcome a line; as many in each language."),
    "outcome_kinds": gettext_lazy(
        "Knowledge, skill or competence, one a line; empty: guessed from the verb."
    ),
    "outcome_keywords": gettext_lazy("One line for each learning outcome, the words separated by commas."),
}


def described(column: Column, *, codes: Codes) -> str:
    """What a cell of the column holds, for the person who fills it."""
    field = OfferingVersion._meta.get_field(column.field) if column.field in FIELDS else None
    code_list = OfferingVersion.CODE_LISTS.get(column.field, "")
    if column.field in DESCRIBED:
        return str(DESCRIBED[column.field])
    if column.field == "primary_language" or code_list:
        return _codes_described(column, codes.of(code_list) if code_list else list(LANGUAGES))
    if isinstance(field, CodesField):
        return _("Several separated by commas.")
    if isinstance(field, models.DecimalField):
        return _("A number; a decimal comma will do.")
    if isinstance(field, models.PositiveSmallIntegerField):
        return _("A whole number.")
    return _("Text.")


def _codes_described(column: Column, codes: list[str]) -> str:
    shown = ", ".join(codes[:SHOWN]) + (", …" if len(codes) > SHOWN else "")
    is_list = isinstance(OfferingVersion._meta.get_field(column.field), CodesField)
    said = (
        _("Codes or labels, several separated by commas: %(codes)s")
        if is_list
        else _("Code or label: %(codes)s")
    )
    return said % {"codes": shown}


def recognised(cells: list[str]) -> list[Column | None]:
    """The columns of a header, in its order; None for an empty one at the end. Raises FileRefused."""
    names = [" ".join(cell.split()).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = {labels(one)[column.name].casefold(): column for one in LANGUAGES for column in COLUMNS}
    known |= {column.name: column for column in COLUMNS} | {
        reason.casefold(): None for reason in REASON.values()
    }
    unknown = [name for name in names if name not in known]
    if not names:
        raise FileRefused(_("The file is empty."))
    if unknown:
        raise FileRefused(
            _("The header has columns that are not known: %(names)s. Compare it with the template.")
            % {"names": ", ".join(name[:40] or "–" for name in unknown) or "–"}
        )
    found = [known[name] for name in names]
    twice = {one.name for one in found if one and found.count(one) > 1}
    if twice:
        raise FileRefused(
            _("The header has the same column twice: %(names)s.") % {"names": ", ".join(sorted(twice))}
        )
    if not any(one and one.field in NEEDED for one in found):
        raise FileRefused(
            _("The header lacks these columns: %(names)s. Compare it with the template.")
            % {"names": _("Title")}
        )
    return found


# The column that our own list of rejected rows adds; it is not read.
REASON = {"fi": "hylkäyksen syy", "sv": "orsak till avslag", "en": "reason for rejection"}


def parsed(cells: dict[Column, str], *, codes: Codes, main: str) -> tuple[dict, list[dict], list[Reason]]:
    """Content, outcomes and faults of one row's cells; what is empty is left out. `main` is the language of a
    row that does not tell its own."""
    content: dict = {}
    reasons: list[Reason] = []
    written = {column: as_written(cell.strip()) for column, cell in cells.items() if cell.strip()}
    for column, text in written.items():
        if CONTROL.search(text):
            reasons.append(Reason(column.name, "control", {}))
        elif column.field in FIELDS:
            value, reason = _value(column, text, codes=codes)
            if reason:
                reasons.append(reason)
            elif column.language:
                content.setdefault(column.field, {})[column.language] = value
            else:
                content[column.field] = value
    outcomes, faults = _outcomes(written, codes=codes, main=content.get("primary_language", main))
    return content, outcomes, [*reasons, *faults]


def _value(column: Column, text: str, *, codes: Codes):
    """The value and no reason, or None and why not."""
    field = OfferingVersion._meta.get_field(column.field)
    code_list = OfferingVersion.CODE_LISTS.get(column.field, "")
    if column.field == "primary_language":
        language = codes.find("teaching_language", text)
        bad = Reason(column.name, "unknown_code", {"value": text[:60]})
        return (language, None) if language in LANGUAGES else (None, bad)
    if isinstance(field, TextsField):
        return _text(column, text)
    if isinstance(field, CodesField):
        return _list(column, text, code_list=code_list, codes=codes)
    if code_list:
        return _code(column, text, code_list=code_list, codes=codes)
    if isinstance(field, models.DecimalField):
        return _decimal(column, text)
    return _plain(column, text, field=field)


def _plain(column: Column, text: str, *, field: models.Field):
    if isinstance(field, models.PositiveSmallIntegerField):
        is_number = text.isascii() and text.isdigit() and len(text) < 5
        return (
            (int(text), None)
            if is_number
            else (None, Reason(column.name, "whole_number", {"value": text[:60]}))
        )
    most = min(field.max_length or MOST_WORD, MOST_WORD)
    return (text, None) if len(text) <= most else (None, Reason(column.name, "too_long", {"limit": most}))


def _text(column: Column, text: str):
    if column.field == "title" and not 5 <= len(text) <= MOST_TITLE:
        return None, Reason(column.name, "title_length", {})
    if len(text) > MOST_TEXT:
        return None, Reason(column.name, "too_long", {"limit": MOST_TEXT})
    return text, None


def _code(column: Column, text: str, *, code_list: str, codes: Codes):
    code = codes.find(code_list, text)
    if not code:
        return None, Reason(column.name, "unknown_code", {"value": text[:60]})
    is_number = isinstance(OfferingVersion._meta.get_field(column.field), models.PositiveSmallIntegerField)
    return (int(code) if is_number else code), None


def _list(column: Column, text: str, *, code_list: str, codes: Codes):
    parts = [part.strip() for part in re.split(r"[;|\n]", text) if part.strip()]
    if not code_list:
        return [word.strip() for part in parts for word in part.split(",") if word.strip()], None
    found = []
    for part in parts:
        # a label may hold a comma itself: first as a whole, then item by item
        items = [part] if codes.find(code_list, part) else [one.strip() for one in part.split(",")]
        for item in items:
            code = codes.find(code_list, item)
            if not code:
                return None, Reason(column.name, "unknown_code", {"value": item[:60]})
            found.append(code)
    return list(dict.fromkeys(found)), None


def _decimal(column: Column, text: str):
    """With a decimal comma or point, and a space between thousands."""
    try:
        value = Decimal(re.sub(r"\s", "", text).replace(",", ".").removesuffix("€"))
    except InvalidOperation:
        return None, Reason(column.name, "number", {"value": text[:60]})
    if not value.is_finite() or not -1_000_000 < value < 1_000_000:
        return None, Reason(column.name, "number", {"value": text[:60]})
    if column.field == "ects" and not 1 <= value <= 60:
        return None, Reason(column.name, "ects_range", {})
    if column.field == "ects" and value % Decimal("0.5"):
        return None, Reason(column.name, "ects_half", {})
    return value, None


def _outcomes(written: dict[Column, str], *, codes: Codes, main: str) -> tuple[list[dict], list[Reason]]:
    by_name = {column.name: text for column, text in written.items()}
    lines = {one: _lines(by_name.get(f"outcomes_{one}", "")) for one in LANGUAGES}
    texts = lines[main] or next((found for found in lines.values() if found), [])
    for language in LANGUAGES:
        if lines[language] and len(lines[language]) != len(texts):
            return [], [Reason(f"outcomes_{language}", "outcome_lines", {})]
    kinds = [kind.strip() for kind in KIND_LINES.split(by_name.get("outcome_kinds", "")) if kind.strip()]
    if kinds and len(kinds) != len(texts):
        return [], [Reason("outcome_kinds", "outcome_kinds", {})]
    unknown = [kind for kind in kinds if not codes.find("outcome_kind", kind)]
    if unknown:
        return [], [Reason("outcome_kinds", "unknown_code", {"value": unknown[0][:60]})]
    keywords = by_name.get("outcome_keywords", "").split("\n")
    return [
        {
            "kind": codes.find("outcome_kind", kinds[i]) if kinds else reading.kind_of(text),
            "text": {one: found[i] for one, found in lines.items() if found},
            "skill_keywords": _words(keywords[i]) if i < len(keywords) else [],
            "skills": [],
        }
        for i, text in enumerate(texts)
    ], []


def _lines(text: str) -> list[str]:
    return [line.strip(" \t•*–-") for line in text.split("\n") if line.strip(" \t•*–-")]


def _words(line: str) -> list[str]:
    return [word.strip() for word in line.split(",") if word.strip()]


def written(version: OfferingVersion) -> list[str]:
    """The cells of a version, in the order of COLUMNS; what `parsed` reads back to the same values."""
    outcomes = sorted(version.outcomes.all(), key=lambda one: one.order)
    return [_cell(column, version, outcomes) for column in COLUMNS]


def cells(content: dict, outcomes: list[dict]) -> dict[str, str]:
    """By the names of the columns, what was told outside a table; so that it can be mended in one."""
    version = OfferingVersion(**content)
    rows = [
        LearningOutcome(kind=row["kind"], text=row["text"], skill_keywords=row.get("skill_keywords", []))
        for row in outcomes
    ]
    told = [column for column in COLUMNS if column.field in content or column.field in OUTCOME_NAMES]
    found = {column.name: _cell(column, version, rows) for column in told}
    return {name: cell for name, cell in found.items() if cell.strip()}


def _cell(column: Column, version: OfferingVersion, outcomes: list[LearningOutcome]) -> str:
    if column.field == "code":
        return version.offering.code
    if column.field in OUTCOME_NAMES:
        return _outcome_cell(column, outcomes)
    value = getattr(version, column.field)
    if column.language:
        return str(value.get(column.language, ""))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return "" if value is None else str(value)


def _outcome_cell(column: Column, outcomes: list[LearningOutcome]) -> str:
    if column.field == "outcomes":
        return "\n".join(" ".join(str(one.text.get(column.language, "")).split()) for one in outcomes)
    if column.field == "outcome_kinds":
        return "\n".join(one.kind for one in outcomes)
    return "\n".join(", ".join(one.skill_keywords) for one in outcomes)
