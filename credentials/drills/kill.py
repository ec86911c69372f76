"""kill -9 of the worker in the middle of a batch: after a restart everything is issued, and issued once."""

import random
import time
from collections.abc import Callable
from typing import Protocol

from django.utils import timezone

from credentials.actions import batches
from credentials.drills import school
from credentials.drills.worker import Worker
from credentials.models import Batch, BatchItem, Credential
from registry.models import Institution, User

WITHIN = 300  # seconds for a whole rehearsal
ISSUED = BatchItem.Outcome.ISSUED


class Killable(Protocol):
    def kill(self) -> None: ...

    def stop(self) -> None: ...


class Failed(AssertionError):
    """What must hold after the kills does not."""


def run(options: dict) -> dict:
    """`items` (200) attainments in one batch, the worker killed `kills` (3) times."""
    return rehearse(items=options["items"], kills=options["kills"], start=Worker)


def rehearse(*, items: int, kills: int, start: Callable[[], Killable]) -> dict:
    """Figures of one rehearsal. Raises Failed. `start` gives a running worker, with the beat in it."""
    began = time.monotonic()
    batch = batch_of(items=items)
    killed_at = []
    for number in range(kills):
        worker = start()
        _wait(lambda reached=items * number // kills: _is_running(batch, reached=reached), began=began)
        time.sleep(random.uniform(0, 0.3))  # noqa: S311 – somewhere within a portion
        killed_at.append(issued(batch))
        worker.kill()
    worker, restarted = start(), time.monotonic()
    _wait(lambda: issued(batch) > killed_at[-1], began=began)
    taken_over = time.monotonic()
    _wait(lambda: Batch.objects.get(pk=batch.pk).status == Batch.Status.DONE, began=began)
    ended = time.monotonic()
    worker.stop()
    check(batch, items=items)
    return {
        "items": items,
        "kills": kills,
        "issued_when_killed": killed_at,
        "taken_over_after_s": round(taken_over - restarted, 1),
        "done_after_s": round(ended - restarted, 1),
        "credentials": Credential.objects.count(),
    }


def batch_of(*, items: int) -> Batch:
    """So many attainments, waiting in one batch."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    now = timezone.now()
    waiting = school.attainments(count=items, at=now)
    issuer = User.objects.get(email="issuer@oamk.example")
    return batches.start(institution=waiting[0].institution, attainments=waiting, by=issuer, at=now)


def _is_running(batch: Batch, *, reached: int) -> bool:
    status = Batch.objects.get(pk=batch.pk).status
    return status == Batch.Status.DONE or (status == Batch.Status.RUNNING and issued(batch) >= reached)


def issued(batch: Batch) -> int:
    """How many of its items."""
    return batch.items.filter(outcome=ISSUED).count()


def _wait(condition: Callable[[], bool], *, began: float) -> None:
    while not condition():
        if time.monotonic() - began > WITHIN:
            raise Failed(f"not done within {WITHIN} s")
        time.sleep(0.02)


def check(batch: Batch, *, items: int) -> None:
    """Raises Failed unless each item has its credential, once, at a place of its own."""
    places = list(Credential.objects.values_list("status_list", "status_index"))
    found = {
        "items issued": issued(batch),
        "credentials": len(places),
        "attainments with a credential": Credential.objects.values("attainment").distinct().count(),
        "places in status lists": len(set(places)),
    }
    wrong = {name: number for name, number in found.items() if number != items}
    if wrong:
        raise Failed(f"expected {items}, found {wrong}")
