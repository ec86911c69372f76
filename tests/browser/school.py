"""An institution as it stands when a journey begins: what others did there last week and yesterday."""

from datetime import timedelta

from django.utils import timezone

from credentials.models import Credential
from registry.actions import codelists, offerings
from registry.models import OfferingVersion
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import OfferingVersionFactory, StatementFactory, UserFactory


def published_last_week(**values) -> OfferingVersion:
    """A version that anybody may complete: approved, published, and good in the eyes of quality."""
    codelists.load()
    week_ago = timezone.now() - timedelta(days=7)
    version = OfferingVersionFactory(
        status=OfferingVersion.Status.APPROVED, created_at=week_ago, updated_at=week_ago,
        submitted_at=week_ago, approved_at=week_ago, **values,
    )  # fmt: skip
    offerings.publish(version=version, by=UserFactory(), at=week_ago)
    StatementFactory(version=version, decided_on=timezone.localdate(week_ago), created_at=week_ago)
    return version


def issued_yesterday() -> Credential:
    yesterday = timezone.now().replace(microsecond=0) - timedelta(days=1)
    version = published_last_week()
    attainment = AttainmentFactory(
        institution=version.offering.institution, version=version, recorded_at=yesterday,
        completed_on=timezone.localdate(yesterday), statement=False, learner__user=UserFactory(),
    )  # fmt: skip
    return issued(attainment, at=yesterday)
