"""Keys of the three algorithms and their Multikey form (z6Mk…), which DID documents and did:key use.

Source: https://www.w3.org/TR/controller-document/#Multikey, https://github.com/multiformats/multicodec
"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from credentials.proofs.sealing import Private

Public = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
TEN_LETTERS = 58**10  # small enough for quick arithmetic
DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
ED25519_PUBLIC = b"\xed\x01"
ED25519_SECRET = b"\x80\x26"
P256_PUBLIC = b"\x80\x24"
RSA_PUBLIC = b"\x85\x24"
MAX_LENGTH = 128  # letters; the longest value we read is a signature of 88
MAX_RSA_LENGTH = 900  # letters; RSA of 4096 bits takes 721
RSA_BITS = 3072


class BadKey(ValueError):
    """Not a well-formed multibase value, or not of a key of the kind that is read."""


def generate() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def to_seed(key: Ed25519PrivateKey) -> bytes:
    """The 32 secret bytes, for the key store to encrypt."""
    return key.private_bytes_raw()


def from_seed(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def generated(algorithm: str) -> Private:
    """A new key: "Ed25519", "P-256" or "RSA"."""
    if algorithm == "P-256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "RSA":
        return rsa.generate_private_key(65537, RSA_BITS)
    return generate()


def to_secret(key: Private) -> bytes:
    """What the key store encrypts: the seed of an Ed25519 key, PKCS #8 of another."""
    if isinstance(key, Ed25519PrivateKey):
        return to_seed(key)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def from_secret(secret: bytes, algorithm: str) -> Private:
    """The key again. Raises ValueError or TypeError on what is no such secret."""
    if algorithm == "Ed25519":
        return from_seed(secret)
    key = serialization.load_der_private_key(secret, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise BadKey("neither P-256 nor RSA")
    return key


def algorithm_of(key: Public) -> str:
    """What the register calls the kind of key. Raises BadKey."""
    if isinstance(key, Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, RSAPublicKey):
        return "RSA"
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadKey("neither Ed25519, P-256 nor RSA")
    return "P-256"


def public_multibase(key: Private | Public) -> str:
    """The public key as a Multikey writes it: z6Mk… of Ed25519, zDn… of P-256, z… of RSA."""
    public = key.public_key() if isinstance(key, Private) else key
    if isinstance(public, Ed25519PublicKey):
        return encode(ED25519_PUBLIC + public.public_bytes_raw())
    if isinstance(public, RSAPublicKey):
        return encode(RSA_PUBLIC + public.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    return encode(P256_PUBLIC + public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def any_public_key(multibase: str) -> Public:
    """The public key of any of the three algorithms. Raises BadKey."""
    data = decode(multibase, longest=MAX_RSA_LENGTH)
    try:
        if data.startswith(P256_PUBLIC):
            return EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data[2:])
        if data.startswith(RSA_PUBLIC):
            key = serialization.load_der_public_key(data[2:])
            if isinstance(key, RSAPublicKey):
                return key
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("not a key") from error
    return public_key(multibase)


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
        number, part = divmod(number, TEN_LETTERS)
        for _ in range(5):
            part, pair = divmod(part, 58 * 58)
            letters = PAIRS[pair] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + letters.lstrip(ALPHABET[0])


def decode(multibase: str, *, longest: int = MAX_LENGTH) -> bytes:
    """The bytes of a multibase base58btc value. Raises BadKey."""
    letters = multibase[1:]
    if not multibase.startswith("z") or len(multibase) > longest or not set(letters) <= set(ALPHABET):
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
