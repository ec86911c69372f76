"""The append-only log of what an institution issued: hashes put in order afterwards, and the signed head.

Issuing does not wait for it: a task finds what is not in the log yet, as certificate transparency merges
what was submitted. What stands there stays, and anybody can see that it does.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from celery import shared_task
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from credentials import keystore
from credentials.formats import tree_head
from credentials.models import Credential, CredentialDocument, LogEntry, TreeHead
from credentials.proofs import merkle
from registry.models import Institution

log = logging.getLogger(__name__)
PORTION = 2_000
Answer = TypeVar("Answer")


@shared_task(name="credentials.issued_log.put_in_order")
def put_in_order() -> int:
    """Add to every institution's log what it has issued since; returns how many entries there are more."""
    added = 0
    for institution in Institution.objects.filter(signing_keys__isnull=False).distinct().order_by("pk"):
        try:
            while count := append(institution=institution, at=timezone.now()):
                added += count
            sign_head(institution=institution, at=timezone.now())
        except keystore.KeyUnreadable:
            log.exception("the log of %s has no new head", institution)
    return added


@transaction.atomic
def append(*, institution: Institution, at: datetime) -> int:
    """Add at most PORTION documents that are not in the log yet; returns how many."""
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    hashes = _missing(institution)
    if not hashes:
        return 0
    size = institution.log_entries.count()
    nodes = _known(institution, lambda node: merkle.root(size, node))
    known, entries = _in(nodes), []
    for number, sha256 in enumerate(hashes, start=size):
        data = bytes.fromhex(sha256)
        made = merkle.completed(data, number, known)
        nodes |= {(level, number >> level): one for level, one in enumerate(made)}
        entries.append(
            LogEntry(institution=institution, number=number, sha256=sha256, nodes=b"".join(made), added_at=at)
        )
    LogEntry.objects.bulk_create(entries, batch_size=500)
    return len(entries)


@transaction.atomic
def sign_head(*, institution: Institution, at: datetime) -> TreeHead | None:
    """The head of the log as it is now; signed anew only when the log has grown or its key has leaked.

    None where nothing has been issued. Raises KeyUnreadable.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    size, newest = institution.log_entries.count(), head(institution)
    if not size or (newest and newest.size == size and newest.key.compromised_at is None):
        return newest
    signer = keystore.active(institution=institution, at=at)
    root = _asked(institution, lambda node: merkle.root(size, node))
    token = tree_head.sign(log=signer.did, size=size, root=root, at=at, seal=signer.seal)
    return TreeHead.objects.create(
        institution=institution, size=size, root=root.hex(), token=token, key=signer.key, made_at=at
    )


def head(institution: Institution) -> TreeHead | None:
    """The newest head there is."""
    return institution.tree_heads.select_related("key").order_by("-size", "-pk").first()


def inclusion(*, entry: LogEntry, size: int) -> list[bytes]:
    """The path from an entry to the root of the first `size` entries; `size` is above its number."""
    return _asked(entry.institution, lambda node: merkle.inclusion(entry.number, size, node))


def consistency(*, institution: Institution, old: int, new: int) -> list[bytes]:
    """What shows that the log of `new` entries begins with that of `old`: 0 < old <= new <= its size."""
    return _asked(institution, lambda node: merkle.consistency(old, new, node))


def _missing(institution: Institution) -> list[str]:
    """Hashes of signed documents that are not in the log, the oldest first."""
    credentials = _not_in_log(Credential.objects.filter(institution=institution), institution, "issued_at")
    documents = CredentialDocument.objects.filter(credential__institution=institution)
    found = credentials + _not_in_log(documents, institution, "made_at")
    return list(dict.fromkeys(sha256 for _moment, sha256 in sorted(found)))[:PORTION]


def _not_in_log(rows: QuerySet, institution: Institution, moment: str) -> list[tuple[datetime, str]]:
    logged = LogEntry.objects.filter(institution=institution, sha256=OuterRef("sha256"))
    missing = rows.filter(~Exists(logged)).order_by(moment, "sha256")
    return list(missing.values_list(moment, "sha256")[:PORTION])


def _asked(institution: Institution, ask: Callable[[merkle.Node], Answer]) -> Answer:
    """What `ask` works out of the nodes it wants, which are read at once."""
    nodes = _known(institution, ask)
    return ask(_in(nodes))


def _in(nodes: dict[tuple[int, int], bytes]) -> merkle.Node:
    return lambda level, number: nodes[level, number]


def _known(institution: Institution, ask: Callable[[merkle.Node], object]) -> dict[tuple[int, int], bytes]:
    """The nodes that `ask` wants. It may not look at them."""
    wanted: set[tuple[int, int]] = set()

    def note(*place: int) -> bytes:
        wanted.add(place)
        return bytes(32)

    ask(note)
    numbers = {((place + 1) << level) - 1: (level, place) for level, place in wanted}
    rows = institution.log_entries.filter(number__in=numbers).values_list("number", "nodes")
    found = {number: bytes(nodes) for number, nodes in rows}
    return {
        (level, place): found[number][32 * level : 32 * level + 32]
        for number, (level, place) in numbers.items()
    }
