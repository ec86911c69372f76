"""Keys of the API (5.4/6): made once, hashed, scoped, counted, revoked; what they open and what not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from registry.access import Role
from registry.actions import codelists, partner_keys
from registry.errors import Invalid, StateChanged
from registry.models import PartnerKey, PartnerKeyUse, TrailEntry
from registry.rest import PerMinute
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AT, tick=False)
    PerMinute._counts.clear()


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def admin(house):
    return member(house, Role.ADMIN)


def make(house, by, **changes):
    said = {"name": "Kalenteri", "scopes": ["catalogue", "own"], "daily_quota": 100}
    return partner_keys.make(institution=house, **said | changes, by=by, at=AT)


def ask(client, address: str, secret: str):
    return client.get(f"/api/v1/{address}/", headers={"authorization": f"Bearer {secret}"})


def test_key_is_kept_as_a_hash_only(house, admin):
    key, secret = make(house, admin)

    kept = PartnerKey.objects.get()
    assert (kept, kept.prefix, kept.scopes, kept.created_by) == (
        key,
        secret[:10],
        ["catalogue", "own"],
        admin,
    )
    assert secret not in str(PartnerKey.objects.values().get())
    assert partner_keys.find(secret=secret) == key
    assert TrailEntry.objects.get(verb="key_made").about == f"partnerkey:{key.uid}"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes"),
        ({"daily_quota": 0}, "daily_quota"),
    ],
)
def test_key_with_a_fault_is_refused_by_field(house, admin, changes, field):
    with pytest.raises(Invalid) as refusal:
        make(house, admin, **changes)

    assert [name for name, _text in refusal.value.reasons] == [field]


def test_revoked_key_opens_nothing_and_is_revoked_once(client, house, admin):
    key, secret = make(house, admin)
    partner_keys.revoke(key=key, by=admin, at=AT)

    assert ask(client, "own/versions", secret).status_code == 401
    with pytest.raises(StateChanged):
        partner_keys.revoke(key=key, by=admin, at=AT)


@pytest.mark.parametrize("address", ["own/versions", "offerings"])
def test_wrong_key_is_a_401_problem(client, address):
    """5.4/6, also where no key is needed: a caller learns that theirs is not known."""
    answer = ask(client, address, "osr_wrong")

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "authentication_failed"


def test_own_data_without_a_key_is_a_401(client):
    answer = client.get("/api/v1/own/versions/")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_key_without_the_scope_is_a_403(client, house, admin):
    _key, secret = make(house, admin, scopes=["catalogue"])

    assert ask(client, "own/versions", secret).status_code == 403
    assert ask(client, "offerings", secret).status_code == 200


def test_more_than_the_quota_is_a_429_until_the_next_day_in_finland(client, house, admin, time_machine):
    """5.4/6: Retry-After says when."""
    _key, secret = make(house, admin, daily_quota=2)
    answers = [ask(client, "offerings", secret) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) == 12 * 60 * 60 + 1  # it is noon in Finland
    time_machine.move_to(AT + timedelta(hours=12, seconds=1), tick=False)
    assert ask(client, "offerings", secret).status_code == 200
    assert [(use.day, use.count) for use in PartnerKeyUse.objects.order_by("day")] == [
        (date(2026, 11, 22), 2),
        (date(2026, 11, 23), 1),
    ]


def test_use_is_counted_and_the_last_one_kept(client, house, admin):
    key, secret = make(house, admin)

    ask(client, "offerings", secret)
    ask(client, "versions", secret)

    key.refresh_from_db()
    assert (key.last_used_at, key.uses.get().count) == (AT, 2)


def test_key_costs_four_queries(client, house, admin, django_assert_num_queries):
    """Found, counted (after the day's first), last use: written at most once a minute."""
    _key, secret = make(house, admin)
    ask(client, "institutions", secret)
    client.get("/api/v1/institutions/")
    with django_assert_num_queries(1):
        client.get("/api/v1/institutions/")
    with django_assert_num_queries(1 + 3):
        ask(client, "institutions", secret)


def test_key_opens_its_own_institutions_drafts_only(client, house, admin):
    codelists.load()
    own = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    other = OfferingVersionFactory()
    _key, secret = make(house, admin)

    found = ask(client, "own/versions", secret)

    assert [(row["code"], row["status"]) for row in found.json()["results"]] == [(own.offering.code, "draft")]
    assert found.headers["Cache-Control"] == "private, no-cache"
    assert ask(client, f"own/versions/{own.offering.code}", secret).json()["code"] == own.offering.code
    assert ask(client, f"own/versions/{other.offering.code}", secret).status_code == 404


def test_own_version_is_the_newest_or_the_one_asked_for(client, house, admin):
    old = shown(offering=OfferingFactory(institution=house))
    OfferingVersionFactory(offering=old.offering, number=2)
    _key, secret = make(house, admin)
    address = f"/api/v1/own/versions/{old.offering.code}/"
    headers = {"authorization": f"Bearer {secret}"}

    assert client.get(address, headers=headers).json()["version"] == 2
    assert client.get(f"{address}?version=1", headers=headers).json()["version"] == 1
    assert client.get(f"{address}?version=9", headers=headers).status_code == 404


def test_change_of_a_published_version_is_a_409_that_leads_to_a_new_one(client, house, admin):
    """5.1/8: the page begins "uusi versio"; a draft is not written with a key either."""
    published = shown(offering=OfferingFactory(institution=house))
    draft = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    _key, secret = make(house, admin)
    headers = {"authorization": f"Bearer {secret}", "accept-language": "fi"}

    answer, other = (
        client.patch(f"/api/v1/own/versions/{one.offering.code}/", headers=headers)
        for one in (published, draft)
    )

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")
    assert (answer.json()["code"], answer.json()["title"]) == (
        "frozen",
        "Tämä versio on lopullinen eikä sitä muuteta. Kopioi se uudeksi versioksi ja kirjoita siihen.",
    )
    assert answer.json()["new_version"] == (
        f"http://testserver/fi/staff/oamk/offerings/{published.offering.code}/v1/"
    )
    client.force_login(member(house, Role.AUTHOR))
    new_version = reverse("version-revise", args=["oamk", published.offering.code])
    assert f'action="{new_version}"' in client.get(answer.json()["new_version"]).content.decode()
    assert other.status_code == 405
    assert client.patch(f"/api/v1/own/versions/{draft.offering.code}/").status_code == 401


# The admin's page


def test_admin_makes_a_key_and_sees_it_once(client, house, admin):
    client.force_login(admin)
    page = reverse("api-key-list", args=["oamk"])

    made = client.post(page, {"name": "Sivusto", "scopes": ["catalogue"], "daily_quota": "50"})

    secret = made.context["secret"]
    assert partner_keys.find(secret=secret).name == "Sivusto"
    assert (secret in made.content.decode(), made.headers["Cache-Control"]) == (True, "no-store")
    assert secret not in client.get(page).content.decode()


def test_admin_sees_the_use_of_keys(client, house, admin):
    _key, secret = make(house, admin)
    ask(client, "offerings", secret)
    client.force_login(admin)

    [key] = client.get(reverse("api-key-list", args=["oamk"])).context["keys"]

    assert (key.today, key.lately, key.last_used_at) == (1, 1, AT)


def test_form_names_the_wrong_field(client, house, admin):
    client.force_login(admin)

    answer = client.post(reverse("api-key-list", args=["oamk"]), {"name": "", "daily_quota": "0"})

    assert set(answer.context["form"].errors) == {"name", "scopes", "daily_quota"}


def test_admin_revokes_a_key_after_asking(client, house, admin):
    key, secret = make(house, admin)
    client.force_login(admin)
    page = reverse("api-key-revoke", args=["oamk", key.uid])

    assert client.get(page).status_code == 200
    client.post(page)

    assert partner_keys.find(secret=secret) is None
