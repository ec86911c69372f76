"""People and roles of an institution: given by its admin, taken away, in the trail."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from registry.access import Role
from registry.actions import people
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Letter, Membership, TrailEntry, User
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, MembershipFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK", short_name="Oamk")


@pytest.fixture
def admin(house):
    return member(house, Role.ADMIN)


def give(house, admin, **changes) -> Membership:
    said = {"email": "Uusi@Oamk.example", "name": "Uusi Ihminen", "language": "sv", "role": Role.AUTHOR}
    return people.give_role(institution=house, **said | changes, by=admin, at=AT)


def roles(house, person) -> set[str]:
    return set(house.memberships.filter(user=person).values_list("role", flat=True))


def test_new_person_gets_an_account_and_a_link_for_a_password(client, house, admin):
    give(house, admin)

    person, letter = User.objects.get(email="uusi@oamk.example"), Letter.objects.get()
    assert (person.name, person.language, person.has_usable_password(), roles(house, person)) == (
        "Uusi Ihminen", "sv", False, {Role.AUTHOR},
    )  # fmt: skip
    assert (letter.to, letter.language) == ("uusi@oamk.example", "sv")

    link = re.search(r"http\S+/password/reset/key/\S+", letter.body)[0]
    form = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "kissa-koira-99", "password2": "kissa-koira-99"})
    assert client.login(email="uusi@oamk.example", password="kissa-koira-99")


def test_page_answers_with_the_address_alone(client, house, admin):
    """Rule 11: an admin who tries addresses is not told in the answer whose they are."""
    UserFactory(email="tuttu@elsewhere.example", name="Tuttu Toisaalta")
    client.force_login(admin)
    said = {"email": "tuttu@elsewhere.example", "role": Role.AUTHOR, "name": "", "language": "fi"}

    answer = client.post(reverse("people-list", args=["oamk"]), said)

    messages = [str(one) for one in get_messages(answer.wsgi_request)]
    assert ["tuttu@elsewhere.example" in one for one in messages] == [True]
    assert "Tuttu Toisaalta" not in messages[0]


def test_known_person_keeps_name_and_language_and_gets_no_new_password(house, admin):
    person = UserFactory(email="tuttu@oamk.example", name="Tuttu", language="fi")

    give(house, admin, email="TUTTU@oamk.example")

    assert (User.objects.get(pk=person.pk).name, roles(house, person)) == ("Tuttu", {Role.AUTHOR})
    assert "password/reset/key" not in Letter.objects.get().body


def test_person_whom_another_admin_adds_meanwhile_gets_both_roles(house, admin, monkeypatch):
    """Two institutions invite the same new address at once: the second finds the account that the first
    made."""
    person = UserFactory(email="uusi@oamk.example")
    monkeypatch.setattr(people, "_known", lambda email: None)

    membership = give(house, admin)

    assert (membership.user, User.objects.filter(email=person.email).count()) == (person, 1)


def test_role_is_given_once(house, admin):
    give(house, admin)

    with pytest.raises(Invalid) as refusal:
        give(house, admin)

    assert (refusal.value.code, Letter.objects.count()) == ("has_role", 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"role": "king"}, "role"), ({"language": "de"}, "language")],
)
def test_wrong_values_name_their_field(house, admin, changes, field):
    with pytest.raises(Invalid) as refusal:
        give(house, admin, **changes)

    assert [name for name, _text in refusal.value.reasons] == [field]
    assert not User.objects.filter(email="uusi@oamk.example").exists()


def test_role_is_taken_away(house, admin):
    membership = give(house, admin)

    people.take_role(membership=membership, by=admin, at=AT)

    assert roles(house, membership.user) == set()


def test_giving_and_taking_is_in_the_trail(house, admin):
    membership = give(house, admin)
    person = membership.user
    people.take_role(membership=membership, by=admin, at=AT)

    said = TrailEntry.objects.filter(institution=house, by=admin).order_by("pk")
    assert list(said.values_list("verb", "about", "was", "became")) == [
        ("role_given", f"user:{person.pk}", "", "author"),
        ("role_taken", f"user:{person.pk}", "author", ""),
    ]


def test_own_admin_role_cannot_be_taken_away(house, admin):
    member(house, Role.ADMIN)

    with pytest.raises(NotAllowed) as refusal:
        people.take_role(membership=admin.memberships.get(), by=admin, at=AT)

    assert (refusal.value.code, roles(house, admin)) == ("own_role", {Role.ADMIN})


def test_last_admin_stays(house, admin):
    """Two admins who take each other's role at once: the second is refused, because the first is gone."""
    other = member(house, Role.ADMIN)
    people.take_role(membership=admin.memberships.get(), by=other, at=AT)

    with pytest.raises(Refused) as refusal:
        people.take_role(membership=other.memberships.get(), by=admin, at=AT)

    assert refusal.value.code == "last_admin"


# Pages


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return reverse("people-list", args=["oamk"])


def test_page_lists_everybody_with_their_roles(client, page, house, admin):
    person = member(house, Role.REVIEWER, Role.AUTHOR)
    member(InstitutionFactory(), Role.AUTHOR)

    shown = client.get(page).context["people"]

    assert {row["person"]: [one["role"] for one in row["roles"]] for row in shown} == {
        admin: [Role.ADMIN],
        person: [Role.AUTHOR, Role.REVIEWER],
    }


def test_page_gives_a_role(client, page, house):
    said = {"email": "uusi@oamk.example", "name": "Uusi", "language": "fi", "role": "issuer"}

    assert client.post(page, said)["Location"] == page
    assert roles(house, User.objects.get(email="uusi@oamk.example")) == {Role.ISSUER}


def test_page_says_at_the_field_what_is_missing(client, page):
    said = {"email": "uusi@oamk.example", "name": "", "language": "fi", "role": "issuer"}

    answer = client.post(page, said)

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["name"])


def test_page_asks_before_it_takes_a_role_away(client, page, house):
    person = member(house, Role.AUTHOR)
    said, take = {"email": person.email, "role": "author"}, reverse("people-take-role", args=["oamk"])

    asked = client.post(take, said)
    before = roles(house, person)
    client.post(take, said | {"is_sure": "on"})

    assert (asked.status_code, before, roles(house, person)) == (200, {Role.AUTHOR}, set())
    assert asked.context["form"].initial == said


def test_role_in_another_institution_is_not_found(client, page):
    person = member(InstitutionFactory(), Role.AUTHOR)
    take = reverse("people-take-role", args=["oamk"])

    assert client.post(take, {"email": person.email, "role": "author", "is_sure": "on"}).status_code == 404
    assert person.memberships.count() == 1


def test_page_costs_as_many_queries_for_three_people_as_for_one(
    client, page, house, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for _number in range(3):
        MembershipFactory(institution=house, role=Role.AUTHOR)

    with django_assert_num_queries(len(one)):
        client.get(page)


def test_nobody_changes_their_own_address(client, page):
    """Institutions keep the addresses of their people: allauth's page for it is closed."""
    assert client.get("/fi/accounts/email/").status_code == 404
    assert (
        client.post("/fi/accounts/email/", {"email": "oma@example.com", "action_add": ""}).status_code == 404
    )
