"""Versions, realisations and code lists for machines that keep a copy (N4): order, moments, filters."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import OfferingVersion, Realisation
from registry.rest import PerMinute
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.registry import OfferingFactory, OfferingVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_minute():
    PerMinute._counts.clear()


def rows(client, address: str) -> list[dict]:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    return response.json()["results"]


def changed(version, *, minutes: int):
    OfferingVersion.objects.filter(pk=version.pk).update(updated_at=AT + timedelta(minutes=minutes))
    return version


def run(version, key="R1", **fields) -> Realisation:
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 18)}
    return Realisation.objects.create(version=version, key=key, **days | fields)


def test_versions_come_by_change_and_then_by_key(client):
    late, early, same = (shown(offering=OfferingFactory(code=code)) for code in ("A", "B", "C"))
    changed(late, minutes=2)
    changed(early, minutes=1)
    changed(same, minutes=1)

    assert [row["code"] for row in rows(client, "versions/")] == ["B", "C", "A"]


@pytest.mark.parametrize("address", ["versions", "realisations"])
def test_page_after_page_misses_nothing_that_changes_meanwhile(client, address):
    """What is added or changed while a copy is made comes at the end: nothing is skipped."""
    stamped = OfferingVersion if address == "versions" else Realisation
    for number in range(4):
        one = run(shown(offering=OfferingFactory(code=f"A{number}")))
        row = one.version if address == "versions" else one
        stamped.objects.filter(pk=row.pk).update(updated_at=AT + timedelta(minutes=number))

    first = client.get(f"/api/v1/{address}/?page_size=2").json()
    new = run(shown(offering=OfferingFactory(code="A00")))  # would stand second by its code
    row = new.version if address == "versions" else new
    stamped.objects.filter(pk=row.pk).update(updated_at=AT + timedelta(hours=1))
    rest = [client.get(f"/api/v1/{address}/?page_size=2&page={page}").json() for page in (2, 3)]

    found = [row["code"] for page in (first, *rest) for row in page["results"]]
    assert found == ["A0", "A1", "A2", "A3", "A00"]


def test_versions_hold_every_published_state_and_no_draft(client):
    old = shown(status="superseded")
    shown(offering=old.offering, number=2)
    shown(status="retired")
    OfferingVersionFactory()
    shown(is_staff_only=True)

    assert sorted(row["status"] for row in rows(client, "versions/")) == [
        "published",
        "retired",
        "superseded",
    ]
    assert [row["version"] for row in rows(client, "versions/?status=superseded")] == [1]


@pytest.mark.parametrize("address", ["versions", "offerings"])
def test_updated_since_gives_what_changed_at_the_moment_or_later(client, address):
    first, second = shown(offering=OfferingFactory(code="A")), shown(offering=OfferingFactory(code="B"))
    changed(first, minutes=0)
    changed(second, minutes=5)
    shown(offering=OfferingFactory(code="C"))  # at AT, and announces the change to every process
    moment = (AT + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert [row["code"] for row in rows(client, f"{address}/?updated_since={moment}")] == ["B"]
    everything = rows(client, f"{address}/?updated_since=2026-01-01T00:00:00Z")
    assert [row["code"] for row in everything] == ["A", "C", "B"]


def test_move_between_states_is_a_change(client):
    """A copy learns of a suspension by `updated_since`."""
    from registry.actions import offerings
    from tests.factories.registry import UserFactory

    version = shown()
    later = AT + timedelta(days=1)
    offerings.suspend(version=version, by=UserFactory(), at=later, reason="Virhe")

    [row] = rows(client, "versions/?updated_since=2026-11-23T00:00:00Z")
    assert (row["code"], row["status"]) == (version.offering.code, "suspended")


def test_realisations_have_filters_and_hide_what_is_only_planned(client):
    version = shown(offering=OfferingFactory(code="A"))
    run(version, network="CampusOnline")
    run(version, key="R2", status="planned")
    run(version, key="R3", status="cancelled")
    run(OfferingVersionFactory())

    assert [row["key"] for row in rows(client, "realisations/")] == ["R1", "R3"]
    assert [row["key"] for row in rows(client, "realisations/?network=CampusOnline")] == ["R1"]
    assert [row["key"] for row in rows(client, "realisations/?status=cancelled&code=A")] == ["R3"]
    institution = version.offering.institution.code
    assert len(rows(client, f"realisations/?institution={institution}")) == 2
    assert rows(client, "realisations/?updated_since=2990-01-01T00:00:00Z") == []


def test_code_lists_have_labels_in_three_languages(client):
    shown()

    [found] = rows(client, "code-lists/?list=participation_mode")

    assert found["list"] == "participation_mode"
    assert set(found["codes"][0]["label"]) == {"fi", "sv", "en"}
    assert len(rows(client, "code-lists/?page_size=100")) > 20


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("versions/?colour=red", ["colour"]),
        ("versions/?updated_since=yesterday", ["updated_since"]),
        ("versions/?updated_since=0001-01-01T00:00:00%2B14:00", ["updated_since"]),
        ("versions/?institution=NOWHERE", ["institution"]),
        ("versions/?status=draft", ["status"]),
        ("versions/?code=a%07b", ["code"]),
        ("realisations/?status=planned", ["status"]),
        ("realisations/?page=9", ["page"]),
        ("code-lists/?list=colours", ["list"]),
        ("offerings/?updated_since=x", ["updated_since"]),
        ("offerings/?updated_since=", ["updated_since"]),
        ("institutions/?updated_since=2026-01-01T00:00:00Z", ["updated_since"]),
    ],
)
def test_wrong_parameter_is_named(client, question, names):
    """5.8/6: never a silent full list."""
    shown()

    response = client.get(f"/api/v1/{question}")

    assert response.status_code == 400
    assert [error["name"] for error in response.json()["errors"]] == names


@pytest.mark.parametrize(
    "address", ["versions", "realisations", "code-lists", "offerings", "institutions", "pathways"]
)
def test_answers_carry_etag_and_licence(client, address):
    run(shown())
    first = client.get(f"/api/v1/{address}/")

    again = client.get(f"/api/v1/{address}/", headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


@pytest.mark.parametrize("address", ["versions", "realisations"])
def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, address, django_assert_num_queries):
    run(shown())
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/api/v1/{address}/")
    for _ in range(2):
        run(shown())
    with django_assert_num_queries(len(caught)):
        client.get(f"/api/v1/{address}/")
