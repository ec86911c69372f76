"""An agreement with a partner, and a window of rectification of a learner."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from quality.models import PartnershipAgreement, RectificationWindow
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import InstitutionFactory, UserFactory, texts

DAY = AT.date()


class AgreementFactory(DjangoModelFactory):
    """In force for three years with an employer."""

    class Meta:
        model = PartnershipAgreement

    institution = factory.SubFactory(InstitutionFactory)
    partner = "DEMO Energia Oy"
    kind = "employer"
    focus = texts("Vetyosaaminen")
    contact_name = "Eeva Energia"
    responsible = factory.SubFactory(UserFactory)
    begins_on = DAY.replace(month=1, day=1)
    ends_on = DAY.replace(year=DAY.year + 2, month=12, day=31)
    written_at = AT
    written_by = factory.SelfAttribute("responsible")


class RectificationWindowFactory(DjangoModelFactory):
    """Of a decision that the learner was told today."""

    class Meta:
        model = RectificationWindow

    learner = factory.SubFactory(LearnerFactory)
    institution = factory.SelfAttribute("learner.institution")
    kind = "assessment"
    about = "Arvosana 1"
    told_on = DAY
    ends_on = DAY + timedelta(14)
    handler = factory.SubFactory(UserFactory)
    written_at = AT
    written_by = factory.SelfAttribute("handler")
