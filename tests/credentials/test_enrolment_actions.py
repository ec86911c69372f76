"""Enrolling, queueing, cancelling, results (domain.md 5.3/3, C-12, C-31)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import translation

from credentials.actions import enrolment_files, enrolment_letters, enrolment_results, enrolments
from credentials.actions.enrolments import Full
from credentials.models import Attainment, Enrolment, Learner
from registry import days, trail
from registry.actions import realisations
from registry.errors import Invalid, Refused
from registry.models import Letter, OfferingVersion, Realisation
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import RealisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


Status = Enrolment.Status
PERSON = {"given_names": "Aino", "family_name": "Koe", "birth_date": date(1990, 5, 1), "language": "fi"}


def enrol(realisation, user=None, *, queue=False, at=AT, **more):
    user = user or UserFactory()
    return enrolments.enrol(
        realisation=realisation, user=user, person=PERSON, join_queue=queue, at=at, **more
    )


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def statuses(realisation) -> list[str]:
    return [str(one) for one in realisation.enrolments.order_by("pk").values_list("status", flat=True)]


def test_first_enrolment_makes_the_record_and_sends_the_receipt():
    one, user = RealisationFactory(), UserFactory(email="aino@example.com")

    enrolment = enrol(one, user, home_institution="HAMK", asks_recognition=True)

    learner, letter = Learner.objects.get(), Letter.objects.get()
    assert (learner.user, learner.email, learner.birth_date) == (user, "aino@example.com", date(1990, 5, 1))
    assert (enrolment.status, enrolment.accepted_at, enrolment.asks_recognition) == ("enrolled", AT, True)
    assert enrolment_letters.secret(enrolment) in letter.body
    assert "Aino" not in letter.subject  # N7
    assert fresh(one).taken == 1


def test_second_click_is_harmless():
    one, user = RealisationFactory(), UserFactory()

    assert enrol(one, user) == enrol(one, user)
    assert (Enrolment.objects.count(), Letter.objects.count()) == (1, 1)


def test_known_record_without_account_is_invited_instead_of_made_twice():
    one = RealisationFactory()
    learner = LearnerFactory(
        institution=one.version.offering.institution, email="aino@example.com", birth_date=date(1990, 5, 1)
    )

    with pytest.raises(Refused, match="has your record already"):
        enrol(one, UserFactory(email="aino@example.com"))

    assert (Learner.objects.get(), Enrolment.objects.count(), learner.claims.count()) == (learner, 0, 1)


def test_last_place_goes_to_one_and_the_queue_is_offered():
    """5.3/3: full, queue offered."""
    one = RealisationFactory(places=1)
    enrol(one)

    with pytest.raises(Full, match="All places are taken"):
        enrol(one)
    queued = enrol(one, queue=True)

    assert (queued.status, statuses(one)) == (Status.QUEUED, ["enrolled", "queued"])
    assert (fresh(one).taken, fresh(one).queued) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_place_and_one_place_in_the_queue():
    """5.3/3: the last place, asked for by two people in the same moment; both databases."""
    one = RealisationFactory(places=1)
    users, start = [UserFactory() for _number in range(2)], threading.Barrier(2)

    def ask(user) -> str:
        try:
            mine = Realisation.objects.select_related("version__offering__institution").get(pk=one.pk)
            start.wait(timeout=10)
            return str(enrol(mine, user, queue=True).status)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(ask, users))

    assert results == sorted(statuses(one)) == ["enrolled", "queued"]
    assert (fresh(one).taken, fresh(one).queued) == (1, 1)


def test_realisation_without_queue_is_simply_full():
    one = RealisationFactory(places=1, has_queue=False)
    enrol(one)

    with pytest.raises(Full):
        enrol(one, queue=True)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 10, 31, 21, 59, tzinfo=UTC), "Ilmoittautuminen alkaa 1.11.2026."),
        (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), "Ilmoittautuminen päättyi 30.11.2026."),
    ],
)
def test_window_is_told_when_it_is_not_open(at, words):
    """5.3/3, N9."""
    with translation.override("fi"), pytest.raises(Refused) as problem:
        enrol(RealisationFactory(), at=at)

    assert str(problem.value.message).startswith(words)


def test_closed_window_names_the_next_day():
    """5.3/3: window closed, next date."""
    one = RealisationFactory()
    RealisationFactory(version=one.version, enrol_from=date(2027, 1, 5), enrol_by=date(2027, 1, 9),
                       starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 1))  # fmt: skip

    with pytest.raises(Refused, match=r"closed on 30.11.2026. The next enrolment opens on 5.1.2027."):
        enrol(one, at=datetime(2026, 12, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize("status", ["suspended", "retired", "superseded"])
def test_offering_not_in_force_takes_nobody(status):
    one = RealisationFactory()
    OfferingVersion.objects.filter(pk=one.version_id).update(status=status)

    with pytest.raises(Refused, match="Nobody can enrol now"):
        enrol(fresh(one))


def test_first_in_the_queue_moves_up_with_a_letter():
    one = RealisationFactory(places=1)
    first, second, third = enrol(one), enrol(one, queue=True), enrol(one, queue=True)

    enrolments.cancel_own(enrolment=first, at=AT)
    enrolments.cancel_own(enrolment=fresh(first), at=AT)

    assert [fresh(row).status for row in (first, second, third)] == ["cancelled", "enrolled", "queued"]
    letters = list(Letter.objects.order_by("pk").values_list("to", flat=True))
    assert letters[3:] == [first.learner.email, second.learner.email]


@pytest.mark.parametrize(
    ("status", "became"), [("suspended", "queued"), ("retired", "queued"), ("superseded", "enrolled")]
)
def test_queue_waits_while_nobody_can_enrol(status, became):
    """A place that falls free is a new enrolment; whoever queued for a version before may still come."""
    one = RealisationFactory(places=1)
    first, second = enrol(one), enrol(one, queue=True)
    OfferingVersion.objects.filter(pk=one.version.pk).update(status=status)

    enrolments.cancel_own(enrolment=first, at=AT)

    assert (fresh(second).status, enrolments.fill_places()) == (became, 0)


def test_own_cancellation_has_its_last_day():
    enrolment = enrol(RealisationFactory())

    with pytest.raises(Refused, match=r"until 1.12.2026"):
        enrolments.cancel_own(enrolment=enrolment, at=datetime(2026, 12, 2, 12, tzinfo=UTC))


def test_added_places_are_filled_from_the_queue(time_machine):
    time_machine.move_to(AT)
    one = RealisationFactory(places=1)
    enrol(one), enrol(one, queue=True)
    assert enrolments.fill_places() == 0

    realisations.change(realisation=one, facts={"places": 2}, by=UserFactory(), at=AT)

    assert enrolments.fill_places() == 1
    assert (statuses(one), enrolments.fill_places()) == (["enrolled", "enrolled"], 0)


def test_staff_enrol_and_the_person_accepts():
    """C-31: each must still accept in person."""
    one = RealisationFactory()
    learner = LearnerFactory(institution=one.version.offering.institution)
    staff = UserFactory()

    [enrolment] = enrolments.enrol_all(realisation=one, learners=[learner], by=staff, at=AT)
    again = enrolments.enrol_all(realisation=one, learners=[learner], by=staff, at=AT)
    assert (enrolment.accepted_at, again, Letter.objects.count()) == (None, [], 1)

    enrolments.accept(enrolment=enrolments.by_secret(enrolment_letters.secret(enrolment)), at=AT)
    assert fresh(enrolment).accepted_at == AT


def test_forged_link_leads_nowhere():
    secret = enrolment_letters.secret(enrol(RealisationFactory()))

    with pytest.raises(enrolments.LinkEnded):
        enrolments.by_secret(secret[:-1] + ("a" if secret[-1] != "a" else "b"))


def test_cancelled_realisation_tells_everybody_why():
    one = RealisationFactory(places=1)
    enrol(one), enrol(one, queue=True)

    told = enrolments.cancel_realisation(realisation=one, by=UserFactory(), at=AT, reason="Ei opettajaa")

    assert (told, statuses(one), fresh(one).status) == (2, ["cancelled", "cancelled"], "cancelled")
    assert [("Ei opettajaa" in one.body) for one in Letter.objects.order_by("pk")][2:] == [True, True]
    assert (fresh(one).taken, fresh(one).queued) == (0, 0)


# Lists


def take_in(realisation, text: str):
    return enrolment_files.take_in(
        realisation=realisation, data=text.encode("utf-8-sig"), by=UserFactory(), at=AT
    )


HEADER = "etunimet;sukunimi;sähköposti;syntymäaika\n"


def test_list_of_an_employer_goes_in_once():
    """C-31: an employer enrols 12 people by list."""
    one = RealisationFactory()
    rows = "".join(f"Aino;Koe{n};koe{n}@example.com;1.5.1990\n" for n in range(12))

    assert len(take_in(one, HEADER + rows)) == 12
    assert take_in(one, HEADER + rows) == []
    assert (Enrolment.objects.filter(accepted_at=None).count(), Letter.objects.count()) == (12, 12)


def test_list_with_faults_takes_nobody_and_names_each_line():
    one = RealisationFactory()
    good = "Aino;Koe;koe@example.com;1.5.1990\n"
    rows = good + "Ei;Päivää;e@example.com;31.2.1990\n" + good

    with pytest.raises(enrolment_files.RowsRefused) as problem:
        take_in(one, HEADER + rows)

    assert problem.value.reasons == (
        ("3", "Give the day in the form {day} or {iso}.".format(**days.today())),
        ("4", "The same person is already on line 2."),
    )
    assert (Learner.objects.count(), Enrolment.objects.count()) == (0, 0)


def test_list_has_no_columns_of_attainments():
    with pytest.raises(Refused, match="columns that are not known: arvosana"):
        take_in(RealisationFactory(), "oppijanumero;arvosana\nx;4\n")


def test_participants_of_outside_enrolment_need_no_place_and_get_no_letter():
    one = RealisationFactory(enrolment="outside", enrolment_url="https://peppi.example/", places=1)

    take_in(one, HEADER + "A;Koe;a@example.com;1.5.1990\nB;Koe;b@example.com;1.5.1990\n")

    assert (statuses(one), Letter.objects.count()) == (["enrolled", "enrolled"], 0)


# Results


def test_results_become_attainments_once():
    one = RealisationFactory(starts_on=AT.date(), enrol_by=AT.date())
    first, second = enrol(one), enrol(one)
    facts = {"completed_on": AT.date(), "grades": {first.uid: "4"}, "by": UserFactory(), "at": AT}

    [attainment] = enrolment_results.complete(realisation=one, **facts)

    assert enrolment_results.complete(realisation=one, **facts) == []
    assert (attainment.learner, attainment.realisation, attainment.grade) == (first.learner, one, "4")
    assert (fresh(first).status, fresh(first).attainment) == (Status.COMPLETED, attainment)
    assert (fresh(second).status, fresh(one).taken) == (Status.ENROLLED, 2)


def test_results_go_in_all_or_none():
    one = RealisationFactory(starts_on=AT.date(), enrol_by=AT.date())
    first, second = enrol(one), enrol(one)

    with pytest.raises(Invalid) as problem:
        enrolment_results.complete(
            realisation=one, completed_on=AT.date(), grades={first.uid: "4", second.uid: "7"},
            by=UserFactory(), at=AT,
        )  # fmt: skip

    assert [field for field, _text in problem.value.reasons] == [f"grade-{second.uid}"]
    assert (Attainment.objects.count(), statuses(one)) == (0, ["enrolled", "enrolled"])


def test_trail_tells_what_the_learner_did_as_the_learners():
    """N6: the institution's trail names the staff, not the learners."""
    one, user = RealisationFactory(), UserFactory()
    institution = one.version.offering.institution
    enrolment = enrol(one, user)
    enrolments.cancel_own(enrolment=enrolment, at=AT)

    said = [(entry.verb, entry.by, trail.is_by_learner(entry)) for entry in institution.trail.order_by("pk")]

    assert said == [("created", None, False), ("enrolled", user, True), ("cancelled", user, True)]
    assert not trail.find(institution=institution, person=user.name).exists()
