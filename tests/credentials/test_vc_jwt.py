"""The badge as VC-JWT (issue D, item 1; Open Badges 3.0 §8.2)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.verifier import OB3Verifier

from credentials.formats import did, open_badge, status_list
from credentials.proofs import canonical, contexts, data_integrity, jose, vc_jwt
from tests import annex1
from tests.factories.awards import DID, LIST_URL, award, odd_awards
from tests.factories.seals import FRAGMENTS, resolve, seal

pytestmark = pytest.mark.once
AT = datetime(2026, 11, 22, tzinfo=UTC)


def token_of(payload: dict, *, algorithm="ES256", **header) -> str:
    """Whatever an issuer might sign, right or wrong."""
    return jose.sign(json.dumps(payload).encode(), seal=seal(algorithm), header=header)


def code_of(token: str, *, at=AT) -> str:
    return vc_jwt.verify(token, resolve=resolve, at=at).code


def payload_of(**changes) -> dict:
    whole = json.loads(jose.read(vc_jwt.sign(open_badge.document(award()), seal=seal())).payload)
    return {name: value for name, value in (whole | changes).items() if value is not None}


@pytest.mark.parametrize("algorithm", FRAGMENTS)
def test_badge_as_jwt_says_its_own_claims_and_the_whole_badge(algorithm):
    badge = open_badge.document(award())

    token = vc_jwt.sign(badge, seal=seal(algorithm))
    read = jose.read(token)

    assert read.header == {"alg": jose.ALGORITHMS[algorithm], "kid": seal(algorithm).method, "typ": "JWT"}
    assert json.loads(read.payload) == badge | {
        "iss": DID,
        "jti": "urn:uuid:0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11",
        "sub": "urn:uuid:6d4dbd1c-1e4c-4f8e-a4a4-bb5f0a4a8e22",
        "nbf": 1790890200,
        "exp": 1885582799,
    }
    assert vc_jwt.read(token) == badge
    assert code_of(token) == "verified"


def test_fifty_odd_awards_lose_nothing():
    for one in odd_awards():
        badge = open_badge.document(one)
        token = vc_jwt.sign(badge, seal=seal())
        assert annex1.elements(json.loads(jose.read(token).payload)) == annex1.elements(badge)
        assert (vc_jwt.read(token), code_of(token)) == (badge, "verified")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "did:web:other.example"}, "contradiction"),
        ({"jti": "urn:uuid:another"}, "contradiction"),
        ({"sub": "urn:uuid:another"}, "contradiction"),
        ({"nbf": 1}, "contradiction"),
        ({"nbf": "1790890200"}, "contradiction"),
        ({"exp": 4102444800}, "contradiction"),
        ({"exp": 1885582799.7}, "verified"),
        ({"nbf": None, "exp": None, "sub": None, "jti": None, "iss": None}, "verified"),
        ({"validUntil": None, "exp": 1795000000}, "expired-proof"),
        ({"validUntil": None, "exp": 1796000000}, "verified"),
        ({"validUntil": None, "exp": "soon"}, "bad-proof"),
        ({"validFrom": None, "nbf": 1796000000}, "early-proof"),
        ({"vc": {}}, "unsupported"),
        ({"issuer": "did:web:other.example", "iss": None}, "wrong-controller"),
        ({"issuer": None}, "wrong-controller"),
        ({"name": "\x00"}, "control-character"),
    ],
)
def test_envelope_must_say_what_the_credential_says(changes, code):
    token = token_of(payload_of(**changes), typ="JWT")

    assert code_of(token, at=datetime.fromtimestamp(1795500000, UTC)) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "verified"),
        ({"typ": "JWT"}, "verified"),
        ({"typ": "vc+jwt", "cty": "vc"}, "verified"),
        ({"typ": "application/vc+jwt"}, "verified"),
        ({"typ": "kb+jwt"}, "unsupported"),
        ({"typ": "vp+jwt"}, "unsupported"),
        ({"cty": "vp"}, "unsupported"),
        ({"kid": "#key-2"}, "verified"),
        ({"kid": "#key-1"}, "bad-signature"),
        ({"kid": f"{DID}#key-9"}, "unknown-key"),
        ({"kid": "did:web:other.example#key-2"}, "wrong-controller"),
        ({"kid": ""}, "unknown-key"),
        ({"kid": "", "jwk": jose.public_jwk(seal().private.public_key())}, "unknown-key"),
    ],
)
def test_header_decides_what_is_believed(header, code):
    """A key that the token itself brings is nobody's."""
    assert code_of(token_of(payload_of(), **header)) == code


def test_token_of_a_day_before_and_after_holds_alike():
    """Time is the validity line's, not the signature's."""
    token = vc_jwt.sign(open_badge.document(award()), seal=seal())

    assert code_of(token, at=AT - timedelta(days=9_000)) == "verified"
    assert code_of(token, at=AT + timedelta(days=9_000)) == "verified"


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJ.eyJ.x", "😀.e30.e30", "e30.e30.e30"])
def test_what_is_no_token_is_refused_by_both_doors(token):
    assert code_of(token) in ("bad-proof", "no-proof")
    with pytest.raises(canonical.NotCanonical):
        vc_jwt.read(token)


def test_openbadgeslib_verifies_it_and_refuses_the_altered_one():
    """Another implementation, with the public key alone."""
    badge = open_badge.document(award(valid_until=None))
    token = vc_jwt.sign(badge, seal=seal("ES256"))
    verifier = OB3Verifier(pem_of(seal("ES256")), issuer_did=DID)

    assert verifier.verify(token).id == badge["id"]
    for place in range(3):
        with pytest.raises(LibOpenBadgesException):
            verifier.verify(altered(token, place))


def pem_of(one) -> bytes:
    public = one.private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def altered(token: str, place: int) -> str:
    parts = token.split(".")
    data = jose.decode(parts[place])
    parts[place] = jose.encode(
        {0: data.replace(b"JWT", b"jwt"), 1: data.replace(b"7.5", b"9.5"), 2: data[::-1]}[place]
    )
    return ".".join(parts)


@pytest.fixture
def verdict(peers, tmp_path):
    """What the npm peers say of tokens, with the DID document that the product publishes."""

    def judge(*tokens: str) -> list[tuple[int, set[str]]]:
        bits = status_list.with_bit(status_list.blank(), 7)
        unsigned = status_list.document(
            list_url=LIST_URL, issuer=DID, bits=bits, valid_from=award().issued_at
        )
        listed = data_integrity.sign(
            unsigned,
            key=seal("Ed25519").private,
            verification_method=seal("Ed25519").method,
            created=award().issued_at,
            contexts=contexts.known(),
        )
        methods = [
            did.Method(fragment=fragment, key=seal(one).private.public_key())
            for one, fragment in FRAGMENTS.items()
        ]
        published = did.document(DID, methods)
        for name, document in {"did.json": published, "status.json": listed}.items():
            (tmp_path / name).write_text(json.dumps(document))
        return [of(token) for token in tokens]

    def of(token: str) -> tuple[int, set[str]]:
        (tmp_path / "token.jwt").write_text(token)
        files = (tmp_path / "token.jwt", tmp_path / "did.json", "--status", tmp_path / "status.json")
        code, said = peers.says("verify_openbadge.mjs", *files, "--now", "2026-11-22T00:00:00Z", "--quiet")
        return code, {line.split(":")[0] for line in said}

    return judge


@pytest.mark.peers
@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_npm_peers_accept_the_jwt_and_refuse_the_altered_one(verdict, algorithm):
    token = vc_jwt.sign(open_badge.document(award()), seal=seal(algorithm))

    accepted, refused = verdict(token, altered(token, 1))

    assert accepted == (0, {"RESULT PASS"})
    assert (refused[0], "FAIL signature[jose]" in refused[1]) == (1, True)
