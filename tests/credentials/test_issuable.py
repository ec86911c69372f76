"""What can be issued: told row by row with the reason, and by the database alone for counts."""

import pytest

from credentials import issuable
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued, started
from tests.factories.registry import InstitutionFactory, StatementFactory

pytestmark = pytest.mark.django_db


def test_database_and_rows_agree_on_what_can_be_issued():
    house = InstitutionFactory()
    fine = AttainmentFactory(institution=house)
    AttainmentFactory(institution=house, grade="0")
    AttainmentFactory(institution=house, version__status=OfferingVersion.Status.APPROVED)
    AttainmentFactory(institution=house, version__status=OfferingVersion.Status.SUSPENDED)
    AttainmentFactory(institution=house, statement=False)
    stopped, goes_on = AttainmentFactory.create_batch(2, institution=house)
    for one in (stopped, goes_on):
        StatementFactory(version=one.version, suspended_at=AT)
    StatementFactory(version=goes_on.version)
    issued(AttainmentFactory(institution=house))
    started(AttainmentFactory(institution=house))

    rows = list(issuable.unissued(house))
    hindered = issuable.obstacles(
        rows,
        statements=issuable.statements({row.version_id for row in rows}),
        waiting=issuable.waiting(rows),
    )

    assert set(issuable.ready(house)) == {fine, goes_on}
    assert {row for row in rows if row.pk not in hindered} == {fine, goes_on}
