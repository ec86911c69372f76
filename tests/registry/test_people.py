"""People and roles of an institution: offered by its admin, accepted or declined, taken away."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from registry.access import Role
from registry.actions import people
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Letter, RoleInvitation, TrailEntry, User
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, MembershipFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK", short_name="Oamk")


@pytest.fixture
def admin(house):
    return member(house, Role.ADMIN)


def offer(house, admin, **changes) -> RoleInvitation:
    said = {"email": "Uusi@Oamk.example", "language": "sv", "role": Role.AUTHOR}
    return people.invite(institution=house, **said | changes, by=admin, at=AT)


def secret(to="uusi@oamk.example") -> str:
    """Of the link in the newest letter to the address."""
    return re.search(r"/role/([^/]+)/", Letter.objects.filter(to=to).latest("pk").body)[1]


def roles(house, person) -> set[str]:
    return set(house.memberships.filter(user=person).values_list("role", flat=True))


def test_new_person_accepts_and_makes_an_account(client, house, admin):
    offer(house, admin)
    letter = Letter.objects.get()
    assert (letter.to, letter.language, User.objects.filter(email=letter.to).exists()) == (
        "uusi@oamk.example", "sv", False,
    )  # fmt: skip

    said = {"name": "Uusi Ihminen", "password": "kissa-koira-99", "password_again": "kissa-koira-99"}
    answer = client.post(f"/sv/role/{secret()}/", said)

    person = User.objects.get(email="uusi@oamk.example")
    assert (person.name, person.language, roles(house, person)) == ("Uusi Ihminen", "sv", {Role.AUTHOR})
    assert (answer.status_code, answer.wsgi_request.user) == (302, person)
    assert client.login(email="uusi@oamk.example", password="kissa-koira-99")


def test_nothing_of_a_person_shows_before_they_accept(client, page, house, admin):
    """Rule 11: whoever tries addresses learns no name, nor whether there is an account; no right either."""
    known = UserFactory(email="tuttu@elsewhere.example", name="Tuttu Toisaalta")
    said = {"role": Role.AUTHOR, "language": "fi"}

    answers = {
        email: client.post(page, said | {"email": email}, follow=True).content.decode()
        for email in ("tuttu@elsewhere.example", "outo@elsewhere.example")
    }

    assert "Tuttu Toisaalta" not in answers[known.email]
    assert ["Viesti on matkalla osoitteeseen " + email in text for email, text in answers.items()] == [
        True
    ] * 2
    assert roles(house, known) == set()
    client.force_login(known)
    assert client.get(reverse("staff-home", args=["oamk"])).status_code == 404


def test_known_person_signs_in_and_accepts(client, house, admin):
    person = UserFactory(email="tuttu@oamk.example", name="Tuttu", language="fi")
    offer(house, admin, email="TUTTU@oamk.example")
    address = f"/fi/role/{secret(person.email)}/"
    assert Letter.objects.get().language == "fi"

    stranger = client.get(address)
    client.force_login(person)
    answer = client.post(address)

    assert (stranger.context["needs_sign_in"], answer["Location"]) == (True, reverse("staff"))
    assert (User.objects.get(pk=person.pk).name, roles(house, person)) == ("Tuttu", {Role.AUTHOR})
    assert client.get(address).status_code == 410


def test_stranger_cannot_take_over_an_account_with_the_link(client, house, admin):
    person = UserFactory(email="tuttu@oamk.example")
    offer(house, admin, email=person.email)

    with pytest.raises(Refused) as refusal:
        people.accept(secret=secret(person.email), user=None, name="X", password="kissa-koira-99", at=AT)

    assert (refusal.value.code, roles(house, person)) == ("sign_in", set())


def test_somebody_else_cannot_take_the_role(client, house, admin):
    other = UserFactory()
    offer(house, admin)
    client.force_login(other)

    shown, answer = client.get(f"/fi/role/{secret()}/"), client.post(f"/fi/role/{secret()}/")

    assert (shown.context["is_another"], answer.status_code, roles(house, other)) == (True, 403, set())


@pytest.mark.parametrize("is_known", [False, True])
def test_declining_tells_the_institution_nothing_about_the_person(client, page, house, admin, is_known):
    if is_known:
        person = UserFactory(email="uusi@oamk.example", name="Tuttu Toisaalta")
    offer(house, admin)
    reader = Client()
    if is_known:
        reader.force_login(person)

    answer = reader.post(f"/fi/role/{secret()}/", {"decline": "1"})

    assert (answer.status_code, house.role_invitations.count()) == (302, 0)
    shown = client.get(reverse("trail-list", args=["oamk"]))
    assert [(str(row["verb"]), str(row["by"]), str(row["change"])) for row in shown.context["rows"]] == [
        ("Kieltäydytty", "Kutsun saaja", "Laatija"),
        ("Kutsuttu", str(admin), "Laatija"),
    ]


def test_link_ends_after_two_weeks_and_when_it_is_taken_back(client, page, house, admin):
    invitation = offer(house, admin)
    with pytest.raises(people.InvitationEnded):
        people.open_invitation(secret=secret(), at=AT + timedelta(days=14))

    client.post(reverse("people-invitation-withdraw", args=["oamk", invitation.uid]))

    assert client.get(f"/fi/role/{secret()}/").status_code == 410
    assert house.role_invitations.count() == 0


def test_role_is_offered_once_at_a_time(house, admin):
    offer(house, admin)

    with pytest.raises(Invalid) as refusal:
        offer(house, admin)

    assert (refusal.value.code, Letter.objects.count()) == ("is_invited", 1)
    again = people.invite(
        institution=house, email="uusi@oamk.example", language="fi", role="author", by=admin,
        at=AT + timedelta(days=15),
    )  # fmt: skip
    assert list(house.role_invitations.all()) == [again]


def test_role_that_is_held_is_not_offered(house, admin):
    with pytest.raises(Invalid) as refusal:
        offer(house, admin, email=admin.email, role=Role.ADMIN)

    assert (refusal.value.code, Letter.objects.count()) == ("has_role", 0)


@pytest.mark.parametrize(("changes", "field"), [({"role": "king"}, "role"), ({"language": "de"}, "language")])
def test_wrong_values_name_their_field(house, admin, changes, field):
    with pytest.raises(Invalid) as refusal:
        offer(house, admin, **changes)

    assert [name for name, _text in refusal.value.reasons] == [field]
    assert not house.role_invitations.exists()


def test_role_is_taken_away(house, admin):
    person = member(house, Role.AUTHOR)

    people.take_role(membership=person.memberships.get(), by=admin, at=AT)

    assert roles(house, person) == set()


def test_what_happens_to_a_role_is_in_the_trail(house, admin):
    invitation = offer(house, admin)
    membership = people.accept(secret=secret(), user=None, name="Uusi", password="kissa-koira-99", at=AT)
    person = membership.user
    people.take_role(membership=membership, by=admin, at=AT)

    said = TrailEntry.objects.filter(institution=house).order_by("pk")
    assert list(said.values_list("verb", "by", "about", "was", "became")) == [
        ("invited", admin.pk, f"roleinvitation:{invitation.uid}", "", "author"),
        ("accepted", person.pk, f"roleinvitation:{invitation.uid}", "", "author"),
        ("role_given", person.pk, f"user:{person.pk}", "", "author"),
        ("role_taken", admin.pk, f"user:{person.pk}", "author", ""),
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


def test_page_offers_a_role_and_lists_the_invitation(client, page, house):
    said = {"email": "uusi@oamk.example", "language": "fi", "role": "issuer"}

    assert client.post(page, said)["Location"] == page
    [row] = client.get(page).context["invitations"]
    assert (row["email"], row["role"], row["has_ended"]) == ("uusi@oamk.example", "Myöntäjä", False)


def test_page_says_at_the_field_what_is_wrong(client, page):
    answer = client.post(page, {"email": "uusi@oamk.example", "language": "fi", "role": ""})

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["role"])


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
