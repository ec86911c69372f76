"""Has a document the shape of a Verifiable Credential 2.0 and, where it says it is one, of an Open Badge 3.0?

Nothing here looks at signatures or at the clock. Sources: https://www.w3.org/TR/vc-data-model-2.0/,
https://www.imsglobal.org/spec/ob/v3p0/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from credentials.proofs import canonical, moments
from credentials.proofs.canonical import IRI, Document, NotCanonical
from credentials.proofs.contexts import VC2, Contexts

OB_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.\d+\.\d+\.json\Z")
BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}
TYPED = ("credentialStatus", "credentialSchema", "evidence", "refreshService", "termsOfUse", "proof")
ONE_ID = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")

# Open Badges 3.0: where a node of a type stands, which type it must have, and what it must carry.
BADGE_NODES = (
    (("issuer",), "Profile", ("id",)),
    (("issuer", "address"), "Address", ()),
    (("issuer", "otherIdentifier"), "IdentifierEntry", ("identifier", "identifierType")),
    (("evidence",), "Evidence", ()),
    (("credentialSubject",), "AchievementSubject", ("achievement",)),
    (("credentialSubject", "identifier"), "IdentityObject", ("hashed", "identityHash", "identityType")),
    (("credentialSubject", "result"), "Result", ()),
    (("credentialSubject", "result", "alignment"), "Alignment", ("targetName", "targetUrl")),
    (("credentialSubject", "achievement"), "Achievement", ("id", "criteria", "description", "name")),
    (("credentialSubject", "achievement", "creator"), "Profile", ("id",)),
    (("credentialSubject", "achievement", "alignment"), "Alignment", ("targetName", "targetUrl")),
    (
        ("credentialSubject", "achievement", "resultDescription"),
        "ResultDescription",
        ("id", "name", "resultType"),
    ),
)
ARRAYS = (("proof",), ("evidence",), ("credentialSubject", "identifier"), ("credentialSubject", "result"))


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault. `code` is stable, `path` a JSON pointer, `detail` English.

    A tolerable fault is against the letter of a strict schema only; other verifiers read the document.
    """

    code: str
    path: str
    detail: str
    is_tolerable: bool = False


def problems(document: Document, contexts: Contexts) -> list[Problem]:
    """Every fault that can be told from the document alone; empty when there is none.

    Codes: context, type, id, issuer, subject, period, vc1-date, typed (a member without its type), text,
    status-entry, badge-context, badge-node, badge-subject, badge-array, and those of NotCanonical.
    """
    try:
        canonical.refuse_unsafe(document)
    except NotCanonical as refusal:
        return [Problem(code=refusal.code, path="", detail=refusal.detail)]
    found = [*_credential(document), *_members(document), *_texts(document)]
    if BADGE_TYPES & set(_types(document)):
        found += _badge(document)
    try:
        canonical.refuse_unsound(
            {name: value for name, value in document.items() if name != "proof"}, contexts
        )
    except NotCanonical as refusal:
        found.append(Problem(code=refusal.code, path="", detail=refusal.detail))
    return found


def _credential(document: Document) -> Iterator[Problem]:
    """What every credential says of itself: contexts, types, id, issuer, subject, validity."""
    if _many(document.get("@context"))[:1] != [VC2]:
        yield Problem(code="context", path="/@context", detail=f"the first must be {VC2}")
    for context in _many(document.get("@context")):
        if not isinstance(context, dict) and not _is_url(context):
            yield Problem(code="context", path="/@context", detail="neither an address nor an object")
    if "VerifiableCredential" not in _types(document):
        yield Problem(code="type", path="/type", detail="VerifiableCredential is missing")
    if "id" in document and not _is_url(document["id"]):
        yield Problem(code="id", path="/id", detail="not one address")
    issuer = document.get("issuer")
    if not _is_url(issuer.get("id") if isinstance(issuer, dict) else issuer):
        yield Problem(code="issuer", path="/issuer", detail="neither an address nor an object with one as id")
    subjects = _many(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, dict) and subject for subject in subjects):
        yield Problem(code="subject", path="/credentialSubject", detail="no claim about a subject")
    for subject in subjects:
        if isinstance(subject, dict) and "id" in subject and not _is_url(subject["id"]):
            yield Problem(code="id", path="/credentialSubject/id", detail="not one address")
    yield from _period(document)


def _period(document: Document) -> Iterator[Problem]:
    for name in ("issuanceDate", "expirationDate"):
        if name in document:
            yield Problem(code="vc1-date", path=f"/{name}", detail="belongs to Verifiable Credentials 1.1")
    start, end = (moments.parse(document.get(name)) for name in ("validFrom", "validUntil"))
    for name, moment in (("validFrom", start), ("validUntil", end)):
        if name in document and moment is None:
            yield Problem(code="period", path=f"/{name}", detail="not a moment with a time zone")
    if start and end and start > end:
        yield Problem(code="period", path="/validUntil", detail="before validFrom")


def _members(document: Document) -> Iterator[Problem]:
    """The members that must say of which type they are."""
    for name in TYPED:
        for item in _many(document.get(name)):
            types = _types(item) if isinstance(item, dict) else []
            if not types:
                yield Problem(code="typed", path=f"/{name}", detail="no type")
            elif name in ONE_ID and "id" in item and not _is_url(item["id"]):
                yield Problem(code="id", path=f"/{name}/id", detail="not one address")
            elif name == "credentialSchema" and "id" not in item:
                yield Problem(code="id", path=f"/{name}/id", detail="missing")
            elif name == "credentialStatus" and "BitstringStatusListEntry" in types:
                yield from _status_entry(item)


def _status_entry(item: Document) -> Iterator[Problem]:
    index = item.get("statusListIndex")
    if not re.fullmatch(r"[0-9]{1,12}", str(index)):
        yield Problem(code="status-entry", path="/credentialStatus/statusListIndex", detail="not digits")
    elif not isinstance(index, str):
        path = "/credentialStatus/statusListIndex"
        yield Problem(code="status-entry", path=path, detail="a number, not a text", is_tolerable=True)
    if not isinstance(item.get("statusPurpose"), str):
        yield Problem(code="status-entry", path="/credentialStatus/statusPurpose", detail="missing")
    if not _is_url(item.get("statusListCredential")):
        yield Problem(
            code="status-entry", path="/credentialStatus/statusListCredential", detail="not an address"
        )


def _texts(document: Document) -> Iterator[Problem]:
    """A name or description is a text, or texts with their language and nothing else."""
    issuer = document.get("issuer")
    for place, node in (("", document), ("/issuer", issuer)):
        for name in ("name", "description"):
            for text in _many(node.get(name)) if isinstance(node, dict) else []:
                parts = set(text) if isinstance(text, dict) else set()
                is_text = isinstance(text, str) or "@value" in parts <= {"@value", "@language", "@direction"}
                if not is_text:
                    yield Problem(code="text", path=f"{place}/{name}", detail="not a text with its language")


def _badge(document: Document) -> Iterator[Problem]:
    """The rules of Open Badges 3.0 on top."""
    second = _many(document.get("@context"))[1:2]
    if not second or not isinstance(second[0], str) or not OB_CONTEXT.match(second[0]):
        yield Problem(
            code="badge-context", path="/@context", detail="the second must be a versioned 3.0 context"
        )
    for name in ("id", "validFrom"):
        if name not in document:
            yield Problem(code="badge-node", path=f"/{name}", detail="missing")
    for place, type_, needed in BADGE_NODES:
        for node in _at(document, place):
            yield from _node(node, "/" + "/".join(place), type_, needed)
    for subject in _at(document, ("credentialSubject",)):
        if isinstance(subject, dict) and not (subject.get("id") or subject.get("identifier")):
            yield Problem(code="badge-subject", path="/credentialSubject", detail="neither id nor identifier")
    yield from _arrays(document)


def _arrays(document: Document) -> Iterator[Problem]:
    for place in ARRAYS:
        for parent in _at(document, place[:-1]):
            if isinstance(parent, dict) and not isinstance(parent.get(place[-1], []), list):
                path = "/" + "/".join(place)
                yield Problem(code="badge-array", path=path, detail="not an array", is_tolerable=True)


def _node(node: Any, path: str, type_: str, needed: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(node, dict):
        if path != "/issuer":  # an issuer may be an address alone
            yield Problem(code="badge-node", path=path, detail=f"not a {type_}")
        return
    if type_ not in _types(node):
        yield Problem(code="badge-node", path=f"{path}/type", detail=f"{type_} is missing")
    for name in needed:
        if name not in node:
            yield Problem(code="badge-node", path=f"{path}/{name}", detail="missing")


def _at(document: Document, place: tuple[str, ...]) -> list[Any]:
    """The values at a path, through arrays."""
    found: list[Any] = [document]
    for name in place:
        found = [item for node in found if isinstance(node, dict) for item in _many(node.get(name))]
    return found


def _types(node: Document) -> list[str]:
    """The types of a node; none when one of them is no text."""
    types = _many(node.get("type"))
    return types if all(isinstance(value, str) for value in types) else []


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_url(value: object) -> bool:
    return isinstance(value, str) and bool(IRI.match(value))
