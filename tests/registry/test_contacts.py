"""Contacts and links of an offering: outside the versions, with history, the last ones kept (A-04)."""

import pytest
from django.urls import reverse
from django.utils import translation

from registry import trail
from registry.access import Role
from registry.actions import contacts
from registry.errors import Invalid, Refused, StateChanged
from registry.models import Contact
from tests.factories import AT
from tests.factories.evidence import ContactFactory, LinkFactory
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
F = Contact.Function


def published():
    return OfferingVersionFactory(status="published").offering


def history(offering):
    return list(trail.of(row=offering).values_list("verb", "was", "became", "reason"))


def test_contact_of_a_published_offering_changes_without_a_new_version():
    """A-04, rule 2: contacts are not part of the frozen content."""
    offering, by = published(), UserFactory()
    contact = ContactFactory(offering=offering, name="Aada")

    contacts.change_contact(
        contact=contact, function=F.TEACHING, name="Eero", email="eero@example.com", phone="", by=by, at=AT
    )

    assert list(offering.contacts.values_list("name", "email")) == [("Eero", "eero@example.com")]
    assert offering.versions.count() == 1
    assert history(offering) == [("contact_changed", "teaching", "teaching", "Aada → Eero")]


@pytest.mark.parametrize("function", [F.STUDY_AFFAIRS, F.TEACHING, F.RDI])
def test_last_contact_of_a_published_offering_cannot_be_removed(function):
    contact = ContactFactory(offering=published(), function=function)

    with pytest.raises(Refused) as refusal:
        contacts.remove_contact(contact=contact, by=UserFactory(), at=AT)

    assert (refusal.value.code, Contact.objects.count()) == ("last_contact", 1)


def test_last_contact_of_a_published_offering_cannot_change_function():
    contact = ContactFactory(offering=published(), function=F.RDI)

    with pytest.raises(Refused):
        contacts.change_contact(
            contact=contact,
            function=F.TEACHING,
            name=contact.name,
            email=contact.email,
            phone="",
            by=UserFactory(),
            at=AT,
        )

    contact.refresh_from_db()
    assert contact.function == F.RDI


def test_contact_is_removed_when_another_stays_or_nothing_is_published():
    offering = published()
    one, two = ContactFactory.create_batch(2, offering=offering)
    draft = ContactFactory(offering=OfferingVersionFactory().offering)

    contacts.remove_contact(contact=one, by=UserFactory(), at=AT)
    contacts.remove_contact(contact=draft, by=UserFactory(), at=AT)

    assert list(Contact.objects.all()) == [two]
    assert history(offering) == [("contact_removed", "teaching", "", one.name)]


def test_contact_with_a_wrong_address_is_refused_by_its_field():
    with pytest.raises(Invalid) as refusal:
        contacts.add_contact(
            offering=OfferingFactory(),
            function=F.RDI,
            name="Aada",
            email="aada",
            phone="",
            by=UserFactory(),
            at=AT,
        )

    assert [field for field, _text in refusal.value.reasons] == ["email"]


def test_copying_fills_only_functions_that_have_nobody():
    source, offering = OfferingFactory(), OfferingFactory()
    ContactFactory(offering=source, function=F.TEACHING, name="Muu")
    ContactFactory(offering=source, function=F.RDI, name="Tutkija")
    ContactFactory(offering=offering, function=F.TEACHING, name="Oma")

    contacts.copy_contacts(offering=offering, source=source, by=UserFactory(), at=AT)

    assert list(offering.contacts.order_by("function").values_list("function", "name")) == [
        ("rdi", "Tutkija"),
        ("teaching", "Oma"),
    ]


def test_link_is_added_changed_and_removed_with_history():
    offering, by = published(), UserFactory()
    label = {"fi": "Peppi"}

    link = contacts.add_link(offering=offering, label=label, url="https://a.example/", by=by, at=AT)
    contacts.change_link(link=link, label=label, url="https://b.example/", by=by, at=AT)
    contacts.remove_link(link=link, by=by, at=AT)

    assert [row[0] for row in history(offering)] == ["link_removed", "link_changed", "link_added"]
    assert offering.links.count() == 0


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


def url(name, *args):
    with translation.override("en"):
        return reverse(name, args=["oamk", *args])


def test_page_names_who_is_missing_and_takes_a_new_contact(client, house):
    client.force_login(member(house, Role.AUTHOR))
    offering = OfferingVersionFactory(offering=OfferingFactory(institution=house)).offering

    answer = client.post(
        url("contact-new", offering.code), {"function": "rdi", "name": "Aada", "email": "aada@example.com"}
    )
    page = client.get(url("offering-contacts", offering.code))

    assert answer["Location"] == url("offering-contacts", offering.code)
    assert [
        (str(one["label"]), one["is_needed"], len(one["contacts"])) for one in page.context["functions"]
    ] == [
        ("Study affairs", True, 0),
        ("Teaching", True, 0),
        ("RDI", True, 1),
        ("Guidance", False, 0),
    ]
    assert [one["said"] for one in page.context["history"]] == ["Aada"]


def test_page_refuses_to_remove_the_last_contact_in_words(client, house):
    client.force_login(member(house, Role.AUTHOR))
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    contact = ContactFactory(offering=version.offering)

    answer = client.post(url("contact-remove", version.offering.code, contact.uid))

    assert answer.status_code == 409
    assert "The last contact of this function stays: Teaching." in answer.content.decode()


def test_contact_of_another_institution_is_not_found(client, house):
    client.force_login(member(house, Role.AUTHOR))
    other = ContactFactory(offering=OfferingVersionFactory().offering)

    assert client.get(url("contact-edit", other.offering.code, other.uid)).status_code == 404


def test_public_page_lists_contacts_by_function_and_links(client, house):
    """A-04: three contacts by function."""
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published")
    for function, name in ((F.STUDY_AFFAIRS, "Aada"), (F.TEACHING, "Eero"), (F.RDI, "Tutkija Testinen")):
        ContactFactory(offering=version.offering, function=function, name=name)
    LinkFactory(offering=version.offering)

    page = client.get(f"/en/catalogue/{version.offering.code}/")
    api = client.get(f"/api/v1/offerings/{version.offering.code}/").json()

    assert [(str(one["function"]), one["name"]) for one in page.context["contacts"]] == [
        ("RDI", "Tutkija Testinen"), ("Study affairs", "Aada"), ("Teaching", "Eero"),
    ]  # fmt: skip
    assert "https://opintopolku.example/1" in page.content.decode()
    assert (api["contacts"][0]["function"], api["links"][0]["url"]) == (
        "rdi",
        "https://opintopolku.example/1",
    )


def test_contact_that_somebody_took_away_meanwhile_is_told():
    offering = published()
    contact = ContactFactory(offering=offering, function=F.GUIDANCE)
    gone = Contact.objects.get(pk=contact.pk)
    gone.delete()

    with pytest.raises(StateChanged):
        contacts.change_contact(
            contact=contact, function=F.GUIDANCE, name="Uusi", email="uusi@example.com", phone="",
            by=UserFactory(), at=AT,
        )  # fmt: skip
