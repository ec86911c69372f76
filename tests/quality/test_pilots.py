"""Pilots (P-14): started at a host, reported with evidence, once."""

from datetime import date

import pytest
from django.urls import reverse

from quality.actions import pilots
from quality.models import Pilot
from registry.access import Role
from registry.errors import Invalid, StateChanged
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.registry import InstitutionFactory, OfferingFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 11, 1)}
REPORT = {"text": "Toimi hyvin.", "title": "Isännän lausunto", "url": "https://paja.example/lausunto"}


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def pilot(house):
    offering = OfferingFactory(institution=house)
    return pilots.start(offering=offering, host="Pohjolan Paja", **DAYS, by=UserFactory(), at=AT)


def test_start_writes_the_trail(pilot):
    entry = TrailEntry.objects.get(about=f"pilot:{pilot.uid}")

    assert (entry.verb, entry.reason) == ("pilot_started", "Pohjolan Paja")


def test_offering_is_called_a_pilot_in_public_until_every_report_is_there(client, time_machine):
    """P-14: on its card and its page."""
    time_machine.move_to(AT, tick=False)
    offering, who = shown().offering, {"by": UserFactory(), "at": AT}
    both = [pilots.start(offering=offering, host=host, **DAYS, **who) for host in ("Paja", "Telakka")]

    def said() -> list[bool]:
        addresses = ["/fi/catalogue/", f"/fi/catalogue/{offering.code}/"]
        return ['<span class="chip">pilotti</span>' in client.get(one).content.decode() for one in addresses]

    seen = [said()]
    for one in both:
        pilots.report(pilot=one, **REPORT, **who)
        seen.append(said())

    assert seen == [[True, True], [True, True], [False, False]]


def test_pilot_that_ends_before_it_starts_is_refused(house):
    days = {"starts_on": DAYS["ends_on"], "ends_on": DAYS["starts_on"]}

    with pytest.raises(Invalid):
        pilots.start(offering=OfferingFactory(institution=house), host="X", **days, by=UserFactory(), at=AT)


def test_report_keeps_its_evidence_and_is_written_once(house, pilot):
    by = UserFactory()

    pilots.report(pilot=pilot, **REPORT, by=by, at=AT)

    kept = Pilot.objects.get()
    assert (kept.report, kept.reported_by) == ("Toimi hyvin.", by)
    assert (kept.evidence.title, kept.evidence.institution) == ("Isännän lausunto", house)
    with pytest.raises(StateChanged):
        pilots.report(pilot=pilot, **REPORT, by=by, at=AT)


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("title", ""), ("url", "javascript:alert(1)")])
def test_report_without_its_parts_is_refused(pilot, field, value):
    with pytest.raises(Invalid):
        pilots.report(pilot=pilot, **{**REPORT, field: value}, by=UserFactory(), at=AT)


def test_pages_start_and_report_a_pilot(client, house, time_machine):
    time_machine.move_to(AT, tick=False)
    offering = OfferingFactory(institution=house)
    client.force_login(member(house, Role.AUTHOR))
    begun = {"offering": offering.pk, "host": "Paja", "starts_on": "2026-10-01", "ends_on": "2026-11-01"}

    wrong = client.post(reverse("pilot-new", args=["oamk"]), {**begun, "ends_on": "2026-09-01"})
    client.post(reverse("pilot-new", args=["oamk"]), begun)
    late = client.get(reverse("pilot-list", args=["oamk"])).content.decode()
    report = {"report": "Toimi.", "title": "Lausunto", "url": "https://paja.example/"}
    client.post(reverse("pilot-report", args=["oamk", Pilot.objects.get().uid]), report)

    assert "Pilotti päättyy ennen kuin se alkaa." in wrong.content.decode()
    assert "Raportti puuttuu" in late
    assert Pilot.objects.get().report == "Toimi."
