"""Sharing by a learner with a safety prohibition; the usual way is in the journey of a credential."""

import pytest

from credentials.models import Learner
from tests.browser.school import issued_yesterday

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["fi"])
def test_share_with_a_safety_prohibition_is_confirmed(somebody):
    credential = issued_yesterday()
    Learner.objects.filter(pk=credential.learner.pk).update(has_safety_prohibition=True)
    learner = somebody(credential.learner.user)

    learner.opens("my-share-new", credential.pk)
    learner.presses("Make the link")
    learner.page.get_by_role("heading", name=learner.word("Confirm the sharing")).wait_for()
    confirmed = learner.page.locator("#id_confirmed")
    learner.presses("Share nevertheless")
    learner.page.locator("[data-focus]:focus").wait_for()
    learner.ticks(confirmed)
    learner.presses("Share nevertheless")
    learner.reads("The link is ready")
