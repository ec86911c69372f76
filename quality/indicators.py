"""What is counted of an offering: feedback, completion, volume. Few answers are hidden, not zero."""

import hashlib
import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q

from credentials.models import Credential, Enrolment
from quality.models import Complaint, FeedbackResult, Survey, SurveyAnswer
from registry.models import Offering, Realisation

E = Enrolment.Status
TENTH = Decimal("0.1")


def of_offering(offering: Offering, *, on: date) -> dict:
    """Figures of the realisations that have ended by the day, as JSON: shares in percent, means to a tenth.

    {"feedback": {"n", "mean", "hidden", "scale"}, "employers": {…}, "career": {…}, "runs", "participants",
    "completed", "completion_percent", "complaints", "upheld_complaints", "credentials", "on"}
    """
    runs = [row.pk for row in _ended(offering, on=on)]
    people = Enrolment.objects.filter(realisation__in=runs).aggregate(
        all=Count("pk", filter=Q(status__in=[E.ENROLLED, E.COMPLETED])),
        done=Count("pk", filter=Q(status=E.COMPLETED)),
    )
    complaints = Complaint.objects.filter(offering=offering, made_at__date__lte=on)
    return {
        "on": on.isoformat(),
        "runs": len(runs),
        "feedback": mean(runs, kinds=[Survey.Kind.LEARNER]),
        "employers": mean(runs, kinds=[Survey.Kind.EMPLOYER]),
        "career": mean(runs, kinds=[Survey.Kind.CAREER_6, Survey.Kind.CAREER_18]),
        "participants": people["all"],
        "completed": people["done"],
        "completion_percent": round(100 * people["done"] / people["all"]) if people["all"] else None,
        "complaints": complaints.count(),
        "upheld_complaints": complaints.filter(status=Complaint.Status.UPHELD).count(),
        "credentials": Credential.objects.filter(attainment__version__offering=offering).count(),
    }


def mean(runs: list[int], *, kinds: list[str]) -> dict:
    """The mean of own surveys and of results from elsewhere, weighed by the number of answers."""
    results = FeedbackResult.objects.filter(realisation__in=runs, kind__in=kinds)
    counted = [(row.answers, row.mean) for row in results]
    answers = SurveyAnswer.objects.filter(survey__realisation__in=runs, survey__kind__in=kinds)
    counted += [(1, _own_mean(points)) for points in answers.values_list("points", flat=True) if points]
    number = sum(n for n, _mean in counted)
    if number < Survey.SHOWN_FROM:
        return {"n": None, "mean": None, "hidden": bool(number), "scale": Survey.SCALE[kinds[0]]}
    whole = sum((n * value for n, value in counted), Decimal(0)) / number
    shown = whole.quantize(TENTH, rounding=ROUND_HALF_UP)
    return {"n": number, "mean": str(shown), "hidden": False, "scale": Survey.SCALE[kinds[0]]}


def fingerprint(figures: dict) -> str:
    """SHA-256 of figures as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(figures, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _own_mean(points: dict) -> Decimal:
    return Decimal(sum(points.values())) / len(points)


def _ended(offering: Offering, *, on: date):
    return Realisation.objects.filter(version__offering=offering, ends_on__lte=on).exclude(status="cancelled")
