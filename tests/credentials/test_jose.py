"""JWS with every algorithm, and everything that is refused (issue D, items 1 and 2)."""

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from credentials.proofs import jose
from credentials.proofs.sealing import Seal
from tests.factories.seals import FRAGMENTS, seal

pytestmark = pytest.mark.once

# RFC 7515, A.3: ES256. RFC 8037, A.4 and A.5: Ed25519.
PUBLISHED = {
    "ES256": (
        (
            "eyJhbGciOiJFUzI1NiJ9"
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
    ),
    "EdDSA": (
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
            ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    ),
}


class Elsewhere(ec.EllipticCurvePrivateKey):
    """A signer that signs and gives its public half, and nothing else."""

    def __init__(self, kept):
        self.kept = kept

    curve = ec.SECP256R1()
    key_size = 256

    def public_key(self):
        return self.kept.public_key()

    def sign(self, data, signature_algorithm):
        return self.kept.sign(data, signature_algorithm)

    def exchange(self, algorithm, peer_public_key):
        raise NotImplementedError

    def private_numbers(self):
        raise NotImplementedError

    def private_bytes(self, encoding, format, encryption_algorithm):  # noqa: A002
        raise NotImplementedError

    __copy__ = __deepcopy__ = None


def forged(header: dict, *, payload: bytes = b"{}", signature: bytes = b"x" * 64) -> str:
    return ".".join(jose.encode(part) for part in (json.dumps(header).encode(), payload, signature))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_vector_holds(name):
    token, jwk = PUBLISHED[name]
    key = jose.from_jwk(jwk)

    assert jose.is_signed(jose.read(token), key=key)
    assert jose.public_jwk(key) == jwk


@pytest.mark.parametrize("algorithm", FRAGMENTS)
def test_what_we_sign_holds_and_nothing_else_does(algorithm):
    mine, other = seal(algorithm), seal(algorithm, did="did:web:other.example")
    token = jose.sign(b'{"a":1}', seal=mine, header={"typ": "JWT"})
    read = jose.read(token)

    assert read.header == {"alg": jose.ALGORITHMS[algorithm], "kid": mine.method, "typ": "JWT"}
    assert read.payload == b'{"a":1}'
    assert jose.is_signed(read, key=mine.private.public_key())
    assert not jose.is_signed(read, key=other.private.public_key())
    for place in range(3):
        parts = token.split(".")
        data = jose.decode(parts[place])
        changes = {0: data.replace(b"JWT", b"jwt"), 1: b'{"a":2}', 2: data[:-1] + bytes([data[-1] ^ 1])}
        parts[place] = jose.encode(changes[place])
        assert not jose.is_signed(jose.read(".".join(parts)), key=mine.private.public_key())


def test_key_of_another_kind_never_holds():
    token = jose.read(jose.sign(b"{}", seal=seal("ES256")))

    assert [jose.is_signed(token, key=seal(one).private.public_key()) for one in FRAGMENTS] == [
        False, True, False,
    ]  # fmt: skip


def test_outside_signer_needs_only_to_sign():
    outside = Seal(
        private=Elsewhere(ec.generate_private_key(ec.SECP256R1())), algorithm="ES256", method="did:x:1#a"
    )

    token = jose.sign(b"{}", seal=outside)

    assert jose.is_signed(jose.read(token), key=outside.private.public_key())


def test_public_key_used_as_a_shared_secret_is_refused():
    """The old trick: a MAC with the published key as its secret."""
    public = json.dumps(jose.public_jwk(seal("RS256").private.public_key())).encode()
    head = jose.encode(b'{"alg":"HS256"}') + "." + jose.encode(b"{}")
    mac = hmac.new(public, head.encode(), hashlib.sha256).digest()

    with pytest.raises(jose.BadToken) as refusal:
        jose.read(f"{head}.{jose.encode(mac)}")

    assert refusal.value.code == "no-proof"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (forged({"alg": "none"}), "no-proof"),
        (forged({"alg": "None"}), "no-proof"),
        (forged({"alg": "HS512"}), "no-proof"),
        (forged({"alg": "ES384"}), "unsupported"),
        (forged({"alg": "PS256"}), "unsupported"),
        (forged({"alg": ["ES256"]}), "unsupported"),
        (forged({}), "no-proof"),
        (forged({"alg": "ES256", "crit": ["b64"], "b64": False}), "unsupported"),
        (forged({"alg": "ES256", "crit": ["exp"]}), "unsupported"),
        (forged({"alg": "ES256", "x": "A" * 20_000}), "too-large"),
        (forged({"alg": "ES256"}, signature=b"x" * 2_000), "too-large"),
        (forged({"alg": "ES256"}, payload=b"x" * 2_100_000), "too-large"),
        (forged({"alg": "ES256"}).rsplit(".", 1)[0] + ".", "bad-proof"),
        (forged({"alg": "ES256"}) + "=", "bad-proof"),
        (forged({"alg": "ES256"}) + ".", "bad-proof"),
        ("eyJ.a.b", "bad-proof"),
        ("", "bad-proof"),
        (jose.encode(b'{"alg":"ES256","alg":"none"}') + ".e30.AAAA", "bad-proof"),
        (jose.encode(b'{"alg":"ES256","a":' + b"[" * 9_000 + b"}") + ".e30.AAAA", "bad-proof"),
        (jose.encode(b"[]") + ".e30.AAAA", "bad-proof"),
        (jose.encode(b"\xff\xfe") + ".e30.AAAA", "bad-proof"),
    ],
)
def test_bad_token_is_refused(token, code):
    with pytest.raises(jose.BadToken) as refusal:
        jose.read(token)

    assert refusal.value.code == code


def test_same_bytes_written_in_another_way_are_refused():
    """Spare bits of the last letter would give one signature many spellings."""
    token = jose.sign(b"{}", seal=seal("ES256"))
    respelled = token[:-1] + next(
        letter
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if letter != token[-1]
        and base64.urlsafe_b64decode(token.split(".")[2][:-1] + letter + "==")
        == base64.urlsafe_b64decode(token.split(".")[2] + "==")
    )

    with pytest.raises(jose.BadToken):
        jose.read(respelled)


def test_short_rsa_key_proves_nothing():
    short = rsa.generate_private_key(65537, 1024)
    token = jose.sign(b"{}", seal=Seal(private=short, algorithm="RS256", method="did:x:1#a"))

    assert not jose.is_signed(jose.read(token), key=short.public_key())


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "OKP", "crv": "X25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "AA"},
        {"kty": "RSA"},
        {"kty": ["EC"], "crv": {}},
    ],
)
def test_bad_jwk_is_refused(jwk):
    with pytest.raises(jose.BadToken):
        jose.from_jwk(jwk)
