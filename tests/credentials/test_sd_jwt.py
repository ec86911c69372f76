"""SD-JWT issued, presented and read (issue D, items 1 and 5; RFC 9901)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from openvc.errors import OpenvcError
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite

from credentials.proofs import disclosing, jose, sd_jwt
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.verdict import Rejected
from tests.factories.awards import DID
from tests.factories.seals import resolve, seal

pytestmark = pytest.mark.once
AT = datetime(2026, 11, 22, tzinfo=UTC)
HOLDER = seal("ES256", did="did:web:holder.example")
CLAIMS = {
    "iss": DID,
    "vct": "urn:example:1",
    "nbf": 1_700_000_000,
    "cnf": {"jwk": jose.public_jwk(HOLDER.private.public_key())},
    "title": "Data",
    "family_name": "Åström",
    "grade": {"code": "4"},
    "outcomes": ["a", "b"],
}
HIDDEN = {"family_name", "grade", "outcomes"}
# The issuer of the examples in RFC 9901, appendix A.5.
PUBLISHED_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}


def salts() -> Iterator[str]:
    for number in range(1_000):
        yield jose.encode(number.to_bytes(16, "big"))


def issued(claims=None, *, hidden=HIDDEN, algorithm="ES256") -> str:
    numbers = salts()
    return sd_jwt.issue(claims or CLAIMS, hidden=hidden, seal=seal(algorithm), salt=lambda: next(numbers))


def code_of(token: str, **asked) -> str:
    return sd_jwt.verify(token, resolve=resolve, at=AT, **asked).code


def made(payload: dict, *disclosures: list, typ="dc+sd-jwt") -> str:
    """Whatever an issuer might sign beside whatever somebody might send along."""
    data = json.dumps({"iss": DID, "vct": "urn:example:1"} | payload).encode()
    texts = [jose.encode(json.dumps(one).encode()) for one in disclosures]
    return "~".join((jose.sign(data, seal=seal(), header={"typ": typ}), *texts, ""))


def digest(*disclosure) -> str:
    return disclosing.digest(jose.encode(json.dumps(list(disclosure)).encode()))


def said(token: str) -> dict:
    return sd_jwt.claims(sd_jwt.read(token))


def test_published_sd_jwt_holds_and_its_disclosures_are_ours_letter_by_letter(reference):
    """The SD-JWT VC of OpenID4VCI 1.0, signed with the key of RFC 9901."""
    text = (reference / "openid4vci-1.0/examples/credential_response_sd_jwt_vc.txt").read_text()
    body = "".join(line.strip() for line in text.partition("\n\n")[2].splitlines())
    token = json.loads(body)["credentials"][0]["credential"]
    presented = sd_jwt.read(token)

    whole = said(token)
    again = [
        disclosing.make(json.loads(jose.decode(one.text))[0], one.name, one.value)
        for one in presented.disclosures
    ]

    assert jose.is_signed(presented.signed, key=jose.from_jwk(PUBLISHED_KEY))
    assert again == [one.text for one in presented.disclosures]
    assert {name: whole[name] for name in ("given_name", "is_over_65", "vct", "address")} == {
        "given_name": "John",
        "is_over_65": True,
        "vct": "https://credentials.example.com/identity_credential",
        "address": {
            "street_address": "123 Main St",
            "locality": "Anytown",
            "region": "Anystate",
            "country": "US",
        },
    }


def test_published_disclosure_has_its_published_digest():
    """RFC 9901, 4.2.1 and 4.2.3."""
    text = disclosing.make("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")

    assert text == "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert disclosing.digest(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519", "RS256"])
def test_issued_token_hides_what_it_should_and_gives_it_all_back(algorithm):
    token = issued(algorithm=algorithm)
    payload = json.loads(jose.read(token.split("~")[0]).payload)

    assert payload.keys() == (CLAIMS.keys() - HIDDEN) | {"_sd", "_sd_alg"}
    assert payload["_sd"] == sorted(payload["_sd"])
    assert said(token) == CLAIMS
    assert code_of(token) == "verified"


def test_presentation_shows_what_was_chosen_and_nothing_else():
    shown = sd_jwt.present(issued(), shown={"grade", "title"})

    assert said(shown) == {name: value for name, value in CLAIMS.items() if name not in HIDDEN - {"grade"}}
    assert "Åström" not in str([jose.decode(one) for one in shown.split("~")[1:-1]])
    assert code_of(shown) == "verified"
    assert len(shown) < len(issued())
    with pytest.raises(KeyError):
        sd_jwt.present(shown, shown={"family_name"})


def test_presentation_keeps_what_hangs_below_a_shown_claim():
    """RFC 9901, 4.2.6: a disclosure inside of a disclosure, and elements of an array."""
    inner, element = ["s1", "street", "Katu 1"], ["s2", "fi"]
    outer = ["s3", "address", {"_sd": [digest(*inner)], "country": "FI"}]
    token = made(
        {"_sd": [digest(*outer)], "languages": ["en", {"...": digest(*element)}, {"...": "decoy"}]},
        inner,
        element,
        outer,
    )

    assert said(sd_jwt.present(token, shown={"address"})) == {
        "iss": DID,
        "vct": "urn:example:1",
        "address": {"country": "FI", "street": "Katu 1"},
        "languages": ["en"],
    }
    assert said(sd_jwt.present(token, shown={"languages"}))["languages"] == ["en", "fi"]
    assert code_of(token) == "verified"


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "status"])
def test_what_readers_must_see_cannot_be_hidden(name):
    with pytest.raises(ValueError, match=name):
        issued(CLAIMS | {"exp": 1, "status": {}}, hidden={name})


TOKENS = [
    (made({}), "verified"),
    (made({"_sd": ["decoy"]}), "verified"),
    (made({}, typ="JWT"), "unsupported"),
    (made({}, typ="kb+jwt"), "unsupported"),
    (made({"vct": ""}), "bad-proof"),
    (made({"_sd_alg": "md5"}), "unsupported"),
    (made({}, ["s", "name", "added"]), "bad-proof"),
    (made({"_sd": [digest("s", "a", 1)]}, ["s", "a", 1], ["s", "a", 1]), "bad-proof"),
    (made({"_sd": [digest("s", "a", 1)] * 2}, ["s", "a", 1]), "bad-proof"),
    (made({"_sd": ["x"], "in": {"_sd": ["x"]}}), "bad-proof"),
    (made({"a": 1, "_sd": [digest("s", "a", 2)]}, ["s", "a", 2]), "bad-proof"),
    (made({"_sd": [digest("s", "_sd", [])]}, ["s", "_sd", []]), "bad-proof"),
    (made({"_sd": [digest("s", "...", 1)]}, ["s", "...", 1]), "bad-proof"),
    (made({"_sd": [digest("s", 1)]}, ["s", 1]), "bad-proof"),
    (made({"a": [{"...": digest("s", "a", 1)}]}, ["s", "a", 1]), "bad-proof"),
    (made({"a": [{"...": "x", "b": 1}]}), "bad-proof"),
    (made({"a": {"...": "x"}}), "bad-proof"),
    (made({"_sd": "x"}), "bad-proof"),
    (made({"_sd": [1]}), "bad-proof"),
    (made({"_sd": [digest("s", "exp", 9e9)]}, ["s", "exp", 9e9]), "bad-proof"),
    (made({"status": {"_sd": [digest("s", "a", 1)]}}, ["s", "a", 1]), "bad-proof"),
    (made({}, ["s", 5, 1]), "not-json"),
    (made({}, ["s"]), "not-json"),
    (made({}, {"s": 1}), "not-json"),
    (made({}) + "not base64~", "not-json"),
    (made({}).rstrip("~"), "not-json"),
    (made({}, *(["s", str(number), 1] for number in range(501))), "too-large"),
    ("~", "not-json"),
    ("", "not-json"),
    (made({"iss": "did:web:other.example"}), "wrong-controller"),
    (made({"iss": None}), "null-value"),
    (made({"_sd": [digest("s", "a", [[]])]}, ["s", "a", [[]]]), "verified"),
    (made({}) + made({}).split("~")[0], "bad-binding"),
]


@pytest.mark.parametrize(
    ("token", "code"), TOKENS, ids=[f"{number}-{code}" for number, (_token, code) in enumerate(TOKENS)]
)
def test_hostile_token_is_refused(token, code):
    assert code_of(token) == code


def test_altered_token_is_refused():
    token = issued()
    jwt, first, *rest = token.split("~")
    name, value = json.loads(jose.decode(first))[1:]
    changed = jose.encode(json.dumps(["s", name, f"{value}!"]).encode())

    assert code_of("~".join((jwt, changed, *rest))) == "bad-proof"
    assert code_of("~".join((issued(CLAIMS | {"title": "x"}).split("~")[0], first, *rest))) == "verified"
    _head, body, signature = jwt.split(".")
    other = issued(CLAIMS | {"title": "x"}).split(".")[1]
    assert code_of(token.replace(body, other)) == "bad-signature"
    assert code_of(token.replace(signature[:6], signature[5::-1])) == "bad-signature"


def test_holder_binds_one_presentation_to_one_reader():
    shown = sd_jwt.present(issued(), shown={"grade"})
    bound = sd_jwt.bind(shown, holder=HOLDER, audience="https://verifier.example", nonce="n1", at=AT)
    asked = {"audience": "https://verifier.example", "nonce": "n1"}
    jwt, _disclosure, binding = bound.split("~")

    assert code_of(bound, **asked) == "verified"
    assert code_of(bound) == "verified"
    assert code_of(shown, **asked) == "bad-binding"
    assert code_of(bound, **asked | {"nonce": "n2"}) == "bad-binding"
    assert code_of(bound, **asked | {"audience": "https://other.example"}) == "bad-binding"
    assert code_of(f"{jwt}~{binding}") == "bad-binding"
    late = sd_jwt.verify(bound, resolve=resolve, at=AT + timedelta(hours=1), **asked)
    assert late.code == "bad-binding"
    other = sd_jwt.bind(shown, holder=seal(), audience="https://verifier.example", nonce="n1", at=AT)
    assert code_of(other, **asked) == "bad-binding"


def test_openvc_reads_what_we_issue_and_refuses_it_altered():
    """Another implementation."""
    bound = sd_jwt.bind(
        sd_jwt.present(issued(), shown={"grade", "family_name"}),
        holder=HOLDER,
        audience="https://verifier.example",
        nonce="n1",
        at=AT,
    )
    asked = {
        "public_key_jwk": jose.public_jwk(seal().private.public_key()),
        "audience": "https://verifier.example",
        "nonce": "n1",
        "require_key_binding": True,
        "now": AT,
    }
    suite = SdJwtVcProofSuite()

    read = suite.verify(bound, **asked)

    assert (read.claims, read.vct, read.key_bound) == (
        {name: value for name, value in CLAIMS.items() if name != "outcomes"}, "urn:example:1", True,
    )  # fmt: skip
    jwt, first, second, binding = bound.split("~")
    for altered in (f"{jwt}~{first}~{binding}", f"{jwt}~{second}~{first}~{binding}", f"{jwt[:-4]}AAAA~"):
        with pytest.raises(OpenvcError):
            suite.verify(altered, **asked)


def test_we_read_what_openvc_issues():
    key = P256SigningKey(seal().private, kid=seal().method)
    token = SdJwtVcProofSuite().issue(dict(CLAIMS), signing_key=key, disclosable=sorted(HIDDEN))

    assert code_of(token) == "verified"
    assert {name: said(token)[name] for name in CLAIMS} == CLAIMS


def test_no_claim_is_read_from_a_token_that_contradicts_itself():
    with pytest.raises(Rejected):
        said(made({"a": 1, "_sd": [digest("s", "a", 2)]}, ["s", "a", 2]))
    with pytest.raises(NotCanonical):
        said("x~y")
