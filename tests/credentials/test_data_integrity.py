"""Proofs by us: what we sign verifies, what anybody alters does not (issue A, items 8 and 9)."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.formats import open_badge
from credentials.proofs import canonical, contexts, data_integrity, keys
from tests.factories.awards import DID, award

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, tzinfo=UTC)
CONTEXTS = contexts.known()
KEY = keys.from_seed(bytes(range(32)))
OTHER_KEY = keys.from_seed(bytes(32))
METHOD = f"{DID}#key-1"


def sign(document, key=KEY, method=METHOD):
    return data_integrity.sign(document, key=key, verification_method=method, created=AT, contexts=CONTEXTS)


def verify(document, at=AT):
    return data_integrity.verify(
        document, resolve={METHOD: KEY.public_key()}.get, at=at, contexts=CONTEXTS
    ).code


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    else:
        yield path, value


def altered(document, path, value):
    copy = deepcopy(document)
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return copy


def other(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value}x"


BADGE = sign(open_badge.document(award()))


def test_signed_document_verifies_after_bytes():
    assert verify(canonical.read(open_badge.encode(BADGE))) == "verified"


def test_sign_puts_one_proof_into_an_array():
    proof = BADGE["proof"][0]

    assert BADGE["proof"] == [
        {
            "type": "DataIntegrityProof",
            "created": "2026-11-22T00:00:00Z",
            "verificationMethod": METHOD,
            "cryptosuite": "eddsa-rdfc-2022",
            "proofPurpose": "assertionMethod",
            "proofValue": proof["proofValue"],
        }
    ]


def test_every_altered_value_is_refused():
    """One leaf at a time, contexts and proof included."""
    survivors = [
        path for path, value in leaves(BADGE) if verify(altered(BADGE, path, other(value))) == "verified"
    ]

    assert survivors == []


def test_every_removed_member_is_refused():
    def without(path):
        copy = deepcopy(BADGE)
        place = copy
        for name in path[:-1]:
            place = place[name]
        del place[path[-1]]
        return copy

    survivors = [path for path, _ in leaves(BADGE) if verify(without(path)) == "verified"]

    assert survivors == []


@pytest.mark.parametrize(
    "hidden",
    [
        {"validUntil": None},
        {"validUntil": []},
        {"@id": BADGE["id"]},
    ],
)
def test_member_that_is_not_signed_cannot_be_added(hidden):
    assert verify(BADGE | hidden) != "verified"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
        ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
    ],
)
def test_member_cannot_hide_under_its_address(name, address):
    """The meaning would be the same and the signature would hold, but no reader would look there."""
    value = BADGE[name]
    typed = {"@value": value, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    hidden = {key: item for key, item in BADGE.items() if key != name}
    hidden[address] = typed if isinstance(value, str) else value

    assert verify(hidden) == "keyword"


def test_member_cannot_hide_under_another_name():
    alias = {"until": {"@id": "https://www.w3.org/2018/credentials#validUntil", "@type": "xsd:dateTime"}}
    hidden = BADGE | {"@context": [*BADGE["@context"], alias], "until": BADGE["validUntil"]}
    del hidden["validUntil"]

    assert verify(hidden) == "inline-context"


def proof_with(**changes):
    proof = BADGE["proof"][0] | changes
    return BADGE | {"proof": [{name: value for name, value in proof.items() if value is not None}]}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({name: value for name, value in BADGE.items() if name != "proof"}, "no-proof"),
        (BADGE | {"proof": []}, "no-proof"),
        (BADGE | {"proof": ["x"]}, "unsupported"),
        (BADGE | {"proof": BADGE["proof"] * 6}, "too-many-proofs"),
        (BADGE | {"proof": [*BADGE["proof"], {"type": "Ed25519Signature2020"}]}, "unsupported"),
        (proof_with(cryptosuite="ecdsa-rdfc-2019"), "unsupported"),
        (proof_with(cryptosuite=["eddsa-rdfc-2022"]), "unsupported"),
        (proof_with(previousProof="urn:x:y"), "unsupported"),
        (proof_with(proofPurpose="authentication"), "wrong-purpose"),
        (proof_with(proofPurpose=None), "bad-proof"),
        (proof_with(proofValue="z!"), "bad-proof"),
        (proof_with(proofValue="z" + "1" * 500), "bad-proof"),
        (proof_with(proofValue="uAAAA"), "bad-proof"),
        (proof_with(proofValue=7), "bad-proof"),
        (proof_with(created="yesterday"), "bad-proof"),
        (proof_with(verificationMethod="key-1"), "bad-proof"),
        (proof_with(verificationMethod=f"{DID}#key-2"), "unknown-key"),
        (proof_with(verificationMethod="did:web:evil.example#key-1"), "wrong-controller"),
        (proof_with(expires="2026-01-01T00:00:00Z"), "expired-proof"),
        (proof_with(**{"@context": ["https://w3id.org/security/data-integrity/v2"]}), "bad-proof"),
        (BADGE | {"issuer": "did:web:evil.example"}, "wrong-controller"),
        (BADGE | {"issuer": {}}, "wrong-controller"),
        (sign(open_badge.document(award()), key=OTHER_KEY), "bad-signature"),
        ({}, "no-proof"),
    ],
)
def test_verify_says_why_not(document, code):
    assert verify(document) == code


def test_proof_with_an_end_holds_until_then():
    options = {
        "type": "DataIntegrityProof",
        "created": "2026-11-22T00:00:00Z",
        "expires": "2026-11-23T00:00:00Z",
        "verificationMethod": METHOD,
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
    }
    unsigned = open_badge.document(award())
    value = keys.encode(KEY.sign(data_integrity.hash_data(unsigned, options, CONTEXTS)))
    document = unsigned | {"proof": options | {"proofValue": value}}

    assert [verify(document, at=AT + timedelta(hours=hours)) for hours in (23, 25)] == [
        "verified",
        "expired-proof",
    ]


names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in [*range(32), 127]]),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(names)
def test_any_name_survives_signing_and_bytes(name):
    """Quotes, backslashes, astral letters, right-to-left marks: what people are called."""
    document = deepcopy(open_badge.document(award()))
    document["credentialSubject"]["identifier"][0]["identityHash"] = name

    received = canonical.read(open_badge.encode(sign(document)))

    assert verify(received) == "verified"
    assert received["credentialSubject"]["identifier"][0]["identityHash"] == name


def test_threads_sign_alike():
    """PyLD's caches are not made for threads; ours take turns."""
    unsigned, results = open_badge.document(award()), []
    threads = [Thread(target=lambda: results.append(sign(unsigned))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [BADGE] * 8


def test_openbadgeslib_and_openvc_agree():
    """Two Python libraries by another author, as a second opinion; the second reads no array of proofs."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from joserfc.jwk import OKPKey
    from openbadgeslib.ob3.ldp import OB3LdpVerifier
    from openvc.proof.data_integrity import DataIntegrityProofSuite

    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    read = OB3LdpVerifier(pubkey_pem=pem).verify(open_badge.encode(BADGE))
    verified = DataIntegrityProofSuite().verify(
        BADGE | {"proof": BADGE["proof"][0]},
        public_key_jwk=OKPKey.import_key(pem).as_dict(),
        extra_contexts={contexts.OB303: CONTEXTS.documents[contexts.OB303]},
        now=AT,
    )

    assert (read.id, verified.issuer) == (BADGE["id"], DID)
