"""What a year must bring, worked out from the dates of the stories alone: nothing of the product is asked.

A notice is (offering, kind, the day it is about, the day it is written, reader). The clock works in the
morning, people at noon: what they do on a day is seen the next morning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from quality.drills.year_stories import ASLEEP, BEGINS, FindingStory, Story

APPROVED = {"full review": BEGINS - relativedelta(months=33)}
IDLE_SINCE = BEGINS - relativedelta(months=17)


@dataclass(frozen=True)
class Year:
    """The mornings on which the clock works."""

    days: int

    @property
    def ends(self) -> date:
        return BEGINS + timedelta(days=self.days - 1)

    def mornings(self, *, after: date | None, until: date | None) -> Iterator[date]:
        day = BEGINS if after is None else max(BEGINS, after + timedelta(days=1))
        while day <= (self.ends if until is None else min(until, self.ends)):
            if day not in ASLEEP:
                yield day
            day += timedelta(days=1)

    def has(self, day: date | None) -> bool:
        return day is not None and BEGINS <= day <= self.ends


def notices(stories: list[Story], *, year: Year) -> set[tuple]:
    return {
        (story.code, kind, about, day, who)
        for story in stories
        for kind, about, day, who in _of_story(story, year)
    }


def opened(stories: list[Story], *, year: Year) -> set[tuple]:
    """Which Checks are opened when."""
    return {(story.code, story.opened_on) for story in stories if year.has(story.opened_on)}


def refused(stories: list[Story], *, year: Year) -> int:
    """How many tries to open a Check come too early."""
    return sum(year.has(story.tried_on) for story in stories)


def causes(stories: list[Story], *, year: Year) -> set[tuple]:
    """(offering, kind, the morning it is found)."""
    found = set()
    for story in stories:
        kind, after = _cause(story)
        mornings = year.mornings(after=after, until=story.opened_on)
        if kind and (first := next(mornings, None)):
            found.add((story.code, kind, first))
    return found


def _cause(story: Story) -> tuple[str, date | None]:
    """Which cause a story has, and the day after which it is found."""
    eve = timedelta(days=1)
    if story.kind in ("complaints", "feedback"):
        return story.kind, story.cause_on
    if story.kind == "full review":
        return "full_review", APPROVED[story.kind] + relativedelta(months=36) - timedelta(days=60) - eve
    if story.kind == "idle":
        return "low_volume", IDLE_SINCE + relativedelta(months=18) - eve
    return "", None


def _of_story(story: Story, year: Year) -> Iterator[tuple]:
    house, author = story.house, f"author {story.number}"
    coordinator, leader = f"coordinator {house}", f"rectorate {house}"
    yield from _checks(story.due_on, story.began_on, story.opened_on, house, author, year)
    if year.has(story.opened_on):
        due_on = story.opened_on + timedelta(days=30)
        days = _around(due_on, (-7, 0), weekly=True)
        for morning, _day in _told(days, after=story.opened_on, until=story.sent_on, year=year):
            yield from (("self_evaluation", due_on, morning, who) for who in (author, coordinator))
    if year.has(story.sent_on):
        due_on = story.sent_on + timedelta(days=28)
        readers = (coordinator, f"reviewer {house}", f"outsider {story.number}")
        days = _around(due_on, (-5, 0, 7))
        for morning, _day in _told(days, after=story.sent_on, until=story.decided_on, year=year):
            yield from (("panel", due_on, morning, who) for who in readers)
    for one in story.findings:
        yield from _of_finding(one, story, coordinator, leader, author, year)
    following = story.closed_on if story.findings else story.decided_on
    if year.has(following):
        due_on = following + relativedelta(months=12)
        yield from _checks(due_on, following, None, house, author, year)


def _checks(due_on, began_on, opened_on, house, author, year) -> Iterator[tuple]:
    days = _around(due_on, (-60, -30, -7, 0), weekly=True)
    for morning, _day in _told(
        [day for day in days if day > began_on], after=began_on, until=opened_on, year=year
    ):
        yield from (("check", due_on, morning, who) for who in (author, f"coordinator {house}"))
    late = _around(due_on, (30,), weekly=True)
    for morning, _day in _told(late, after=began_on, until=opened_on, year=year):
        yield "check", due_on, morning, f"rectorate {house}"


def _of_finding(one: FindingStory, story: Story, coordinator, leader, author, year: Year) -> Iterator[tuple]:
    """Each reader has a time of their own: the owner until the action is done, the leader while nobody
    owns it."""
    if not year.has(one.found_on):
        return
    days = [day for day in _around(one.due_on, (-14, -3, 0), weekly=True) if day > one.found_on]
    spans = [(coordinator, one.found_on, story.closed_on)]
    if one.left_on is None:
        spans.append((author, one.found_on, one.acted_on))
    else:
        spans += [
            (author, one.found_on, one.left_on),
            (leader, one.left_on, one.handed_on),
            (f"deputy {story.house}", one.handed_on, one.acted_on),
        ]
    for who, after, until in spans:
        for morning, _day in _told(days, after=after, until=until, year=year):
            yield "finding", one.due_on, morning, who


def _around(day: date, steps: Iterable[int], *, weekly: bool = False) -> list[date]:
    found = [day + timedelta(days=step) for step in steps]
    more = range(1, 80) if weekly else ()
    return found + [found[-1] + timedelta(weeks=number) for number in more]


def _told(days: list[date], *, after: date, until: date | None, year: Year) -> Iterator[tuple[date, date]]:
    """On which mornings the days are told: each once, of several missed ones the last."""
    last = None
    for morning in year.mornings(after=after, until=until):
        come = [day for day in days if day <= morning]
        if come and come[-1] != last:
            last = come[-1]
            yield morning, last
