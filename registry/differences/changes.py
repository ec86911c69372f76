"""Field by field what has changed between two versions; texts word by word, outcomes one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.translation import gettext as _

from registry.models import OfferingVersion, TextsField
from registry.models.texts import LANGUAGES

# The institution's own bookkeeping: staff see how it changed, the public does not (as in the API).
PRIVATE = frozenset({"funding", "rdi", "virta"})
# The element of Annex I that a field belongs to; the others describe the offering around them.
ELEMENTS = {
    "title": "M2", "country": "M3", "region": "M3", "awarding_bodies": "M4", "outcomes": "M6", "ects": "M7",
    "size_justification": "M7", "eqf_level": "M8", "nqf_level": "M8", "ehea_cycle": "M8",
    "competence_level": "M8", "assessment_types": "M9", "assessment_description": "M9",
    "assessment_criteria": "M9", "participation_modes": "M10", "teaching_times": "M10", "locations": "M10",
    "quality_assurance_types": "M11", "quality_assurance": "M11", "quality_assurance_additional": "M11",
    "prerequisites": "O1", "identity_verification": "O2", "grading_scale": "O3", "stackability": "O4",
    "stackability_towards": "O4", "further_information_url": "O5", "teaching_languages": "O5",
    "assessment_languages": "O5", "sdgs": "O5", "validity_months": "O5",
}  # fmt: skip
FIRST = ("primary_language", "title", "summary", "outcomes")
FIELDS = (*FIRST, *(name for name in OfferingVersion.CONTENT if name not in FIRST))
SAME, REMOVED, ADDED = "same", "removed", "added"
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")

Pieces = tuple[tuple[str, str], ...]  # (same, removed or added; the text)


@dataclass(frozen=True)
class Change:
    """One field, or one outcome (`item`, counted from 1), that is not as it was.

    `before` and `after` are stored values; None where an outcome was not there. `words` marks the texts by
    language.
    """

    field: str
    before: object
    after: object
    item: int | None = None
    words: dict[str, Pieces] = field(default_factory=dict)

    @property
    def element(self) -> str:
        return ELEMENTS.get(self.field, "")


def between(
    before: OfferingVersion, after: OfferingVersion, *, without: frozenset[str] = frozenset()
) -> list[Change]:
    """Every change that leads from one version to the other, in the order a reader meets the fields."""
    found: list[Change] = []
    for name in FIELDS:
        if name == "outcomes":
            found += _outcomes(before, after)
        elif name not in without:
            found += _one(name, getattr(before, name), getattr(after, name))
    return found


def _one(name: str, before, after) -> Iterator[Change]:
    before, after = plain(before), plain(after)
    if before == after:
        return
    is_text = isinstance(OfferingVersion._meta.get_field(name), TextsField)
    yield Change(field=name, before=before, after=after, words=_words(before, after) if is_text else {})


def plain(value):
    """What says the same is the same: 5 and 5.0, an empty language and a missing one."""
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one not in ("", None, [], {})}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def _outcomes(before: OfferingVersion, after: OfferingVersion) -> Iterator[Change]:
    """Unchanged outcomes are found wherever they have moved to; between them old and new go in pairs."""
    old, new = _rows(before), _rows(after)
    matcher = SequenceMatcher(a=[repr(one) for one in old], b=[repr(one) for one in new], autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = zip_longest(range(old_from, old_to), range(new_from, new_to))
        for was_at, is_at in pairs:
            was = None if was_at is None else old[was_at]
            now = None if is_at is None else new[is_at]
            yield Change(
                field="outcomes",
                item=(was_at if is_at is None else is_at) + 1,
                before=was,
                after=now,
                words=_words((was or {}).get("text", {}), (now or {}).get("text", {})),
            )


def _rows(version: OfferingVersion) -> list[dict]:
    outcomes = sorted(version.outcomes.all(), key=lambda one: (one.order, one.pk))
    return [
        {
            "kind": one.kind,
            "text": {language: one.text[language] for language in LANGUAGES if one.text.get(language)},
            "skill_keywords": one.skill_keywords,
            "skills": one.skills,
        }
        for one in outcomes
    ]


def _words(before: dict, after: dict) -> dict[str, Pieces]:
    """The marked text of each language in which something has changed."""
    return {
        language: marked(before.get(language, ""), after.get(language, ""))
        for language in LANGUAGES
        if before.get(language, "") != after.get(language, "")
    }


def marked(before: str, after: str) -> Pieces:
    """A text word by word; what stands between two changed words changes with them."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    pieces: list[tuple[str, str]] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        a=old, b=new, autojunk=False
    ).get_opcodes():
        was, now = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            pieces.append((SAME, was))
        else:
            pieces += [(change, said) for change, said in ((REMOVED, was), (ADDED, now)) if said]
    return tuple(_joined(pieces))


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Mere blanks between changes become part of them: one long mark reads better than five short ones."""
    joined: list[tuple[str, str]] = []
    waiting = {REMOVED: "", ADDED: ""}

    def flush() -> None:
        joined.extend((change, said) for change, said in waiting.items() if said)
        waiting.update({REMOVED: "", ADDED: ""})

    for at, (change, said) in enumerate(pieces):
        is_between = said.isspace() and 0 < at < len(pieces) - 1
        if change != SAME:
            waiting[change] += said
        elif is_between and any(waiting.values()):
            waiting.update({one: text + said for one, text in waiting.items()})
        else:
            flush()
            joined.append((SAME, said))
    flush()
    return joined


def field_name(field: str) -> str:
    """What a field is called on pages."""
    return OfferingVersion.label(field)


def language_name(code: str) -> str:
    return {"fi": _("Finnish"), "sv": _("Swedish"), "en": _("English")}[code]
