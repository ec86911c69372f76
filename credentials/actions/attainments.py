"""Attainments: recorded, and corrected while no live credential stands on them."""

from dataclasses import asdict, dataclass
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

DocumentedAs, AcquiredBy = Attainment.DocumentedAs, Attainment.AcquiredBy
LEAST_CREDITS = 1  # of a micro-credential (rule 4)
TASTER = "kurkistus"  # the form of education that never gives credits (C-10)


@dataclass(frozen=True, kw_only=True)
class Documentation:
    """What somebody gets (C-15) and how they came by it (C-18)."""

    documented_as: str = DocumentedAs.MICRO_CREDENTIAL
    no_credits_reason: str = ""
    acquired_by: str = AcquiredBy.STUDIES

    @property
    def is_attended(self) -> bool:
        """Attended only: nothing was assessed."""
        return self.documented_as == DocumentedAs.PARTICIPATION_BADGE


def documentation_of(attainment: Attainment) -> Documentation:
    return Documentation(
        documented_as=attainment.documented_as,
        no_credits_reason=attainment.no_credits_reason,
        acquired_by=attainment.acquired_by,
    )


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
    *,
    version: OfferingVersion,
    realisation: Realisation | None,
    completed_on: date,
    grade: str,
    today: date,
    documentation: Documentation | None = None,
) -> list[Reason]:
    """What is wrong with an attainment's values, looking at its version and realisation only."""
    documentation = documentation or Documentation()
    found = _of_documentation(documentation, version=version, grade=grade)
    grades = GRADES.get(version.grading_scale, ())
    if not grade and not documentation.is_attended:
        found.append(Reason("grade", "grade_missing", {}))
    elif grade not in grades and not documentation.is_attended:
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


def _of_documentation(documentation: Documentation, *, version: OfferingVersion, grade: str) -> list[Reason]:
    """The documentation rule (C-15): credits, competence badge or participation badge."""
    reason = documentation.no_credits_reason.strip()
    found = reasons.of_texts({"no_credits_reason": reason})
    if documentation.documented_as == DocumentedAs.MICRO_CREDENTIAL:
        if reason:
            found.append(Reason("no_credits_reason", "reason_with_credits", {}))
        if (version.ects or 0) < LEAST_CREDITS:
            found.append(Reason("documented_as", "no_credits", {}))
    elif not reason:
        found.append(Reason("no_credits_reason", "reason_missing", {}))
    if version.education_form == TASTER and not documentation.is_attended:
        found.append(Reason("documented_as", "taster", {}))
    if documentation.is_attended and grade:
        found.append(Reason("grade", "attended_graded", {}))
    if documentation.is_attended and documentation.acquired_by == AcquiredBy.DEMONSTRATION:
        found.append(Reason("acquired_by", "attended_shown", {}))
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
    documentation: Documentation | None = None,
) -> Attainment:
    """Write down that a learner of the institution completed a version, or earned a badge in it.

    Raises Invalid, naming the fields.
    """
    alone_in(institution)
    documentation = documentation or Documentation()
    found = of_attainment(
        version=version,
        realisation=realisation,
        completed_on=completed_on,
        grade=grade,
        today=timezone.localdate(at),
        documentation=documentation,
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
        **asdict(documentation),
        recorded_at=at,
        recorded_by=by,
    )
    trail.record(
        verb="recorded",
        row=attainment,
        by=by,
        at=at,
        became=_kind(attainment),
        reason=documentation.no_credits_reason,
        learner=learner.uid,
    )
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
    documentation: Documentation | None = None,
) -> None:
    """Change the realisation, day or grade of an attainment, or how it is documented, where that is told; the
    trail keeps what they were.

    Raises Refused while a live credential or an open batch stands on it, and Invalid, naming the fields.
    """
    alone_in(attainment.institution)
    kept = Attainment.objects.select_for_update().get(pk=attainment.pk)
    _refuse_unless_free(kept)
    documentation = documentation or documentation_of(kept)
    found = of_attainment(
        version=kept.version, realisation=realisation, completed_on=completed_on, grade=grade,
        today=timezone.localdate(at), documentation=documentation,
    )  # fmt: skip
    others = Attainment.objects.filter(learner=kept.learner, version=kept.version, completed_on=completed_on)
    if others.exclude(pk=kept.pk).exists():
        found.append(Reason("completed_on", "recorded", {}))
    found += reasons.of_texts({"reason": reason})
    reasons.refuse(found)
    was = _values(kept)
    changed = {"realisation": realisation, "completed_on": completed_on, "grade": grade}
    changed |= asdict(documentation)
    for name, value in changed.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(changed))
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
    if kept.rectifications.open().exists():
        raise Refused(
            _("The learner has asked for rectification. Answer that first, then correct the attainment."),
            code="under_rectification",
        )


def _values(attainment: Attainment) -> str:
    """For the trail: day, grade, badge or demonstration, the realisation's key; at most 30 characters."""
    key = attainment.realisation.key if attainment.realisation else ""
    said = (attainment.completed_on.isoformat(), attainment.grade, _kind(attainment), key)
    return " ".join(filter(None, said))[:30]


def _kind(attainment: Attainment) -> str:
    """A badge, or by demonstration; nothing for what is neither."""
    if attainment.is_badge:
        return attainment.documented_as.removesuffix("_badge")
    return attainment.acquired_by if attainment.acquired_by == AcquiredBy.DEMONSTRATION else ""
