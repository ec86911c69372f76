"""A wallet's proof that it holds a key (issue D, 7; OpenID4VCI 1.0, appendix F.1)."""

from datetime import UTC, datetime

import pytest

from credentials.proofs import jose, key_proof, keys
from credentials.proofs.verdict import Rejected
from tests.factories.wallets import jwk, key, proof

pytestmark = pytest.mark.once
# As RSA keys are written in did:key, but of a kind that nobody knows (1.3.101.121).
NO_SUCH_KIND = keys.encode(keys.RSA_PUBLIC + bytes.fromhex("302a300506032b6579032100") + bytes(32))
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ISSUER = "https://registry.example/institutions/oamk"


def named(kind: str, method: str) -> dict:
    """The header that names the key in one of the three ways."""
    private = key(kind)
    if method == "jwk":
        return {"jwk": jwk(private)}
    if method == "did:jwk":
        return {"kid": key_proof.did_jwk(jwk(private)) + "#0"}
    name = keys.public_multibase(private)
    return {"kid": f"did:key:{name}#{name}"}


def check(text: str, **values) -> key_proof.Holder:
    return key_proof.check(text, **{"audience": ISSUER, "at": AT} | values)


def made(**values) -> str:
    return proof(**{"audience": ISSUER, "nonce": "n1", "at": AT} | values)


@pytest.mark.parametrize("kind", ["P-256", "Ed25519"])
@pytest.mark.parametrize("method", key_proof.BINDING_METHODS)
def test_proof_names_its_key_in_three_ways(kind, method):
    header = named(kind, method)

    held = check(made(private=key(kind), header=header))

    did = header["kid"].partition("#")[0] if "kid" in header else key_proof.did_jwk(jwk(key(kind)))
    assert held == key_proof.Holder(did=did, jwk=jwk(key(kind)), nonce="n1")


BAD = {
    "for another audience": ({"audience": "https://other.example"}, "bad-proof"),
    "for several": ({"claims": {"aud": [ISSUER]}}, "bad-proof"),
    "without a nonce": ({"claims": {"nonce": None}}, "bad-proof"),
    "of an hour ago": ({"claims": {"iat": AT.timestamp() - 3600}}, "expired-proof"),
    "of a later hour": ({"claims": {"iat": AT.timestamp() + 3600}}, "expired-proof"),
    "without a time": ({"claims": {"iat": None}}, "bad-proof"),
    "with a time that is true": ({"claims": {"iat": True}}, "bad-proof"),
    "that has ended": ({"claims": {"exp": AT.timestamp() - 1}}, "expired-proof"),
    "of another kind": ({"header": {"typ": "JWT", "jwk": jwk(key())}}, "unsupported"),
    "with two names of its key": ({"header": named("P-256", "jwk") | {"kid": "did:jwk:e30"}}, "unsupported"),
    "without a name of its key": ({"header": {}}, "unsupported"),
    "with a certificate": ({"header": {"x5c": ["MIIB"], "jwk": jwk(key())}}, "unsupported"),
    "with a private key": ({"header": {"jwk": jwk(key()) | {"d": "AA"}}}, "bad-proof"),
    "by another key": ({"header": {"jwk": jwk(key(number=2))}}, "bad-signature"),
    "under another's did:key": ({"header": named("Ed25519", "did:key")}, "bad-signature"),
    "with a DID that would be fetched": ({"header": {"kid": "did:web:evil.example#key-1"}}, "unknown-key"),
    "with a did:key of nothing": ({"header": {"kid": "did:key:z6Mkzz"}}, "unknown-key"),
    "with a did:key of no known kind": ({"header": {"kid": f"did:key:{NO_SUCH_KIND}"}}, "unknown-key"),
    "with a did:jwk of nothing": ({"header": {"kid": "did:jwk:eyJ9#0"}}, "not-json"),
    "with another fragment": ({"header": {"kid": key_proof.did_jwk(jwk(key())) + "#1"}}, "unknown-key"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "code"), BAD.values(), ids=BAD)
def test_proof_is_refused(values, code):
    with pytest.raises(Rejected) as refusal:
        check(made(**values))

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "bad-proof"), ("a.b.c", "bad-proof"), ("x" * 9000, "too-large"), ("e30.e30.AA", "no-proof")],
)
def test_what_is_no_proof_is_refused(text, code):
    with pytest.raises(Rejected) as refusal:
        check(text)

    assert refusal.value.code == code


def test_altered_proof_is_refused():
    header, payload, signature = made().split(".")
    altered = jose.encode(jose.decode(payload).replace(b"n1", b"n2"))

    with pytest.raises(Rejected) as refusal:
        check(f"{header}.{altered}.{signature}")

    assert refusal.value.code == "bad-signature"
