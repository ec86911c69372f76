"""What the rules look at and what they say; the words that several rules share."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import Institution, LearningOutcome, OfferingVersion
from registry.models.texts import LANGUAGES
from registry.rule_sets import RuleSet, Weight

MISSING_IN = {
    "fi": gettext_lazy("%(what)s: missing in Finnish."),
    "sv": gettext_lazy("%(what)s: missing in Swedish."),
    "en": gettext_lazy("%(what)s: missing in English."),
}


@dataclass(frozen=True)
class Remark:
    """One thing that is missing or doubtful: the field (or "outcomes", "contacts"), in words, its
    language."""

    field: str
    text: str
    language: str = ""
    weight: Weight = Weight.BLOCKS
    item: int | None = None  # which outcome, from 0


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `namesakes`: (code, status) of own offerings with the same title; `contacts`:
    functions that have a named contact, None where nobody has looked."""

    version: OfferingVersion
    institution: Institution
    outcomes: Sequence[LearningOutcome]
    rules: RuleSet
    namesakes: Sequence[tuple[str, str]] = ()
    contacts: Collection[str] | None = None

    def asked(self, rule: str, field: str, text: str, **more) -> Remark:
        """A remark with the weight that the rule set gives the rule."""
        return Remark(field=field, text=text, weight=self.rules.weights[rule], **more)


def languages_needed(version: OfferingVersion) -> tuple[str, ...]:
    """Rule 16: the main language and English."""
    return tuple(dict.fromkeys((version.primary_language, "en")))


def in_languages(
    facts: Facts, field: str, *, texts: dict | None = None, item: int | None = None, said=None
) -> Iterator[Remark]:
    """Rule 16 on one text that is filled at least in one language."""
    value = getattr(facts.version, field) if texts is None else texts
    needed = languages_needed(facts.version)
    for language in LANGUAGES:
        if (value.get(language) or "").strip():
            continue
        text = str((said or MISSING_IN)[language]) % {"what": _label(field, item=item)}
        weight = Weight.BLOCKS if language in needed else facts.rules.weights["third_language"]
        yield Remark(field=field, text=text, language=language, weight=weight, item=item)


def text_of(facts: Facts, field: str, empty: str = "", *, rule: str = "") -> Iterator[Remark]:
    """A text: what to say when it is empty ("" when it may be; without a rule it blocks), else its
    languages."""
    if not is_empty(getattr(facts.version, field)):
        yield from in_languages(facts, field)
    elif empty:
        yield facts.asked(rule, field, empty) if rule else Remark(field=field, text=empty)


def is_empty(texts: dict) -> bool:
    return not any((text or "").strip() for text in texts.values())


def _label(field: str, *, item: int | None = None) -> str:
    if field == "outcomes":
        return _("Learning outcome %(number)s") % {"number": (item or 0) + 1}
    return OfferingVersion.label(field)
