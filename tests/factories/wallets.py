"""A wallet's keys, the proofs that it signs with them, and the copies that it takes."""

import json
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credentials.actions import wallet_offers
from credentials.models import Credential
from credentials.proofs import jose, key_proof
from credentials.proofs.sealing import Private, Seal
from credentials.wallet_forms import WALLET_FORMS

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


def copy(credential: Credential, form: str, *, at: datetime) -> str | dict:
    """What a wallet has in the end: offered by the learner, taken at once."""
    house, issuer = credential.institution, "https://registry.example/institutions/x"
    _made, code, digits = wallet_offers.offer(
        credential=credential, form=form, by=credential.learner.user, at=at
    )
    token = wallet_offers.redeem(institution=house, code=code, digits=digits, at=at)
    return wallet_offers.hand_over(
        offer=wallet_offers.open_offer(institution=house, token=token, at=at),
        configuration=WALLET_FORMS[form].configuration,
        proofs=[proof(audience=issuer, nonce=wallet_offers.nonce(at=at), at=at)],
        issuer=issuer,
        at=at,
    )
