"""Data Integrity proofs with Ed25519: eddsa-rdfc-2022 signed and verified, eddsa-jcs-2022 verified.

Source: https://www.w3.org/TR/vc-di-eddsa/
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from c14n.Canonicalize import canonicalize
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credentials.proofs import canonical, keys, moments
from credentials.proofs.canonical import Document, NotCanonical
from credentials.proofs.contexts import Contexts
from credentials.proofs.verdict import Rejected, Verification

__all__ = ["JCS", "RDFC", "Resolve", "Verification", "hash_data", "issuer_of", "sign", "verify"]

RDFC = "eddsa-rdfc-2022"
JCS = "eddsa-jcs-2022"
MAX_PROOFS = 5
MAX_KEPT = 1_000  # letters of proof options that are remembered

Resolve = Callable[[str], keys.Public | None]
"""Gives the key of a verification method that its controller lists for assertions, or None."""


def sign(
    document: Document,
    *,
    key: Ed25519PrivateKey,
    verification_method: str,
    created: datetime,
    contexts: Contexts,
) -> Document:
    """The document with one eddsa-rdfc-2022 proof, in an array as Open Badges 3.0 wants it.

    `created` is aware; it is written in UTC to the second. Raises NotCanonical.
    """
    options = {
        "type": "DataIntegrityProof",
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method,
        "cryptosuite": RDFC,
        "proofPurpose": "assertionMethod",
    }
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    signature = key.sign(hash_data(unsigned, options, contexts))
    return unsigned | {"proof": [options | {"proofValue": keys.encode(signature)}]}


def verify(
    document: Document, *, resolve: Resolve, at: datetime, contexts: Contexts, controller: str | None = None
) -> Verification:
    """Checks every proof; all of them must hold. Never raises on a bad document.

    The method of each proof must belong to `controller`, by default the issuer that the document names.
    """
    proofs = document.get("proof", [])
    proofs = proofs if isinstance(proofs, list) else [proofs]
    first = proofs[0] if proofs and isinstance(proofs[0], dict) else {}
    method, created = first.get("verificationMethod"), moments.parse(first.get("created"))
    method = method if isinstance(method, str) else None
    try:
        if not proofs:
            raise Rejected("no-proof")
        if len(proofs) > MAX_PROOFS:
            raise Rejected("too-many-proofs", f"more than {MAX_PROOFS}")
        unsigned = {name: value for name, value in document.items() if name != "proof"}
        for proof in proofs:
            _check(unsigned, proof, resolve=resolve, at=at, contexts=contexts, controller=controller)
    except (Rejected, NotCanonical) as refusal:
        return Verification(code=refusal.code, detail=refusal.detail, method=method, created=created)
    return Verification(code="verified", method=method, created=created)


def hash_data(unsigned: Document, options: Document, contexts: Contexts) -> bytes:
    """The 64 bytes that eddsa-rdfc-2022 signs: hash of the proof options, hash of the document."""
    options = options | {"@context": unsigned.get("@context", [])}
    return _hash_of_options(options, contexts) + _sha256(canonical.nquads(unsigned, contexts))


def issuer_of(document: Document) -> str | None:
    """The id of the issuer that a credential names."""
    issuer = document.get("issuer")
    issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
    return issuer if isinstance(issuer, str) else None


def _check(
    unsigned: Document,
    proof: Any,
    *,
    resolve: Resolve,
    at: datetime,
    contexts: Contexts,
    controller: str | None,
) -> None:
    method, signature = _read(proof)
    if proof["proofPurpose"] != "assertionMethod":
        raise Rejected("wrong-purpose", str(proof["proofPurpose"]))
    if method.partition("#")[0] != (controller or issuer_of(unsigned)):
        raise Rejected("wrong-controller", method)
    named, used = _as_list(proof.get("@context", [])), _as_list(unsigned.get("@context", []))
    if named != used[: len(named)]:
        raise Rejected("bad-proof", "the proof is about another @context")
    expires = moments.parse(proof.get("expires"))
    if "expires" in proof and (expires is None or expires < at):
        raise Rejected("expired-proof", str(proof["expires"]))
    key = resolve(method)
    if not isinstance(key, Ed25519PublicKey):
        raise Rejected("unknown-key", method)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    hashed = hash_data if proof["cryptosuite"] == RDFC else _jcs_hash_data
    try:
        key.verify(signature, hashed(unsigned, options, contexts))
    except InvalidSignature as error:
        raise Rejected("bad-signature") from error


def _read(proof: Any) -> tuple[str, bytes]:
    """The verification method and the signature of a proof that has the shape of one."""
    if not isinstance(proof, dict) or proof.get("type") not in ("DataIntegrityProof", ["DataIntegrityProof"]):
        raise Rejected("unsupported", "not a DataIntegrityProof")
    if proof.get("cryptosuite") not in (RDFC, JCS):
        raise Rejected("unsupported", str(proof.get("cryptosuite")))
    if "previousProof" in proof:
        raise Rejected("unsupported", "a chain of proofs")
    method, purpose, value = (
        proof.get(name) for name in ("verificationMethod", "proofPurpose", "proofValue")
    )
    if not isinstance(method, str) or not canonical.IRI.match(method):
        raise Rejected("bad-proof", "verificationMethod is no address")
    if not isinstance(purpose, str) or not isinstance(value, str):
        raise Rejected("bad-proof", "proofPurpose or proofValue is missing")
    if "created" in proof and moments.parse(proof["created"]) is None:
        raise Rejected("bad-proof", "created is no moment with a time zone")
    try:
        signature = keys.decode(value)
    except keys.BadKey as error:
        raise Rejected("bad-proof", "proofValue is not base58btc") from error
    if len(signature) != 64:
        raise Rejected("bad-proof", "proofValue is not 64 bytes")
    return method, signature


def _jcs_hash_data(unsigned: Document, options: Document, contexts: Contexts) -> bytes:
    """The 64 bytes that eddsa-jcs-2022 signs. A term that no context defines would mean nothing: refused."""
    canonical.refuse_unsound(unsigned, contexts)
    return _sha256(canonicalize(options)) + _sha256(canonicalize(unsigned))


def _hash_of_options(options: Document, contexts: Contexts) -> bytes:
    """Those of a batch are the same for all its documents."""
    try:
        text = json.dumps(options, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        text = ""
    if not 0 < len(text) < MAX_KEPT:
        return _sha256(canonical.nquads(options, contexts))
    return _hash_of_text(text, contexts)


@lru_cache(maxsize=100)
def _hash_of_text(text: str, contexts: Contexts) -> bytes:
    return _sha256(canonical.nquads(json.loads(text), contexts))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
