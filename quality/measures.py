"""What the register counts itself of institutions in a year (I-03 … I-12), by SQL; of one or of all.

Each measure is asked once for all the institutions and answers {institution: Figure}; who is not there has
nothing to measure. What holds today only (languages, findings, Checks) is not known of earlier years.
"""

import hashlib
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from credentials.models import Enrolment
from quality import few
from quality.models import (
    Decision,
    FeedbackResult,
    Finding,
    PartnershipAgreement,
    ReviewCycle,
    Survey,
    SurveyAnswer,
)
from registry.models import ForesightNote, MeetingRecord, Offering, OfferingVersion, Realisation

E = Enrolment.Status
K = Survey.Kind
CAREER = (K.CAREER_6, K.CAREER_18)
CHANGED = frozenset({"new_tasks", "new_job"})  # questionnaires: career/1
DAY = timedelta(days=1)
ONLINE = ("online", "distance")


@dataclass(frozen=True)
class Figure:
    """A value; a share tells of how many, too. `is_hidden`: of fewer than five people."""

    value: Decimal | None = None
    part: int | None = None
    whole: int | None = None
    is_hidden: bool = False


@dataclass(frozen=True)
class Span:
    """A year as far as it has come."""

    year: int
    on: date

    @property
    def begins(self) -> date:
        return date(self.year, 1, 1)

    @property
    def ends(self) -> date:
        return min(date(self.year, 12, 31), self.on)

    @property
    def is_now(self) -> bool:
        return self.year == self.on.year

    @property
    def midnight(self) -> datetime:
        """The first moment of the day."""
        return timezone.make_aware(datetime(self.on.year, self.on.month, self.on.day))  # noqa: DTZ001

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment of the year to the last one that counts."""
        first, after = (datetime(one.year, one.month, one.day) for one in (self.begins, self.ends + DAY))  # noqa: DTZ001
        return timezone.make_aware(first), timezone.make_aware(after) - timedelta(microseconds=1)


Figures = dict[int, Figure]


def of(houses: list[int], *, year: int, on: date, wanted: Iterable[str] = ()) -> dict[str, Figures]:
    """The figures of institutions by the indicator's key; `wanted`: only these keys, else all."""
    span, keys = Span(year, on), set(wanted)
    found: dict[str, Figures] = {}
    if span.begins > on:
        return found
    for names, count in MEASURES:
        if not keys or keys & set(names):
            found |= dict(zip(names, count(houses, span), strict=True))
    return found


def _offering_count(houses: list[int], span: Span) -> tuple[Figures]:
    """I-04: published, with a realisation that runs in the year."""
    runs = _running(span).filter(version__offering__institution__in=houses)
    rows = runs.values(house=F("version__offering__institution")).order_by()
    return (_counts(rows.annotate(n=Count("version__offering", distinct=True))),)


def of_network(network: str, *, year: int, on: date) -> dict[str, Figure]:
    """I-04 of an alliance: what its members have published in its name, with a realisation in the year."""
    span = Span(year, on)
    if span.begins > on:
        return {}
    shown = _running(span).filter(version__network=network)
    number = shown.aggregate(n=Count("version__offering", distinct=True))["n"]
    return {"offering_count": Figure(Decimal(number))} if number else {}


def _learners(houses: list[int], span: Span) -> tuple[Figures]:
    return (_people(_begun(houses, span).annotate(n=Count("learner", distinct=True))),)


def _completion(houses: list[int], span: Span) -> tuple[Figures]:
    people = _ended(houses, span).annotate(
        whole=Count("pk", filter=Q(status__in=[E.ENROLLED, E.COMPLETED])),
        part=Count("pk", filter=Q(status=E.COMPLETED)),
    )
    return (_shares_of_people(people),)


def _rdi(houses: list[int], span: Span) -> tuple[Figures, Figures]:
    """I-03: learners in what comes from projects; completers times the project's part in credits."""
    projects = OfferingVersion.objects.filter(offering__institution__in=houses).exclude(rdi={})
    ects = {pk: Decimal(str(rdi.get("tki_ects") or 0)) for pk, rdi in projects.values_list("pk", "rdi")}
    of_projects = {"realisation__version__in": projects.values("pk")}
    learners = _begun(houses, span).filter(**of_projects).annotate(n=Count("learner", distinct=True))
    completed = _ended(houses, span).filter(status=E.COMPLETED, **of_projects)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in completed.values("house", "realisation__version").annotate(n=Count("pk")):
        sums[row["house"]] += ects[row["realisation__version"]] * row["n"]
    people = _people(learners)
    hidden = {house for house, one in people.items() if one.is_hidden}
    return people, {
        house: Figure(is_hidden=True) if house in hidden else Figure(value) for house, value in sums.items()
    }


def _lead_time(houses: list[int], span: Span) -> tuple[Figures]:
    """I-10, P-18: only what was first published in the year is read, as days: a median has no SQL of its
    own that both databases know."""
    versions = OfferingVersion.objects.filter(offering__institution__in=houses).order_by()
    first = versions.values("offering").annotate(first=Min("published_at")).filter(first__range=span.moments)
    rows = first.values_list("offering", "offering__institution", "offering__created_at", "first")
    needs = _first_needs(versions.filter(published_at__range=span.moments), houses=houses)
    days: dict[int, list[int]] = defaultdict(list)
    for offering, house, begun, published in rows:
        taken = (published - begun).days
        if offering in needs:
            taken = max(taken, (timezone.localdate(published) - needs[offering]).days)
        days[house].append(max(taken, 0))
    return ({house: Figure(Decimal(str(statistics.median(each)))) for house, each in days.items()},)


def _first_needs(versions: QuerySet, *, houses: list[int]) -> dict[int, date]:
    """The day of the first meeting or foresight note behind each offering that names one."""
    naming = versions.exclude(meetings=[], foresight=[])
    named = list(naming.values_list("offering", "meetings", "foresight"))
    known = _days_of_needs(houses) if named else {}
    found = {
        offering: [known[one] for one in (*meetings, *foresight) if one in known]
        for offering, meetings, foresight in named
    }
    return {offering: min(each) for offering, each in found.items() if each}


def _days_of_needs(houses: list[int]) -> dict[str, date]:
    """When each meeting was held and each foresight noted, by its public id."""
    meetings = MeetingRecord.objects.filter(institution__in=houses).values_list("uid", "held_on")
    notes = ForesightNote.objects.filter(institution__in=houses).values_list("uid", "noted_on")
    return {str(uid): day for uid, day in [*meetings, *notes]}


def _review_on_time(houses: list[int], span: Span) -> tuple[Figures]:
    """I-10: decided on the day that the reading was due, or before."""
    decided = Decision.objects.filter(
        cycle__offering__institution__in=houses, decided_at__range=span.moments, due_on__isnull=False
    )
    rows = decided.values(house=F("cycle__offering__institution")).order_by()
    in_time = Count("pk", filter=Q(decided_at__date__lte=F("due_on")))
    return (_shares(rows.annotate(whole=Count("pk"), part=in_time)),)


def _late_findings(houses: list[int], span: Span) -> tuple[Figures]:
    if not span.is_now:
        return ({},)
    open_ones = Finding.objects.filter(institution__in=houses).exclude(status=Finding.Status.VERIFIED)
    late = Count("pk", filter=Q(status=Finding.Status.OPEN, due_on__lt=span.on))
    return (_counts(open_ones.values(house=F("institution")).order_by().annotate(n=late)),)


def _late_checks(houses: list[int], span: Span) -> tuple[Figures]:
    if not span.is_now:
        return ({},)
    running = ReviewCycle.objects.filter(
        offering__institution__in=houses, status=ReviewCycle.Status.DO, check_due_on__isnull=False
    )
    late = Count("pk", filter=Q(check_due_on__lt=span.on))
    return (_counts(running.values(house=F("offering__institution")).order_by().annotate(n=late)),)


def _described(houses: list[int], span: Span) -> tuple[Figures, Figures, Figures]:
    """Shares of what is published today: in English, in Swedish, with accessibility answered for."""
    if not span.is_now:
        return {}, {}, {}
    rows = Offering.objects.published().filter(institution__in=houses).values(house=F("institution"))

    def filled(language: str) -> Count:
        return Count("pk", filter=_has("title", language) & _has("summary", language))

    found = list(
        rows.order_by().annotate(
            whole=Count("pk"),
            en=filled("en"),
            sv=filled("sv"),
            online=Count("pk", filter=_is_online()),
            checked=Count("pk", filter=_is_online() & Q(published__digital_pedagogy__has_key="accessible")),
        )
    )

    def shares(part: str, whole: str) -> Figures:
        return _shares({"house": row["house"], "part": row[part], "whole": row[whole]} for row in found)

    return shares("en", "whole"), shares("sv", "whole"), shares("checked", "online")


def _has(field: str, language: str) -> Q:
    return Q(**{f"published__{field}__{language}__gt": ""})


def _is_online() -> Q:
    """A list of codes is stored as JSON; the codes are whole words in quotes."""
    found = Q()
    for one in ONLINE:
        found |= Q(published__participation_modes__icontains=f'"{one}"')
    return found


def _feedback(houses: list[int], span: Span) -> tuple[Figures]:
    return ({house: one.mean for house, one in _answers(houses, span, kinds=(K.LEARNER,)).items()},)


def _career(houses: list[int], span: Span) -> tuple[Figures, Figures]:
    found = _answers(houses, span, kinds=CAREER)
    return (
        {house: one.mean for house, one in found.items()},
        {house: one.changed for house, one in found.items() if one.big + one.small},
    )


@dataclass
class _Answers:
    """What the surveys of one institution came to in a year: numbers of answers and sums of their means.

    Small surveys (fewer than five answers) count when they are five together, as in quality.indicators.
    """

    big: int = 0
    big_sum: Decimal = Decimal(0)
    big_changes: int = 0
    small: int = 0
    small_sum: Decimal = Decimal(0)
    small_changes: int = 0
    others: int = 0
    others_sum: Decimal = Decimal(0)

    @property
    def mean(self) -> Figure:
        number, total = self.big + self.others, self.big_sum + self.others_sum
        if self.small >= Survey.SHOWN_FROM:
            number, total = number + self.small, total + self.small_sum
        if not number:
            return Figure(is_hidden=True)
        return Figure(total / number, whole=number)

    @property
    def changed(self) -> Figure:
        number, changes = self.big, self.big_changes
        if self.small >= Survey.SHOWN_FROM:
            number, changes = number + self.small, changes + self.small_changes
        return _share(changes, number) if number else Figure(is_hidden=True)


def _answers(houses: list[int], span: Span, *, kinds: Iterable[str]) -> dict[int, _Answers]:
    found: dict[int, _Answers] = defaultdict(_Answers)
    for house, values in _own_answers(houses, span, kinds=kinds).items():
        found[house] = _Answers(**values)
    results = FeedbackResult.objects.filter(
        realisation__version__offering__institution__in=houses,
        kind__in=kinds,
        collected_on__range=(span.begins, span.ends),
        answers__gte=Survey.SHOWN_FROM,
    )
    for row in results.values("answers", "mean", "scale", "kind", house=_HOUSE_OF_RUN):
        one, highest = found[row["house"]], Survey.SCALE[row["kind"]]
        one.others += row["answers"]
        one.others_sum += row["answers"] * (1 + (row["mean"] - 1) * (highest - 1) / (row["scale"] - 1))
    return dict(found)


def _own_answers(houses: list[int], span: Span, *, kinds: Iterable[str]) -> dict[int, dict]:
    """Closed surveys change no more: they are read once a day, then remembered."""
    about = json.dumps([list(kinds), span.year, span.on.isoformat(), sorted(houses)])
    name = f"own-answers-{hashlib.sha256(about.encode()).hexdigest()}"
    return cache.get_or_set(name, lambda: _read_answers(houses, span, kinds), 86_400)


def _read_answers(houses: list[int], span: Span, kinds: Iterable[str]) -> dict[int, dict]:
    rows = SurveyAnswer.objects.filter(
        survey__realisation__version__offering__institution__in=houses,
        survey__kind__in=kinds,
        survey__closes_on__range=(span.begins, span.ends - (DAY if span.is_now else timedelta(0))),
    ).values_list("survey__realisation__version__offering__institution", "survey", "points", "choices")
    given: dict[tuple[int, int], list[tuple[Decimal, bool]]] = defaultdict(list)
    for house, survey, points, choices in rows.iterator():
        if points:
            mean = Decimal(sum(points.values())) / len(points)
            given[house, survey].append((mean, bool(CHANGED & set(choices))))
    found: dict[int, dict] = defaultdict(lambda: defaultdict(Decimal))
    for (house, _survey), answers in given.items():
        size = "big" if len(answers) >= Survey.SHOWN_FROM else "small"
        found[house][size] += len(answers)
        found[house][f"{size}_sum"] += sum((mean for mean, _changed in answers), Decimal(0))
        found[house][f"{size}_changes"] += sum(changed for _mean, changed in answers)
    return {
        house: {name: value if name.endswith("_sum") else int(value) for name, value in each.items()}
        for house, each in found.items()
    }


def _agreements(houses: list[int], span: Span) -> tuple[Figures, Figures]:
    """I-12: agreements in force at the end of the year, or today; meetings held of those they ask for."""
    held = Count("meetings", filter=Q(meetings__held_on__range=(span.begins, span.ends)))
    running = PartnershipAgreement.objects.filter(
        institution__in=houses, begins_on__lte=span.ends, ends_on__gte=span.ends
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for house, wanted, number in running.annotate(n=held).values_list("institution", "meetings_a_year", "n"):
        found[house].append((min(number, wanted), wanted))
    partners = {house: Figure(Decimal(len(each))) for house, each in found.items()}
    sums = {house: [sum(column) for column in zip(*each, strict=True)] for house, each in found.items()}
    meetings = {
        house: Figure(Decimal(part), part=part, whole=whole) for house, (part, whole) in sums.items() if whole
    }
    return partners, meetings


MEASURES: tuple[tuple[tuple[str, ...], Callable], ...] = (
    (("offering_count",), _offering_count),
    (("learners",), _learners),
    (("completion",), _completion),
    (("feedback_mean",), _feedback),
    (("career_mean", "career_changed"), _career),
    (("lead_time",), _lead_time),
    (("review_on_time",), _review_on_time),
    (("late_findings",), _late_findings),
    (("late_checks",), _late_checks),
    (("english", "swedish", "accessibility"), _described),
    (("rdi_learners", "rdi_ects"), _rdi),
    (("partners", "meetings_held"), _agreements),
)

# Parts


def _running(span: Span) -> QuerySet[Realisation]:
    """Realisations of published versions that run on some day of the year."""
    return Realisation.objects.announced().filter(
        starts_on__lte=date(span.year, 12, 31),
        ends_on__gte=span.begins,
        version__published_at__lte=span.moments[1],
    )


_HOUSE_OF_RUN = F("realisation__version__offering__institution")


def _begun(houses: list[int], span: Span) -> QuerySet:
    """Participants of the realisations that began in the year, by institution."""
    here = Enrolment.objects.filter(
        institution__in=houses,
        status__in=[E.ENROLLED, E.COMPLETED],
        realisation__starts_on__range=(span.begins, span.ends),
    )
    return here.values(house=F("institution")).order_by()


def _ended(houses: list[int], span: Span) -> QuerySet:
    """Enrolments in the realisations that ended in the year, by institution."""
    here = Enrolment.objects.filter(
        institution__in=houses, realisation__ends_on__range=(span.begins, span.ends)
    ).exclude(realisation__status=Realisation.Status.CANCELLED)
    return here.values(house=F("institution")).order_by()


def _counts(rows) -> Figures:
    return {row["house"]: Figure(Decimal(row["n"])) for row in rows}


def _people(rows) -> Figures:
    """Numbers of learners."""
    return {house: _hidden_if_few(one, people=one.value) for house, one in _counts(rows).items()}


def _shares_of_people(rows) -> Figures:
    return {house: _hidden_if_few(one, people=one.whole) for house, one in _shares(rows).items()}


def _hidden_if_few(figure: Figure, *, people: float) -> Figure:
    return Figure(is_hidden=True) if few.is_few(people) else figure


def _shares(rows) -> Figures:
    return {row["house"]: _share(row["part"], row["whole"]) for row in rows if row["whole"]}


def _share(part: int, whole: int) -> Figure:
    return Figure(Decimal(100 * part) / whole, part=part, whole=whole)
