"""Decisions that learners were told, until when each can be rectified, and what came of it (rule 14)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate

from credentials.models import Attainment, Learner, Rectification
from quality import rules
from quality.models import RectificationWindow
from registry import trail
from registry.models import Institution, TrailEntry, User
from registry.models.texts import chosen


@dataclass(frozen=True, kw_only=True)
class Decision:
    """An attainment as it was last recorded, or a decision that the staff wrote down (a window)."""

    uid: UUID
    about: str
    institution: Institution
    told_on: date
    until: date
    attainment: Attainment | None = None
    window: RectificationWindow | None = None
    request: Rectification | None = None  # the newest about it since it was told

    def can_be_asked(self, on: date) -> bool:
        asked_elsewhere = self.window is not None and self.window.asked_on is not None
        return on <= self.until and self.request is None and not asked_elsewhere


def decisions(user: User) -> list[Decision]:
    """All that concern the learner, what was told last first."""
    return _decisions(Rectification.objects.filter(learner__user=user), learner__user=user)


def decisions_of(learner: Learner) -> list[Decision]:
    """The same of an institution's own record of a learner, who need not have an account."""
    return _decisions(Rectification.objects.filter(learner=learner), learner=learner)


def _decisions(asked_before: QuerySet[Rectification], **whose) -> list[Decision]:
    attainments = Attainment.objects.filter(**whose)
    attainments = list(attainments.select_related("learner", "institution", "version__offering"))
    windows = RectificationWindow.objects.filter(**whose)
    windows = list(windows.select_related("learner", "institution"))
    days = {one.institution for one in attainments}
    limits = {one.pk: rules.limits_of(one).rectification_days for one in days}
    told, requests = _told_on(attainments), _requests(asked_before)
    found = []
    for one in attainments:
        until = told[one.pk] + timedelta(days=limits[one.institution_id])
        facts = {"institution": one.institution, "told_on": told[one.pk], "until": until}
        asked = next((each for each in requests[one.pk] if each.told_on >= told[one.pk]), None)
        found.append(Decision(uid=one.uid, about=about(one), attainment=one, request=asked, **facts))
    for one in windows:
        facts = {"institution": one.institution, "told_on": one.told_on, "until": one.ends_on}
        same = (one.learner_id, one.about, one.told_on)
        asked = (each for each in requests[None] if (each.learner_id, each.about, each.told_on) == same)
        found.append(Decision(uid=one.uid, about=one.about, window=one, request=next(asked, None), **facts))
    return sorted(found, key=lambda one: (one.told_on, str(one.uid)), reverse=True)


def about(attainment: Attainment) -> str:
    """The offering and the grade, as a window's `about` is written."""
    _language, title = chosen(attainment.version.title, main=attainment.version.primary_language)
    return ": ".join(filter(None, [f"{attainment.version.offering.code} {title}", attainment.grade]))[:200]


def board_until(institution: Institution, *, at: datetime) -> date:
    """Until when the examination board can be asked about an answer given now."""
    return localdate(at) + timedelta(days=rules.limits_of(institution).rectification_days)


def decider_id(request: Rectification) -> int | None:
    """Who recorded the attainment, or handles the decision that the staff wrote down: they answer first."""
    if request.attainment is not None:
        return int(request.attainment.recorded_by_id)
    same = {"learner": request.learner_id, "about": request.about, "told_on": request.told_on}
    windows = RectificationWindow.objects.filter(**same).order_by("-pk")
    return windows.values_list("handler_id", flat=True).first()


def of_staff(institution: Institution) -> QuerySet[Rectification]:
    """The requests to the institution, those without an answer first, what has waited longest first."""
    rows = institution.rectifications.select_related("learner", "attainment__version__offering")
    return rows.order_by("answered_at", "asked_at", "pk")


def of_learner(user: User) -> QuerySet[Rectification]:
    """The learner's own requests."""
    rows = Rectification.objects.filter(learner__user=user)
    return rows.select_related("learner", "institution").order_by("-asked_at", "-pk")


def _requests(rows: QuerySet[Rectification]) -> dict[int | None, list[Rectification]]:
    found: dict[int | None, list[Rectification]] = defaultdict(list)
    for one in rows.order_by("-asked_at", "-pk"):
        found[one.attainment_id].append(one)
    return found


def _told_on(attainments: Sequence[Attainment]) -> dict[int, date]:
    """When the learner could first see the result: recorded or corrected, and the account opened."""
    named = {trail.about(one): one.pk for one in attainments}
    told = {one.pk: one.recorded_at for one in attainments}
    corrected = TrailEntry.objects.filter(verb="corrected", about__in=list(named))
    for key, moment in corrected.values_list("about", "at"):
        told[named[key]] = max(told[named[key]], moment)
    opened = _opened({one.learner.uid for one in attainments})
    return {
        one.pk: localdate(max(told[one.pk], opened.get(one.learner.uid, told[one.pk]))) for one in attainments
    }


def _opened(learners: Iterable[UUID]) -> dict[UUID, datetime]:
    entries = TrailEntry.objects.filter(verb="claimed", learner__in=list(learners)).order_by("at", "pk")
    return dict(entries.values_list("learner", "at"))
