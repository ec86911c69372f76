from datetime import date, timedelta

import pytest

from credentials.actions import identification, learners, shares
from credentials.models import Learner
from registry import trail
from registry.errors import Invalid, Refused
from registry.models import Letter
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
OID, OTHER_OID = "1.2.246.562.98.59428595753", "1.2.246.562.98.37957422885"
BORN = date(2000, 2, 29)


def values(**changes) -> dict:
    return {
        "given_names": "Aino Maria", "family_name": "Esimerkki", "email": "Aino@Example.com",
        "language": "fi", "birth_date": BORN, "learner_oid": OID, "has_safety_prohibition": False,
    } | changes  # fmt: skip


def fields(refusal) -> list[str]:
    return [field for field, _text in refusal.value.reasons]


def test_create_keeps_the_learner_and_writes_the_trail():
    institution, clerk = InstitutionFactory(), UserFactory()

    learner = learners.create(institution=institution, **values(), by=clerk, at=AT)

    kept = Learner.objects.get()
    assert (kept.name, kept.email, kept.institution) == (
        "Aino Maria Esimerkki",
        "aino@example.com",
        institution,
    )
    assert [(one.verb, one.by, one.learner) for one in trail.of(row=learner)] == [
        ("created", clerk, learner.uid)
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"learner_oid": "1.2.246.562.98.59428595754"}, "learner_oid"),
        ({"learner_oid": "123"}, "learner_oid"),
        ({"learner_oid": "", "birth_date": None}, "learner_oid"),
        ({"given_names": "131052-308T"}, "given_names"),
        ({"family_name": "Nimi 131052-308T"}, "family_name"),
        ({"given_names": "Ai\x07no"}, "given_names"),
        ({"email": "aino"}, "email"),
        ({"language": "de"}, "language"),
        ({"birth_date": date(2026, 11, 23)}, "birth_date"),
        ({"birth_date": date(1880, 1, 1)}, "birth_date"),
        ({"family_name": "x" * 101}, "family_name"),
    ],
)
def test_create_refuses_a_wrong_value_at_its_field(changes, field):
    with pytest.raises(Invalid) as refusal:
        learners.create(institution=InstitutionFactory(), **values(**changes), by=UserFactory(), at=AT)

    assert (fields(refusal), Learner.objects.count()) == ([field], 0)


def test_create_refuses_the_same_learner_oid_in_one_institution_only():
    learner = LearnerFactory(learner_oid=OID)

    with pytest.raises(Invalid) as refusal:
        learners.create(institution=learner.institution, **values(), by=UserFactory(), at=AT)
    learners.create(institution=InstitutionFactory(), **values(), by=UserFactory(), at=AT)

    assert fields(refusal) == ["learner_oid"]


def test_create_refuses_the_same_email_and_birth_date():
    learner = LearnerFactory(email="aino@example.com", birth_date=BORN)

    with pytest.raises(Invalid) as refusal:
        learners.create(institution=learner.institution, **values(learner_oid=""), by=UserFactory(), at=AT)

    assert fields(refusal) == ["email"]


def test_twins_with_one_email_are_told_apart_by_learner_oid():
    twin = LearnerFactory(email="aino@example.com", birth_date=BORN, learner_oid=OTHER_OID)

    learner = learners.create(institution=twin.institution, **values(), by=UserFactory(), at=AT)

    assert Learner.objects.get(learner_oid=OID) == learner


def test_update_names_the_changed_fields_in_the_trail_and_not_their_values():
    learner, clerk = LearnerFactory(email="old@example.com"), UserFactory()

    learners.update(learner=learner, changes={"email": "New@example.com", "language": "sv"}, by=clerk, at=AT)

    entry = trail.of(row=learner).get()
    assert (learner.email, learner.language) == ("new@example.com", "sv")
    assert (entry.verb, entry.reason, entry.by) == ("updated", "email, language", clerk)


def test_update_of_the_email_ends_the_links_to_the_old_one():
    learner = LearnerFactory()
    claim = learners.invite(learner=learner, by=None, at=AT - timedelta(days=1))

    learners.update(learner=learner, changes={"email": "new@example.com"}, by=UserFactory(), at=AT)

    claim.refresh_from_db()
    assert claim.is_open(AT) is False


def test_update_keeps_the_learner_identifiable():
    learner = LearnerFactory(learner_oid="")

    with pytest.raises(Invalid) as refusal:
        learners.update(learner=learner, changes={"birth_date": None}, by=UserFactory(), at=AT)

    assert fields(refusal) == ["learner_oid"]


def test_identify_goes_by_learner_oid_else_by_email_and_birth_date():
    learner = LearnerFactory(learner_oid=OID, email="aino@example.com", birth_date=BORN)
    LearnerFactory(email="aino@example.com", birth_date=BORN)  # of another institution

    by_oid = identification.identify(
        institution=learner.institution, learner_oid=OID, email="", birth_date=None
    )
    by_email = identification.identify(
        institution=learner.institution, learner_oid="", email="AINO@example.com", birth_date=BORN
    )

    assert (by_oid, by_email) == (learner, learner)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"learner_oid": OTHER_OID}, "learner_oid"),
        ({"learner_oid": OID, "birth_date": date(1999, 1, 1)}, "birth_date"),
        ({"learner_oid": OTHER_OID, "email": "aino@example.com", "birth_date": BORN}, "learner_oid"),
        ({"email": "aino@example.com", "birth_date": date(1999, 1, 1)}, "email"),
        ({"email": "aino@example.com"}, "learner_oid"),
        ({}, "learner_oid"),
    ],
)
def test_identify_refuses_what_does_not_mean_one_learner(asked, field):
    learner = LearnerFactory(learner_oid=OID, email="aino@example.com", birth_date=BORN)

    with pytest.raises(Invalid) as refusal:
        identification.identify(
            institution=learner.institution, **{"learner_oid": "", "email": "", "birth_date": None} | asked
        )

    assert fields(refusal) == [field]


def test_identify_asks_for_the_learner_oid_when_two_share_an_email_and_a_birth_date():
    twin = LearnerFactory(learner_oid=OID, email="aino@example.com", birth_date=BORN)
    LearnerFactory(
        institution=twin.institution, learner_oid=OTHER_OID, email="aino@example.com", birth_date=BORN
    )

    with pytest.raises(Invalid) as refusal:
        identification.identify(
            institution=twin.institution, learner_oid="", email="aino@example.com", birth_date=BORN
        )

    assert [text for _field, text in refusal.value.reasons] == [
        "Sähköpostilla ja syntymäajalla löytyy useita oppijoita. Anna oppijanumero."
    ]


def test_invite_mails_a_link_whose_secret_is_not_kept():
    """Only the hash is stored; the letter says nothing personal in its subject (N7)."""
    learner = LearnerFactory(language="sv")

    claim = learners.invite(learner=learner, by=UserFactory(), at=AT)

    letter = Letter.objects.get()
    secret = letter.body.split("/sv/claim/")[1].split("/")[0]
    assert (letter.to, letter.language, claim.secret_hash) == (learner.email, "sv", claim.digest(secret))
    assert len(secret) == 43
    assert secret not in claim.secret_hash
    assert not {learner.given_names, learner.family_name} & set(letter.subject.split())
    assert claim.expires_at == AT + timedelta(days=14)


def test_invite_ends_earlier_links():
    learner = LearnerFactory()
    first = learners.invite(learner=learner, by=None, at=AT)

    second = learners.invite(learner=learner, by=None, at=AT + timedelta(hours=1))

    first.refresh_from_db()
    later = AT + timedelta(hours=2)
    assert (first.is_open(later), second.is_open(later)) == (False, True)


def test_invite_is_refused_without_a_birth_date_and_after_a_claim():
    without = LearnerFactory(birth_date=None, learner_oid=OID)
    claimed = LearnerFactory(user=UserFactory())

    codes = []
    for learner in (without, claimed):
        with pytest.raises(Refused) as refusal:
            learners.invite(learner=learner, by=None, at=AT)
        codes.append(refusal.value.code)

    assert (codes, Letter.objects.count()) == (["no_birth_date", "claimed"], 0)


def test_new_safety_prohibition_ends_the_shares_made_before_it():
    """Rule 11: a public page only after the learner has confirmed it twice."""
    record = LearnerFactory(user=UserFactory())
    credential = issued(AttainmentFactory(institution=record.institution, learner=record))
    share, _secret = shares.create(credentials=[credential], purpose="work", months=1, by=record.user, at=AT)

    learners.update(learner=record, changes={"has_safety_prohibition": True}, by=UserFactory(), at=AT)

    share.refresh_from_db()
    assert share.withdrawn_at == AT
