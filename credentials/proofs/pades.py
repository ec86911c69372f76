"""The seal of an institution on a PDF: PAdES B-B, laid behind the file, which stays PDF/A and PDF/UA.

pyHanko takes a second to load: import this module where a PDF is sealed or checked, not at the top.
Source: ETSI EN 319 142-1.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, MiB, StreamDecodeLimits
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected, Verification

FIELD = "Seal"
RESERVED = 8192  # bytes for the signature and its chain; to measure first takes as long again
MAX_BYTES = 10 * MiB
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=8 * MiB),
    document_budget=DocumentDecodeBudget(base_allowance=64 * MiB, max_ratio=8),
)
SUBFILTERS = (SigSeedSubFilter.PADES.value, SigSeedSubFilter.ADOBE_PKCS7_DETACHED.value)
DEEPEST = 8  # levels in a tree of names


class CannotSeal(ValueError):
    """A PDF cannot be sealed with this seal; the message says why in English."""


@dataclass(frozen=True, kw_only=True)
class PadesVerification(Verification):
    """What a PDF says of itself.

    `code` is "verified" (whole, under a certificate we know), no-proof (never sealed), bad-signature (altered
    or added to after it was sealed), unknown-key (whole, under a certificate we do not know), bad-certificate
    (not valid at that time), bad-proof (no PDF that we can read), too-large or too-many-attachments.
    `badge` is the one file attached, None without any: whatever the seal is worth, it carries a proof of its
    own. `certificate` and `created` are those the seal claims.
    """

    badge: bytes | None = field(default=None, repr=False)
    certificate: Certificate | None = None


def sign(document: bytes, *, seal: Seal, at: datetime) -> bytes:
    """The sealed PDF, to which nothing may be added any more. Raises CannotSeal, and what the key raises."""
    if not seal.chain:
        raise CannotSeal("a PDF is sealed under a certificate")
    if seal.algorithm not in ("ES256", "RS256"):
        raise CannotSeal("a PDF is sealed with ES256 or RS256")
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    sealed = BytesIO()
    # PDF/A wants a line end before what is laid behind a file (6.1.9); Typst leaves none.
    writer = IncrementalPdfFileWriter(BytesIO(document.rstrip(b"\n") + b"\n"))
    signer = _At(metadata, signer=_Signer(seal), moment=at)
    _without_loop(lambda: signer.sign_pdf(writer, output=sealed, bytes_reserved=RESERVED))
    return sealed.getvalue()


def check(data: bytes, *, known: Collection[Certificate]) -> PadesVerification:
    """Verifies the seal of a PDF that anybody sent. `known` are the certificates of seals, past ones too.

    Never raises on a bad document and fetches nothing. When a key was lost is for the caller to ask.
    """
    try:
        return _checked(data, known=known)
    except Rejected as refusal:
        return PadesVerification(code=refusal.code, detail=refusal.detail)
    except Exception as fault:  # noqa: BLE001  a stranger's file: the reader trips in ways nobody can list
        return PadesVerification(code="bad-proof", detail=repr(fault)[:200])


def _checked(data: bytes, *, known: Collection[Certificate]) -> PadesVerification:
    if len(data) > MAX_BYTES:
        raise Rejected("too-large", f"more than {MAX_BYTES} bytes")
    reader = PdfFileReader(BytesIO(data), decode_limits=LIMITS)
    if reader.encrypted:
        raise Rejected("bad-proof", "encrypted")
    badge = _attached(reader)
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return PadesVerification(code="no-proof", badge=badge)
    last = signatures[-1]  # it must cover the whole file: what is laid behind a seal nobody has signed
    certificate = load_der_x509_certificate(last.signer_cert.dump())
    created = last.self_reported_timestamp
    return PadesVerification(
        code=_standing(certificate, created, known) if _is_whole(last) else "bad-signature",
        method=f"sha256:{certificate.fingerprint(SHA256()).hex()}",
        created=created,
        badge=badge,
        certificate=certificate,
    )


def _standing(certificate: Certificate, created: datetime | None, known: Collection[Certificate]) -> str:
    if certificate not in known:
        return "unknown-key"
    if created is None or created.tzinfo is None:
        return "bad-proof"
    is_valid = certificate.not_valid_before_utc <= created <= certificate.not_valid_after_utc
    return "verified" if is_valid else "bad-certificate"


def _is_whole(signature: EmbeddedPdfSignature) -> bool:
    """Whether its holder signed these very bytes, from the first to the last."""
    if _value(signature.sig_object, "/SubFilter", "") not in SUBFILTERS:
        raise Rejected("bad-proof", "a seal of another kind")
    signature.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    is_intact, is_signed = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )
    return is_intact and is_signed and signature.coverage is SignatureCoverageLevel.ENTIRE_FILE


def _attached(reader: PdfFileReader) -> bytes | None:
    """The one file attached. Raises Rejected where there are two: nobody could say which of them is meant."""
    root = reader.root
    files = [*_named(_value(_value(root, "/Names", {}), "/EmbeddedFiles", {}), deepest=DEEPEST)]
    listed = _value(root, "/AF", [])
    files += [listed.raw_get(place) for place in range(len(listed))]
    found = {_identity(one): one for one in files}
    if len(found) > 1:
        raise Rejected("too-many-attachments", f"{len(found)} files attached")
    for one in found.values():
        specification = one.get_object()
        embedded: bytes = specification["/EF"]["/F"].data
        return embedded
    return None


def _named(node: Any, *, deepest: int) -> list[Any]:
    """The files of a tree of names, as they are referred to."""
    if not deepest:
        raise Rejected("bad-proof", "a tree of names too deep")
    names, kids = _value(node, "/Names", []), _value(node, "/Kids", [])
    files = [names.raw_get(place) for place in range(1, len(names), 2)]
    for place in range(len(kids)):  # by its place, which follows a reference
        files += _named(kids[place], deepest=deepest - 1)
    return files


def _value(node: Any, name: str, default: Any) -> Any:
    """A member of a dictionary, followed where it is a reference: pyHanko's `get` does not."""
    try:
        return node[name]
    except KeyError:
        return default


def _identity(file: Any) -> object:
    reference = getattr(file, "reference", None)
    return reference if isinstance(reference, Reference) else id(file)


def _without_loop(work: Callable[[], object]) -> None:
    """pyHanko runs an event loop of its own, which a thread that has one already does not allow."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work()
        return
    with ThreadPoolExecutor(1) as apart:
        apart.submit(work).result()


class _At(PdfSigner):
    """pyHanko's, at the moment that came in instead of the clock's."""

    def __init__(self, metadata: PdfSignatureMetadata, *, signer: Signer, moment: datetime) -> None:
        super().__init__(metadata, signer=signer)
        self.moment = moment.astimezone(UTC)

    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class _Signer(Signer):
    """Signs with whatever `sign` the key has, also where its private half is elsewhere."""

    def __init__(self, seal: Seal) -> None:
        own, *others = (asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in seal.chain)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        super().__init__(signing_cert=own, cert_registry=store)
        self.private = seal.private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self.private, EllipticCurvePrivateKey):
            return self.private.sign(data, ECDSA(SHA256()))
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, PKCS1v15(), SHA256())
        raise CannotSeal("a PDF is sealed with ES256 or RS256")
