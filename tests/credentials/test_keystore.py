from base64 import urlsafe_b64encode

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured

from credentials import keystore
from credentials.proofs import keys
from tests.factories import AT
from tests.factories.registry import InstitutionFactory

pytestmark = pytest.mark.django_db


def test_active_makes_the_key_once():
    institution = InstitutionFactory(code="OAMK")

    first = keystore.active(institution=institution, at=AT)
    second = keystore.active(institution=institution, at=AT)

    assert first.key == second.key
    assert institution.signing_keys.count() == 1
    assert keys.public_multibase(second.private) == second.key.public_multibase


def test_did_names_host_with_port_and_lower_case_code(settings):
    """Architecture §5: did:web:127.0.0.1%3A8000:institutions:oamk"""
    settings.BASE_URL = "http://127.0.0.1:8000"

    key = keystore.make(institution=InstitutionFactory(code="OAMK"), at=AT)

    assert key.verification_method == "did:web:127.0.0.1%3A8000:institutions:oamk#key-1"


def test_did_stays_when_the_address_of_the_service_changes(settings):
    institution = InstitutionFactory()
    old = keystore.make(institution=institution, at=AT)
    old.retired_at = AT
    old.save(update_fields=["retired_at"])
    settings.BASE_URL = "https://other.example"

    new = keystore.make(institution=institution, at=AT)

    assert (new.did, new.fragment) == (old.did, "key-2")


def test_private_key_is_not_in_the_database():
    signer = keystore.active(institution=InstitutionFactory(), at=AT)
    seed = signer.private.private_bytes_raw()

    stored = bytes(signer.key.__class__.objects.get(pk=signer.key.pk).private)

    assert seed not in stored
    assert len(stored) == 12 + 32 + 16  # nonce, seed, tag
    with pytest.raises(InvalidTag):
        keystore._cipher().decrypt(stored[:12], stored[12:], b"did:web:other#key-1")


def test_signer_does_not_show_its_key():
    signer = keystore.active(institution=InstitutionFactory(), at=AT)

    assert "Ed25519PrivateKey" not in repr(signer)
    assert isinstance(signer.private, Ed25519PrivateKey)


def test_wrong_encryption_key_is_told(settings):
    institution = InstitutionFactory()
    keystore.make(institution=institution, at=AT)
    settings.KEY_ENCRYPTION_KEY = urlsafe_b64encode(b"x" * 32).decode()

    with pytest.raises(keystore.KeyUnreadable):
        keystore.active(institution=institution, at=AT)


@pytest.mark.parametrize("secret", ["c2hvcnQ=", "not base64!"])
def test_encryption_key_must_be_32_bytes(settings, secret):
    settings.KEY_ENCRYPTION_KEY = secret

    with pytest.raises(ImproperlyConfigured):
        keystore.make(institution=InstitutionFactory(), at=AT)
