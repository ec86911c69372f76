"""Shares: the owner alone shows a credential to others, for as long as they wish (rules 8 and 11)."""

import secrets
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential, Learner, Share
from registry import trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import User

ADULT = 18  # years


class NotConfirmed(Refused):
    """A learner with a safety prohibition shares only after confirming it once more."""

    code = "confirmation_needed"


@transaction.atomic
def create(
    *, credential: Credential, days: int | None, confirmed: bool, note: str, by: User, at: datetime
) -> tuple[Share, str]:
    """Make a link to the credential; its secret is returned here and kept nowhere.

    It ends with the last second of a day in Finland, or with None only when it is withdrawn.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=credential.learner_id)
    _refuse_others(learner, by=by)
    if is_minor(learner, today=timezone.localdate(at)):
        text = _("Under 18-year-olds cannot share by link. Give the certificate on paper or as a file.")
        raise Refused(text, code="minor")
    if days not in settings.SHARE_DAYS:
        text = _("Choose how long the link works.")
        raise Invalid(text, reasons=[("days", text)])
    if learner.has_safety_prohibition and not confirmed:
        raise NotConfirmed(_("Because of your safety prohibition, confirm once more that you want to share."))
    secret = secrets.token_urlsafe(32)
    share = Share.objects.create(
        credential=credential,
        secret_hash=Share.digest(secret),
        note=words.optional(note, field="note"),
        created_at=at,
        expires_at=_end(timezone.localdate(at), days=days),
    )
    trail.record(verb="shared", row=credential, by=by, at=at, learner=learner.uid)
    return share, secret


@transaction.atomic
def withdraw(*, share: Share, by: User, at: datetime) -> None:
    """End a share at once. Withdrawing it twice changes nothing more."""
    kept = (
        Share.objects.select_for_update(of=("self",)).select_related("credential__learner").get(pk=share.pk)
    )
    credential = kept.credential
    _refuse_others(credential.learner, by=by)
    if kept.withdrawn_at is None:
        kept.withdrawn_at = at
        kept.save(update_fields=["withdrawn_at"])
        trail.record(verb="share_withdrawn", row=credential, by=by, at=at, learner=credential.learner.uid)
    share.withdrawn_at = kept.withdrawn_at


def find(*, secret: str) -> Share | None:
    """The share of a link, ended or not."""
    found = Share.objects.filter(secret_hash=Share.digest(secret))
    return found.select_related(
        "credential__version__offering",
        "credential__statement",
        "credential__institution",
        "credential__key",
        "credential__attainment__learner",
        "credential__attainment__institution",
    ).first()


def is_minor(learner: Learner, *, today: date) -> bool:
    """Whether the learner is under 18, as far as the register knows the birth date."""
    return learner.birth_date is not None and learner.birth_date + relativedelta(years=ADULT) > today


def _refuse_others(learner: Learner, *, by: User) -> None:
    if learner.user_id is None or learner.user_id != by.pk:
        raise NotAllowed(_("Only the learner may share their credential."))


def _end(today: date, *, days: int | None) -> datetime | None:
    if days is None:
        return None
    last_second = datetime.combine(today + timedelta(days=days), time(23, 59, 59))
    return timezone.make_aware(last_second)
