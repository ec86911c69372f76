"""Ratings of a stage as a table by principle, and who may read whose before everybody has answered."""

from quality import reviews, rules
from quality.models import PanelMember, Rating, ReviewCycle, Seat

Grade = Rating.Grade


def reading(cycle: ReviewCycle, stage: str) -> int:
    """The round of reading whose ratings count: the present one, of a stage that is over its last."""
    if stage == reviews.stage_of(cycle) and cycle.round:
        return cycle.round
    last = Rating.objects.filter(member__cycle=cycle, member__stage=stage).order_by("-round").first()
    return last.round if last else 0


def are_open(
    cycle: ReviewCycle, stage: str, *, seat: PanelMember | None, is_author: bool, leads: bool = False
) -> bool:
    """Members read each other's ratings when all have answered; the chair, and whoever decides after the last
    round, at once; the authors when it is decided."""
    if stage != reviews.stage_of(cycle) or not reviews.is_read_now(cycle):
        return True
    if is_author:
        return False
    if leads or (seat is not None and seat.seat == Seat.CHAIR):
        return True
    sitting = cycle.panel.filter(stage=stage, left_at=None)
    return not sitting.filter(answered_round__lt=cycle.round).exists()


def table(cycle: ReviewCycle, stage: str, *, seat: PanelMember | None, is_open: bool) -> list[dict]:
    """A row for each principle: the authors' own word and the members' ratings, those that may be read."""
    found = rules.counted(cycle, stage, reading=reading(cycle, stage)).select_related("member", "evidence")
    if not is_open:
        found = found.filter(member=seat) if seat else found.none()
    given: dict[str, list[Rating]] = {}
    for one in found.order_by("member__pk"):
        given.setdefault(one.principle, []).append(one)
    own = {one.principle: one for one in cycle.self_assessments.filter(stage=stage)}
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
