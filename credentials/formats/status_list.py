"""Bitstring Status Lists: one bit for each credential, set when it is revoked.

Source: https://www.w3.org/TR/vc-bitstring-status-list/
"""

import base64
import binascii
import gzip
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.proofs.moments import stamp

VC2 = "https://www.w3.org/ns/credentials/v2"
SIZE = 131_072  # bits; the least that hides one learner among many
MAX_ENCODED = 4_000_000  # letters of a list that somebody else published
MAX_BYTES = 16_777_216


class BadList(ValueError):
    """Not a status list that can be read; the text says why in English."""


@dataclass(frozen=True)
class StatusList:
    """The bits of a list as read; `purpose` is "revocation", "suspension" …"""

    purpose: str
    bits: bytes

    def bit(self, index: int) -> bool:
        """Raises BadList when the list has no such place."""
        if not 0 <= index < len(self.bits) * 8:
            raise BadList(f"the list has {len(self.bits) * 8} places, {index} is not one of them")
        return bool(self.bits[index // 8] & 0x80 >> index % 8)


def blank(size: int = SIZE) -> bytes:
    """A list with no bit set; `size` in bits, a multiple of 8."""
    if size < SIZE or size % 8:
        raise ValueError(f"a list has at least {SIZE} places, in whole bytes")
    return bytes(size // 8)


def with_bit(bits: bytes, index: int, *, is_set: bool = True) -> bytes:
    """A copy with one bit changed. Index 0 is the leftmost bit."""
    if not 0 <= index < len(bits) * 8:
        raise IndexError(index)
    changed, mask = bytearray(bits), 0x80 >> index % 8
    changed[index // 8] = changed[index // 8] | mask if is_set else changed[index // 8] & ~mask
    return bytes(changed)


def document(
    *, list_url: str, issuer: str, bits: bytes, valid_from: datetime, purpose: str = "revocation"
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential that is served at `list_url`."""
    return {
        "@context": [VC2],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(valid_from),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode_list(bits),
        },
    }


def read(credential: dict[str, Any]) -> StatusList:
    """The list inside a status list credential, whose signature the caller has checked. Raises BadList."""
    subject = credential.get("credentialSubject")
    if not isinstance(subject, dict) or "BitstringStatusList" not in _many(subject.get("type")):
        raise BadList("not a BitstringStatusList")
    purpose, encoded = subject.get("statusPurpose"), subject.get("encodedList")
    if not isinstance(purpose, str) or not isinstance(encoded, str):
        raise BadList("statusPurpose or encodedList is missing")
    return StatusList(purpose=purpose, bits=decode_list(encoded))


def encode_list(bits: bytes) -> str:
    """Gzip, then multibase base64url."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode("ascii")


def decode_list(encoded: str) -> bytes:
    """The bits; neither a long text nor one that unpacks to gigabytes gets through. Raises BadList."""
    if not encoded.startswith("u") or len(encoded) > MAX_ENCODED:
        raise BadList("not a multibase base64url value, or too long")
    letters = encoded[1:]
    letters += "=" * (-len(letters) % 4)
    try:
        packed = base64.b64decode(letters, altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, MAX_BYTES)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise BadList(f"encodedList cannot be unpacked: {error}") from error
    if not unpacker.eof:
        raise BadList("encodedList is cut off or unpacks to too much")
    if len(bits) * 8 < SIZE:
        raise BadList(f"the list has fewer than {SIZE} places")
    return bits


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
