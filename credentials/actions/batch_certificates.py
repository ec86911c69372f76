"""Certificates of a batch made before anybody asks for them, where the institution has chosen that.

As many workers as come share a batch, each with some items at a time. What is waited for stands in the items,
so nothing is lost with a worker.
"""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.actions import documents
from credentials.keystore import NoSeal, Signer
from credentials.models import Batch, BatchItem, Credential
from registry import queue, trail
from registry.errors import Invalid
from registry.models import Institution, User

log = logging.getLogger(__name__)
WORKERS = 2  # that are called to one batch
TOGETHER = 20  # items that a worker takes up at once
TURN = 100  # items after which what else waits in the queue has its turn: issuing goes before certificates
LEASE = timedelta(seconds=60)  # without a sign of life for this long, a worker counts as dead
State = BatchItem.CertificateState


def want(*, batch: Batch, items: list[BatchItem]) -> None:
    """Have certificates made of what was just issued, where the institution wants them with the batch."""
    issued = [item.pk for item in items if item.outcome == item.Outcome.ISSUED]
    if batch.institution.has_certificates_made:
        batch.items.filter(pk__in=issued).update(certificate=State.WAITING)


def begin(*, batch: Batch) -> None:
    """Call workers to a batch that has been issued."""
    if batch.items.filter(certificate=State.WAITING).exists():
        for _worker in range(WORKERS):
            queue.later(make, batch.pk)


@transaction.atomic
def retry(*, batch: Batch, by: User, at: datetime) -> int:
    """Try again to make the certificates that could not be made; those that were stay. Returns how many."""
    if batch.institution.certificate_mode == Institution.CertificateMode.PAPER:
        said = _("The institution gives its certificates on paper, so no PDF certificates are made.")
        raise Invalid(said, code="on_paper")
    failed = batch.items.select_for_update().filter(certificate=State.FAILED).order_by("order")
    again = list(failed.values_list("pk", flat=True))
    if not again:
        raise Invalid(_("There is no certificate to try again in this batch."), code="no_certificate_to_make")
    batch.items.filter(pk__in=again).update(
        certificate=State.WAITING, certificate_taken_at=None, certificate_error=""
    )
    trail.record(verb="certificates_tried_again", row=batch, by=by, at=at, became=str(len(again)))
    begin(batch=batch)
    return len(again)


@shared_task(name="credentials.batch_certificates.make")
def make(batch_pk: int) -> None:
    """One turn at a batch, and if something is left another one later. Done, it finds nothing waiting."""
    if make_some(batch_pk):
        queue.later(make, batch_pk)


@shared_task(name="credentials.batch_certificates.resume")
def resume() -> int:
    """Go on with batches at which no worker is, for it died or its message was lost. Returns how many."""
    alive = timezone.now() - LEASE
    waiting = BatchItem.objects.filter(batch=OuterRef("pk"), certificate=State.WAITING)
    busy = BatchItem.objects.filter(batch=OuterRef("pk"), certificate_taken_at__gte=alive)
    left = Batch.objects.filter(Exists(waiting), ~Exists(busy), status=Batch.Status.DONE, done_at__lt=alive)
    pks = list(left.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        make(pk)
    return len(pks)


def make_some(batch_pk: int) -> bool:
    """Make the certificates of the next items. Returns whether others may be waiting still."""
    batch = Batch.objects.select_related("institution", "created_by").get(pk=batch_pk)
    if batch.institution.certificate_mode == Institution.CertificateMode.PAPER:
        batch.items.filter(certificate=State.WAITING).update(certificate=State.NOT_WANTED)
    for _portion in range(TURN // TOGETHER):
        items = _take(batch, at=timezone.now())
        if not items:
            return False
        try:
            _make(items, batch=batch, at=timezone.now())
        except OperationalError:
            raise  # the database is away or busy: nothing is wrong with the items
        except Exception:
            log.exception("batch %s: certificates", batch.uid)
            _keep(batch, failed={item.pk: "unexpected" for item in items})
    return True


@transaction.atomic
def _take(batch: Batch, *, at: datetime) -> list[BatchItem]:
    """The next items that wait and that nobody is at, ours as long as the lease."""
    free = Q(certificate_taken_at=None) | Q(certificate_taken_at__lt=at - LEASE)
    waiting = batch.items.filter(free, certificate=State.WAITING).order_by("order")
    is_shared = connection.features.has_select_for_update_skip_locked
    pks = list(waiting.select_for_update(skip_locked=is_shared).values_list("pk", flat=True)[:TOGETHER])
    taken = batch.items.filter(pk__in=pks)
    taken.update(certificate_taken_at=at)
    return list(taken.select_related("credential__learner").order_by("order"))


def _make(items: list[BatchItem], *, batch: Batch, at: datetime) -> None:
    """Certificates are made outside a transaction, which would hold up others, and kept together."""
    try:
        signer = documents.certificate_signer(institution=batch.institution, at=at)
    except (documents.CannotMake, NoSeal) as problem:
        _keep(batch, failed={item.pk: problem.code for item in items})
        return
    drafts: dict[Credential, bytes] = {}
    failed: dict[int, str] = {}
    for item in items:
        try:
            drafts[item.credential] = documents.draft_certificate(
                credential=item.credential, signer=signer, at=at
            )
        except documents.CannotMake as problem:
            failed[item.pk] = problem.code
        except Exception:
            log.exception("item %s: no certificate", item.pk)
            failed[item.pk] = "unexpected"
    _keep(batch, drafts=drafts, signer=signer, failed=failed)


@transaction.atomic
def _keep(
    batch: Batch,
    *,
    failed: dict[int, str],
    drafts: dict[Credential, bytes] | None = None,
    signer: Signer | None = None,
) -> None:
    waiting = batch.items.filter(certificate=State.WAITING)
    if drafts:
        made = documents.keep_certificates(
            drafts=drafts, signer=signer, by=batch.created_by, at=timezone.now()
        )
        waiting.filter(credential__in=made).update(certificate=State.MADE)
        waiting.filter(credential__in=drafts).update(certificate=State.NOT_WANTED)  # ended meanwhile
    for code in sorted(set(failed.values())):
        pks = [pk for pk, one in failed.items() if one == code]
        waiting.filter(pk__in=pks).update(certificate=State.FAILED, certificate_error=code)
