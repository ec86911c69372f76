from datetime import date

import factory
from factory.django import DjangoModelFactory

from credentials.models import Attainment, Enrolment, Learner
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    OfferingVersionFactory,
    RealisationFactory,
    StatementFactory,
    UserFactory,
)


class LearnerFactory(DjangoModelFactory):
    class Meta:
        model = Learner

    institution = factory.SubFactory(InstitutionFactory)
    given_names = "Aino"
    family_name = factory.Sequence(lambda n: f"Esimerkki{n}")
    email = factory.Sequence(lambda n: f"learner{n}@example.com")
    birth_date = date(2000, 2, 29)
    created_at = AT


class AttainmentFactory(DjangoModelFactory):
    """An attainment that can be issued: its version is published and has a quality statement."""

    class Meta:
        model = Attainment
        skip_postgeneration_save = True

    institution = factory.SubFactory(InstitutionFactory)
    learner = factory.SubFactory(LearnerFactory, institution=factory.SelfAttribute("..institution"))
    version = factory.SubFactory(
        OfferingVersionFactory,
        status=OfferingVersion.Status.PUBLISHED,
        offering__institution=factory.SelfAttribute("...institution"),
    )
    completed_on = AT.date()
    grade = "4"
    recorded_at = AT
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def statement(self, create, extracted, **kwargs):
        if extracted is not False and not self.version.statements.exists():
            StatementFactory(version=self.version)


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    institution = factory.SubFactory(InstitutionFactory)
    learner = factory.SubFactory(LearnerFactory, institution=factory.SelfAttribute("..institution"))
    realisation = factory.SubFactory(RealisationFactory)
    enrolled_at = AT
    enrolled_by = factory.SubFactory(UserFactory)
    accepted_at = AT
