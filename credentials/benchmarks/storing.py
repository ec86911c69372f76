"""How fast whole awards are stored: two worker processes, each at the batches of one institution."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from credentials.actions import batches
from credentials.drills import school
from credentials.models import Attainment, Batch, BatchItem
from registry.management.processes import Children

# One institution's places in its status list are taken by one worker at a time, so each has its own.
OFFERINGS = ("OAMK-MC-2026-001", "KAMK-MC-2026-002")
WARM = 60


@dataclass(frozen=True, kw_only=True)
class Work:
    """What two workers have done together: these batches, from the first moment to the last, and their
    processor time for one item, whatever else ran on the machine."""

    batches: list[Batch]
    seconds: float
    worker_ms: float


def figures(size: int) -> dict:
    """Locked, read, signed, checked on their bytes, stored with place, trail and letter; all issued."""
    done = worked(size)
    count = BatchItem.objects.filter(batch__in=done.batches).count()
    return {"stored_per_s": round(count / done.seconds, 1), "stored_worker_ms": done.worker_ms}


def worked(size: int) -> Work:
    """Issued, and with certificates where the institutions want them made."""
    plans = [_batches(offering, count=size // len(OFFERINGS)) for offering in OFFERINGS]
    whole = [one for _warm, one in plans]
    connections.close_all()
    folder = Path(settings.VAR_DIR)
    files = [folder / f"worker-{one.pk}.json" for one in whole]
    with Children(folder=folder) as children:
        for file, (warm, own) in zip(files, plans, strict=True):
            names = [str(file), str(warm.pk), str(own.pk), *(str(one.pk) for one in whole if one != own)]
            environment = {"DJANGO_SETTINGS_MODULE": "registry.config.settings"}
            children.start(file.stem, "credentials.benchmarks.worker", *names, environment=environment)
        children.wait_for(lambda: all(one.with_suffix(".ready").exists() for one in files), what="workers")
        for one in files:
            one.with_suffix(".go").touch()
        # They end by themselves, which `wait_for` takes for a fault.
        for _name, process in children.running:
            process.wait(600)
    times = [json.loads(one.read_text()) for one in files]
    if BatchItem.objects.filter(batch__in=whole).exclude(outcome=BatchItem.Outcome.ISSUED).exists():
        raise RuntimeError("not all were issued")
    count = BatchItem.objects.filter(batch__in=whole).count()
    return Work(
        batches=whole,
        seconds=max(one["ended"] for one in times) - min(one["began"] for one in times),
        worker_ms=round(1_000 * sum(one["cpu"] for one in times) / count, 2),
    )


def _batches(offering: str, *, count: int) -> tuple[Batch, Batch]:
    """One to warm up on, one to measure."""
    rows = school.attainments(count=WARM + count, at=timezone.now(), offering=offering)
    return _batch(rows[:WARM]), _batch(rows[WARM:])


def _batch(rows: list[Attainment]) -> Batch:
    institution = rows[0].institution
    issuer = school.issuer_of(institution)
    return batches.start(institution=institution, attainments=rows, by=issuer, at=timezone.now())
