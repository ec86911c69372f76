"""What bad input gets, in the words that a Finnish reader meets (domain 5.1 and 5.4).

Each row of the two tables has a test here; the behaviour around it is tested beside the code it belongs to.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.models import Attainment, AttainmentFile, Credential
from registry import elements
from registry.access import Role
from registry.actions import codelists, joint, partner_keys, realisations, recognition_notes
from registry.errors import Invalid
from registry.models import OfferingVersion
from registry.rest import PerMinute
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.credentials import LearnerFactory
from tests.factories.issuing import issued
from tests.factories.quality import panel_of, returned, sent
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    RealisationFactory,
    member,
    texts,
)

pytestmark = pytest.mark.django_db
NEW_LEARNER = (
    "Oppijaa ei ole rekisterissä. Uuden oppijan lisäämiseen tarvitaan myös etunimet, sukunimi ja sähköposti."
)
OID = "1.2.246.562.98.59428595753"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AT, tick=False)
    PerMinute._counts.clear()


@pytest.fixture
def house():
    codelists.load()
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(house):
    return member(house, Role.AUTHOR)


def draft(house, author=None, **fields) -> OfferingVersion:
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house), **fields)
    if author:
        version.authors.add(author)
    return version


def of_version(name: str, version: OfferingVersion, *more) -> str:
    return reverse(name, args=["oamk", version.offering.code, version.number, *more])


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def upload(client):
    """Sends a file of these lines and follows to its dry run."""

    def send(*lines: str):
        header = "oppijanumero;tarjonnan koodi;toteutus;suorituspäivä;arvosana"
        data = "\r\n".join([header, *lines]).encode()
        address = reverse("attainment-file-new", args=["oamk"])
        return client.post(address, {"file": SimpleUploadedFile("rows.csv", data)}, follow=True)

    return send


# 5.1 Study affairs


def test_two_drafts_of_the_same_title_are_warned_of_with_a_link(client, house, author):
    """Row 1; saving is still allowed."""
    other = draft(house, title={"fi": "Robotiikan perusteet"})
    client.force_login(author)

    page = client.post(
        reverse("offering-new", args=["oamk"]),
        {"kind": "micro", "primary_language": "fi", "title_fi": "Robotiikan perusteet"},
        follow=True,
    )

    assert house.offerings.count() == 2
    assert f"Kokonaisuudella {other.offering.code} on sama nimi." in body(page)
    assert f'href="{reverse("offering-history", args=["oamk", other.offering.code])}"' in body(page)


@pytest.mark.parametrize(
    ("fields", "without", "said"),
    [
        ({"ects": Decimal(0)}, "", "Laajuus on 1–60 op."),
        ({"ects": Decimal("7.3")}, "", "Laajuus annetaan 0,5 op:n tarkkuudella."),
        ({}, "skill", "Lisää vähintään yksi taitotavoite."),
    ],
)
def test_size_and_outcomes_are_told_what_is_wrong(house, fields, without, said):
    """Row 2."""
    version = draft(house, **fields)
    version.outcomes.filter(kind=without).update(kind="knowledge")

    checklist = elements.of(version=version)

    assert said in [remark.text for remark in (*checklist.reasons, *checklist.warnings)]


def test_sending_is_inactive_with_its_reasons(client, house, author):
    """Row 3: never silently."""
    client.force_login(author)

    page = client.get(of_version("version-detail", draft(house, author, ects=None)))

    assert "Tämä avautuu, kun mitään ei puutu:" in body(page)
    assert "Laajuus on 1–60 op." in body(page)


def test_author_is_no_reviewer(client, house):
    """Row 3."""
    both = member(house, Role.AUTHOR, Role.QUALITY)
    cycle = sent(draft(house, both), by=both)
    panel_of(cycle)
    client.force_login(both)

    answer = client.post(reverse("review-start", args=["oamk", cycle.uid]))

    assert answer.status_code == 403
    assert "Et voi katselmoida omaa suunnitelmaasi." in body(answer)


def test_unanswered_comment_blocks_sending_again(client, house, author):
    """Row 4."""
    version = draft(house, author)
    cycle = returned(version, by=author, text="Miksi tämä nimi?")
    client.force_login(author)

    page = client.get(reverse("review-detail", args=["oamk", cycle.uid]))
    answer = client.post(of_version("version-submit", version))

    said = "Vastaa katselmoijien jokaiseen kommenttiin ennen kuin lähetät version uudelleen."
    assert said in body(page)
    assert (answer.status_code, "Miksi tämä nimi?" in body(answer)) == (409, True)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"enrol_from": AT.date(), "enrol_by": AT.date() - timedelta(days=1)},
            ("enrol_by", "Ilmoittautuminen päättyy ennen kuin se alkaa."),
        ),
        ({"price_eur": Decimal(80)}, ("price_eur", "Enintään 75 € (15 €/op).")),
    ],
)
def test_realisation_is_refused_by_its_field(house, author, facts, said):
    """Row 5."""
    version = shown(offering=OfferingFactory(institution=house))
    days = {"starts_on": AT.date(), "ends_on": AT.date() + timedelta(days=30)}

    with pytest.raises(Invalid) as refusal:
        realisations.add(version=version, facts=days | facts, by=author, at=AT)

    assert refusal.value.reasons == (said,)


def test_publication_without_approval_is_forbidden(client, house, author):
    """Row 5: 403 with the reason."""
    client.force_login(member(house, Role.PUBLISHER))

    answer = client.post(of_version("version-publish", draft(house, author)), {"seen": "on"})

    assert answer.status_code == 403
    assert "Versiota ei ole hyväksytty: se on ensin katselmoitava." in body(answer)


def test_attainments_with_faults_wait_for_an_explicit_import(client, house, upload):
    """Row 6: a reason at each line, the others only after "tuo hyväksytyt"."""
    version = shown(offering=OfferingFactory(institution=house))
    run = RealisationFactory(version=version, key="R1", starts_on=AT.date() + timedelta(days=1))
    LearnerFactory(institution=house, learner_oid=OID)
    client.force_login(member(house, Role.ISSUER))
    code = version.offering.code
    page = upload(
        f"1.2.246.562.98.37957422885;{code};;22.11.2026;4",
        f"{OID};{code};;22.11.2026;9",
        f"{OID};{code};{run.key};22.11.2026;4",
        f"{OID};{code};;22.11.2026;4",
        f"{OID};{code};;22.11.2026;4",
    )

    said = [row["reasons"] for row in page.context["rows"]]
    assert said == [
        [NEW_LEARNER],
        ["Arvosana ei ole version arviointiasteikolla. Mahdolliset arvosanat: 0, 1, 2, 3, 4, 5, HYV."],
        ["Suorituspäivä on ennen toteutuksen alkua (23.11.2026)."],
        [],
        ["Sama suoritus on jo rivillä 5."],
    ]  # fmt: skip
    assert (Attainment.objects.count(), "Tuo hyväksytyt (1)" in body(page)) == (0, True)
    client.post(reverse("attainment-file-import", args=["oamk", AttainmentFile.objects.get().uid]))
    assert Attainment.objects.count() == 1


def test_revoking_without_a_reason_is_refused(client, house):
    """Row 7; the history of what was revoked stays."""
    credential = issued()
    house = credential.institution
    client.force_login(member(house, Role.ISSUER))
    address = reverse("credential-revoke", args=[house.code.lower(), credential.pk])

    page = client.post(address, {"reason": "", "note": ""})

    assert "Valitse peruutuksen syy." in body(page)
    client.post(address, {"reason": "assessment_error", "note": ""})
    again = issued(credential.attainment, at=AT + timedelta(days=1))
    kept = Credential.objects.get(pk=credential.pk)
    assert (kept.status, bytes(kept.document), again.status) == (
        "revoked",
        bytes(credential.document),
        "valid",
    )


def test_published_version_is_not_edited(client, house, author):
    """Row 8: not offered on the page, a 409 from the API with the way to "uusi versio"."""
    version = shown(offering=OfferingFactory(institution=house))
    _key, secret = partner_keys.make(
        institution=house, name="Avain", scopes=["own"], daily_quota=10, by=author, at=AT
    )
    client.force_login(author)

    page = client.get(of_version("version-detail", version))
    answer = client.patch(
        f"/api/v1/own/versions/{version.offering.code}/",
        headers={"authorization": f"Bearer {secret}", "accept-language": "fi"},
    )

    assert of_version("version-edit", version, "basics") not in body(page)
    assert (answer.status_code, answer.json()["title"]) == (
        409,
        "Tämä versio on lopullinen eikä sitä muuteta. Kopioi se uudeksi versioksi ja kirjoita siihen.",
    )
    assert answer.json()["new_version"].endswith(of_version("version-detail", version))


# 5.4 Partner institutions


def test_fifth_offering_is_not_compared(client):
    """Row 1."""
    codes = "&".join(f"code={shown().offering.code}" for _ in range(5))

    assert "Voit vertailla enintään neljää." in body(client.get(f"/fi/compare/?{codes}"))


def test_note_of_another_institution_is_not_there(client, house):
    """Row 2: seen as a hint, edited by its own institution only."""
    theirs, version = InstitutionFactory(code="TAMK"), shown()
    reader = member(theirs, Role.PARTNER)
    note = recognition_notes.write(
        institution=theirs, offering=version.offering, degree=texts("Tradenomi"), ects=None, note={},
        by=reader, at=AT,
    )  # fmt: skip
    client.force_login(member(house, Role.PARTNER))

    page = client.get(reverse("partner-offering", args=["oamk", version.offering.code]))
    answer = client.get(reverse("partner-note-edit", args=["oamk", note.uid]))

    assert "Tradenomi suomeksi" in body(page)
    assert answer.status_code == 404


def test_shares_make_the_size(house, author):
    """Row 3: shares that do not sum to the size."""
    partner = InstitutionFactory(code="LAUREA")
    reviewer = member(partner, Role.REVIEWER)
    version = draft(house, author, ects=10)
    invitation = joint.invite(version=version, institution=partner, ects=Decimal(4), by=author, at=AT)

    with pytest.raises(Invalid) as refusal:
        joint.accept(invitation=invitation, ects=Decimal(5), reviewer=reviewer, by=reviewer, at=AT)

    assert refusal.value.reasons == (("ects", "Osuudet ovat yhteensä 11 op, laajuus on 10 op."),)


def test_wrong_key_and_too_many_requests_are_told(client, house, author):
    """Row 6: 401, and 429 with Retry-After."""
    _key, secret = partner_keys.make(
        institution=house, name="Avain", scopes=["catalogue"], daily_quota=1, by=author, at=AT
    )

    def ask(key: str):
        headers = {"authorization": f"Bearer {key}", "accept-language": "fi"}
        return client.get("/api/v1/institutions/", headers=headers)

    wrong, first, second = ask("osr_wrong"), ask(secret), ask(secret)

    assert (wrong.status_code, wrong.json()["title"]) == (401, "Avain on väärä tai poistettu käytöstä.")
    assert (first.status_code, second.status_code, second.headers["Retry-After"].isdecimal()) == (
        200,
        429,
        True,
    )
