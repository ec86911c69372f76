"""Terms as supply is planned by: 2027/1 is the spring of 2027, 2027/2 its autumn.

The academic year of a university of applied sciences turns on 1 August, so a spring ends with July.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

WRITTEN = re.compile(r"(20\d\d)/([12])")
TURNS_IN = 8


@dataclass(frozen=True, order=True)
class Term:
    year: int
    half: int

    def __str__(self):
        return f"{self.year}/{self.half}"

    @property
    def label(self) -> str:
        """ "2027/1 (spring)"."""
        season = _("spring") if self.half == 1 else _("autumn")
        return f"{self} ({season})"

    @property
    def starts_on(self) -> date:
        return date(self.year, 1 if self.half == 1 else TURNS_IN, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, TURNS_IN - 1, 31) if self.half == 1 else date(self.year, 12, 31)

    def later(self, number: int) -> "Term":
        """The term so many terms later, or earlier where the number is negative."""
        count = self.year * 2 + self.half - 1 + number
        return Term(count // 2, count % 2 + 1)


def of(day: date) -> Term:
    return Term(day.year, 1 if day.month < TURNS_IN else 2)


def written(text: str) -> Term | None:
    """The term that a text such as "2027/1" names; None where it names none."""
    found = WRITTEN.fullmatch(text)
    return Term(int(found[1]), int(found[2])) if found else None
