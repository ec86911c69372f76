"""How fast whole awards are stored: two worker processes, each at the batches of one institution."""

import json
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from credentials.actions import batches
from credentials.drills import school
from credentials.models import Attainment, Batch, Credential
from registry.management.processes import Children

# One institution's places in its status list are taken by one worker at a time, so each has its own.
OFFERINGS = ("OAMK-MC-2026-001", "KAMK-MC-2026-002")
WARM = 60


def stored_per_s(size: int) -> float:
    """Locked, read, signed, checked on their bytes, stored with place, trail and letter; all issued."""
    plans = [_batches(offering, count=size // len(OFFERINGS)) for offering in OFFERINGS]
    before = Credential.objects.count()
    connections.close_all()
    folder = Path(settings.VAR_DIR)
    files = [folder / f"worker-{number}.json" for number in range(len(plans))]
    with Children(folder=folder) as children:
        for file, (warm, whole) in zip(files, plans, strict=True):
            names = [str(file), str(warm.pk), str(whole.pk)]
            environment = {"DJANGO_SETTINGS_MODULE": "registry.config.settings"}
            children.start(file.stem, "credentials.benchmarks.worker", *names, environment=environment)
        children.wait_for(lambda: all(one.with_suffix(".ready").exists() for one in files), what="workers")
        for one in files:
            one.with_suffix(".go").touch()
        # They end by themselves, which `wait_for` takes for a fault.
        for _name, process in children.running:
            process.wait(600)
    times = [json.loads(one.read_text()) for one in files]
    issued = Credential.objects.count() - before
    if issued != sum(batch.items.count() for plan in plans for batch in plan):
        raise RuntimeError(f"only {issued} were issued")
    counted = sum(whole.items.count() for _warm, whole in plans)
    return round(counted / (max(one["ended"] for one in times) - min(one["began"] for one in times)), 1)


def _batches(offering: str, *, count: int) -> tuple[Batch, Batch]:
    """One to warm up on, one to measure."""
    rows = school.attainments(count=WARM + count, at=timezone.now(), offering=offering)
    return _batch(rows[:WARM]), _batch(rows[WARM:])


def _batch(rows: list[Attainment]) -> Batch:
    institution = rows[0].institution
    issuer = school.issuer_of(institution)
    return batches.start(institution=institution, attainments=rows, by=issuer, at=timezone.now())
