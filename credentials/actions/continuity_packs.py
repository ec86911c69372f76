"""Continuity packs: asked for by a person, made by a worker, fetched by permission.

What they hold is worked out anew each time, so a worker that dies leaves nothing but a row that waits.
"""

import hashlib
import logging
import tempfile
from datetime import datetime
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import packing
from credentials.actions import issued_log, status_lists
from credentials.models import ContinuityPack
from registry import queue, trail
from registry.errors import Refused
from registry.models import Institution, User
from registry.workflow import advance

log = logging.getLogger(__name__)
MOST_KEPT = 5  # files of one institution; a newer one says all that an older one did
DRAFT = ".making-"
Status = ContinuityPack.Status


class NothingToPack(Refused):
    """The institution has issued nothing yet."""

    code = "nothing_to_pack"


class Gone(Refused):
    """There is no file, or no longer."""

    code = "gone"
    status = 410


@transaction.atomic
def ask(*, institution: Institution, by: User, at: datetime) -> ContinuityPack:
    """Have a pack made; asked twice while it is made, the same one. Raises NothingToPack."""
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if not institution.credentials.exists():
        raise NothingToPack(_("The institution has issued no credentials yet, so there is nothing to pack."))
    waiting = institution.continuity_packs.filter(status=Status.WAITING).first()
    if waiting:
        return waiting
    pack = ContinuityPack.objects.create(institution=institution, requested_at=at, requested_by=by)
    trail.record(verb="pack_asked", row=pack, by=by, at=at, became=pack.status)
    queue.later(make, pack.pk)
    return pack


@shared_task(name="credentials.continuity_packs.make")
def make(pack_pk: int) -> None:
    """Make one pack. Run twice, it finds nothing to make."""
    pack = ContinuityPack.objects.select_related("institution").get(pk=pack_pk)
    if pack.status != Status.WAITING:
        return
    now = timezone.now()
    try:
        data = content(institution=pack.institution, at=now)
        _put(pack, data=data, at=now)
    except OperationalError:
        raise  # the database is away or busy: the sweep tries again
    except Exception:
        log.exception("continuity pack %s", pack.uid)
        _give_up(pack, at=timezone.now())


@shared_task(name="credentials.continuity_packs.resume")
def resume() -> int:
    """Make what dead workers left. Returns how many were found."""
    waiting = list(
        ContinuityPack.objects.filter(status=Status.WAITING).order_by("pk").values_list("pk", flat=True)
    )
    for pk in waiting:
        make(pk)
    return len(waiting)


@transaction.atomic
def content(*, institution: Institution, at: datetime) -> bytes:
    """The pack as of now: its lists signed, everything issued so far in the log. Raises KeyUnreadable."""
    due = Q(signed_at=None) | Q(changed_at__gt=F("signed_at"))
    for status_list in institution.status_lists.filter(due).order_by("pk"):
        status_lists.sign(status_list=status_list, at=at)
    while issued_log.append(institution=institution, at=at):
        pass
    head = issued_log.sign_head(institution=institution, at=at)
    return packing.pack(institution, head=head, at=at)


def fetch(*, pack: ContinuityPack, by: User, at: datetime) -> bytes:
    """The file; who fetched it is in the trail."""
    try:
        data = path(pack).read_bytes()
    except FileNotFoundError as problem:
        raise Gone(_("The file of the pack is no longer kept. Ask for a new one.")) from problem
    trail.record(verb="pack_fetched", row=pack, by=by, at=at, content_hash=pack.sha256)
    return data


def of(institution: Institution) -> QuerySet[ContinuityPack]:
    """The institution's packs, the newest first."""
    return institution.continuity_packs.select_related("requested_by").order_by("-requested_at", "-pk")


def path(pack: ContinuityPack) -> Path:
    return folder() / f"{pack.uid}.zip"


def folder() -> Path:
    """Where the files lie; made when it is first needed, readable by the service only."""
    found = Path(settings.BUNDLE_DIR) / "continuity"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


@transaction.atomic
def _put(pack: ContinuityPack, *, data: bytes, at: datetime) -> None:
    """The file takes its place when the row does; two workers make the same."""
    if _locked(pack).status != Status.WAITING:
        return
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=DRAFT, delete=False) as draft:
        draft.write(data)
    advance(
        pack, Status.DONE, by=None, at=at, made_at=at, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), credentials=pack.institution.credentials.count(),
    )  # fmt: skip
    Path(draft.name).replace(path(pack))
    for old in of(pack.institution).filter(status=Status.DONE)[MOST_KEPT:]:
        path(old).unlink(missing_ok=True)


@transaction.atomic
def _give_up(pack: ContinuityPack, *, at: datetime) -> None:
    if _locked(pack).status == Status.WAITING:
        advance(pack, Status.FAILED, by=None, at=at)


def _locked(pack: ContinuityPack) -> ContinuityPack:
    return ContinuityPack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
