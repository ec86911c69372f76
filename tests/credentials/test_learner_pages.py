from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.actions import credentials, learners
from credentials.models import Learner
from registry.access import Role
from registry.models import Letter, TrailEntry, User
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
OID = "1.2.246.562.98.59428595753"
BORN = date(2000, 2, 29)


@pytest.fixture
def institution():
    return InstitutionFactory()


@pytest.fixture
def clerk(client, institution):
    person = member(institution, Role.ISSUER)
    client.force_login(person)
    return person


def address(name, institution, *arguments) -> str:
    return reverse(name, args=[institution.code.lower(), *arguments])


def facts(**changes) -> dict:
    return {
        "given_names": "Aino", "family_name": "Esimerkki", "email": "aino@example.com", "language": "fi",
        "learner_oid": OID, "birth_date": "29.2.2000",
    } | changes  # fmt: skip


def listed(response) -> list[str]:
    return [learner.email for learner in response.context["page"]]


def test_learner_is_added_by_form(client, clerk, institution):
    response = client.post(address("learner-new", institution), facts())

    learner = Learner.objects.get()
    assert response.url == address("learner-detail", institution, learner.uid)
    assert (learner.institution, learner.birth_date, learner.created_by) == (institution, BORN, clerk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"learner_oid": OID[:-1] + "4"}, "learner_oid"),
        ({"learner_oid": "", "birth_date": ""}, "learner_oid"),
        ({"given_names": "131052-308T"}, "given_names"),
        ({"birth_date": "131052-308T"}, "birth_date"),
        ({"learner_oid": "131052-308T"}, "learner_oid"),
        ({"email": "aino"}, "email"),
        ({"family_name": "E\x07"}, "family_name"),
    ],
)
def test_form_shows_the_reason_at_its_field_and_in_the_summary(client, clerk, institution, changes, field):
    response = client.post(address("learner-new", institution), facts(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert 'class="summary"' in response.content.decode()
    assert Learner.objects.count() == 0


def test_learner_is_changed_by_form(client, clerk, institution):
    learner = LearnerFactory(institution=institution)

    client.post(address("learner-edit", institution, learner.uid), facts(family_name="Uusi"))

    learner.refresh_from_db()
    assert (learner.family_name, learner.learner_oid) == ("Uusi", OID)


@pytest.mark.parametrize("words", [OID, "aino@exa", "esimer", "aino esimerkki", "Esimerkki Aino"])
def test_search_finds_by_learner_oid_email_or_name(client, clerk, institution, words):
    learner = LearnerFactory(
        institution=institution, family_name="Esimerkki", email="aino@example.com", learner_oid=OID
    )
    LearnerFactory(institution=institution, given_names="Bo", family_name="Exempel", email="bo@example.com")
    LearnerFactory(
        family_name="Esimerkki", email="aino@example.com", learner_oid=OID
    )  # of another institution

    response = client.post(address("learner-list", institution), {"words": words}, follow=True)

    assert listed(response) == [learner.email]
    assert words not in response.redirect_chain[-1][0]


def test_search_can_be_taken_back(client, clerk, institution):
    learner = LearnerFactory(institution=institution, email="aino@example.com")
    page = address("learner-list", institution)
    client.post(page, {"words": "nobody"})

    response = client.post(page, {"words": "nobody", "all": "1"}, follow=True)

    assert listed(response) == [learner.email]


def test_search_refuses_a_henkilotunnus(client, clerk, institution):
    """Rule 10: refused in every field."""
    response = client.post(address("learner-list", institution), {"words": "131052-308T"})

    assert list(response.context["form"].errors) == ["words"]
    assert f"learners:{institution.code}" not in client.session


def test_safety_prohibition_is_shown_by_text_in_the_list_and_on_the_page(client, clerk, institution):
    learner = LearnerFactory(institution=institution, has_safety_prohibition=True)

    pages = [
        client.get(address("learner-list", institution)),
        client.get(address("learner-detail", institution, learner.uid)),
    ]

    assert ["Turvakielto" in page.content.decode() for page in pages] == [True, True]


@pytest.mark.parametrize(("name", "verb"), [("learner-detail", "looked_at"), ("learner-edit", "looked_at")])
def test_every_view_of_a_learner_is_in_the_trail(client, clerk, institution, name, verb):
    """N6"""
    learner = LearnerFactory(institution=institution)

    client.get(address(name, institution, learner.uid))

    entry = TrailEntry.objects.get(learner=learner.uid)
    assert (entry.verb, entry.by, entry.role, entry.institution) == (verb, clerk, "issuer", institution)


def test_list_writes_whom_it_showed_into_the_trail(client, clerk, institution):
    """N6"""
    shown = LearnerFactory(institution=institution)
    LearnerFactory()

    client.get(address("learner-list", institution))

    assert [(one.verb, one.learner) for one in TrailEntry.objects.all()] == [("listed", shown.uid)]


@pytest.mark.parametrize("name", ["learner-detail", "learner-edit", "learner-attainment-new"])
def test_another_institutions_learner_is_not_found(client, clerk, institution, name):
    learner = LearnerFactory()

    response = client.get(address(name, institution, learner.uid))

    assert (response.status_code, TrailEntry.objects.count()) == (404, 0)


def test_invite_from_the_page_mails_the_link(client, clerk, institution):
    learner = LearnerFactory(institution=institution)

    response = client.post(address("learner-invite", institution, learner.uid), follow=True)

    assert (Letter.objects.get().to, response.context["claim"].learner) == (learner.email, learner)


def test_invite_without_birth_date_is_refused_with_the_reason(client, clerk, institution):
    learner = LearnerFactory(institution=institution, birth_date=None, learner_oid=OID)

    response = client.post(address("learner-invite", institution, learner.uid))

    assert (response.status_code, Letter.objects.count()) == (409, 0)
    assert "Lisää ensin oppijan syntymäaika" in response.content.decode()


@pytest.mark.parametrize("name", ["learner-list", "attainment-list"])
def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, clerk, institution, name):
    costs = []
    for new_rows in (1, 2):
        for _number in range(new_rows):
            AttainmentFactory(institution=institution)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(name, institution))
        costs.append(len(queries))

    assert costs[0] == costs[1]


# The learner opens an account


def invited(**values) -> tuple[Learner, str]:
    learner = LearnerFactory(birth_date=BORN, **values)
    learners.invite(learner=learner, by=None, at=AT)
    link = next(line for line in Letter.objects.latest("pk").body.splitlines() if "/claim/" in line)
    return learner, link.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def on_time(time_machine):
    time_machine.move_to(AT)


PASSWORDS = {"password": "kolme sanaa tässä", "password_again": "kolme sanaa tässä"}


@pytest.mark.usefixtures("on_time")
def test_claim_opens_an_account_and_signs_in(client):
    learner, link = invited()

    response = client.post(link, {"birth_date": "29.2.2000", **PASSWORDS})

    learner.refresh_from_db()
    assert response.url == reverse("my-credentials")
    assert client.session["_auth_user_id"] == str(learner.user_id)


@pytest.mark.usefixtures("on_time")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"birth_date": "28.2.2000", **PASSWORDS}, "birth_date"),
        ({"birth_date": "29.2.2000", "password": "lyhyt", "password_again": "lyhyt"}, "password"),
        (
            {"birth_date": "29.2.2000", "password": "aino@example.com", "password_again": "aino@example.com"},
            "password",
        ),
        ({"birth_date": "29.2.2000", **PASSWORDS, "password_again": "toinen"}, "password_again"),
        ({"birth_date": "", **PASSWORDS}, "birth_date"),
    ],
)
def test_claim_tells_what_is_wrong(client, values, field):
    invited_learner, link = invited(email="aino@example.com")

    response = client.post(link, values)

    invited_learner.refresh_from_db()
    assert (list(response.context["form"].errors), invited_learner.user) == ([field], None)


@pytest.mark.usefixtures("on_time")
def test_claim_joins_the_record_to_the_account_that_is_signed_in(client):
    learner, link = invited()
    person = UserFactory()
    client.force_login(person)

    page = client.get(link)
    client.post(link, {"birth_date": "29.2.2000"})

    learner.refresh_from_db()
    assert (person.email in page.content.decode(), learner.user) == (True, person)


@pytest.mark.usefixtures("on_time")
def test_claim_asks_for_sign_in_when_the_email_has_an_account(client):
    _learner, link = invited(email="aino@example.com")
    UserFactory(email="aino@example.com")

    page = client.get(link)

    assert page.context["needs_sign_in"] is True
    assert "password" not in page.content.decode().split("<main")[1].split("</main")[0]
    assert client.post(link, {"birth_date": "29.2.2000", **PASSWORDS}).status_code == 409
    assert User.objects.count() == 1


@pytest.mark.usefixtures("on_time")
def test_ended_link_says_so_and_offers_a_new_one(client):
    learner, link = invited()
    client.post(link, {"birth_date": "29.2.2000", **PASSWORDS})
    client.logout()

    used = client.get(link)
    unknown = client.get(reverse("claim", args=["x" * 43]))

    assert (used.status_code, unknown.status_code) == (410, 410)
    assert reverse("claim-again") in used.content.decode()
    assert learner.name not in used.content.decode()


@pytest.mark.usefixtures("on_time")
def test_asking_for_a_new_link_tells_nobody_whether_the_record_exists(client, time_machine):
    _learner, _link = invited(email="aino@example.com")
    time_machine.move_to("2026-11-22T12:00:00Z")

    answers = [
        client.post(reverse("claim-again"), {"email": email}, follow=True)
        for email in ("aino@example.com", "nobody@example.com")
    ]

    bodies = {answer.content.decode().split("<main")[1] for answer in answers}
    assert (len(bodies), Letter.objects.count()) == (1, 2)


def test_search_finds_names_whatever_their_capitals(client):
    """The same on both databases, whose LIKE sees ä and Ä differently."""
    learner = LearnerFactory(family_name="Äijälä")
    client.force_login(member(learner.institution, Role.ISSUER))

    page = client.post(
        reverse("learner-list", args=[learner.institution.code.lower()]), {"words": "äijäl"}, follow=True
    )

    assert list(page.context["page"]) == [learner]


def test_page_names_the_credentials_under_an_earlier_name(client, clerk, institution):
    """Whoever changed the name is led to each that says the earlier one; who cannot correct, is not."""
    learner = LearnerFactory(institution=institution, family_name="Esimerkki")
    credential = issued(AttainmentFactory(institution=institution, learner=learner))
    correct = reverse("credential-correct", args=[institution.code.lower(), credential.pk])
    page = address("learner-detail", institution, learner.uid)
    same = client.get(page).text
    given = {"given_names": learner.given_names, "email": learner.email, "learner_oid": learner.learner_oid}
    born = {"birth_date": learner.birth_date.strftime("%d.%m.%Y") if learner.birth_date else ""}
    edit = address("learner-edit", institution, learner.uid)

    after = client.post(edit, facts(**given, **born, family_name="Uusi"), follow=True).text
    credentials.revoke(credential=credential, reason="fraud", note="", by=clerk, at=AT)
    revoked = client.get(page).text

    said = "1 voimassa oleva todistus on myönnetty aiemmalla nimellä."
    assert [(said in one, correct in one) for one in (same, after, revoked)] == [
        (False, False),
        (True, True),
        (False, False),
    ]
