"""A list of participants as a CSV file: of an employer, or from the institution's own enrolment (C-31).

Small and whole: either every line goes in, or none and every fault is told with its line.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.actions import attainment_csv, enrolments, identification, learners, reasons
from credentials.actions.attainment_csv import Line
from credentials.actions.attainment_rows import day, language_of
from credentials.actions.reasons import Reason
from credentials.models import Enrolment, Learner
from registry.actions import realisations
from registry.errors import Refused
from registry.models import Institution, Realisation, User

COLUMNS = ("learner_oid", "email", "birth_date", "given_names", "family_name", "language")


class RowsRefused(Refused):
    """Some lines cannot go in; `reasons` are pairs of (line number, message)."""

    code = "rows_refused"


@transaction.atomic
def take_in(*, realisation: Realisation, data: bytes, by: User, at: datetime) -> list[Enrolment]:
    """Enrol everybody on the list; who is new to the institution is added. Who is enrolled already stays so.

    Raises FileRefused, RowsRefused, and what enrolments.enrol_all raises.
    """
    lines = attainment_csv.parse(data, columns=COLUMNS, needed=())
    realisation = realisations.alone_with(realisation)  # before the institution, as whoever enrols does
    institution = learners.alone_in(realisation.version.offering.institution)
    people, faults = _read(lines, institution=institution, at=at)
    if faults:
        pairs = [(str(number), reasons.worded(reason)) for number, reason in faults]
        raise RowsRefused(_("Nothing was taken in: some lines must be mended first."), reasons=pairs)
    kept = [learner if learner.pk else added(learner, by=by, at=at) for learner in people]
    return enrolments.enrol_all(realisation=realisation, learners=kept, by=by, at=at)


def _read(
    lines: list[Line], *, institution: Institution, at: datetime
) -> tuple[list[Learner], list[tuple[int, Reason]]]:
    """Whom the lines mean, new learners unsaved among them, and what is wrong with which line."""
    known = identification.People(
        institution=institution,
        oids=[line.values["learner_oid"] for line in lines],
        emails=[line.values["email"].lower() for line in lines],
    )
    people: list[Learner] = []
    first_line: dict[object, int] = {}
    faults: list[tuple[int, Reason]] = []
    for line in lines:
        learner, wrong = person(line, known=known, institution=institution, at=at)
        if learner and learner.uid in first_line:
            wrong = [Reason("", "same_person", {"line": first_line[learner.uid]})]
        elif learner:
            first_line[learner.uid] = line.number
            people.append(learner)
        faults += [(line.number, reason) for reason in wrong]
    return people, faults


def person(
    line: Line, *, known: identification.People, institution: Institution, at: datetime
) -> tuple[Learner | None, list[Reason]]:
    """The learner that a line means, unsaved where new, or what is wrong with the line."""
    values, today = line.values, timezone.localdate(at)
    if not line.is_whole:
        return None, [Reason("", "cells", {"found": line.cells, "expected": line.columns})]
    birth_date = day(values["birth_date"])
    if values["birth_date"] and birth_date is None:
        return None, [Reason("birth_date", "date_shape", {})]
    oid, email = values["learner_oid"], values["email"].lower()
    wrong = reasons.of_texts(values) or identification.of_identifiers(
        learner_oid=oid, email=email, birth_date=birth_date, today=today
    )
    if wrong:
        return None, wrong
    learner, wrong = known.match(learner_oid=oid, email=email, birth_date=birth_date)
    if learner or wrong:
        return learner, wrong
    learner = Learner(
        institution=institution, given_names=values["given_names"], family_name=values["family_name"],
        email=email, birth_date=birth_date, learner_oid=oid,
        language=language_of(values["language"]) if values["language"] else institution.main_language,
    )  # fmt: skip
    wrong = learners.of_person(learner, today=today)
    if wrong:
        return None, wrong
    known.add(learner)
    return learner, []


def added(learner: Learner, *, by: User, at: datetime) -> Learner:
    return learners.create(
        institution=learner.institution, given_names=learner.given_names, family_name=learner.family_name,
        email=learner.email, language=learner.language, birth_date=learner.birth_date,
        learner_oid=learner.learner_oid, by=by, at=at,
    )  # fmt: skip
