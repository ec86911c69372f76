"""XML signatures inside the document that they sign, as ELMO asks for them: sealed and checked.

One reference with an empty URI, so that the whole document is signed, and the certificate in KeyInfo.
Sources: https://www.w3.org/TR/xmldsig-core1/, https://www.w3.org/TR/xmldsig-bestpractices/
"""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_der_x509_certificate
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from credentials.proofs import xml_reading
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected, Verification

DS = "{http://www.w3.org/2000/09/xmldsig#}"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
METHODS = {"RS256": SignatureMethod.RSA_SHA256, "ES256": SignatureMethod.ECDSA_SHA256}
ACCEPTED = frozenset(
    method
    for method in SignatureMethod
    if method.name.startswith(("RSA_SHA", "ECDSA_SHA")) and "SHA1" not in method.name
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
CANONICAL = frozenset(method.value for method in CanonicalizationMethod if "WithComments" not in method.value)
KNOWN = {
    "CanonicalizationMethod": CANONICAL,
    "SignatureMethod": {method.value for method in ACCEPTED},
    "DigestMethod": {method.value for method in DIGESTS},
}
MAX_CERTIFICATES = 5
LEAST_RSA_BITS = 2048


@dataclass(frozen=True, kw_only=True)
class XmlVerification(Verification):
    """What came of checking a document's signature.

    Codes besides those of Verification: not-whole (some of the document is not signed), bad-certificate (none
    that we can read), and those of BadXml.

    A verified one has `signed`, the bytes that were signed: read these and no others (comments are not in
    them). Whose the `certificate` is, who trusts it and when it was valid is for the caller to ask;
    `others` came with it and prove nothing.
    """

    signed: bytes = b""
    certificate: Certificate | None = None
    others: tuple[Certificate, ...] = ()


def sign(document: bytes, *, seal: Seal) -> bytes:
    """The document of ours with the signature as the last child of its root.

    Raises ValueError for a seal without a certificate, or with a key that XML signatures do not take.
    """
    private = seal.private
    if seal.algorithm not in METHODS or isinstance(private, Ed25519PrivateKey) or not seal.chain:
        raise ValueError("an XML signature needs an RSA or P-256 key with a certificate")
    signer = XMLSigner(
        signature_algorithm=METHODS[seal.algorithm],
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    root = signer.sign(xml_reading.parse(document), key=private, cert=list(seal.chain))
    sealed: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return sealed


def check(data: bytes) -> XmlVerification:
    """Checks the one signature of a document, which must cover all of it. Never raises on a bad document."""
    try:
        root = xml_reading.parse(data)
        signature = _only_signature(root)
        _refuse_partial(root, signature)
        certificates = _certificates(signature)
        signed, used = _verify(data, certificates)
    except (Rejected, xml_reading.BadXml) as refusal:
        return XmlVerification(code=refusal.code, detail=refusal.detail)
    others = tuple(one for one in certificates if one is not used)
    return XmlVerification(code="verified", signed=signed, certificate=used, others=others)


def _only_signature(root: Any) -> Any:
    """The one signature, a child of the root: a second one anywhere is how signed parts get wrapped."""
    signatures = list(root.iter(f"{DS}Signature"))
    if not signatures:
        raise Rejected("no-proof")
    if len(signatures) > 1:
        raise Rejected("too-many-proofs", f"{len(signatures)} signatures")
    if signatures[0].getparent() is not root:
        raise Rejected("not-whole", "the signature is not in the root element")
    beside = (*root.itersiblings(preceding=True), *root.itersiblings())
    if any(one.tag is not etree.Comment for one in beside):  # an instruction, such as a style sheet
        raise Rejected("not-whole", "there is something beside the root element")
    return signatures[0]


def _refuse_partial(root: Any, signature: Any) -> None:
    """Refuses what would sign less than the document: another URI, a filter, an object; and weak methods."""
    if signature.find(f"{DS}Object") is not None:
        raise Rejected("unsupported", "a signature with an object")
    references = list(signature.iter(f"{DS}Reference"))
    if len(references) != 1 or references[0].getparent().tag != f"{DS}SignedInfo":
        raise Rejected("not-whole", f"{len(references)} references")
    if references[0].get("URI") != "":
        raise Rejected("not-whole", "the reference is not to the whole document")
    transforms = [one.get("Algorithm") for one in signature.iter(f"{DS}Transform")]
    if transforms[:1] != [ENVELOPED] or len(transforms) > 2 or not set(transforms[1:]) <= CANONICAL:
        raise Rejected("unsupported", f"transforms {transforms}")
    for name, known in KNOWN.items():
        used = {one.get("Algorithm") for one in signature.iter(f"{DS}{name}")}
        if not used <= known:
            raise Rejected("unsupported", f"{name} {used}")


def _certificates(signature: Any) -> list[Certificate]:
    texts = [one.text or "" for one in signature.iterfind(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")]
    if not 1 <= len(texts) <= MAX_CERTIFICATES:
        raise Rejected("bad-certificate", f"{len(texts)} certificates")
    try:
        return [load_der_x509_certificate(b64decode(text)) for text in texts]
    except ValueError as fault:
        raise Rejected("bad-certificate", str(fault)) from fault


def _verify(data: bytes, certificates: list[Certificate]) -> tuple[bytes, Certificate]:
    """The bytes that were signed, and the certificate of the key that signed them."""
    faults = []
    for certificate in certificates:
        try:
            return _signed_with(data, certificate), certificate
        except (SignXMLException, etree.LxmlError, ValueError) as fault:
            faults.append(str(fault))
    raise Rejected("bad-signature", "; ".join(dict.fromkeys(faults)))


def _signed_with(data: bytes, certificate: Certificate) -> bytes:
    _refuse_weak(certificate)
    expected = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=ACCEPTED,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,  # only the certificate's key counts
        verification_time=certificate.not_valid_before_utc,  # when it was valid, the caller asks
    )
    found = XMLVerifier().verify(data, x509_cert=certificate, expect_config=expected)
    one = found[0] if isinstance(found, list) else found  # one reference, one result
    return one.signed_data


def _refuse_weak(certificate: Certificate) -> None:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm as fault:
        raise ValueError("the certificate has a key of an unknown kind") from fault
    if isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
        raise ValueError(f"an RSA key of {key.key_size} bits")
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise ValueError("the certificate has neither an RSA nor an elliptic curve key")
