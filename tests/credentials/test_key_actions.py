"""Keys over time: rotated, retired, leaked (issue D, 2)."""

import json
from datetime import timedelta

import pytest

from credentials import keystore, verification
from credentials.actions import keys, status_lists
from credentials.formats import open_badge
from credentials.models import Credential, SigningKey, StatusList
from credentials.proofs import canonical
from registry.errors import Invalid, StateChanged
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
LEAK, FOUND = AT + timedelta(days=10), AT + timedelta(days=20)


def outcome(document: bytes, *, name: str = "proof", at=FOUND) -> str:
    report = verification.verify(document=document, at=at)
    return next(str(check.outcome) for check in report.checks if check.name == name)


def leak(key: SigningKey, **changes) -> None:
    said = {"since": LEAK, "reason": "Varmuuskopio katosi.", "by": UserFactory(), "at": FOUND} | changes
    keys.mark_leaked(key=key, **said)


def forged(credential: Credential, *, dated, **changes) -> bytes:
    """What somebody makes with the key that leaked, dated as they please."""
    signer = keystore.Signer(key=credential.key, private=keystore._private(credential.key))
    stolen = {k: v for k, v in json.loads(bytes(credential.document)).items() if k != "proof"}
    moment = dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    document = stolen | {"validFrom": moment, "awardedDate": moment} | changes
    return open_badge.encode(signer.sign(document, at=dated))


def test_rotation_signs_with_a_new_key_and_keeps_what_was_signed():
    credential, by = issued(), UserFactory()

    for days in (1, 2):
        active = keystore.active(institution=credential.institution, at=AT)
        keys.rotate(key=active.key, reason="Vuosivaihto.", by=by, at=AT + timedelta(days=days))

    after = issued(AttainmentFactory(institution=credential.institution), at=FOUND)
    assert after.key.fragment == "key-4"  # key-2 signs the list for readers of SD-JWTs
    assert {outcome(bytes(one.document)) for one in (credential, after)} == {"valid"}
    rotated = TrailEntry.objects.filter(verb="signing_key_made").order_by("pk")
    assert [(one.about, one.by, one.was, one.became) for one in rotated] == [
        (f"signingkey:{credential.institution.code.lower()}.key-3", by, "key-1", "key-3"),
        (f"signingkey:{credential.institution.code.lower()}.key-4", by, "key-3", "key-4"),
    ]


def test_retired_key_is_not_retired_or_rotated_again():
    key = keystore.make(institution=InstitutionFactory(), at=AT)
    keys.retire(key=key, reason="Tarpeeton.", by=UserFactory(), at=AT)

    for act in (keys.retire, keys.rotate):
        with pytest.raises(StateChanged):
            act(key=key, reason="x", by=UserFactory(), at=AT)

    assert SigningKey.objects.get().retired_at == AT


def test_credential_from_before_the_leak_stays_good():
    """Our own stored day and hash say so, not the document."""
    credential = issued()
    rewritten = json.dumps(json.loads(bytes(credential.document)), indent=2).encode()

    leak(credential.key)

    assert {outcome(bytes(credential.document)), outcome(rewritten)} == {"valid"}


@pytest.mark.parametrize("dated", [FOUND, LEAK, AT], ids=["after", "on the day", "dated back"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"id": "urn:uuid:0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11"}],
    ids=["our id", "an id of its own"],
)
def test_forgery_with_a_leaked_key_is_refused_whatever_its_date(dated, changes):
    credential = issued()
    forgery = forged(credential, dated=dated, name="Väärennös", **changes)
    before = outcome(forgery)

    leak(credential.key)

    assert (before, outcome(forgery)) == ("valid", "invalid")
    assert verification.verify(document=forgery, at=FOUND).outcome == "invalid"


def test_forgery_differs_from_the_register():
    credential = issued()
    forgery = forged(credential, dated=AT, name="Väärennös")
    leak(credential.key)

    assert outcome(forgery, name="register") == "invalid"


def test_own_credential_from_after_the_leak_has_to_be_issued_again():
    credential = issued()
    later = issued(AttainmentFactory(institution=credential.institution), at=LEAK + timedelta(days=1))

    leak(credential.key)

    assert outcome(bytes(later.document)) == "invalid"
    key = SigningKey.objects.get(pk=credential.key_id)
    assert list(keys.signed_after_leak(key)) == [later]


def test_leak_gives_a_new_key_and_lists_signed_with_it():
    credential = issued()

    leak(credential.key)
    status_lists.sign_due()

    new = credential.institution.signing_keys.active().get(algorithm="Ed25519")
    served = canonical.read(bytes(StatusList.objects.get().document))
    assert new.fragment == "key-3"
    assert served["proof"][0]["verificationMethod"] == new.verification_method


def test_leak_is_told_in_the_trail_with_its_day_and_reason():
    key, by = keystore.make(institution=InstitutionFactory(), at=AT), UserFactory()

    leak(key, by=by)

    entry = TrailEntry.objects.get(verb="signing_key_leaked")
    assert (entry.by, entry.became, entry.reason) == (by, f"{LEAK:%Y-%m-%d}", "Varmuuskopio katosi.")


def test_leak_may_be_found_to_be_older_never_younger():
    key = keystore.make(institution=InstitutionFactory(), at=AT)
    leak(key)

    leak(key, since=LEAK - timedelta(days=30))
    with pytest.raises(StateChanged):
        leak(key, since=LEAK)

    key.refresh_from_db()
    assert (key.compromised_at, key.retired_at) == (AT, FOUND)  # not before there was a key


@pytest.mark.parametrize(
    ("changes", "field"), [({"since": FOUND + timedelta(days=1)}, "since"), ({"reason": " "}, "reason")]
)
def test_leak_needs_a_day_that_has_been_and_a_reason(changes, field):
    key = keystore.make(institution=InstitutionFactory(), at=AT)

    with pytest.raises(Invalid) as refusal:
        leak(key, **changes)

    assert refusal.value.reasons[0][0] == field
    assert SigningKey.objects.leaked().count() == 0
