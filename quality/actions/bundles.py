"""Evidence bundles: asked for by a person, made by a worker, fetched by permission or by a reader's link.

A file comes into its place whole, in the moment its row says that it is ready: a worker that dies leaves
nothing that anybody could fetch, and the sweep gives its work to another.
"""

import errno
import hashlib
import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import bundled
from quality.actions import grants
from quality.exports import files
from quality.models import Bundle, BundleGrant
from registry import queue, trail
from registry.errors import Invalid, Refused, StateChanged
from registry.models import Institution, User
from registry.models.texts import LANGUAGES
from registry.workflow import advance, hold

log = logging.getLogger(__name__)

MOST_YEARS = 7
LEASE = timedelta(minutes=3)  # without a sign of life for this long, a worker counts as dead
BEAT = LEASE / 3
MOST_BEATS = 60  # no bundle takes an hour: a worker that hangs is overtaken, too
MOST_TRIES = 3  # what kills its worker this often is not tried again by itself
DRAFT = ".making-"
Status = Bundle.Status


class Gone(Refused):
    """There is no file any more."""

    code = "gone"
    status = 410


@transaction.atomic
def ask(
    *, institution: Institution, begins_on: date, ends_on: date, language: str, by: User, at: datetime
) -> Bundle:
    """Have the evidence of a period made, both days included; asked twice while it is made, the same one."""
    _check(begins_on=begins_on, ends_on=ends_on, language=language, today=timezone.localdate(at))
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    wanted = {"begins_on": begins_on, "ends_on": ends_on, "language": language}
    on_its_way = institution.bundles.filter(status__in=[Status.WAITING, Status.RUNNING], **wanted).first()
    if on_its_way:
        return on_its_way
    bundle = Bundle.objects.create(institution=institution, requested_at=at, requested_by=by, **wanted)
    trail.record(verb="bundle_asked", row=bundle, by=by, at=at, became=bundle.status)
    queue.later(make, bundle.pk)
    return bundle


@transaction.atomic
def again(*, bundle: Bundle, by: User, at: datetime) -> None:
    """Try once more what could not be made, or make anew what is no longer kept."""
    advance(bundle, Status.WAITING, by=by, at=at, beat_at=at, tries=0, error="")
    queue.later(make, bundle.pk)


@shared_task(name="quality.bundles.make")
def make(bundle_pk: int) -> None:
    """Make one bundle, unless another worker is at it. Run twice, it finds nothing to make."""
    bundle = _take(pk=bundle_pk, at=timezone.now())
    if bundle is None:
        return
    try:
        _make(bundle, at=timezone.now())
    except OperationalError:
        raise  # the database is away or busy: the sweep tries again
    except Exception as problem:
        log.exception("bundle %s", bundle.uid)
        _give_up(bundle, error=_why(problem), at=timezone.now())


@shared_task(name="quality.bundles.resume")
def resume() -> int:
    """Go on with what dead workers left, and delete what is no longer kept. Returns how many were found."""
    now = timezone.now()
    silent = Q(beat_at__lt=now - LEASE) | Q(beat_at=None, requested_at__lt=now - LEASE)
    left = Bundle.objects.filter(silent, status__in=[Status.WAITING, Status.RUNNING])
    pks = list(left.order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        make(pk)
    _forget_old(at=now)
    return len(pks)


def fetch(*, bundle: Bundle, by: User | None, at: datetime, grant: BundleGrant | None = None) -> bytes:
    """The file; who fetched it is in the trail, a reader outside by the name of the link."""
    if bundle.status != Status.DONE:
        raise Gone(_("The bundle has no file. Ask for it again."))
    try:
        data = path(bundle).read_bytes()
    except FileNotFoundError as problem:
        raise Gone(_("The file of the bundle is missing. Ask for a new one.")) from problem
    reader = grant.reader if grant else ""
    trail.record(verb="bundle_fetched", row=bundle, by=by, at=at, reason=reader, content_hash=bundle.sha256)
    return data


# Readers outside


@transaction.atomic
def grant(*, bundle: Bundle, reader: str, ends_on: date, by: User, at: datetime) -> tuple[BundleGrant, str]:
    """Let a named reader fetch the bundle until a day ends; the link's secret is kept nowhere."""
    kept, today = Bundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk), timezone.localdate(at)
    if kept.status != Status.DONE:
        raise StateChanged(_("Only a bundle that is ready can be read."))
    last = last_day(kept, today=today)
    said = {"reader": reader, "ends_on": ends_on, "last": last}
    return grants.give(BundleGrant(bundle=kept), row=kept, **said, by=by, at=at)


@transaction.atomic
def withdraw(*, grant: BundleGrant, by: User, at: datetime) -> None:
    """End a reader's link at once."""
    kept = BundleGrant.objects.select_for_update(of=("self",)).select_related("bundle").get(pk=grant.pk)
    grants.withdraw(kept, row=kept.bundle, by=by, at=at)


def granted(*, secret: str, at: datetime) -> BundleGrant | None:
    """Whose link the secret is, while it works and the file is kept."""
    kept = BundleGrant.objects.filter(bundle__status=Status.DONE).select_related("bundle__institution")
    return grants.working(kept, secret=secret, at=at).first()


def last_day(bundle: Bundle, *, today: date) -> date:
    """The last day that a link to it can have."""
    kept_until = timezone.localdate(bundle.made_at) + timedelta(days=Bundle.DAYS_KEPT - 1)
    return min(grants.last_day(today=today), kept_until)


def of(institution: Institution) -> QuerySet[Bundle]:
    """The institution's bundles, the newest first."""
    return institution.bundles.select_related("institution", "requested_by").order_by("-requested_at", "-pk")


def path(bundle: Bundle) -> Path:
    return folder() / f"{bundle.uid}.zip"


def folder() -> Path:
    """Where the files lie; made when it is first needed, readable by the service only."""
    found = Path(settings.BUNDLE_DIR)
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


# Parts


def _check(*, begins_on: date, ends_on: date, language: str, today: date) -> None:
    if ends_on < begins_on:
        raise _wrong("ends_on", _("The period ends before it begins."))
    if ends_on > today:
        raise _wrong("ends_on", _("The period ends today at the latest."))
    if ends_on >= begins_on + relativedelta(years=MOST_YEARS):
        raise _wrong("begins_on", _("A period has at most %(years)s years.") % {"years": MOST_YEARS})
    if language not in LANGUAGES:
        raise _wrong("language", _("Choose Finnish, Swedish or English."))


@transaction.atomic
def _take(*, pk: int, at: datetime) -> Bundle | None:
    """The bundle, ours for the time of the lease; None when it is made or another worker has it."""
    bundle = Bundle.objects.select_for_update(of=("self",)).select_related("institution").get(pk=pk)
    if bundle.status == Status.WAITING:
        advance(bundle, Status.RUNNING, by=None, at=at, beat_at=at, tries=1)
        return bundle
    if bundle.status != Status.RUNNING or bundle.beat_at >= at - LEASE:
        return None
    if bundle.tries >= MOST_TRIES:
        advance(bundle, Status.FAILED, by=None, at=at, error="stopped")
        return None
    bundle.beat_at, bundle.tries = at, bundle.tries + 1
    bundle.save(update_fields=["beat_at", "tries"])
    return bundle


def _make(bundle: Bundle, *, at: datetime) -> None:
    with _renewed(bundle):
        with transaction.atomic():  # one reading: on SQLite nobody writes meanwhile
            evidence = bundled.evidence(
                bundle.institution,
                begins_on=bundle.begins_on,
                ends_on=bundle.ends_on,
                language=bundle.language,
                at=at,
            )
        data = files.archive(evidence)
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=DRAFT, delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            counts = {table.key: len(table.rows) for table in evidence.tables}
            _put(bundle, draft=Path(draft.name), data=data, counts=counts, at=at)
        finally:
            Path(draft.name).unlink(missing_ok=True)


@contextmanager
def _renewed(bundle: Bundle) -> Iterator[None]:
    """Keeps the lease while the work goes on: Typst says nothing of itself until it has ended."""
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(bundle, ended), daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()


def _beat(bundle: Bundle, ended: threading.Event) -> None:
    """A sign of life a minute, by the thread's own connection."""
    try:
        for _each in range(MOST_BEATS):
            if ended.wait(BEAT.total_seconds()) or not _renew(bundle, at=timezone.now()):
                return
    finally:
        connection.close()


def _renew(bundle: Bundle, *, at: datetime) -> bool:
    """Whether the bundle is still ours; a database that is busy is asked at the next beat."""
    ours = Bundle.objects.filter(pk=bundle.pk, status=Status.RUNNING, beat_at=bundle.beat_at)
    try:
        held = ours.update(beat_at=at)
    except OperationalError:
        return True
    if held:
        bundle.beat_at = at
    return bool(held)


@transaction.atomic
def _put(bundle: Bundle, *, draft: Path, data: bytes, counts: dict, at: datetime) -> None:
    """The file takes its place when the row does; a worker that was overtaken puts nothing."""
    kept = hold(bundle, Status.DONE)
    if kept.beat_at != bundle.beat_at:
        return
    advance(
        bundle, Status.DONE, by=None, at=at, made_at=at, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), counts=counts,
    )  # fmt: skip
    draft.replace(path(bundle))


@transaction.atomic
def _give_up(bundle: Bundle, *, error: str, at: datetime) -> None:
    kept = Bundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    if kept.status == Status.RUNNING and kept.beat_at == bundle.beat_at:
        advance(kept, Status.FAILED, by=None, at=at, error=error)


def _why(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "no_room"
    from typst import TypstError  # noqa: PLC0415  as in `exports.files`: only a worker has it

    return "pdf" if isinstance(problem, TypstError) else "unexpected"


def _forget_old(*, at: datetime) -> None:
    """Delete files whose time is over, and drafts that a dead worker left."""
    for bundle in Bundle.objects.filter(
        status=Status.DONE, made_at__lt=at - timedelta(days=Bundle.DAYS_KEPT)
    ):
        with transaction.atomic():
            advance(bundle, Status.REMOVED, by=None, at=at)
        path(bundle).unlink(missing_ok=True)
    for draft in folder().glob(f"{DRAFT}*"):
        if draft.stat().st_mtime < (at - timedelta(hours=1)).timestamp():
            draft.unlink(missing_ok=True)


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
