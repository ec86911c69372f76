"""The verdict on each row of a file of attainments: accepted, a correction, known, or rejected and why."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils import timezone

from credentials.actions import attainments, identification, learners, reasons
from credentials.actions.attainment_csv import Line
from credentials.actions.reasons import Reason
from credentials.models import Attainment, Learner
from registry import henkilotunnus
from registry.models import Institution, OfferingVersion, Realisation
from registry.models.texts import CONTROL

LANGUAGES = {
    "fi": ("fi", "suomi", "finska", "finnish"),
    "sv": ("sv", "ruotsi", "svenska", "swedish"),
    "en": ("en", "englanti", "engelska", "english"),
}
GRADE_WORDS = {
    "HYV": ("HYVÄKSYTTY", "GODKÄND", "PASS"),
    "HYL": ("HYLÄTTY", "UNDERKÄND", "FAIL"),
}


class Outcome(StrEnum):
    ACCEPT = "accept"
    CORRECTION = "correction"
    KNOWN = "known"
    REJECT = "reject"


IMPORTED = (Outcome.ACCEPT, Outcome.CORRECTION)


@dataclass
class Verdict:
    """What one line comes to. `notes` do not stop it; `corrects` is the attainment that it changes."""

    line: Line
    outcome: Outcome = Outcome.ACCEPT
    reasons: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    learner: Learner | None = None
    version: OfferingVersion | None = None
    realisation: Realisation | None = None
    birth_date: date | None = None
    completed_on: date | None = None
    grade: str = ""
    corrects: Attainment | None = None
    adds_learner: bool = False
    adds_oid: bool = False

    @property
    def key(self) -> tuple:
        """Two lines with the same key are the same attainment."""
        return (self.learner.uid, self.version.pk, self.completed_on)

    def as_json(self) -> dict:
        told = self.notes if self.outcome in IMPORTED else self.reasons
        return {
            "line": self.line.number,
            "outcome": str(self.outcome),
            "is_new": self.adds_learner,
            "values": {name: _fit_to_keep(text) for name, text in self.line.values.items()},
            "reasons": [list(one) for one in told],
        }


def judge(*, institution: Institution, lines: list[Line], at: datetime) -> list[Verdict]:
    """The verdict on each line, in their order; five queries, whatever the number of lines."""
    return _Judge(institution=institution, lines=lines, at=at).verdicts


class _Judge:
    def __init__(self, *, institution: Institution, lines: list[Line], at: datetime):
        self.institution, self.at, self.today = institution, at, timezone.localdate(at)
        self.people = identification.People(
            institution=institution,
            oids=[line.values["learner_oid"] for line in lines],
            emails=[line.values["email"].lower() for line in lines],
        )
        self.versions = _versions(institution, {line.values["offering"].upper() for line in lines})
        self.verdicts = [self._of_values(line) for line in lines]
        sound = [verdict for verdict in self.verdicts if not verdict.reasons]
        self.lines: dict[tuple, int] = {}
        self.keys = {verdict.key for verdict in sound}
        self.known = _attainments(sound)
        for verdict in sound:
            self._against_others(verdict)
        for verdict in self.verdicts:
            if verdict.reasons:
                verdict.outcome = Outcome.REJECT

    def _of_values(self, line: Line) -> Verdict:
        """Everything that the line says by itself, with the learner and the version it means."""
        verdict = Verdict(line)
        if not line.is_whole:
            verdict.reasons = [Reason("", "cells", {"found": line.cells, "expected": line.columns})]
            return verdict
        verdict.reasons = reasons.of_texts(line.values)
        if not verdict.reasons:
            self._find_offering(verdict)
            self._find_attainment(verdict)
            self._find_learner(verdict)
        return verdict

    def _find_offering(self, verdict: Verdict) -> None:
        values = verdict.line.values
        found = self.versions.get(values["offering"].upper())
        if not found:
            verdict.reasons.append(Reason("offering", "unknown_offering", {}))
            return
        number = values["version"].lower().removeprefix("v")
        wanted = [one for one in found if (str(one.number) == number if number else one.is_shown)]
        if not wanted:
            verdict.reasons.append(Reason("version", "unknown_version", {}))
            return
        verdict.version = wanted[0]
        key = values["realisation"].casefold()
        runs = [one for one in verdict.version.realisations.all() if one.key.casefold() == key]
        if key and not runs:
            verdict.reasons.append(Reason("realisation", "unknown_realisation", {}))
        verdict.realisation = runs[0] if runs else None

    def _find_attainment(self, verdict: Verdict) -> None:
        values = verdict.line.values
        verdict.completed_on = day(values["completed_on"])
        verdict.grade = grade(values["grade"])
        if verdict.completed_on is None:
            missing = "date_shape" if values["completed_on"] else "day_missing"
            verdict.reasons.append(Reason("completed_on", missing, {}))
        if not verdict.grade:
            verdict.reasons.append(Reason("grade", "grade_missing", {}))
        if verdict.version and verdict.completed_on and verdict.grade:
            verdict.reasons += attainments.of_attainment(
                version=verdict.version, realisation=verdict.realisation, completed_on=verdict.completed_on,
                grade=verdict.grade, today=self.today,
            )  # fmt: skip

    def _find_learner(self, verdict: Verdict) -> None:
        values = verdict.line.values
        learner_oid, email, birth_date = (
            values["learner_oid"],
            values["email"].lower(),
            day(values["birth_date"]),
        )
        if values["birth_date"] and birth_date is None:
            verdict.reasons.append(Reason("birth_date", "date_shape", {}))
            return
        wrong = identification.of_identifiers(
            learner_oid=learner_oid, email=email, birth_date=birth_date, today=self.today
        )
        if not wrong:
            verdict.birth_date = birth_date
            verdict.learner, wrong = self.people.match(
                learner_oid=learner_oid, email=email, birth_date=birth_date
            )
        if not wrong and verdict.learner is None:
            wrong = self._add_learner(verdict)
        elif verdict.learner:
            self._note(verdict)
        verdict.reasons += wrong

    def _note(self, verdict: Verdict) -> None:
        """What somebody should know of a row whose learner was found."""
        values, learner = verdict.line.values, verdict.learner
        names = {"given_names": learner.given_names, "family_name": learner.family_name}
        if any(values[name] and values[name].casefold() != kept.casefold() for name, kept in names.items()):
            verdict.notes.append(Reason("given_names", "name_differs", {}))
        if values["learner_oid"] and not learner.learner_oid and not verdict.reasons:
            verdict.notes.append(Reason("learner_oid", "oid_added", {}))
            verdict.adds_oid, learner.learner_oid = learner.pk is not None, values["learner_oid"]
            self.people.add(learner)

    def _add_learner(self, verdict: Verdict) -> list[Reason]:
        """A new learner, found by later lines too; only when nothing else is wrong with the line."""
        values = verdict.line.values
        language = language_of(values["language"]) if values["language"] else self.institution.main_language
        learner = Learner(
            institution=self.institution,
            given_names=values["given_names"],
            family_name=values["family_name"],
            email=values["email"].lower(),
            language=language,
            birth_date=verdict.birth_date,
            learner_oid=values["learner_oid"],
            created_at=self.at,
        )
        wrong = learners.of_person(learner, today=self.today)
        if not wrong and not verdict.reasons:
            self.people.add(learner)
            verdict.learner, verdict.adds_learner = learner, True
        return wrong

    def _against_others(self, verdict: Verdict) -> None:
        """Whether the same attainment is on an earlier line or in the register."""
        if verdict.key in self.lines:
            verdict.reasons.append(Reason("", "same_line", {"line": self.lines[verdict.key]}))
            return
        self.lines[verdict.key] = verdict.line.number
        existing = self.known.get((verdict.learner.pk, verdict.version.pk), [])
        same_day = [one for one in existing if one.completed_on == verdict.completed_on]
        if same_day:
            self._against_same_day(verdict, same_day[0])
        elif free := [one for one in existing if self._is_open_to_correction(one)]:
            self._correct(verdict, free[0])

    def _against_same_day(self, verdict: Verdict, one: Attainment) -> None:
        if one.is_badge:  # a file brings credits only
            verdict.reasons.append(Reason("", "badge_here", {}))
        elif one.grade == verdict.grade and verdict.realisation in (None, one.realisation):
            verdict.outcome = Outcome.KNOWN
        elif one.is_live:
            verdict.reasons.append(Reason("grade", "issued", {"grade": one.grade}))
        elif one.was_revoked and not one.is_waiting:
            self._correct(verdict, one)
        else:
            verdict.reasons.append(Reason("grade", "differs", {"grade": one.grade}))

    def _is_open_to_correction(self, one: Attainment) -> bool:
        """Its credential was revoked, and no line of the file names it as it is: another day corrects it."""
        named = (one.learner.uid, one.version_id, one.completed_on) in self.keys
        return one.was_revoked and not (one.is_live or one.is_waiting or named or one.is_badge)

    def _correct(self, verdict: Verdict, one: Attainment) -> None:
        verdict.outcome, verdict.corrects = Outcome.CORRECTION, one
        verdict.notes.append(Reason("", "was", {"day": one.completed_on.isoformat(), "grade": one.grade}))
        self.known[one.learner_id, one.version_id].remove(one)


def day(text: str) -> date | None:
    """22.11.2026 or 2026-11-22; None when it is no such day."""
    finnish = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text, re.ASCII)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    parts = reversed(finnish.groups()) if finnish else iso.groups() if iso else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def grade(text: str) -> str:
    """The code of a grade: "4,0" is 4, "hyväksytty" is HYV; other text comes back in capitals."""
    text = text.upper()
    for code, words in GRADE_WORDS.items():
        if text in words:
            return code
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    return (
        str(int(number))
        if number.is_finite() and number == number.to_integral_value() and len(text) < 5
        else text
    )


def language_of(text: str) -> str:
    """fi, sv or en, from the code or the language's name; other text comes back as it is."""
    return next((code for code, words in LANGUAGES.items() if text.lower() in words), text)


def _versions(institution: Institution, codes: Iterable[str]) -> dict[str, list[OfferingVersion]]:
    found = defaultdict(list)
    rows = attainments.versions(institution=institution).filter(offering__code__in=codes)
    for version in rows.prefetch_related("realisations"):
        version.is_shown = version.offering.published_id == version.pk
        found[version.offering.code].append(version)
    return found


def _attainments(verdicts: list[Verdict]) -> dict[tuple[int, int], list[Attainment]]:
    """What the register has of the learners and versions of these rows, newest first."""
    people = {verdict.learner.pk for verdict in verdicts if verdict.learner.pk}
    known = defaultdict(list)
    rows = Attainment.objects.filter(
        learner__in=people, version__in={verdict.version.pk for verdict in verdicts}
    )
    for one in rows.select_related("learner", "realisation").with_state().order_by("-completed_on", "-pk"):
        known[one.learner_id, one.version_id].append(one)
    return known


def _fit_to_keep(text: str) -> str:
    """Cells are kept to be shown: without a henkilötunnus, and control characters made visible."""
    return "•••" if henkilotunnus.is_in(text) else CONTROL.sub("\ufffd", text)
