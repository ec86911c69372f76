"""Ed25519 keys and their Multikey form (z6Mk…), which DID documents and did:key use.

Source: https://www.w3.org/TR/controller-document/#Multikey
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
ED25519_PUBLIC = b"\xed\x01"
ED25519_SECRET = b"\x80\x26"
MAX_LENGTH = 128  # letters; the longest value we read is a signature of 88


class BadKey(ValueError):
    """Not a well-formed multibase value, or not of an Ed25519 key."""


def generate() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def to_seed(key: Ed25519PrivateKey) -> bytes:
    """The 32 secret bytes, for the key store to encrypt."""
    return key.private_bytes_raw()


def from_seed(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_multibase(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public key as z6Mk…"""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return encode(ED25519_PUBLIC + public.public_bytes_raw())


def public_key(multibase: str) -> Ed25519PublicKey:
    """The public key that z6Mk… stands for. Raises BadKey."""
    return Ed25519PublicKey.from_public_bytes(_strip(ED25519_PUBLIC, multibase))


def private_key(multibase: str) -> Ed25519PrivateKey:
    """The private key of a secretKeyMultibase (z3u2…), as test vectors write it. Raises BadKey."""
    return Ed25519PrivateKey.from_private_bytes(_strip(ED25519_SECRET, multibase))


def did_key(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    return f"did:key:{public_multibase(key)}"


def did_key_method(did: str) -> str:
    """The one verification method of a did:key: did:key:z6Mk…#z6Mk…"""
    return f"{did}#{did.removeprefix('did:key:')}"


def did_key_public(method: str) -> Ed25519PublicKey:
    """The key of a verification method of a did:key. Raises BadKey."""
    did, _, fragment = method.partition("#")
    if not did.startswith("did:key:") or did.removeprefix("did:key:") != fragment:
        raise BadKey("not a verification method of a did:key")
    return public_key(fragment)


def encode(data: bytes) -> str:
    """Multibase base58btc: "z" and the value."""
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = ALPHABET[digit] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + letters


def decode(multibase: str) -> bytes:
    """The bytes of a multibase base58btc value. Raises BadKey."""
    letters = multibase[1:]
    if not multibase.startswith("z") or len(multibase) > MAX_LENGTH or not set(letters) <= set(ALPHABET):
        raise BadKey("not a base58btc multibase value")
    number = 0
    for letter in letters:
        number = number * 58 + DIGITS[letter]
    zeros = len(letters) - len(letters.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _strip(prefix: bytes, multibase: str) -> bytes:
    data = decode(multibase)
    if not data.startswith(prefix) or len(data) != len(prefix) + 32:
        raise BadKey("not an Ed25519 key")
    return data[len(prefix) :]
