"""What must be true after every act, whoever did it and whenever: rows, judged by tables of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from credentials.models import Credential
from quality.drills.properties_replay import Replay
from quality.models import Appeal, Decision, Finding, Rating, ReviewCycle
from registry.models import Offering, OfferingVersion, TrailEntry

# The version's status that goes with its open round's (6.1). A superseded one works off its findings.
PAIRS = {
    "plan_draft": {"draft"},
    "plan_review": {"submitted", "in_review"},
    "plan_returned": {"changes_requested"},
    "plan_approved": {"approved"},
    "do": {"published", "superseded"},
    "check_open": {"published", "superseded"},
    "check_review": {"published", "superseded"},
    "act": {"published", "superseded"},
    "act_verify": {"published", "superseded"},
    "suspended": {"suspended"},
}
SHOWN = {"published", "suspended"}
APPROVAL = relativedelta(months=36)
CHECK = relativedelta(months=12)
GRACE = timedelta(days=29)  # the last day on which somebody may begin after the Check was due


class Failed(AssertionError):
    """Something that must always hold does not."""


@dataclass
class Gate:
    """When somebody could begin a version, by what was seen to happen; the statements are not asked."""

    said: list[tuple[datetime, str, date | None]] = field(default_factory=list)

    def approved(self, at: datetime) -> None:
        """The plan: it holds for three years from this day, whatever is checked meanwhile."""
        self.said.append((at, "approved", timezone.localdate(at)))

    def checked(self, at: datetime) -> None:
        """Published, or its Check made: the next one is due in a year."""
        self.said.append((at, "due", timezone.localdate(at) + CHECK))

    def may_begin(self, began: datetime) -> bool:
        approved = due = None
        is_suspended = False
        for at, what, day in self.said:
            if at > began:
                break
            approved = day if what == "approved" else approved
            due = day if what == "due" else due
            is_suspended = what == "suspended" if what in ("suspended", "resumed") else is_suspended
        if approved is None or due is None:
            return bool(self.said)  # before it was published: its first day counts
        last_day = min(approved + APPROVAL, due + GRACE)
        return not is_suspended and timezone.localdate(began) <= last_day


@dataclass
class Watch:
    """Keeps what it has read, so that each row is judged once, right after it came."""

    replay: Replay = field(default_factory=Replay)
    gates: dict[int, Gate] = field(default_factory=dict)
    seen: dict[type, int] = field(default_factory=dict)
    published: set[int] = field(default_factory=set)
    awards: set = field(default_factory=set)

    def gate(self, version: OfferingVersion) -> Gate:
        return self.gates.setdefault(version.pk, Gate())

    def look(self) -> None:
        """Raises Failed with everything that is wrong now."""
        lines = TrailEntry.objects.filter(pk__gt=self.replay.last).order_by("pk")
        self.replay.read(lines)
        faults = [*self.replay.faults, *self._states(), *self._own_work(), *self._awards()]
        if faults:
            raise Failed("\n".join(faults))

    def _states(self) -> Iterator[str]:
        """The rows say what the trail says; round and version go together."""
        versions = {one.pk: one for one in OfferingVersion.objects.select_related("offering")}
        cycles = list(ReviewCycle.objects.order_by("pk"))
        rows = {f"version:{one.offering.code}.v{one.number}": one.status for one in versions.values()}
        rows |= {f"reviewcycle:{one.uid}": one.status for one in cycles}
        rows |= {f"finding:{uid}": status for uid, status in Finding.objects.values_list("uid", "status")}
        for name in rows.keys() | self.replay.states.keys():
            if rows.get(name) != self.replay.states.get(name):
                yield f"{name} is {rows.get(name)}, the trail leads to {self.replay.states.get(name)}"
        shown = dict(Offering.objects.exclude(published=None).values_list("code", "published__number"))
        if {code: f"{code}.v{number}" for code, number in shown.items()} != self.replay.shown:
            yield f"the catalogue shows {shown}, the trail leads to {self.replay.shown}"
        open_rounds: dict[int, list[ReviewCycle]] = {}
        for cycle in cycles:
            if cycle.status not in ReviewCycle.Status.values:
                yield f"{cycle}: the state “{cycle.status}” is not in the table"
            if cycle.status in PAIRS:
                open_rounds.setdefault(cycle.version_id, []).append(cycle)
        for version in versions.values():
            yield from _together(version, open_rounds.get(version.pk, []))

    def _own_work(self) -> Iterator[str]:
        """Nobody judged, published or verified what they wrote or did (rule 12)."""
        for one in self._new(Decision):
            if _wrote(one.cycle.version, one.decided_by_id):
                yield f"{one.cycle}: {one.outcome} decided by an author"
        for one in self._new(Rating):
            if _wrote(one.member.cycle.version, one.member.user_id):
                yield f"{one.member.cycle}: rated by an author"
        yield from self._own_words()

    def _own_words(self) -> Iterator[str]:
        for one in Appeal.objects.exclude(answered_by=None):
            if _wrote(one.cycle.version, one.answered_by_id):
                yield f"{one.cycle}: appeal answered by an author"
        for version in OfferingVersion.objects.exclude(published_by=None):
            if version.pk not in self.published and _wrote(version, version.published_by_id):
                yield f"{version}: published by an author"
            self.published.add(version.pk)  # authors who join later are another matter
        for one in Finding.objects.filter(status="verified"):
            if one.verified_by_id in {one.owner_id, one.acted_by_id}:
                yield f"{one}: verified by whoever did it"

    def _awards(self) -> Iterator[str]:
        for one in Credential.objects.exclude(pk__in=self.awards).select_related("version", "attainment"):
            self.awards.add(one.pk)
            approved = Decision.objects.filter(
                cycle__version=one.version_id, outcome="approved", decided_at__lte=one.issued_at
            )
            if not approved.exists():
                yield f"{one.pk}: awarded from a version that was never approved"
            began = _began(one)
            if not self.gate(one.version).may_begin(began):
                yield f"{one.pk}: awarded to somebody who began on {began:%Y-%m-%d %H:%M}, when nobody could"

    def _new(self, model) -> list:
        last = self.seen.get(model, 0)
        rows = list(model.objects.filter(pk__gt=last).order_by("pk"))
        self.seen[model] = rows[-1].pk if rows else last
        return rows


def _together(version: OfferingVersion, rounds: list[ReviewCycle]) -> Iterator[str]:
    if len(rounds) > 1:
        yield f"{version}: {len(rounds)} open rounds"
    if version.status in SHOWN and not rounds:
        yield f"{version} is {version.status} without an open round"
    for cycle in rounds:
        if version.status not in PAIRS[cycle.status]:
            yield f"{version} is {version.status}, its round is {cycle.status}"


def _wrote(version: OfferingVersion, user_id: int | None) -> bool:
    return user_id is not None and version.authors.filter(pk=user_id).exists()


def _began(credential: Credential) -> datetime:
    """When the learner began: enrolled, else the end of the first day of what they took part in."""
    attainment = credential.attainment
    enrolment = getattr(attainment, "enrolment", None)
    if enrolment is not None:
        return enrolment.enrolled_at
    run = attainment.realisation
    day = run.starts_on if run else attainment.completed_on
    end = datetime.combine(day, datetime.max.time()).replace(microsecond=0)
    return timezone.make_aware(end)
