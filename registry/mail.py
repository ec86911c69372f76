"""E-mail: written into a table inside the transaction, sent by a worker after it. No personal data in the
subject (N7)."""

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from registry import queue, storing
from registry.models import Letter

OWN = "\0"  # in no text that anybody wrote: databases refuse it
TRIES = 10  # each waits twice as long as the one before: almost two days in all


def send(*, to: str, language: str, template: str, context: dict, at: datetime) -> Letter:
    """Queue one letter. The template's first line is the subject, the rest the body, in the reader's
    language."""
    letter = composed(to=to, language=language, template=template, context=context, at=at)
    post([letter])
    return letter


def write(*, to: str, language: str, subject: str, body: str, at: datetime) -> Letter:
    """Queue one letter that somebody else has worded."""
    letter = _letter(to=to, language=language, subject=subject, body=body, at=at)
    post([letter])
    return letter


def composed(*, to: str, language: str, template: str, context: dict, at: datetime) -> Letter:
    """A letter as `send` words it, not queued yet."""
    with translation.override(language):
        subject, body = (
            render_to_string(template, {**context, "base_url": settings.SITE_URL}).strip().split("\n", 1)
        )
    return _letter(to=to, language=language, subject=subject, body=body, at=at)


def copied(letter: Letter, *, to: str, own: str) -> Letter:
    """The same letter to one of many readers; where it has OWN stands what is theirs alone."""
    return _letter(
        to=to,
        language=letter.language,
        subject=letter.subject,
        body=letter.body.replace(OWN, own),
        at=letter.created_at,
    )


def post(letters: list[Letter]) -> None:
    """Queue letters, many by one message to the worker. Whose address was erased gets none."""
    letters = [one for one in letters if one.to]
    if letters:
        storing.insert(letters)
        queue.later(deliver)


def _letter(*, to: str, language: str, subject: str, body: str, at: datetime) -> Letter:
    return Letter(
        to=to,
        language=language,
        subject=subject.strip(),
        body=body.strip() + "\n",
        created_at=at,
        next_try_at=at,
    )


@shared_task(name="registry.mail.deliver")
def deliver() -> int:
    """Send what waits; each letter once, also when two workers run this at the same time. Returns how many
    went."""
    now, sent = timezone.now(), 0
    waiting = Letter.objects.filter(sent_at=None, next_try_at__lte=now, tries__lt=TRIES).order_by("pk")
    for letter in waiting[:200]:
        mine = Letter.objects.filter(pk=letter.pk, tries=letter.tries, sent_at=None).update(
            tries=letter.tries + 1, next_try_at=now + timedelta(minutes=5 * 2**letter.tries)
        )
        if mine and _deliver(letter):
            sent += 1
    return sent


def _deliver(letter: Letter) -> bool:
    try:
        EmailMessage(subject=letter.subject, body=letter.body, to=[letter.to]).send()
    except (
        OSError
    ) as problem:  # smtplib's errors are OSErrors: the server is away or refuses; tried again later
        Letter.objects.filter(pk=letter.pk).update(error=type(problem).__name__)
        return False
    # The text goes: a letter may hold a single-use link, whose secret is nowhere else.
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), error="", body="")
    return True
