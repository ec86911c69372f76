"""JAdES B-B seals on European Digital Credentials: a JWS in JSON, with the document as it is for its payload.

The form is the one that European Digital Credentials have: one signature, `b64` false, `sigT` and `b64`
critical, the certificates in `x5c`. Sources: ETSI TS 119 182-1, RFC 7515, RFC 7797.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter

from credentials.proofs import moments, verdict
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected

TimeStamp = Callable[[bytes], bytes]
"""A time stamp service: gives the RFC 3161 token (DER) for these bytes, of which it sees the digest only."""

OURS = ("ES256", "RS256")
KNOWN = (*OURS, "ES384", "ES512", "RS384", "RS512", "PS256", "PS384", "PS512")
CRITICAL = ("b64", "sigT")
MAX_BYTES = 20_000_000  # pictures of the certificate are in the payload
MAX_CERTIFICATES = 10
MAX_STAMPS = 10
LEAST_RSA_BITS = 2048


class CannotSeal(ValueError):
    """This document cannot be sealed with this seal; the message says why in English."""


@dataclass(frozen=True, kw_only=True)
class JadesVerification(verdict.Verification):
    """What came of checking a seal.

    `code` is "verified", or why not: too-large, bad-proof (not one we can read), too-many-proofs, unsupported
    (an algorithm or critical header that is not known here), bad-certificate (malformed, weak, another than
    the header says, or not valid at that time), bad-signature, wrong-holder (the issuer that the credential
    names is not who the certificate is for). `detail` is English.

    A verified one has `signed`, the bytes of the credential: read these and no others. `created` is the time
    that the sealer claims. Whether the `certificate` is trusted and was not revoked is for the caller to ask,
    and what the RFC 3161 tokens in `time_stamps` are worth; each is about the bytes `stamped`. `others` came
    with the certificate and prove nothing.
    """

    signed: bytes = b""
    certificate: Certificate | None = None
    others: tuple[Certificate, ...] = ()
    time_stamps: tuple[bytes, ...] = ()
    stamped: bytes = b""


class _Registry(jws.JWSRegistry):
    max_header_length = 200_000  # letters; the defaults have no room for certificates and pictures
    max_payload_length = MAX_BYTES
    max_signature_length = 2_000


REGISTRY = _Registry(
    header_registry={
        "sigT": HeaderParameter("Signing time", "str"),
        "x5t#S256": HeaderParameter("Digest of the certificate", "str"),
    },
    algorithms=list(KNOWN),
    strict_check_header=False,
)


def sign(document: bytes, *, seal: Seal, at: datetime, time_stamp: TimeStamp | None = None) -> bytes:
    """The sealed credential: JSON with the document's bytes as payload. `at` is aware, written to the second.

    With `time_stamp` the seal is B-T: the signature's time stamp stands in the unprotected header.
    Raises CannotSeal, and what the key or the time stamp service raises.
    """
    for refusal in _refusals(document, seal, at):
        raise CannotSeal(refusal)
    own = seal.chain[0]
    header = {
        "alg": seal.algorithm,
        "cty": "octet-stream",
        "x5t#S256": _digest(own),
        "x5c": [base64.b64encode(_der(one)).decode("ascii") for one in seal.chain],
        "typ": "jose+json",
        "b64": False,
        "sigT": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "crit": list(CRITICAL),
    }
    sealed: Any = jws.serialize_json([{"protected": header}], document, _key(seal.private), registry=REGISTRY)
    if time_stamp:
        signature = sealed["signatures"][0]
        signature["header"] = {"etsiU": [_stamped(time_stamp(signature["signature"].encode("ascii")))]}
    return json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def check(sealed: bytes) -> JadesVerification:
    """Verifies the one seal of a credential that anybody sent. Never raises on a bad document."""
    try:
        return _checked(sealed)
    except Rejected as refusal:
        return JadesVerification(code=refusal.code, detail=refusal.detail)
    except (ValueError, UnsupportedAlgorithm) as fault:  # certificates are read piece by piece
        return JadesVerification(code="bad-certificate", detail=str(fault)[:200])


def holder(certificate: Certificate) -> str | None:
    """Whom a certificate is for: its organisation identifier, "NTRFI-1234567-8" (ETSI EN 319 412-1)."""
    named = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    return str(named[0].value) if named else None


def _refusals(document: bytes, seal: Seal, at: datetime) -> Iterator[str]:
    if at.tzinfo is None:
        yield "the time of a seal needs its zone"
    if seal.algorithm not in OURS:
        yield f"no seal is made with {seal.algorithm}"
    if not seal.chain:
        yield "a seal needs its certificate"
    own = seal.chain[0]
    if own.public_key() != seal.private.public_key():
        yield "the certificate is of another key"
    if not own.not_valid_before_utc <= at <= own.not_valid_after_utc:
        yield f"the certificate is not valid at {at.isoformat()}"
    if len(document) > MAX_BYTES:
        yield f"more than {MAX_BYTES} bytes"
    if _issuer(document) not in _names(own):
        yield "the issuer that the document names is not the holder of the certificate"


def _checked(sealed: bytes) -> JadesVerification:
    if len(sealed) > 2 * MAX_BYTES:  # quotes inside the payload are escaped
        raise Rejected("too-large", f"more than {MAX_BYTES} bytes")
    payload, signature, header = _read(sealed)
    certificates = _certificates(header)
    own, created = certificates[0], moments.parse(header.get("sigT"))
    if header.get("x5t#S256") != _digest(own):
        raise Rejected("bad-certificate", "x5t#S256 is of another certificate")
    if created is None:
        raise Rejected("bad-proof", "sigT is no moment with a time zone")
    if not own.not_valid_before_utc <= created <= own.not_valid_after_utc:
        raise Rejected("bad-certificate", "not valid at the time of the seal")
    signed = _verified(payload, signature, own)
    if _issuer(signed) not in _names(own):
        raise Rejected("wrong-holder", f"the certificate is for {holder(own)}")
    return JadesVerification(
        code="verified",
        signed=signed,
        created=created,
        certificate=own,
        others=certificates[1:],
        time_stamps=_time_stamps(signature.get("header", {})),
        stamped=signature["signature"].encode("ascii"),
    )


def _read(sealed: bytes) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The payload, the one signature and its protected header, of which nothing is checked yet."""
    envelope = read_json(sealed)
    payload, signatures = envelope.get("payload"), envelope.get("signatures")
    if not isinstance(payload, str) or not isinstance(signatures, list) or not signatures:
        raise Rejected("bad-proof", "not a JWS in general JSON form")
    if len(signatures) > 1:
        raise Rejected("too-many-proofs", f"{len(signatures)} signatures")
    signature = signatures[0]
    kinds = {"protected": str, "signature": str, "header": dict}
    if not isinstance(signature, dict) or [
        name for name, kind in kinds.items() if not isinstance(signature.get(name, kind()), kind)
    ]:
        raise Rejected("bad-proof", "not a JWS in general JSON form")
    header = read_json(_decoded(signature.get("protected", "")))
    critical = header.get("crit", [])
    if not isinstance(critical, list) or [name for name in critical if name not in CRITICAL]:
        raise Rejected("unsupported", f"critical headers {str(critical)[:100]}")
    if header.get("alg") not in KNOWN:
        raise Rejected("unsupported", f"alg {str(header.get('alg'))[:40]}")
    return payload, {"signature": ""} | signature, header


def read_json(data: bytes) -> dict[str, Any]:
    """A JSON object in which no member stands twice: it would be read one way here and another way elsewhere.

    Raises Rejected.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as fault:
        raise Rejected("bad-proof", "not JSON") from fault
    if not isinstance(value, dict):
        raise Rejected("bad-proof", "not a JSON object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _certificates(header: dict[str, Any]) -> tuple[Certificate, ...]:
    chain = header.get("x5c")
    if not isinstance(chain, list) or not 0 < len(chain) <= MAX_CERTIFICATES:
        raise Rejected("bad-certificate", "x5c is missing or too long")
    try:
        return tuple(x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in chain)
    except (ValueError, TypeError) as fault:
        raise Rejected("bad-certificate", "x5c holds no certificates") from fault


def _verified(payload: str, signature: dict[str, Any], certificate: Certificate) -> bytes:
    """The payload, when its signature holds under the certificate's key. Only the protected header counts."""
    public = certificate.public_key()
    if not isinstance(public, EllipticCurvePublicKey | RSAPublicKey):
        raise Rejected("unsupported", "a key that is neither RSA nor on a curve of NIST")
    if isinstance(public, RSAPublicKey) and public.key_size < LEAST_RSA_BITS:
        raise Rejected("bad-certificate", f"RSA of {public.key_size} bits")
    parts: Any = {name: signature[name] for name in ("protected", "signature")}
    try:
        verified = jws.deserialize_json(
            {"payload": payload, "signatures": [parts]}, _key(public), registry=REGISTRY
        )
    except (JoseError, ValueError, TypeError, LookupError) as fault:
        raise Rejected("bad-signature", type(fault).__name__) from fault
    return verified.payload or b""


def _key(key: Any) -> Any:
    """joserfc's key around ours; one of ours may be a service elsewhere, which gives no private numbers."""
    public = key if isinstance(key, EllipticCurvePublicKey | RSAPublicKey) else key.public_key()
    kind: Any = ECKey if isinstance(public, EllipticCurvePublicKey) else RSAKey
    return kind(key, kind.binding.export_public_key(public) | {"kty": kind.key_type})


def _issuer(document: bytes) -> str | None:
    """The eIDAS identifier of a credential's issuer."""
    try:
        notation = read_json(document)["issuer"]["eIDASIdentifier"]["notation"]
    except (Rejected, KeyError, TypeError):
        return None
    return notation if isinstance(notation, str) and notation else None


def _names(certificate: Certificate) -> set[str]:
    """The identifier of the holder, and its number alone ("NTREE-17207834", "17207834"), as some write it."""
    named = holder(certificate)
    return {named, named.partition("-")[2]} - {""} if named else set()


def _stamped(token: bytes) -> str:
    value = {"sigTst": {"tstTokens": [{"val": base64.b64encode(token).decode("ascii")}]}}
    return _encoded(json.dumps(value, separators=(",", ":")).encode("ascii"))


def _time_stamps(header: dict[str, Any]) -> tuple[bytes, ...]:
    """The tokens of the signature's time stamps; what else is in `etsiU` is not ours to judge."""
    tokens: list[bytes] = []
    try:
        for item in header.get("etsiU", []):
            member = read_json(_decoded(item)) if isinstance(item, str) else item
            stamps = member.get("sigTst", {}).get("tstTokens", [])
            tokens += [base64.b64decode(one["val"], validate=True) for one in stamps]
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        raise Rejected("bad-proof", "etsiU is malformed") from fault
    if len(tokens) > MAX_STAMPS:
        raise Rejected("bad-proof", f"more than {MAX_STAMPS} time stamps")
    return tuple(tokens)


def _encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise Rejected("bad-proof", "not base64url") from fault


def _der(certificate: Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _digest(certificate: Certificate) -> str:
    return _encoded(hashlib.sha256(_der(certificate)).digest())
