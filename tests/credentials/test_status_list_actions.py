from datetime import timedelta
from statistics import correlation, mean

import pytest

from credentials import keystore
from credentials.actions import credentials, status_lists
from credentials.formats import status_list as format_
from credentials.models import Credential, SigningKey, StatusList
from credentials.proofs import canonical, contexts, data_integrity
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db


def served(status_list: StatusList) -> format_.StatusList:
    """The list as a stranger reads it: signature first."""
    document = canonical.read(bytes(status_list.document))
    signer = keystore.active(institution=status_list.institution, at=AT)
    result = data_integrity.verify(
        document, resolve=signer.public, at=AT, contexts=contexts.known(), controller=signer.did
    )
    assert result.code == "verified"
    return format_.read(document)


def test_take_signs_a_new_list_at_once():
    institution = InstitutionFactory()

    status_list, places = status_lists.take(institution=institution, count=3, at=AT)

    assert len(set(places)) == 3
    assert all(0 <= place < StatusList.LENGTH for place in places)
    assert (status_list.used, status_list.is_open, status_list.signed_at) == (3, True, AT)
    assert served(status_list).bits == bytes(StatusList.LENGTH // 8)


def test_order_of_places_says_nothing_of_when_they_were_taken():
    """Issue D, 3 and Shows: neither within a portion nor from one to the next.

    The coefficient of a thousand independent pairs is within 0.15 but once in 400,000 times.
    """
    institution = InstitutionFactory()

    taken = [
        place
        for portion in range(50)
        for place in status_lists.take(
            institution=institution, count=20, at=AT + portion * timedelta(days=1)
        )[1]
    ]

    assert abs(correlation(range(1000), taken)) < 0.15
    within = [abs(correlation(range(20), taken[first : first + 20])) for first in range(0, 1000, 20)]
    assert mean(within) < 0.35  # 0.18 of independent ones, 1 of sorted ones
    assert correlation(range(1000), sorted(taken)) > 0.9  # so would a counter be found out


def test_take_goes_on_in_the_same_list():
    institution = InstitutionFactory()
    first, _ = status_lists.take(institution=institution, count=1, at=AT)

    second, _ = status_lists.take(institution=institution, count=1, at=AT)

    assert (first, second.used) == (second, 2)


def test_take_opens_another_list_when_half_is_used():
    institution = InstitutionFactory()
    full, _ = status_lists.take(institution=institution, count=1, at=AT)
    StatusList.objects.filter(pk=full.pk).update(used=StatusList.LENGTH // 2)

    new, _ = status_lists.take(institution=institution, count=1, at=AT)

    assert new != full
    assert list(institution.status_lists.filter(is_open=True)) == [new]


def test_take_passes_over_places_that_are_used(monkeypatch):
    credential = issued()
    tried = iter([credential.status_index, 7, 7])
    monkeypatch.setattr(status_lists.random, "randrange", lambda _length: next(tried))

    _, places = status_lists.take(institution=credential.institution, count=1, at=AT)

    assert places == [7]


def test_revocation_shows_on_the_list_that_is_served():
    credential = issued()
    credentials.revoke(
        credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT + timedelta(hours=1)
    )

    assert status_lists.sign_due() == 1

    status_list = StatusList.objects.get(pk=credential.status_list_id)
    expected = format_.with_bit(format_.blank(), credential.status_index)
    assert served(status_list).bits == expected
    assert status_lists.sign_due() == 0


def test_change_is_due_even_when_its_clock_is_behind_the_last_signing():
    """A revocation that waited for the lock while the list was being signed must not be lost."""
    credential = issued()
    later = AT + timedelta(minutes=5)
    StatusList.objects.filter(pk=credential.status_list_id).update(changed_at=later, signed_at=later)

    credential.status = Credential.Status.REVOKED
    status_lists.follow(credentials=[credential], at=AT)

    assert status_lists.sign_due() == 1
    status_list = StatusList.objects.get(pk=credential.status_list_id)
    assert served(status_list).bit(credential.status_index)


def test_list_that_cannot_be_signed_holds_up_no_other():
    broken, sound = issued(), issued()
    for credential in (broken, sound):
        credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)
    SigningKey.objects.filter(pk=broken.key_id).update(private=b"damaged" * 10)

    assert status_lists.sign_due() == 1

    assert served(sound.status_list).bit(sound.status_index)
