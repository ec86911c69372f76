"""Sentences that are in no language yet: what a check found, before somebody reads it.

Plain, so that the same checks speak by Django's translations here and by a file of them in a continuity pack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Said:
    """A sentence as it stands in the source, and what belongs in its places: words, or one of these."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __mod__(self, facts: Mapping[str, Any]) -> "Said":
        return Said(self.text, facts)


def said(text: str) -> Said:
    """Imported as `_`, by which sentences are found for translation."""
    return Said(text)


@dataclass(frozen=True)
class Texts:
    """A name in several languages; what is not in the reader's says in which it is (rule 16)."""

    texts: Mapping[str, str]
    main: str = ""


IN = {"fi": Said("in Finnish"), "sv": Said("in Swedish"), "en": Said("in English")}


def worded(sentence: Said | str, *, gettext: Callable[[str], str], language: str) -> str:
    """The sentence in the language that `gettext` speaks."""
    if isinstance(sentence, str):
        return sentence

    def word(fact: Any) -> Any:
        if isinstance(fact, Texts):
            return _chosen(fact, gettext=gettext, language=language)
        return worded(fact, gettext=gettext, language=language) if isinstance(fact, Said) else fact

    text = gettext(sentence.text)
    return text % {name: word(fact) for name, fact in sentence.facts.items()} if sentence.facts else text


def day(moment: datetime | date) -> str:
    """23.11.2026, in Finland."""
    local = moment.astimezone(ZONE) if isinstance(moment, datetime) else moment
    return f"{local.day}.{local.month}.{local.year}"


def _chosen(name: Texts, *, gettext: Callable[[str], str], language: str) -> str:
    for one in (language, name.main, *LANGUAGES):
        if text := name.texts.get(one):
            return text if one == language else f"{text} ({gettext(IN[one].text)})"
    return ""
