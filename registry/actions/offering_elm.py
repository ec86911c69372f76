"""Offerings in the European Learning Model: LOQ 3.3 XML as the QDR takes it, or the same as JSON-LD.

An offering is a specification of a learning achievement (or a qualification) with the opportunities of it.
Both writings become nodes first; what has no field with us, dates of realisations too, is read past.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.translation import gettext as _

from registry import markup, reading
from registry.actions.offering_columns import Codes
from registry.actions.offering_reasons import Reason
from registry.exports.loq import ECTS, EURO, SKILL_TYPES
from registry.models import Institution
from registry.models.texts import LANGUAGES
from registry.spreadsheets import FileRefused

SPECIFICATIONS = {"learningachievementspecification", "qualification"}
OPPORTUNITY = "learningopportunity"
# What the JSON-LD of credentials calls otherwise than the XML of opportunities.
SAME = {"thematicarea": "iscedfcode", "dctype": "type", "@id": "id", "@type": "type"}
KINDS = {address: kind for kind, address in SKILL_TYPES.items()}
OUR_CODE = re.compile(r"^([A-Z0-9]+-MC-\d{4}-\d{3,})\.v\d+$")
MOST_DEPTH, MOST_NUMBER = 50, 1_000_000
Parsed = tuple[str, dict, list[dict], list[Reason]]


@dataclass
class Node:
    """An element or an object: its kind, its own or another's id, its text, its parts by small name."""

    kind: str = ""
    id: str = ""
    text: str = ""
    language: str = ""
    parts: dict[str, list["Node"]] = field(default_factory=dict)

    def all(self, *names: str) -> list["Node"]:
        return [part for name in names for part in self.parts.get(name, ())]

    def said(self, *names: str) -> str:
        """The first text down this path."""
        found = [self]
        for name in names:
            found = [part for node in found for part in node.all(name)]
        return next((node.text for node in found if node.text), "")

    def texts(self, *names: str) -> dict[str, str]:
        """The text of each language of ours down this path; paragraphs of one language below each other."""
        found = [self]
        for name in names:
            found = [part for node in found for part in node.all(name)]
        lines: dict[str, list[str]] = {}
        for node in found:
            if node.language in LANGUAGES and node.text:
                lines.setdefault(node.language, []).append(node.text)
        return {one: "\n".join(lines[one]) for one in LANGUAGES if one in lines}


def is_elm(item: dict) -> bool:
    return bool(_kinds(item) & {OPPORTUNITY, *SPECIFICATIONS})


def of_xml(data: bytes) -> list["Learning"]:
    """The offerings of a LOQ document. Raises FileRefused."""
    return _learnings([_of_element(markup.read(data))])


def of_json(items: list[dict]) -> list["Learning"]:
    """The offerings among the objects of a JSON-LD document. Raises FileRefused."""
    return _learnings([node for item in items for node in _of_value(item, depth=0)])


@dataclass
class Learning:
    """One offering: what is learnt (`about`), the opportunities to learn it, and `known`: all nodes by id."""

    about: Node
    opportunities: list[Node]
    known: dict[str, Node]

    def parsed(self, *, codes: Codes, institution: Institution) -> Parsed:
        """Code (only one of the institution's own), content, outcomes and faults."""
        size, reasons = self._size()
        modes, faults = self._modes(codes)
        content = {
            "title": self._texts("title"),
            "summary": self._texts("description"),
            "prerequisites": self.about.texts("entryrequirement", "noteliteral"),
            "ects": size,
            "participation_modes": modes,
            "teaching_languages": self._languages(codes),
            "isced_f": self._isced(codes),
            "eqf_level": self._level(codes, "eqf", "eqflevel", "educationlevel"),
            "nqf_level": self._level(codes, "nqf", "nqflevel"),
            "fee_eur": self._fee(),
            "country": self._country(codes),
            "awarding_bodies": self._awarding_bodies(),
            "further_information_url": self._page(),
            **self._assessment(codes),
        }
        content = {name: value for name, value in content.items() if value not in (None, "", [], {})}
        content |= self._main_language(content.get("title", {}), codes)
        return self._code(institution), content, self._outcomes(codes), [*reasons, *faults]

    @cached_property
    def _nodes(self) -> list[Node]:
        return [self.about, *self.opportunities]

    def _parts(self, *names: str) -> list[Node]:
        """What stands under one of the names, here or where it refers to."""
        return [self._node(part) for node in self._nodes for part in node.all(*names)]

    def _node(self, node: Node) -> Node:
        return self.known.get(node.id, node) if not node.parts else node

    def _texts(self, name: str) -> dict[str, str]:
        """Of the specification; a language it lacks, of an opportunity."""
        found: dict[str, str] = {}
        for node in self._nodes:
            found = node.texts(name) | found
        return found

    def _code(self, institution: Institution) -> str:
        for node in self._nodes:
            for one in node.all("identifier"):
                ours = OUR_CODE.match(one.said("notation") or one.text)
                if ours and ours[1].startswith(f"{institution.code}-"):
                    return ours[1]
        return ""

    def _main_language(self, title: dict, codes: Codes) -> dict:
        told = [codes.of_uri("teaching_language", one.id) for one in self._parts("defaultlanguage")]
        likely = [*told, *(one for one in LANGUAGES if one in title)]
        found = next((one for one in likely if one in LANGUAGES), "")
        return {"primary_language": found} if found else {}

    def _size(self) -> tuple[Decimal | None, list[Reason]]:
        points = [one for one in self._parts("creditpoint") if _id(one, "framework") in (ECTS, "")]
        told = {one.said("point").replace(",", ".") for one in points} - {""}
        try:
            sizes = {Decimal(one) for one in told}
        except InvalidOperation:
            return None, [Reason("ects", "number", {"value": next(iter(sorted(told)))[:60]})]
        if not all(_is_plain(one) for one in sizes):
            return None, [Reason("ects", "number", {"value": ", ".join(sorted(told))[:60]})]
        if len(sizes) > 1:
            return None, [Reason("ects", "ects_several", {"value": ", ".join(sorted(told))[:60]})]
        return next(iter(sizes), None), []

    def _modes(self, codes: Codes) -> tuple[list[str], list[Reason]]:
        """Our own codes where the document has them: the vocabulary has one word, online, for several of
        ours."""
        own = self._own_codes(self.about, "participation_mode", codes)
        addresses = dict.fromkeys(one.id for one in self._parts("mode"))
        found = {one: codes.of_uri("participation_mode", one) for one in addresses}
        found = {one: "online" if code == "distance" else code for one, code in found.items()}
        unknown = [one for one in addresses if not found[one]]
        if unknown and not own:
            return [], [Reason("participation_modes", "unknown_code", {"value": unknown[0][:60]})]
        return own or list(dict.fromkeys(found.values())), []

    def _own_codes(self, node: Node, code_list: str, codes: Codes) -> list[str]:
        """What a note of our own export says by code."""
        subjects = [(note, one) for note in node.all("additionalnote") for one in note.all("subject")]
        told = [
            one.said("notation") for _note, one in subjects if one.id.endswith(f"/code-lists/#{code_list}")
        ]
        return [code for one in " ".join(told).split() if (code := codes.find(code_list, one))]

    def _languages(self, codes: Codes) -> list[str]:
        told = [one.id for one in self.about.all("language") if one.id]
        return list(dict.fromkeys(codes.of_uri("teaching_language", one) or "other" for one in told))

    def _isced(self, codes: Codes) -> str:
        """The field itself, or the broader one that our list has."""
        for one in self._parts("iscedfcode"):
            code = one.id.rpartition("/")[2]
            for length in range(len(code), 1, -1):
                if found := codes.find("isced_f", code[:length]):
                    return found
        return ""

    def _level(self, codes: Codes, code_list: str, *names: str) -> int | None:
        found = [codes.of_uri(code_list, one.id) for one in self._parts(*names)]
        return next((int(one) for one in found if one), None)

    def _fee(self) -> Decimal | None:
        """The price, where all opportunities tell the same."""
        amounts = [amount for price in self._parts("pricedetail") for amount in price.all("amount")]
        told = {one.said("value") for one in amounts if _id(one, "unit") in (EURO, "")}
        try:
            prices = {Decimal(one) for one in told}
        except InvalidOperation:
            return None
        price = prices.pop() if len(prices) == 1 else None
        return price if price is not None and _is_plain(price) else None

    def _country(self, codes: Codes) -> str:
        places = [*self._parts("location"), *(self._node(x) for y in self._houses for x in y.all("location"))]
        told = [
            one.id for place in places for where in place.all("address") for one in where.all("countrycode")
        ]
        return next((found for one in told if (found := codes.of_uri("country", one))), "")

    @cached_property
    def _houses(self) -> list[Node]:
        return self._parts("providedby") or self._parts("publisher")

    def _awarding_bodies(self) -> list[str]:
        """The providers that the register knows, by their national number."""
        numbers = [
            one.said("notation") or one.text for house in self._houses for one in house.all("identifier")
        ]
        known = Institution.objects.filter(oppilaitosnumero__in=[one for one in numbers if one])
        codes = dict(known.values_list("oppilaitosnumero", "code"))
        return list(dict.fromkeys(codes[one] for one in numbers if one in codes))

    def _page(self) -> str:
        """Where more is told; not our own catalogue."""
        pages = [one.said("contenturl") for one in self._parts("homepage")]
        return next((one for one in pages if one and not one.startswith(f"{settings.BASE_URL}/")), "")

    def _assessment(self, codes: Codes) -> dict:
        found: dict = {"assessment_types": [], "assessment_description": {}}
        for one in self._parts("provenby"):
            types = [codes.of_uri("assessment_type", kind.id) for kind in one.all("type")]
            found["assessment_types"] += [code for code in types if code]
            for language, text in (one.texts("title") | one.texts("description")).items():
                found["assessment_description"].setdefault(language, text)
        return found | {"assessment_types": list(dict.fromkeys(found["assessment_types"]))}

    def _outcomes(self, codes: Codes) -> list[dict]:
        nodes = [self._node(one) for one in self.about.all("learningoutcome")]
        found = [
            {
                "kind": self._kind(one, codes),
                "text": one.texts("title"),
                "skill_keywords": [],
                "skills": [
                    {"uri": skill.id, "label": skill.texts("preflabel")}
                    for skill in one.all("relatedescoskill")
                ],
            }
            for one in nodes
        ]
        return found or self._summarised()

    def _kind(self, outcome: Node, codes: Codes) -> str:
        told = [KINDS.get(one.id, "") for one in outcome.all("type")]
        own = self._own_codes(outcome, "outcome_kind", codes)
        text = next(iter(outcome.texts("title").values()), "")
        return next((one for one in (*own, *told) if one), "") or reading.kind_of(text)

    def _summarised(self) -> list[dict]:
        """Outcomes that stand in one text."""
        summary = self.about.texts("learningoutcomesummary", "noteliteral")
        for language, text in summary.items():
            read = reading.read(f"Learning outcomes\n{text}", language=language)
            return [
                {"kind": one.kind, "text": {language: one.text}, "skill_keywords": [], "skills": []}
                for one in read.outcomes
            ]
        return []


def _learnings(roots: list[Node]) -> list[Learning]:
    """Each specification once, with its opportunities; an opportunity without one stands alone."""
    nodes = [node for root in roots for node in _walk(root)]
    known = {node.id: node for node in nodes if node.id and node.parts}
    found: dict[int, Learning] = {
        id(node): Learning(node, [], known) for node in nodes if node.kind in SPECIFICATIONS and node.parts
    }
    for node in nodes:
        if node.kind != OPPORTUNITY or not node.parts:
            continue
        told = node.all("learningachievementspecification", "qualification")
        about = next((known.get(one.id, one) for one in told), node)
        found.setdefault(id(about), Learning(about, [], known)).opportunities.append(node)
    if not found:
        raise FileRefused(_("The file does not hold a list of offerings."))
    return list(found.values())


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for parts in node.parts.values():
        for part in parts:
            yield from _walk(part)


def _is_plain(number: Decimal) -> bool:
    """A number of a size that anybody means: 1e9999999 cannot even be written out."""
    return number.is_finite() and -MOST_NUMBER < number < MOST_NUMBER


def _id(node: Node, name: str) -> str:
    return next((one.id for one in node.all(name)), "")


def _of_element(element: ET.Element) -> Node:
    said = element.attrib
    node = Node(
        kind=_small(element.tag.rpartition("}")[2]),
        id=next((said[name] for name in ("id", "idref", "uri") if name in said), ""),
        text=(element.text or "").strip(),
        language=said.get("language", ""),
    )
    for child in element:
        part = _of_element(child)
        node.parts.setdefault(part.kind, []).append(part)
    return node


def _of_value(value, *, depth: int) -> list[Node]:
    """The nodes of a JSON value: an object is one, a text one per language, a list all of its members."""
    if depth > MOST_DEPTH:
        raise FileRefused(_("The JSON of the file is too deep."))
    if isinstance(value, list):
        return [node for one in value for node in _of_value(one, depth=depth + 1)]
    if not isinstance(value, dict):
        text = "" if value is None else str(value).strip()
        return [Node(text=text, id=text)]
    if value and all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", name) for name in value) and "id" not in value:
        return [
            Node(text=node.text, language=language)
            for language, texts in value.items()
            for node in _of_value(texts, depth=depth + 1)
        ]
    if "@value" in value:
        return [Node(text=str(value["@value"]).strip(), language=str(value.get("@language", "")))]
    named = {_small(str(name)): one for name, one in value.items() if name != "@context"}
    kinds, own = _kinds(value) & {OPPORTUNITY, *SPECIFICATIONS}, named.pop("id", "")
    parts = {name: _of_value(one, depth=depth + 1) for name, one in named.items()}
    return [Node(kind=next(iter(kinds), ""), id=own if isinstance(own, str) else "", parts=parts)]


def _kinds(item: dict) -> set[str]:
    told = item.get("type", item.get("@type", ""))
    return {_small(one) for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)}


def _small(name: str) -> str:
    """A name without prefix, address and capitals."""
    short = re.split(r"[:#/]", name)[-1].casefold()
    return SAME.get(short, short)
