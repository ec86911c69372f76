"""Status lists, DID documents, keys and contexts: small formats around a credential (issue A, item 8)."""

import base64
import gzip
import hashlib
import json
import math
from datetime import UTC, datetime

import pytest

from credentials.formats import did, status_list
from credentials.formats.encoding import encode
from credentials.formats.status_list import BadList
from credentials.proofs import contexts, keys, moments, shape

pytestmark = pytest.mark.once

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DID = "did:web:127.0.0.1%3A8000:institutions:oamk"
KEY = keys.from_seed(bytes(range(32)))
PUBLIC = keys.public_multibase(KEY)


def test_status_list_remembers_each_bit():
    bits = status_list.blank()
    for index in (0, 9, 131_071):
        bits = status_list.with_bit(bits, index)
    bits = status_list.with_bit(bits, 9, is_set=False)
    published = status_list.document(
        list_url="https://r.example/status-lists/1", issuer=DID, bits=bits, valid_from=AT
    )

    read = status_list.read(json.loads(encode(published)))

    assert (read.purpose, len(read.bits) * 8) == ("revocation", 131_072)
    assert [index for index in range(131_072) if read.bit(index)] == [0, 131_071]


def test_status_list_document_is_a_credential():
    published = status_list.document(
        list_url="https://r.example/status-lists/1", issuer=DID, bits=status_list.blank(), valid_from=AT
    )

    assert shape.problems(published, contexts.known()) == []
    assert published["credentialSubject"] | {"encodedList": ""} == {
        "id": "https://r.example/status-lists/1#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": "",
    }
    assert published["credentialSubject"]["encodedList"].startswith("uH4sI")


def packed(data):
    return "u" + base64.urlsafe_b64encode(gzip.compress(data)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "H4sIAAAA",
        "u!!!!",
        "u" + "A" * 5_000_000,
        packed(bytes(100)),
        packed(bytes(17_000_000)),
        packed(bytes(16_384))[:40],
    ],
    ids=["empty", "no multibase", "no base64", "long", "few places", "bomb", "cut off"],
)
def test_status_list_that_cannot_be_read_is_refused(encoded):
    with pytest.raises(BadList):
        status_list.decode_list(encoded)


@pytest.mark.parametrize("index", [-1, 131_072])
def test_status_list_has_no_place_outside(index):
    with pytest.raises(BadList):
        status_list.StatusList(purpose="revocation", bits=status_list.blank()).bit(index)


@pytest.mark.parametrize(
    "subject", [None, [], {}, {"type": "BitstringStatusList", "statusPurpose": "revocation"}]
)
def test_credential_without_a_status_list_is_refused(subject):
    with pytest.raises(BadList):
        status_list.read({"credentialSubject": subject})


@pytest.mark.parametrize(
    ("base_url", "code", "expected", "address"),
    [
        ("http://127.0.0.1:8000", "OAMK", DID, "https://127.0.0.1:8000/institutions/oamk/did.json"),
        (
            "https://registry.example/",
            "LAPINAMK",
            "did:web:registry.example:institutions:lapinamk",
            "https://registry.example/institutions/lapinamk/did.json",
        ),
    ],
)
def test_did_of_an_institution(base_url, code, expected, address):
    assert did.did_for(base_url, code) == expected
    assert did.address_of(expected) == address


def test_did_without_a_path_is_at_the_well_known_place():
    assert did.address_of("did:web:badges.example.fi") == "https://badges.example.fi/.well-known/did.json"


@pytest.mark.parametrize(
    "text", ["did:key:z6Mk", "did:web:", "did:web:a/b", "did:web:host:..%2F..", "https://x"]
)
def test_what_is_no_did_web_has_no_address(text):
    if text == "did:web:host:..%2F..":
        assert did.address_of(text) == "https://host/..%2F../did.json"
        return
    with pytest.raises(did.BadDid):
        did.address_of(text)


def test_did_document_gives_its_keys_back():
    methods = [did.Method(fragment=name, key=KEY.public_key()) for name in ("key-1", "key-2")]
    published = json.loads(encode(did.document(DID, methods)))

    assert did.methods(published, DID) == dict.fromkeys((f"{DID}#key-1", f"{DID}#key-2"), KEY.public_key())


def test_did_document_gives_only_keys_that_may_assert():
    """Relative names and written-out methods count; another's key, another kind and a mere login do not."""
    method = {"type": "Multikey", "controller": DID, "publicKeyMultibase": PUBLIC}
    published = {
        "id": DID,
        "verificationMethod": [
            method | {"id": "#named"},
            method | {"id": f"{DID}#login"},
            method | {"id": f"{DID}#foreign", "controller": "did:web:evil.example"},
            {"id": f"{DID}#jwk", "type": "JsonWebKey", "controller": DID},
        ],
        "assertionMethod": [f"{DID}#named", f"{DID}#foreign", f"{DID}#jwk", method | {"id": "#inside"}],
        "authentication": [f"{DID}#login"],
    }

    assert did.methods(published, DID) == dict.fromkeys((f"{DID}#named", f"{DID}#inside"), KEY.public_key())


@pytest.mark.parametrize("algorithm", ["P-256", "RSA"])
def test_did_document_gives_keys_that_are_jwks(algorithm):
    """As this register and others publish keys that are no Ed25519; a revoked one is not given."""
    key = keys.generated(algorithm).public_key()
    named = [did.Method(fragment="1", key=key), did.Method(fragment="2", key=key, revoked_at=AT)]
    published = json.loads(encode(did.document(DID, named)))
    published["assertionMethod"].append(f"{DID}#2")

    assert did.methods(published, DID) == {f"{DID}#1": key}


def test_did_document_of_somebody_else_is_refused():
    with pytest.raises(did.BadDid):
        did.methods(
            did.document("did:web:evil.example", [did.Method(fragment="1", key=KEY.public_key())]), DID
        )


def test_key_comes_back_from_seed_and_multibase():
    key = keys.generate()

    assert keys.public_multibase(keys.from_seed(keys.to_seed(key))) == keys.public_multibase(key)
    assert keys.public_key(keys.public_multibase(key)) == key.public_key()
    assert keys.did_key_public(keys.did_key_method(keys.did_key(key))) == key.public_key()
    assert keys.public_multibase(key).startswith("z6Mk")


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\x01", bytes(range(64))])
def test_base58_keeps_leading_zeros(data):
    assert keys.decode(keys.encode(data)) == data


@pytest.mark.parametrize(
    "text", ["", "z", "z6Mk", "u6Mk", "z0OIl", PUBLIC + "1", PUBLIC[:-1], "z" * 1000, "zä"]
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(keys.BadKey):
        keys.public_key(text)


def test_contexts_are_the_pinned_files():
    names = {url.rsplit("/", 1)[-1] for url in contexts.known().documents}

    assert names == {
        "v2", "context-3.0.3.json", "context-3.0.2.json", "context-3.0.1.json", "extensions.json", "v1",
    }  # fmt: skip


def test_changed_context_file_is_refused(tmp_path):
    (tmp_path / "mine.jsonld").write_text("{}")
    entry = {"file": "mine.jsonld", "sha256": hashlib.sha256(b"other").hexdigest()}
    (tmp_path / "contexts.json").write_text(json.dumps({"https://mine.example/": entry}))

    with pytest.raises(contexts.ChangedContext):
        contexts.known(tmp_path)


def test_operators_folder_adds_contexts_and_replaces_none(tmp_path):
    mine = b'{"@context": {"hobby": "https://mine.example/#hobby"}}'
    (tmp_path / "mine.jsonld").write_bytes(mine)
    entry = {"file": "mine.jsonld", "sha256": hashlib.sha256(mine).hexdigest()}
    (tmp_path / "contexts.json").write_text(json.dumps({"https://mine.example/": entry, contexts.VC2: entry}))

    known = contexts.known(tmp_path)

    assert known.documents["https://mine.example/"] == json.loads(mine)
    assert known.documents[contexts.VC2] == contexts.known().documents[contexts.VC2]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T12:00:00Z", AT),
        ("2026-11-22T14:00:00+02:00", AT),
        ("2026-11-22T12:00:00.5Z", AT.replace(microsecond=500_000)),
        ("2026-11-22T12:00:00.123456789Z", AT.replace(microsecond=123_456)),
        ("2026-11-22T12:00:00", None),
        ("2026-11-22", None),
        ("2026-02-30T12:00:00Z", None),
        ("٢٠٢٦-11-22T12:00:00Z", None),
        (None, None),
        (["2026-11-22T12:00:00Z"], None),
    ],
)
def test_moment_is_read_with_its_zone_or_not_at_all(text, moment):
    assert moments.parse(text) == moment


@pytest.mark.parametrize("value", [math.nan, -math.inf, AT, AT.date(), keys.Public, b"x", {1: "x"}, "\ud800"])
def test_no_json_is_never_encoded(value):
    """Nothing that is signed says null where a number was meant, whatever the format."""
    with pytest.raises((TypeError, ValueError)):
        encode({"said": [{"value": value}]})


def test_word_null_is_a_word():
    assert encode({"said": ["null", (None, 1.5)]}) == b'{"said":["null",[null,1.5]]}'


def test_moment_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="time zone"):
        moments.stamp(datetime(2026, 11, 22))  # noqa: DTZ001
