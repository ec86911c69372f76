"""The numbers of the round with their defaults; an institution may store its own (QualitySettings)."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limits:
    """Days, months and means. `pauses` are closed periods that a panel's days do not count."""

    idle_days: int = 60  # T1: a draft nobody touches
    panel_days: int = 28  # T2, T10
    fast_panel_days: int = 10  # T2
    appoint_days: int = 7  # T3
    resubmit_days: int = 30  # T4
    reread_days: int = 14  # T5
    most_rounds: int = 3  # T5
    appeal_days: int = 14  # T6
    rectification_days: int = 14  # rule 14
    approval_days: int = 90  # T8, T20
    check_months: int = 12  # T8
    check_opens_days: int = 60  # T9: so early a Check may be opened
    self_evaluation_days: int = 30  # T9
    check_grace_days: int = 30  # after these the enrolment closes (6.5)
    critical_days: int = 14  # T13
    major_days: int = 60
    minor_days: int = 180
    recommendation_days: int = 365
    full_review_months: int = 36  # 6.3
    low_feedback_tenths: int = 35  # 6.3: the mean, times ten
    low_feedback_answers: int = 10
    low_completion_percent: int = 50
    many_complaints: int = 3
    refused_recognitions: int = 3  # institutions
    idle_offering_months: int = 18
    satisfactory_most: int = 3  # 6.4: more of them want an improvement plan
    pauses: tuple[tuple[date, date], ...] = ()

    def after(self, day: date, days: int) -> date:
        """The day that is `days` later; days of a pause are not counted."""
        found = day
        while days:
            found += DAY
            if not any(begins <= found <= ends for begins, ends in self.pauses):
                days -= 1
        return found


NUMBERS = tuple(field.name for field in fields(Limits) if field.name != "pauses")
DEFAULT = Limits()


def with_own(numbers: dict[str, int], pauses: list[list[str]]) -> Limits:
    """The defaults with what an institution has chosen itself."""
    own = {name: int(numbers[name]) for name in NUMBERS if name in numbers}
    periods = tuple((date.fromisoformat(begins), date.fromisoformat(ends)) for begins, ends in pauses)
    return replace(DEFAULT, **own, pauses=periods)
