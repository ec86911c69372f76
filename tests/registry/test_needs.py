"""Meetings with working life (P-05) and foresight notes (P-04), and picking them on a version."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from registry.access import Role
from registry.actions import needs, offerings
from registry.errors import Invalid
from registry.models import ForesightNote, MeetingRecord
from tests.factories import AT
from tests.factories.evidence import ForesightFactory, MeetingFactory
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


def url(name, *args):
    with translation.override("en"):
        return reverse(name, args=["oamk", *args])


def test_meeting_keeps_organisations_by_sector(client, house):
    """P-05: a third-sector organisation can be chosen."""
    client.force_login(member(house, Role.AUTHOR))

    client.post(
        url("meeting-new"),
        {
            "held_on": "2026-01-15",
            "topic_fi": "Osaajapula",
            "organisation_0": "Paja Oy",
            "sector_0": "company",
            "organisation_2": "Martat ry",
            "sector_2": "third_sector",
        },
    )

    meeting = MeetingRecord.objects.get()
    assert (meeting.institution, meeting.held_on, meeting.topic) == (
        house,
        date(2026, 1, 15),
        {"fi": "Osaajapula"},
    )
    assert meeting.participants == [
        {"name": "Paja Oy", "sector": "company"},
        {"name": "Martat ry", "sector": "third_sector"},
    ]
    assert list(house.trail.values_list("verb", flat=True)) == ["recorded_meeting"]


def test_meeting_form_names_the_field_that_is_missing(client, house):
    client.force_login(member(house, Role.AUTHOR))

    page = client.post(
        url("meeting-new"), {"held_on": "2026-01-15", "topic_fi": "Aihe", "organisation_0": "Paja Oy"}
    )

    assert page.context["form"].errors == {"sector_0": ["Choose the sector."]}
    assert MeetingRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"held_on": date(2100, 1, 1)}, "held_on"),
        ({"participants": []}, "participants"),
        ({"participants": [{"name": "Paja", "sector": "x"}]}, "participants"),
        ({"topic": {}}, "topic"),
    ],
)
def test_meeting_is_refused_by_field(house, fields, wrong):
    good = {
        "held_on": AT.date(),
        "topic": {"fi": "Aihe"},
        "conclusions": {},
        "participants": [{"name": "Paja", "sector": "company"}],
    }

    with pytest.raises(Invalid) as refusal:
        needs.record_meeting(institution=house, by=UserFactory(), at=AT, **{**good, **fields})

    assert [field for field, _text in refusal.value.reasons] == [wrong]


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"source": ""}, "source"), ({"horizon_year": 1999}, "horizon_year")]
)
def test_foresight_without_source_or_horizon_is_refused(house, fields, wrong):
    """P-04."""
    good = {"text": {"fi": "Näin"}, "source": "Barometri", "source_url": "", "horizon_year": 2030}

    with pytest.raises(Invalid) as refusal:
        needs.note_foresight(institution=house, by=UserFactory(), at=AT, **{**good, **fields})

    assert [field for field, _text in refusal.value.reasons] == [wrong]


def test_foresight_form_needs_source_and_horizon(client, house):
    client.force_login(member(house, Role.AUTHOR))

    page = client.post(url("foresight-new"), {"text_fi": "Sähköasentajia puuttuu"})

    assert sorted(page.context["form"].errors) == ["horizon_year", "source"]


def test_change_of_a_note_is_saved_and_written_down(client, house):
    client.force_login(member(house, Role.AUTHOR))
    note = ForesightFactory(institution=house)

    client.post(
        url("foresight-edit", note.uid), {"text_fi": "Uusi", "source": "ETLA", "horizon_year": "2035"}
    )

    note.refresh_from_db()
    assert (note.text, note.source, note.horizon_year) == ({"fi": "Uusi"}, "ETLA", 2035)
    assert house.trail.get().verb == "updated"


def test_list_shows_own_meetings_and_notes_to_every_role(client, house):
    client.force_login(member(house, Role.REVIEWER))
    MeetingFactory(institution=house)
    ForesightFactory(institution=house)
    MeetingFactory()

    page = client.get(url("need-list"))

    assert (len(page.context["meetings"]), len(page.context["notes"])) == (1, 1)
    assert page.context["can_write"] is False


def test_meeting_of_another_institution_is_not_found(client, house):
    client.force_login(member(house, Role.AUTHOR))

    assert client.get(url("meeting-edit", MeetingFactory().uid)).status_code == 404


def test_version_takes_evidence_of_its_own_institution_only(house):
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    own, other = MeetingFactory(institution=house), MeetingFactory()
    note = ForesightFactory(institution=house)

    offerings.save(
        version=version,
        content={"meetings": [str(own.uid)], "foresight": [str(note.uid)]},
        by=UserFactory(),
        at=AT,
    )
    with pytest.raises(Invalid) as refusal:
        offerings.save(version=version, content={"meetings": [str(other.uid)]}, by=UserFactory(), at=AT)

    version.refresh_from_db()
    assert (version.meetings, version.foresight) == ([str(own.uid)], [str(note.uid)])
    assert [field for field, _text in refusal.value.reasons] == ["meetings"]


def test_quality_tab_offers_meetings_and_notes_and_saves_the_picked(client, house):
    client.force_login(member(house, Role.AUTHOR))
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    meeting, note = MeetingFactory(institution=house), ForesightFactory(institution=house)
    tab = url("version-edit", version.offering.code, 1, "quality")

    form = client.get(tab).context["form"]
    client.post(tab, {"meetings": [str(meeting.uid)], "relevance_fi": "Tarve"})

    version.refresh_from_db()
    assert [choice[0] for choice in form.fields["foresight"].choices] == [str(note.uid)]
    assert version.meetings == [str(meeting.uid)]
    assert ForesightNote.objects.count() == 1
