"""A European Digital Credential that anybody sent, in the members of a Verifiable Credential 2.0.

What it takes is what those who check a credential ask: who, what, when, and where its status stands. The
credential itself is not judged here, nor is anything in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from credentials.formats.alignments import filled
from credentials.formats.elm_nodes import LANGUAGES

PLACE = re.compile(r"(?P<list>[^#]+)#(?P<index>[0-9]{1,9})", re.ASCII)


class NotEuropean(ValueError):
    """Something else than a European Digital Credential."""


def credential(document: Mapping[str, Any]) -> dict[str, Any]:
    """Issuer, title, holder, days, offering and status of it. Raises NotEuropean."""
    if "EuropeanDigitalCredential" not in _many(document.get("type")):
        raise NotEuropean("its type is another")
    issuer, subject = _node(document.get("issuer")), _node(document.get("credentialSubject"))
    achievement = _node(subject.get("hasClaim"))
    identifiers = [_node(one) for one in _many(_node(achievement.get("specifiedBy")).get("identifier"))]
    numbers = {str(one.get("schemeName")): one.get("notation") for one in identifiers}
    person = _said(subject.get("fullName"))
    title = _said(achievement.get("title")) or _said(_node(document.get("displayParameter")).get("title"))
    return filled(
        {
            "id": str(document.get("id", "")).replace("urn:credential:", "urn:uuid:", 1),
            "type": ["VerifiableCredential"],
            "issuer": filled({"id": issuer.get("id"), "name": _said(issuer.get("legalName"))}),
            "name": title,
            "validFrom": document.get("validFrom") or document.get("issuanceDate"),
            "validUntil": document.get("validUntil") or document.get("expirationDate"),
            "credentialSubject": {
                "identifier": [{"identityType": "name", "identityHash": person}] if person else [],
                "achievement": {"humanCode": numbers.get("offering"), "version": numbers.get("version")},
            },
            "credentialStatus": _status(document.get("credentialStatus")),
        }
    )


def _status(value: Any) -> dict[str, Any] | None:
    """The place in a status list, as `formats.elm` writes it; of another kind of status nothing but that."""
    if value is None:
        return None
    value = _node(value).get("@value", value)
    place = PLACE.fullmatch(value) if isinstance(value, str) else None
    if place is None:
        return {"type": "unknown"}
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": place["index"],
        "statusListCredential": place["list"],
    }


def _said(texts: Any) -> str | None:
    """The first language it is said in, ours first."""
    texts = {name: one for name, one in _node(texts).items() if isinstance(one, str)}
    return next((texts[name] for name in (*LANGUAGES, *texts) if name in texts), None)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _node(value: Any) -> dict[str, Any]:
    found = next(iter(_many(value)), None)
    return found if isinstance(found, dict) else {}
