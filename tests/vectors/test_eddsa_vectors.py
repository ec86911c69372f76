"""The W3C's test vectors of eddsa-rdfc-2022 and eddsa-jcs-2022, byte for byte."""

import hashlib
import json
from datetime import UTC, datetime

import pytest

from credentials.proofs import canonical, contexts, data_integrity, keys

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, tzinfo=UTC)
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)


@pytest.fixture
def vectors(reference):
    return reference / "w3c-di-eddsa"


@pytest.fixture
def known(reference):
    return contexts.known(reference / "contexts")  # the examples' context is in no package


def load(path):
    return json.loads(path.read_text("utf-8"))


def test_canonical_form_is_the_published_one(vectors, known):
    published = (vectors / "eddsa-rdfc-2022/canonDocDataInt.txt").read_bytes()

    assert canonical.nquads(load(vectors / "unsigned.json"), known) == published


def test_proof_options_have_the_published_canonical_form(vectors, known):
    published = (vectors / "eddsa-rdfc-2022/proofCanonDataInt.txt").read_bytes()

    assert canonical.nquads(load(vectors / "eddsa-rdfc-2022/proofConfigDataInt.json"), known) == published
    assert (
        hashlib.sha256(published).hexdigest()
        == (vectors / "eddsa-rdfc-2022/proofHashDataInt.txt").read_text()
    )


def test_hash_data_is_the_published_one(vectors, known):
    options = load(vectors / "eddsa-rdfc-2022/proofConfigDataInt.json")

    hashed = data_integrity.hash_data(load(vectors / "unsigned.json"), options, known)

    assert hashed.hex() == (vectors / "eddsa-rdfc-2022/combinedHashDataInt.txt").read_text().strip()


def test_sign_makes_the_published_signature(vectors, known):
    pair, published = load(vectors / "keyPair.json"), load(vectors / "eddsa-rdfc-2022/signedDataInt.json")
    method = published["proof"]["verificationMethod"]

    signed = data_integrity.sign(
        load(vectors / "unsigned.json"),
        key=keys.private_key(pair["privateKeyMultibase"]),
        verification_method=method,
        created=CREATED,
        contexts=known,
    )

    assert signed == published | {"proof": [published["proof"]]}


def test_key_pair_belongs_together(vectors):
    pair = load(vectors / "keyPair.json")

    assert keys.public_multibase(keys.private_key(pair["privateKeyMultibase"])) == pair["publicKeyMultibase"]


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022/signedDataInt.json", "eddsa-jcs-2022/signedJCS.json"])
def test_verify_accepts_the_published_document(vectors, known, name):
    signed = load(vectors / name)
    method = signed["proof"]["verificationMethod"]

    found = data_integrity.verify(
        signed, resolve=keys.did_key_public, at=AT, contexts=known, controller=method.partition("#")[0]
    )

    assert found == data_integrity.Verification(code="verified", method=method, created=CREATED)


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022/signedDataInt.json", "eddsa-jcs-2022/signedJCS.json"])
def test_verify_refuses_the_published_document_when_altered(vectors, known, name):
    altered = load(vectors / name) | {"name": "Alumna Credential"}
    did = altered["proof"]["verificationMethod"].partition("#")[0]

    found = data_integrity.verify(altered, resolve=keys.did_key_public, at=AT, contexts=known, controller=did)

    assert found.code == "bad-signature"


def test_verify_wants_the_proof_by_the_issuer(vectors, known):
    signed = load(vectors / "eddsa-rdfc-2022/signedDataInt.json")

    found = data_integrity.verify(signed, resolve=keys.did_key_public, at=AT, contexts=known)

    assert found.code == "wrong-controller"
