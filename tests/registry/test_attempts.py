"""What an address may do only so often: counted in the cache, who is free is known for a second."""

import pytest
from django.core.cache import cache

from registry import attempts

pytestmark = pytest.mark.django_db  # the cache is a table where there is no Redis
PLACES = attempts.LIMITS["code"]


@pytest.fixture(autouse=True)
def _nobody_has_tried():
    cache.clear()
    attempts._free.clear()


def wait(address="192.0.2.1"):
    return attempts.wait(kind="code", address=address)


def test_address_waits_after_its_last_try_though_it_was_free_a_moment_ago():
    for _time in range(PLACES):
        assert wait() == 0
        attempts.add(kind="code", address="192.0.2.1")

    assert 0 < wait() <= attempts.HOUR
    assert wait("192.0.2.2") == 0


def test_tries_in_another_process_count_a_second_later():
    assert wait() == 0
    for place in attempts._places("code", "192.0.2.1"):  # as another process adds them
        cache.set(place, attempts.time.time() + attempts.HOUR)

    assert wait() == 0  # one try too many may pass
    attempts.add(kind="code", address="192.0.2.1")
    assert wait() > 0

    attempts._free["code", "192.0.2.1"] = attempts.time.time() - 1  # remembered more than a second ago
    assert wait() > 0


def test_household_is_remembered_as_one_network():
    assert wait("2001:db8::1") == 0
    attempts.add(kind="code", address="2001:db8::2")

    assert ("code", "2001:db8::/64") not in attempts._free


def test_remembered_networks_are_bounded(monkeypatch):
    monkeypatch.setattr(attempts, "MOST", 3)

    for number in range(20):
        assert wait(f"192.0.2.{number}") == 0

    assert len(attempts._free) <= 3
