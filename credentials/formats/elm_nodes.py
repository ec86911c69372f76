"""What a document of the European Learning Model is built of: named nodes, concepts of code lists, notes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from credentials.facts import Award, Coded, Texts
from credentials.formats.wording import HEADINGS

Node = dict[str, Any]
LANGUAGES = ("fi", "sv", "en")


class Nodes:
    """The nodes of one document, numbered as they are made: the same award gives the same names.

    Two of our codes may stand for one EU concept (distance and online teaching). In RDF that is one node with
    one label in each language: it has the labels of both, wherever it stands.
    """

    def __init__(self, award: Award) -> None:
        self.language = award.language
        self.labels: dict[str, dict[str, str]] = {}
        for coded in _codes(award):
            if coded.uri:
                _add(self.labels.setdefault(coded.uri, {}), said(coded.label))
        self.counts: Counter[str] = Counter()
        self.own: dict[tuple[str, str], Node] = {}

    def node(self, kind: str, **members: Any) -> Node:
        """A node of that class; members without a value are left out, and one value stands without a list, as
        compact JSON-LD has it and readers of single fields expect."""
        self.counts[kind] += 1
        name = f"urn:epass:{kind[0].lower()}{kind[1:]}:{self.counts[kind]}"
        there = {member: _one(value) for member, value in members.items() if value not in (None, "", {}, [])}
        return {"id": name, "type": kind} | there

    def concept(self, coded: Coded, scheme: str, *, meaning: Texts | None = None) -> Node:
        """The concept of an EU list; without an address one of our own, with its code as notation."""
        if coded.uri:
            labels = self.labels.get(coded.uri) or said(coded.label)
            listed = {"id": coded.uri, "type": "Concept", "inScheme": {"id": scheme, "type": "ConceptScheme"}}
            return listed | ({"prefLabel": labels} if labels else {})
        if (scheme, coded.code) not in self.own:
            label, meaning = self.label(coded), said(meaning)
            own = self.node("Concept", notation=coded.code, prefLabel=label, definition=meaning)
            self.own[scheme, coded.code] = own
        return self.own[scheme, coded.code]

    def concepts(self, codes: Iterable[Coded], scheme: str) -> list[Node]:
        """Each concept once, in their order."""
        found = [self.concept(coded, scheme) for coded in codes]
        return list({concept["id"]: concept for concept in found}.values())

    def listed(self, codes: Iterable[Coded | None], scheme: str) -> list[Node]:
        """Only those with an address, for the fields in which the profile takes nothing else."""
        return self.concepts((coded for coded in codes if coded and coded.uri), scheme)

    def note(self, texts: Texts | None, *, heading: str = "", subject: Node | None = None) -> Node | None:
        """A note in every language that says something; `heading` is a name of wording.HEADINGS."""
        texts = said(texts)
        if heading:
            texts = {language: f"{HEADINGS[heading][language]}: {text}" for language, text in texts.items()}
        return self.node("Note", noteLiteral=texts, subject=subject) if texts else None

    def identifier(self, notation: str | None, scheme: str) -> Node | None:
        return self.node("Identifier", notation=notation, schemeName=scheme) if notation else None

    def label(self, coded: Coded) -> dict[str, str]:
        """The labels of a code; where it has none the code, in the award's language."""
        return said(coded.label) or {self.language: coded.code}


def said(texts: Texts | None) -> dict[str, str]:
    """The languages that have a text, always in the same order; the others are left out (rule 16)."""
    there = {language: text.strip() for language, text in (texts or {}).items() if text.strip()}
    return {language: there[language] for language in LANGUAGES if language in there}


def present(*nodes: Node | None) -> list[Node]:
    return [node for node in nodes if node is not None]


def web(nodes: Nodes, address: str | None) -> Node | None:
    return nodes.node("WebResource", contentURL=address) if address else None


def day(value: date | None) -> str | None:
    """The model knows moments only."""
    return f"{value.isoformat()}T00:00:00Z" if value else None


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _add(labels: dict[str, str], more: Texts) -> None:
    for language, text in more.items():
        if text not in (known := labels.get(language, "")).split(" / "):
            labels[language] = f"{known} / {text}" if known else text


def _codes(value: object) -> Iterator[Coded]:
    """Every code in an award, in its order."""
    if isinstance(value, Coded):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _codes(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _codes(getattr(value, field.name))
