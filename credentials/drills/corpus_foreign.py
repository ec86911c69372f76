"""Credentials of issuers elsewhere: of a did:key, of a did:web that is listed here and of one that is not."""

import gzip
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from uuid import uuid4

from django.test.utils import override_settings

from credentials.drills.corpus_files import FORGED, NAME, OTHER_NAME, Sample
from credentials.drills.corpus_school import School
from credentials.formats import did, open_badge, status_list
from credentials.proofs import contexts, data_integrity, keys, vc_jwt
from credentials.proofs.sealing import Seal
from credentials.verification import foreign

KEY = keys.from_seed(bytes(range(32)))  # known to everybody; of an issuer that is nowhere
LISTED, SILENT, UNLISTED = (f"did:web:{one}.example" for one in ("listed", "silent", "unlisted"))
LIST = "https://listed.example/lists/"
REVOKED, STANDING = 7, 8  # places in that list
STRANGER = {"issuer": "warning", "offering": "warning"}
ELSEWHERE = {"offering": "warning"}


@contextmanager
def elsewhere(*, at: datetime) -> Iterator[None]:
    """The web of the listed issuers, without a network: two lists, of which one unpacks to far too much."""
    pages = {
        did.address_of(LISTED): did.document(LISTED, [did.Method(fragment="key-1", key=KEY.public_key())])
    }
    bits = status_list.with_bit(status_list.blank(), REVOKED)
    whole = status_list.document(list_url=f"{LIST}1", issuer=LISTED, bits=bits, valid_from=at)
    pages[f"{LIST}1"] = json.loads(_signed(whole, LISTED, at=at))
    bomb = json.loads(json.dumps(whole | {"id": f"{LIST}2"}))
    packed = gzip.compress(bytes(20_000_000), 1)
    bomb["credentialSubject"]["encodedList"] = "u" + urlsafe_b64encode(packed).decode().rstrip("=")
    pages[f"{LIST}2"] = json.loads(_signed(bomb, LISTED, at=at))

    def asked(url: str) -> dict:
        if url not in pages:
            raise ValueError("no answer")
        return pages[url]

    with patch.object(foreign, "_asked", asked), override_settings(KNOWN_ISSUERS=[LISTED, SILENT]):
        yield


def samples(school: School) -> Iterator[Sample]:
    at, own = school.at, keys.did_key(KEY)
    unproven = STRANGER | {"proof": "unknown", "status": "unknown"}
    open_status = ELSEWHERE | {"status": "unknown"}
    evil = "https://evil.example"
    files = {
        "did-key": (own, {"index": None}, STRANGER),
        "did-key-with-a-list": (own, {}, STRANGER | {"status": "unknown"}),
        "listed": (LISTED, {}, ELSEWHERE),
        "listed-revoked": (LISTED, {"index": REVOKED}, ELSEWHERE | {"status": "invalid"}),
        "listed-with-a-bomb": (LISTED, {"url": f"{LIST}2"}, open_status),
        "listed-list-of-another-host": (LISTED, {"url": "https://victim.example/1"}, open_status),
        "silent": (SILENT, {}, open_status | {"proof": "unknown"}),
        "unlisted": (UNLISTED, {}, unproven),
        "no-did": (evil, {}, unproven),
    }
    for name, (issuer, options, wrong) in files.items():
        data = _signed(_badge(school, issuer, **options), issuer, at=at)
        yield Sample(kind="foreign", name=f"{name}.json", data=data, wrong=wrong)
    ours = _signed(open_badge.document(school.good.credential.facts), own, at=at)
    yield Sample(kind="foreign", name="in-our-name.json", data=ours, wrong=FORGED)
    for name, issuer, wrong in (("did-key", own, STRANGER), ("listed", LISTED, ELSEWHERE)):
        changed = _signed(_badge(school, issuer, index=None), issuer, at=at).replace(NAME, OTHER_NAME)
        tampered = wrong | {"proof": "invalid"}
        yield Sample(kind="foreign", name=f"{name}-tampered.json", data=changed, wrong=tampered)
    token = vc_jwt.sign(
        _badge(school, UNLISTED), seal=Seal(private=KEY, algorithm="Ed25519", method=_method(UNLISTED))
    )
    yield Sample(kind="foreign", name="unlisted.jwt", data=token.encode(), wrong=unproven)


def _badge(school: School, issuer: str, *, index: int | None = STANDING, url: str = f"{LIST}1") -> dict:
    """A badge by that issuer; without `index` it names no status list."""
    document = json.loads(open_badge.encode(open_badge.document(school.good.credential.facts)))
    document |= {"id": f"urn:uuid:{uuid4()}"}
    document["issuer"]["id"] = issuer
    del document["credentialStatus"]
    if index is not None:
        document["credentialStatus"] = {
            "id": f"{url}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": url,
        }
    return document


def _method(issuer: str) -> str:
    return f"{issuer}#{keys.public_multibase(KEY) if issuer.startswith('did:key:') else 'key-1'}"


def _signed(document: dict, issuer: str, *, at: datetime) -> bytes:
    return open_badge.encode(
        data_integrity.sign(
            document, key=KEY, verification_method=_method(issuer), created=at, contexts=contexts.known()
        )
    )
