"""A file of attainments: read into a dry run, then what was accepted is taken in, once."""

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from credentials.actions import attainment_csv, attainment_rows, attainments, identity_codes, learners
from credentials.actions.attainment_csv import Line
from credentials.actions.attainment_rows import IMPORTED, Outcome, Verdict
from credentials.models import Attainment, AttainmentFile, Learner
from registry import henkilotunnus, trail
from registry.models import Institution, User


def read(*, institution: Institution, name: str, data: bytes, by: User, at: datetime) -> AttainmentFile:
    """The dry run: the verdict on every row, kept until somebody imports it. Raises FileRefused."""
    verdicts = attainment_rows.judge(institution=institution, lines=attainment_csv.parse(data), at=at)
    with transaction.atomic():  # judging a long file takes seconds, and nobody else needs to wait for it
        file = AttainmentFile.objects.create(
            institution=institution,
            name="•••.csv" if henkilotunnus.is_in(name) else name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            rows=[verdict.as_json() for verdict in verdicts],
            counts=_counts(verdicts),
            uploaded_at=at,
            uploaded_by=by,
        )
        trail.record(verb="read", row=file, by=by, at=at)
    return file


@transaction.atomic
def import_accepted(*, file: AttainmentFile, by: User, at: datetime) -> AttainmentFile:
    """Take in the rows that the dry run accepted; a second time does nothing.

    The rows are judged again, since the register may have changed; what the dry run rejected stays out.
    What the rows say of people is dropped afterwards.
    """
    institution = learners.alone_in(file.institution)
    file = AttainmentFile.objects.select_for_update().get(pk=file.pk)
    if file.imported_at is not None or not file.rows:
        return file
    left_out = [row for row in file.rows if row["outcome"] not in IMPORTED]
    lines = [_line(row) for row in file.rows if row["outcome"] in IMPORTED]
    verdicts = attainment_rows.judge(institution=institution, lines=lines, at=at)
    _add_learners(verdicts, by=by, at=at)
    _add_attainments(verdicts, institution=institution, by=by, at=at)
    for verdict in verdicts:
        if verdict.outcome == Outcome.CORRECTION:
            _correct(verdict, by=by, at=at)
    rows = sorted([*left_out, *(verdict.as_json() for verdict in verdicts)], key=lambda row: row["line"])
    file.rows = [{**row, "values": {}} for row in rows]
    file.counts = _counts(verdicts) | dict(Counter(row["outcome"] for row in rows))
    file.imported_at, file.imported_by = at, by
    file.save(update_fields=["rows", "counts", "imported_at", "imported_by"])
    trail.record(verb="imported", row=file, by=by, at=at)
    return file


@shared_task(name="credentials.attainment_files.forget_rows")
def forget_rows() -> int:
    """Drop the rows of files older than 30 days, imported or not. Returns how many files there were."""
    old = AttainmentFile.objects.filter(uploaded_at__lt=timezone.now() - timedelta(days=AttainmentFile.DAYS))
    return old.exclude(rows=[]).update(rows=[])


def _counts(verdicts: list[Verdict]) -> dict[str, int]:
    """How many rows had each outcome, and how many learners they add."""
    return {
        **Counter(str(verdict.outcome) for verdict in verdicts),
        "new": sum(verdict.adds_learner for verdict in verdicts),
    }


def _line(row: dict) -> Line:
    return Line(row["line"], row["values"], cells=0, columns=0)


def _add_learners(verdicts: list[Verdict], *, by: User, at: datetime) -> None:
    """New learners, and learner OIDs that the register lacked."""
    new = [verdict.learner for verdict in verdicts if verdict.adds_learner]
    for learner in new:
        learner.created_by = by
    Learner.objects.bulk_create(new, batch_size=1000)
    trail.record_each(verb="created", pairs=[(one, one.uid) for one in new], by=by, at=at)
    known = [verdict.learner for verdict in verdicts if verdict.adds_oid and verdict.outcome in IMPORTED]
    Learner.objects.bulk_update(known, ["learner_oid"], batch_size=500)
    identity_codes.forget_identified(learners=known, by=by, at=at)
    trail.record_each(
        verb="updated", pairs=[(one, one.uid) for one in known], by=by, at=at, reason="learner_oid"
    )


def _add_attainments(verdicts: list[Verdict], *, institution: Institution, by: User, at: datetime) -> None:
    new = [
        Attainment(
            institution=institution,
            learner=verdict.learner,
            version=verdict.version,
            realisation=verdict.realisation,
            completed_on=verdict.completed_on,
            grade=verdict.grade,
            recorded_at=at,
            recorded_by=by,
        )
        for verdict in verdicts
        if verdict.outcome == Outcome.ACCEPT
    ]
    Attainment.objects.bulk_create(new, batch_size=1000)
    trail.record_each(verb="recorded", pairs=[(one, one.learner.uid) for one in new], by=by, at=at)


def _correct(verdict: Verdict, *, by: User, at: datetime) -> None:
    attainments.correct(
        attainment=verdict.corrects,
        realisation=verdict.realisation or verdict.corrects.realisation,
        completed_on=verdict.completed_on,
        grade=verdict.grade,
        reason="",
        by=by,
        at=at,
    )
