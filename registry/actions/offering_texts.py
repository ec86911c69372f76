"""From a pasted course text to a draft: what was understood, and what the author took of it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from registry import reading
from registry.actions import offerings
from registry.models import Institution, OfferingVersion, SourceText, TextsField, User
from registry.models.texts import LANGUAGES


@dataclass
class Understood:
    """What the texts say together. `content` is by field of a version; outcomes have a guessed kind;
    `rest` holds by language what found no place; `doubtful` the languages whose text looks like another."""

    main: str
    content: dict = field(default_factory=dict)
    outcomes: list[dict] = field(default_factory=list)
    rest: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)

    @property
    def gaps(self) -> dict[str, list[str]]:
        """The languages that review will ask for and the texts lack, by field and "outcome-<n>" (rule 16)."""
        texts = {
            name: text for name, text in self.content.items() if isinstance(text, dict) and name != "title"
        }
        texts |= {f"outcome-{number}": row["text"] for number, row in enumerate(self.outcomes)}
        needed = dict.fromkeys((self.main, "en"))
        return {name: [one for one in needed if one not in text] for name, text in texts.items()}


FEWEST_WORDS = 20  # a shorter text does not show its language


def understood(*, texts: dict[str, str], main: str) -> Understood:
    """Read the same course text in one to three languages; facts come from the main one first."""
    found = Understood(main=main if texts.get(main, "").strip() else next(one for one in texts if texts[one]))
    ordered = [found.main, *(one for one in LANGUAGES if one != found.main and texts.get(one, "").strip())]
    for language in ordered:
        read = reading.read(texts[language], language=language)
        for name, value in read.fields.items():
            if isinstance(OfferingVersion._meta.get_field(name), TextsField):
                found.content.setdefault(name, {})[language] = value
            else:
                found.content.setdefault(name, value)
        found.rest[language] = "\n".join(filter(None, [_add_outcomes(found, read), read.rest]))
        looks = reading.language_of(texts[language])
        if looks != language and len(texts[language].split()) >= FEWEST_WORDS:
            found.doubtful[language] = looks
    return found


@transaction.atomic
def create(
    *,
    institution: Institution,
    found: Understood,
    title: dict,
    taken: set[str],
    kinds: dict[int, str],
    more: dict[str, dict[str, str]] | None = None,
    by: User,
    at: datetime,
) -> OfferingVersion:
    """A draft of what was taken: names of fields and "outcome-<n>"; what was not taken joins the rest.

    `more` fills gaps: texts by language for a field or an outcome.
    """
    _fill(found, more or {})
    version = offerings.create(
        institution=institution, title=title, primary_language=found.main, by=by, at=at
    )
    content = {name: value for name, value in found.content.items() if name in taken and name != "title"}
    outcomes = [
        row | {"kind": kinds.get(number, row["kind"])}
        for number, row in enumerate(found.outcomes)
        if f"outcome-{number}" in taken
    ]
    offerings.save(version=version, content=content, outcomes=outcomes, by=by, at=at)
    rest = _rest(found, taken)
    if rest:
        SourceText.objects.create(version=version, rest=rest, pasted_at=at, pasted_by=by)
    return version


def _fill(found: Understood, more: dict[str, dict[str, str]]) -> None:
    outcomes = {f"outcome-{number}": row["text"] for number, row in enumerate(found.outcomes)}
    for name, texts in more.items():
        (outcomes[name] if name in outcomes else found.content[name]).update(texts)


def _add_outcomes(found: Understood, read: reading.Reading) -> str:
    """The outcomes of one language; where their number differs from the main language's they cannot be
    paired and are returned as text."""
    if read.language == found.main:
        found.outcomes = [
            {"kind": one.kind, "text": {found.main: one.text}, "skill_keywords": [], "skills": []}
            for one in read.outcomes
        ]
        return ""
    if len(read.outcomes) == len(found.outcomes):
        for row, one in zip(found.outcomes, read.outcomes, strict=True):
            row["text"][read.language] = one.text
        return ""
    return "\n".join(one.text for one in read.outcomes)


def _rest(found: Understood, taken: set[str]) -> str:
    """All that found no place, by language, and what the author did not take."""
    left = [*(text for text in found.rest.values() if text)]
    for name, value in found.content.items():
        if name not in taken and name != "title" and isinstance(value, dict):
            left += value.values()
    for number, row in enumerate(found.outcomes):
        if f"outcome-{number}" not in taken:
            left += row["text"].values()
    return "\n\n".join(left)
