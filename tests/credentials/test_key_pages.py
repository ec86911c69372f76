"""The pages of an institution's keys (issue D, 2)."""

import re

import pytest
import time_machine
from django.utils import timezone

from credentials import keystore
from credentials.models import SigningKey
from registry.access import Role
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client):
    with time_machine.travel(AT, tick=False):
        found = InstitutionFactory(code="OAMK")
        client.force_login(member(found, Role.ADMIN))
        yield found


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_list_without_keys_says_when_one_is_made(client, house):
    assert "Avaimia ei ole vielä" in words(client.get("/fi/staff/oamk/keys/"))


def test_key_is_changed_after_being_asked(client, house):
    keystore.make(institution=house, at=AT)

    asked = words(client.get("/fi/staff/oamk/keys/key-1/rotate/"))
    unsaid = words(client.post("/fi/staff/oamk/keys/key-1/rotate/", {"reason": " "}))
    done = words(client.post("/fi/staff/oamk/keys/key-1/rotate/", {"reason": "Vuosivaihto."}, follow=True))

    assert "Vaihda avain key-1 uuteen" in asked
    assert ("Kirjoita perustelu." in unsaid, TrailEntry.objects.get().reason) == (True, "Vuosivaihto.")
    assert "Tästä lähtien allekirjoitetaan avaimella key-2." in done
    assert ("Käytössä" in done, "Poistettu käytöstä" in done) == (True, True)
    assert client.get("/fi/staff/oamk/keys/key-1/rotate/").status_code == 404
    assert client.post("/fi/staff/oamk/keys/key-1/rotate/", {"reason": "x"}).status_code == 409


def test_key_is_retired(client, house):
    keystore.make(institution=house, algorithm="RSA", at=AT)

    client.post("/fi/staff/oamk/keys/key-1/retire/", {"reason": "Tarpeeton."})

    assert SigningKey.objects.get().retired_at == AT


def test_leak_is_marked_with_its_day_and_says_what_to_issue_again(client, house):
    credential = issued()
    client.force_login(member(credential.institution, Role.ADMIN))
    address = f"/fi/staff/{credential.institution.code.lower()}/keys/key-1/leaked/"
    said = {"since": AT.date().isoformat(), "reason": "Varmuuskopio katosi."}

    page = words(client.post(address, said, follow=True))

    key = SigningKey.objects.get(pk=credential.key_id)
    assert (key.compromised_at, key.retired_at) == (max(key.created_at, _midnight()), AT)
    assert "Vuotanut" in page
    assert "1 vuodon jälkeen myönnetty todistus on peruutettava ja myönnettävä uudelleen." in page


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"since": "2999-01-01", "reason": "x"}, "Vuotopäivä ei voi olla tulevaisuudessa."),
        ({"since": "", "reason": "x"}, "Anna päivä."),
        ({"since": "2026-01-01", "reason": ""}, "Kirjoita perustelu."),
    ],
)
def test_leak_without_its_facts_is_told_by_the_field(client, house, said, error):
    keystore.make(institution=house, at=AT)

    page = words(client.post("/fi/staff/oamk/keys/key-1/leaked/", said))

    assert error in page
    assert not SigningKey.objects.leaked().exists()


def _midnight():
    return timezone.localtime(AT).replace(hour=0, minute=0, second=0, microsecond=0)
