"""did:web, by which an institution's keys are found, and its DID document.

Source: https://w3c-ccg.github.io/did-method-web/, https://www.w3.org/TR/did-1.0/
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from credentials.proofs import jose
from credentials.proofs.keys import BadKey, Public, any_public_key, public_multibase
from credentials.proofs.moments import stamp

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
JWK_TYPES = {"JsonWebKey", "JsonWebKey2020"}  # the second is the name that drafts used
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


@dataclass(frozen=True, kw_only=True)
class Method:
    """One public key under its DID. `asserts`: what it signed counts; a seal's key counts by its `chain`.

    `revoked_at`: from then on somebody else may have had it. It is named, so that everybody learns of it, but
    proves nothing any more to whoever cannot ask the register what was signed before.
    """

    fragment: str
    key: Public
    asserts: bool = True
    revoked_at: datetime | None = None
    chain: tuple[Certificate, ...] = ()


def document(did: str, methods: Sequence[Method]) -> dict[str, Any]:
    """The DID document with every key there ever was, oldest first.

    Ed25519 keys are Multikeys, as Data Integrity wants them, others JWKs, a seal's with its certificates.
    """
    written = [_method(did, one) for one in methods]
    counting = [one for one in methods if one.asserts and not one.revoked_at]
    has_jwk = any(one["type"] == "JsonWebKey" for one in written)
    return {
        "@context": [*CONTEXTS, JWK_CONTEXT] if has_jwk else list(CONTEXTS),
        "id": did,
        "verificationMethod": written,
        "assertionMethod": [f"{did}#{one.fragment}" for one in counting],
    }


def _method(did: str, method: Method) -> dict[str, Any]:
    name = f"{did}#{method.fragment}"
    revoked = {"revoked": stamp(method.revoked_at)} if method.revoked_at else {}
    if isinstance(method.key, Ed25519PublicKey):
        key = {"publicKeyMultibase": public_multibase(method.key)}
        return {"id": name, "type": "Multikey", "controller": did} | key | revoked
    jwk: dict[str, Any] = {**jose.public_jwk(method.key), "kid": name}
    if method.chain:
        jwk["x5c"] = [b64encode(one.public_bytes(Encoding.DER)).decode() for one in method.chain]
    return {"id": name, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk} | revoked


def methods(published: dict[str, Any], did: str) -> dict[str, Public]:
    """The keys that may sign credentials for `did`, by the full id of the method. Raises BadDid.

    Multikeys and JWKs; one of a kind that is not read here is left out.
    """
    if published.get("id") != did:
        raise BadDid(f"the document is not of {did}")
    listed = _many(published.get("verificationMethod")) + _many(published.get("assertionMethod"))
    asserting = {_absolute(did, entry) for entry in _many(published.get("assertionMethod"))}
    found = {
        _absolute(did, entry): _read(entry)
        for entry in listed
        if isinstance(entry, dict)
        and entry.get("controller") == did
        and "revoked" not in entry
        and _absolute(did, entry) in asserting
    }
    return {name: key for name, key in found.items() if key is not None}


def _read(entry: dict[str, Any]) -> Public | None:
    kind, multibase = entry.get("type"), entry.get("publicKeyMultibase")
    try:
        if kind == "Multikey" and isinstance(multibase, str):
            return any_public_key(multibase)
        if kind in JWK_TYPES:
            return jose.from_jwk(entry.get("publicKeyJwk"))
    except (BadKey, jose.BadToken):
        pass
    return None


def _absolute(did: str, entry: Any) -> str:
    """The full id of a method that is named, or written out, in a DID document."""
    reference = str(entry.get("id") if isinstance(entry, dict) else entry)
    return did + reference if reference.startswith("#") else reference


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
