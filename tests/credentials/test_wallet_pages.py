"""The learner's own pages, shares as others see them, the signed bytes (issue A, item 9; N6, rules 8, 11)."""

import re

import pytest
import time_machine
from django.urls import reverse

from credentials.actions import credentials
from registry import trail
from registry.access import Role
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import (
    InstitutionFactory,
    MembershipFactory,
    OfferingVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(AT, tick=False):
        yield


def own(user=None, **learner):
    institution = InstitutionFactory()
    record = LearnerFactory(institution=institution, user=user or UserFactory(), **learner)
    return issued(AttainmentFactory(institution=institution, learner=record))


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def credential(client):
    found = own()
    client.force_login(found.learner.user)
    return found


def test_list_shows_own_credentials_of_every_institution(client, credential):
    second, others = own(credential.learner.user), own()

    page = words(client.get("/fi/my/"))

    assert credential.version.title["fi"] in page
    assert second.version.title["fi"] in page
    assert others.version.title["fi"] not in page
    assert "Voimassa" in page


def test_list_asks_as_often_for_three_as_for_one(client, credential, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/fi/my/")
    own(credential.learner.user), own(credential.learner.user)

    with django_assert_num_queries(len(one)):
        client.get("/fi/my/")


def test_empty_list_says_what_to_expect(client):
    client.force_login(UserFactory())

    assert "Sinulla ei ole vielä todistuksia" in words(client.get("/fi/my/"))


@pytest.mark.parametrize(
    "address",
    [
        "/fi/my/credentials/{}/",
        "/fi/my/credentials/{}/certificate/",
        "/credentials/{}",
    ],
)
def test_another_learners_credential_is_not_there(client, address):
    """§5.3/4."""
    credential, stranger = own(), UserFactory()
    path = address.format(credential.pk)

    anonymous = client.get(path)
    assert (anonymous.status_code, anonymous["Location"].startswith("/")) == (302, True)
    client.force_login(stranger)
    assert client.get(path).status_code == 404
    client.force_login(credential.learner.user)
    assert client.get(path).status_code == 200


def test_page_tells_what_the_credential_says(client, credential):
    page = words(client.get(f"/fi/my/credentials/{credential.pk}/"))

    for shown in (
        credential.learner.name,
        "4, kiitettävä",
        "Selittää asian 1 suomeksi",
        "5 op, 133 tuntia",
        "EQF: Taso 6",
        credential.grouped_code,
        "Todistus on voimassa",
    ):
        assert shown in page


@pytest.mark.parametrize(
    ("language", "title", "level"),
    [
        ("fi", "Todistus pienestä osaamiskokonaisuudesta", "Taso (viitteellinen)"),
        ("sv", "Intyg över mikromerit", "Nivå (riktgivande)"),
        ("en", "Certificate of a micro-credential", "Level of the learning experience (indicative)"),
    ],
)
def test_certificate_is_wholly_in_its_language(client, credential, language, title, level):
    """§3.8, the certificate row."""
    answer = client.get(f"/fi/my/credentials/{credential.pk}/certificate/?lang={language}")
    sheet = words(answer).partition("<article")[2].partition("</article>")[0]

    assert f'lang="{language}"' in sheet
    for shown in (title, level, credential.learner.name, str(credential.pk), credential.grouped_code):
        assert shown in sheet
    assert f"/{language}/verify/{credential.grouped_code}/" in sheet
    assert "<svg" in sheet
    assert "style=" not in sheet


def test_certificate_leads_to_itself_in_each_language_of_the_site(client, credential):
    """Its own languages once took the place of those in the head of the page, whose links led nowhere."""
    page = client.get(f"/fi/my/credentials/{credential.pk}/certificate/").content.decode()

    for language in ("fi", "sv", "en"):
        assert f'<a href="/{language}/my/credentials/{credential.pk}/certificate/"' in page
    assert 'href=""' not in page


def test_certificate_has_the_birth_date_or_the_learner_oid(client, credential):
    sheet = words(client.get(f"/fi/my/credentials/{credential.pk}/certificate/"))

    assert "29.2.2000" in sheet
    assert "Tämä ei ole tutkintotodistus" in sheet
    assert "5 on paras arvosana" in sheet


def test_certificate_says_when_a_language_is_missing(client):
    only_finnish = {"fi": "Vain suomeksi"}
    version = OfferingVersionFactory(status="published", summary={"fi": "a", "en": "b"}, title=only_finnish)
    institution = version.offering.institution
    learner = LearnerFactory(institution=institution, user=UserFactory())
    credential = issued(AttainmentFactory(institution=institution, learner=learner, version=version))
    client.force_login(learner.user)

    page = words(client.get(f"/fi/my/credentials/{credential.pk}/certificate/?lang=sv"))

    assert "Todistusta ei ole saatavilla tällä kielellä" in page
    assert "Todistus pienestä osaamiskokonaisuudesta" in page
    assert client.get(f"/fi/my/credentials/{credential.pk}/certificate/?lang=xx").status_code == 404


def test_certificate_keeps_the_name_of_the_day_of_issue(client, credential):
    """What was signed stands, whatever the record says later."""
    before = credential.learner.name
    credential.learner.family_name = "Uusinimi"
    credential.learner.save()

    sheet = words(client.get(f"/fi/my/credentials/{credential.pk}/certificate/")).partition("<article")[2]

    assert before in sheet
    assert "Uusinimi" not in sheet


# The bytes, and who looked


def test_staff_of_the_issuer_gets_the_bytes_and_it_is_written_down(client):
    """N6."""
    credential = own()
    issuer, author = (
        MembershipFactory(institution=credential.institution, role=role).user
        for role in (Role.ISSUER, Role.AUTHOR)
    )
    other = MembershipFactory(institution=InstitutionFactory(), role=Role.ISSUER).user
    answers = {}
    for user in (issuer, author, other):
        client.force_login(user)
        answers[user] = client.get(f"/credentials/{credential.pk}")

    assert answers[issuer].content == bytes(credential.document)
    assert [answers[author].status_code, answers[other].status_code] == [404, 404]
    entry = TrailEntry.objects.get(verb="downloaded")
    assert (entry.by, entry.learner) == (issuer, credential.learner.uid)


def test_owner_downloads_without_a_trace(client, credential):
    answer = client.get(f"/credentials/{credential.pk}")

    assert answer.content == bytes(credential.document)
    assert answer["Content-Disposition"] == f'attachment; filename="{credential.grouped_code}.json"'
    assert not TrailEntry.objects.filter(verb="downloaded").exists()


def test_learner_sees_who_looked(client, credential):
    """N6."""
    staff = UserFactory()
    for one in (credential, own()):
        trail.record(verb="looked_at", row=one, by=staff, at=AT, role=Role.ISSUER, learner=one.learner.uid)

    page = words(client.get("/fi/my/trail/"))

    assert page.count("Katsoi tietojasi") == 1
    assert str(staff) in page
    assert "Myönsi todistuksen" in page


def test_learner_sees_which_credential_it_was(client, credential):
    credentials.revoke(credential=credential, reason="fraud", note="", by=UserFactory(), at=AT)

    page = words(client.get("/fi/my/trail/"))

    link = f'<a href="{reverse("my-credential", args=[credential.pk])}">'
    assert page.count(link) == 2  # issued, revoked
    assert page.count(credential.grouped_code) == 2


def test_learner_sees_every_role_of_who_looked(client, credential):
    """N6: a trail entry may hold several roles."""
    staff = UserFactory()
    trail.record(
        verb="looked_at",
        row=credential,
        by=staff,
        at=AT,
        role="issuer, admin",
        learner=credential.learner.uid,
    )

    page = words(client.get("/en/my/trail/"))

    assert "(Issuer, Institution admin)" in page
