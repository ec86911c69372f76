"""A key is marked as leaked while somebody signs: neither waits for the other (issue D, 2; decision 206)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from credentials import keystore
from credentials.actions import batches, keys, status_lists
from credentials.models import Credential, SigningKey, StatusList
from registry.models import Institution
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued, run, started
from tests.factories.registry import UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
LATER = AT + timedelta(days=1)


def leak(key: SigningKey) -> None:
    keys.mark_leaked(key=key, since=AT, reason="Varmuuskopio katosi.", by=UserFactory(), at=LATER)


def in_thread(pool, act):
    """Started in a connection of its own, and given time to come to a row that is locked here."""

    def done():
        try:
            return act()
        finally:
            connection.close()

    begun = pool.submit(done)
    time.sleep(0.3)
    return begun


def test_key_is_marked_as_leaked_while_a_batch_is_issued_with_it():
    first = issued()
    batch = started(AttainmentFactory(institution=first.institution))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            StatusList.objects.select_for_update().get(pk=first.status_list_id)  # as issuing has it
            leaking = in_thread(pool, lambda: leak(first.key))
            run(batch, at=LATER)
        leaking.result()

    first.key.refresh_from_db()
    status_list = StatusList.objects.get()
    assert first.key.compromised_at is not None
    assert list(keys.signed_after_leak(first.key).order_by("issued_at")) == list(
        Credential.objects.order_by("issued_at")
    )
    assert status_list.changed_at > status_list.signed_at


@pytest.mark.parametrize("act", ["sign", "issue"])
def test_retired_key_is_marked_as_leaked_while_a_new_one_is_needed(act):
    """Who signs makes the key that is missing first, and locks the list after it as every act does."""
    first = issued()
    house = first.institution
    keys.retire(key=first.key, reason="Vuosivaihto.", by=UserFactory(), at=LATER)
    batch = started(AttainmentFactory(institution=house))

    def sign():
        if act == "issue":
            return batches.run(batch.pk)
        return status_lists.sign(status_list=first.status_list, at=LATER)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Institution.objects.select_for_update(no_key=True).get(pk=house.pk)  # as whoever marks has it
            signing = in_thread(pool, sign)
            leak(first.key)
        signing.result()

    assert keystore.active(institution=house, at=LATER).key.pk > first.key.pk
    assert list(batch.items.values_list("outcome", flat=True)) == ["issued" if act == "issue" else "open"]
