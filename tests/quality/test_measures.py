"""What the register counts of institutions in a year (I-03 … I-11)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from quality import dashboards, measures
from quality.measures import Figure, Span
from quality.models import FeedbackResult, Survey, SurveyAnswer
from quality.views import figures
from tests.factories import AT
from tests.factories.credentials import EnrolmentFactory
from tests.factories.evidence import MeetingFactory
from tests.factories.quality import CycleFactory, DecisionFactory, FindingFactory
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    RealisationFactory,
    UserFactory,
    texts,
)

pytestmark = pytest.mark.django_db
D, TODAY = Decimal, AT.date()
RUN = {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 5, 29)}


@pytest.fixture
def house():
    return InstitutionFactory()


def shown(house, **more):
    return OfferingVersionFactory(offering=OfferingFactory(institution=house), status="published", **more)


def enrolled(run, status, number=1):
    for _ in range(number):
        EnrolmentFactory(realisation=run, institution=run.version.offering.institution, status=status)


def measured(house, key: str, *, year: int = 2026):
    return measures.of([house.pk], year=year, on=TODAY, wanted=[key]).get(key, {}).get(house.pk)


def test_offering_counts_in_the_year_of_a_realisation(house):
    """I-04: published, with a realisation in the year; once, however many there are."""
    version = shown(house)
    RealisationFactory(version=version, **RUN), RealisationFactory(version=version)
    RealisationFactory(version=shown(house), status="cancelled", **RUN)
    shown(house)
    RealisationFactory(version=shown(InstitutionFactory()), **RUN)

    assert measured(house, "offering_count") == Figure(D(1))
    assert measured(house, "offering_count", year=2025) is None


def test_alliance_counts_what_all_offer_in_its_name(house):
    for version in (shown(house, network="3AMK"), shown(InstitutionFactory(), network="3AMK"), shown(house)):
        RealisationFactory(version=version, **RUN)

    found = measures.of_network("3AMK", year=2026, on=TODAY)

    assert found == {"offering_count": Figure(D(2))}


def test_completion_is_of_the_realisations_that_have_ended(house):
    version = shown(house)
    ended = RealisationFactory(version=version, **RUN)
    enrolled(ended, "completed", 3), enrolled(ended, "enrolled", 2), enrolled(ended, "cancelled")
    enrolled(RealisationFactory(version=version, starts_on=TODAY, ends_on=TODAY + timedelta(1)), "enrolled")

    assert measured(house, "completion") == Figure(D(60), part=3, whole=5)


def test_completion_of_few_learners_is_hidden(house):
    """Rule 15."""
    enrolled(RealisationFactory(version=shown(house), **RUN), "completed", 4)

    assert measured(house, "completion") == Figure(is_hidden=True)


def test_rdi_counts_learners_and_their_part_of_the_credits(house):
    """I-03 AE: each completer counts the project's part."""
    version = shown(house, rdi={"project_name": "DEMO", "tki_ects": 4})
    run = RealisationFactory(version=version, **RUN)
    enrolled(run, "completed", 3), enrolled(run, "enrolled", 2)
    enrolled(RealisationFactory(version=shown(house), **RUN), "completed")

    assert measured(house, "rdi_learners") == Figure(D(5))
    assert measured(house, "rdi_ects") == Figure(D(12))


def test_lead_time_runs_from_the_first_recorded_need(house):
    """P-18: the median of days from the need to the first publication."""
    meeting = MeetingFactory(institution=house, held_on=TODAY - timedelta(100))
    shown(house, meetings=[str(meeting.uid)])
    for days in (10, 20):
        offering = OfferingFactory(institution=house, created_at=AT - timedelta(days))
        OfferingVersionFactory(offering=offering, status="published")

    assert measured(house, "lead_time") == Figure(D(20))


def test_review_is_in_time_on_its_last_day(house):
    """I-10."""
    version = shown(house)
    for number, due in enumerate([TODAY, TODAY - timedelta(1), None], 1):
        DecisionFactory(
            cycle=CycleFactory(version=version, number=number, status="closed_continue"), due_on=due
        )

    assert measured(house, "review_on_time") == Figure(D(50), part=1, whole=2)


def answers(run, number: int, points: int = 4, kind="learner", choices=()):
    closes = TODAY - timedelta(10)
    survey = Survey.objects.create(realisation=run, kind=kind, opens_on=closes, closes_on=closes)
    for _ in range(number):
        SurveyAnswer.objects.create(
            survey=survey,
            points={"outcomes": points},
            choices=list(choices),
            answered_on=closes.replace(day=1),
        )


def test_mean_of_fewer_than_five_answers_is_hidden(house):
    """Rule 15: hidden, not zero."""
    answers(RealisationFactory(version=shown(house), **RUN), 4)

    assert measured(house, "feedback_mean") == Figure(is_hidden=True)


def test_mean_is_weighed_by_answers_with_results_from_elsewhere(house):
    run = RealisationFactory(version=shown(house), **RUN)
    answers(run, 5, points=4)
    FeedbackResult.objects.create(
        realisation=run, kind="learner", source="x", answers=15, mean=D(5), scale=5, collected_on=TODAY,
        added_at=AT, added_by=UserFactory(),
    )  # fmt: skip

    assert measured(house, "feedback_mean") == Figure(D("4.75"), whole=20)


def test_share_with_a_new_task_or_job_is_hidden_below_five(house):
    """I-08."""
    answers(RealisationFactory(version=shown(house), **RUN), 4, kind="career_6", choices=["new_job"])
    assert measured(house, "career_changed") == Figure(is_hidden=True)

    other = InstitutionFactory()
    run = RealisationFactory(version=shown(other), **RUN)
    answers(run, 3, kind="career_6", choices=["new_tasks", "new_job"])
    answers(run, 3, kind="career_18", choices=["nothing"])

    assert measured(other, "career_changed") == Figure(D(50), part=3, whole=6)


def test_share_leaves_out_what_would_give_one_answer_away(house):
    """Rule 15: whoever knows the five of one survey cannot take them off and see the sixth."""
    run = RealisationFactory(version=shown(house), **RUN)
    answers(run, 5, kind="career_6", choices=["nothing"])
    answers(run, 1, kind="career_18", choices=["new_job"])

    assert measured(house, "career_changed") == Figure(D(0), part=0, whole=5)


def test_languages_and_accessibility_are_shares_of_the_published(house):
    """I-10."""
    shown(house, title=texts("Nimi"), summary=texts("Tiivistelmä"), participation_modes=["online"],
          digital_pedagogy={"accessible": {"fi": "Tekstitys"}})  # fmt: skip
    shown(house, title={"fi": "Nimi"}, summary={"fi": "Tiivistelmä"}, participation_modes=["distance"])

    assert measured(house, "english") == Figure(D(50), part=1, whole=2)
    assert measured(house, "accessibility") == Figure(D(50), part=1, whole=2)
    assert measured(house, "english", year=2025) is None


def test_late_findings_and_checks_are_those_of_today(house):
    cycle = CycleFactory(version=shown(house), status="do", check_due_on=TODAY - timedelta(1))
    FindingFactory(cycle=cycle, due_on=TODAY - timedelta(1))
    FindingFactory(cycle=cycle, due_on=TODAY)

    assert (measured(house, "late_findings"), measured(house, "late_checks")) == (Figure(D(1)), Figure(D(1)))


def test_year_to_come_has_no_figures(house):
    """5.8/2: nothing, not zeros."""
    assert measures.of([house.pk], year=TODAY.year + 1, on=TODAY) == {}


def test_findings_stand_by_their_age(house):
    """I-10."""
    cycle = CycleFactory(version=shown(house), status="act")
    for days, severity in ((0, "critical"), (31, "minor"), (200, "major")):
        FindingFactory(cycle=cycle, found_at=AT - timedelta(days), severity=severity)
    FindingFactory(cycle=cycle, status="verified")

    assert dashboards.findings(house, Span(2026, TODAY)) == [
        {"age": "to_30", "findings": 1, "grave": 1},
        {"age": "to_90", "findings": 1, "grave": 0},
        {"age": "to_180", "findings": 0, "grave": 0},
        {"age": "older", "findings": 1, "grave": 1},
    ]


def test_volumes_stand_by_form(house):
    """I-09."""
    run = RealisationFactory(version=shown(house, education_form="avoin_amk", ects=5), **RUN)
    enrolled(run, "completed", 2), enrolled(run, "enrolled", 3)

    assert dashboards.forms(house, Span(2026, TODAY)) == [
        {"form": "avoin_amk", "offerings": 1, "learners": 5, "ects": "10"}
    ]


def test_volumes_of_few_learners_are_hidden_with_the_next_smallest(house):
    """Rule 15: where one form alone were hidden, the sum less the others would give it."""
    for form, number in (("avoin_amk", 4), ("taydennys", 5), ("erikoistuminen", 6), ("vayla", 0)):
        run = RealisationFactory(version=shown(house, education_form=form, ects=5), **RUN)
        enrolled(run, "enrolled", number)

    rows = dashboards.forms(house, Span(2026, TODAY))

    assert [(row["form"], row["learners"]) for row in rows] == [
        ("avoin_amk", None), ("erikoistuminen", 6), ("taydennys", None), ("vayla", 0),
    ]  # fmt: skip
    with translation.override("fi"):
        [table] = figures.tables({"forms": rows})
    assert table.rows[0][2:] == ["piilotettu: alle 5", "piilotettu: alle 5"]
    assert table.numbers(2) == [None, 6, None, 0]


def test_offering_with_two_sources_counts_in_both(house):
    """I-11."""
    run = RealisationFactory(version=shown(house, funding=[{"type": "basic"}, {"type": "company"}]), **RUN)
    enrolled(run, "enrolled", 5)

    assert dashboards.funding(house, Span(2026, TODAY)) == [
        {"source": "basic", "offerings": 1, "places": 5},
        {"source": "company", "offerings": 1, "places": 5},
    ]
