"""An account is closed while something is given to it: a closed one gets nothing (issue D, 8)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from credentials.actions import claims, erasures, learners
from credentials.models import Learner
from registry import trail
from registry.errors import Refused
from registry.models import Letter, User
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
BORN = date(2000, 2, 29)


def invited() -> tuple[Learner, str]:
    learner = LearnerFactory(birth_date=BORN)
    learners.invite(learner=learner, by=None, at=AT)
    return learner, Letter.objects.latest("pk").body.split("/claim/")[1].split("/")[0]


def claim(secret: str, user: User) -> None:
    claims.claim(secret=secret, birth_date=BORN, user=user, password="", at=AT)


def close(user: User) -> None:
    erasures.close_account(user=user, at=AT)


def meanwhile(first, second) -> str:
    """The second begins before the first is committed; what it is told."""

    def answer() -> str:
        try:
            second()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            begun = pool.submit(answer)
            time.sleep(0.3)  # it has come to the row that is locked here
        return begun.result()


def test_record_is_claimed_while_the_account_is_being_closed():
    """The link stays good, for another account."""
    (learner, secret), user = invited(), UserFactory()

    said = meanwhile(lambda: close(user), lambda: claim(secret, user))

    learner.refresh_from_db()
    assert (said, learner.user) == ("account_closed", None)
    assert claims.open_claim(secret=secret, at=AT)


def test_account_is_closed_while_a_record_is_being_claimed():
    """The record that has just come is not let go unseen; asked again, the account is closed with it."""
    (learner, secret), user = invited(), UserFactory()

    said = meanwhile(lambda: claim(secret, user), lambda: close(user))
    close(user)

    learner.refresh_from_db()
    user.refresh_from_db()
    assert (said, learner.user, user.is_active) == ("state_changed", None, False)
    assert trail.of(row=learner).first().verb == "account_closed"
