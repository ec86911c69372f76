"""A credential inside a JWT: the whole credential is the payload, the issuer's signature around it.

Sources: Open Badges 3.0 §8.2 (whose verifiers allow only alg, kid, jwk and typ "JWT" in the header),
https://www.w3.org/TR/vc-jose-cose/
"""

import json
import math
from datetime import datetime
from typing import Any

from credentials.proofs import canonical, jose, moments
from credentials.proofs.canonical import Document, NotCanonical
from credentials.proofs.data_integrity import issuer_of
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected, Verification

REGISTERED = ("iss", "sub", "jti", "nbf", "exp", "iat", "aud")
TYPES = {"JWT", "VC+JWT", "APPLICATION/VC+JWT"}  # compared without case, as media types are
CONTENT = {"VC", "APPLICATION/VC"}


def sign(document: Document, *, seal: Seal) -> str:
    """The unsigned credential as a compact JWS. iss, jti, sub, nbf and exp say again what it says inside."""
    start, end = (moments.parse(document.get(name)) for name in ("validFrom", "validUntil"))
    claims = {
        "iss": issuer_of(document),
        "jti": document.get("id"),
        "sub": _subject(document),
        "nbf": _seconds(start),
        "exp": _seconds(end),
    }
    payload = document | {name: value for name, value in claims.items() if value is not None}
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    return jose.sign(data, seal=seal, header={"typ": "JWT"})


def read(token: str) -> Document:
    """The credential in a JWT, its signature unchecked and JWT's own claims left out. Raises NotCanonical."""
    try:
        payload = canonical.read(jose.read(token.strip()).payload)
    except jose.BadToken as refusal:
        raise refusal.of_document() from refusal
    return {name: value for name, value in payload.items() if name not in REGISTERED}


def verify(token: str, *, resolve: jose.Resolve, at: datetime, controller: str | None = None) -> Verification:
    """Checks the signature and that the envelope says the same as the credential. Never raises on a bad one.

    The key must belong to `controller`, by default the issuer that the credential names.
    """
    method = None
    try:
        signed = jose.read(token.strip())
        payload = canonical.read(signed.payload)
        issuer = issuer_of(payload)
        method = _method(signed, issuer)
        _refuse_other_kind(signed)
        jose.check(signed, method=method, controller=controller or issuer, resolve=resolve)
        _refuse_contradiction(payload)
        _refuse_time(payload, at)
    except (Rejected, jose.BadToken, NotCanonical) as refusal:
        return Verification(code=refusal.code, detail=refusal.detail, method=method)
    return Verification(code="verified", method=method)


def _method(signed: jose.Token, issuer: str | None) -> str | None:
    """The full name of the key; a kid may be a fragment alone."""
    kid = signed.kid
    return f"{issuer}{kid}" if kid and kid.startswith("#") else kid


def _refuse_other_kind(signed: jose.Token) -> None:
    for name, known in (("typ", TYPES), ("cty", CONTENT)):
        kind = signed.header.get(name)
        if kind is not None and str(kind).upper() not in known:
            raise Rejected("unsupported", f"{name} {str(kind)[:40]}")


def _refuse_contradiction(payload: Document) -> None:
    """Two answers to one question: readers of the envelope and of the content would believe two things."""
    inside = {
        "iss": issuer_of(payload),
        "jti": payload.get("id"),
        "sub": _subject(payload),
        "nbf": _seconds(moments.parse(payload.get("validFrom"))),
        "exp": _seconds(moments.parse(payload.get("validUntil"))),
    }
    for name, said in inside.items():
        outside = payload.get(name, said)
        outside = math.floor(outside) if isinstance(outside, float) else outside
        if said is not None and outside != said:
            raise Rejected("contradiction", name)
    if "vc" in payload:
        raise Rejected("unsupported", "a vc claim, of Verifiable Credentials 1.1")


def _refuse_time(payload: Document, at: datetime) -> None:
    """What only the envelope says of time; what the credential says has a line of its own."""
    begins, ends = payload.get("nbf"), payload.get("exp")
    if "validUntil" not in payload and ends is not None and not _is_after(ends, at):
        raise Rejected("expired-proof", str(ends)[:40])
    if "validFrom" not in payload and begins is not None and _is_after(begins, at):
        raise Rejected("early-proof", str(begins)[:40])


def _is_after(value: Any, at: datetime) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejected("bad-proof", "a time that is no number")
    return value > at.timestamp()


def _subject(document: Document) -> str | None:
    subjects = document.get("credentialSubject")
    first = subjects[0] if isinstance(subjects, list) and subjects else subjects
    found = first.get("id") if isinstance(first, dict) else None
    return found if isinstance(found, str) else None


def _seconds(moment: datetime | None) -> int | None:
    return math.floor(moment.timestamp()) if moment else None
