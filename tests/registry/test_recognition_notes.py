"""Recognition notes (5.4/2): "hyväksiluettavissa tutkintoon X", one's own to edit, everybody's to see."""

from decimal import Decimal

import pytest
from django.urls import reverse

from registry.access import Role
from registry.actions import recognition_notes
from registry.errors import Invalid, Refused
from registry.models import RecognitionNote, TrailEntry
from tests.factories import AT
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def reader(house, client):
    person = member(house, Role.PARTNER)
    client.force_login(person)
    return person


@pytest.fixture
def version():
    return shown(offering=OfferingFactory(institution=InstitutionFactory(code="LAB"), code="LAB-1"), ects=5)


def write(house, version, reader, **changes) -> RecognitionNote:
    said = {"degree": titled("Insinööri (AMK)"), "ects": Decimal(3), "note": titled("Vapaasti valittava")}
    return recognition_notes.write(
        institution=house, offering=version.offering, **said | changes, by=reader, at=AT
    )


def test_note_is_seen_on_the_partner_page_and_on_the_public_page(client, house, version, reader):
    write(house, version, reader)

    partner = client.get(reverse("partner-offering", args=["oamk", "LAB-1"]))
    public = client.get(reverse("catalogue-offering", args=["LAB-1"]))

    for page in (partner, public):
        assert "Insinööri (AMK)" in page.content.decode()


def test_notes_of_others_are_hints_without_a_door(client, house, version, reader):
    other = InstitutionFactory(code="TAMK")
    write(other, version, reader)
    write(house, version, reader)

    rows = client.get(reverse("partner-offering", args=["oamk", "LAB-1"])).context["notes"]

    assert [(row["institution"].code, bool(row["edit_url"])) for row in rows] == [
        ("OAMK", True),
        ("TAMK", False),
    ]


def test_note_of_another_institution_is_not_found(client, house, version, reader):
    """5.4/2: only one's own institution's notes can be edited."""
    theirs = write(InstitutionFactory(code="TAMK"), version, reader)

    for name in ("partner-note-edit", "partner-note-remove"):
        address = reverse(name, args=["oamk", theirs.uid])
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"degree": {}}, "degree"), ({"ects": Decimal(6)}, "ects"), ({"ects": Decimal(0)}, "ects")],
)
def test_note_with_a_fault_is_refused_by_field(house, version, reader, changes, field):
    with pytest.raises(Invalid) as refusal:
        write(house, version, reader, **changes)

    assert [name for name, _text in refusal.value.reasons] == [field]


def test_own_offering_and_one_out_of_the_catalogue_take_no_note(house, version, reader):
    with pytest.raises(Refused):
        write(version.offering.institution, version, reader)
    version.offering.published = None
    with pytest.raises(Refused):
        write(house, version, reader)


def test_reader_writes_changes_and_removes_a_note(client, house, version, reader):
    new = reverse("partner-note-new", args=["oamk", "LAB-1"])
    client.post(new, {"degree_fi": "Insinööri", "ects": "2,5"}, headers={"accept-language": "fi"})
    note = RecognitionNote.objects.get()
    first = (note.degree, note.ects, note.institution)

    edit = reverse("partner-note-edit", args=["oamk", note.uid])
    client.post(edit, {"degree_fi": "Tradenomi", "note_fi": "Vain 2026"})
    note.refresh_from_db()
    second = (note.degree, note.ects, note.note)
    client.post(reverse("partner-note-remove", args=["oamk", note.uid]))

    assert first == ({"fi": "Insinööri"}, Decimal("2.5"), house)
    assert second == ({"fi": "Tradenomi"}, None, {"fi": "Vain 2026"})
    assert not RecognitionNote.objects.exists()
    verbs = TrailEntry.objects.filter(about=f"recognitionnote:{note.uid}").order_by("pk")
    assert [entry.verb for entry in verbs] == ["note_written", "note_written", "note_removed"]


def test_partner_home_narrows_to_what_is_open_to_its_students(client, house, version, reader):
    free = shown(offering=OfferingFactory(code="B-1"), free_for=["degree_student"])
    network = shown(offering=OfferingFactory(code="C-1"), network="CampusOnline/RIPA")
    page = reverse("partner-home", args=["oamk"])

    rows = client.get(page, {"open": "1"}).context["rows"]

    assert {row["code"] for row in rows} == {free.offering.code, network.offering.code}
    assert {row["code"] for row in client.get(page).context["rows"]} == {"LAB-1", "B-1", "C-1"}
