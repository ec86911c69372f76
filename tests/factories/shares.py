"""Share links as learners make them."""

from credentials.actions import shares
from credentials.models import Credential, Share
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory


def own(user=None, **learner) -> Credential:
    """A credential whose learner has an account."""
    institution = learner.pop("institution", None) or InstitutionFactory()
    record = LearnerFactory(institution=institution, user=user or UserFactory(), **learner)
    return issued(AttainmentFactory(institution=institution, learner=record))


def shared(*credentials: Credential, at=AT, **values) -> tuple[Share, str]:
    """A link to all of them, for six months."""
    values = {"purpose": "work", "months": 6, "by": credentials[0].learner.user} | values
    return shares.create(credentials=credentials, at=at, **values)
