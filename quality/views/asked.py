"""One act of a page, and who asks for the acts: what quality.views.acts and check_acts share."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from quality.models import PanelMeeting, PanelMember, ReviewCycle
from registry.access import Permission
from registry.models import User


@dataclass(frozen=True)
class Act:
    """A button (`is_post`) or a link; with `why_not` only the words are shown."""

    label: str
    url: str
    why_not: str = ""
    is_post: bool = False
    is_main: bool = False
    is_grave: bool = False


@dataclass(frozen=True)
class Asked:
    """Who asks, about what, and when; `seat` is theirs on the panel of the present stage."""

    cycle: ReviewCycle
    user: User
    permissions: frozenset[Permission]
    at: datetime
    seat: PanelMember | None = None
    meeting: PanelMeeting | None = None

    def review(self, name: str) -> str:
        return reverse(name, args=[self.cycle.offering.institution.code.lower(), self.cycle.uid])

    def decision(self, name: str) -> str:
        """A decision made in a meeting leads back to it."""
        return self.review(name) + (f"?meeting={self.meeting.uid}" if self.meeting else "")

    def version(self, name: str, *more) -> str:
        offering, number = self.cycle.offering, self.cycle.version.number
        return reverse(name, args=[offering.institution.code.lower(), offering.code, number, *more])
