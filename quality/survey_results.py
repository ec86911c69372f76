"""What surveys came to, for the staff. Fewer than five answers are hidden, not zero, and cannot be worked out
from other figures (rule 15): open surveys do not count yet, and a sum leaves out what would give one away."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quality import indicators, questionnaires
from quality.indicators import Part
from quality.models import FeedbackResult, Survey, SurveyAnswer
from registry.models import Realisation


@dataclass(frozen=True)
class Line:
    """A question or an option with what it came to: `n` answers; a `mean`, or a `percent` of them.

    Both are None where the answers are hidden.
    """

    text: dict
    n: int | None = None
    mean: str | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Results:
    """Of one kind of survey. `whole`: as registry indicators have it, with results from elsewhere."""

    kind: str
    title: dict
    highest: int
    whole: dict
    questions: tuple[Line, ...]
    options: tuple[Line, ...]
    texts: tuple[str, ...]
    closes_on: date | None  # of the survey that is still open
    sources: tuple[FeedbackResult, ...]


def of(runs: list[Realisation], *, on: date) -> list[Results]:
    """The results of each kind of survey that was made of the realisations."""
    ids = [run.pk for run in runs]
    surveys = list(Survey.objects.filter(realisation__in=ids))
    sources = list(FeedbackResult.objects.filter(realisation__in=ids).order_by("collected_on", "pk"))
    kinds = {one.kind for one in (*surveys, *sources)}
    closed = {one.pk: one for one in surveys if one.closes_on < on}
    answers = list(SurveyAnswer.objects.filter(survey__in=closed))
    return [
        _results(
            kind,
            ids=ids,
            on=on,
            answers=[
                (closed[a.survey_id].realisation_id, a) for a in answers if closed[a.survey_id].kind == kind
            ],
            open_until=[one.closes_on for one in surveys if one.kind == kind and one.pk not in closed],
            sources=tuple(one for one in sources if one.kind == kind),
        )
        for kind in Survey.Kind.values
        if kind in kinds
    ]


def _results(kind: str, *, ids: list[int], on: date, answers, open_until: list[date], sources) -> Results:
    asked = questionnaires.read()[kind]
    ticked = [(run, one.choices) for run, one in answers if one.choices]
    texts = [(run, one.text) for run, one in answers]
    return Results(
        kind=kind,
        title=asked.title,
        highest=asked.highest,
        whole=indicators.mean(ids, kinds=[kind], on=on),
        questions=tuple(
            _mean(one.text, [(run, a.points[one.key]) for run, a in answers if one.key in a.points])
            for one in asked.of_type("points")
        ),
        options=tuple(
            _share(text, [(run, key in chosen) for run, chosen in ticked])
            for one in asked.of_type("choices")
            for key, text in one.options
        ),
        texts=tuple(sorted(text for text in _seen(texts) if text)),
        closes_on=max(open_until, default=None),
        sources=sources,
    )


def _mean(text: dict, given: list[tuple[int, int]]) -> Line:
    points = _seen(given)
    if not points:
        return Line(text)
    mean = (Decimal(sum(points)) / len(points)).quantize(indicators.TENTH, rounding=ROUND_HALF_UP)
    return Line(text, n=len(points), mean=str(mean))


def _share(text: dict, given: list[tuple[int, bool]]) -> Line:
    ticked = _seen(given)
    if not ticked:
        return Line(text)
    return Line(text, n=len(ticked), percent=round(100 * sum(ticked) / len(ticked)))


def _seen(given: list[tuple[int, object]]) -> list:
    """What may be shown of pairs of a realisation and what one person said there."""
    counts: dict[int, int] = {}
    for run, _value in given:
        counts[run] = counts.get(run, 0) + 1
    parts = [Part(run, "", True, n, Decimal(0)) for run, n in counts.items()]
    runs = {part.run for part in indicators.countable(parts)}
    return [value for run, value in given if run in runs]
