"""What is counted of an offering: feedback, completion, volume. Few answers are hidden, not zero."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
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
        "feedback": mean(runs, kinds=[Survey.Kind.LEARNER], on=on),
        "employers": mean(runs, kinds=[Survey.Kind.EMPLOYER], on=on),
        "career": mean(runs, kinds=[Survey.Kind.CAREER_6, Survey.Kind.CAREER_18], on=on),
        "participants": people["all"],
        "completed": people["done"],
        "completion_percent": round(100 * people["done"] / people["all"]) if people["all"] else None,
        "complaints": complaints.count(),
        "upheld_complaints": complaints.filter(status=Complaint.Status.UPHELD).count(),
        "credentials": Credential.objects.with_credits()
        .filter(attainment__version__offering=offering)
        .count(),
    }


@dataclass(frozen=True)
class Part:
    """What one survey of one realisation came to, on the scale of our own surveys; `is_own`: made here."""

    run: int
    kind: str
    is_own: bool
    n: int
    mean: Decimal


def mean(runs: list[int], *, kinds: list[str], on: date) -> dict:
    """The mean of own surveys that have closed and of results from elsewhere, weighed by the answers."""
    scale = Survey.SCALE[kinds[0]]
    parts = parts_of(runs, kinds=kinds, on=on)
    shown = countable(parts)
    number = sum(part.n for part in shown)
    if not number:
        return {"n": None, "mean": None, "hidden": bool(parts), "scale": scale}
    whole = weighted(shown).quantize(TENTH, rounding=ROUND_HALF_UP)
    return {"n": number, "mean": str(whole), "hidden": False, "scale": scale}


def weighted(parts: list[Part]) -> Decimal:
    return sum((part.n * part.mean for part in parts), Decimal(0)) / sum(part.n for part in parts)


def parts_of(runs: list[int], *, kinds: list[str], on: date) -> list[Part]:
    """Every survey of the realisations that has closed by the day, and every result from elsewhere."""
    rows = FeedbackResult.objects.filter(realisation__in=runs, kind__in=kinds).order_by("pk")
    found = [Part(row.realisation_id, row.kind, False, row.answers, _on_own_scale(row)) for row in rows]
    answers = SurveyAnswer.objects.filter(
        survey__realisation__in=runs, survey__kind__in=kinds, survey__closes_on__lt=on
    )
    own: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for run, kind, points in answers.values_list("survey__realisation", "survey__kind", "points"):
        if points:
            own[run, kind].append(_own_mean(points))
    means = {key: sum(values, Decimal(0)) / len(values) for key, values in own.items()}
    return [
        *found,
        *(Part(run, kind, True, len(own[run, kind]), value) for (run, kind), value in means.items()),
    ]


def countable(parts: list[Part]) -> list[Part]:
    """The parts that a sum may hold, so that nobody takes the others away and sees fewer than five answers
    (rule 15). Small ones of our own count only when they are five together; whoever brought a result from
    elsewhere knows it, so that a small one can hide nothing."""
    small = sum(part.n for part in parts if part.is_own and part.n < Survey.SHOWN_FROM)
    return [
        part for part in parts if part.n >= Survey.SHOWN_FROM or (part.is_own and small >= Survey.SHOWN_FROM)
    ]


def canonical(figures: dict) -> bytes:
    """Figures as the one JSON text that is hashed: sorted keys, no spaces (RFC 8785; no floats are kept)."""
    return json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(figures: dict) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(figures)).hexdigest()


def _own_mean(points: dict) -> Decimal:
    return Decimal(sum(points.values())) / len(points)


def _on_own_scale(row: FeedbackResult) -> Decimal:
    """4 of 5 on a scale to 5 is 4.75 on a scale to 6: what lies between 1 and the top is stretched."""
    return 1 + (row.mean - 1) * (Survey.SCALE[row.kind] - 1) / (row.scale - 1)


def _ended(offering: Offering, *, on: date):
    return Realisation.objects.filter(version__offering=offering, ends_on__lte=on).exclude(status="cancelled")
