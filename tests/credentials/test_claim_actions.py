from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.actions import claims, learners
from credentials.models import Claim
from registry import mail, trail
from registry.errors import Refused
from registry.models import Letter, User
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db
BORN = date(2000, 2, 29)


def invited(**values):
    """A learner and the secret of the link mailed to them."""
    learner = LearnerFactory(birth_date=BORN, **values)
    learners.invite(learner=learner, by=None, at=AT)
    body = Letter.objects.latest("pk").body
    return learner, body.split("/claim/")[1].split("/")[0]


def claim(secret, **values):
    facts = {"birth_date": BORN, "user": None, "password": "kolme sanaa tässä", "at": AT} | values
    return claims.claim(secret=secret, **facts)


def test_claim_makes_an_account_and_joins_the_record():
    learner, secret = invited(email="aino@example.com", language="sv")

    user = claim(secret)

    learner.refresh_from_db()
    assert (learner.user, user.email, user.language, user.name) == (
        user,
        "aino@example.com",
        "sv",
        learner.name,
    )
    assert user.check_password("kolme sanaa tässä")
    assert trail.of(row=learner).first().verb == "claimed"


def test_claim_uses_the_account_that_is_signed_in():
    _learner, secret = invited(email="aino@example.com")
    user = UserFactory(email="aino@example.com")

    assert claim(secret, user=user) == user
    assert list(user.learner_records.values_list("email", flat=True)) == ["aino@example.com"]


def test_claim_asks_the_owner_of_an_account_to_sign_in():
    learner, secret = invited(email="aino@example.com")
    UserFactory(email="aino@example.com")

    with pytest.raises(Refused) as refusal:
        claim(secret)

    learner.refresh_from_db()
    assert (refusal.value.code, learner.user) == ("sign_in", None)


def test_claim_works_once():
    _learner, secret = invited()
    claim(secret)

    with pytest.raises(claims.ClaimEnded):
        claim(secret, user=UserFactory())


def test_claim_ends_after_14_days():
    _learner, secret = invited()

    assert claims.open_claim(secret=secret, at=AT + timedelta(days=14, seconds=-1))
    with pytest.raises(claims.ClaimEnded):
        claims.open_claim(secret=secret, at=AT + timedelta(days=14))


def test_claim_dies_of_five_wrong_birth_dates():
    learner, secret = invited()

    tries = [claim(secret, birth_date=date(2000, 2, 28)) for _number in range(5)]

    with pytest.raises(claims.ClaimEnded):
        claim(secret)
    learner.refresh_from_db()
    assert (tries, learner.user, User.objects.count()) == ([None] * 5, None, 0)


def test_unknown_secret_is_like_a_used_one():
    with pytest.raises(claims.ClaimEnded):
        claims.open_claim(secret="x" * 43, at=AT)


def test_invite_again_mails_only_those_who_were_invited_and_not_too_often():
    learner, _secret = invited(email="aino@example.com")
    LearnerFactory(email="new@example.com")
    Letter.objects.all().delete()

    claims.invite_again(email="Aino@example.com", at=AT + timedelta(minutes=5))
    claims.invite_again(email="aino@example.com", at=AT + timedelta(minutes=11))
    claims.invite_again(email="new@example.com", at=AT + timedelta(minutes=11))
    claims.invite_again(email="nobody@example.com", at=AT + timedelta(minutes=11))

    assert list(Letter.objects.values_list("to", flat=True)) == ["aino@example.com"]
    assert Claim.objects.filter(learner=learner).count() == 2


def test_letter_is_emptied_once_it_is_sent(mailoutbox):
    """The link's secret stays nowhere but in the learner's mail."""
    _learner, secret = invited()

    sent = mail.deliver()

    assert (sent, secret in mailoutbox[0].body, Letter.objects.get().body) == (1, True, "")


def test_claim_asks_for_the_learner_before_the_claim():
    """As an invitation does: PostgreSQL ends one of two transactions that lock the same rows in another
    order."""
    _learner, secret = invited()

    with CaptureQueriesContext(connection) as asked:
        claim(secret)

    asked = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    rows = [
        table
        for sql in asked
        for table in ("credentials_learner", "credentials_claim")
        if f'FROM "{table}"' in sql
    ]
    assert rows[:2] == ["credentials_learner", "credentials_claim"]
