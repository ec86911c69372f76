import factory
from factory.django import DjangoModelFactory

from registry.models import Contact, ForesightNote, Link, MeetingRecord
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingFactory, texts


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    offering = factory.SubFactory(OfferingFactory)
    function = Contact.Function.TEACHING
    name = factory.Sequence(lambda n: f"Opettaja {n}")
    email = factory.Sequence(lambda n: f"opettaja{n}@example.com")


class LinkFactory(DjangoModelFactory):
    class Meta:
        model = Link

    offering = factory.SubFactory(OfferingFactory)
    label = texts("Opintopolku")
    url = "https://opintopolku.example/1"


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = MeetingRecord

    institution = factory.SubFactory(InstitutionFactory)
    held_on = AT.date()
    topic = texts("Osaajapula")
    participants = [{"name": "Pohjolan Paja", "sector": "company"}]


class ForesightFactory(DjangoModelFactory):
    class Meta:
        model = ForesightNote

    institution = factory.SubFactory(InstitutionFactory)
    text = texts("Sähköasentajia puuttuu")
    source = "Osaamisbarometri"
    horizon_year = 2030
    noted_on = AT.date()
