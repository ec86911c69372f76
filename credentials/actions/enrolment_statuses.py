"""Statuses of cross-institutional studies as RIPA tells them: a file moves enrolments and copies results.

Each line stands alone: what can be done is done, what cannot is told with its line. The dry run does the same
and takes all of it back. What the file says has happened elsewhere: no letter, and no waiting for a place.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.actions import (
    attainment_csv,
    attainment_rows,
    enrolment_files,
    enrolment_results,
    enrolments,
    identification,
    learners,
    reasons,
)
from credentials.actions.attainment_csv import Line
from credentials.actions.reasons import Reason
from credentials.models import Enrolment, Learner
from registry.actions import realisations
from registry.errors import Refused
from registry.models import Institution, Realisation, User
from registry.spreadsheets import FileRefused
from registry.workflow import advance

Status = Enrolment.Status
COLUMNS = (
    "learner_oid", "email", "birth_date", "given_names", "family_name", "language", "safety_prohibition",
    "status", "result", "completed_on", "grade",
)  # fmt: skip
MOST_ROWS = 2_000
YES = {"kyllä", "ja", "yes", "true", "1", "x"}
NO = {"", "ei", "nej", "no", "false", "0"}


class Registration(StrEnum):
    """Status of a registration item in the cross-institutional service."""

    NOT_ENROLLED = "NOT_ENROLLED"
    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    ABORTED_BY_STUDENT = "ABORTED_BY_STUDENT"
    ABORTED_BY_TEACHER = "ABORTED_BY_TEACHER"


class Result(StrEnum):
    """Status of a completed credit in the cross-institutional service."""

    ACCEPTED = "ACCEPTED"
    UNFINISHED = "UNFINISHED"
    NOT_PARTICIPATED = "NOT_PARTICIPATED"
    ABANDONED = "ABANDONED"


BEGINS = {Registration.PENDING: Status.RECEIVED, Registration.ACCEPTED: Status.ENROLLED}
ENDS = {Registration.REJECTED, Registration.ABORTED_BY_STUDENT, Registration.ABORTED_BY_TEACHER}
ENDS_RESULT = {Result.NOT_PARTICIPATED, Result.ABANDONED}


@dataclass(frozen=True)
class Row:
    """One line: whom it means as typed, its codes, how the enrolment stands after it, or why not at all.

    `became` is a status of Enrolment, "" where nothing is done; `learner` the record that was there before.
    """

    line: Line
    who: str
    became: str = ""
    problem: str = ""
    learner: Learner | None = None


def dry_run(*, realisation: Realisation, data: bytes, by: User, at: datetime) -> list[Row]:
    """What the file would do, line by line; nothing stays. Raises FileRefused and Refused."""
    with transaction.atomic():
        rows = _run(realisation, data=data, by=by, at=at)
        transaction.set_rollback(True)
    return rows


@transaction.atomic
def take_in(*, realisation: Realisation, data: bytes, by: User, at: datetime) -> list[Row]:
    """Do what the file says, lines without a problem only; the same file twice does nothing more."""
    return _run(realisation, data=data, by=by, at=at)


def accepted(rows: Iterable[Row]) -> str:
    """The lines that can go in, as a file of the same shape."""
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=";")
    table.writerow(attainment_csv.header("en", COLUMNS))
    table.writerows([[row.line.values[column] for column in COLUMNS] for row in rows if not row.problem])
    return text.getvalue()


def _run(realisation: Realisation, *, data: bytes, by: User, at: datetime) -> list[Row]:
    lines = attainment_csv.parse(data, columns=COLUMNS, needed=("status",))
    if len(lines) > MOST_ROWS:
        raise FileRefused(_("The file has more than 2,000 rows. Divide it into smaller files."))
    realisation = realisations.alone_with(realisation)
    institution = learners.alone_in(realisation.version.offering.institution)
    if realisation.status not in (Realisation.Status.OPEN, Realisation.Status.ENDED):
        raise Refused(_("This realisation is not open."), code="enrolment_closed")
    known = identification.People(
        institution=institution,
        oids=[line.values["learner_oid"] for line in lines],
        emails=[line.values["email"].lower() for line in lines],
    )
    first_line: dict[object, int] = {}
    rows = []
    for line in lines:
        who, record = line.values["learner_oid"] or line.values["email"], None
        try:
            with transaction.atomic():
                learner = _person(line, institution=institution, known=known, first_line=first_line, at=at)
                record = learner if learner.pk else None
                became = _apply(line, learner, realisation=realisation, by=by, at=at)
        except Refused as problem:
            texts = [text for _field, text in problem.reasons] or [problem.message]
            rows.append(Row(line, who, problem=" ".join(map(str, texts)), learner=record))
        else:
            rows.append(Row(line, who, became=became, learner=record))
    enrolments.move_up(realisation, at=at)
    return rows


def _person(
    line: Line, *, institution: Institution, known: identification.People, first_line: dict, at: datetime
) -> Learner:
    """The learner of the line, unsaved where new. Raises Invalid."""
    learner, wrong = enrolment_files.person(line, known=known, institution=institution, at=at)
    reasons.refuse(wrong)
    if learner.uid in first_line:
        reasons.refuse([Reason("", "same_person", {"line": first_line[learner.uid]})])
    first_line[learner.uid] = line.number
    return learner


def _apply(line: Line, learner: Learner, *, realisation: Realisation, by: User, at: datetime) -> str:
    """Do what the line says; how the enrolment stands then. Raises Refused."""
    status, result = _code(line, "status", Registration), _code(line, "result", Result)
    is_protected = _answer(line.values["safety_prohibition"])
    enrolment = _newest(learner, realisation)
    told = {"ripa_status": status, "ripa_result": result}
    if enrolment is None or enrolment.status == Status.CANCELLED:
        is_known = enrolment is not None and told.items() <= vars(enrolment).items()
        if is_known or status not in BEGINS:
            if result and not is_known:
                raise Refused(_("The learner is not enrolled here."), code="not_enrolled")
            return ""
        kept = learner if learner.pk else enrolment_files.added(learner, by=by, at=at)
        enrolment = enrolments.create(
            realisation, learner=kept, status=BEGINS[status], by=by, at=at, accepted_at=at
        )
    if is_protected and not enrolment.learner.has_safety_prohibition:
        learners.update(learner=enrolment.learner, changes={"has_safety_prohibition": True}, by=by, at=at)
    _register(enrolment, status, by=by, at=at)
    if result:
        _finish(enrolment, result, line=line, realisation=realisation, by=by, at=at)
    Enrolment.objects.filter(pk=enrolment.pk).update(**{name: code for name, code in told.items() if code})
    return str(enrolment.status)


def _newest(learner: Learner, realisation: Realisation) -> Enrolment | None:
    """The learner's enrolment in the realisation that is in force, else the last that was cancelled."""
    if learner.pk is None:
        return None
    mine = realisation.enrolments.filter(learner=learner).select_related("learner", "institution")
    return mine.exclude(status=Status.CANCELLED).first() or mine.order_by("-pk").first()


def _register(enrolment: Enrolment, status: str, *, by: User, at: datetime) -> None:
    """Move the enrolment to where the registration stands."""
    learner, now = enrolment.learner.uid, Status(enrolment.status)
    if status in ENDS and now in enrolments.LIVE:
        advance(enrolment, Status.CANCELLED, by=by, at=at, reason=f"RIPA {status}", learner=learner)
    elif status in ENDS and now == Status.COMPLETED:
        raise Refused(_("The learner has completed the realisation already."), code="completed")
    elif status == Registration.ACCEPTED and now in (Status.RECEIVED, Status.QUEUED):
        advance(enrolment, Status.ENROLLED, by=by, at=at, reason=f"RIPA {status}", learner=learner)
    elif status in (Registration.PENDING, Registration.NOT_ENROLLED) and now != Status.RECEIVED:
        said = _("The learner has been enrolled here already; the status %(code)s would take that back.")
        raise Refused(said % {"code": status}, code="backwards")


def _finish(
    enrolment: Enrolment, result: str, *, line: Line, realisation: Realisation, by: User, at: datetime
) -> None:
    """Copy the result: an attainment, or the end of the enrolment."""
    if enrolment.status == Status.COMPLETED:
        if result != Result.ACCEPTED:
            raise Refused(_("The learner has completed the realisation already."), code="completed")
        return
    if enrolment.status != Status.ENROLLED:
        raise Refused(_("The learner is not enrolled here."), code="not_enrolled")
    if result in ENDS_RESULT:
        learner = enrolment.learner.uid
        advance(enrolment, Status.CANCELLED, by=by, at=at, reason=f"RIPA {result}", learner=learner)
    if result != Result.ACCEPTED:
        return
    completed_on = attainment_rows.day(line.values["completed_on"])
    if completed_on is None:
        missing = "date_shape" if line.values["completed_on"] else "day_missing"
        reasons.refuse([Reason("completed_on", missing, {})])
    if not line.values["grade"]:
        reasons.refuse([Reason("grade", "grade_missing", {})])
    grade = attainment_rows.grade(line.values["grade"])
    enrolment_results.complete_one(
        enrolment, realisation, completed_on=completed_on, grade=grade, by=by, at=at
    )


def _code(line: Line, column: str, known: type[StrEnum]) -> str:
    """The code as the service writes it, out of what the file has; "" for an empty cell. Raises Refused."""
    text = line.values[column]
    code = "_".join(text.upper().replace("-", " ").replace("_", " ").split())
    if code and code not in list(known):
        raise Refused(_("Unknown status code: %(code)s.") % {"code": text[:40]}, code="unknown_status")
    return code


def _answer(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise Refused(_("Write yes or no for the safety prohibition, not %(text)s.") % {"text": text[:40]})
    return text.lower() in YES
