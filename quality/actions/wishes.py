"""What letters a learner wants: asked for on the learner's own pages, refused there or by a survey's link."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.models import Learner
from quality.models import LearnerWishes
from registry import trail
from registry.errors import NotAllowed
from registry.models import User


@transaction.atomic
def agree(*, learner: Learner, by: User, at: datetime) -> None:
    """Be asked about the impact on work at 6 and 18 months (P-11). Who has refused is not asked again."""
    kept = _kept(learner)
    if kept.refused_at is not None:
        raise NotAllowed(_("You have refused our surveys. We keep to that and send none."), code="refused")
    if kept.career_at is None:
        kept.career_at = at
        kept.save(update_fields=["career_at"])
        _record("survey_agreed", learner, by=by, at=at)


@transaction.atomic
def refuse(*, learner: Learner, by: User | None, at: datetime) -> None:
    """No survey any more, ever (P-11)."""
    kept = _kept(learner)
    if kept.refused_at is None:
        kept.career_at, kept.refused_at = None, at
        kept.save(update_fields=["career_at", "refused_at"])
        _record("survey_refused", learner, by=by, at=at)


@transaction.atomic
def be_told(*, learner: Learner, wanted: bool, by: User, at: datetime) -> None:
    """Whether a letter comes before a credential expires."""
    kept = _kept(learner)
    if kept.wants_expiry != wanted:
        kept.wants_expiry = wanted
        kept.save(update_fields=["wants_expiry"])
        _record("updated", learner, by=by, at=at)


def _kept(learner: Learner) -> LearnerWishes:
    Learner.objects.select_for_update(of=("self",)).get(pk=learner.pk)
    return LearnerWishes.objects.get_or_create(learner=learner)[0]


def _record(verb: str, learner: Learner, *, by: User | None, at: datetime) -> None:
    trail.record(verb=verb, row=learner, by=by, at=at, role=trail.LEARNER, learner=learner.uid)
