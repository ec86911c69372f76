"""Seals of every algorithm, made once, and one whose private half is elsewhere."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credentials.proofs.sealing import Seal
from tests.factories.awards import DID

FRAGMENTS = {"Ed25519": "key-1", "ES256": "key-2", "RS256": "key-3"}


def seal(algorithm: str = "ES256", *, did: str = DID) -> Seal:
    """The same one every time, as an institution has one key of a kind."""
    return _made(algorithm, did)


@cache
def _made(algorithm: str, did: str) -> Seal:
    make = {
        "Ed25519": ed25519.Ed25519PrivateKey.generate,
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
    }
    return Seal(private=make[algorithm](), algorithm=algorithm, method=f"{did}#{FRAGMENTS[algorithm]}")


def resolve(method: str):
    """The published half of those of the factory's issuer."""
    return next(
        (seal(one).private.public_key() for one in FRAGMENTS if seal(one).method == method),
        None,
    )
