"""Notices of deadlines, written once each however often the clock asks; the letters wait in their table.

The clock only reminds: no state is moved here (6.5).
"""

from datetime import date, datetime

from celery import shared_task
from django.db import IntegrityError, transaction
from django.utils import timezone

from quality.deadlines import LETTERS, Due, due
from quality.models import Notice
from registry import mail

PORTION = 100  # notices in one transaction


def write(*, on: date, at: datetime) -> int:
    """Write what has come by the day and is not written yet, with its letters. Returns how many."""
    waiting = due(on)
    portions = [waiting[start : start + PORTION] for start in range(0, len(waiting), PORTION)]
    return sum(_write_or_again(portion, at=at) for portion in portions)


@shared_task(name="quality.notices.write_due")
def write_due() -> int:
    """Today's notices, and those that were missed. Returns how many were written."""
    now = timezone.now()
    return write(on=timezone.localdate(now), at=now)


def _write_or_again(portion: list[Due], *, at: datetime) -> int:
    """The key is unique: when another worker was quicker with one of them, what is left is written."""
    try:
        return _write(portion, at=at)
    except IntegrityError:
        return _write(portion, at=at)


@transaction.atomic
def _write(portion: list[Due], *, at: datetime) -> int:
    known = Notice.objects.filter(key__in=[one.key for one in portion]).values_list("key", flat=True)
    known = set(known)
    new = [one for one in portion if one.key not in known]
    if not new:
        return 0
    Notice.objects.bulk_create(
        Notice(
            key=one.key,
            kind=one.kind,
            institution_id=one.institution_id,
            offering_id=one.offering_id,
            user_id=one.reader.user_id,
            about_on=one.about_on,
            written_at=at,
        )
        for one in new
    )
    mail.post(
        [
            mail.composed(
                to=one.reader.email,
                language=one.reader.language,
                template=LETTERS[one.kind],
                context=one.context,
                at=at,
            )
            for one in new
        ]
    )
    return len(new)
