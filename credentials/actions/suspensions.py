"""Suspension of one credential: it is not to be relied on for the time being, and comes back into force."""

import logging
from datetime import date, datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials.actions import credential_letters, reasons, status_lists, wholes
from credentials.actions.wholes import NOT_SUSPENDED
from credentials.models import Credential
from registry.errors import Invalid, Refused
from registry.models import User
from registry.workflow import advance, changed, hold

log = logging.getLogger(__name__)
Status, Reason = Credential.Status, Credential.SuspensionReason
BY_HAND = {Reason.ASSESSMENT, Reason.IDENTITY, Reason.LEARNER}


@transaction.atomic
def suspend(*, credential: Credential, reason: str, until: date | None, by: User, at: datetime) -> None:
    """Take a credential out of force until somebody puts it back, or until the end of a day.

    What is made of it is suspended with it, and the learner is told why.
    """
    if reason not in BY_HAND:
        said = _("Choose the reason for suspending.")
        raise Invalid(said, code="reason_missing", reasons=[("reason", said)])
    if until is not None and until < timezone.localdate(at):
        said = _("The last day has passed already.")
        raise Invalid(said, code="day_past", reasons=[("until", said)])
    if credential.status != Status.VALID:
        raise changed(credential)
    advance(
        credential, Status.SUSPENDED, by=by, at=at, reason=reason, learner=credential.learner.uid,
        content_hash=credential.sha256, suspended_at=at, suspended_by=by, suspension_reason=reason,
        suspended_until=until,
    )  # fmt: skip
    moved = wholes.suspend(part=credential, by=by, at=at)
    credential_letters.send(
        credential=credential, template="mail/credential_suspended.txt", until=until, at=at
    )
    status_lists.follow(credentials=[credential, *moved], at=at)


@transaction.atomic
def resume(*, credential: Credential, reason: str, by: User | None, at: datetime) -> None:
    """Put a suspended credential in force again, with what is made of it."""
    reasons.refuse(reasons.of_why(reason))
    if credential.status != Status.SUSPENDED:
        raise changed(credential)
    hold(credential, Status.VALID)
    if credential.is_composite and not wholes.is_whole(credential):
        said = _("A part of it is not in force. It comes back into force with the part.")
        raise Refused(said, code="part_not_in_force")
    advance(
        credential, Status.VALID, by=by, at=at, reason=reason, learner=credential.learner.uid,
        content_hash=credential.sha256, **NOT_SUSPENDED,
    )  # fmt: skip
    moved = wholes.restore(part=credential, by=by, at=at)
    credential_letters.send(credential=credential, template="mail/credential_restored.txt", at=at)
    status_lists.follow(credentials=[credential, *moved], at=at)


@shared_task(name="credentials.suspensions.end_due")
def end_due() -> int:
    """End the suspensions whose last day has passed, each by itself. Returns how many.

    A composite credential waits for its parts, and holds up no other.
    """
    now = timezone.now()
    due = Credential.objects.filter(status=Status.SUSPENDED, suspended_until__lt=timezone.localdate(now))
    pks = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_ended(pk=pk, at=now) for pk in pks)


def _ended(*, pk, at: datetime) -> bool:
    try:
        return _end(pk=pk, at=at)
    except Refused as refusal:
        log.info("suspension of credential %s goes on: %s", pk, refusal.code)
        return False


@transaction.atomic
def _end(*, pk, at: datetime) -> bool:
    """Whether it was still due once it is locked: somebody may have been faster, or given it another day."""
    rows = Credential.objects.select_for_update(of=("self",)).select_related("learner", "institution")
    credential = rows.get(pk=pk)
    last = credential.suspended_until
    if credential.status != Status.SUSPENDED or last is None or last >= timezone.localdate(at):
        return False
    resume(credential=credential, reason=f"{last:%Y-%m-%d}", by=None, at=at)
    return True
