"""What contexts make of the members of a document, and of plain values: worked out once by PyLD, and kept.

Read here are only texts, numbers and addresses that come out as they stand; everything else is NotPlain.
Source: https://www.w3.org/TR/json-ld11-api/
"""

import re
from dataclasses import dataclass, field
from typing import Any

from pyld import jsonld

from credentials.proofs.contexts import Contexts

MAX_TABLES = 2_000  # kinds of nodes, before all is forgotten: strangers may send any types
MAX_NAMED = 5  # contexts of one document
MAX_LETTERS = 500  # of the types of a node, and of the names of its members where these tell its kind
MAX_SAFE_INTEGER = 2**53 - 1

ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[^\s\x00-\x20\x7f<>\"{}|\\^`\ud800-\udfff]*\Z")
SPECIAL = re.compile('[\x00-\x1f\x7f"\\\\\ud800-\udfff]')
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
RELATIVE = "relative:"  # the base of `canonical`
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CONTAINERS: tuple[list[str], ...] = ([], ["@set"], ["@list"])
# What makes more of a term than a predicate and the type of its values.
MORE = {"@language", "@direction", "@index", "@nest"}


class NotPlain(Exception):
    """The document needs the whole of JSON-LD, or is not sound."""


@dataclass(slots=True, eq=False)
class Member:
    """What a member means in nodes of some types: its predicate, and what becomes of its values."""

    name: str
    predicate: str
    is_list: bool  # its values keep their order
    coerced: str | None  # "@id", "@vocab", or the address of a datatype
    context: Any  # of what stands below
    nodes: dict[Any, "Node"] = field(default_factory=dict)
    is_text: bool = field(init=False)  # a text stays one: `before` and `after` it make its quad
    before: str = field(init=False)
    after: str = field(init=False)

    def __post_init__(self) -> None:
        self.is_text = not self.is_list and self.coerced not in ("@id", "@vocab", f"{XSD}double")
        self.before = f'{self.predicate} "'
        self.after = '" .\n' if self.coerced in (None, f"{XSD}string") else f'"^^<{self.coerced}> .\n'

    def tail(self, value: Any) -> str:
        """A quad without its subject."""
        return f"{self.predicate} {self.object(value)} .\n"

    def object(self, value: Any) -> str:
        """A value that is no node, as N-Quads write it."""
        kind, datatype = type(value), self.coerced
        if datatype in ("@id", "@vocab"):
            if kind is not str:
                raise NotPlain
            terms = self.context["mappings"]
            return f"<{_address(value, terms) if datatype == '@id' else _term(value, terms)}>"
        if kind is str and datatype != f"{XSD}double":
            text = _escaped(value)
        elif kind is bool:
            text, datatype = "true" if value else "false", datatype or f"{XSD}boolean"
        else:
            text, datatype = _number(value, datatype)
        return f'"{text}"' if datatype in (None, f"{XSD}string") else f'"{text}"^^<{datatype}>'


@dataclass(slots=True, eq=False)
class Node:
    """What the members of nodes of some types mean in one place of a document."""

    context: Any
    outer: Any  # the context in which its types were read
    has_id: bool
    types: list[str]  # quads without the subject
    members: dict[str, Member] = field(default_factory=dict)

    def address(self, element: dict[str, Any]) -> str:
        """The name of the node as N-Quads write it; nothing for one without."""
        if "id" not in element:
            return ""
        if not self.has_id or type(element["id"]) is not str:
            raise NotPlain
        return f"<{_address(element['id'], self.context['mappings'])}>"


class Tables:
    """The kinds of nodes met in documents of some contexts; each is worked out when it comes."""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts
        self.roots: dict[Any, Node] = {}
        self.count = 0

    def root(self, document: dict[str, Any]) -> Node:
        """The outermost node, which names its contexts and its types."""
        named = document.get("@context")
        named = named if type(named) is list else [named]
        types = _types(document)
        if not types or len(named) > MAX_NAMED or not all(type(one) is str for one in named):
            raise NotPlain
        key = (tuple(named), types)
        node = self.roots.get(key)
        if node is None:
            self.count += 1
            with _Pyld(self.contexts) as pyld:
                node = self.roots[key] = pyld.root(named, types)
        return node

    def below(self, member: Member, element: dict[str, Any]) -> Node:
        """A node that is a value of a member."""
        types = _types(element)
        # Whether it keeps the context of the node around it hangs on its members where they are few.
        names = tuple(sorted(element)) if len(element) <= 2 else None
        if sum(map(len, names or ())) > MAX_LETTERS:
            raise NotPlain
        key = (types, names)
        node = member.nodes.get(key)
        if node is None:
            self.count += 1
            with _Pyld(self.contexts) as pyld:
                node = member.nodes[key] = pyld.node(pyld.place(member, element), types)
        return node

    def member(self, node: Node, name: str) -> Member:
        member = node.members.get(name)
        if member is None:
            with _Pyld(self.contexts) as pyld:
                member = node.members[name] = pyld.member(node, name)
        return member


class _Pyld(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """What contexts decide. The steps and their order are those of its _expand and _expand_object.

    One thread at a time. What it stumbles over is NotPlain: `canonical` refuses it, with words.
    """

    def __init__(self, contexts: Contexts) -> None:
        super().__init__()
        self.lock = contexts.lock
        self.options = contexts.options() | {"base": "", "isFrame": False, "processingMode": "json-ld-1.1"}

    def __enter__(self) -> "_Pyld":
        self.lock.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.lock.release()
        if isinstance(error, jsonld.JsonLdError | LookupError | ValueError | TypeError | AttributeError):
            raise NotPlain from error

    def root(self, named: list[str], types: tuple[str, ...]) -> Node:
        return self.node(self._get_initial_context(self.options), types, {"@context": named})

    def place(self, member: Member, element: dict[str, Any]) -> Any:
        """The context in which a node below a member is read, before its types are looked at."""
        context, is_kept = member.context, False
        own = self.get_context_value(context, member.name, "@context")
        if context.get("previousContext") and len(element) <= 2:
            meanings = [self._expand_iri(context, name, vocab=True) for name in element]
            is_kept = meanings == ["@id"]
            if "@value" in meanings:
                raise NotPlain
        if not is_kept:
            context = self._revert_to_previous_context(context)
        if own is not None:
            context = self._process_context(context, own, self.options, override_protected=True)
        return context

    def node(self, context: Any, types: tuple[str, ...], named: dict[str, Any] | None = None) -> Node:
        element = (named or {}) | ({"type": list(types)} if types else {})
        inner, type_key, outer = self._prepare_nested_context(context, element, self.options)
        if types and (type_key != "type" or self._expand_iri(inner, "type", vocab=True) != "@type"):
            raise NotPlain
        return Node(
            context=inner,
            outer=outer,
            has_id=self._expand_iri(inner, "id", vocab=True) == "@id",
            types=[f"<{RDF}type> <{_term(one, outer['mappings'])}> .\n" for one in types],
        )

    def member(self, node: Node, name: str) -> Member:
        inner = context = node.context
        if self._expand_iri(node.outer, name, vocab=True) == "@type":  # before its types change what it means
            raise NotPlain
        own = self.get_context_value(context, name, "@context")
        if own is not None:
            inner = self._process_context(context, own, self.options, propagate=True, override_protected=True)
        meaning = _meaning(context, name)
        is_other = inner is not context and _meaning(inner, name) != meaning
        coerced = meaning.get("@type")
        if is_other or coerced == f"{RDF}langString" or "@language" in inner or "@direction" in inner:
            raise NotPlain
        return Member(
            name=name,
            predicate=f"<{_sound(meaning['@id'])}>",
            is_list=meaning.get("@container") == ["@list"],
            coerced=coerced if coerced in (None, "@id", "@vocab") else _sound(coerced),
            context=inner,
        )


def _meaning(context: Any, name: str) -> Any:
    """The definition of a term that does nothing but name a predicate and the type of its values."""
    found = context["mappings"].get(name)
    if found is None or ":" in name or name.startswith("@") or found.get("reverse") or MORE & set(found):
        raise NotPlain
    if found.get("@container", []) not in CONTAINERS:
        raise NotPlain
    return found


def _types(element: dict[str, Any]) -> tuple[str, ...]:
    if "type" not in element:
        return ()
    types = element["type"]
    types = types if type(types) is list else [types]
    if not types or not all(type(one) is str for one in types) or sum(map(len, types)) > MAX_LETTERS:
        raise NotPlain
    return tuple(types)


def _address(text: str, terms: Any) -> str:
    """An address that stands for itself: absolute, sound, its beginning no term that means another."""
    found = ADDRESS.match(text)
    if not found or found[1] in terms or text.startswith(RELATIVE):
        raise NotPlain
    return text


def _term(text: str, terms: Any) -> str:
    """The address that a term names, or one that stands for itself."""
    if text not in terms:
        return _address(text, terms)
    if terms[text] is None:
        raise NotPlain
    return _sound(terms[text]["@id"])


def _sound(address: Any) -> str:
    """An address that a context gives: no keyword, nothing relative."""
    if type(address) is not str or not ADDRESS.match(address) or address.startswith(RELATIVE):
        raise NotPlain
    return address


def _escaped(text: str) -> str:
    if not SPECIAL.search(text):
        return text
    if FORBIDDEN.search(text):
        raise NotPlain
    text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return text.replace("\r", "\\r").replace('"', '\\"')


def _number(value: Any, datatype: str | None) -> tuple[str, str]:
    """A number as RDF writes it; 5.0 is 5 to other readers of JSON."""
    if type(value) not in (int, float) or not abs(value) <= MAX_SAFE_INTEGER or datatype == f"{XSD}double":
        raise NotPlain
    if type(value) is float and not value.is_integer():
        text = jsonld._canonicalize_double(value)  # noqa: SLF001  the very one
        return str(text), datatype or f"{XSD}double"
    return str(int(value)), datatype or f"{XSD}integer"
