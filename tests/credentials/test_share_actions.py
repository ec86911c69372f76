"""Shares: the owner alone makes and withdraws them (rule 8), safety prohibition and minors (rule 11, §3.8),
how long they work, their viewings, the yearly reminder (issue D, 5)."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from credentials.actions import claims, learners, shares
from credentials.models import Share, ShareViewing
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import PathwayFactory, UserFactory
from tests.factories.shares import own, shared

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def test_create_keeps_only_the_hash_of_the_secret():
    credential = own()

    made, secret = shared(credential, note=" Työnantajalle ", left_out=["grade", "name"])

    assert len(secret) == 43
    assert Share.objects.get(secret_hash=Share.digest(secret)) == made
    assert (made.note, made.left_out, list(made.credentials.all())) == (
        "Työnantajalle",
        ["name", "grade"],
        [credential],
    )
    assert shares.find(secret=secret, at=AT) == made
    assert shares.find(secret=secret[:-1], at=AT) is None
    assert TrailEntry.objects.get(verb="shared").learner == credential.learner.uid


def test_dump_of_the_database_opens_no_share(client):
    """What somebody finds in a stolen copy is no link (issue D, Shows)."""
    _made, secret = shared(own(), purpose="profile")
    client.get(f"/fi/s/{secret}/")
    dump = StringIO()
    call_command("dumpdata", stdout=dump)

    rows = json.loads(dump.getvalue())
    kept = [row for row in rows if row["model"] == "credentials.share"]
    tried = set(re.findall(r"[\w-]{32,}", json.dumps(kept)))

    assert len(kept) == 1
    assert secret not in dump.getvalue()
    assert len(tried) >= 2
    assert [one for one in tried if shares.find(secret=one, at=AT)] == []


@pytest.mark.parametrize(
    ("months", "end"),
    [
        (1, datetime(2026, 12, 22, 21, 59, 59, tzinfo=UTC)),
        (3, datetime(2027, 2, 22, 21, 59, 59, tzinfo=UTC)),
        (6, datetime(2027, 5, 22, 20, 59, 59, tzinfo=UTC)),
        (12, datetime(2027, 11, 22, 21, 59, 59, tzinfo=UTC)),
        (None, None),
    ],
)
def test_share_ends_with_a_day_in_finland(months, end):
    """N9."""
    made, _secret = shared(own(), months=months)

    assert made.expires_at == end


def test_share_ends_by_itself():
    made, secret = shared(own(), months=1)
    days = [AT + timedelta(days=30), AT + timedelta(days=31)]

    assert [made.is_open(day) for day in days] == [True, False]
    assert [shares.find(secret=secret, at=day) for day in days] == [made, None]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"months": 13}, "months"),
        ({"months": 0}, "months"),
        ({"purpose": "spying"}, "purpose"),
        ({"left_out": ["issuer"]}, "left_out"),
    ],
)
def test_what_cannot_be_chosen_is_refused(values, field):
    with pytest.raises(Invalid) as refusal:
        shared(own(), **values)

    assert [name for name, _text in refusal.value.reasons] == [field]
    assert Share.objects.count() == 0


def test_share_shows_one_to_twenty_credentials(monkeypatch):
    credential = own()
    monkeypatch.setattr(shares, "MOST", 1)

    for chosen in ([], [credential, own(credential.learner.user)]):
        with pytest.raises(Invalid) as refusal:
            shares.create(credentials=chosen, purpose="work", months=1, by=credential.learner.user, at=AT)
        assert [name for name, _text in refusal.value.reasons] == ["credentials"]

    assert Share.objects.count() == 0


def test_share_of_a_pathway_shows_a_part_of_it():
    credential, stranger = own(), own()
    mine, others, draft = (
        PathwayFactory(institution=credential.institution, parts=[one.version.offering], status=status)
        for one, status in ((credential, "published"), (stranger, "published"), (credential, "draft"))
    )

    made, _secret = shared(credential, pathway=mine)
    for pathway in (others, draft):
        with pytest.raises(Invalid) as refusal:
            shared(credential, pathway=pathway)
        assert [name for name, _text in refusal.value.reasons] == ["pathway"]

    assert Share.objects.get() == made


def test_nobody_else_shares():
    """Rule 8: not the staff, not a learner what is another's, not what nobody has claimed."""
    credential = own()

    for chosen, by in (
        ([credential], UserFactory()),
        ([issued()], credential.learner.user),
        ([credential, own()], credential.learner.user),
    ):
        with pytest.raises(NotAllowed):
            shared(*chosen, by=by)

    assert Share.objects.count() == 0


def test_safety_prohibition_needs_a_confirmation_and_leaves_out_places():
    """Rule 11: no location data unless asked for, and only after a double confirmation."""
    credential = own(has_safety_prohibition=True)

    with pytest.raises(shares.NotConfirmed):
        shared(credential)
    assert Share.objects.count() == 0

    made, _secret = shared(credential, confirmed=True)

    assert (Share.objects.get(), made.left_out) == (made, ["places"])
    assert shared(credential, confirmed=True, shows_places=True)[0].left_out == []


def test_safety_prohibition_anywhere_counts_everywhere():
    """Rule 11: one institution knows of it, the credential is another's."""
    credential = own()
    LearnerFactory(user=credential.learner.user, has_safety_prohibition=True)

    with pytest.raises(shares.NotConfirmed):
        shared(credential)


def test_claiming_a_record_with_a_safety_prohibition_ends_shares():
    """Rule 11: none of them was confirmed twice."""
    made, secret = shared(own())
    record = LearnerFactory(has_safety_prohibition=True)
    claim = learners.invite(learner=record, by=None, at=AT)
    link = Letter.objects.get(to=record.email).body
    found = re.search(r"/claim/([^/\s]+)/", link).group(1)

    claims.claim(secret=found, birth_date=record.birth_date, user=made.user, password="", at=AT)

    claim.refresh_from_db()
    assert claim.used_at == AT
    assert shares.find(secret=secret, at=AT) is None


@pytest.mark.parametrize(
    ("birth_date", "is_refused"), [(date(2008, 11, 23), True), (date(2008, 11, 22), False), (None, False)]
)
def test_minors_do_not_share(birth_date, is_refused):
    values = {} if birth_date else {"learner_oid": "1.2.246.562.98.59428595753"}
    credential = own(birth_date=birth_date, **values)

    if is_refused:
        with pytest.raises(Refused) as refusal:
            shared(credential, confirmed=True)
        assert refusal.value.code == "minor"
    else:
        shared(credential)

    assert Share.objects.exists() is not is_refused


def test_withdraw_ends_the_share_at_once_and_only_once():
    made, secret = shared(own())

    shares.withdraw(share=made, by=made.user, at=AT)
    shares.withdraw(share=made, by=made.user, at=AT + timedelta(hours=1))

    made.refresh_from_db()
    assert (made.withdrawn_at, shares.find(secret=secret, at=AT)) == (AT, None)
    assert TrailEntry.objects.filter(verb="share_withdrawn").count() == 1


def test_nobody_else_withdraws():
    made, _secret = shared(own())

    with pytest.raises(NotAllowed):
        shares.withdraw(share=made, by=UserFactory(), at=AT)

    made.refresh_from_db()
    assert made.is_open(AT)


def test_note_holds_no_henkilotunnus():
    """Rule 10: refused wherever a person writes."""
    with pytest.raises(Invalid) as refusal:
        shared(own(), note="Annettu 131052-308T")

    assert [field for field, _text in refusal.value.reasons] == ["note"]
    assert not Share.objects.exists()


# Viewings and reminders


def test_viewings_are_counted_by_day_and_kind_and_nothing_else():
    made, _secret = shared(own())

    for kind, hours in (("page", 0), ("page", 1), ("document", 1), ("page", 20)):
        shares.count_viewing(share=made, kind=kind, at=AT + timedelta(hours=hours))

    found = ShareViewing.objects.order_by("on", "kind").values_list("on", "kind", "times")
    assert list(found) == [
        (date(2026, 11, 22), "document", 1),
        (date(2026, 11, 22), "page", 2),
        (date(2026, 11, 23), "page", 1),
    ]
    assert {field.name for field in ShareViewing._meta.fields} == {"id", "share", "on", "kind", "times"}


def test_owner_is_reminded_once_a_year_of_links_without_an_end():
    credential = own()
    first, _secret = shared(credential, months=None)
    shared(credential, months=None, at=AT + timedelta(days=5))
    gone, _secret = shared(credential, months=None)
    shares.withdraw(share=gone, by=gone.user, at=AT)
    shared(own(), months=12)
    Letter.objects.all().delete()

    written = []
    for moment in (AT + YEAR - timedelta(days=2), AT + YEAR, AT + YEAR, AT + 2 * YEAR):
        with time_machine.travel(moment, tick=False):
            written.append(shares.remind_due())

    letters = list(Letter.objects.order_by("pk"))
    assert written == [0, 1, 0, 1]
    assert {one.to for one in letters} == {credential.learner.user.email}
    assert ["22.11.2026" in one.body for one in letters] == [True, True]
    assert ["27.11.2026" in one.body for one in letters] == [False, True]
    first.refresh_from_db()
    assert first.reminded_at == AT + 2 * YEAR
    assert set(TrailEntry.objects.filter(verb="share_reminded").values_list("learner", flat=True)) == {
        credential.learner.uid
    }
