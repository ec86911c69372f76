"""Surveys (P-10, P-11): sent on their day, answered once, joined to nobody, hidden below five (rule 15)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from quality import indicators, survey_results
from quality.actions import surveys, wishes
from quality.models import LearnerWishes, Survey, SurveyAnswer, SurveyInvitation
from registry.access import Role
from registry.errors import Invalid, NotAllowed
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.feedback import answered, ended, enrolled, result
from tests.factories.issuing import issued
from tests.factories.registry import (
    InstitutionFactory,
    OfferingVersionFactory,
    RealisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 21)
NEXT = LAST + timedelta(days=1)
POINTS = {"outcomes": 5, "guidance": 4}


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def version(house):
    return OfferingVersionFactory(offering__institution=house, status="published")


def send(on: date) -> int:
    return surveys.send(on=on, at=noon(on))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def links() -> list[str]:
    return [
        surveys.secret_of(one) for one in SurveyInvitation.objects.select_related("survey").order_by("pk")
    ]


def answer(secret: str, *, points=POINTS, choices=(), text="", on: date = NEXT) -> None:
    surveys.answer(secret=secret, points=dict(points), choices=list(choices), text=text, at=noon(on))


# Sending


def test_learners_get_their_link_the_day_after_the_end(version):
    """P-10: realisation ends → survey link in 1 day."""
    run = ended(version, on=LAST)
    aino, _queued = enrolled(run), enrolled(run, status="queued")

    on_the_last_day, on_the_next = send(LAST), send(NEXT)

    assert (on_the_last_day, on_the_next) == (0, 1)
    [letter] = Letter.objects.all()
    [secret] = links()
    assert letter.to == aino.email
    assert f"/fi/survey/{secret}/" in letter.body
    assert SurveyInvitation.objects.get().secret_hash not in letter.body


def test_who_has_not_answered_is_reminded_on_day_seven_with_the_same_link(version):
    """P-10: reminder at 7 days, once."""
    run = ended(version, on=LAST, learners=2)
    send(NEXT)
    answer(links()[0])
    Letter.objects.all().delete()

    sent = [send(LAST + timedelta(days=days)) for days in (6, 7, 8, 29)]

    [letter] = Letter.objects.all()
    assert sent == [0, 1, 0, 0]
    assert letter.subject.startswith("Muistutus")
    assert links()[1] in letter.body
    assert run.surveys.get().closes_on == NEXT + timedelta(days=30)


def test_days_that_the_clock_slept_through_are_made_up_for(version):
    ended(version, on=LAST, learners=1)

    late = send(LAST + timedelta(days=4))

    assert (late, send(LAST + timedelta(days=4))) == (1, 0)


def test_realisation_that_ended_long_ago_is_not_asked_about(version):
    ended(version, on=LAST - timedelta(days=40), learners=1)

    assert send(NEXT) == 0


def test_employers_get_a_link_each_and_none_twice(version):
    run = ended(version, on=LAST)
    author = UserFactory()

    def ask(*addresses):
        return surveys.invite_employers(realisation=run, addresses=addresses, language="sv", by=author, at=AT)

    assert ask("a@firma.example", "A@firma.example", "b@firma.example") == 2
    assert ask("a@firma.example") == 0
    assert set(Letter.objects.values_list("to", "language")) == {
        ("a@firma.example", "sv"), ("b@firma.example", "sv"),
    }  # fmt: skip


@pytest.mark.parametrize("addresses", [[], ["no address"], [f"a{n}@b.example" for n in range(51)]])
def test_employers_addresses_are_checked(version, addresses):
    run = ended(version, on=LAST)

    with pytest.raises(Invalid):
        surveys.invite_employers(realisation=run, addresses=addresses, language="fi", by=UserFactory(), at=AT)


def test_employer_who_refused_gets_no_later_survey(version):
    first, second = ended(version, on=LAST, key="R1"), ended(version, on=LAST, key="R2")
    asked = {"addresses": ["a@firma.example"], "language": "fi", "by": UserFactory(), "at": AT}
    surveys.invite_employers(realisation=first, **asked)
    surveys.refuse(secret=links()[0], at=AT)

    assert surveys.invite_employers(realisation=second, **asked) == 0


# Impact on work


@pytest.fixture
def credential(house):
    credential = issued(AttainmentFactory(institution=house))
    RealisationFactory(version=credential.version, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    return credential


def test_impact_is_asked_at_six_and_eighteen_months_of_who_agreed(credential):
    """P-11: opt-in; one message six months after the issue."""
    issued_on = credential.issued_at.date()
    half_a_year = date(issued_on.year + 1, 5, 22)
    wishes.agree(learner=credential.learner, by=UserFactory(), at=AT)

    sent = [send(half_a_year + timedelta(days=days)) for days in (0, 1, 2)]
    later = send(date(issued_on.year + 2, 5, 23))

    assert issued_on == date(2026, 11, 22)
    assert (sent, later) == ([0, 1, 0], 1)
    assert list(Survey.objects.order_by("opens_on").values_list("kind", flat=True)) == [
        "career_6",
        "career_18",
    ]


def test_impact_is_not_asked_without_consent(credential):
    assert send(date(2027, 5, 23)) == 0


def test_impact_is_not_asked_of_a_revoked_credential(credential):
    wishes.agree(learner=credential.learner, by=UserFactory(), at=AT)
    type(credential).objects.filter(pk=credential.pk).update(
        status="revoked", revoked_at=AT, revoked_by=UserFactory(), revocation_reason="error"
    )

    assert send(date(2027, 5, 23)) == 0


def test_refusal_holds_for_every_later_survey(credential):
    """P-11: a refusal is respected for all later rounds."""
    learner, by = credential.learner, UserFactory()
    wishes.agree(learner=learner, by=by, at=AT)
    send(date(2027, 5, 23))
    surveys.refuse(secret=links()[0], at=noon(date(2027, 5, 24)))

    assert send(date(2027, 5, 30)) == 0
    assert send(date(2028, 5, 23)) == 0
    with pytest.raises(NotAllowed):
        wishes.agree(learner=learner, by=by, at=AT)


def test_consent_and_refusal_are_in_the_trail(credential):
    learner, by = credential.learner, UserFactory()

    wishes.agree(learner=learner, by=by, at=AT)
    wishes.refuse(learner=learner, by=by, at=AT)

    verbs = TrailEntry.objects.filter(learner=learner.uid, verb__startswith="survey").order_by("pk")
    assert list(verbs.values_list("verb", "role")) == [
        ("survey_agreed", "learner"),
        ("survey_refused", "learner"),
    ]


# Answering


def test_answer_is_kept_without_anything_that_leads_to_the_person(version):
    """Answers are not joined to people: neither by the day nor by the order of the ids."""
    run = ended(version, on=LAST, learners=3)
    send(NEXT)

    for number, secret in enumerate(links()):
        answer(secret, points={"outcomes": number + 1}, on=NEXT + timedelta(days=number))

    answers = SurveyAnswer.objects.filter(survey__realisation=run)
    assert {one.answered_on for one in answers} == {date(2026, 11, 1)}
    assert sorted(one.points["outcomes"] for one in answers) == [1, 2, 3]
    assert all(one.pk > 10**6 for one in answers)
    assert not TrailEntry.objects.filter(verb="answered").exists()


def test_second_answer_to_the_same_survey_is_refused(version):
    """5.3/8."""
    ended(version, on=LAST, learners=1)
    send(NEXT)
    [secret] = links()
    answer(secret)

    with pytest.raises(surveys.SurveyEnded, match="jo vastannut"):
        answer(secret)
    assert SurveyAnswer.objects.count() == 1


def test_survey_closes_after_thirty_days(version):
    ended(version, on=LAST, learners=2)
    send(NEXT)
    in_time, late = links()

    answer(in_time, on=NEXT + timedelta(days=30))
    with pytest.raises(surveys.SurveyEnded, match="päättynyt"):
        answer(late, on=NEXT + timedelta(days=31))


@pytest.mark.parametrize(
    "said",
    [{"points": {"outcomes": 6}}, {"points": {"other": 3}}, {"choices": ["new_job"]}, {"points": {}}],
)
def test_answer_outside_the_questions_is_refused(version, said):
    ended(version, on=LAST, learners=1)
    send(NEXT)

    with pytest.raises(Invalid):
        answer(links()[0], **said)


# Results


def whole(runs) -> dict:
    [found] = survey_results.of(runs, on=AT.date())
    return found.whole


def test_fewer_than_five_answers_are_hidden_not_zero(version):
    """Rule 15."""
    run = ended(version, on=LAST - timedelta(days=60))
    answered(run, 1, 2, 3, 4, closes_on=LAST)

    [found] = survey_results.of([run], on=AT.date())

    assert found.whole == {"n": None, "mean": None, "hidden": True, "scale": 5}
    assert {(line.n, line.mean) for line in found.questions} == {(None, None)}


def test_five_answers_are_shown(version):
    run = ended(version, on=LAST - timedelta(days=60))
    answered(run, 1, 2, 3, 4, 5, closes_on=LAST)

    [found] = survey_results.of([run], on=AT.date())

    assert (found.whole["n"], found.whole["mean"]) == (5, "3.0")
    assert [(line.n, line.mean) for line in found.questions[:2]] == [(5, "3.0"), (5, "3.0")]


def test_hidden_answers_cannot_be_had_by_taking_one_sum_from_another(version):
    """Rule 15: six in one realisation and three in another show the six in both places."""
    shown, hidden = (ended(version, on=LAST - timedelta(days=60), key=key) for key in ("R1", "R2"))
    answered(shown, 4, 4, 4, 4, 4, 4, closes_on=LAST)
    answered(hidden, 1, 1, 1, closes_on=LAST)

    assert whole([shown, hidden]) == whole([shown])


def test_small_realisations_count_when_they_are_five_together(version):
    runs = [ended(version, on=LAST - timedelta(days=60), key=key) for key in ("R1", "R2")]
    answered(runs[0], 4, 4, 4, closes_on=LAST)
    answered(runs[1], 2, 2, 2, closes_on=LAST)

    assert (whole(runs)["n"], whole(runs)["mean"]) == (6, "3.0")


def test_open_survey_does_not_count_yet(version):
    """What came today cannot be seen as the difference to yesterday."""
    run = ended(version, on=LAST)
    answered(run, 4, 4, 4, 4, 4, closes_on=AT.date())

    [found] = survey_results.of([run], on=AT.date())

    assert (found.whole["n"], found.closes_on) == (None, AT.date())


def test_result_from_elsewhere_does_not_uncover_own_answers(version):
    """Who brought the result knows it: three own answers stay hidden beside its twenty."""
    run = ended(version, on=LAST - timedelta(days=60))
    answered(run, 1, 1, 1, closes_on=LAST)
    result(run, mean="4.00", answers=20)

    assert (whole([run])["n"], whole([run])["mean"]) == (20, "4.0")


def test_question_that_few_answered_is_hidden(version):
    run = ended(version, on=LAST - timedelta(days=60))
    survey = answered(run, 4, 4, 4, 4, 4, closes_on=LAST)
    SurveyAnswer.objects.create(survey=survey, points={"usefulness": 2}, answered_on=LAST)

    [found] = survey_results.of([run], on=AT.date())

    assert [line.n for line in found.questions] == [5, 5, None, None, None]


def test_share_of_new_jobs_is_shown_of_the_impact(version):
    """I-08."""
    run = ended(version, on=LAST - timedelta(days=60))
    answered(run, 5, 5, 5, kind="career_6", closes_on=LAST, choices=["new_job"])
    answered(run, 3, 3, kind="career_6", closes_on=LAST, choices=["nothing"])

    [found] = survey_results.of([run], on=AT.date())

    assert {line.text["en"]: line.percent for line in found.options if line.percent} == {
        "A new job": 60, "None of these": 40,
    }  # fmt: skip
    assert indicators.mean([run.pk], kinds=["career_6"], on=AT.date())["scale"] == 6


# Pages


def test_survey_page_is_answered_without_signing_in(client, version, time_machine):
    time_machine.move_to(AT, tick=False)
    ended(version, on=LAST, learners=1)
    send(NEXT)
    address = reverse("survey", args=links())

    page = client.get(address).content.decode()
    empty = client.post(address, {})
    done = client.post(address, {"outcomes": "5", "words": "Hyvä."})

    assert "Osaan nyt sen" in page
    assert "Vastaa ainakin yhteen kysymykseen." in empty.content.decode()
    assert done.url == reverse("survey-thanks")
    assert SurveyAnswer.objects.values_list("points", "text").get() == ({"outcomes": 5}, "Hyvä.")
    assert client.get(address).status_code == 410


def test_survey_page_takes_a_refusal(client, version, time_machine):
    time_machine.move_to(AT, tick=False)
    ended(version, on=LAST, learners=1)
    send(NEXT)

    client.post(reverse("survey", args=links()), {"refuse": "1"})

    assert LearnerWishes.objects.get().refused_at == AT


def test_survey_page_refuses_a_henkilotunnus(client, version, time_machine):
    """Rule 10."""
    time_machine.move_to(AT, tick=False)
    ended(version, on=LAST, learners=1)
    send(NEXT)

    page = client.post(reverse("survey", args=links()), {"words": "Olen 131052-308T."})

    assert page.status_code == 200
    assert not SurveyAnswer.objects.exists()


def test_staff_pages_show_results_and_ask_employers(client, house, version, time_machine):
    time_machine.move_to(AT, tick=False)
    run = ended(version, on=LAST - timedelta(days=60))
    answered(run, 1, 2, 3, 4, 5, closes_on=LAST)
    client.force_login(member(house, Role.AUTHOR))
    code = version.offering.code

    page = client.get(reverse("offering-feedback", args=["oamk", code])).content.decode()
    run_page = client.get(reverse("realisation-feedback", args=["oamk", code, 1, "R1"])).content.decode()
    asked = client.post(
        reverse("employer-survey", args=["oamk", code, 1, "R1"]),
        {"addresses": "a@firma.example\nb@firma.example", "language": "fi"},
    )

    assert "Keskiarvo 3.0/5, 5 vastausta" in page
    assert "Keskiarvo 3.0/5, 5 vastausta" in run_page
    assert asked.status_code == 302
    assert SurveyInvitation.objects.filter(learner=None).count() == 2


def test_learner_chooses_messages_and_a_refusal_stays(client, house):
    """P-11: the learner's own page."""
    learner = AttainmentFactory(institution=house).learner
    learner.user = UserFactory()
    learner.save(update_fields=["user"])
    client.force_login(learner.user)
    address, prefix = reverse("my-wishes"), f"record-{learner.uid.hex}"

    def choose(career, expiry="on"):
        sent = {"record": str(learner.uid), f"{prefix}-career": career, f"{prefix}-expiry": expiry}
        client.post(address, sent)
        return LearnerWishes.objects.get(learner=learner)

    agreed = choose("yes")
    refused = choose("no")
    again = choose("yes")

    assert (bool(agreed.career_at), agreed.wants_expiry) == (True, True)
    assert (refused.career_at, bool(refused.refused_at)) == (None, True)
    assert (again.career_at, again.refused_at) == (None, refused.refused_at)
    assert "Olet kieltänyt kyselymme" in client.get(address).content.decode()


def test_learner_cannot_choose_for_somebody_else(client, house):
    learner = AttainmentFactory(institution=house).learner
    client.force_login(UserFactory())

    for record in (str(learner.uid), "x"):
        assert client.post(reverse("my-wishes"), {"record": record}).status_code == 404
