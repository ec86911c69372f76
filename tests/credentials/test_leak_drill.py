"""The drill of a leaked key, at a size of seconds; docs/drills.md has the figures of ten thousand."""

import pytest

from credentials.drills import leak

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_leaked_key_spoils_neither_earlier_credentials_nor_lets_forgeries_through(settings, tmp_path):
    """Issue D, Shows: by the service, and by the pack with neither service nor network."""
    figures = leak.rehearse(items=9, forged=6)

    judged = ("service_valid", "service_refused", "pack_valid", "pack_refused")
    assert {name: figures[name] for name in judged} == {
        "service_valid": 9, "service_refused": 6, "pack_valid": 9, "pack_refused": 6,
    }  # fmt: skip
