"""A whole award as XML, for formats that let foreign elements in: what they have no place for is kept.

Each fact of `facts.Award` is an element of its name in camelCase, in the order of the class; what may be many
is an element each, in the singular. A code has its `code` and `uri` as attributes; of a text and of a
label there is an element for each language, with xml:lang. Moments are in UTC. Empty facts are left out.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from credentials.facts import Award, Coded, Incomplete, Texts

NAMESPACE = "urn:uuid:4a72062e-ed65-4244-839e-076d0a98b873"  # of this vocabulary, for ever
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGES = ("fi", "sv", "en")
SINGULAR = {
    "awarding_bodies": "awardingBody",
    "outcomes": "outcome",
    "skills": "skill",
    "assessment_types": "assessmentType",
    "participation_modes": "participationMode",
    "teaching_languages": "teachingLanguage",
    "quality_assurance_types": "qualityAssuranceType",
    "locations": "location",
    "assessment_languages": "assessmentLanguage",
    "pathways": "pathway",
    "sdgs": "sdg",
    "parts": "part",
}


def add(parent: Any, award: Award) -> None:
    """Puts the award below an element. Raises Incomplete, naming the fact that XML cannot hold."""
    whole = etree.SubElement(parent, f"{{{NAMESPACE}}}award", nsmap={"award": NAMESPACE})
    _facts(whole, award)


def say(parent: Any, name: str, words: str, *, language: str = "", **attributes: str) -> Any:
    """An element with text. Raises Incomplete where the text has a character that XML has not."""
    element = etree.SubElement(parent, name)
    try:
        element.text = words
        for key, value in attributes.items():
            element.set(key, value)
        if language:
            element.set(XML_LANG, language)
    except ValueError as fault:
        raise Incomplete(etree.QName(name).localname) from fault
    return element


def can_hold(words: str) -> bool:
    """Whether XML has every character of the text."""
    try:
        etree.Element("text").text = words
    except ValueError:
        return False
    return True


def by_language(texts: Texts | None) -> Iterator[tuple[str, str]]:
    """The texts that are there: fi, sv, en, then others by their name, whatever order a database gave."""
    there = {language: text for language, text in (texts or {}).items() if text.strip()}
    order = [*(name for name in LANGUAGES if name in there), *sorted(set(there) - set(LANGUAGES))]
    return ((language, there[language]) for language in order)


def _facts(parent: Any, facts: Any, *, besides: Set[str] = frozenset()) -> None:
    for field in fields(facts):
        if field.name in besides:
            continue
        value = getattr(facts, field.name)
        name = f"{{{NAMESPACE}}}{SINGULAR.get(field.name) or _camel(field.name)}"
        for one in value if isinstance(value, tuple) else (value,):
            _fact(parent, name, one)


def _fact(parent: Any, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, Mapping):
        for language, text in by_language(value):
            say(parent, name, text, language=language)
    elif isinstance(value, Coded):
        element = say(parent, name, "", code=value.code, **({"uri": value.uri} if value.uri else {}))
        _facts(element, value, besides={"code", "uri"})
    elif is_dataclass(value):
        _facts(etree.SubElement(parent, name), value)
    else:
        say(parent, name, _plain(value))


def _plain(value: Any) -> str:
    """Days, moments, numbers and ids as XML Schema writes them."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
