"""Seals with certificates: an authority that exists in the tests only, and keys it vouches for."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from credentials.proofs.sealing import Seal
from tests.factories.seals import seal

HOLDER = "NTRFI-1234567-8"  # the organisation identifier in the certificates of seals
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


@cache
def certified(algorithm: str = "ES256", *, name: str = "Jyväskylän ammattikorkeakoulu") -> Seal:
    """The factory's seal of that algorithm with its chain: its own certificate and the authority's."""
    bare = seal(algorithm)
    own = _signed(name=name, key=bare.private, is_authority=False)
    return replace(bare, chain=(own, authority()))


@cache
def authority() -> x509.Certificate:
    return _signed(name=AUTHORITY, key=_authority_key(), is_authority=True)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


AUTHORITY = "Test authority"


@cache
def _authority_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _signed(*, name: str, key, is_authority: bool) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .sign(_authority_key(), hashes.SHA256())
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority, key_cert_sign=is_authority,
        crl_sign=is_authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(text: str) -> x509.Name:
    holder = [x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, HOLDER)] if text != AUTHORITY else []
    return x509.Name(
        [
            *holder,
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FI"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, text),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )
