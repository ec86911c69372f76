"""The real beat, killed and gone for three days: it sends what is still due, once (issue C, Shows; 6.5).

On SQLite the folder is its queue, on PostgreSQL Redis: both halves of `manage.py test` run this.
"""

import dbm
import shelve
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from quality.actions import notices
from quality.models import Notice, ReviewCycle
from registry.access import Role
from registry.models import Letter
from tests.factories.quality import CycleFactory
from tests.factories.registry import InstitutionFactory, member
from tests.worker import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Status = ReviewCycle.Status
MORNING = "quality.notices.write_due"
HAS_READ_ITS_SCHEDULE = "beat: Ticking with max interval"
BEAT = ("-B", "-P", "threads", "-c", "2")


def round_due(*, days: int, status: str, house) -> ReviewCycle:
    """A round whose deadline is so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    long_ago = timezone.now() - timedelta(days=300)
    return CycleFactory(
        version__offering__institution=house, status=status, due_on=day, check_due_on=day,
        opened_at=long_ago, decided_at=long_ago,
    )  # fmt: skip


def sleep_three_days() -> None:
    """What the beat keeps of its last runs lies three days back, as it does after three days."""
    with shelve.open(settings.CELERY_BEAT_SCHEDULE_FILENAME, writeback=True) as kept:
        for entry in kept["entries"].values():
            entry.last_run_at -= timedelta(days=3)


def has_kept_its_schedule() -> bool:
    """A beat that is killed leaves its last runs behind only if they are on the disk already."""
    try:
        with shelve.open(settings.CELERY_BEAT_SCHEDULE_FILENAME, flag="r") as kept:
            return bool(kept.get("entries"))
    except (*dbm.error, EOFError):
        return False


def mornings(beat, word: str = "") -> int:
    """How many lines of the worker's log tell of the morning's notices."""
    return len([line for line in beat.log.read_text().splitlines() if MORNING in line and word in line])


def posted() -> int:
    """How many letters have left. Django gives two of the same second one file now and then."""
    return sum(path.read_text().count("Message-ID:") for path in Path(settings.VAR_DIR, "mail").glob("*"))


def test_beat_killed_for_three_days_sends_what_is_still_due_once(worker):
    """6.5: a Check that fell due on a day it slept through is told once, late; an approval that lapses in two
    days still in time; one that lapsed meanwhile not at all, as if there were time."""
    house = InstitutionFactory()
    coordinator, publisher = member(house, Role.QUALITY), member(house, Role.PUBLISHER)
    first = worker(*BEAT, LOG_LEVEL="DEBUG")
    wait_until(lambda: HAS_READ_ITS_SCHEDULE in first.log.read_text())
    first.kill()
    if not has_kept_its_schedule():  # some of Python's databases are written when they are closed
        closed = worker(*BEAT, LOG_LEVEL="DEBUG")
        wait_until(lambda: HAS_READ_ITS_SCHEDULE in closed.log.read_text())
        closed.stop()
    sleep_three_days()
    late = round_due(days=-2, status=Status.DO, house=house)
    lapsing = round_due(days=2, status=Status.PLAN_APPROVED, house=house)
    round_due(days=-1, status=Status.PLAN_APPROVED, house=house)  # lapsed while nobody was awake
    before = posted()

    second = worker(*BEAT)
    wait_until(lambda: mornings(second) and not Letter.objects.filter(sent_at=None).exists(), seconds=90)
    wait_until(lambda: Notice.objects.count() == 2)
    for _again in range(2):
        notices.write_due.delay()
    wait_until(lambda: mornings(second, "succeeded") >= 3, seconds=60)
    wait_until(lambda: not Letter.objects.filter(sent_at=None).exists())

    told = set(Notice.objects.values_list("kind", "user", "offering", "about_on"))
    assert told == {
        ("check", coordinator.pk, late.offering_id, late.check_due_on),
        ("approval", publisher.pk, lapsing.offering_id, lapsing.due_on),
    }
    assert Letter.objects.filter(to=coordinator.email, subject__startswith="Arviointi:").count() == 1
    assert Letter.objects.filter(to=publisher.email).count() == 1
    assert posted() - before == Letter.objects.count()
