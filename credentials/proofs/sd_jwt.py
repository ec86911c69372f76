"""SD-JWT: a signed token whose holder chooses which claims to show.

A claim that may be hidden stands in the signed part as the digest of a disclosure, [salt, name, value]; the
disclosures travel beside it: `<jwt>~<disclosure>~…~<key binding JWT or nothing>`.
Sources: RFC 9901, draft-ietf-oauth-sd-jwt-vc.
"""

import base64
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from credentials.proofs import canonical, disclosing, jose
from credentials.proofs.canonical import Document, NotCanonical
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected, Verification

TYPE = "dc+sd-jwt"
TYPES = {TYPE, "vc+sd-jwt"}  # the second is the name that drafts used
BINDING_TYPE = "kb+jwt"
HASH = "sha-256"
NEVER_HIDDEN = {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"}
MAX_DISCLOSURES = 500
MAX_AGE = 600  # seconds; of a holder's signature that answers a nonce

Salt = Callable[[], str]
"""Gives 128 random bits or more, base64url; each one is used once."""


@dataclass(frozen=True, kw_only=True)
class Presented:
    """An SD-JWT in its parts, unchecked. `binding` is the holder's signature, or nothing."""

    signed: jose.Token
    disclosures: tuple[disclosing.Disclosure, ...]
    binding: str

    @property
    def unbound(self) -> str:
        """Everything that the holder's signature is about."""
        jwt = ".".join(self.signed.segments)
        return "~".join((jwt, *(one.text for one in self.disclosures), ""))


def issue(claims: Mapping[str, Any], *, hidden: Collection[str], seal: Seal, salt: Salt) -> str:
    """The SD-JWT with all its disclosures; `hidden` are the members that the holder may leave out.

    What readers must always see may not be hidden: ValueError.
    """
    forbidden = (NEVER_HIDDEN & set(hidden)) | (disclosing.RESERVED & set(claims))
    if forbidden:
        raise ValueError(f"may not be hidden: {', '.join(sorted(forbidden))}")
    disclosures = [disclosing.make(salt(), name, value) for name, value in claims.items() if name in hidden]
    payload = {name: value for name, value in claims.items() if name not in hidden}
    if disclosures:
        # In the order of the digests, which tells nothing of which claim is which.
        payload |= {"_sd": sorted(disclosing.digest(one) for one in disclosures), "_sd_alg": HASH}
    header: dict[str, Any] = {"typ": TYPE}
    if seal.chain:
        header["x5c"] = [
            base64.b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in seal.chain
        ]
    return "~".join((jose.sign(_json(payload), seal=seal, header=header), *disclosures, ""))


def present(token: str, *, shown: Collection[str]) -> str:
    """The same SD-JWT with only the disclosures of the members in `shown`, and what hangs below them.

    Raises NotCanonical, and KeyError where a member is not there to be shown.
    """
    whole = read(token)
    known = {one.digest: one for one in whole.disclosures}
    kept: set[str] = set()
    for name, digests in disclosing.members(_payload(whole), known):
        if name in shown:
            kept |= set(disclosing.below(digests, known))
    there = {one.name for one in whole.disclosures} | set(_payload(whole))
    if missing := set(shown) - there:
        raise KeyError(", ".join(sorted(missing)))
    disclosures = tuple(one for one in whole.disclosures if one.digest in kept)
    return replace(whole, disclosures=disclosures).unbound


def bind(token: str, *, holder: Seal, audience: str, nonce: str, at: datetime) -> str:
    """The presentation with the holder's signature: for this reader, in answer to this nonce."""
    unbound = read(token).unbound
    claims = {
        "iat": int(at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": disclosing.digest(unbound),
    }
    return unbound + jose.sign(_json(claims), seal=replace(holder, method=""), header={"typ": BINDING_TYPE})


def read(token: str) -> Presented:
    """The parts of an SD-JWT that anybody sent. Raises NotCanonical."""
    if len(token) > canonical.MAX_BYTES * 2:
        raise NotCanonical("too-large", "an SD-JWT of that size")
    jwt, *disclosed, binding = token.strip().split("~") if "~" in token else ("", "")
    if len(disclosed) > MAX_DISCLOSURES:
        raise NotCanonical("too-large", f"more than {MAX_DISCLOSURES} disclosures")
    try:
        signed = jose.read(jwt)
        disclosures = tuple(disclosing.read(text) for text in disclosed)
    except jose.BadToken as refusal:
        raise refusal.of_document() from refusal
    return Presented(signed=signed, disclosures=disclosures, binding=binding)


def claims(presented: Presented) -> Document:
    """What the SD-JWT says with what is disclosed put in its place. Raises NotCanonical, Rejected."""
    payload = _payload(presented)
    if payload.get("_sd_alg", HASH) != HASH:
        raise Rejected("unsupported", f"_sd_alg {str(payload['_sd_alg'])[:40]}")
    reader = disclosing.Reader({one.digest: one for one in presented.disclosures})
    if len(reader.known) != len(presented.disclosures):
        raise Rejected("bad-proof", "a disclosure twice")
    whole: Document = reader.whole({name: value for name, value in payload.items() if name != "_sd_alg"})
    if reader.known.keys() - reader.met:
        raise Rejected("bad-proof", "a disclosure that the issuer did not sign")
    for name in NEVER_HIDDEN & whole.keys():
        if whole[name] != payload.get(name):
            raise Rejected("bad-proof", f"{name} was hidden, or a part of it")
    canonical.refuse_unsafe(whole)
    return whole


def verify(
    token: str,
    *,
    resolve: jose.Resolve,
    at: datetime,
    audience: str | None = None,
    nonce: str | None = None,
) -> Verification:
    """Checks the issuer's signature, every disclosure and, where there is one, the holder's signature.

    With an `audience` or a `nonce` the holder's signature must be there and answer them. `exp` and `nbf` are
    the credential's own validity, which is not looked at here. Never raises on a bad token.
    """
    method = None
    try:
        presented = read(token)
        method = presented.signed.kid
        if presented.signed.header.get("typ") not in TYPES:
            raise Rejected("unsupported", f"typ {str(presented.signed.header.get('typ'))[:40]}")
        whole = claims(presented)
        issuer = whole.get("iss")
        method = f"{issuer}{method}" if method and method.startswith("#") else method
        jose.check(
            presented.signed,
            method=method,
            controller=issuer if isinstance(issuer, str) else None,
            resolve=resolve,
        )
        _check_type(whole)
        if presented.binding or audience or nonce:
            said = _binding(presented, whole)
            _refuse_other_reader(said, at=at, audience=audience, nonce=nonce)
    except (Rejected, jose.BadToken, NotCanonical) as refusal:
        return Verification(code=refusal.code, detail=refusal.detail, method=method)
    return Verification(code="verified", method=method)


def _check_type(whole: Document) -> None:
    if not isinstance(whole.get("vct"), str) or not whole["vct"]:
        raise Rejected("bad-proof", "no vct")


def _binding(presented: Presented, whole: Document) -> Document:
    """What the holder signed, with the key that the issuer named, about just this presentation."""
    confirmed = whole.get("cnf")
    try:
        key = jose.from_jwk(confirmed.get("jwk") if isinstance(confirmed, dict) else None)
        token = jose.read(presented.binding)
        said = canonical.read(token.payload)
    except (jose.BadToken, NotCanonical) as refusal:
        raise Rejected("bad-binding", refusal.detail) from refusal
    if token.header.get("typ") != BINDING_TYPE or not jose.is_signed(token, key=key):
        raise Rejected("bad-binding", "not signed by the holder")
    if said.get("sd_hash") != disclosing.digest(presented.unbound):
        raise Rejected("bad-binding", "about another presentation")
    return said


def _refuse_other_reader(said: Document, *, at: datetime, audience: str | None, nonce: str | None) -> None:
    """The holder's signature is for us and for now, where we asked for one."""
    for name, wanted in (("aud", audience), ("nonce", nonce)):
        if not isinstance(said.get(name), str) or wanted not in (None, said[name]):
            raise Rejected("bad-binding", f"for another {name}")
    signed_at = said.get("iat")
    if isinstance(signed_at, bool) or not isinstance(signed_at, int | float):
        raise Rejected("bad-binding", "no iat")
    if nonce is not None and abs(at.timestamp() - signed_at) > MAX_AGE:
        raise Rejected("bad-binding", "of another time")


def _payload(presented: Presented) -> Document:
    return canonical.read(presented.signed.payload)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
