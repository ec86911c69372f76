"""What every seal needs: an institution's private key, its names, and its certificates."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509 import Certificate

Private = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A key to seal with. `algorithm` is "Ed25519", "ES256" or "RS256"; `method` is the verification method.

    `private` is of one of `cryptography`'s abstract classes: an outside signer is a subclass whose `sign`
    asks elsewhere. `chain` holds the certificates of a seal key, its own first, and is empty without any.
    """

    private: Private = field(repr=False)
    algorithm: str
    method: str
    chain: tuple[Certificate, ...] = ()
