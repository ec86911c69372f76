import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from quality.drills import api
from registry.rest import PerMinute

pytestmark = pytest.mark.django_db


@pytest.fixture
def same_connection():
    """A WSGI request of its own would close the test's database connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("same_connection")
def test_api_keeps_its_contract_whatever_is_asked():
    """N4 and issue B: the drill of docs/drills.md with fewer requests; no server error, no other answer."""
    PerMinute._counts.clear()

    figures = api.rehearse(calls=100, seed=1)

    assert figures["calls"] >= 100
    assert {"status_200", "status_400", "status_401", "status_404"} <= set(figures)
    assert [name for name in figures if name.startswith("status_5")] == []
