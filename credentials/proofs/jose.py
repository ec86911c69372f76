"""JSON Web Signatures in compact form: signed by an institution, and read from anybody.

Known are ES256, RS256 and Ed25519 (under its old name EdDSA, which Open Badges 3.0 asks for). "none" signs
nothing, and a MAC would make a secret of a published key: neither is known here.
Sources: RFC 7515, RFC 7518, RFC 8037, RFC 9864.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from credentials.proofs import canonical
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.keys import Public
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected

Resolve = Callable[[str], Public | None]
"""Gives the key of a verification method that its controller lists for assertions, or None."""

ALGORITHMS = {"Ed25519": "EdDSA", "ES256": "ES256", "RS256": "RS256"}  # of a seal → of a header
KNOWN = ("EdDSA", "Ed25519", "ES256", "RS256")
MAX_HEADER = 16_000  # letters; a chain of certificates fits
MAX_SIGNATURE = 1_400  # letters; RSA of 8192 bits
MIN_RSA_BITS = 2048
SEGMENT = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)


class BadToken(ValueError):
    """Not a JWS that can be read here.

    Codes: bad-proof, too-large, no-proof (signed by nobody, or with a secret that others share), unsupported.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail

    def of_document(self) -> NotCanonical:
        """What this means for whoever wanted to read the document inside."""
        known = {"unsupported": "unsupported-signature", "too-large": "too-large"}
        return NotCanonical(known.get(self.code, "not-json"), self.detail)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A JWS as read, its signature unchecked. `header` and `payload` are the sender's word."""

    header: dict[str, Any]
    payload: bytes
    segments: tuple[str, str, str] = field(repr=False)

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) and kid else None


class _Registry(jws.JWSRegistry):
    """joserfc's algorithms, of which only ours are known; it would warn of the name EdDSA at each use."""

    max_header_length = MAX_HEADER
    max_payload_length = canonical.MAX_BYTES * 4 // 3 + 4
    max_signature_length = MAX_SIGNATURE

    def get_alg(self, name: str) -> Any:
        if name not in KNOWN:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


REGISTRY = _Registry(strict_check_header=False)


def sign(payload: bytes, *, seal: Seal, header: Mapping[str, Any] | None = None) -> str:
    """The compact JWS: alg, kid of the seal, then what `header` adds (typ, cty, x5c …)."""
    protected: dict[str, Any] = {"alg": ALGORITHMS[seal.algorithm]}
    if seal.method:
        protected["kid"] = seal.method
    key = _key(seal.private, public_jwk(seal.private.public_key()))
    return jws.serialize_compact(protected | dict(header or {}), payload, key, registry=REGISTRY)


def read(token: str) -> Token:
    """The parts of a compact JWS that anybody sent. Raises BadToken; the signature is not looked at."""
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("bad-proof", "not three parts")
    limits = (MAX_HEADER, REGISTRY.max_payload_length, MAX_SIGNATURE)
    for part, limit in zip(parts, limits, strict=True):
        if len(part) > limit:
            raise BadToken("too-large", f"a part of {len(part)} letters")
    try:
        header = canonical.read(decode(parts[0]))
    except NotCanonical as refusal:
        raise BadToken("bad-proof", f"header: {refusal.detail}") from refusal
    payload = decode(parts[1])
    decode(parts[2])
    algorithm = str(header.get("alg", ""))[:40]
    if algorithm.lower() in ("", "none") or algorithm.startswith("HS"):
        raise BadToken("no-proof", f"alg {algorithm}")
    if header["alg"] not in KNOWN:
        raise BadToken("unsupported", f"alg {algorithm}")
    if "crit" in header or "b64" in header:
        raise BadToken("unsupported", "critical headers")
    return Token(header=header, payload=payload, segments=(parts[0], parts[1], parts[2]))


def is_signed(token: Token, *, key: Public) -> bool:
    """Does the signature hold, under this key and the algorithm the key is for?"""
    if isinstance(key, RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        return False
    signature = jws.CompactSignature(dict(token.header), token.payload)
    header, payload, signed = (part.encode("ascii") for part in token.segments)
    signature.segments.update({"header": header, "payload": payload, "signature": signed})
    try:
        return jws.validate_compact(signature, _key(key, public_jwk(key)), registry=REGISTRY)
    except (JoseError, ValueError):  # an algorithm that is not of this key, a malformed header
        return False


def check(token: Token, *, method: str | None, controller: str | None, resolve: Resolve) -> None:
    """The signature is by a key that the controller lists. Raises Rejected."""
    if method is None:
        raise Rejected("unknown-key", "no kid")
    if method.partition("#")[0] != controller:
        raise Rejected("wrong-controller", method)
    key = resolve(method)
    if key is None:
        raise Rejected("unknown-key", method)
    if not is_signed(token, key=key):
        raise Rejected("bad-signature")


def public_jwk(key: Public) -> dict[str, str]:
    """The public key as JWK, as DID documents list it and `cnf` names it."""
    if isinstance(key, Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": encode(key.public_bytes_raw())}
    if isinstance(key, RSAPublicKey):
        rsa = key.public_numbers()
        return {"kty": "RSA", "n": encode(_bytes(rsa.n)), "e": encode(_bytes(rsa.e))}
    if not isinstance(key.curve, SECP256R1):
        raise BadToken("unsupported", f"a key on the curve {key.curve.name}")
    point = key.public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
    return {"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)}


def from_jwk(jwk: object) -> Public:
    """The public key that somebody wrote as JWK. Raises BadToken."""
    if not isinstance(jwk, dict) or "d" in jwk:
        raise BadToken("bad-proof", "not a public JWK")
    kinds: dict[str, type[Any]] = {"EC P-256": ECKey, "OKP Ed25519": OKPKey, "RSA ": RSAKey}
    kind = kinds.get(f"{jwk.get('kty')} {jwk.get('crv', '')}")
    if kind is None:
        raise BadToken("unsupported", "a key that is neither Ed25519, P-256 nor RSA")
    members = ("kty", "crv", "x", "y", "n", "e")
    try:
        key: Public = kind.import_key({name: jwk[name] for name in members if name in jwk}).public_key
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken("bad-proof", "not a public JWK") from error
    return key


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64url without padding, written in the one way there is. Raises BadToken."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if SEGMENT.match(text) else b""
    except binascii.Error:
        data = b""
    if not data or encode(data) != text:
        raise BadToken("bad-proof", "not base64url")
    return data


def _key(key: Any, jwk: dict[str, str]) -> Any:
    """joserfc's key around ours. With the public JWK beside it nobody asks for the private numbers, which an
    outside signer would not give."""
    kinds: dict[str, type[Any]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
    return kinds[jwk["kty"]](key, jwk)


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
