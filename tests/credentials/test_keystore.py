from base64 import urlsafe_b64encode
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from credentials import encryption, keystore
from credentials.actions import keys
from credentials.models import SigningKey
from credentials.proofs import certificates, jose
from credentials.proofs.keys import public_multibase
from tests.factories import AT
from tests.factories.certificates import certified
from tests.factories.registry import InstitutionFactory

pytestmark = pytest.mark.django_db


def test_active_makes_the_key_once():
    institution = InstitutionFactory(code="OAMK")

    first = keystore.active(institution=institution, at=AT)
    second = keystore.active(institution=institution, at=AT)

    assert first.key == second.key
    assert institution.signing_keys.count() == 1
    assert public_multibase(second.private) == second.key.public_multibase


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


def test_private_key_is_not_in_the_database(settings):
    signer = keystore.active(institution=InstitutionFactory(), at=AT)
    seed = signer.private.private_bytes_raw()

    stored = bytes(signer.key.__class__.objects.get(pk=signer.key.pk).private)

    assert seed not in stored
    assert len(stored) == 12 + 32 + 16  # nonce, seed, tag
    with pytest.raises(encryption.CannotOpen):
        encryption.opened(stored, about="did:web:other#key-1", keys=[settings.KEY_ENCRYPTION_KEY])


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


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256", "RSA"])
def test_key_of_each_algorithm_signs_for_its_published_half(algorithm):
    """Issue D, 2: per institution, purpose and algorithm."""
    institution = InstitutionFactory()

    signer = keystore.active(institution=institution, algorithm=algorithm, at=AT)
    again = keystore.active(institution=institution, algorithm=algorithm, at=AT)

    seal = again.seal
    token = jose.read(jose.sign(b"{}", seal=seal))
    assert again.key == signer.key
    assert jose.is_signed(token, key=SigningKey.objects.get().public)
    assert (seal.method, seal.chain) == (signer.key.verification_method, ())


def test_seal_has_a_certificate_of_its_own():
    name = "Oulun ammattikorkeakoulu"
    house = InstitutionFactory(code="OAMK", name={"fi": name}, oppilaitosnumero="02471")

    seal = keystore.active(institution=house, purpose="seal", algorithm="P-256", at=AT).seal

    (own,) = seal.chain
    assert (seal.algorithm, own.public_key()) == ("ES256", seal.private.public_key())
    assert own.subject.rfc4514_string() == f"CN={name},O={name},2.5.4.97=ON:FI-02471,C=FI"
    assert own.not_valid_before_utc == AT
    own.verify_directly_issued_by(own)


def test_seal_is_not_made_where_a_trust_service_must_vouch(settings):
    settings.SELF_MADE_SEALS = False

    with pytest.raises(keystore.NoSeal):
        keystore.active(institution=InstitutionFactory(), purpose="seal", algorithm="P-256", at=AT)

    assert not SigningKey.objects.exists()


ASKED = []


def ask_outside(name: str, data: bytes) -> bytes:
    """An outside signer, which has the key of the tests' seal."""
    ASKED.append(name)
    return certified().private.sign(data, ec.ECDSA(SHA256()))


def test_seal_may_be_kept_outside(settings):
    """Issue D, 2: behind the same small interface; nothing of the private half is here."""
    settings.OUTSIDE_SIGNER = f"{__name__}.ask_outside"
    house = InstitutionFactory()
    keys.put_in(institution=house, chain=certified().chain, kept_as="hsm-7", by=None, at=AT)

    seal = keystore.active(institution=house, purpose="seal", algorithm="P-256", at=AT).seal

    token = jose.read(jose.sign(b"{}", seal=seal))
    assert jose.is_signed(token, key=certified().chain[0].public_key())
    assert (ASKED[-1], bytes(SigningKey.objects.get().private), seal.chain) == (
        "hsm-7",
        b"",
        certified().chain,
    )


def test_outside_seal_without_its_signer_is_told():
    house = InstitutionFactory()
    keys.put_in(institution=house, chain=certified().chain, kept_as="hsm-7", by=None, at=AT)

    with pytest.raises(keystore.KeyUnreadable):
        keystore.active(institution=house, purpose="seal", algorithm="P-256", at=AT)


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "seal"},
        {"chain": "PEM"},
        {"private": b""},
        {"outside": "hsm-7"},
        {"compromised_at": AT},
    ],
    ids=["seal without a chain", "chain of no seal", "kept nowhere", "kept twice", "leaked, not retired"],
)
def test_database_refuses_an_impossible_key(changes):
    key = keystore.make(institution=InstitutionFactory(), at=AT)
    values = {
        name: getattr(key, name) for name in ("institution", "did", "algorithm", "private", "created_at")
    }
    other = {
        "fragment": "key-2",
        "public_multibase": "z1",
        "retired_at": None if "compromised_at" in changes else AT,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(**values | other | {"algorithm": "P-256"} | changes)


def test_institution_has_one_active_key_of_a_purpose_and_algorithm():
    """Issue D, 2: proved by constraint."""
    key = keystore.make(institution=InstitutionFactory(), at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        keystore.make(institution=key.institution, at=AT)


def test_key_is_never_another():
    key = keystore.make(institution=InstitutionFactory(), at=AT)

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        SigningKey.objects.filter(pk=key.pk).update(public_multibase="z6MkOther")


NEWER = urlsafe_b64encode(b"n" * 32).decode()


def test_master_key_is_changed_without_a_gap(settings):
    """Issue D, 2: the older one opens as a fallback until everything is under the newest."""
    signers = [
        keystore.active(institution=InstitutionFactory(), algorithm=one, at=AT) for one in ("Ed25519", "RSA")
    ]
    older, settings.KEY_ENCRYPTION_KEY = settings.KEY_ENCRYPTION_KEY, NEWER
    settings.KEY_ENCRYPTION_KEY_FALLBACKS = [older]
    meanwhile = keystore.active(institution=signers[0].key.institution, at=AT)
    said = StringIO()

    call_command("reencrypt_keys", stdout=said)

    settings.KEY_ENCRYPTION_KEY_FALLBACKS = []
    after = keystore.active(institution=signers[1].key.institution, algorithm="RSA", at=AT)
    assert meanwhile.private.public_key() == signers[0].private.public_key()
    assert after.private.public_key() == signers[1].private.public_key()
    assert said.getvalue().startswith("2 private keys")


def test_master_key_that_opens_not_all_changes_nothing(settings):
    key = keystore.make(institution=InstitutionFactory(), at=AT)
    settings.KEY_ENCRYPTION_KEY = NEWER

    with pytest.raises(CommandError, match="key-1"):
        call_command("reencrypt_keys")

    assert bytes(SigningKey.objects.get().private) == bytes(key.private)


def test_operator_puts_in_a_certified_seal(tmp_path):
    house = InstitutionFactory(code="OAMK")
    earlier = keystore.active(institution=house, purpose="seal", algorithm="P-256", at=AT).key
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text(certificates.write(certified().chain))
    key.write_bytes(certified().private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    call_command("put_in_seal", "oamk", chain=chain, key=key, stdout=StringIO())

    seal = keystore.active(institution=house, purpose="seal", algorithm="P-256", at=AT).seal
    earlier.refresh_from_db()
    assert (seal.chain, seal.private.public_key()) == (certified().chain, certified().private.public_key())
    assert earlier.retired_at is not None


def test_certificate_of_another_key_is_refused(tmp_path):
    InstitutionFactory(code="OAMK")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text(certificates.write(certified().chain))
    other = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    with pytest.raises(CommandError, match="another key"):
        call_command("put_in_seal", "oamk", chain=chain, key=key)

    assert not SigningKey.objects.exists()
