"""The rounds of a period: their states, every move, what was decided, and how the panels rated."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from quality import criteria
from quality.bundled.period import Period, coded, day, local, texts, who
from quality.exports.facts import Cell, Column, Table
from quality.models import Decision, Rating, ReviewCycle, Seat
from registry import access
from registry.models import Institution, Statement, TrailEntry

Grade = Rating.Grade
Status = ReviewCycle.Status
CLOSED = frozenset(Status) - ReviewCycle.OPEN
# What is read of the rows: versions are long, and there may be thousands of ratings.
NAMED = ("number", "offering__code", "version__number", "version__title", "version__primary_language")
OF_READING = ("offering", "version", "cycle", "stage", "reading")
OF_ROUND = ("uid", "status", "criteria_set", "opened_at", "decided_at", "check_due_on", "version_id")
OF_DECISION = (
    "uid", "stage", "round", "outcome", "letter", "content_hash", "decided_at", "decided_by__name",
    "meeting__held_at",
)  # fmt: skip
GRADES = (Grade.EXCELLENT, Grade.GOOD, Grade.SATISFACTORY, Grade.INSUFFICIENT)


def tables(house: Institution, *, period: Period) -> Iterator[Table]:
    moves = _moves(house, period=period)
    cycles = _cycles(house, period=period, moves=moves)
    ratings = list(_ratings(house, period=period))
    yield _round_table(cycles, moves=moves)
    yield _move_table(house, cycles=cycles, moves=moves, period=period)
    yield _decision_table(house, period=period)
    yield _grade_table(ratings)
    yield _rating_table(ratings)


# Rounds


def _moves(house: Institution, *, period: Period) -> dict[str, list[TrailEntry]]:
    """The moves between states of every round by its name in the trail, the oldest first, up to the end."""
    found = house.trail.filter(about__startswith="reviewcycle:", at__lt=period.end).exclude(became="")
    by_round = defaultdict(list)
    for entry in found.select_related("by").order_by("at", "pk"):
        by_round[entry.about.removeprefix("reviewcycle:")].append(entry)
    return by_round


def _cycles(house: Institution, *, period: Period, moves: dict) -> list[ReviewCycle]:
    """The rounds that were open on some day of the period."""
    found = ReviewCycle.objects.filter(offering__institution=house, opened_at__lt=period.end)
    rows = (
        found.select_related("offering", "version", "decided_by")
        .only(*NAMED, *OF_ROUND, "decided_by__name")
        .order_by("offering__code", "number", "pk")
    )
    return [row for row in rows if not _closed_before(row, period=period, moves=moves[str(row.uid)])]


def _closed_before(row: ReviewCycle, *, period: Period, moves: list[TrailEntry]) -> bool:
    """A round that nothing is told of closed when it was decided, if it is closed."""
    if moves:
        return moves[-1].became in CLOSED and moves[-1].at < period.start
    is_closed = row.status in CLOSED
    return bool(is_closed and row.decided_at and row.decided_at < period.start)


def _round_table(cycles: list[ReviewCycle], *, moves: dict) -> Table:
    def row(one: ReviewCycle) -> tuple[Cell, ...]:
        last = moves[str(one.uid)][-1].became if moves[str(one.uid)] else one.status
        return (
            str(one.uid), one.offering.code, texts(one.version.title, main=one.version.primary_language),
            one.version.number, one.number, one.criteria_set, day(one.opened_at),
            coded(last, Status), coded(one.status, Status), day(one.decided_at),
            who(one.decided_by), one.check_due_on,
        )  # fmt: skip

    return Table(
        key="rounds",
        title=_("Rounds"),
        about=_("The quality rounds that were open on some day of the period."),
        columns=(
            Column("id", _("Identifier")),
            Column("offering", _("Offering"), width=4),
            Column("title", _("Title"), width=6, is_texts=True),
            Column("version", _("Version"), width=2),
            Column("round", _("Round"), width=2),
            Column("criteria_set", _("Criteria set"), width=3),
            Column("opened_on", _("Opened"), width=3),
            Column("state_at_end", _("State at the end of the period"), width=4),
            Column("state_now", _("State when made"), width=4),
            Column("decided_on", _("Plan decided"), width=3),
            Column("decided_by", _("Decided by")),
            Column("check_due_on", _("Check due"), width=3),
        ),
        rows=tuple(row(one) for one in cycles),
    )


# Moves


def _move_table(house: Institution, *, cycles: list[ReviewCycle], moves: dict, period: Period) -> Table:
    public = _public_reasons(house)

    def row(cycle: ReviewCycle, entry: TrailEntry) -> tuple[Cell, ...]:
        cause = _suspension(entry, moves=moves[str(cycle.uid)])
        is_told = cause is None or (cycle.version_id, cause.at) in public
        return (
            local(entry.at), cycle.offering.code, cycle.version.number, cycle.number,
            coded(entry.was, Status), coded(entry.became, Status),
            who(entry.by), access.names(entry.role), entry.reason if is_told else "", entry.content_hash,
        )  # fmt: skip

    found = [
        (entry.at, entry.pk, row(cycle, entry))
        for cycle in cycles
        for entry in moves[str(cycle.uid)]
        if entry.at >= period.start
    ]
    return Table(
        key="transitions",
        title=_("Moves between states"),
        about=_("Every move of a round in the period, as the log of the registry tells it."),
        columns=(
            Column("at", _("Time"), width=3),
            Column("offering", _("Offering"), width=4),
            Column("version", _("Version"), width=2),
            Column("round", _("Round"), width=2),
            Column("from", _("From state"), width=4),
            Column("to", _("To state"), width=4),
            Column("by", _("Who"), width=4),
            Column("role", _("Role"), width=3),
            Column("reason", _("Reason"), width=8),
            Column("content_hash", _("Fingerprint of the version (SHA-256)")),
        ),
        rows=tuple(cells for _at, _pk, cells in sorted(found, key=lambda one: one[:2])),
    )


def _suspension(entry: TrailEntry, *, moves: list[TrailEntry]) -> TrailEntry | None:
    """The suspension that the move begins or ends: how its cause was removed tells what it was."""
    if Status.SUSPENDED not in {entry.was, entry.became}:
        return None
    earlier = (one for one in reversed(moves) if one.became == Status.SUSPENDED)
    return next((one for one in earlier if (one.at, one.pk) <= (entry.at, entry.pk)), entry)


def _public_reasons(house: Institution) -> set:
    """(version, moment) of the suspensions whose reason the public may read; the others stay in the house."""
    told = Statement.objects.filter(version__offering__institution=house).exclude(suspended_why="")
    return set(told.values_list("version_id", "suspended_at"))


# Decisions


def _decision_table(house: Institution, *, period: Period) -> Table:
    found = (
        Decision.objects.filter(
            cycle__offering__institution=house, decided_at__gte=period.start, decided_at__lt=period.end
        )
        .select_related("cycle__offering", "cycle__version", "decided_by", "meeting")
        .only(*OF_DECISION, *(f"cycle__{name}" for name in NAMED))
        .order_by("decided_at", "pk")
    )

    def row(one: Decision) -> tuple[Cell, ...]:
        cycle = one.cycle
        return (
            str(one.uid), day(one.decided_at), cycle.offering.code, cycle.version.number, cycle.number,
            coded(one.stage, ReviewCycle.Stage), one.round,
            coded(one.outcome, Decision.Outcome), who(one.decided_by),
            day(one.meeting.held_at) if one.meeting else None,
            texts(one.letter, main=cycle.version.primary_language), one.content_hash,
        )  # fmt: skip

    return Table(
        key="decisions",
        title=_("Decisions"),
        about=_("What the chairs of the panels decided in the period."),
        columns=(
            Column("id", _("Identifier")),
            Column("decided_on", _("Decided"), width=3),
            Column("offering", _("Offering"), width=4),
            Column("version", _("Version"), width=2),
            Column("round", _("Round"), width=2),
            Column("stage", _("Stage"), width=2),
            Column("reading", _("Reading"), width=2),
            Column("outcome", _("Decision"), width=5),
            Column("decided_by", _("Decided by"), width=4),
            Column("meeting_on", _("Panel meeting"), width=3),
            Column("letter", _("Decision letter"), is_texts=True),
            Column("content_hash", _("Fingerprint of the version (SHA-256)")),
        ),
        rows=tuple(row(one) for one in found),
    )


# Ratings


def _ratings(house: Institution, *, period: Period) -> QuerySet[dict]:
    """Those of readings that have been decided: until then the members judge on their own. Plain values,
    for there are many."""
    decided = Decision.objects.filter(
        cycle=OuterRef("member__cycle"), stage=OuterRef("member__stage"), round=OuterRef("round")
    )
    found = Rating.objects.filter(
        Exists(decided),
        member__cycle__offering__institution=house,
        rated_at__gte=period.start,
        rated_at__lt=period.end,
    )
    return (
        found.order_by(
            "member__cycle__offering__code", "member__cycle__number", "member__stage", "round", "principle",
            "member",
        ).values(
            "principle", "grade", "comment", "rated_at",
            offering=F("member__cycle__offering__code"), version=F("member__cycle__version__number"),
            cycle=F("member__cycle__number"), stage=F("member__stage"), reading=F("round"),
            seat=F("member__seat"), name=F("member__name"), organisation=F("member__organisation"),
        )
    )  # fmt: skip


def _grade_table(ratings: list[dict]) -> Table:
    """The panel's grade of a principle is the lowest given (docs/decisions/0100)."""
    lowest: dict[tuple, dict[str, int]] = defaultdict(dict)
    for one in ratings:
        grades = lowest[tuple(one[name] for name in OF_READING)]
        grades[one["principle"]] = min(one["grade"], grades.get(one["principle"], one["grade"]))

    def row(key: tuple, grades: dict[str, int]) -> tuple[Cell, ...]:
        code, version, number, stage, reading = key
        held = list(grades.values())
        weak = [
            code for name, (code, _name) in _principles().items() if grades.get(name, Grade.GOOD) < Grade.GOOD
        ]
        return (
            code, version, number, coded(stage, ReviewCycle.Stage), reading,
            *(held.count(grade) for grade in GRADES), ", ".join(weak),
        )  # fmt: skip

    return Table(
        key="grades",
        title=_("Grades of the panels"),
        about=_(
            "How many principles got each grade in the readings decided by now; a panel's grade is the lowest"
            " that a member gave."
        ),
        columns=(
            Column("offering", _("Offering"), width=4),
            Column("version", _("Version"), width=2),
            Column("round", _("Round"), width=2),
            Column("stage", _("Stage"), width=2),
            Column("reading", _("Reading"), width=2),
            *(Column(grade.name.lower(), str(grade.label), width=2) for grade in GRADES),
            Column("weak", _("Satisfactory or insufficient"), width=5),
        ),
        rows=tuple(row(key, grades) for key, grades in lowest.items()),
    )


def _rating_table(ratings: list[dict]) -> Table:
    def row(one: dict) -> tuple[Cell, ...]:
        code, name = _principle(one["principle"])
        return (
            one["offering"], one["version"], one["cycle"], coded(one["stage"], ReviewCycle.Stage),
            one["reading"], code, name, coded(one["seat"], Seat),
            "" if one["seat"] == Seat.STUDENT else one["name"], one["organisation"],
            coded(one["grade"], Grade), one["comment"], day(one["rated_at"]),
        )  # fmt: skip

    return Table(
        key="ratings",
        title=_("Ratings"),
        about=_("Every rating of the readings decided by now; a student in a panel has no name here."),
        columns=(
            Column("offering", _("Offering")),
            Column("version", _("Version")),
            Column("round", _("Round")),
            Column("stage", _("Stage")),
            Column("reading", _("Reading")),
            Column("principle", _("Principle")),
            Column("principle_name", _("Name of the principle")),
            Column("seat", _("Seat")),
            Column("member", _("Member")),
            Column("organisation", _("Organisation")),
            Column("grade", _("Rating")),
            Column("comment", _("Comment")),
            Column("rated_on", _("Rated")),
        ),
        rows=tuple(row(one) for one in ratings),
    )


def _principle(key: str) -> tuple[str, str]:
    """The code and the name of a principle of any set; an unknown one is its own."""
    code, name = _principles().get(key, (key, {}))
    return code, name.get(get_language(), "")


@lru_cache
def _principles() -> dict[str, tuple[str, dict]]:
    return {one.key: (one.code, one.name) for each in criteria.read().values() for one in each.principles}
