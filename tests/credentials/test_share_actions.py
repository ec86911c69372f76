"""Shares: only the owner makes and withdraws them (rule 8), safety prohibition and minors (rule 11, §3.8)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credentials.actions import shares
from credentials.models import Share
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db


def own(**learner):
    """A credential whose learner has an account."""
    institution = learner.pop("institution", None)
    given = {"institution": institution} if institution else {}
    record = LearnerFactory(user=UserFactory(), **given, **learner)
    return issued(AttainmentFactory(institution=record.institution, learner=record))


def share(credential, *, by=None, at=AT, **values):
    values = {"days": 7, "confirmed": False, "note": ""} | values
    return shares.create(credential=credential, by=by or credential.learner.user, at=at, **values)


def test_create_keeps_only_the_hash_of_the_secret():
    credential = own()

    made, secret = share(credential, note=" Työnantajalle ")

    assert len(secret) == 43
    assert Share.objects.get(secret_hash=Share.digest(secret)) == made
    assert secret not in str(Share.objects.values().get())
    assert (made.note, made.is_open(AT)) == ("Työnantajalle", True)
    assert shares.find(secret=secret) == made
    assert shares.find(secret=secret[:-1]) is None
    assert TrailEntry.objects.get(verb="shared").learner == credential.learner.uid


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (7, datetime(2026, 11, 29, 21, 59, 59, tzinfo=UTC)),
        (30, datetime(2026, 12, 22, 21, 59, 59, tzinfo=UTC)),
        (365, datetime(2027, 11, 22, 21, 59, 59, tzinfo=UTC)),
        (None, None),
    ],
)
def test_share_ends_with_a_day_in_finland(days, end):
    """N9."""
    made, _secret = share(own(), days=days)

    assert made.expires_at == end


def test_share_ends_by_itself():
    made, _secret = share(own())

    assert [made.is_open(AT + timedelta(days=days)) for days in (7, 8)] == [True, False]


def test_other_lifetimes_are_refused():
    with pytest.raises(Invalid) as refusal:
        share(own(), days=3650)

    assert [name for name, _text in refusal.value.reasons] == ["days"]
    assert Share.objects.count() == 0


def test_nobody_else_shares():
    """Rule 8."""
    credential = own()

    with pytest.raises(NotAllowed):
        share(credential, by=UserFactory())
    with pytest.raises(NotAllowed):
        share(issued(), by=credential.learner.user)

    assert Share.objects.count() == 0


def test_safety_prohibition_needs_a_confirmation():
    """Rule 11."""
    credential = own(has_safety_prohibition=True)

    with pytest.raises(shares.NotConfirmed):
        share(credential)
    assert Share.objects.count() == 0

    made, _secret = share(credential, confirmed=True)

    assert Share.objects.get() == made


@pytest.mark.parametrize(
    ("birth_date", "is_refused"), [(date(2008, 11, 23), True), (date(2008, 11, 22), False), (None, False)]
)
def test_minors_do_not_share(birth_date, is_refused):
    values = {} if birth_date else {"learner_oid": "1.2.246.562.98.59428595753"}
    credential = own(birth_date=birth_date, **values)

    if is_refused:
        with pytest.raises(Refused) as refusal:
            share(credential, confirmed=True)
        assert refusal.value.code == "minor"
    else:
        share(credential)

    assert Share.objects.exists() is not is_refused


def test_withdraw_ends_the_share_at_once_and_only_once():
    made, _secret = share(own())
    owner = made.credential.learner.user

    shares.withdraw(share=made, by=owner, at=AT)
    shares.withdraw(share=made, by=owner, at=AT + timedelta(hours=1))

    made.refresh_from_db()
    assert (made.withdrawn_at, made.is_open(AT)) == (AT, False)
    assert TrailEntry.objects.filter(verb="share_withdrawn").count() == 1


def test_nobody_else_withdraws():
    made, _secret = share(own())

    with pytest.raises(NotAllowed):
        shares.withdraw(share=made, by=UserFactory(), at=AT)

    made.refresh_from_db()
    assert made.is_open(AT)


def test_note_holds_no_henkilotunnus():
    """Rule 10: refused wherever a person writes."""
    with pytest.raises(Invalid) as refusal:
        share(own(), note="Annettu 131052-308T")

    assert [field for field, _text in refusal.value.reasons] == ["note"]
    assert not Share.objects.exists()
