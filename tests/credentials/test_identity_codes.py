"""The henkilötunnus: one encrypted field, seen for a reason, nowhere else (rule 10, issue D, 8)."""

import json
import logging
from base64 import urlsafe_b64encode
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from credentials import identity_codes as at_rest
from credentials.actions import identity_codes, learners
from credentials.models import IdentityCode
from registry import henkilotunnus, trail
from registry.access import Role
from registry.errors import Invalid, Refused
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import InstitutionFactory, member

pytestmark = pytest.mark.django_db
CODE = "131052-308T"  # the example of the authority that gives them
BORN = date(1952, 10, 13)
OID = "1.2.246.562.98.10000000003"
NEWER = urlsafe_b64encode(b"n" * 32).decode()


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def clerk(house):
    return member(house, Role.ISSUER)


@pytest.fixture
def learner(house):
    return LearnerFactory(institution=house, birth_date=BORN)


@pytest.fixture
def client(clerk):
    client = Client()
    client.force_login(clerk)
    return client


def keep(learner, by, code=CODE, why="Oppijanumero puuttuu vielä"):
    identity_codes.keep(learner=learner, code=code, why=why, by=by, at=AT)


def page(learner, name="learner-identity-code") -> str:
    return reverse(name, args=["oamk", learner.uid])


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("131052-308T", True), ("010594Y9032", True), ("010594Y9021", True), ("020594X903P", True),
        ("131052-308U", False), ("311152-308T", False), ("131052-001M", False), ("131052G308T", False),
        ("131052308T", False), ("", False),
    ],
)  # fmt: skip
def test_code_is_right_by_its_day_number_and_check_character(code, is_right):
    """§3.5; the newer signs of the century among them."""
    assert henkilotunnus.is_valid(code) == is_right


@pytest.mark.once
@pytest.mark.parametrize(("sign", "year"), [("+", 1852), ("-", 1952), ("U", 1952), ("A", 2052), ("F", 2052)])
def test_century_is_told_by_the_sign(sign, year):
    assert henkilotunnus.birth_date(f"131052{sign}308T") == date(year, 10, 13)


def test_code_is_kept_encrypted_and_seen_with_a_reason(learner, clerk):
    keep(learner, clerk)

    seen = identity_codes.look(learner=learner, why="Oppijanumeron haku", by=clerk, at=AT)

    assert (seen, CODE.encode() in bytes(IdentityCode.objects.get().sealed)) == (CODE, False)
    entry = TrailEntry.objects.get(verb="identity_seen")
    assert (entry.learner, trail.purpose(entry)) == (learner.uid, "Oppijanumeron haku")


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("code", {"code": "131052-308U"}),
        ("code", {"code": "010594Y9032"}),  # somebody else's birth date
        ("why", {"why": " "}),
        ("why", {"why": f"Koodi on {CODE}"}),
    ],
)
def test_what_may_not_be_kept_is_refused_at_its_field(learner, clerk, field, what):
    with pytest.raises(Invalid) as refusal:
        keep(learner, clerk, **what)

    assert ([name for name, _said in refusal.value.reasons], IdentityCode.objects.count()) == ([field], 0)


def test_learner_with_an_oid_needs_none(house, clerk):
    with pytest.raises(Refused) as refusal:
        keep(LearnerFactory(institution=house, learner_oid=OID, birth_date=BORN), clerk)

    assert refusal.value.code == "has_oid"


def test_code_goes_when_the_oid_is_known(learner, clerk):
    keep(learner, clerk)

    learners.update(learner=learner, changes={"learner_oid": OID}, by=clerk, at=AT)

    assert (IdentityCode.objects.count(), TrailEntry.objects.filter(verb="identity_erased").count()) == (0, 1)


def test_none_is_kept_without_a_key_of_their_own(learner, clerk, settings):
    settings.HENKILOTUNNUS_KEY = ""

    with pytest.raises(Refused) as refusal:
        keep(learner, clerk)

    assert refusal.value.code == "not_kept"


def test_key_is_changed_without_a_gap(learner, clerk, settings):
    keep(learner, clerk)
    older, settings.HENKILOTUNNUS_KEY = settings.HENKILOTUNNUS_KEY, NEWER
    settings.HENKILOTUNNUS_KEY_FALLBACKS = [older]
    said = StringIO()

    call_command("reencrypt_keys", stdout=said)

    settings.HENKILOTUNNUS_KEY_FALLBACKS = []
    assert at_rest.opened(IdentityCode.objects.get()) == CODE
    assert "1 identity codes" in said.getvalue()


def test_key_that_opens_nothing_changes_nothing(learner, clerk, settings):
    keep(learner, clerk)
    settings.HENKILOTUNNUS_KEY = NEWER

    with pytest.raises(CommandError):
        call_command("reencrypt_keys", stdout=StringIO())
    with pytest.raises(Refused) as refusal:
        identity_codes.look(learner=learner, why="x", by=clerk, at=AT)

    assert refusal.value.code == "unreadable"


def test_code_of_one_learner_is_nothing_in_the_row_of_another(learner, clerk, house):
    keep(learner, clerk)
    IdentityCode.objects.update(learner=LearnerFactory(institution=house))

    with pytest.raises(Refused):
        identity_codes.look(learner=IdentityCode.objects.get().learner, why="x", by=clerk, at=AT)


def test_page_keeps_hides_shows_and_erases(client, learner, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(page(learner), {"code": CODE, "why": "Oppijanumero puuttuu"})
    hidden = client.get(page(learner))
    seen = client.post(page(learner), {"why": "Oppijanumeron haku"})
    detail = client.get(reverse("learner-detail", args=["oamk", learner.uid]))
    client.post(page(learner, "learner-identity-code-erase"))

    assert [CODE in one.text for one in (hidden, seen, detail)] == [False, True, False]
    assert "no-store" in seen["Cache-Control"]
    assert (IdentityCode.objects.count(), CODE in caplog.text) == (0, False)


def test_wrong_code_is_named_at_its_field_and_not_without_a_reason(client, learner):
    wrong = client.post(page(learner), {"code": "131052-308U", "why": "x"})
    client.post(page(learner), {"code": CODE, "why": "x"})
    without = client.post(page(learner), {"why": ""})

    assert (set(wrong.context["form"].errors), set(without.context["form"].errors)) == ({"code"}, {"why"})
    assert CODE not in without.text


def test_no_row_of_the_database_holds_the_code(learner, clerk, client):
    """Issue D, "Shows": what a dump would say, table by table."""
    client.post(page(learner), {"code": CODE, "why": "Oppijanumero puuttuu"})
    client.post(page(learner), {"why": "Oppijanumeron haku"})
    rows = [row for model in apps.get_models() for row in model._default_manager.values_list()]

    said = json.dumps([[_text(value) for value in row] for row in rows])

    assert (IdentityCode.objects.count(), CODE in said, "308T" in said) == (1, False, False)


def test_other_institution_finds_no_learner(learner):
    client = Client()
    client.force_login(member(InstitutionFactory(code="LAB"), Role.ISSUER))

    assert client.get(reverse("learner-identity-code", args=["lab", learner.uid])).status_code == 404


def _text(value) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def test_code_whose_key_was_taken_away_is_refused_in_words(learner, clerk, settings):
    keep(learner, clerk)
    settings.HENKILOTUNNUS_KEY = ""

    with pytest.raises(Refused) as refusal:
        identity_codes.look(learner=learner, why="Virheen selvitys", by=clerk, at=AT)

    assert refusal.value.code == "unreadable"
