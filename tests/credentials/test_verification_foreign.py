"""Issuers elsewhere: only listed ones are asked, and what cannot be asked is a third thing (issue D, 6)."""

import io
import json
from contextlib import contextmanager

import pytest
import requests
from django.core.cache import cache
from django.utils import translation

from credentials import verification
from credentials.formats import did, open_badge, status_list
from credentials.proofs import contexts, data_integrity, keys, vc_jwt
from credentials.proofs.sealing import Seal
from tests.factories import AT
from tests.factories.issuing import issued

pytestmark = [pytest.mark.django_db]
THEIRS = "did:web:elsewhere.example:school"
DOCUMENT, LIST = "https://elsewhere.example/school/did.json", "https://elsewhere.example/lists/1"
KEY = keys.from_seed(bytes(range(32)))


class Web:
    """The web elsewhere: what stands at an address, and who asked."""

    def __init__(self) -> None:
        self.pages, self.asked = {}, []

    @contextmanager
    def get(self, url, **options):
        assert options["allow_redirects"] is False
        self.asked.append(url)
        if url not in self.pages:
            raise requests.ConnectionError("no such host")
        answer = requests.Response()
        status, content = self.pages[url]
        answer.status_code, answer.raw = status, io.BytesIO(content)
        yield answer


@pytest.fixture
def web(monkeypatch, settings):
    cache.clear()
    settings.KNOWN_ISSUERS = [THEIRS]
    web = Web()
    monkeypatch.setattr(requests, "get", web.get)
    with translation.override("en"):
        yield web


def published(*, key=KEY, name=THEIRS) -> tuple[int, bytes]:
    return 200, json.dumps(did.document(name, [did.Method(fragment="key-1", key=key.public_key())])).encode()


def a_list(*, set_: set[int] = frozenset(), key=KEY, url=LIST) -> tuple[int, bytes]:
    bits = bytearray(status_list.SIZE // 8)
    for index in set_:
        bits[index // 8] |= 1 << (7 - index % 8)
    unsigned = status_list.document(
        list_url=url, issuer=THEIRS, purpose="revocation", bits=bytes(bits), valid_from=AT
    )
    return 200, signed(unsigned, key=key)


def signed(document: dict, *, key=KEY) -> bytes:
    whole = data_integrity.sign(
        document, key=key, verification_method=f"{THEIRS}#key-1", created=AT, contexts=contexts.known()
    )
    return open_badge.encode(whole)


def badge(*, issuer=THEIRS, url=LIST, key=KEY) -> bytes:
    document = json.loads(issued().document)
    del document["proof"]
    document["issuer"]["id"] = issuer
    document["credentialStatus"] |= {
        "id": f"{url}#7",
        "statusListIndex": "7",
        "statusListCredential": url,
    }
    return signed(document, key=key)


def found(document: bytes) -> dict:
    report = verification.verify(document=document, at=AT)
    return {check.name: str(check.outcome) for check in report.checks}


def test_listed_issuer_is_asked_once_and_its_credential_holds(web):
    web.pages = {DOCUMENT: published(), LIST: a_list()}
    document = badge()

    first, second = found(document), found(document)

    assert first == second
    assert {name: first[name] for name in ("proof", "issuer", "status")} == dict.fromkeys(
        ("proof", "issuer", "status"), "valid"
    )
    assert sorted(web.asked) == [LIST, DOCUMENT]


def test_listed_issuer_may_sign_tokens_with_a_key_that_is_a_jwk(web):
    """As this register publishes its own P-256 and RSA keys: another one of its kind may be elsewhere."""
    key = keys.generated("P-256")
    web.pages = {DOCUMENT: published(key=key), LIST: a_list()}
    document = json.loads(badge())
    del document["proof"], document["credentialStatus"]

    def token(private) -> bytes:
        return vc_jwt.sign(
            document, seal=Seal(private=private, algorithm="ES256", method=f"{THEIRS}#key-1")
        ).encode()

    assert (found(token(key))["proof"], found(token(key))["issuer"]) == ("valid", "valid")
    assert found(token(keys.generated("P-256")))["proof"] == "invalid"


def test_listed_issuers_revocation_and_tampering_are_errors(web):
    web.pages = {DOCUMENT: published(), LIST: a_list(set_={7})}
    document = badge()

    assert found(document)["status"] == "invalid"
    assert found(document.replace(b'"creditsEarned":5', b'"creditsEarned":6'))["proof"] == "invalid"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (500, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b"[" * 10_000),
        (200, b" " * 1_000_001),
        published(name="did:web:other.example"),
    ],
    ids=["nobody", "500", "redirect", "html", "deep", "large", "another"],
)
def test_listed_issuer_that_cannot_be_asked_is_a_third_thing(web, answer):
    """Issue D, 6: neither valid nor forged, and what to do next is said."""
    web.pages = {DOCUMENT: answer} if answer else {}
    document = badge()

    report = verification.verify(document=document, at=AT)
    proof = next(check for check in report.checks if check.name == "proof")

    assert (str(proof.outcome), str(report.outcome)) == ("unknown", "unknown")
    assert "Try again later" in proof.message
    assert found(document)["status"] == "unknown"


def test_key_that_a_listed_issuer_does_not_have_proves_nothing(web):
    web.pages = {DOCUMENT: published(), LIST: a_list()}

    assert found(badge(key=keys.from_seed(bytes(32))))["proof"] == "invalid"


@pytest.mark.parametrize(
    ("url", "listed"),
    [
        (LIST, a_list(key=keys.from_seed(bytes(32)))),
        (LIST, a_list(url="https://elsewhere.example/lists/2")),
        ("https://victim.example/lists/1", a_list(url="https://victim.example/lists/1")),
        ("http://elsewhere.example/lists/1", a_list(url="http://elsewhere.example/lists/1")),
        ("file:///etc/passwd", None),
    ],
    ids=["signed by another", "another list", "another host", "not https", "a file"],
)
def test_status_list_that_is_not_the_issuers_says_nothing(web, url, listed):
    """Issue D, 6: never an address that a file names, unless on the issuer's own host."""
    web.pages = {DOCUMENT: published()} | ({url: listed} if listed else {})

    outcomes = found(badge(url=url))

    assert (outcomes["proof"], outcomes["status"]) == ("valid", "unknown")
    assert set(web.asked) <= {DOCUMENT, LIST}


def test_issuer_that_is_not_listed_is_never_asked(web):
    """Issue D, 6: an unknown issuer is a warning."""
    for name in (
        "did:web:evil.example",
        "did:web:elsewhere.example",
        f"{THEIRS}:more",
        "https://evil.example",
    ):
        outcomes = found(badge(issuer=name))
        assert (outcomes["issuer"], outcomes["status"]) == ("warning", "unknown")
    assert web.asked == [] or set(web.asked) == {DOCUMENT}  # the proof names the listed one's key
