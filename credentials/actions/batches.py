"""Batches: attainments picked by an issuer, issued by a worker, taken over by another when it dies."""

import gc
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import shared_task
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import issuable
from credentials.actions import batch_certificates, credentials
from credentials.actions.credentials import CheckFailed
from credentials.issuable import Obstacle
from credentials.keystore import KeyUnreadable
from credentials.models import Attainment, Batch, BatchItem
from registry import queue, trail
from registry.errors import Invalid
from registry.models import Institution, User
from registry.workflow import advance

log = logging.getLogger(__name__)

TOGETHER = 250  # items in one transaction
LEASE = timedelta(seconds=15)  # without a sign of life for this long, a worker counts as dead
Status, Outcome = Batch.Status, BatchItem.Outcome


@transaction.atomic
def start(
    *,
    institution: Institution,
    attainments: Iterable[Attainment],
    by: User,
    at: datetime,
    issued_at: datetime | None = None,
) -> Batch:
    """Queue attainments to be issued; those that already wait in another batch are left to it.

    `issued_at` is for what was decided before it came here; else the date of issue is that of signing.
    """
    ids = [row.pk for row in attainments]
    picked = list(
        Attainment.objects.select_for_update().filter(pk__in=ids, institution=institution).order_by("pk")
    )
    waiting = issuable.waiting(picked)
    free = [row for row in picked if row.pk not in waiting]
    if not free:
        text = (
            _("These attainments are already being issued.")
            if picked
            else _("Choose at least one attainment.")
        )
        raise Invalid(text, code="nothing_to_issue")
    batch = Batch.objects.create(institution=institution, created_at=at, created_by=by, issued_at=issued_at)
    items = [BatchItem(batch=batch, attainment=row, order=order) for order, row in enumerate(free)]
    BatchItem.objects.bulk_create(items)
    trail.record(verb="created", row=batch, by=by, at=at, became=batch.status)
    queue.later(run, batch.pk)
    return batch


@transaction.atomic
def retry(*, batch: Batch, by: User, at: datetime) -> None:
    """Try the items again that were not issued."""
    failed = list(batch.items.select_for_update().filter(outcome=Outcome.FAILED).select_related("attainment"))
    waiting = issuable.waiting([item.attainment for item in failed])
    again = [item.pk for item in failed if item.attainment_id not in waiting]
    if not again:
        raise Invalid(_("There is nothing to try again in this batch."), code="nothing_to_issue")
    advance(batch, Status.WAITING, by=by, at=at, done_at=None, beat_at=at)
    batch.items.filter(pk__in=again).update(outcome=Outcome.OPEN, error="", error_detail="")
    queue.later(run, batch.pk)


@shared_task(name="credentials.batches.run")
def run(batch_pk: int) -> None:
    """Go through a batch's open items, unless another worker is at it. Run twice, it finds nothing open."""
    batch = _take(pk=batch_pk, at=timezone.now())
    while batch is not None and _issue_some(batch):
        if not _renew(batch, at=timezone.now()):
            return
    if batch is not None:
        _finish(batch, at=timezone.now())


@shared_task(name="credentials.batches.resume")
def resume() -> int:
    """Go on with batches whose worker died or whose message was lost. Returns how many were found."""
    silent = timezone.now() - LEASE
    left = Batch.objects.filter(status__in=[Status.WAITING, Status.RUNNING]).filter(
        Q(beat_at__lt=silent) | Q(beat_at=None, created_at__lt=silent)
    )
    pks = list(left.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        run(pk)
    return len(pks)


@transaction.atomic
def _take(*, pk: int, at: datetime) -> Batch | None:
    """The batch, ours as long as we renew `beat_at`; None when it is done or another worker has it."""
    batch = Batch.objects.select_for_update().get(pk=pk)
    if batch.status == Status.WAITING:
        advance(batch, Status.RUNNING, by=None, at=at, beat_at=at)
        return batch
    if batch.status == Status.RUNNING and batch.beat_at < at - LEASE:
        batch.beat_at = at
        batch.save(update_fields=["beat_at"])
        return batch
    return None


def _renew(batch: Batch, *, at: datetime) -> bool:
    """Show a sign of life; False when another worker has taken the batch over meanwhile."""
    held = Batch.objects.filter(pk=batch.pk, status=Status.RUNNING, beat_at=batch.beat_at).update(beat_at=at)
    batch.beat_at = at
    return bool(held)


def _issue_some(batch: Batch) -> int:
    """Issue the next items: together, or one by one when one spoils it. Returns how many there were."""
    items = batch.items.filter(outcome=Outcome.OPEN).order_by("order")
    pks = list(items.values_list("pk", flat=True)[:TOGETHER])
    try:
        _issue(batch, pks=pks)
    except OperationalError:
        raise  # the database is away or busy: nothing is wrong with the items
    except Exception:
        log.exception("batch %s: one by one", batch.uid)
        for pk in pks:
            _issue_one(batch, pk=pk)
    return len(pks)


def _issue_one(batch: Batch, *, pk: int) -> None:
    try:
        _issue(batch, pks=[pk])
    except OperationalError:
        raise
    except (CheckFailed, KeyUnreadable) as problem:
        _give_up(pk=pk, reason=problem.code, problem=problem)
    except Exception as problem:  # noqa: BLE001 – one bad item must not hold up the others; it is in the log
        _give_up(pk=pk, reason=Obstacle.UNEXPECTED, problem=problem)


@contextmanager
def _garbage_left() -> Iterator[None]:
    """To look for garbage while a portion holds what it makes takes a tenth of the time, and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_garbage_left()
@transaction.atomic
def _issue(batch: Batch, *, pks: list[int]) -> None:
    items = list(batch.items.select_for_update().filter(pk__in=pks, outcome=Outcome.OPEN).order_by("order"))
    now = timezone.now()
    credentials.issue(
        items=items,
        institution=batch.institution,
        issued_at=batch.issued_at or now,
        by=batch.created_by,
        at=now,
    )
    batch_certificates.want(batch=batch, items=items)


def _give_up(*, pk: int, reason: Obstacle, problem: Exception) -> None:
    log.error("item %s: %s", pk, reason, exc_info=problem)
    BatchItem.objects.filter(pk=pk, outcome=Outcome.OPEN).update(
        outcome=Outcome.FAILED, error=reason, error_detail=type(problem).__name__
    )


@transaction.atomic
def _finish(batch: Batch, *, at: datetime) -> None:
    """Close the batch; what another worker still holds open is left to the sweep."""
    kept = Batch.objects.select_for_update().get(pk=batch.pk)
    if kept.status == Status.RUNNING and not kept.items.filter(outcome=Outcome.OPEN).exists():
        advance(kept, Status.DONE, by=None, at=at, done_at=at)
        batch_certificates.begin(batch=kept)
