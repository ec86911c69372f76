"""Causes for an early Check (6.3): found once each, opened or set aside by a person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from credentials.models import Enrolment
from quality import causes
from quality.actions import triggers
from quality.models import Complaint, FeedbackResult, ReviewCycle, Survey, SurveyAnswer, Trigger
from registry.access import Role
from registry.actions import parents
from registry.errors import Invalid, StateChanged
from registry.models import Institution, JointInvitation, Letter, OfferingVersion
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.quality import CycleFactory, FindingFactory
from tests.factories.registry import InstitutionFactory, RealisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 1, 10, 8, tzinfo=UTC)
TODAY = AT.date()
Kind = Trigger.Kind


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK", rule_set="eu-2022/1")


@pytest.fixture
def cycle(house):
    """Running since January, with a realisation to come."""
    cycle = CycleFactory(version__offering__institution=house, status=ReviewCycle.Status.DO, opened_at=BEGAN)
    RealisationFactory(version=cycle.version, key="NEXT", ends_on=date(2027, 1, 31))
    return cycle


def run(cycle, *, ends_on=date(2026, 10, 1), **fields):
    return RealisationFactory(
        version=cycle.version, starts_on=ends_on - timedelta(days=30), ends_on=ends_on,
        status="ended", enrol_from=None, enrol_by=None, **fields,
    )  # fmt: skip


def result(realisation, *, mean, answers, scale=5) -> FeedbackResult:
    return FeedbackResult.objects.create(
        realisation=realisation, kind="learner", source=f"Spark {mean}", answers=answers, mean=mean,
        scale=scale, collected_on=TODAY, added_at=AT, added_by=UserFactory(),
    )  # fmt: skip


def participants(realisation, *, completed: int, enrolled: int) -> None:
    for number in range(completed + enrolled):
        Enrolment.objects.create(
            institution=realisation.version.offering.institution, realisation=realisation,
            learner=LearnerFactory(institution=realisation.version.offering.institution),
            status="completed" if number < completed else "enrolled", enrolled_at=AT,
            enrolled_by=UserFactory(),
        )  # fmt: skip


def complaint(cycle, **fields) -> Complaint:
    return Complaint.objects.create(
        **{"offering": cycle.offering, "kind": "teaching", "text": "Myöhässä", "made_at": AT, **fields}
    )


def kinds(on: date = TODAY) -> list[str]:
    return [one.kind for one in causes.found(on)]


def test_a_round_in_which_all_is_well_has_no_cause(cycle):
    result(run(cycle), mean="4.2", answers=20)

    assert causes.found(TODAY) == []


@pytest.mark.parametrize(
    ("mean", "answers", "found"),
    [("3.49", 10, ["feedback"]), ("3.50", 10, []), ("2.00", 9, [])],
)
def test_low_feedback_is_found_from_ten_answers_on(cycle, mean, answers, found):
    """6.3: mean < 3.5 with n ≥ 10."""
    result(run(cycle), mean=mean, answers=answers)

    assert kinds() == found


def test_feedback_on_another_scale_is_compared_on_ours(cycle):
    """4.4 on a scale to 7 lies where 3.27 does on a scale to 5."""
    result(run(cycle), mean="4.40", answers=12, scale=7)

    [found] = causes.found(TODAY)

    assert found.detail == {"n": 12, "mean": "3.3"}


def test_own_answers_count_once_the_survey_has_closed(cycle):
    survey = Survey.objects.create(
        realisation=run(cycle), kind="learner", opens_on=date(2026, 10, 2), closes_on=date(2026, 11, 1)
    )
    for _each in range(10):
        SurveyAnswer.objects.create(survey=survey, points={"a": 3, "b": 3}, answered_on=date(2026, 10, 1))

    assert (kinds(on=date(2026, 11, 1)), kinds(on=date(2026, 11, 2))) == ([], ["feedback"])


def test_feedback_from_before_the_round_is_no_cause(cycle):
    result(run(cycle, ends_on=date(2025, 12, 1)), mean="2.00", answers=30)

    assert kinds() == []


@pytest.mark.parametrize(("completed", "found"), [(4, ["completion"]), (5, [])])
def test_low_completion_is_found_over_two_realisations(cycle, completed, found):
    """6.3: completion < 50 % over two realisations."""
    participants(run(cycle, ends_on=date(2026, 9, 1)), completed=completed, enrolled=5)
    participants(run(cycle, ends_on=date(2026, 10, 1)), completed=0, enrolled=0)
    participants(run(cycle, ends_on=date(2026, 10, 2)), completed=3, enrolled=3)

    assert kinds() == found


def test_numbers_of_few_participants_are_not_told(cycle, client, house, time_machine):
    """Rule 15: the cause stands, its numbers do not."""
    time_machine.move_to(AT, tick=False)
    for day in (1, 2):
        participants(run(cycle, ends_on=date(2026, 9, day)), completed=0, enrolled=2)
    triggers.write(on=TODAY, at=AT)
    client.force_login(member(house, Role.QUALITY))

    assert list(Trigger.objects.get().detail) == ["few"]
    assert (
        "alle viiden osallistujan lukuja ei näytetä"
        in client.get(reverse("trigger-list", args=["oamk"])).content.decode()
    )


def test_completion_of_one_realisation_is_no_cause(cycle):
    participants(run(cycle), completed=0, enrolled=3)

    assert kinds() == []


def test_three_complaints_are_a_cause(cycle):
    for _each in range(2):
        complaint(cycle)
    before = kinds()
    complaint(cycle, status="dismissed", answered_at=AT, answered_by=UserFactory())

    assert (before, kinds()) == ([], ["complaints"])


def test_one_upheld_complaint_on_assessment_is_a_cause(cycle):
    upheld = {"status": "upheld", "answered_at": AT, "answered_by": UserFactory()}
    complaint(cycle, kind="teaching", **upheld)
    before = kinds()
    complaint(cycle, kind="assessment", **upheld)

    assert (before, kinds()) == ([], ["complaints"])


def test_changed_rule_set_is_a_cause(cycle, house):
    """6.3: law, standard or framework rule-set change."""
    Institution.objects.filter(pk=house.pk).update(rule_set="eu-2022/2")

    [found] = causes.found(TODAY)

    assert (found.key, found.detail) == ("rules:eu-2022/2", {"was": "eu-2022/1", "is": "eu-2022/2"})


def test_changed_parent_course_is_a_cause_until_it_is_said_to_have_no_effect(cycle, house):
    """C-09."""
    notice = house.parent_notices.create(
        offering=cycle.offering, course="DA10", change="10 → 5 op", changed_on=date(2027, 1, 1),
        noted_at=AT + timedelta(hours=1), noted_by=UserFactory(),
    )  # fmt: skip

    [found] = causes.found(TODAY)
    parents.answer(notice=notice, answer="no_effect", reason="Sisältö ei muutu.", by=UserFactory(), at=AT)

    assert (found.kind, found.detail) == ("parent_course", {"text": "DA10, 2027-01-01: 10 → 5 op"})
    assert causes.found(TODAY) == []


def test_end_of_rdi_funding_is_a_cause(house):
    cycle = CycleFactory(
        version__offering__institution=house, status=ReviewCycle.Status.DO, opened_at=BEGAN,
        version__rdi={"project_name": "Vety"}, version__funding=[{"type": "eakr", "ends_on": "2026-12-31"}],
    )  # fmt: skip
    RealisationFactory(version=cycle.version, ends_on=date(2027, 1, 31))

    assert (kinds(on=date(2026, 12, 31)), kinds(on=date(2027, 1, 1))) == ([], ["funding"])


def test_audit_recommendation_that_names_the_offering_is_a_cause(cycle):
    FindingFactory(cycle=cycle, source="external_audit", found_at=BEGAN)
    FindingFactory(cycle=cycle, source="check", found_at=BEGAN)

    assert kinds() == ["audit"]


def test_withdrawal_of_an_awarding_partner_is_a_cause(house):
    partner = InstitutionFactory(code="LAB", short_name="LAB")
    cycle = CycleFactory(
        version__offering__institution=house, version__awarding_bodies=["OAMK", "LAB"],
        status=ReviewCycle.Status.DO, opened_at=BEGAN,
    )  # fmt: skip
    JointInvitation.objects.create(
        version=cycle.version, institution=partner, ects=2, status="withdrawn", invited_at=BEGAN,
        invited_by=UserFactory(), answered_at=BEGAN, answered_by=UserFactory(),
    )  # fmt: skip

    [found] = causes.found(TODAY)

    assert (found.kind, found.detail) == ("partner", {"institution": "LAB"})


def test_full_review_is_due_36_months_after_approval(cycle):
    RealisationFactory(version=cycle.version, ends_on=date(2029, 12, 1), starts_on=date(2029, 11, 1))

    assert kinds(on=date(2029, 9, 22)) == []
    assert kinds(on=date(2029, 9, 23)) == ["full_review"]


def test_offering_that_has_not_run_for_18_months_is_a_cause(cycle):
    """6.3: low volume → a proposal to retire."""
    assert kinds(on=date(2028, 7, 30)) == []
    assert kinds(on=date(2028, 7, 31)) == ["low_volume"]


def test_round_in_check_has_no_causes(cycle):
    result(run(cycle), mean="2.00", answers=30)
    ReviewCycle.objects.filter(pk=cycle.pk).update(status=ReviewCycle.Status.CHECK_OPEN)

    assert causes.found(TODAY) == []


def test_cause_is_written_once_and_told_to_the_coordinators(cycle, house):
    coordinator = member(house, Role.QUALITY)
    result(run(cycle), mean="2.00", answers=30)

    written = [triggers.write(on=TODAY + timedelta(days=days), at=AT) for days in range(3)]

    assert written == [1, 0, 0]
    assert Letter.objects.get().to == coordinator.email


def test_open_check_takes_up_every_open_cause(cycle, house):
    """T9: a trigger opens the Check before its days."""
    coordinator = member(house, Role.QUALITY)
    result(run(cycle), mean="2.00", answers=30)
    for _each in range(3):
        complaint(cycle)
    triggers.write(on=TODAY, at=AT)

    triggers.open_check(trigger=Trigger.objects.first(), reason="", by=coordinator, at=AT)

    assert ReviewCycle.objects.get(pk=cycle.pk).status == "check_open"
    assert Trigger.objects.filter(cycle=cycle).count() == 2


def test_set_aside_needs_a_reason_and_is_done_once(cycle, house):
    coordinator = member(house, Role.QUALITY)
    trigger = triggers.note(
        offering=cycle.offering, kind=Kind.PARTNER, text="Kumppani lähti.", by=coordinator, at=AT
    )

    with pytest.raises(Invalid):
        triggers.set_aside(trigger=trigger, reason=" ", by=coordinator, at=AT)
    triggers.set_aside(trigger=trigger, reason="Vanhoja tutkintoja.", by=coordinator, at=AT)

    with pytest.raises(StateChanged):
        triggers.open_check(trigger=trigger, reason="", by=coordinator, at=AT)
    kept = Trigger.objects.get()
    assert (kept.set_aside_reason, kept.set_aside_by) == ("Vanhoja tutkintoja.", coordinator)


def test_note_of_what_the_registry_sees_itself_is_refused(cycle):
    with pytest.raises(Invalid):
        triggers.note(offering=cycle.offering, kind=Kind.FEEDBACK, text="x", by=UserFactory(), at=AT)


def test_causes_cost_as_many_queries_for_three_offerings_as_for_one(house, django_assert_num_queries):
    def offering():
        one = CycleFactory(version__offering__institution=house, status="do", opened_at=BEGAN)
        result(run(one), mean="2.00", answers=30)
        participants(run(one), completed=0, enrolled=2)
        complaint(one)

    offering()
    with django_assert_num_queries(13):
        causes.found(TODAY)
    offering()
    offering()
    with django_assert_num_queries(13):
        causes.found(TODAY)


def test_pages_show_and_decide(client, cycle, house, time_machine):
    """The list names the figures; the coordinator sets one aside and opens the Check for another."""
    time_machine.move_to(AT, tick=False)
    result(run(cycle), mean="3.10", answers=12)
    triggers.write(on=TODAY, at=AT)
    client.force_login(member(house, Role.QUALITY))
    new = reverse("trigger-new", args=["oamk"])
    client.post(new, {"offering": cycle.offering.pk, "kind": "rules", "text": "Laki muuttuu."})
    of_feedback, of_law = Trigger.objects.order_by("pk")

    page = client.get(reverse("trigger-list", args=["oamk"])).content.decode()
    refused = client.post(reverse("trigger-set-aside", args=["oamk", of_law.pk]), {"reason": ""})
    client.post(reverse("trigger-set-aside", args=["oamk", of_law.pk]), {"reason": "Ei koske."})
    client.post(reverse("trigger-open", args=["oamk", of_feedback.pk]), {"reason": ""})

    assert "Keskiarvo 3.1/5, 12 vastausta." in page
    assert "Kirjoita perustelu." in refused.content.decode() or refused.status_code == 200
    of_feedback.refresh_from_db()
    of_law.refresh_from_db()
    assert (of_feedback.cycle, of_law.set_aside_reason) == (cycle, "Ei koske.")
    assert OfferingVersion.objects.get(pk=cycle.version_id).status == "published"


def test_cause_of_another_institution_is_not_found(client, cycle):
    """N5."""
    result(run(cycle), mean="2.00", answers=30)
    triggers.write(on=TODAY, at=AT)
    other = InstitutionFactory(code="LAB")
    client.force_login(member(other, Role.QUALITY))

    answer = client.get(reverse("trigger-open", args=["lab", Trigger.objects.get().pk]))

    assert answer.status_code == 404


# Refused recognitions


def refused(cycle, *, by, on=TODAY):
    return triggers.refuse(
        offering=cycle.offering, institution=by, refused_on=on, reason="", by=UserFactory(), at=AT
    )


def test_recognition_refused_by_three_institutions_is_a_cause(cycle):
    """6.3: three institutions, each counted once."""
    first, second, third = (InstitutionFactory(short_name=name) for name in ("Alfa", "Beta", "Gamma"))
    refused(cycle, by=first), refused(cycle, by=first, on=TODAY - timedelta(1)), refused(cycle, by=second)
    before = kinds()
    refused(cycle, by=third)

    assert (before, kinds()) == ([], ["recognition"])
    [cause] = causes.found(TODAY)
    assert cause.detail == {"institutions": "Alfa, Beta, Gamma"}


def test_refusal_from_before_the_round_is_no_cause(cycle):
    for _each in range(3):
        refused(cycle, by=InstitutionFactory(), on=cycle.opened_at.date() - timedelta(1))

    assert kinds() == []


@pytest.mark.parametrize("field", ["refused_on", "institution"])
def test_refusal_that_cannot_be_is_refused_at_its_field(cycle, field):
    """The day is not yet here. This refusal is noted already."""
    other = InstitutionFactory()
    refused(cycle, by=other)

    with pytest.raises(Invalid) as refusal:
        refused(cycle, by=other, on=TODAY + timedelta(field == "refused_on"))

    assert [name for name, _said in refusal.value.reasons] == [field]


def test_page_notes_a_refusal_and_lists_it(client, cycle, house, time_machine):
    time_machine.move_to(AT, tick=False)
    client.force_login(member(house, Role.QUALITY))
    other = InstitutionFactory(short_name="Alfa")
    said = {"offering": cycle.offering.pk, "institution": other.pk, "refused_on": TODAY, "reason": "Taso"}

    own = client.post(reverse("recognition-refusal-new", args=["oamk"]), said | {"institution": house.pk})
    client.post(reverse("recognition-refusal-new", args=["oamk"]), said)

    assert list(own.context["form"].errors) == ["institution"]
    page = client.get(reverse("trigger-list", args=["oamk"])).content.decode()
    assert f"{cycle.offering.code}: Alfa, {TODAY.day}.{TODAY.month}.{TODAY.year}. Taso" in page
