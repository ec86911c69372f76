"""Complaints: made by anybody, answered by a coordinator, told by letter."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from quality.actions import complaints
from quality.models import Complaint
from registry.access import Role
from registry.errors import Invalid, NotAllowed, Refused, StateChanged
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def version(house):
    return OfferingVersionFactory(offering__institution=house, status="published")


def complain(version, **fields) -> Complaint:
    facts = {
        "kind": "assessment",
        "text": "Arviointi puuttui.",
        "email": "aino@example.com",
        "language": "fi",
    }
    return complaints.make(offering=version.offering, at=AT, **{**facts, **fields})


def test_complaint_is_told_to_the_coordinators_and_received(house, version):
    coordinator, _author = member(house, Role.QUALITY), member(house, Role.AUTHOR)

    complaint = complain(version)

    number = f"{AT.year}-{complaint.pk}"

    assert set(Letter.objects.values_list("to", flat=True)) == {coordinator.email, "aino@example.com"}
    assert complaint.reference == number
    assert Letter.objects.filter(body__contains=f"Valituksen numero: {number}").count() == 2
    assert not Letter.objects.filter(body__contains="Arviointi puuttui").exists()
    entry = TrailEntry.objects.get(about=f"complaint:{complaint.uid}")
    assert (entry.verb, entry.by, entry.institution) == ("complained", None, house)


def test_complaint_about_a_draft_is_refused(house):
    with pytest.raises(Refused):
        complain(OfferingVersionFactory(offering__institution=house))


def test_complaint_without_words_is_refused(version):
    with pytest.raises(Invalid):
        complain(version, text=" ")


@pytest.mark.parametrize(
    ("is_upheld", "status", "said"),
    [(True, "upheld", "hyväksyy valituksesi"), (False, "dismissed", "ei hyväksy valitustasi")],
)
def test_answer_is_kept_and_sent(house, version, is_upheld, status, said):
    coordinator, complaint = member(house, Role.QUALITY), complain(version)

    complaints.answer(
        complaint=complaint, is_upheld=is_upheld, text="Katsoimme asian.", by=coordinator, at=AT
    )

    kept = Complaint.objects.get()
    assert (kept.status, kept.answer, kept.answered_by) == (status, "Katsoimme asian.", coordinator)
    letter = Letter.objects.order_by("pk").last()
    assert (letter.to, said in letter.body, "Katsoimme asian." in letter.body) == (
        "aino@example.com",
        True,
        True,
    )
    assert TrailEntry.objects.filter(about=f"complaint:{complaint.uid}", verb=status).exists()


def test_answer_by_an_author_is_refused(house, version):
    coordinator, complaint = member(house, Role.QUALITY), complain(version)
    version.authors.add(coordinator)

    with pytest.raises(NotAllowed):
        complaints.answer(complaint=complaint, is_upheld=True, text="Ei.", by=coordinator, at=AT)


def test_second_answer_meets_the_changed_state(version):
    complaint, stale = complain(version), Complaint.objects.get()
    complaints.answer(complaint=complaint, is_upheld=True, text="Kyllä.", by=UserFactory(), at=AT)

    with pytest.raises(StateChanged):
        complaints.answer(complaint=stale, is_upheld=False, text="Ei.", by=UserFactory(), at=AT)


def test_public_page_takes_a_complaint_and_the_list_answers_it(client, house, version):
    address = reverse("complaint-new", args=[version.offering.code])
    form, empty = client.get(address), client.post(address, {"kind": "other", "text": ""})
    sent = client.post(address, {"kind": "other", "text": "Huono.", "email": "a@example.com"})
    client.force_login(member(house, Role.QUALITY))
    page = client.get(reverse("complaint-list", args=["oamk"])).content.decode()
    answer = reverse("complaint-answer", args=["oamk", Complaint.objects.get().uid])
    without = client.post(answer, {"outcome": "upheld", "text": ""})
    client.post(answer, {"outcome": "upheld", "text": "Olet oikeassa."})

    complaint = Complaint.objects.get()
    assert (form.status_code, sent.url) == (200, reverse("complaint-sent", args=[complaint.uid]))
    told = Client().get(sent.url).text
    assert (complaint.reference in told, "Huono." in told, complaint.reference in page) == (True, False, True)
    assert "Kirjoita, mitä tapahtui." in empty.content.decode()
    assert version.offering.code in page
    assert "Kirjoita vastaus." in without.content.decode()
    assert Complaint.objects.get().status == "upheld"
    assert "Olet oikeassa." in client.get(answer).content.decode()


def test_number_of_no_complaint_is_not_found(client, version):
    assert client.get(reverse("complaint-sent", args=[uuid4()])).status_code == 404


def test_offering_page_leads_to_the_complaint_form(client, version):
    page = client.get(reverse("catalogue-offering", args=[version.offering.code])).content.decode()

    assert reverse("complaint-new", args=[version.offering.code]) in page
