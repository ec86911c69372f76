"""In what a credential comes: JSON with its proof inside, a JWT, an SD-JWT, or a picture with one baked in.

Whatever it was, the other checks read it in the members of a Verifiable Credential.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from credentials.formats import baked
from credentials.formats import sd_jwt as claims_
from credentials.proofs import canonical, data_integrity, sd_jwt, shape, vc_jwt
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.contexts import Contexts
from credentials.proofs.jose import Resolve
from credentials.proofs.shape import Problem
from credentials.proofs.verdict import Rejected, Verification

MAX_BYTES = 1_000_000
BOM = b"\xef\xbb\xbf"
JWT = re.compile(rb"\s*eyJ[\w-]+\.[\w-]+\.[\w-]*\s*\Z", re.ASCII)
SD_JWT = re.compile(rb"\s*eyJ[\w-]+\.[\w-]+\.[\w-]+~[\w.~-]*\s*\Z", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A credential as it came. `data` is the file, `inside` what was baked into it, or the same.

    `prove` checks its proof with the keys that `Resolve` finds, `problems` are faults of its form. `signed`
    is the part of an SD-JWT that stays the same whatever is shown of it.
    """

    document: dict
    data: bytes
    inside: bytes
    problems: list[Problem]
    prove: Callable[[Resolve], Verification]
    signed: bytes = b""


def read(data: bytes, *, at: datetime, contexts: Contexts) -> Carried:
    """The credential that anybody sent. Raises NotCanonical, also with the codes of formats.baked."""
    if len(data) > MAX_BYTES:
        raise NotCanonical("too-large", f"more than {MAX_BYTES} bytes")
    if not baked.is_picture(data):
        return _read(data, at=at, contexts=contexts)
    try:
        inside = baked.read(data).encode("utf-8")
    except baked.NotBaked as refusal:
        raise NotCanonical(refusal.code, refusal.detail) from refusal
    return replace(_read(inside, at=at, contexts=contexts), data=data)


def _read(data: bytes, *, at: datetime, contexts: Contexts) -> Carried:
    if SD_JWT.match(data):
        return _sd_jwt(data, at=at)
    if JWT.match(data):
        token = data.decode("ascii")
        document = vc_jwt.read(token)

        def prove(resolve: Resolve) -> Verification:
            return vc_jwt.verify(token, resolve=resolve, at=at)
    else:
        document = canonical.read(data.removeprefix(BOM))

        def prove(resolve: Resolve) -> Verification:
            return data_integrity.verify(document, resolve=resolve, at=at, contexts=contexts)

    problems = shape.problems(document, contexts)
    return Carried(document=document, data=data, inside=data, problems=problems, prove=prove)


def _sd_jwt(data: bytes, *, at: datetime) -> Carried:
    """What the learner shows of it; a claim that nothing was signed for makes the whole unreadable."""
    token = data.decode("ascii")
    try:
        document = claims_.credential(sd_jwt.claims(sd_jwt.read(token)))
    except (Rejected, claims_.BadClaims) as refusal:
        raise NotCanonical("sd-jwt", str(refusal)) from refusal
    return Carried(
        document=document,
        data=data,
        inside=data,
        problems=[],
        prove=lambda resolve: sd_jwt.verify(token, resolve=resolve, at=at),
        signed=data.strip().partition(b"~")[0] + b"~",
    )
