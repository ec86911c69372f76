"""Ratings of a stage as a table by principle, and who may read whose before everybody has answered."""

from collections.abc import Iterable

from quality import reviews, rules
from quality.models import PanelMember, Rating, ReviewCycle, Seat

Grade = Rating.Grade


def of(cycles: Iterable[ReviewCycle]) -> list[Rating]:
    """What has been said in rounds so far, for their tables: many at the cost of one."""
    found = rules.counting(cycles).select_related("member", "evidence")
    return list(found.order_by("member__pk", "pk"))


def _reading(cycle: ReviewCycle, stage: str, *, given: Iterable[Rating]) -> int:
    """The reading whose ratings count: the present one, of a stage that is over its last."""
    if stage == reviews.stage_of(cycle) and cycle.round:
        return cycle.round
    return max((one.round for one in given), default=0)


def are_open(
    cycle: ReviewCycle,
    stage: str,
    *,
    seat: PanelMember | None,
    sitting: Iterable[PanelMember],
    is_author: bool,
    leads: bool = False,
) -> bool:
    """Members read each other's ratings when all have answered; the chair, and whoever decides after the last
    round, at once; the authors when it is decided."""
    if stage != reviews.stage_of(cycle) or not reviews.is_read_now(cycle):
        return True
    if is_author:
        return False
    if leads or (seat is not None and seat.seat == Seat.CHAIR):
        return True
    return all(one.answered_round >= cycle.round for one in sitting)


def table(
    cycle: ReviewCycle, stage: str, *, among: Iterable[Rating], seat: PanelMember | None, is_open: bool
) -> list[dict]:
    """A row for each principle: the authors' own word and the members' ratings, those that may be read.

    `among`: ratings of this round and perhaps of others.
    """
    found = [one for one in among if one.member.cycle_id == cycle.pk and one.member.stage == stage]
    reading = _reading(cycle, stage, given=found)
    given: dict[str, list[Rating]] = {}
    for one in found:
        if one.round == reading and (is_open or one.member == seat):
            given.setdefault(one.principle, []).append(one)
    own = {one.principle: one for one in cycle.self_assessments.all() if one.stage == stage}
    return [
        {
            "code": one.code,
            "name": one.name,
            "own": own.get(one.key),
            "given": given.get(one.key, []),
            "lowest": _lowest(given.get(one.key, [])) if is_open else "",
        }
        for one in rules.principles(cycle)
    ]


def _lowest(ratings: list[Rating]) -> str:
    return Grade(min(one.grade for one in ratings)).label if ratings else ""
