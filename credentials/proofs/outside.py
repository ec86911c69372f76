"""A seal whose private half is with a service elsewhere, such as a qualified trust service provider.

Everything that seals takes a `Seal` and calls its private key's `sign`; here that asks the service.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate

from credentials.proofs.sealing import Seal

Sign = Callable[[bytes], bytes]
"""Signs these bytes with SHA-256: ECDSA, in DER, with a key on P-256; PKCS #1 v1.5 with RSA. For a
service that takes digests the callable makes one. It may raise; the error reaches who seals."""


class NotHere(TypeError):
    """The private key itself, or another kind of signature, is asked for: the service gives neither."""


def seal(sign: Sign, *, chain: tuple[Certificate, ...], method: str = "") -> Seal:
    """The seal of the certificates `chain`, its own first: ES256 or RS256 as its key is. Else ValueError."""
    public = chain[0].public_key()
    if isinstance(public, RSAPublicKey):
        return Seal(private=OutsideRSA(public, sign), algorithm="RS256", method=method, chain=chain)
    if isinstance(public, EllipticCurvePublicKey) and public.curve.name == "secp256r1":
        return Seal(private=OutsideEC(public, sign), algorithm="ES256", method=method, chain=chain)
    raise ValueError("the certificate's key is neither RSA nor P-256")


class OutsideEC(EllipticCurvePrivateKey):
    """A P-256 key that a service signs with."""

    def __init__(self, public: EllipticCurvePublicKey, ask: Sign) -> None:
        self._public, self._ask = public, ask

    def public_key(self) -> EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        if not isinstance(signature_algorithm, ECDSA) or not isinstance(
            signature_algorithm.algorithm, SHA256
        ):
            raise NotHere("the service signs with ECDSA and SHA-256")
        return self._ask(bytes(data))

    def exchange(self, *_: Any) -> NoReturn:
        raise NotHere("the service agrees on no keys")

    def private_numbers(self) -> NoReturn:
        raise NotHere("the private key is with the service")

    def private_bytes(self, *_: Any, **__: Any) -> NoReturn:
        raise NotHere("the private key is with the service")

    def __copy__(self) -> "OutsideEC":
        return self

    def __deepcopy__(self, memo: Any) -> "OutsideEC":
        return self


class OutsideRSA(RSAPrivateKey):
    """An RSA key that a service signs with."""

    def __init__(self, public: RSAPublicKey, ask: Sign) -> None:
        self._public, self._ask = public, ask

    def public_key(self) -> RSAPublicKey:
        return self._public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:
        if not isinstance(padding, PKCS1v15) or not isinstance(algorithm, SHA256):
            raise NotHere("the service signs with PKCS #1 v1.5 and SHA-256")
        return self._ask(bytes(data))

    def decrypt(self, *_: Any) -> NoReturn:
        raise NotHere("the service decrypts nothing")

    def private_numbers(self) -> NoReturn:
        raise NotHere("the private key is with the service")

    def private_bytes(self, *_: Any, **__: Any) -> NoReturn:
        raise NotHere("the private key is with the service")

    def __copy__(self) -> "OutsideRSA":
        return self

    def __deepcopy__(self, memo: Any) -> "OutsideRSA":
        return self
