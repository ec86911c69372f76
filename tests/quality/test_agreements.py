"""Agreements with partners: what is kept, what is refused, who is reminded when (W-04, F-06, A-13, 6.5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quality import deadlines, measures
from quality.actions import agreements, notices
from quality.measures import Figure
from quality.models import PartnershipAgreement
from registry.access import Role
from registry.errors import Invalid
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingFactory, UserFactory, member, texts

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def contact(house):
    return member(house, Role.PUBLISHER)


@pytest.fixture
def chief(house):
    return member(house, Role.QUALITY)


def facts(contact, **more) -> dict:
    return {
        "partner": "DEMO Energia Oy",
        "kind": "employer",
        "focus": texts("Vetyosaaminen"),
        "contact_name": "Eeva Energia",
        "contact_email": "eeva@energia.example",
        "responsible": contact,
        "begins_on": date(2026, 1, 1),
        "ends_on": date(2028, 12, 31),
        "longer_because": "",
        "meetings_a_year": 2,
        "url": "",
        **more,
    }


def made(house, contact, **more) -> PartnershipAgreement:
    said = facts(contact, **more)
    return agreements.write(institution=house, facts=said, offerings=[], by=contact, at=AT)


def meet(agreement, held_on: date):
    return agreements.meet(agreement=agreement, held_on=held_on, minutes_url="", by=UserFactory(), at=AT)


def told(kind: str, on: date) -> list[str]:
    return sorted(one.reader.email for one in deadlines.due(on) if one.kind == kind)


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("partner", {"partner": " "}),  # Name the partner.
        ("responsible", {"responsible": None}),  # Choose our contact person.
        ("contact_name", {"contact_name": ""}),  # Name the partner's contact person.
        ("ends_on", {"ends_on": date(2025, 12, 31)}),  # The agreement ends before it begins.
        ("longer_because", {"ends_on": date(2029, 1, 1)}),  # F-06: longer than three years
    ],
)
def test_agreement_that_cannot_be_is_refused_at_its_field(house, contact, field, what):
    with pytest.raises(Invalid) as refusal:
        made(house, contact, **what)

    assert [name for name, _said in refusal.value.reasons] == [field]
    assert not PartnershipAgreement.objects.exists()


def test_no_door_stores_an_agreement_that_ends_before_it_begins(house, contact):
    said = facts(contact, ends_on=date(2025, 12, 31))

    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipAgreement.objects.create(institution=house, written_at=AT, written_by=contact, **said)


@pytest.mark.parametrize(
    "held_on", [DAY + timedelta(1), date(2025, 12, 31), date(2026, 5, 12)], ids=["to come", "before", "twice"]
)
def test_meeting_that_cannot_be_is_refused_at_its_field(house, contact, held_on):
    """5.6/7: of one day only one counts."""
    agreement = made(house, contact)
    meet(agreement, date(2026, 5, 12))

    with pytest.raises(Invalid) as refusal:
        meet(agreement, held_on)

    assert [name for name, _said in refusal.value.reasons] == ["held_on"]
    assert agreement.meetings.count() == 1


def test_state_follows_from_the_days(house, contact):
    one = made(house, contact, ends_on=DAY + timedelta(181))

    days = (date(2025, 12, 31), DAY, DAY + timedelta(1), DAY + timedelta(182))
    assert [one.state(day) for day in days] == ["coming", "in_force", "ending", "over"]


def test_end_is_told_to_the_contact_and_the_coordinators(house, contact, chief):
    """6.5: −180, −90, −30, once each."""
    made(house, contact)
    found = []
    for left in (181, 180, 91, 90, 89, 31, 30, 1):
        before = Letter.objects.count()
        notices.write(on=date(2028, 12, 31) - timedelta(days=left), at=AT)
        letters = Letter.objects.order_by("pk")[before:]
        found += [(left, one.to) for one in letters if "päättyy" in one.subject]

    assert sorted(found) == sorted((left, one.email) for left in (180, 90, 30) for one in (contact, chief))


def test_missing_meeting_is_told_on_its_days_until_it_is_held(house, contact, chief):
    """W-04: on 1.10. with one meeting held; 1.10., 1.12., 31.12. (6.5)."""
    agreement = made(house, contact)
    meet(agreement, date(2026, 5, 12))

    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 3))
    assert [len(told("agreement_meeting", day)) for day in days] == [0, 2, 2, 2]
    keys = {one.key for day in days[1:] for one in deadlines.due(day) if one.kind == "agreement_meeting"}
    assert len(keys) == 4  # 3.1. is late for 31.12., not a notice of its own

    meet(agreement, date(2026, 11, 3))
    assert told("agreement_meeting", date(2026, 12, 31)) == []


def test_contact_who_has_left_is_not_told(house, contact, chief):
    made(house, contact)
    contact.memberships.all().delete()

    assert told("agreement", date(2028, 12, 1)) == [chief.email]


def test_register_counts_agreements_and_meetings(house, contact):
    """I-12: 62 partners; meetings held of those agreed; the third of a year fills no other's gap."""
    first, _second = made(house, contact), made(house, contact, partner="Toinen")
    made(house, contact, partner="Päättynyt", ends_on=date(2026, 6, 1))
    for month in (2, 5, 8):
        meet(first, date(2026, month, 1))

    found = measures.of([house.pk], year=2026, on=DAY, wanted=["partners", "meetings_held"])

    assert found["partners"][house.pk] == Figure(2)
    assert found["meetings_held"][house.pk] == Figure(2, part=2, whole=4)


def test_pages_write_change_and_note_a_meeting(house, contact):
    client, offering = Client(), OfferingFactory(institution=house)
    client.force_login(contact)
    said = {
        **{name: value for name, value in facts(contact).items() if name != "focus"},
        "focus_fi": "Vetyosaaminen", "responsible": contact.pk, "offerings": [offering.pk],
    }  # fmt: skip
    refused = client.post(reverse("agreement-new", args=["oamk"]), said | {"contact_name": ""})
    client.post(reverse("agreement-new", args=["oamk"]), said)
    agreement = PartnershipAgreement.objects.get()
    here = ["oamk", agreement.uid]
    form = client.get(reverse("agreement-edit", args=here)).context["form"]
    client.post(reverse("agreement-edit", args=here), said | {"partner": "DEMO Voima Oy"})
    client.post(reverse("agreement-meeting", args=here), {"held_on": "2026-05-12"})

    page = client.get(reverse("agreement-list", args=["oamk"]))

    assert refused.context["form"].errors == {"contact_name": ["Nimeä kumppanin yhteyshenkilö."]}
    assert (form["partner"].value(), form["offerings"].value()) == ("DEMO Energia Oy", [offering.pk])
    for text in ("DEMO Voima Oy", "Vetyosaaminen", offering.code, "1/2", "12.5.2026", "Voimassa"):
        assert text in page.text
    verbs = TrailEntry.objects.filter(about=f"partnershipagreement:{agreement.uid}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "agreement_made", "agreement_changed", "agreement_evaluated",
    ]  # fmt: skip


def test_change_made_meanwhile_is_not_lost(house, contact):
    """Two have the page open: the second sees it before it writes over the first."""
    agreement, client = made(house, contact), Client()
    client.force_login(contact)
    address = reverse("agreement-edit", args=["oamk", agreement.uid])
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in form.fields if name not in ("focus", "offerings")}
    said |= {"focus_fi": "Oma", "responsible": contact.pk, "partner": "Toinen Oy"}
    changed = facts(contact, partner="Ensin Oy")
    agreements.write(
        institution=house, facts=changed, offerings=[], by=contact, at=AT + timedelta(hours=1),
        agreement=agreement,
    )  # fmt: skip

    refused = client.post(address, said)
    kept = PartnershipAgreement.objects.get().partner
    page_form = refused.context["form"]
    client.post(address, said | {"seen": page_form["seen"].value()})

    assert (kept, page_form["partner"].value()) == ("Ensin Oy", "Toinen Oy")
    assert "Joku muu on tallentanut tämän osan sillä välin" in str(page_form.errors)
    assert PartnershipAgreement.objects.get().partner == "Toinen Oy"


@pytest.mark.parametrize(
    ("day", "held", "tone"),
    [
        ((2026, 9, 30), 1, "info"),
        ((2026, 10, 1), 1, "warning"),
        ((2026, 12, 31), 1, "error"),
        ((2026, 12, 31), 2, "success"),
    ],
)
def test_missing_meeting_warns_from_october_and_is_a_fault_on_the_last_day(
    house, contact, time_machine, day, held, tone
):
    """W-04."""
    agreement = made(house, contact)
    for month in range(1, held + 1):
        meet(agreement, date(2026, month, 12))
    time_machine.move_to(datetime(*day, 12, tzinfo=UTC), tick=False)
    client = Client()
    client.force_login(contact)

    page = client.get(reverse("agreement-list", args=["oamk"]))

    assert [row["meetings_tone"] for row in page.context["rows"]] == [tone]


def test_agreement_of_another_institution_is_not_found(house, contact):
    """N5."""
    agreement = made(house, contact)
    client = Client()
    client.force_login(member(InstitutionFactory(code="LAB"), Role.QUALITY))

    assert client.get(reverse("agreement-edit", args=["lab", agreement.uid])).status_code == 404


def test_list_asks_as_much_for_three_as_for_one(house, contact, django_assert_max_num_queries):
    client, address = Client(), reverse("agreement-list", args=["oamk"])
    client.force_login(contact)
    meet(made(house, contact), date(2026, 5, 12))
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for name in ("Toinen", "Kolmas"):
        meet(made(house, contact, partner=name), date(2026, 5, 12))

    with django_assert_max_num_queries(len(one)):
        client.get(address)
