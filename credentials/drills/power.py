"""kill -9 of the worker, the broker and the database in turn, in the middle of a batch: nothing is lost,
nothing is issued twice."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from credentials.actions import batches
from credentials.drills import kill
from credentials.drills.kill import Failed
from credentials.drills.worker import Worker
from credentials.models import Batch, Credential
from registry.models import TrailEntry

WITHIN = 1200  # seconds for a whole rehearsal
DOWN = 0.1  # seconds that what was killed stays away
SOON = 0.25  # seconds at most from a worker's taking the batch to the next kill: within its first portion
ORDER = ("valkey", "worker", "postgres")  # the first does not stop the worker, so the second finds it at work


@dataclass
class Servers:
    """The database and the broker of the rehearsal, with `kill` and `start`."""

    postgres: Any
    valkey: Any


def addresses() -> dict[str, str]:
    """Where the servers of a rehearsal will be; to be known before Django reads its settings."""
    from tests.services import Postgres, Valkey, free_port  # noqa: PLC0415  out of the development packages

    return {"database_url": Postgres.url_at(free_port()), "redis_url": Valkey.url_at(free_port())}


@contextmanager
def servers() -> Iterator[Servers]:
    """Started at the addresses that the settings name."""
    from tests.services import Postgres, Valkey  # noqa: PLC0415

    database = settings.DATABASES["default"]
    with ExitStack() as running:
        held = Servers(
            Postgres(port=int(database["PORT"]), is_safe=True),
            Valkey(port=int(settings.REDIS_URL.rpartition(":")[2].partition("/")[0])),
        )
        running.callback(held.postgres.remove)
        for server in (held.postgres, held.valkey):
            server.start()
            running.callback(server.stop)
        running.callback(connection.close)
        yield held


def run(options: dict, held: Servers) -> dict:
    """`items` (200; figures are of 1,000) attainments in one batch, `kills` (3; 20) in turn, each soon after
    a worker has taken the batch, the later ones when some portions are stored."""
    items, kills = options["items"], options["kills"]
    began = time.monotonic()
    batch = kill.batch_of(items=items)
    worker = Worker()
    killed, stopped_at = [], timezone.now()
    stages = max(items // batches.TOGETHER - 1, 1)  # two portions are left for the last kills
    for number in range(kills):
        victim, reached = ORDER[number % 3], batches.TOGETHER * (number * stages // kills)
        _wait(lambda: _is_at_work(batch, since=stopped_at, reached=reached), began=began)  # noqa: B023 – as now
        time.sleep(random.uniform(0, SOON))  # noqa: S311
        if _is_done(batch):
            raise Failed(f"the batch was done after {number} kills: take more items")
        killed.append(f"{victim} at {_issued(batch)}")
        worker = _cut(victim, held=held, worker=worker)
        if victim != "valkey":
            stopped_at = timezone.now()
    _wait(lambda: _is_done(batch), began=began)
    ended = time.monotonic()
    worker.stop()
    kill.check(batch, items=items)
    _check_once(items=items)
    return {
        "items": items,
        "kills": kills,
        "killed": ", ".join(killed),
        "done_after_s": round(ended - began, 1),
        "credentials": Credential.objects.count(),
    }


def _cut(victim: str, *, held: Servers, worker: Worker) -> Worker:
    """Kill it and start it again; the worker that runs now."""
    if victim == "worker":
        worker.kill()
        return Worker()
    server = getattr(held, victim)
    server.kill()
    time.sleep(DOWN)
    server.start()
    return worker


def _issued(batch: Batch) -> int:
    return _asked(lambda: kill.issued(batch))


def _is_at_work(batch: Batch, *, since: datetime, reached: int) -> bool:
    """Whether a worker has taken the batch since then and so many are issued, or it is done."""
    found = _asked(lambda: Batch.objects.get(pk=batch.pk))
    is_held = found.beat_at is not None and found.beat_at > since
    return found.status == Batch.Status.DONE or (is_held and _issued(batch) >= reached)


def _is_done(batch: Batch) -> bool:
    return _asked(lambda: Batch.objects.get(pk=batch.pk).status == Batch.Status.DONE)


def _asked(question: Callable[[], Any]) -> Any:
    """The database's answer, asked again after it was away."""
    try:
        return question()
    except (DatabaseError, InterfaceError):
        connection.close()
        return question()


def _wait(condition: Callable[[], bool], *, began: float) -> None:
    while not condition():
        if time.monotonic() - began > WITHIN:
            raise Failed(f"not done within {WITHIN} s")
        time.sleep(0.02)


def _check_once(*, items: int) -> None:
    """One line of the trail for each credential: what was rolled back left none."""
    lines = TrailEntry.objects.filter(verb="issued").values("about")
    if (lines.count(), lines.distinct().count()) != (items, items):
        raise Failed(f"{lines.count()} lines of the trail say that something was issued")
