"""What happens to each made-up offering in a simulated year: dates and nothing else."""

from dataclasses import dataclass
from datetime import date, timedelta

BEGINS = date(2026, 1, 1)
# Days that the clock sleeps through; people go on working.
ASLEEP = frozenset(BEGINS + timedelta(days=days) for days in (40, 41, 42, 130, 200, 201, 202))
FOUND_DAYS = {"critical": 14, "major": 60, "minor": 180}


@dataclass(frozen=True)
class FindingStory:
    """`acted_on`: when its action is done; `left_on`: its owner leaves, `handed_on`: another gets it."""

    severity: str
    found_on: date
    acted_on: date
    left_on: date | None = None
    handed_on: date | None = None

    @property
    def due_on(self) -> date:
        return self.found_on + timedelta(days=FOUND_DAYS[self.severity])


@dataclass(frozen=True)
class Story:
    """One offering. A day that is None, or lies after the year, does not come."""

    number: int
    house: int
    kind: str
    due_on: date  # of the Check
    tried_on: date | None = None  # the coordinator tries too early
    cause_on: date | None = None
    opened_on: date | None = None
    set_aside_on: date | None = None
    sent_on: date | None = None
    decided_on: date | None = None
    findings: tuple[FindingStory, ...] = ()
    closed_on: date | None = None

    @property
    def code(self) -> str:
        return f"YEAR-MC-{self.number:05}"

    @property
    def began_on(self) -> date:
        """The day of the round: a year before its Check."""
        return self.due_on.replace(year=self.due_on.year - 1)


def stories(*, houses: int, offerings: int) -> list[Story]:
    return [_story(number, house=number % houses) for number in range(offerings)]


def _story(number: int, *, house: int) -> Story:
    due_on = BEGINS + timedelta(days=(number * 97) % 365 - 30)
    facts = {"number": number, "house": house, "due_on": due_on}
    soon = BEGINS + timedelta(days=1 + number % 20)
    kinds = {
        2: lambda: _continues("late", max(due_on + timedelta(days=40), soon), **facts),
        3: lambda: Story(kind="never", **facts),
        4: lambda: _acts("findings", max(due_on - timedelta(days=10), soon), ("major", "minor"), 5, **facts),
        5: lambda: _acts("overdue finding", max(due_on, soon), ("critical",), -10, **facts),
        6: lambda: _caused("complaints", max(due_on - timedelta(days=150), soon), **facts),
        7: lambda: _caused("feedback", max(due_on - timedelta(days=120), soon), **facts),
        8: lambda: _owner_leaves(max(due_on - timedelta(days=5), soon), **facts),
        9: lambda: _old(**facts),
    }
    return kinds.get(number % 10, lambda: _in_time(due_on, soon, **facts))()


def _in_time(due: date, soon: date, **facts) -> Story:
    tried_on = due - timedelta(days=70)
    opened_on = max(due - timedelta(days=facts["number"] % 50), soon)
    return _continues("in time", opened_on, tried_on=tried_on if tried_on >= BEGINS else None, **facts)


def _old(**facts) -> Story:
    """Reviewed as a whole long ago, or not run for long."""
    if facts["number"] % 20 == 9:
        return _continues("full review", BEGINS + timedelta(days=60), **facts)
    return Story(kind="idle", set_aside_on=BEGINS + timedelta(days=50), **facts)


def _continues(kind: str, opened_on: date, **facts) -> Story:
    sent_on = opened_on + timedelta(days=20)
    return Story(
        kind=kind, opened_on=opened_on, sent_on=sent_on, decided_on=sent_on + timedelta(days=26), **facts
    )


def _caused(kind: str, cause_on: date, **facts) -> Story:
    return _continues(kind, cause_on + timedelta(days=7), cause_on=cause_on, **facts)


def _acts(kind: str, opened_on: date, severities: tuple[str, ...], early: int, **facts) -> Story:
    """Sent after the self-evaluation's last day, decided after the panel's; acted on `early` days in time."""
    sent_on = opened_on + timedelta(days=38)
    decided_on = sent_on + timedelta(days=36)
    findings = tuple(
        FindingStory(
            severity=one,
            found_on=decided_on,
            acted_on=decided_on + timedelta(days=FOUND_DAYS[one] - early),
        )
        for one in severities
    )
    return Story(
        kind=kind,
        opened_on=opened_on,
        sent_on=sent_on,
        decided_on=decided_on,
        findings=findings,
        closed_on=max(one.acted_on for one in findings) + timedelta(days=6),
        **facts,
    )


def _owner_leaves(opened_on: date, **facts) -> Story:
    sent_on, decided_on = opened_on + timedelta(days=10), opened_on + timedelta(days=25)
    due_on = decided_on + timedelta(days=FOUND_DAYS["major"])
    finding = FindingStory(
        severity="major",
        found_on=decided_on,
        left_on=due_on - timedelta(days=20),
        handed_on=due_on + timedelta(days=1),
        acted_on=due_on + timedelta(days=4),
    )
    return Story(
        kind="owner leaves",
        opened_on=opened_on,
        sent_on=sent_on,
        decided_on=decided_on,
        findings=(finding,),
        closed_on=finding.acted_on + timedelta(days=6),
        **facts,
    )
