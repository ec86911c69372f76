import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from credentials.actions import credentials
from credentials.models import Attainment, AttainmentFile, Learner
from registry import trail
from registry.access import Role
from registry.models import OfferingVersion, Realisation
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
OID = "1.2.246.562.98.59428595753"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT)


@pytest.fixture
def institution():
    return InstitutionFactory()


@pytest.fixture
def version(institution):
    return OfferingVersionFactory(
        status=OfferingVersion.Status.PUBLISHED,
        offering__institution=institution,
        offering__code="TEST-MC-2026-900",
    )


@pytest.fixture
def learner(institution):
    return LearnerFactory(institution=institution, learner_oid=OID, email="aino@example.com")


@pytest.fixture
def clerk(client, institution):
    person = member(institution, Role.ISSUER)
    client.force_login(person)
    return person


def address(name, institution, *arguments) -> str:
    return reverse(name, args=[institution.code.lower(), *arguments])


def shown(response) -> list[Attainment]:
    return list(response.context["page"])


# One by one


def facts(offered, **changes) -> dict:
    return {
        "learner_oid": OID, "email": "", "birth_date": "", "version": offered.pk, "realisation": "",
        "completed_on": "22.11.2026", "grade": "4", "documented_as": "micro_credential",
        "no_credits_reason": "", "acquired_by": "studies",
    } | changes  # fmt: skip


def test_attainment_is_recorded_by_form(client, clerk, institution, version, learner):
    Realisation.objects.create(version=version, key="R1", starts_on=AT.date(), ends_on=AT.date())

    response = client.post(address("attainment-new", institution), facts(version, realisation="r1"))

    attainment = Attainment.objects.get()
    assert response.url == address("learner-detail", institution, learner.uid)
    assert (attainment.learner, attainment.realisation.key, attainment.recorded_by) == (learner, "R1", clerk)


def test_attainment_is_recorded_from_the_learners_page(client, clerk, institution, version, learner):
    client.post(
        address("learner-attainment-new", institution, learner.uid),
        facts(version, completed_on="2026-11-22", grade="HYV"),
    )

    assert Attainment.objects.get().learner == learner


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"learner_oid": ""}, ["learner_oid"]),
        ({"learner_oid": "1.2.246.562.98.37957422885"}, ["learner_oid"]),
        ({"learner_oid": "", "email": "aino@example.com", "birth_date": "1.1.1999"}, ["email"]),
        ({"learner_oid": "131052-308T"}, ["learner_oid"]),
        ({"version": ""}, ["version"]),
        ({"realisation": "R9"}, ["realisation"]),
        ({"completed_on": "23.11.2026"}, ["completed_on"]),
        ({"completed_on": "eilen"}, ["completed_on"]),
        ({"grade": "HYL"}, ["grade"]),
        ({"grade": ""}, ["grade"]),
        ({"documented_as": ""}, ["documented_as"]),
        ({"documented_as": "competence_badge"}, ["no_credits_reason"]),
        ({"no_credits_reason": "Ei opiskeluoikeutta"}, ["no_credits_reason"]),
        ({"documented_as": "competence_badge", "no_credits_reason": "131052-308T"}, ["no_credits_reason"]),
        ({"documented_as": "participation_badge", "no_credits_reason": "Läsnä"}, ["grade"]),
    ],
)
def test_form_shows_each_reason_at_its_field(client, clerk, institution, version, learner, changes, fields):
    response = client.post(address("attainment-new", institution), facts(version, **changes))

    assert (list(response.context["form"].errors), Attainment.objects.count()) == (fields, 0)


def test_form_offers_own_and_awarded_published_versions_only(client, clerk, institution, version):
    OfferingVersionFactory(status=OfferingVersion.Status.PUBLISHED)
    OfferingVersionFactory(offering__institution=institution)

    response = client.get(address("attainment-new", institution))

    assert list(response.context["form"].fields["version"].queryset) == [version]


def test_correction_waits_for_the_revocation(client, clerk, institution):
    attainment = AttainmentFactory(institution=institution, grade="2")
    credential = issued(attainment)
    page = address("attainment-correct", institution, attainment.uid)
    change = {
        "completed_on": "22.11.2026", "grade": "3", "reason": "Kirjausvirhe",
        "documented_as": "micro_credential", "acquired_by": "studies",
    }  # fmt: skip

    refused = client.post(page, change)
    credentials.revoke(credential=credential, reason="assessment_error", note="", by=clerk, at=AT)
    done = client.post(page, change)

    attainment.refresh_from_db()
    assert (refused.status_code, done.status_code, attainment.grade) == (409, 302, "3")


def test_another_institutions_attainment_is_not_found(client, clerk, institution):
    attainment = AttainmentFactory()

    assert client.get(address("attainment-correct", institution, attainment.uid)).status_code == 404


# The list


def test_list_shows_what_is_not_issued_and_filters(client, clerk, institution):
    first, failed, done = (
        AttainmentFactory(institution=institution, grade=grade) for grade in ("4", "0", "5")
    )
    issued(done)
    page = address("attainment-list", institution)

    assert shown(client.get(page)) == [first]
    assert shown(client.get(page, {"state": "failed"})) == [failed]
    assert set(shown(client.get(page, {"state": "all"}))) == {first, failed, done}
    assert shown(client.get(page, {"state": "all", "offering": done.version.offering.code})) == [done]
    assert shown(client.get(page, {"state": "nonsense", "offering": "none"})) == [first]


def test_list_gives_picks_to_the_batch(client, clerk, institution):
    attainment = AttainmentFactory(institution=institution)

    body = client.get(address("attainment-list", institution)).content.decode()

    assert f'action="{address("batch-new", institution)}"' in body
    assert f'name="attainment" value="{attainment.uid}"' in body


def test_revoked_credential_brings_the_attainment_back(client, clerk, institution):
    attainment = AttainmentFactory(institution=institution)
    credentials.revoke(credential=issued(attainment), reason="fraud", note="", by=clerk, at=AT)

    response = client.get(address("attainment-list", institution))

    assert shown(response) == [attainment]
    assert "Todistus peruutettu, voi myöntää uudelleen" in response.content.decode()


# From a file

HEADER = "oppijanumero;sähköposti;syntymäaika;etunimet;sukunimi;kieli;tarjonnan koodi;suorituspäivä;arvosana"


def upload(client, institution, *rows, name="suoritukset.csv"):
    data = "\ufeff" + "\r\n".join([HEADER, *rows])
    file = SimpleUploadedFile(name, data.encode(), content_type="text/csv")
    return client.post(address("attainment-file-new", institution), {"file": file}, follow=True)


def test_file_goes_from_dry_run_to_import(client, clerk, institution, version, learner):
    """Issue A item 7: accept and reject per row, new learners apart, then "tuo hyväksytyt"."""
    code = version.offering.code
    dry = upload(
        client, institution,
        f"{OID};;;;;;{code};22.11.2026;4",
        f";uusi@example.com;1.5.1990;Uuno;Uusi;fi;{code};22.11.2026;5,0",
        f"{OID};;;;;;{code};22.11.2026;9",
    )  # fmt: skip
    file = AttainmentFile.objects.get()
    body = dry.content.decode()

    assert [row["label"] for row in dry.context["rows"]] == ["Tuodaan", "Tuodaan", "Hylätty"]
    assert "Tuo hyväksytyt (2)" in body
    assert "Mahdolliset arvosanat: 0, 1, 2, 3, 4, 5, HYV." in body
    assert Attainment.objects.count() == 0

    new = client.get(address("attainment-file", institution, file.uid), {"show": "new"})
    assert [row["email"] for row in new.context["rows"]] == ["uusi@example.com"]

    for _click in range(2):
        done = client.post(address("attainment-file-import", institution, file.uid), follow=True)
    assert [row["label"] for row in done.context["rows"]] == ["Tuotu", "Tuotu", "Hylätty"]
    assert (Attainment.objects.count(), Learner.objects.count()) == (2, 2)
    assert "uusi@example.com" not in done.content.decode().split("<main")[1]

    again = upload(client, institution, f"{OID};;;;;;{code};22.11.2026;4")
    assert [row["label"] for row in again.context["rows"]] == ["Jo rekisterissä"]
    assert "Tuotavaa ei ole." in again.content.decode()


def test_same_file_again_is_told(client, clerk, institution, version, learner):
    row = f"{OID};;;;;;{version.offering.code};22.11.2026;4"
    upload(client, institution, row)
    client.post(address("attainment-file-import", institution, AttainmentFile.objects.get().uid))

    again = upload(client, institution, row)

    assert "Täsmälleen sama tiedosto on tuotu" in again.content.decode()


def test_file_that_is_no_csv_is_told_at_the_field(client, clerk, institution):
    page = address("attainment-file-new", institution)

    answers = [
        client.post(page, {"file": SimpleUploadedFile("a.csv", data)})
        for data in (
            "oppijanumero;ä".encode("cp1252"),
            b"x" * (5 * 1024 * 1024 + 1),
            b"a;b",
            b"\x89PNG\xff\0",
        )
    ]
    texts = [answer.context["form"].errors["file"][0] for answer in answers]

    assert ["Windows-1252" in texts[0], "5 Mt" in texts[1], "tuntemattomia" in texts[2]] == [True, True, True]
    assert texts[3] == "Tiedosto ei ole CSV-tiedosto. Tallenna se Excelissä muodossa ”CSV UTF-8 (*.csv)”."


@pytest.mark.parametrize(
    ("language", "first"), [("fi", "oppijanumero"), ("sv", "studentnummer"), ("en", "learner oid")]
)
def test_template_opens_in_finnish_excel(client, clerk, institution, language, first):
    """N10: BOM and semicolons."""
    with translation.override(language):
        data = client.get(address("attainment-file-template", institution)).content

    assert data.startswith(f"\ufeff{first};".encode())


def test_rejected_rows_come_back_with_the_reason_and_can_be_read_again(
    client, clerk, institution, version, learner
):
    upload(client, institution, f"{OID};;;=cmd();;;{version.offering.code};22.11.2026;9")
    data = client.get(
        address("attainment-file-rejected", institution, AttainmentFile.objects.get().uid)
    ).content

    text = data.decode("utf-8-sig").replace(";9;", ";3;")
    again = client.post(
        address("attainment-file-new", institution),
        {"file": SimpleUploadedFile("b.csv", text.encode())},
        follow=True,
    )

    assert "'=cmd()" in text
    assert "Arvosana ei ole version arviointiasteikolla" in text
    assert [row["icon"] for row in again.context["rows"]] == ["accepted"]


@pytest.mark.parametrize("name", ["attainment-file", "attainment-file-rejected"])
def test_another_institutions_file_is_not_found(client, clerk, institution, name):
    other = AttainmentFile.objects.create(
        institution=InstitutionFactory(), name="a.csv", sha256="", uploaded_at=AT, uploaded_by=UserFactory()
    )

    assert client.get(address(name, institution, other.uid)).status_code == 404


def test_import_of_another_institutions_file_is_not_found(client, clerk, institution):
    other = AttainmentFile.objects.create(
        institution=InstitutionFactory(), name="a.csv", sha256="", uploaded_at=AT, uploaded_by=UserFactory()
    )

    assert client.post(address("attainment-file-import", institution, other.uid)).status_code == 404


@pytest.mark.parametrize("name", ["attainment-list", "attainment-new", "attainment-file-new", "learner-list"])
def test_pages_are_for_issuers_of_the_institution(client, institution, name):
    page = address(name, institution)
    answers = []
    for person in (member(institution, Role.AUTHOR), member(InstitutionFactory(), Role.ISSUER)):
        client.force_login(person)
        answers.append(client.get(page).status_code)
    client.logout()

    assert [*answers, client.get(page).status_code] == [403, 404, 302]


# What was seen is written down


def test_recording_for_a_learner_is_written_down_as_a_look(client, clerk, institution, learner):
    client.get(address("learner-attainment-new", institution, learner.uid))

    seen = [(entry.verb, entry.by, entry.learner) for entry in trail.of(row=learner)]
    assert seen == [("looked_at", clerk, learner.uid)]


def test_opening_a_dry_run_is_written_down(client, clerk, institution):
    rows = [{"line": 2, "outcome": "reject", "is_new": False, "values": {}, "reasons": []}]
    file = AttainmentFile.objects.create(
        institution=institution, name="a.csv", sha256="0" * 64, rows=rows, uploaded_at=AT, uploaded_by=clerk
    )

    client.get(address("attainment-file", institution, file.uid))

    assert [(entry.verb, entry.by) for entry in trail.of(row=file)] == [("looked_at", clerk)]
