"""The certificates of a seal: read, written, and made by ourselves where no trust service vouches for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID

from credentials.proofs.keys import Public
from credentials.proofs.sealing import Private

VALID = timedelta(days=5 * 365)


class BadChain(ValueError):
    """Not certificates in PEM, or the first is not of the key."""


def self_made(
    *, private: Private, organisation: str, identifier: str, country: str, at: datetime
) -> Certificate:
    """A certificate that its own key signs: it names the organisation, and nobody vouches for it.

    `identifier` is its organisation identifier (ETSI EN 319 412-1), by which a credential says who sealed it.
    For electronic seals: digital signature and content commitment, five years from `at`.
    """
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, identifier),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, organisation[:64]),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_seals(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, None if isinstance(private, Ed25519PrivateKey) else hashes.SHA256())
    )


def read(pem: str, *, key: Public | None = None) -> tuple[Certificate, ...]:
    """The chain, its own first, which must be of `key` where one is given. Raises BadChain."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(pem.encode()))
        own = chain[0].public_key()
    except (ValueError, IndexError) as error:
        raise BadChain("not certificates in PEM") from error
    if key is not None and own != key:
        raise BadChain("the first certificate is of another key")
    return chain


def write(chain: Iterable[Certificate]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


def _for_seals() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
