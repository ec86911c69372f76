"""A wallet's proof that it holds a key, to which a credential is then bound.

The key stands in the header, written out (`jwk`) or as a DID that is made of it (did:jwk, did:key): nothing
is fetched. Source: OpenID for Verifiable Credential Issuance 1.0, appendix F.1.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.proofs import canonical, jose, keys
from credentials.proofs.canonical import Document, NotCanonical
from credentials.proofs.keys import Public
from credentials.proofs.verdict import Rejected

TYPE = "openid4vci-proof+jwt"
ALGORITHMS = ("ES256", "EdDSA", "Ed25519")
BINDING_METHODS = ("jwk", "did:jwk", "did:key")
MAX_LENGTH = 8_000  # letters; of a whole proof
MAX_AGE = 300  # seconds, before us or behind


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who proved it: the key, its name as a DID, and the nonce that was answered."""

    did: str
    jwk: dict[str, str]
    nonce: str

    @property
    def digest(self) -> str:
        """By which a copy for this holder is found again."""
        return jose.encode(hashlib.sha256(self.did.encode()).digest())


def check(proof: str, *, audience: str, at: datetime) -> Holder:
    """The holder of the key that signed the proof, for this audience and just now. Raises Rejected.

    Whether the nonce is one of ours is for the caller to see.
    """
    if len(proof) > MAX_LENGTH:
        raise Rejected("too-large", "a proof of that size")
    try:
        token = jose.read(proof)
        claims = canonical.read(token.payload)
        did, key = _named(token.header)
    except (jose.BadToken, NotCanonical) as refusal:
        raise Rejected(refusal.code, refusal.detail) from refusal
    except keys.BadKey as refusal:
        raise Rejected("unknown-key", str(refusal)) from refusal
    if token.header.get("typ") != TYPE or token.header["alg"] not in ALGORITHMS:
        raise Rejected("unsupported", "another typ or alg")
    if not jose.is_signed(token, key=key):
        raise Rejected("bad-signature")
    if claims.get("aud") != audience:
        raise Rejected("bad-proof", "another aud")
    _refuse_time(claims, at)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise Rejected("bad-proof", "no nonce")
    return Holder(did=did, jwk=jose.public_jwk(key), nonce=nonce)


def _named(header: Document) -> tuple[str, Public]:
    """The DID and the key that the header names, in exactly one way."""
    if {"x5c", "trust_chain"} & set(header) or ("jwk" in header) == ("kid" in header):
        raise Rejected("unsupported", "not exactly one of jwk and kid")
    if "jwk" in header:
        key = jose.from_jwk(header["jwk"])
        return did_jwk(jose.public_jwk(key)), key
    kid = header["kid"]
    did, _hash, fragment = kid.partition("#") if isinstance(kid, str) else ("", "", "")
    method, _colon, name = did.removeprefix("did:").partition(":")
    if method == "jwk" and fragment in ("", "0"):
        return did, jose.from_jwk(canonical.read(jose.decode(name)))
    if method == "key" and fragment in ("", name):
        return did, keys.any_public_key(name)
    raise Rejected("unknown-key", "neither did:jwk nor did:key")


def did_jwk(jwk: dict[str, str]) -> str:
    """The DID that is the key itself. Source: https://github.com/quartzjer/did-jwk"""
    return f"did:jwk:{jose.encode(json.dumps(jwk, separators=(',', ':')).encode('ascii'))}"


def _refuse_time(claims: Document, at: datetime) -> None:
    if abs(at.timestamp() - _seconds(claims.get("iat"))) > MAX_AGE:
        raise Rejected("expired-proof", "iat is not of just now")
    if "exp" in claims and _seconds(claims["exp"]) <= at.timestamp():
        raise Rejected("expired-proof", "exp")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejected("bad-proof", "a time that is no number")
    return value
