"""Bitstring Status Lists: places for new credentials, bits set by revocation, the signed list served."""

import hashlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from credentials import keystore
from credentials.formats import status_list as format_
from credentials.formats import token_status_list
from credentials.formats.encoding import encode
from credentials.models import Credential, SigningKey, StatusList
from credentials.proofs import jose
from registry import queue
from registry.models import Institution

log = logging.getLogger(__name__)

SECONDS = 15  # that a reader may keep a list: for so long a revocation may stay unseen
FULL = StatusList.LENGTH // 2  # a list half in use is closed: random places stay quick to find
TICK = timedelta(microseconds=1)
random = secrets.SystemRandom()


@transaction.atomic
def take(*, institution: Institution, count: int, at: datetime) -> tuple[StatusList, list[int]]:
    """Take places at random in the institution's open list, which stays locked until they are used."""
    _need_keys(institution, at=at)
    status_list = _open(institution=institution, count=count, at=at)
    places: set[int] = set()
    while len(places) < count:
        tried = {random.randrange(StatusList.LENGTH) for _ in range(count - len(places))}
        used = Credential.objects.filter(status_list=status_list, status_index__in=tried)
        places |= tried - set(used.values_list("status_index", flat=True))
    status_list.used += count
    status_list.save(update_fields=["used"])
    return status_list, random.sample(sorted(places), count)


@transaction.atomic
def follow(*, credentials: Iterable[Credential], issuing: Institution | None = None, at: datetime) -> None:
    """Bring each one's bit to what its row says: set where it is not to be relied on, whether revoked,
    suspended or replaced. The lists are signed again once this is committed.

    The last that an act does, for all that it has touched: so lists are locked after every other row, and
    in one order, whose institution they are. `issuing`: who takes a place next, in the list that is open.
    """
    of_list = defaultdict(list)
    for one in credentials:
        of_list[one.status_list_id].append(one)
    wanted = Q(pk__in=of_list)
    if issuing is not None:
        wanted |= Q(institution=issuing, is_open=True, purpose="revocation")
    for status_list in StatusList.objects.select_for_update().filter(wanted).order_by("pk"):
        if found := of_list.get(status_list.pk):
            _mark(status_list, found, at=at)
    queue.later(sign_due)


def _mark(status_list: StatusList, credentials: list[Credential], *, at: datetime) -> None:
    bits = bytes(status_list.bits)
    for one in credentials:
        bits = format_.with_bit(bits, one.status_index, is_set=one.status != Credential.Status.VALID)
    status_list.bits = bits
    # Later than the last signing whatever two machines' clocks say, else it would not count as due.
    status_list.changed_at = max(at, status_list.signed_at + TICK)
    status_list.save(update_fields=["bits", "changed_at"])


@transaction.atomic
def sign_anew(*, institution: Institution, at: datetime) -> None:
    """Have every list of the institution signed with its key of today: one that leaked proves nothing."""
    for status_list in institution.status_lists.select_for_update().order_by("pk"):
        status_list.changed_at = max(at, status_list.signed_at + TICK)
        status_list.save(update_fields=["changed_at"])
    queue.later(sign_due)


@transaction.atomic
def sign(*, status_list: StatusList, at: datetime) -> None:
    """Sign the list as its bits are now; from then on these bytes are served."""
    _need_keys(status_list.institution, at=at)
    status_list = StatusList.objects.select_for_update().select_related("institution").get(pk=status_list.pk)
    signer = keystore.active(institution=status_list.institution, at=at)
    unsigned = format_.document(
        list_url=status_list.url,
        issuer=signer.did,
        bits=bytes(status_list.bits),
        valid_from=status_list.created_at,
        purpose=status_list.purpose,
    )
    status_list.document = encode(signer.sign(unsigned, at=at))
    status_list.etag = hashlib.sha256(status_list.document).hexdigest()
    status_list.token = _token(status_list, at=at)
    status_list.token_etag = hashlib.sha256(status_list.token).hexdigest()
    status_list.signed_at = max(at, status_list.changed_at)
    status_list.save(update_fields=["document", "etag", "token", "token_etag", "signed_at"])


def _need_keys(institution: Institution, *, at: datetime) -> None:
    """Make the keys that are missing while no list is locked: to make one locks the institution."""
    for algorithm in (SigningKey.Algorithm.ED25519, SigningKey.Algorithm.P256):
        keystore.need(institution=institution, algorithm=algorithm, at=at)


def _token(status_list: StatusList, *, at: datetime) -> bytes:
    """The same bits for readers of SD-JWTs, with the key that signs those."""
    signer = keystore.active(institution=status_list.institution, algorithm=SigningKey.Algorithm.P256, at=at)
    claims = token_status_list.document(
        list_url=status_list.url, bits=bytes(status_list.bits), issued_at=at, seconds=SECONDS
    )
    header = {"typ": token_status_list.TYPE}
    return jose.sign(encode(claims), seal=signer.seal, header=header).encode("ascii")


@shared_task(name="credentials.status_lists.sign_due")
def sign_due() -> int:
    """Sign every list that has changed since its last signing; one that cannot be signed holds up no other.

    Returns how many were signed.
    """
    signed = 0
    due = StatusList.objects.filter(Q(signed_at=None) | Q(changed_at__gt=F("signed_at"))).order_by("pk")
    for status_list in due:
        try:
            sign(status_list=status_list, at=timezone.now())
            signed += 1
        except keystore.KeyUnreadable:
            log.exception("status list %s stays as it was signed last", status_list.public_id)
    return signed


def _open(*, institution: Institution, count: int, at: datetime) -> StatusList:
    """The open list, locked; a new one when it has no room left for `count`."""
    status_list = _locked(institution)
    if status_list is None:
        Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
        status_list = _locked(institution)
    if status_list is not None and status_list.used + count <= FULL:
        return status_list
    if status_list is not None:
        status_list.is_open = False
        status_list.save(update_fields=["is_open"])
    return _make(institution=institution, at=at)


def _locked(institution: Institution) -> StatusList | None:
    return institution.status_lists.select_for_update().filter(is_open=True, purpose="revocation").first()


def _make(*, institution: Institution, at: datetime) -> StatusList:
    """A new list, signed at once: whoever reads a credential that names it must find it."""
    public_id = secrets.token_hex(12)
    status_list = StatusList.objects.create(
        institution=institution,
        public_id=public_id,
        url=f"{settings.BASE_URL}/status-lists/{public_id}",
        bits=format_.blank(StatusList.LENGTH),
        created_at=at,
        changed_at=at,
    )
    sign(status_list=status_list, at=at)
    status_list.refresh_from_db()
    return status_list
