"""What is encrypted at rest: AES-GCM under the newest of some keys, each bound to what it is about."""

import binascii
import os
from base64 import urlsafe_b64decode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes; stands before the ciphertext


class CannotOpen(Exception):
    """None of the keys opens it, or it is about something else."""


class WrongKey(Exception):
    """A key is not 32 bytes, base64url."""


def seal(secret: bytes, *, about: str, keys: Sequence[str]) -> bytes:
    """Encrypted under the first key. Raises WrongKey."""
    nonce = os.urandom(NONCE)
    return nonce + _ciphers(keys)[0].encrypt(nonce, secret, about.encode())


def opened(sealed: bytes, *, about: str, keys: Sequence[str]) -> bytes:
    """Raises CannotOpen, WrongKey."""
    for cipher in _ciphers(keys):
        try:
            return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except InvalidTag:
            continue
    raise CannotOpen(about)


def _ciphers(keys: Sequence[str]) -> list[AESGCM]:
    return [_cipher(one) for one in keys]


def _cipher(written: str) -> AESGCM:
    try:
        secret = urlsafe_b64decode(written)
    except binascii.Error as error:
        raise WrongKey("is not base64url") from error
    if len(secret) != 32:
        raise WrongKey("must hold 32 bytes, base64url")
    return AESGCM(secret)
