"""Statuses of cross-institutional studies by file (domain.md 5.4/4, W-06)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from credentials.actions import enrolment_statuses, enrolments
from credentials.models import Attainment, Enrolment, Learner
from registry.access import Role
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import RealisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
HEADER = (
    "e-mail;birth date;given names;family name;safety prohibition;registration status;credit status;"
    "completion date;grade"
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def run():
    return RealisationFactory(key="R1", network="CampusOnline/RIPA", places=1, starts_on=AT.date())


def line(name="aino", status="ACCEPTED", result="", day="", grade="", prohibition="") -> str:
    return f"{name}@x.example;1.5.1990;{name.title()};Koe;{prohibition};{status};{result};{day};{grade}"


def table(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines)).encode()


def take_in(run, *lines):
    return enrolment_statuses.take_in(realisation=run, data=table(*lines), by=UserFactory(), at=AT)


def statuses(run) -> list[tuple]:
    rows = run.enrolments.order_by("pk")
    return list(rows.values_list("learner__given_names", "status", "ripa_status", "ripa_result"))


def test_statuses_move_enrolments_whatever_their_spelling(run):
    """Nobody gets a letter and no place is asked for: it has all happened in the service."""
    take_in(
        run, line("aino", "pending"), line("bo", "Accepted"), line("cid", "PENDING"), line("dan", "REJECTED")
    )
    take_in(run, line("aino", "ACCEPTED"), line("bo", "Aborted by student"), line("cid", "rejected"))

    assert statuses(run) == [
        ("Aino", "enrolled", "ACCEPTED", ""),
        ("Bo", "cancelled", "ABORTED_BY_STUDENT", ""),
        ("Cid", "cancelled", "REJECTED", ""),
    ]
    run.refresh_from_db()
    assert (run.taken, Letter.objects.count(), Learner.objects.count()) == (1, 0, 3)
    moved = TrailEntry.objects.filter(verb="cancelled").order_by("pk").values_list("was", "reason")
    assert list(moved) == [("enrolled", "RIPA ABORTED_BY_STUDENT"), ("received", "RIPA REJECTED")]


def test_unknown_status_code_rejects_its_line_with_the_code(run):
    """5.4/4."""
    found = take_in(run, line("aino", "LOST"), line("bo"), line("cid", result="PERHAPS"))

    assert [(row.became, row.problem) for row in found] == [
        ("", "Unknown status code: LOST."), ("enrolled", ""), ("", "Unknown status code: PERHAPS."),
    ]  # fmt: skip
    assert statuses(run) == [("Bo", "enrolled", "ACCEPTED", "")]


def test_result_is_copied_as_an_attainment(run):
    day = AT.strftime("%d.%m.%Y")
    found = take_in(
        run,
        line("aino", result="ACCEPTED", day=day, grade="4,0"),
        line("bo", result="UNFINISHED"),
        line("cid", result="NOT PARTICIPATED"),
        line("dan", result="ACCEPTED", day=day),
        line("eve", "", result="ACCEPTED", day=day, grade="4"),
    )

    assert [row.problem for row in found] == [
        "", "", "", "The grade is missing.", "The learner is not enrolled here.",
    ]  # fmt: skip
    assert statuses(run) == [
        ("Aino", "completed", "ACCEPTED", "ACCEPTED"),
        ("Bo", "enrolled", "ACCEPTED", "UNFINISHED"),
        ("Cid", "cancelled", "ACCEPTED", "NOT_PARTICIPATED"),
    ]
    attainment = Attainment.objects.get()
    assert (attainment.grade, attainment.completed_on, attainment.enrolment.realisation) == (
        "4", AT.date(), run,
    )  # fmt: skip


def test_same_file_twice_does_nothing_more(run):
    lines = (
        line("aino", result="ACCEPTED", day=AT.strftime("%d.%m.%Y"), grade="4"),
        line("bo", result="ABANDONED"),
        line("cid", "PENDING"),
    )
    take_in(run, *lines)
    before = (statuses(run), TrailEntry.objects.count())

    found = take_in(run, *lines)

    assert [row.problem for row in found] == ["", "", ""]
    assert (statuses(run), TrailEntry.objects.count()) == before


def test_dry_run_says_the_same_and_leaves_nothing(run):
    lines = (line("aino"), line("bo", "LOST"), line("aino"))

    looked = enrolment_statuses.dry_run(realisation=run, data=table(*lines), by=UserFactory(), at=AT)
    before = (Enrolment.objects.count(), Learner.objects.count(), TrailEntry.objects.count())
    done = take_in(run, *lines)

    assert (looked, before) == (done, (0, 0, 0))
    assert [row.problem for row in done] == [
        "", "Unknown status code: LOST.", "The same person is already on line 2.",
    ]  # fmt: skip


def test_status_does_not_go_backwards(run):
    take_in(run, line("aino"))

    found = take_in(run, line("aino", "PENDING"))

    assert ("PENDING would take that back" in found[0].problem, statuses(run)) == (
        True,
        [("Aino", "enrolled", "ACCEPTED", "")],
    )


def test_safety_prohibition_is_kept(run):
    """Rule 11: what the service says of a learner holds here from the first day."""
    take_in(run, line("aino", prohibition="Yes"))
    [refused] = take_in(run, line("bo", prohibition="perhaps"))

    assert [learner.has_safety_prohibition for learner in Learner.objects.all()] == [True]
    assert refused.problem == "Write yes or no for the safety prohibition, not perhaps."


def test_place_that_is_given_up_goes_to_the_queue(run):
    """A realisation that people enrol in here too: the next in the queue moves up, with a letter."""
    waiting = LearnerFactory(institution=run.version.offering.institution)
    take_in(run, line("aino"))
    run.refresh_from_db()
    enrolments.enrol_all(realisation=run, learners=[waiting], by=UserFactory(), at=AT)

    take_in(run, line("aino", "ABORTED_BY_TEACHER"))

    assert [status for _name, status, *_codes in statuses(run)] == ["cancelled", "enrolled"]
    assert Letter.objects.filter(to=waiting.email).count() == 2


def test_page_shows_each_line_before_anything_is_saved(client, run):
    version = run.version
    institution = version.offering.institution
    client.force_login(member(institution, Role.ISSUER))
    names = [institution.code.lower(), version.offering.code, version.number, run.key]
    page = reverse("participant-statuses", args=names)
    data = table(line("aino"), line("bo", "LOST"))

    looked = client.post(page, {"file": SimpleUploadedFile("ripa.csv", data)})
    before = Enrolment.objects.count()
    text = looked.context["take"]["text"].value()
    taken = client.post(page, {"text": text})

    assert (looked.context["good"], before, taken["Location"]) == (
        1, 0, reverse("participant-list", args=names),
    )  # fmt: skip
    assert "Unknown status code: LOST." in looked.content.decode()
    assert statuses(run) == [("Aino", "enrolled", "ACCEPTED", "")]
    listed = client.get(taken["Location"]).content.decode()
    assert [page in listed, '<span class="code">ACCEPTED</span>' in listed] == [True, True]
    assert list(client.post(page, {}).context["form"].errors) == ["file"]


def test_dry_run_leaves_in_the_trail_whose_records_it_told_of(client, run):
    """N6: also of a line that is rejected; a new person has no record yet."""
    institution = run.version.offering.institution
    known = [
        LearnerFactory(institution=institution, email=f"{name}@x.example", birth_date=date(1990, 5, 1))
        for name in ("aino", "bo")
    ]
    client.force_login(member(institution, Role.ISSUER))
    names = [institution.code.lower(), run.version.offering.code, run.version.number, run.key]
    data = table(line("aino"), line("bo", "LOST"), line("cia"))

    client.post(reverse("participant-statuses", args=names), {"file": SimpleUploadedFile("ripa.csv", data)})

    told = TrailEntry.objects.filter(verb="listed").values_list("learner", flat=True)
    assert set(told) == {one.uid for one in known}
