"""Pages of enrolling and of participants (domain.md 5.3/3, N6, C-31)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from credentials.actions import enrolment_letters, enrolments
from credentials.models import Attainment, Enrolment
from registry.access import Role
from registry.actions import codelists
from registry.models import Letter, OfferingVersion, Realisation, TrailEntry
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import RealisationFactory, StatementFactory, UserFactory, member

pytestmark = pytest.mark.django_db
FORM = {
    "given_names": "Aino", "family_name": "Koe", "birth_date": "1.5.1990", "language": "fi",
    "prerequisites": "yes", "has_read": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT)
    codelists.load()
    with translation.override("en"):
        yield


@pytest.fixture
def run():
    return RealisationFactory(key="R1", starts_on=AT.date(), enrol_by=AT.date(), places=1)


@pytest.fixture
def learner(client):
    user = UserFactory()
    client.force_login(user)
    return user


def enrol_url(run):
    return reverse("enrol", args=[run.version.offering.code, run.version.number, run.key])


def staff_url(name, run):
    version = run.version
    institution = version.offering.institution.code.lower()
    return reverse(name, args=[institution, version.offering.code, version.number, run.key])


def filled(run, count=1):
    learners = [LearnerFactory(institution=run.version.offering.institution) for _n in range(count)]
    return enrolments.enrol_all(realisation=run, learners=learners, by=UserFactory(), at=AT)


def test_public_page_leads_to_enrolment(client, run):
    url = reverse("catalogue-offering", args=[run.version.offering.code])

    page = client.get(url).content.decode()

    assert (enrol_url(run) in page, "1 place left of 1" in page) == (True, True)


def test_enrolment_at_the_institutions_own_address_comes_back_as_participants_and_results(client, run):
    """Opintopolku or Peppi takes the enrolments: the catalogue leads there, participants come here."""
    Realisation.objects.filter(pk=run.pk).update(
        enrolment="outside", enrolment_url="https://opintopolku.example/hakemus/1"
    )
    version = run.version
    public = client.get(reverse("catalogue-offering", args=[version.offering.code])).content.decode()
    assert ['href="https://opintopolku.example/hakemus/1"' in public, enrol_url(run) in public] == [
        True,
        False,
    ]
    client.force_login(UserFactory())
    assert "Enrolment is at the institution" in client.get(enrol_url(run), follow=True).content.decode()

    client.force_login(member(version.offering.institution, Role.ISSUER))
    header = "etunimet;sukunimi;sähköposti;syntymäaika"
    people = f"{header}\nAino;Koe;a@x.example;1.5.1990\nBo;Koe;b@x.example;2.5.1990\n"
    page, file = staff_url("participant-file", run), {"content_type": "text/csv"}
    for _time in range(2):
        sent = SimpleUploadedFile("lista.csv", people.encode(), **file)
        assert client.post(page, {"file": sent})["Location"] == staff_url("participant-list", run)
    client.post(staff_url("participant-results", run), {"completed_on": "22.11.2026", "all": "1"})

    rows = Enrolment.objects.order_by("pk").values_list("learner__given_names", "status", "attainment__grade")
    assert list(rows) == [("Aino", "completed", "HYV"), ("Bo", "completed", "HYV")]
    assert Letter.objects.count() == 0


def test_planned_and_cancelled_realisations_are_not_public(client, run):
    RealisationFactory(version=run.version, key="R2", status=Realisation.Status.PLANNED)
    RealisationFactory(version=run.version, key="R3", status=Realisation.Status.CANCELLED)

    page = client.get(reverse("catalogue-offering", args=[run.version.offering.code]))

    assert [one["key"] for one in page.context["runs"]] == ["R1"]


def test_learner_enrols_and_lands_on_the_enrolment(client, learner, run):
    answer = client.post(enrol_url(run), FORM)

    enrolment = Enrolment.objects.get()
    assert answer.url == reverse("enrolment", args=[enrolment_letters.secret(enrolment)])
    assert (enrolment.learner.user, enrolment.status) == (learner, "enrolled")
    assert client.get(enrol_url(run)).url == answer.url
    rows = client.get(reverse("my-enrolments")).context["rows"]
    assert [row["enrolment"] for row in rows] == [enrolment]


def test_missing_prerequisites_warn_and_ask_for_recognition(client, learner, run):
    """5.3/3: prerequisite missing: warns and asks AHOT."""
    lacking = FORM | {"prerequisites": "no"}

    warned = client.post(enrol_url(run), lacking)
    assert (warned.context["is_warned"], Enrolment.objects.count()) == (True, 0)
    client.post(enrol_url(run), lacking | {"asks_recognition": "on"})
    assert Enrolment.objects.get().asks_recognition is True


def test_queue_is_offered_when_the_last_place_has_gone(client, learner, run):
    filled(run)

    offered = client.post(enrol_url(run), FORM)
    assert (offered.context["is_full"], Enrolment.objects.count()) == (True, 1)

    client.post(enrol_url(run), FORM | {"join_queue": "on"})
    assert Enrolment.objects.latest("pk").status == "queued"


def test_closed_enrolment_says_why_and_shows_no_form(client, learner, run):
    OfferingVersion.objects.filter(pk=run.version_id).update(status="suspended")

    page = client.get(enrol_url(run))

    assert page.context["why_not"].startswith("Nobody can enrol now")
    assert 'name="has_read"' not in page.content.decode()
    assert client.post(enrol_url(run), FORM).status_code == 409


def test_link_of_the_letter_accepts_and_cancels(client, run):
    """C-31: also without an account."""
    [enrolment] = filled(run)
    secret = enrolment_letters.secret(enrolment)

    client.post(reverse("enrolment", args=[secret]))
    enrolment.refresh_from_db()
    assert enrolment.accepted_at is not None
    assert client.get(reverse("enrolment-cancel", args=[secret])).status_code == 200

    client.post(reverse("enrolment-cancel", args=[secret]))
    enrolment.refresh_from_db()
    assert enrolment.status == "cancelled"
    assert client.get(reverse("enrolment", args=["forged.secret"])).status_code == 404


def test_late_check_makes_opening_inactive_with_the_reason(client, run):
    """6.7, VAMK-006."""
    RealisationFactory(version=run.version, key="R2", status=Realisation.Status.PLANNED)
    StatementFactory(version=run.version, decided_on="2025-01-01", check_due_on="2026-10-06")
    client.force_login(member(run.version.offering.institution, Role.AUTHOR))
    version = run.version
    names = [version.offering.institution.code.lower(), version.offering.code, version.number]

    page = client.get(reverse("realisation-list", args=names)).content.decode()

    assert "The check is 47 days late." in page
    assert (staff_url("realisation-open", run).replace("/R1/", "/R2/") in page) is False


def test_realisation_is_planned_and_opened_by_form(client, run):
    client.force_login(member(run.version.offering.institution, Role.AUTHOR))
    version = run.version
    names = [version.offering.institution.code.lower(), version.offering.code, version.number]
    facts = {"starts_on": "11.1.2027", "ends_on": "31.3.2027", "enrolment": "here", "note_0": ""}

    wrong = client.post(reverse("realisation-new", args=names), facts | {"ends_on": "1.1.2027"})
    assert wrong.context["form"].errors == {"ends_on": ["The realisation ends before it starts."]}
    client.post(reverse("realisation-new", args=names), facts)
    made = version.realisations.get(key="R2")
    client.post(staff_url("realisation-open", made))

    made.refresh_from_db()
    assert made.status == Realisation.Status.OPEN


def test_participants_are_listed_written_down_and_cost_the_same(client, run):
    """N6, and as many queries for 3 rows as for 1."""
    Realisation.objects.filter(pk=run.pk).update(places=None)
    run.refresh_from_db()
    client.force_login(member(run.version.offering.institution, Role.ISSUER))
    filled(run)
    url = staff_url("participant-list", run)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    filled(run, 2)
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(three) == len(one)
    assert TrailEntry.objects.filter(verb="listed").count() == 1 + 1 + 3


def test_all_accepted_becomes_attainments(client, run):
    Realisation.objects.filter(pk=run.pk).update(places=None)
    run.refresh_from_db()
    filled(run, 2)
    client.force_login(member(run.version.offering.institution, Role.ISSUER))

    nothing = client.post(staff_url("participant-results", run), {"completed_on": "22.11.2026"})
    assert nothing.context["form"].non_field_errors() == [
        "Give at least one grade, or choose “All accepted”."
    ]
    client.post(staff_url("participant-results", run), {"completed_on": "22.11.2026", "all": "1"})

    assert list(Attainment.objects.values_list("grade", flat=True)) == ["HYV", "HYV"]


def test_learner_reads_that_the_offering_is_suspended_and_may_finish(client, learner, run):
    """T16: whoever waits in the queue only reads nothing of the kind."""
    house = run.version.offering.institution
    learners = [LearnerFactory(institution=house, user=user) for user in (learner, None)]
    [placed, queued] = enrolments.enrol_all(realisation=run, learners=learners, by=UserFactory(), at=AT)
    OfferingVersion.objects.filter(pk=run.version.pk).update(status=OfferingVersion.Status.SUSPENDED)
    said = "You have started: you may finish, and you get your credential."

    pages = [client.get(reverse("my-enrolments"))]
    pages += [
        client.get(reverse("enrolment", args=[enrolment_letters.secret(one)])) for one in (placed, queued)
    ]

    assert [said in page.content.decode() for page in pages] == [True, True, False]


def test_cancelled_realisation_needs_a_reason(client, run):
    filled(run)
    client.force_login(member(run.version.offering.institution, Role.PUBLISHER))

    assert client.post(staff_url("realisation-cancel", run), {"reason": ""}).status_code == 200
    client.post(staff_url("realisation-cancel", run), {"reason": "Ei opettajaa"})

    run.refresh_from_db()
    assert run.status == Realisation.Status.CANCELLED
