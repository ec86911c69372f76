import pytest

from credentials.drills import kill

# In the half with servers the drill `power` kills them as well.
pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_killed_worker_loses_nothing_and_issues_nothing_twice(worker):
    """The drill of docs/drills.md, with fewer items: kill -9 in the middle, restart, all issued once."""
    figures = kill.rehearse(items=60, kills=1, start=lambda: worker("-B", "-P", "threads", "-c", "2"))

    assert (figures["credentials"], figures["kills"]) == (60, 1)
