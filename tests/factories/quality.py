import factory
from factory.django import DjangoModelFactory

from quality.models import ReviewCycle
from tests.factories import AT
from tests.factories.registry import OfferingVersionFactory


class ReviewCycleFactory(DjangoModelFactory):
    class Meta:
        model = ReviewCycle

    version = factory.SubFactory(OfferingVersionFactory)
    offering = factory.SelfAttribute("version.offering")
    number = factory.SelfAttribute("version.number")
    status = ReviewCycle.Status.PLAN_DRAFT
    opened_at = AT
