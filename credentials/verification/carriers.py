"""In what a credential comes: JSON with its proof inside, a JWT, an SD-JWT, a European Digital Credential, a
study record (ELMO), a certificate as PDF, or a picture with a credential baked in.

Whatever it was, the other checks read it in the members of a Verifiable Credential.
"""

import codecs
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cryptography.x509 import Certificate

from credentials.formats import baked, elm_reading, elmo_reading
from credentials.formats import sd_jwt as claims_
from credentials.proofs import (
    canonical,
    data_integrity,
    jades,
    moments,
    sd_jwt,
    shape,
    vc_jwt,
    xml_reading,
    xmldsig,
)  # fmt: skip
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.contexts import Contexts
from credentials.proofs.keys import Public
from credentials.proofs.shape import Problem
from credentials.proofs.verdict import Rejected, Verification

if TYPE_CHECKING:
    from credentials.proofs.pades import PadesVerification

MAX_BYTES = 10_000_000  # a photograph, or a credential with pictures of its certificate
MAX_TEXT = 1_000_000  # JSON, a token, an SVG
BOM = b"\xef\xbb\xbf"
UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
JPEG, WEBP = b"\xff\xd8\xff", re.compile(rb"RIFF....WEBP", re.DOTALL)
OTHER_PICTURE = re.compile(
    rb"....ftyp(?:hei[cmsx]|hev[cx]|mif1|msf1|avif)|GIF8|BM....\0\0\0\0|II\*\0|MM\0\*", re.DOTALL
)
JWT = re.compile(rb"\s*eyJ[\w-]+\.[\w-]+\.[\w-]*\s*\Z", re.ASCII)
SD_JWT = re.compile(rb"\s*eyJ[\w-]+\.[\w-]+\.[\w-]+~[\w.~-]*\s*\Z", re.ASCII)
ELMO = re.compile(rb"<(?:[\w.-]+:)?elmo[\s>]")
JADES = re.compile(rb'"signatures"\s*:')  # of JSON that may be a seal with a document in it


class Keys(Protocol):
    """Where proofs find keys. Neither asks anybody else."""

    def key(self, method: str) -> Public | None:
        """The key of a verification method."""

    def is_seal_of(self, issuer: str, certificate: Certificate) -> bool:
        """Whether the issuer's seals have this certificate; True too where nothing is known of the issuer."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A credential as it came. `data` is the file, `inside` what was in it of a credential, or the same.

    `prove` checks its proof with those keys, `problems` are faults of its form. `signed` is the part of
    an SD-JWT that stays the same whatever is shown of it, `sealed` what the seal of a PDF around it says.
    """

    document: dict
    data: bytes
    inside: bytes
    problems: list[Problem]
    prove: Callable[[Keys], Verification]
    signed: bytes = b""
    sealed: "PadesVerification | None" = None


class NoCredential(NotCanonical):
    """A file that may show a code, but holds no credential; `sealed` is what the seal of a PDF says."""

    def __init__(self, code: str, detail: str, *, sealed: "PadesVerification | None" = None) -> None:
        super().__init__(code, detail)
        self.sealed = sealed


class SeveralRecords(NotCanonical):
    """A study record of several attainments: each is a credential for itself, under the one seal."""

    def __init__(self, records: list[Carried]) -> None:
        super().__init__("several-records", str(len(records)))
        self.records = records


def read(
    data: bytes, *, at: datetime, contexts: Contexts, seals: Callable[[], Collection[Certificate]]
) -> Carried:
    """The credential that anybody sent; `seals` are all certificates of seals that are known here.

    Raises SeveralRecords, each to be looked at; NotCanonical, also with the codes of formats.baked,
    formats.elmo_reading and proofs.xml_reading.
    """
    if not data.strip():
        raise NotCanonical("empty", "nothing in it")
    if len(data) > MAX_BYTES:
        raise NotCanonical("too-large", f"more than {MAX_BYTES} bytes")
    if b"%PDF-" in data[:1024]:
        return _pdf(data, at=at, contexts=contexts, seals=seals())
    if OTHER_PICTURE.match(data):
        raise NotCanonical("other-picture", "a picture that is not looked at")
    if data.startswith(JPEG) or WEBP.match(data):
        raise NoCredential("not-baked", "a picture that cannot hold a credential")
    if ELMO.search(_opening(data)):
        return _elmo(data)
    if baked.is_picture(data):
        return _baked(data, at=at, contexts=contexts)
    return _read(data, at=at, contexts=contexts)


def _opening(data: bytes) -> bytes:
    """Of a text that may be in UTF-16, as XML may: with its mark, or with the first letter in two bytes."""
    opening = data[:4096]
    encoding = next((name for start, name in UTF16.items() if opening.startswith(start)), None)
    return opening.decode(encoding, "ignore").encode() if encoding else opening


def _is_text(data: bytes) -> bool:
    """By its beginning, which may end amid a letter."""
    try:
        return "\0" not in codecs.getincrementaldecoder("utf-8")().decode(data[:4096])
    except UnicodeDecodeError:
        return False


def _pdf(data: bytes, *, at: datetime, contexts: Contexts, seals: Collection[Certificate]) -> Carried:
    """The badge attached to a certificate, with what the seal around it says."""
    from credentials.proofs import pades  # noqa: PLC0415  pyHanko takes a second

    sealed = pades.check(data, known=seals)
    if sealed.code in ("too-large", "too-many-attachments"):
        raise NotCanonical(sealed.code, sealed.detail)
    if sealed.badge is None:
        raise NoCredential("no-code", "nothing attached", sealed=sealed)
    if len(sealed.badge) > MAX_TEXT:
        raise NotCanonical("too-large", f"a file of more than {MAX_TEXT} bytes attached")
    return replace(_read(sealed.badge, at=at, contexts=contexts), data=data, sealed=sealed)


def _baked(data: bytes, *, at: datetime, contexts: Contexts) -> Carried:
    try:
        inside = baked.read(data).encode("utf-8")
    except baked.NotBaked as refusal:
        is_shown = refusal.code == "not-baked" and data.startswith(baked.PNG)
        kind = NoCredential if is_shown else NotCanonical
        raise kind(refusal.code, refusal.detail) from refusal
    return replace(_read(inside, at=at, contexts=contexts), data=data)


def _read(data: bytes, *, at: datetime, contexts: Contexts) -> Carried:
    if JADES.search(data) and (payload := _payload(data)) is not None:
        return _european(data, payload)
    if not _is_text(data):
        raise NotCanonical("not-json", "neither a text nor another file that is read")
    if len(data) > MAX_TEXT:
        raise NotCanonical("too-large", f"a text of more than {MAX_TEXT} bytes")
    if SD_JWT.match(data):
        return _sd_jwt(data, at=at)
    if JWT.match(data):
        token = data.decode("ascii")
        document = vc_jwt.read(token)

        def prove(keys: Keys) -> Verification:
            return vc_jwt.verify(token, resolve=keys.key, at=at)
    else:
        document = canonical.read(data.removeprefix(BOM))

        def prove(keys: Keys) -> Verification:
            return data_integrity.verify(document, resolve=keys.key, at=at, contexts=contexts)

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
        prove=lambda keys: sd_jwt.verify(token, resolve=keys.key, at=at),
        signed=data.strip().partition(b"~")[0] + b"~",
    )


def _payload(data: bytes) -> bytes | None:
    """What a JAdES seal is about, whatever the seal is worth; None where the JSON is something else."""
    try:
        envelope = jades.read_json(data.removeprefix(BOM))
    except Rejected:
        return None
    payload = envelope.get("payload")
    is_sealed = isinstance(payload, str) and isinstance(envelope.get("signatures"), list)
    return payload.encode("utf-8", "surrogatepass") if is_sealed else None


def _european(data: bytes, payload: bytes) -> Carried:
    proof = jades.check(data.removeprefix(BOM))
    try:
        document = elm_reading.credential(jades.read_json(proof.signed or payload))
    except (Rejected, elm_reading.NotEuropean) as refusal:
        raise NotCanonical("not-elm", str(refusal)) from refusal
    return _sealed(data, document, proof, proof.certificate)


def _elmo(data: bytes) -> Carried:
    """ELMO has no time of sealing: what counts is that its day lies before the end of the certificate."""
    proof = xmldsig.check(data)
    try:
        root = xml_reading.parse(proof.signed or data)
        documents = elmo_reading.credentials(root)
    except (xml_reading.BadXml, elmo_reading.BadRecords) as refusal:
        raise NotCanonical(refusal.code, str(refusal)) from refusal
    made = moments.parse(elmo_reading.generated(root))
    if proof.certificate and (made is None or made > proof.certificate.not_valid_after_utc):
        proof = replace(proof, code="bad-certificate")
    records = [_sealed(data, document, proof, proof.certificate) for document in documents]
    if len(records) > 1:
        raise SeveralRecords(records)
    return records[0]


def _sealed(data: bytes, document: dict, proof: Verification, certificate: Certificate | None) -> Carried:
    """A document whose proof is a seal, by a certificate that has to be its issuer's."""
    issuer = data_integrity.issuer_of(document) or ""

    def prove(keys: Keys) -> Verification:
        is_whole = proof.is_verified and certificate is not None
        if is_whole and not keys.is_seal_of(issuer, certificate):
            return replace(proof, code="unknown-key")
        return proof

    return Carried(document=document, data=data, inside=data, problems=[], prove=prove)
