"""A year day by day: Checks are opened for the right reasons, every notice is written once, to the right
people, and no overdue finding is without somebody who answers for it.

The mornings run what the beat runs; at noon made-up people act by the product's own actions. What must come
of it is worked out by `year_expected`, from the dates alone.
"""

import time
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from quality.actions import checks, complaints, findings, notices, triggers
from quality.drills import year_expected, year_school
from quality.drills.year_school import School
from quality.drills.year_stories import ASLEEP, BEGINS, Story, stories
from quality.models import Finding, Notice, ReviewCycle, Trigger
from registry.errors import Invalid
from registry.models import Institution, Letter, Membership, TrailEntry

HELSINKI = ZoneInfo("Europe/Helsinki")
Status = ReviewCycle.Status
LETTER = {"fi": "Päätös perusteluineen."}


class Failed(AssertionError):
    """What must hold after the year does not."""


def run(options: dict) -> dict:
    """`items` offerings of `institutions` institutions, 365 days."""
    return rehearse(houses=options["institutions"], offerings=options["items"], days=365)


def rehearse(*, houses: int, offerings: int, days: int) -> dict:
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    began, tales = time.monotonic(), stories(houses=houses, offerings=offerings)
    school = year_school.build(tales, houses=houses, at=_noon(BEGINS - timedelta(days=1)))
    play = _Play(school, tales)
    for number in range(days):
        day = BEGINS + timedelta(days=number)
        if day not in ASLEEP:
            _morning(day)
        play.noon(day)
        _refuse_ownerless(day)
    year = year_expected.Year(days=days)
    _compare("notices", _notices(school), year_expected.notices(tales, year=year))
    _compare("causes", _causes(), year_expected.causes(tales, year=year))
    _compare("Checks opened", _opened(), year_expected.opened(tales, year=year))
    _compare("tries too early", play.refused, year_expected.refused(tales, year=year))
    letters = Letter.objects.filter(
        created_at__in=[_morning_of(BEGINS + timedelta(days=n)) for n in range(days)]
    )
    _compare("letters of notices", letters.count(), Notice.objects.count())
    return {
        "institutions": houses,
        "offerings": offerings,
        "days": days,
        "days_asleep": len([day for day in ASLEEP if day <= year.ends]),
        "checks_opened": len(_opened()),
        "refused_too_early": play.refused,
        "causes_found": Trigger.objects.count(),
        "findings": Finding.objects.count(),
        "notices": Notice.objects.count(),
        **{f"notices_{kind}": n for kind, n in sorted(_kinds().items())},
        "written_twice": 0,
        "ownerless_overdue": 0,
        "seconds": round(time.monotonic() - began, 1),
    }


def _morning(day: date) -> None:
    """What the beat runs at six; on Sundays it runs twice, and the second time nothing is written."""
    triggers.write(on=day, at=_morning_of(day) - timedelta(hours=1))
    notices.write(on=day, at=_morning_of(day))
    again = notices.write(on=day, at=_morning_of(day)) if day.isoweekday() == 7 else 0
    if again:
        raise Failed(f"{day}: {again} notices written twice")


class _Play:
    """The people of the stories, each act on its day."""

    def __init__(self, school: School, tales: list[Story]):
        self.school, self.refused = school, 0
        self.acts: dict[date, list] = {}
        for story in tales:
            self._plan(story)

    def noon(self, day: date) -> None:
        for act, *what in self.acts.get(day, ()):
            act(*what, at=_noon(day))

    def _plan(self, story: Story) -> None:
        days = [
            (story.tried_on, self._try, story),
            (story.cause_on, self._cause, story),
            (story.opened_on, self._open, story),
            (story.set_aside_on, self._set_aside, story),
            (story.sent_on, self._send, story),
            (story.decided_on, self._decide, story),
        ]
        for number, one in enumerate(story.findings):
            days += [
                (one.left_on, self._leave, story),
                (one.handed_on, self._hand_over, story, number),
                (one.acted_on, self._act, story, number),
            ]
        for day, act, *what in [*days, (story.closed_on, self._close, story)]:
            if day is not None:
                self.acts.setdefault(day, []).append((act, *what))

    def _try(self, story: Story, *, at: datetime) -> None:
        try:
            self._open(story, at=at)
        except Invalid as refusal:
            if refusal.code == "too_early":
                self.refused += 1

    def _cause(self, story: Story, *, at: datetime) -> None:
        offering = self.school.cycle(story).offering
        if story.kind == "feedback":
            year_school.low_feedback(offering, on=story.cause_on, by=self.school.author(story), at=at)
            return
        for _each in range(3):
            complaints.make(
                offering=offering, kind="teaching", text="Myöhässä.", email="", language="fi", at=at
            )

    def _open(self, story: Story, *, at: datetime) -> None:
        cycle, by = self.school.cycle(story), self.school.coordinator(story)
        checks.open_check(cycle=cycle, by=by, at=at, reason="Vuosi on kulunut.")

    def _set_aside(self, story: Story, *, at: datetime) -> None:
        [trigger] = Trigger.objects.filter(offering__code=story.code)
        triggers.set_aside(
            trigger=trigger, reason="Kysyntä kasvaa.", by=self.school.coordinator(story), at=at
        )

    def _send(self, story: Story, *, at: datetime) -> None:
        cycle, author = self.school.cycle(story), self.school.author(story)
        year_school.assess(cycle, by=author, at=at)
        self.school.seat(cycle, story, at=at)
        checks.send(cycle=cycle, by=author, at=at, missing_feedback_reason="Kysely tulee myöhemmin.")

    def _decide(self, story: Story, *, at: datetime) -> None:
        cycle, chair = self.school.cycle(story), self.school.coordinator(story)
        cycle.panel.update(answered_round=cycle.round)
        if not story.findings:
            checks.go_on(cycle=cycle, by=chair, at=at, letter=LETTER)
            return
        for one in story.findings:
            found = findings.Found(
                severity=one.severity, source="check", text={"fi": one.severity},
                owner=self.school.author(story), offering=cycle.offering, cycle=cycle,
            )  # fmt: skip
            findings.write(institution=cycle.offering.institution, found=found, by=chair, at=at)
        checks.act(cycle=cycle, by=chair, at=at, letter=LETTER)

    def _leave(self, story: Story, *, at: datetime) -> None:
        Membership.objects.filter(user=self.school.author(story)).delete()

    def _hand_over(self, story: Story, number: int, *, at: datetime) -> None:
        findings.hand_over(
            finding=self._finding(story, number), owner=self.school.deputy(story), reason="Omistaja lähti.",
            by=self.school.coordinator(story), at=at,
        )  # fmt: skip

    def _act(self, story: Story, number: int, *, at: datetime) -> None:
        finding = self._finding(story, number)
        year_school.show(finding, at=at)
        findings.act(finding=finding, text={"fi": "Korjattu."}, by=finding.owner, at=at)
        cycle = self.school.cycle(story)
        if not cycle.findings.filter(status=Finding.Status.OPEN).exists():
            checks.send_actions(cycle=cycle, by=finding.owner, at=at)

    def _close(self, story: Story, *, at: datetime) -> None:
        cycle, by = self.school.cycle(story), self.school.coordinator(story)
        for finding in cycle.findings.order_by("pk"):
            findings.verify(finding=finding, note="Toimii.", by=by, at=at)
        checks.close(cycle=cycle, by=by, at=at, note="Kaikki todennettu.")

    def _finding(self, story: Story, number: int) -> Finding:
        return (
            Finding.objects.filter(offering__code=story.code).select_related("owner").order_by("pk")[number]
        )


# What came of it


def _notices(school: School) -> Counter:
    rows = Notice.objects.values_list("offering__code", "kind", "about_on", "written_at", "key")
    return Counter(
        (code, kind, about, timezone.localdate(at), school.names[key.rpartition(":")[2]])
        for code, kind, about, at, key in rows
    )


def _causes() -> set[tuple]:
    rows = Trigger.objects.values_list("offering__code", "kind", "found_at")
    return {(code, kind, timezone.localdate(at)) for code, kind, at in rows}


def _opened() -> set[tuple]:
    codes = {
        f"reviewcycle:{uid}": code for uid, code in ReviewCycle.objects.values_list("uid", "offering__code")
    }
    rows = TrailEntry.objects.filter(verb=Status.CHECK_OPEN).values_list("about", "at")
    return {(codes[about], timezone.localdate(at)) for about, at in rows}


def _kinds() -> Counter:
    return Counter(Notice.objects.values_list("kind", flat=True))


def _refuse_ownerless(day: date) -> None:
    """An overdue finding has an owner at work by the evening after the morning that told of it."""
    overdue = Finding.objects.filter(status=Finding.Status.OPEN, due_on__lt=day)
    at_work = Membership.objects.filter(user__is_active=True).values("user")
    lonely = overdue.exclude(owner__in=at_work).values_list("offering__code", flat=True)
    if lonely:
        raise Failed(f"{day}: overdue findings without an owner: {', '.join(lonely)}")


def _compare(what: str, found, wanted) -> None:
    if isinstance(wanted, set) and isinstance(found, Counter):
        twice = [one for one, n in found.items() if n > 1]
        if twice:
            raise Failed(f"{what}: written twice: {twice[:5]}")
        found = set(found)
    if found == wanted:
        return
    if isinstance(wanted, set):
        missing, extra = sorted(wanted - found, key=str), sorted(found - wanted, key=str)
        raise Failed(f"{what}: {len(missing)} missing {missing[:6]}, {len(extra)} too many {extra[:6]}")
    raise Failed(f"{what}: expected {wanted}, found {found}")


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HELSINKI)


def _morning_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=HELSINKI)
