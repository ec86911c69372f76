"""Why a Check should open early (6.3), found in rows: one cause for each reason, with a key that stays.

Looked at are offerings whose published version runs (DO). What an earlier round has seen does not count
again: feedback and complaints from before the round began are its predecessor's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from credentials.models import Enrolment, Rectification
from quality import deadlines, few, indicators
from quality.limits import Limits
from quality.models import Complaint, Finding, RecognitionRefusal, ReviewCycle, Survey, Trigger
from registry.models import Institution, JointInvitation, OfferingVersion, ParentNotice, Realisation

Kind = Trigger.Kind
E = Enrolment.Status
# What of every running round is read each morning; the texts of the versions are not.
READ = (
    "uid", "number", "status", "opened_at", "offering__code", "offering__institution__code",
    "offering__institution__rule_set", "version__offering", "version__number", "version__rule_set",
    "version__rdi", "version__funding", "version__awarding_bodies", "version__approved_at",
    "version__published_at",
)  # fmt: skip
GRANTED = (Rectification.Status.GRANTED, Rectification.Status.BOARD_GRANTED)
GRADED = timedelta(days=30)  # after a realisation ends its grades are expected to be there


@dataclass(frozen=True)
class Cause:
    """`key` is the same however often it is found; `detail` are the figures that pages show."""

    cycle: ReviewCycle
    kind: str
    key: str
    detail: dict = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Running:
    """A running round with what the causes ask of it."""

    cycle: ReviewCycle
    runs: tuple[Realisation, ...]
    limits: Limits

    @property
    def began_on(self) -> date:
        return localdate(self.cycle.opened_at)

    @property
    def version(self) -> OfferingVersion:
        return self.cycle.version

    def ended(self, by: date, *, since: date | None = None) -> list[Realisation]:
        """The realisations that ended from `since` to the day, in that order."""
        return [one for one in self.runs if (since is None or one.ends_on >= since) and one.ends_on <= by]


def found(on: date) -> list[Cause]:
    """Every cause there is on the day, whether it was found before or not."""
    running = _running()
    return [cause for source in SOURCES for cause in source(running, on)]


def of(institution: Institution) -> QuerySet[Trigger]:
    """The causes that were written down of the institution's offerings."""
    return Trigger.objects.filter(offering__institution=institution).select_related("offering")


def refusals(institution: Institution) -> QuerySet[RecognitionRefusal]:
    """Who has refused to recognise the institution's offerings, the newest first."""
    found = RecognitionRefusal.objects.filter(offering__institution=institution)
    return found.select_related("offering", "institution").order_by("-refused_on", "-pk")


# Each source: one reason of 6.3


def _feedback(running: list[Running], on: date) -> Iterator[Cause]:
    runs = [run.pk for one in running for run in one.ended(on, since=one.began_on)]
    parts: dict[int, list[indicators.Part]] = defaultdict(list)
    for part in indicators.parts_of(runs, kinds=[Survey.Kind.LEARNER], on=on):
        parts[part.run].append(part)
    for one in running:
        of_round = [part for run in one.ended(on, since=one.began_on) for part in parts[run.pk]]
        shown = indicators.countable(of_round)
        number = sum(part.n for part in shown)
        if number < max(one.limits.low_feedback_answers, 1):
            continue
        mean = indicators.weighted(shown)
        if 10 * mean < one.limits.low_feedback_tenths:
            yield Cause(
                one.cycle, Kind.FEEDBACK, f"feedback:{one.cycle.uid}", {"n": number, "mean": f"{mean:.1f}"}
            )


def _completion(running: list[Running], on: date) -> Iterator[Cause]:
    """Over the last two realisations that had participants and are long enough over to be graded."""
    counts = _participants([run.pk for one in running for run in one.runs])
    for one in running:
        last = [run for run in one.ended(on - GRADED) if counts.get(run.pk, (0, 0))[0]][-2:]
        if len(last) < 2:
            continue
        people = sum(counts[run.pk][0] for run in last)
        percent = 100 * sum(counts[run.pk][1] for run in last) / people
        if percent < one.limits.low_completion_percent:
            keys = [run.key for run in last]
            name = "+".join(str(run.pk) for run in last)
            detail = {"percent": round(percent), "n": people, "runs": keys}
            if few.is_few(people):
                detail = {"few": ", ".join(keys)}
            yield Cause(one.cycle, Kind.COMPLETION, f"completion:{name}", detail)


def _complaints(running: list[Running], on: date) -> Iterator[Cause]:
    made: dict[int, list[Complaint]] = defaultdict(list)
    for complaint in Complaint.objects.filter(offering__in=_offerings(running), made_at__date__lte=on):
        made[complaint.offering_id].append(complaint)
    for one in running:
        own = [each for each in made[one.cycle.offering_id] if each.made_at >= one.cycle.opened_at]
        if len(own) >= one.limits.many_complaints:
            yield Cause(one.cycle, Kind.COMPLAINTS, f"complaints:{one.cycle.uid}", {"n": len(own)})
        for each in own:
            if each.kind == Complaint.Kind.ASSESSMENT and each.status == Complaint.Status.UPHELD:
                yield Cause(one.cycle, Kind.COMPLAINTS, f"upheld:{each.uid}", {"upheld": True})


def _rectifications(running: list[Running], on: date) -> Iterator[Cause]:
    """A request for rectification of an assessment that was granted (6.3)."""
    granted = Rectification.objects.filter(
        attainment__version__offering__in=_offerings(running), status__in=GRANTED, asked_at__date__lte=on
    )
    rows = list(granted.values_list("attainment__version__offering", "uid", "asked_at"))
    for one in running:
        for offering, uid, asked_at in rows:
            if offering == one.cycle.offering_id and asked_at >= one.cycle.opened_at:
                yield Cause(one.cycle, Kind.COMPLAINTS, f"rectified:{uid}", {"rectified": True})


def _rules(running: list[Running], on: date) -> Iterator[Cause]:
    """The institution writes its new versions by another rule set than this one was written by."""
    for one in running:
        now = one.cycle.offering.institution.rule_set
        if one.version.rule_set != now:
            detail = {"was": one.version.rule_set, "is": now}
            yield Cause(one.cycle, Kind.RULES, f"rules:{now}", detail)


def _parents(running: list[Running], on: date) -> Iterator[Cause]:
    """C-09: a change of a degree's course was noted of the offering since the version was published, and
    nobody has said that it has no effect."""
    by_offering = {one.cycle.offering_id: one for one in running}
    noted = ParentNotice.objects.filter(offering__in=by_offering, noted_at__date__lte=on)
    for notice in noted.exclude(answer=ParentNotice.Answer.NO_EFFECT).order_by("pk"):
        one = by_offering[notice.offering_id]
        if notice.noted_at >= one.version.published_at:
            said = f"{notice.course}, {notice.changed_on}: {notice.change}"
            yield Cause(one.cycle, Kind.PARENT, f"parent:{notice.uid}", {"text": said})


def _funding(running: list[Running], on: date) -> Iterator[Cause]:
    """The funding of an RDI offering has ended after the version was published."""
    for one in running:
        ends_on = deadlines.funding_ends_on(one.version)
        if ends_on is not None and localdate(one.version.published_at) <= ends_on < on:
            yield Cause(one.cycle, Kind.FUNDING, f"funding:{ends_on}", {"day": ends_on.isoformat()})


def _audits(running: list[Running], on: date) -> Iterator[Cause]:
    by_offering = {one.cycle.offering_id: one for one in running}
    named = Finding.objects.filter(
        source=Finding.Source.EXTERNAL_AUDIT, offering__in=by_offering, found_at__date__lte=on
    )
    for finding in named.exclude(status=Finding.Status.VERIFIED).order_by("pk"):
        yield Cause(by_offering[finding.offering_id].cycle, Kind.AUDIT, f"audit:{finding.uid}")


def _partners(running: list[Running], on: date) -> Iterator[Cause]:
    """An institution that awards the published version had agreed to take part, and does so no more."""
    by_offering = {one.cycle.offering_id: one for one in running}
    left = JointInvitation.objects.filter(
        version__offering__in=by_offering, status="withdrawn", answered_at__isnull=False
    )
    for one in left.select_related("version", "institution").order_by("pk"):
        of_offering = by_offering[one.version.offering_id]
        if one.institution.code in of_offering.version.awarding_bodies:
            detail = {"institution": one.institution.short_name}
            yield Cause(of_offering.cycle, Kind.PARTNER, f"partner:{one.uid}", detail)


def _recognitions(running: list[Running], on: date) -> Iterator[Cause]:
    """Institutions that have refused to recognise it since the round began, each counted once."""
    refused: dict[int, list[RecognitionRefusal]] = defaultdict(list)
    rows = RecognitionRefusal.objects.filter(offering__in=_offerings(running), refused_on__lte=on)
    for row in rows.select_related("institution").order_by("pk"):
        refused[row.offering_id].append(row)
    for one in running:
        found = refused[one.cycle.offering_id]
        names = {row.institution.short_name for row in found if row.refused_on >= one.began_on}
        if len(names) >= max(one.limits.refused_recognitions, 1):
            detail = {"institutions": ", ".join(sorted(names))}
            yield Cause(one.cycle, Kind.RECOGNITION, f"recognition:{one.cycle.uid}", detail)


def _full_reviews(running: list[Running], on: date) -> Iterator[Cause]:
    """At least every 36 months a whole plan is read anew; found so early that there is time for it."""
    for one in running:
        last_on = localdate(one.version.approved_at or one.version.published_at)
        due_on = last_on + relativedelta(months=one.limits.full_review_months)
        if due_on - timedelta(days=one.limits.check_opens_days) <= on:
            detail = {"day": due_on.isoformat()}
            yield Cause(one.cycle, Kind.FULL_REVIEW, f"full_review:{one.version.number}", detail)


def _low_volumes(running: list[Running], on: date) -> Iterator[Cause]:
    """Nothing has run for 18 months and nothing is planned: a proposal to retire it."""
    for one in running:
        days = [run.ends_on for run in one.runs]
        last_on = max([*days, localdate(one.version.published_at)])
        if last_on + relativedelta(months=one.limits.idle_offering_months) <= on:
            yield Cause(one.cycle, Kind.LOW_VOLUME, f"low_volume:{last_on}", {"day": last_on.isoformat()})


SOURCES = (
    _feedback, _completion, _complaints, _rectifications, _rules, _parents, _funding, _audits, _partners,
    _recognitions, _full_reviews, _low_volumes,
)  # fmt: skip


# Parts


def _running() -> list[Running]:
    cycles = list(
        ReviewCycle.objects.filter(
            status=ReviewCycle.Status.DO, version__status=OfferingVersion.Status.PUBLISHED
        )
        .select_related("version", "offering__institution")
        .only(*READ)
        .order_by("pk")
    )
    runs: dict[int, list[Realisation]] = defaultdict(list)
    offerings = [cycle.offering_id for cycle in cycles]
    held = Realisation.objects.filter(version__offering__in=offerings).exclude(status="cancelled")
    for run in held.select_related("version").order_by("ends_on", "pk"):
        runs[run.version.offering_id].append(run)
    houses = deadlines.Houses()
    return [
        Running(cycle, tuple(runs[cycle.offering_id]), houses.limits(cycle.offering.institution_id))
        for cycle in cycles
    ]


def _participants(runs: list[int]) -> dict[int, tuple[int, int]]:
    """By realisation: how many took part, how many of them completed it."""
    counted = Enrolment.objects.filter(realisation__in=runs).values("realisation").order_by()
    counted = counted.annotate(
        people=Count("pk", filter=Q(status__in=[E.ENROLLED, E.COMPLETED])),
        done=Count("pk", filter=Q(status=E.COMPLETED)),
    )
    return {row["realisation"]: (row["people"], row["done"]) for row in counted}


def _offerings(running: Iterable[Running]) -> list[int]:
    return [one.cycle.offering_id for one in running]
