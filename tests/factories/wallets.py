"""A wallet's keys and the proofs that it signs with them."""

import json
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credentials.proofs import jose, key_proof
from credentials.proofs.sealing import Private, Seal

ALGORITHMS = {"P-256": "ES256", "Ed25519": "Ed25519"}


@cache
def key(kind: str = "P-256", number: int = 1) -> Private:
    """The same one every time of a kind and number."""
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
    return ec.derive_private_key(number + 1000, ec.SECP256R1())


def jwk(private: Private) -> dict[str, str]:
    return jose.public_jwk(private.public_key())


def proof(
    *, audience: str, nonce: str, at: datetime, private: Private | None = None, header=None, claims=None
) -> str:
    """A proof as a wallet makes it, its key written out; `header` and `claims` change it."""
    private = private or key()
    algorithm = "Ed25519" if isinstance(private, ed25519.Ed25519PrivateKey) else "ES256"
    said = {"aud": audience, "iat": int(at.timestamp()), "nonce": nonce} | (claims or {})
    named = {"typ": key_proof.TYPE} | ({"jwk": jwk(private)} if header is None else header)
    payload = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    return jose.sign(payload, seal=Seal(private=private, algorithm=algorithm, method=""), header=named)
