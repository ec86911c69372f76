from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from credentials import keystore
from credentials.actions import credentials, keys, status_lists
from credentials.models import StatusList
from credentials.proofs import jose
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_did_document_lists_every_key_the_institution_had(client):
    institution = InstitutionFactory(code="OAMK")
    old = keystore.make(institution=institution, at=AT)
    old.retired_at = AT
    old.save(update_fields=["retired_at"])
    new = keystore.make(institution=institution, at=AT)

    response = client.get("/institutions/oamk/did.json")

    document = response.json()
    assert document["id"] == old.did
    assert {one["id"]: one["publicKeyMultibase"] for one in document["verificationMethod"]} == {
        old.verification_method: old.public_multibase,
        new.verification_method: new.public_multibase,
    }
    assert document["assertionMethod"] == [old.verification_method, new.verification_method]
    assert response.headers["Content-Type"] == "application/did+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_did_document_names_a_leaked_key_that_proves_nothing_any_more(client):
    """Issue D, 2: history stays, with every key in its form; a seal counts by its certificate."""
    house = InstitutionFactory(code="OAMK")
    leaked = keystore.make(institution=house, at=AT)
    keys.mark_leaked(key=leaked, since=AT, reason="x", by=UserFactory(), at=AT)
    plain = keystore.make(institution=house, algorithm="P-256", at=AT)
    seal = keystore.make(institution=house, purpose="seal", algorithm="P-256", at=AT)

    document = client.get("/institutions/oamk/did.json").json()

    known = {one["id"].partition("#")[2]: one for one in document["verificationMethod"]}
    assert known["key-1"]["revoked"] == AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert document["assertionMethod"] == [f"{leaked.did}#key-2", plain.verification_method]
    assert [known[name]["type"] for name in known] == ["Multikey", "Multikey", "JsonWebKey", "JsonWebKey"]
    assert jose.from_jwk(known["key-3"]["publicKeyJwk"]) == plain.public
    assert b64decode(known["key-4"]["publicKeyJwk"]["x5c"][0]) == seal.certificates[0].public_bytes(
        Encoding.DER
    )


@pytest.mark.parametrize("code", ["oamk", "OAMK", "nobody"])
def test_did_document_without_keys_is_not_there(client, code):
    InstitutionFactory(code="OAMK")

    assert client.get(f"/institutions/{code}/did.json").status_code == 404


def test_status_list_is_served_as_it_was_signed(client):
    status_list = issued().status_list

    response = client.get(f"/status-lists/{status_list.public_id}")

    assert response.content == bytes(status_list.document)
    assert response.headers["Content-Type"] == "application/vc"
    assert response.headers["ETag"] == f'"{status_list.etag}"'
    assert status_list.url.endswith(f"/status-lists/{status_list.public_id}")


def test_unchanged_status_list_is_not_sent_again(client):
    status_list = issued().status_list

    response = client.get(
        f"/status-lists/{status_list.public_id}", headers={"If-None-Match": f'"{status_list.etag}"'}
    )

    assert (response.status_code, response.content) == (304, b"")


def test_revocation_changes_the_list_that_is_served(client):
    credential = issued()
    etag = credential.status_list.etag
    credentials.revoke(credential=credential, reason="fraud", note="", by=UserFactory(), at=AT)
    status_lists.sign_due()

    response = client.get(
        f"/status-lists/{credential.status_list.public_id}", headers={"If-None-Match": f'"{etag}"'}
    )

    assert response.status_code == 200
    assert response.content == bytes(StatusList.objects.get().document)


def test_unknown_status_list_is_not_there(client):
    assert client.get("/status-lists/nobody").status_code == 404
