"""The partner's first page: what other institutions offer, and how its quality stands."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.access import Role
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    StatementFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, time_machine):
    time_machine.move_to(AT, tick=False)
    house = InstitutionFactory(code="OAMK")
    OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    client.force_login(member(house, Role.PARTNER))
    return reverse("partner-home", args=["oamk"])


def offered(code: str, **said):
    version = OfferingVersionFactory(offering=OfferingFactory(code=code), status="published")
    if said:
        StatementFactory(version=version, **said)
    return version


def test_partner_sees_what_others_offer_with_its_quality(client, page):
    offered("A-1", decided_on=date(2025, 10, 1), check_due_on=date(2026, 10, 6))
    offered("B-1", decided_on=date(2026, 10, 1), check_due_on=date(2027, 10, 6))
    offered("C-1")
    OfferingVersionFactory(offering=OfferingFactory(code="D-1"))

    rows = sorted(client.get(page).context["rows"], key=lambda row: row["code"])

    assert sorted((row["code"], row["approved"], row["check"], row["is_late"]) for row in rows) == [
        ("A-1", "1.10.2025", "6.10.2026", True),
        ("B-1", "1.10.2026", "6.10.2027", False),
        ("C-1", "", "", False),
    ]


def test_partner_narrows_to_one_institution(client, page):
    version = offered("A-1")
    offered("B-1")

    rows = client.get(page, {"institution": version.offering.institution.code}).context["rows"]

    assert [row["code"] for row in rows] == ["A-1"]


def test_partner_page_costs_as_many_queries_for_three_rows_as_for_one(
    client, page, django_assert_num_queries
):
    offered("A-1", decided_on=date(2025, 10, 1))
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        client.get(page)
    one = len(caught)
    offered("B-1", decided_on=date(2025, 10, 1))
    offered("C-1", decided_on=date(2025, 10, 1))
    client.get(page)

    with django_assert_num_queries(one):
        client.get(page)
