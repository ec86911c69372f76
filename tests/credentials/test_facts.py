"""The award as JSON, as it is kept with the credential (docs/decisions/0200)."""

import json
from datetime import UTC, datetime

import pytest

from credentials.facts import BadFacts, from_json, to_json
from tests.factories.awards import award, odd_awards

pytestmark = pytest.mark.once


def kept(data: dict) -> dict:
    """As PostgreSQL gives JSON back: members in an order of its own."""
    return json.loads(json.dumps(data, sort_keys=True))


@pytest.mark.parametrize("whole", [award(), *odd_awards()], ids=lambda one: one.credential_id)
def test_award_comes_back_whole(whole):
    data = to_json(whole)

    read = from_json(kept(data))

    assert read == whole
    assert to_json(read) == data
    assert list(read.title) == ["fi", "sv", "en"]


def test_json_leaves_out_what_has_its_default():
    data = to_json(award(valid_until=None, region=None, grade=None, pathways=(), locations=()))

    assert {"valid_until", "region", "grade", "pathways", "locations"} & set(data) == set()
    assert data["ects"] == "7.5"
    assert data["issued_at"] == "2026-10-01T21:30:00+00:00"
    assert data["country"]["code"] == "FI"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"shoe_size": 42}, "award: unknown or missing: shoe_size"),
        ({"title": None}, "award.title: not a dict"),
        ({"title": {"fi": 1}}, "award.title: not a str"),
        ({"workload_hours": True}, "award.workload_hours: not a int"),
        ({"workload_hours": "200"}, "award.workload_hours: not a int"),
        ({"ects": "NaN"}, "award.ects: not a Decimal as it is written here"),
        ({"ects": "five"}, "award.ects: not a Decimal"),
        ({"ects": 7.5}, "award.ects: not a str"),
        ({"issued_at": "2026-10-01T21:30:00Z"}, "award.issued_at: not a datetime as it is written here"),
        ({"completed_on": "20260928"}, "award.completed_on: not a date as it is written here"),
        ({"credential_id": "urn:uuid:1"}, "award.credential_id: not a UUID"),
        ({"region": None}, "award.region: not a dict"),
        ({"locations": "Oulu"}, "award.locations: not a list"),
        ({"sdgs": [{"code": "8"}]}, "award.sdgs.0: unknown or missing: label"),
        ({"status": {"list_url": "x", "index": 1, "bit": 0}}, "award.status: unknown or missing: bit"),
    ],
)
def test_what_is_no_award_is_refused(changes, place):
    with pytest.raises(BadFacts) as refusal:
        from_json(to_json(award()) | changes)

    assert str(refusal.value) == place


def test_award_without_a_needed_fact_is_refused():
    data = to_json(award())
    del data["learner"]

    with pytest.raises(BadFacts, match="missing: learner"):
        from_json(data)


def test_moment_without_its_zone_is_not_written():
    with pytest.raises(BadFacts, match="without its zone"):
        to_json(award(issued_at=datetime(2026, 10, 1, tzinfo=UTC).replace(tzinfo=None)))
