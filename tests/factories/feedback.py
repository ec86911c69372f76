"""Realisations with people in them, surveys and their answers."""

from datetime import date, timedelta

from credentials.models import Enrolment, Learner
from quality.models import FeedbackResult, Survey, SurveyAnswer
from registry.models import Realisation
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import RealisationFactory, UserFactory


def ended(version, *, on: date, key: str = "R1", learners: int = 0, **fields) -> Realisation:
    """A realisation whose last day is `on`, with people enrolled."""
    run = RealisationFactory(
        version=version, key=key, starts_on=on - timedelta(days=30), ends_on=on, status="ended",
        enrol_from=None, enrol_by=None, **fields,
    )  # fmt: skip
    for _number in range(learners):
        enrolled(run)
    return run


def enrolled(run: Realisation, *, status: str = "completed", **fields) -> Learner:
    house = run.version.offering.institution
    learner = LearnerFactory(institution=house, **fields)
    Enrolment.objects.create(
        institution=house, realisation=run, learner=learner, status=status, enrolled_at=AT,
        enrolled_by=UserFactory(),
    )  # fmt: skip
    return learner


def answered(run: Realisation, *points: int, kind: str = "learner", closes_on: date, **fields) -> Survey:
    """A survey with an answer for each number, given to every question."""
    survey, _is_new = Survey.objects.get_or_create(
        realisation=run,
        kind=kind,
        defaults={"opens_on": closes_on - timedelta(days=30), "closes_on": closes_on},
    )
    keys = ("outcomes", "guidance") if kind == "learner" else ("tasks", "use")
    for one in points:
        SurveyAnswer.objects.create(
            survey=survey, points=dict.fromkeys(keys, one), answered_on=closes_on.replace(day=1), **fields
        )
    return survey


def result(run: Realisation, *, mean: str, answers: int, **fields) -> FeedbackResult:
    return FeedbackResult.objects.create(
        **{
            "realisation": run, "kind": "learner", "source": f"Spark {mean}", "answers": answers,
            "mean": mean, "scale": 5, "collected_on": AT.date(), "added_at": AT, "added_by": UserFactory(),
            **fields,
        }
    )  # fmt: skip
