"""Attainments: recorded, and corrected while no live credential stands on them."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.actions import reasons
from credentials.actions.learners import alone_in
from credentials.actions.reasons import Reason
from credentials.models import Attainment, Learner
from credentials.models.attainment import GRADES
from registry import trail
from registry.errors import Refused
from registry.models import Institution, OfferingVersion, Realisation, User


def versions(*, institution: Institution) -> QuerySet[OfferingVersion]:
    """The published versions that the institution may record attainments of: it leads them, or awards them by
    an agreement (only then is it named, see registry.actions.offerings)."""
    own = Q(offering__institution=institution) | Q(awarding_bodies__icontains=f'"{institution.code}"')
    return (
        OfferingVersion.objects.filter(own, status__in=OfferingVersion.PUBLIC)
        .select_related("offering")
        .order_by("offering__code", "-number")
    )


def of_attainment(
    *, version: OfferingVersion, realisation: Realisation | None, completed_on: date, grade: str, today: date
) -> list[Reason]:
    """What is wrong with an attainment's values, looking at its version and realisation only."""
    found = []
    grades = GRADES.get(version.grading_scale, ())
    if grade not in grades:
        found.append(Reason("grade", "grade_scale", {"grades": ", ".join(grades)}))
    published_on = timezone.localdate(version.published_at)
    if completed_on > today:
        found.append(Reason("completed_on", "day_future", {}))
    elif completed_on < published_on:
        found.append(Reason("completed_on", "day_before_publication", {"day": published_on.isoformat()}))
    elif realisation and completed_on < realisation.starts_on:
        found.append(Reason("completed_on", "day_before_start", {"day": realisation.starts_on.isoformat()}))
    if realisation and realisation.version_id != version.pk:
        found.append(Reason("realisation", "unknown_realisation", {}))
    return found


@transaction.atomic
def record(
    *,
    institution: Institution,
    learner: Learner,
    version: OfferingVersion,
    realisation: Realisation | None,
    completed_on: date,
    grade: str,
    by: User,
    at: datetime,
) -> Attainment:
    """Write down that a learner of the institution completed a version. Raises Invalid, naming the fields."""
    alone_in(institution)
    found = of_attainment(
        version=version,
        realisation=realisation,
        completed_on=completed_on,
        grade=grade,
        today=timezone.localdate(at),
    )
    if not versions(institution=institution).filter(pk=version.pk).exists():
        found.append(Reason("version", "unknown_offering", {}))
    if not institution.learners.filter(pk=learner.pk).exists():
        found.append(Reason("learner_oid", "unknown_learner", {}))
    if Attainment.objects.filter(learner=learner, version=version, completed_on=completed_on).exists():
        found.append(Reason("completed_on", "recorded", {}))
    reasons.refuse(found)
    attainment = Attainment.objects.create(
        institution=institution,
        learner=learner,
        version=version,
        realisation=realisation,
        completed_on=completed_on,
        grade=grade,
        recorded_at=at,
        recorded_by=by,
    )
    trail.record(verb="recorded", row=attainment, by=by, at=at, learner=learner.uid)
    return attainment


@transaction.atomic
def correct(
    *,
    attainment: Attainment,
    realisation: Realisation | None,
    completed_on: date,
    grade: str,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """Change the realisation, day or grade of an attainment; the trail keeps what they were.

    Raises Refused while a live credential or an open batch stands on it, and Invalid, naming the fields.
    """
    alone_in(attainment.institution)
    kept = Attainment.objects.select_for_update().get(pk=attainment.pk)
    _refuse_unless_free(kept)
    found = of_attainment(
        version=kept.version, realisation=realisation, completed_on=completed_on, grade=grade,
        today=timezone.localdate(at),
    )  # fmt: skip
    others = Attainment.objects.filter(learner=kept.learner, version=kept.version, completed_on=completed_on)
    if others.exclude(pk=kept.pk).exists():
        found.append(Reason("completed_on", "recorded", {}))
    found += reasons.of_texts({"reason": reason})
    reasons.refuse(found)
    was = _values(kept)
    kept.realisation, kept.completed_on, kept.grade = realisation, completed_on, grade
    kept.save(update_fields=["realisation", "completed_on", "grade"])
    trail.record(
        verb="corrected", row=kept, by=by, at=at, was=was, became=_values(kept), reason=reason,
        learner=kept.learner.uid,
    )  # fmt: skip
    attainment.refresh_from_db()


def _refuse_unless_free(kept: Attainment) -> None:
    state = Attainment.objects.with_state().get(pk=kept.pk)
    if state.is_live:
        raise Refused(
            _("A credential has been issued for this attainment. Revoke the credential first."), code="issued"
        )
    if state.is_waiting:
        raise Refused(
            _("This attainment is waiting to be issued. Correct it after the batch is done."), code="waiting"
        )


def _values(attainment: Attainment) -> str:
    """For the trail: day, grade and the realisation's key, at most 30 characters."""
    key = attainment.realisation.key if attainment.realisation else ""
    return f"{attainment.completed_on} {attainment.grade} {key}".strip()[:30]
