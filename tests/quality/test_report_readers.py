"""Readers of a frozen report outside: a link of their own that ends (5.8/4)."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quality.actions import reports
from quality.models import Report
from registry.access import Role
from registry.errors import Invalid
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def report(house) -> Report:
    return reports.freeze(institution=house, title="Vuosi", year=DAY.year, by=UserFactory(), at=AT)


def link(report, *, reader="Aino Arvioija, KARVI", purpose="Auditointi", ends_on=DAY):
    said = {"reader": reader, "purpose": purpose, "ends_on": ends_on}
    return reports.grant(report=report, **said, by=UserFactory(), at=AT)


def test_named_reader_reads_by_the_link_alone(client, report):
    """Opening the link reads nothing; the button does, and the trail names the reader."""
    _grant, secret = link(report)
    url = reverse("report-link", args=[secret])

    cover = client.get(url)
    looked = TrailEntry.objects.filter(verb="report_read").count()
    page, file = client.post(url), client.post(url, {"form": "json"})

    assert (cover.status_code, looked) == (200, 0)
    assert "Aino Arvioija, KARVI" in cover.text
    assert report.sha256 in page.text
    assert hashlib.sha256(file.content).hexdigest() == report.sha256
    entries = TrailEntry.objects.filter(verb="report_read", content_hash=report.sha256)
    assert list(entries.values_list("by", "reason")) == [(None, "Aino Arvioija, KARVI")] * 2


@pytest.mark.parametrize("ended", ["withdrawn", "over", "unknown"])
def test_link_that_ended_opens_nothing(client, report, time_machine, ended):
    grant, secret = link(report)
    if ended == "withdrawn":
        reports.withdraw(grant=grant, by=UserFactory(), at=AT)
    elif ended == "over":
        time_machine.move_to(AT + timedelta(days=1), tick=False)
    else:
        secret = "x" * 43
    url = reverse("report-link", args=[secret])

    page = client.get(url)

    assert (page.status_code, client.post(url).status_code) == (410, 410)
    assert "Pyydä korkeakoululta uusi linkki raporttiin." in page.text
    assert "Vuosi" not in page.text
    assert not TrailEntry.objects.filter(verb="report_read").exists()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("reader", {"reader": " "}),  # Name who reads it.
        ("purpose", {"purpose": " "}),  # Tell what it is read for.
        ("ends_on", {"ends_on": DAY - timedelta(days=1)}),
        ("ends_on", {"ends_on": DAY + timedelta(days=91)}),  # Choose a day from today to
    ],
)
def test_link_is_refused_at_its_field(report, field, said):
    with pytest.raises(Invalid) as refusal:
        link(report, **said)

    assert [name for name, _said in refusal.value.reasons] == [field]


def test_link_is_shown_once_and_its_end_is_in_the_trail(house, report):
    client = Client()
    client.force_login(member(house, Role.QUALITY))
    page = reverse("report-readers", args=["oamk", report.uid])
    said = {"reader": "Aino Arvioija", "purpose": "Auditointi", "ends_on": DAY.isoformat()}

    shown = client.post(page, said)
    grant = report.grants.get()
    client.post(reverse("report-grant-withdraw", args=["oamk", report.uid, grant.uid]))
    grant.refresh_from_db()

    secret = shown.context["url"].rstrip("/").rpartition("/")[2]
    assert grant.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert grant.withdrawn_at == AT
    verbs = TrailEntry.objects.filter(verb__startswith="reading_").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["reading_granted", "reading_withdrawn"]
    assert secret not in client.get(page).text


def test_link_of_another_institution_is_not_found(report):
    """N5."""
    grant, _secret = link(report)
    client = Client()
    client.force_login(member(InstitutionFactory(code="LAB"), Role.QUALITY))

    answer = client.post(reverse("report-grant-withdraw", args=["lab", report.uid, grant.uid]))

    grant.refresh_from_db()
    assert (answer.status_code, grant.withdrawn_at) == (404, None)
