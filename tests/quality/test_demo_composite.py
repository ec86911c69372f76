"""The demo shows a composite credential: a learner has completed a pathway (C-14)."""

from datetime import datetime

import pytest

from credentials.models import Credential
from quality.actions import demo, demo_credentials
from registry.actions import imports
from tests.factories.issuing import run

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AT = datetime(2026, 12, 2, 10, tzinfo=imports.HELSINKI)


def test_learner_of_the_demo_has_the_whole_of_a_pathway():
    demo.load(at=AT)
    of_sara = {user.pk for user, _pathway in demo.completed()}
    for item in demo.to_issue():
        if item.attainment.learner.user_id in of_sara:
            run(demo_credentials.start_one(item=item, at=AT), at=AT)

    demo_credentials.compose(at=AT)
    demo_credentials.compose(at=AT)

    [whole] = Credential.objects.filter(attainment=None)
    assert (whole.pathway.code, whole.institution.code, whole.facts.ects) == ("PATH-DIGICARE-8", "NOVIA", 8)
    assert [part.offering_code for part in whole.facts.parts] == ["SAVONIA-MC-2025-008", "NOVIA-MC-2026-007"]
    assert whole in demo_credentials._credentials()
