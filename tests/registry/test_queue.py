"""The queue with a real worker: what is queued on commit is done, also when the worker died in between."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from registry import mail, queue
from registry.config import celery_app
from registry.models import Letter
from tests.worker import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def waiting_letter(*, to: str = "aino@example.com") -> Letter:
    long_ago = timezone.now() - timedelta(hours=1)
    return Letter.objects.create(
        to=to, language="fi", subject="Otsikko", body="Teksti\n", created_at=long_ago, next_try_at=long_ago
    )


def sent_files(*, to: str) -> list[Path]:
    return [path for path in Path(settings.VAR_DIR, "mail").glob("*") if to in path.read_text()]


def test_worker_sends_a_letter_that_was_queued_before_it_started(worker):
    letter = waiting_letter(to="once@example.com")
    with transaction.atomic():
        queue.later(mail.deliver)

    worker()

    wait_until(lambda: Letter.objects.get(pk=letter.pk).sent_at is not None)
    assert len(sent_files(to="once@example.com")) == 1


def test_worker_after_a_killed_one_goes_on(worker):
    worker().kill()
    letter = waiting_letter()
    with transaction.atomic():
        queue.later(mail.deliver)

    worker()

    wait_until(lambda: Letter.objects.get(pk=letter.pk).sent_at is not None)


def test_later_queues_nothing_when_the_transaction_fails(worker):
    with transaction.atomic():
        queue.later(mail.deliver)
        transaction.set_rollback(True)

    assert celery_app.control.purge() == 0


def test_schedule_names_only_tasks_that_exist():
    celery_app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= celery_app.tasks.keys()


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="about the queue in a folder")
def test_worker_survives_a_message_that_was_half_written(worker):
    """kill -9 of a sender, or a full disk, leaves such a file."""
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    (folder / "0_0.celery.msg").write_bytes(b"")
    letter = waiting_letter()
    with transaction.atomic():
        queue.later(mail.deliver)

    worker()

    wait_until(lambda: Letter.objects.get(pk=letter.pk).sent_at is not None)
    assert list(folder.glob("*.msg")) == []
