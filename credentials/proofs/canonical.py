"""JSON-LD documents in canonical form (RDFC-1.0): the bytes that a Data Integrity proof is about.

Whatever would stay outside those bytes, or come out differently in another implementation, is refused here:
members that no context defines, relative addresses, nulls, control characters, numbers that readers round.
Sources: https://www.w3.org/TR/rdf-canon/, https://www.w3.org/TR/json-ld11/
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyld import canon, jsonld

from credentials.proofs import plain
from credentials.proofs.contexts import Contexts, UnknownContext

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_VALUES = 10_000
MAX_CONTEXTS = 50  # named or written out, anywhere in the document
MAX_PAIRS = 1_000_000  # of values of one member of one node, compared to drop those that are equal
MAX_SAFE_INTEGER = 2**53 - 1
MAX_ORDERS = 20_000  # of unnamed nodes that look alike, tried to tell them apart: about a second
MAX_COMPARISONS = 500

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
RELATIVE = "relative:"  # our base; without one PyLD makes relative addresses absolute ones of example.org
VALUE = {"@value", "@language", "@direction", "@type"}  # the keywords of a text with its language or type

Document = dict[str, Any]


class NotCanonical(ValueError):
    """The document has no safe canonical form. `code` is stable, `detail` says where and why in English.

    Codes: too-large, not-json, duplicate-member, too-deep, control-character, unsafe-number, null-value,
    keyword (a member under its full address, or one that moves others), unknown-context, inline-context,
    json-ld, undefined-term, relative-iri, language-tag, too-complex.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def read(data: bytes) -> Document:
    """The JSON object in `data`, which comes from anybody. Raises NotCanonical."""
    if len(data) > MAX_BYTES:
        raise NotCanonical("too-large", f"more than {MAX_BYTES} bytes")
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)
    except RecursionError as error:
        raise NotCanonical("too-deep", f"nested deeper than {MAX_DEPTH}") from error
    except NotCanonical:
        raise
    except ValueError as error:  # not UTF-8, not JSON, or a number of thousands of digits
        raise NotCanonical("not-json", str(error)) from error
    if not isinstance(document, dict):
        raise NotCanonical("not-json", "not a JSON object")
    refuse_unsafe(document)
    return document


def refuse_unsafe(document: object) -> None:
    """Refuses values that cannot be signed safely, wherever they stand. Raises NotCanonical."""
    waiting: list[tuple[object, str, int]] = [(document, "", 1)]
    seen = 0
    while waiting:
        value, path, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise NotCanonical("too-deep", f"nested deeper than {MAX_DEPTH}")
        if seen > MAX_VALUES:
            raise NotCanonical("too-large", f"more than {MAX_VALUES} values")
        if isinstance(value, dict):
            for name, item in value.items():
                _refuse_text(name, path)
                waiting.append((item, f"{path}/{name}", depth + 1))
        elif isinstance(value, list):
            waiting.extend((item, f"{path}/{number}", depth + 1) for number, item in enumerate(value))
        elif isinstance(value, str):
            _refuse_text(value, path)
        else:
            _refuse_number(value, path)


def expand(document: Document, contexts: Contexts) -> list[Any]:
    """The document in expanded JSON-LD, every term an address. Raises NotCanonical."""
    refuse_unsafe(document)
    _refuse_disguises(document)
    dropped: set[str] = set()
    processor = _Expanding(on_property_dropped=lambda name: dropped.add(str(name)))
    with _pyld(contexts) as options:
        expanded = processor.expand(_as_javascript_reads(document), options)
    if dropped:
        raise NotCanonical("undefined-term", ", ".join(sorted(dropped)))
    _refuse_relative(expanded)
    _refuse_crowded(expanded)
    return list(expanded)


def refuse_unsound(document: Document, contexts: Contexts) -> None:
    """Refuses what `expand` refuses, in a fraction of the time where the document is plain."""
    try:
        plain.nquads(document, contexts)
    except plain.NotPlain:
        expand(document, contexts)


def nquads(document: Document, contexts: Contexts) -> bytes:
    """The canonical N-Quads of a document (RDFC-1.0). Raises NotCanonical."""
    try:
        return plain.nquads(document, contexts)
    except plain.NotPlain:
        return whole(document, contexts)


def whole(document: Document, contexts: Contexts) -> bytes:
    """The same by the whole of JSON-LD, whatever the document is like."""
    _refuse_inline_contexts(document)
    expanded = expand(document, contexts)
    with _pyld(contexts) as options:
        dataset = _Expanded().to_rdf(expanded, options)
    return str(_Canonicalization().main(dataset, {"format": "application/n-quads"})).encode("utf-8")


class _Expanding(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """PyLD for one document; works out the context of a type once, not again for every node of that type."""

    def __init__(self, **handlers: Any) -> None:
        super().__init__(**handlers)
        self.processed: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def _process_context(
        self, active_ctx: Any, local_ctx: Any, options: Any, *rest: Any, **named: Any
    ) -> Any:
        if rest or "cycles" in named:
            return super()._process_context(active_ctx, local_ctx, options, *rest, **named)
        key = (id(active_ctx), id(local_ctx), *sorted(named.items()))
        if key not in self.processed:  # the contexts are kept with the result, so that no id is used again
            result = super()._process_context(active_ctx, local_ctx, options, **named)
            self.processed[key] = (result, active_ctx, local_ctx)
        return self.processed[key][0]


class _Expanded(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """PyLD for a document that is expanded already: doing it again takes as long as all the rest."""

    def expand(self, input_: Any, options: object) -> Any:
        return input_


class _Canonicalization(canon.URDNA2015):  # type: ignore[misc]
    """PyLD's algorithm with an end to its patience: n look-alike unnamed nodes can be ordered in n! ways."""

    def __init__(self) -> None:
        super().__init__()
        self.comparisons = 0
        self.orders = 0

    def create_hash_to_related(self, id_: str, issuer: object) -> Any:
        related = super().create_hash_to_related(id_, issuer)
        self.comparisons += 1
        self.orders += sum(math.factorial(min(len(nodes), 20)) for nodes in related.values())
        if self.comparisons > MAX_COMPARISONS or self.orders > MAX_ORDERS:
            raise NotCanonical("too-complex", "too many unnamed nodes that look alike")
        return related


def _members(pairs: list[tuple[str, Any]]) -> Document:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("duplicate-member", "a member stands twice in one object")
    return members


def _no_constant(name: str) -> None:
    raise NotCanonical("not-json", f"{name} is no JSON")


def _refuse_text(text: str, path: str) -> None:
    if FORBIDDEN.search(text):
        raise NotCanonical("control-character", f"at {path or '/'}")


def _refuse_number(value: object, path: str) -> None:
    if value is None:
        raise NotCanonical("null-value", f"at {path}")
    if isinstance(value, bool):
        return
    if not isinstance(value, int | float) or not abs(value) <= MAX_SAFE_INTEGER:  # NaN compares false
        raise NotCanonical("unsafe-number", f"at {path}")


def _refuse_disguises(document: Document) -> None:
    """The proof covers what is meant, readers look for what is written: members go by their plain names.

    Else a holder could hide validUntil or credentialStatus under its address, and the signature would hold.
    """
    waiting: list[Any] = [document]
    named = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        if not isinstance(item, dict):
            continue
        keywords = {name for name in item if name.startswith("@") or ":" in name} - {"@context"}
        if keywords - VALUE or (keywords and "@value" not in item):
            raise NotCanonical("keyword", ", ".join(sorted(keywords)))
        named += len(_contexts_of(item))
        waiting.extend(member for name, member in item.items() if name != "@context")
    if named > MAX_CONTEXTS:
        raise NotCanonical("too-complex", f"more than {MAX_CONTEXTS} contexts")


def _refuse_inline_contexts(document: object) -> None:
    """A context written into the document is not signed and could give any member another name."""
    for name, value in _pairs(document):
        if name == "@context" and not isinstance(value, str):
            raise NotCanonical("inline-context", "a context is written out instead of named")


def _contexts_of(node: Document) -> list[Any]:
    named = node.get("@context", [])
    return named if isinstance(named, list) else [named]


def _refuse_relative(expanded: list[Any]) -> None:
    """Relative addresses fall out of the RDF, ill-formed ones break out of it."""
    for name, value in _pairs(expanded):
        if name == "@language" and not LANGUAGE.match(str(value)):
            raise NotCanonical("language-tag", str(value))
        iri = value if name in ("@id", "@type") else name
        if isinstance(iri, str) and not iri.startswith("@") and not _is_absolute(iri):
            raise NotCanonical("relative-iri", iri.removeprefix(f"{RELATIVE}//base/"))


def _refuse_crowded(expanded: list[Any]) -> None:
    """Nodes of one name become one node, whose equal values are found by comparing each with each."""
    crowds: Counter[tuple[object, str]] = Counter()
    waiting: list[Any] = [*expanded]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            node = item.get("@id") or id(item)
            crowds.update(
                {(node, name): len(value) for name, value in item.items() if isinstance(value, list)}
            )
            waiting.extend(item.values())
    if sum(size * size for size in crowds.values()) > MAX_PAIRS:
        raise NotCanonical("too-complex", "too many values of one member")


def _is_absolute(iri: str) -> bool:
    return bool(IRI.match(iri)) and not iri.startswith(RELATIVE)


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    """Every member of every object inside; for a list, its items one by one with the list's name."""
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            for name, member in item.items():
                yield from ((name, inner) for inner in (member if isinstance(member, list) else [member]))
                waiting.append(member)


def _as_javascript_reads(value: Any) -> Any:
    """5.0 is 5 to other readers of JSON. Depth is bounded by refuse_unsafe."""
    if isinstance(value, dict):
        return {name: _as_javascript_reads(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_javascript_reads(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@contextmanager
def _pyld(contexts: Contexts) -> Iterator[dict[str, Any]]:
    """PyLD's options; one thread at a time, for its caches know no other. Its errors become refusals."""
    try:
        with contexts.lock:
            yield contexts.options() | {"base": f"{RELATIVE}//base/"}
    except (jsonld.JsonLdError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise _refusal(error) from error


def _refusal(error: BaseException) -> NotCanonical:
    """PyLD wraps the reason several times; the innermost one says it."""
    inner: BaseException = error
    while (cause := inner.__cause__) is not None:
        inner = cause
    if isinstance(inner, UnknownContext):
        return NotCanonical("unknown-context", inner.url)
    return NotCanonical("json-ld", str(inner).split("\n")[0][:300])
