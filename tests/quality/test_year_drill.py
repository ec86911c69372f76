"""A year in small: the drill that docs/drills.md has the figures of, and that it would notice a fault."""

import pytest

from quality import deadlines
from quality.actions import notices
from quality.drills import year

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_year_brings_what_its_dates_say():
    """Expected reviews opened, notices once each, no overdue finding without an owner."""
    figures = year.rehearse(houses=2, offerings=10, days=130)

    assert (figures["written_twice"], figures["ownerless_overdue"]) == (0, 0)
    assert {name for name in figures if name.startswith("notices_")} == {
        "notices_check", "notices_finding", "notices_panel", "notices_self_evaluation",
    }  # fmt: skip
    assert (figures["checks_opened"], figures["causes_found"], figures["findings"]) == (7, 2, 3)


@pytest.mark.once
def test_year_notices_a_reader_who_is_left_out(monkeypatch):
    monkeypatch.setattr(deadlines.Houses, "leaders", lambda self, institution_id: [])

    with pytest.raises(year.Failed, match="missing"):
        year.rehearse(houses=1, offerings=1, days=3)


@pytest.mark.once
def test_year_notices_what_is_written_twice(monkeypatch):
    """A clock that forgets what it has written."""
    monkeypatch.setattr(notices, "_write", lambda portion, at: len(portion))

    with pytest.raises(year.Failed, match="twice"):
        year.rehearse(houses=1, offerings=3, days=40)
