"""What a round goes by: the institution's numbers, and the criteria that apply to a version."""

from collections.abc import Iterable
from functools import reduce

from django.db.models import QuerySet

from quality import criteria, limits
from quality.criteria import Principle
from quality.limits import Limits
from quality.models import QualitySettings, Rating, ReviewCycle
from registry import differences
from registry.models import Institution, OfferingVersion

Grade = Rating.Grade


def limits_of(institution: Institution) -> Limits:
    """The institution's numbers; the defaults where it has chosen none."""
    own = QualitySettings.objects.filter(institution=institution).first()
    return limits.with_own(own.numbers, own.pauses) if own else limits.DEFAULT


def criteria_of(institution: Institution) -> str:
    """The criteria set that new rounds of the institution are judged by."""
    own = QualitySettings.objects.filter(institution=institution).first()
    return (own and own.criteria_set) or criteria.DEFAULT


def principles(cycle: ReviewCycle) -> tuple[Principle, ...]:
    """What the panel rates: the round's own set, with those for online teaching and joint offerings.

    In a review of changed fields only what reads one of them (T15).
    """
    sets = [criteria.read()[cycle.criteria_set], *_further(cycle.version, base=cycle.criteria_set)]
    if cycle.compared_to is None:
        return tuple(one for each in sets for one in each.principles)
    changed = changed_fields(cycle)
    return tuple(one for each in sets for one in each.touched_by(changed))


def changed_fields(cycle: ReviewCycle) -> frozenset[str]:
    """The fields in which the version differs from the one it is compared to."""
    return frozenset(change.field for change in differences.between(cycle.compared_to, cycle.version))


def counted(cycle: ReviewCycle, stage: str, *, reading: int) -> QuerySet[Rating]:
    """The ratings of one reading that count: whoever is let go takes nothing back, unless it turned out that
    they had a conflict of interest."""
    return counting([cycle]).filter(member__stage=stage, round=reading)


def counting(cycles: Iterable[ReviewCycle]) -> QuerySet[Rating]:
    """The same of every reading of many rounds."""
    return Rating.objects.filter(member__cycle__in=cycles, member__conflict="")


def lowest(cycle: ReviewCycle, stage: str, *, reading: int) -> dict[str, int]:
    """The panel's grade of each principle: the lowest that a member gave in this round of reading."""
    ratings = counted(cycle, stage, reading=reading).values_list("principle", "grade")
    return reduce(lambda found, one: found | {one[0]: min(one[1], found.get(one[0], one[1]))}, ratings, {})


def strengths(cycle: ReviewCycle) -> list[dict]:
    """The names, by language, of the principles that every member found excellent in the Check."""
    grades = lowest(cycle, ReviewCycle.Stage.CHECK, reading=cycle.round)
    return [one.name for one in principles(cycle) if grades.get(one.key) == Grade.EXCELLENT]


def _further(version: OfferingVersion, *, base: str) -> list[criteria.CriteriaSet]:
    is_online = bool({"online", "distance"} & set(version.participation_modes))
    applying = {"online": is_online, "joint": len(version.awarding_bodies) > 1}
    return [one for one in criteria.read().values() if one.name != base and applying.get(one.applies_to)]
