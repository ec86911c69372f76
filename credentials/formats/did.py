"""did:web, by which an institution's keys are found, and its DID document.

Source: https://w3c-ccg.github.io/did-method-web/, https://www.w3.org/TR/did-1.0/
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
DID_WEB = re.compile(r"did:web:([A-Za-z0-9.-]+(?:%3A[0-9]{1,5})?)((?::[A-Za-z0-9._~%-]+)*)\Z", re.IGNORECASE)


class BadDid(ValueError):
    """Not a did:web, or not a DID document of the one asked for."""


def did_for(base_url: str, code: str) -> str:
    """The DID of an institution: did:web:127.0.0.1%3A8000:institutions:oamk.

    `base_url` has no path, for did:web documents stand at the root of their host.
    """
    host = urlsplit(base_url).netloc
    if not host or urlsplit(base_url).path.strip("/"):
        raise BadDid(f"not the address of a host: {base_url}")
    return f"did:web:{quote(host, safe='')}:institutions:{quote(code.lower(), safe='')}"


def address_of(did: str) -> str:
    """Where the DID document is published: https://host/…/did.json. Raises BadDid."""
    match = DID_WEB.match(did)
    if not match:
        raise BadDid(f"not a did:web: {did}")
    host, path = unquote(match[1]), match[2].replace(":", "/") or "/.well-known"
    return f"https://{host}{path}/did.json"


def document(did: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """The DID document with the public keys whose signatures count: fragment → z6Mk…, retired ones included.

    A key that may no longer prove anything, because somebody else got hold of it, is left out.
    """
    listed = [
        {"id": f"{did}#{fragment}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        for fragment, key in keys.items()
    ]
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": listed,
        "assertionMethod": [method["id"] for method in listed],
    }


def methods(published: dict[str, Any], did: str) -> dict[str, str]:
    """The Multikeys that may sign credentials for `did`, by the full id of the method. Raises BadDid."""
    if published.get("id") != did:
        raise BadDid(f"the document is not of {did}")
    listed = _many(published.get("verificationMethod")) + _many(published.get("assertionMethod"))
    asserting = {_absolute(did, entry) for entry in _many(published.get("assertionMethod"))}
    return {
        _absolute(did, entry): entry["publicKeyMultibase"]
        for entry in listed
        if isinstance(entry, dict)
        and entry.get("type") == "Multikey"
        and entry.get("controller") == did
        and isinstance(entry.get("publicKeyMultibase"), str)
        and _absolute(did, entry) in asserting
    }


def _absolute(did: str, entry: Any) -> str:
    """The full id of a method that is named, or written out, in a DID document."""
    reference = str(entry.get("id") if isinstance(entry, dict) else entry)
    return did + reference if reference.startswith("#") else reference


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
