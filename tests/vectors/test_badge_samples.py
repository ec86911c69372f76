"""Badges of 1EdTech and of the npm peer: the good are accepted, the bad refused, each for its reason."""

from datetime import UTC, datetime

import pytest

from credentials.formats import did, status_list
from credentials.proofs import canonical, contexts, data_integrity, keys, moments, shape

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, tzinfo=UTC)
CONTEXTS = contexts.known()


def key_in_fragment(method):
    """1EdTech's samples name the key in the fragment of its address; it is taken as the issuer's."""
    return keys.public_key(method.partition("#")[2])


def judged(document, resolve):
    """The codes of what is wrong with the document as a whole: shape, proof, validity."""
    found = {problem.code for problem in shape.problems(document, CONTEXTS) if not problem.is_tolerable}
    proof = data_integrity.verify(document, resolve=resolve, at=AT, contexts=CONTEXTS)
    found |= set() if proof.is_verified else {proof.code}
    until = moments.parse(document.get("validUntil"))
    return found | ({"expired"} if until and until < AT else set())


@pytest.mark.parametrize(
    "name", ["simple", "simple-context-alias", "simple-context-version", "complete", "endorsement-valid"]
)
def test_valid_sample_of_1edtech_is_accepted(reference, name):
    document = canonical.read((reference / f"openbadges-3.0/examples/valid/{name}.json").read_bytes())

    assert judged(document, key_in_fragment) == set()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("context", "context"),
        ("issuer", "issuer"),
        ("issuer-type", "badge-node"),
        ("type", "relative-iri"),
        ("issued", "badge-node"),
        ("evidence-type", "badge-node"),
        ("credential-subject-type", "badge-node"),
        ("credential-subject-result-type", "badge-node"),
        ("credential-subject-identifier-type", "badge-node"),
        ("issuer-otheridentifier-type", "badge-node"),
        ("proof-value", "bad-signature"),
        ("proof-method-no-scheme", "bad-proof"),
        ("expired", "expired"),
    ],
)
def test_invalid_sample_of_1edtech_is_refused(reference, name, reason):
    document = canonical.read(
        (reference / f"openbadges-3.0/examples/invalid/simple-err-{name}.json").read_bytes()
    )

    assert reason in judged(document, key_in_fragment)


def test_status_sample_of_1edtech_is_revoked(reference):
    folder = reference / "openbadges-3.0/examples/status"
    badge, published = (
        canonical.read((folder / name).read_bytes())
        for name in ("credential-status-revoked.json", "testlist")
    )

    listed = status_list.read(published)

    assert (judged(badge, key_in_fragment), judged(published, key_in_fragment)) == (set(), set())
    assert listed.purpose == "revocation"
    assert listed.bit(int(badge["credentialStatus"]["statusListIndex"]))


@pytest.fixture
def issuer_key(interop):
    """Finds keys in the DID document of the peer's samples, and in did:key."""
    published = canonical.read((interop / "samples/did-web.json").read_bytes())
    listed = did.methods(published, "did:web:badges.example.fi")

    def resolve(method):
        if method.startswith("did:key:"):
            return keys.did_key_public(method)
        return listed.get(method)

    return resolve


@pytest.mark.parametrize(
    "name", ["good-did-web", "good-did-key", "good-annex1", "status-clear", "status-revoked"]
)
def test_good_sample_of_the_peer_is_accepted(interop, issuer_key, name):
    document = canonical.read((interop / f"samples/{name}.json").read_bytes())

    assert shape.problems(document, CONTEXTS) == []
    assert judged(document, issuer_key) == set()


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("no-proof", {"no-proof"}),
        ("other-issuer", {"wrong-controller"}),
        ("tampered-credits", {"bad-signature"}),
        ("schema-no-criteria", {"badge-node"}),
    ],
)
def test_bad_sample_of_the_peer_is_refused(interop, issuer_key, name, reasons):
    document = canonical.read((interop / f"samples/bad-{name}.json").read_bytes())

    assert judged(document, issuer_key) == reasons


def test_proof_outside_an_array_is_a_tolerable_fault(interop, issuer_key):
    """VC 2.0 allows it, the strict schema of Open Badges does not."""
    document = canonical.read((interop / "samples/bad-schema-proof-object.json").read_bytes())

    assert judged(document, issuer_key) == set()
    assert shape.problems(document, CONTEXTS) == [
        shape.Problem(code="badge-array", path="/proof", detail="not an array", is_tolerable=True)
    ]


def test_status_lists_of_the_peer_differ_in_one_bit(interop):
    clear, revoked = (
        status_list.read(canonical.read((interop / f"samples/status-{name}.json").read_bytes())).bits
        for name in ("clear", "revoked")
    )

    assert int.from_bytes(clear, "big") == 0
    assert int.from_bytes(revoked, "big").bit_count() == 1
