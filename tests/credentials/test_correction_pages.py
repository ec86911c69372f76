"""Pages on which a credential is corrected, suspended and put in force again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from credentials import keystore
from credentials.actions import status_lists
from credentials.formats import token_status_list
from credentials.models import Credential, Learner, SigningKey, StatusList
from credentials.proofs import jose
from registry.access import Role
from registry.models import Letter, User
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory, member

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def credential():
    attainment = AttainmentFactory(
        institution=InstitutionFactory(code="OAMK"),
        learner__family_name="Virtane",
        learner__user=UserFactory(),
    )
    return issued(attainment, at=AT - timedelta(days=1))


@pytest.fixture
def issuer(client, credential) -> User:
    person = member(credential.institution, Role.ISSUER)
    client.force_login(person)
    return person


def address(name: str, credential: Credential) -> str:
    return reverse(name, args=["oamk", credential.pk])


def asked(client, credential, **changes) -> dict:
    """What the form of the correction holds when it is opened, with changes."""
    form = client.get(address("credential-correct", credential)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"reason": "Kirjoitusvirhe."} | changes


def test_correction_leads_to_the_new_credential(client, issuer, credential):
    said = asked(client, credential, family_name="Virtanen")

    response = client.post(address("credential-correct", credential), said, follow=True)

    new = Credential.objects.exclude(pk=credential.pk).get()
    assert response.redirect_chain == [(address("credential-detail", new), 302)]
    assert (new.facts.learner.family_name, new.issued_by) == ("Virtanen", issuer)
    assert credential.grouped_code in response.content.decode()


def test_correction_without_a_change_is_told_at_the_form(client, issuer, credential):
    page = client.post(address("credential-correct", credential), asked(client, credential))

    assert page.context["form"].non_field_errors() == ["Mikään ei poikkea siitä, mitä on allekirjoitettu."]
    assert Credential.objects.get().status == "valid"


def test_code_of_a_replaced_credential_leads_to_the_one_that_counts(client, issuer, credential):
    """By what it was replaced, and nobody's name."""
    client.post(address("credential-correct", credential), asked(client, credential, family_name="Virtanen"))
    new = Credential.objects.exclude(pk=credential.pk).get()
    client.logout()

    page = client.get(reverse("verify-code", args=[credential.grouped_code])).content.decode()

    assert reverse("verify-code", args=[new.grouped_code]) in page
    assert "Virtane" not in page


def test_learner_sees_which_one_counts(client, issuer, credential):
    client.post(address("credential-correct", credential), asked(client, credential, family_name="Virtanen"))
    new = Credential.objects.exclude(pk=credential.pk).get()
    client.force_login(credential.learner.user)

    page = client.get(reverse("my-credential", args=[credential.pk])).content.decode()

    assert reverse("my-credential", args=[new.pk]) in page


@pytest.mark.on_each
@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("credential-revoke", {"reason": "fraud", "note": ""}),
        ("credential-suspend", {"reason": "identity", "until": ""}),
    ],
)
def test_what_was_done_is_undone_on_one_page(client, issuer, credential, first, said):
    client.post(address(first, credential), said)
    stood = Credential.objects.get().status

    client.post(address("credential-restore", credential), {"reason": ""})
    without_reason = Credential.objects.get().status
    client.post(address("credential-restore", credential), {"reason": "Erehdys."})

    assert (stood, without_reason) == ({"credential-revoke": "revoked"}.get(first, "suspended"), stood)
    assert Credential.objects.get().status == "valid"


def test_correction_is_undone_on_the_page_of_the_old_one(client, issuer, credential):
    client.post(address("credential-correct", credential), asked(client, credential, family_name="Virtanen"))

    client.post(address("credential-restore", credential), {"reason": "Erehdys."})

    assert sorted(Credential.objects.values_list("status", flat=True)) == ["revoked", "valid"]


def test_page_offers_what_can_be_done(client, issuer, credential):
    valid = client.get(address("credential-detail", credential)).context["acts"]
    client.post(address("credential-revoke", credential), {"reason": "fraud", "note": ""})
    revoked = client.get(address("credential-detail", credential)).context["acts"]

    acts = ["credential-correct", "credential-suspend", "credential-revoke"]
    assert [one["url"] for one in valid] == [address(name, credential) for name in acts]
    assert [one["url"] for one in revoked] == [address("credential-restore", credential)]


@pytest.mark.on_each
def test_status_list_is_served_as_a_token_to_who_asks(client, issuer, credential):
    """For readers of SD-JWTs; everybody else gets the signed list."""
    client.post(address("credential-revoke", credential), {"reason": "fraud", "note": ""})
    status_lists.sign_due()
    row = StatusList.objects.get()
    url = reverse("status-list", args=[row.public_id])

    token = client.get(url, headers={"Accept": token_status_list.MEDIA_TYPE})
    again = client.get(
        url, headers={"Accept": token_status_list.MEDIA_TYPE, "If-None-Match": token.headers["ETag"]}
    )
    others = [client.get(url, headers={"Accept": kind}) for kind in ("*/*", "application/json")]

    key = keystore.active(institution=credential.institution, algorithm=SigningKey.Algorithm.P256, at=AT).key
    assert (token.headers["Content-Type"], again.status_code) == (token_status_list.MEDIA_TYPE, 304)
    assert jose.read(token.content.decode()).header["kid"] == key.verification_method
    assert [one.headers["Content-Type"] for one in others] == ["application/vc"] * 2
    assert "Accept" in token.headers["Vary"].split(", ")


@pytest.mark.on_each
def test_trail_of_the_house_names_the_credential(client, issuer, credential):
    """By its title and its code, by which it is also found; only who may read credentials gets its page."""
    client.post(address("credential-revoke", credential), {"reason": "fraud", "note": ""})
    shown = []
    for roles in ([Role.ADMIN], [Role.ADMIN, Role.ISSUER]):
        client.force_login(member(credential.institution, *roles))
        page = client.post(
            reverse("trail-list", args=["oamk"]), {"about": credential.grouped_code.lower()}, follow=True
        )
        shown.append([(row["verb"], row["credential"]["url"]) for row in page.context["rows"]])
        assert (credential.grouped_code in page.text, "Vilppi" in page.text) == (True, True)

    assert (len(shown[0]), {url for _verb, url in shown[0]}) == (2, {""})
    assert {url for _verb, url in shown[1]} == {address("credential-detail", credential)}


def test_page_says_that_the_suspension_goes_on_with_the_earlier_one(client, issuer, credential):
    client.post(address("credential-correct", credential), asked(client, credential, family_name="Virtanen"))
    new = Credential.objects.get(status="valid")
    client.post(address("credential-suspend", new), {"reason": "identity", "until": ""})

    page = client.get(address("credential-restore", credential)).text
    client.post(address("credential-restore", credential), {"reason": "Erehdys."})

    assert "keskeytys jatkuu samasta syystä tässä todistuksessa" in page
    assert Credential.objects.get(pk=credential.pk).status == "suspended"


def test_page_says_that_undoing_leaves_the_suspension(client, issuer, credential):
    client.post(address("credential-suspend", credential), {"reason": "identity", "until": ""})
    client.post(address("credential-revoke", credential), {"reason": "fraud", "note": ""})
    asked = client.get(address("credential-restore", credential)).text

    done = client.post(address("credential-restore", credential), {"reason": "Erehdys."}, follow=True)

    assert "todistus palautuu keskeytetyksi" in asked
    assert "Aiempi voimassaolon keskeytys jatkuu" in done.text
    assert Credential.objects.get().status == "suspended"


def test_code_of_an_undone_correction_leads_to_the_one_that_was_right(client, issuer, credential):
    client.post(address("credential-correct", credential), asked(client, credential, family_name="Virtanen"))
    client.post(address("credential-restore", credential), {"reason": "Erehdys."})
    new = Credential.objects.exclude(pk=credential.pk).get()

    page = client.get(f"/fi/verify/{new.human_code}/").text
    own = client.get(address("credential-detail", new)).text

    assert f'href="/fi/verify/{credential.grouped_code}/"' in page
    assert ("Todistus on peruutettu" in page, "uusi linkki kertoisi saman" in page) == (True, False)
    assert credential.grouped_code in own


def test_pages_that_undo_speak_of_what_they_undo(client, issuer, credential):
    """No “Cancel” beside an act that cancels; nothing of parts, where there is none."""
    client.post(address("credential-suspend", credential), {"reason": "identity", "until": ""})
    suspended = client.get(address("credential-restore", credential)).text
    client.post(address("credential-revoke", credential), {"reason": "fraud", "note": ""})
    revoked = client.get(address("credential-restore", credential)).text

    assert ("Älä päätä keskeytystä" in suspended, "mikä meni vikaan" in suspended) == (True, False)
    assert ("Älä kumoa" in revoked, "mikä meni vikaan" in revoked) == (True, True)
    assert "jonkin sen osan" not in revoked


def test_swedish_has_one_word_for_a_suspended_credential(client, issuer, credential):
    Learner.objects.update(language="sv")
    client.post(address("credential-suspend", credential), {"reason": "identity", "until": ""})

    pages = [
        f"/sv/verify/{credential.human_code}/",
        address("credential-detail", credential).replace("/fi/", "/sv/"),
    ]

    for page in [client.get(one).text.partition("<main")[2] for one in pages]:
        assert ("illfälligt upphävt" in page, "ausat" in page or "Pausad" in page) == (True, False)
    letter = Letter.objects.get(to=credential.learner.email, subject__contains="upphävts").body
    assert ("upphävt ditt intyg" in letter, "paus" in letter) == (True, False)
