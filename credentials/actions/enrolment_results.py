"""Participants become attainments in one step, when their realisation has been assessed."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.actions import attainments, reasons
from credentials.actions.reasons import Reason
from credentials.models import Attainment, Enrolment
from registry.actions import realisations
from registry.errors import Invalid
from registry.models import Realisation, User
from registry.workflow import advance


@transaction.atomic
def complete(
    *, realisation: Realisation, completed_on: date, grades: dict[UUID, str], by: User, at: datetime
) -> list[Attainment]:
    """Record an attainment for each participant with a grade, all or none; those done already stay.

    Raises Invalid; its reasons name `completed_on` or `grade-<uid of the enrolment>`.
    """
    realisation = realisations.alone_with(realisation)
    rows = realisation.enrolments.select_related("learner", "institution")
    rows = rows.filter(status=Enrolment.Status.ENROLLED, uid__in=grades).order_by("pk")
    known = set(
        Attainment.objects.filter(version=realisation.version, completed_on=completed_on)
        .filter(learner__enrolments__realisation=realisation)
        .values_list("learner_id", flat=True)
    )
    made, faults = [], []
    for row in rows:
        name = f"grade-{row.uid}"
        if row.learner_id in known:
            faults.append((name, reasons.worded(Reason(name, "recorded", {}))))
            continue
        try:
            made.append(
                complete_one(row, realisation, completed_on=completed_on, grade=grades[row.uid], by=by, at=at)
            )
        except Invalid as problem:
            faults += [
                (name if field == "grade" else "completed_on", text) for field, text in problem.reasons
            ]
    if faults:
        raise Invalid(_("The results cannot be saved as they are."), reasons=dict.fromkeys(faults))
    return made


def complete_one(
    row: Enrolment, realisation: Realisation, *, completed_on: date, grade: str, by: User, at: datetime
) -> Attainment:
    attainment = attainments.record(
        institution=row.institution, learner=row.learner, version=realisation.version,
        realisation=realisation, completed_on=completed_on, grade=grade, by=by, at=at,
    )  # fmt: skip
    advance(row, Enrolment.Status.COMPLETED, by=by, at=at, learner=row.learner.uid, attainment=attainment)
    return attainment
