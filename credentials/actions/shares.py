"""Shares: the owner alone shows credentials, as much of them and as long as they wish (rules 8 and 11)."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.formats.parts import PARTS, PLACES
from credentials.models import Credential, Learner, Share, ShareViewing
from registry import mail, trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Pathway, User

ADULT = 18  # years
MOST = 20  # credentials behind one link
YEAR = relativedelta(years=1)


class NotConfirmed(Refused):
    """A learner with a safety prohibition shares only after confirming it once more."""

    code = "confirmation_needed"


@transaction.atomic
def create(
    *,
    credentials: Sequence[Credential],
    left_out: Collection[str] = (),
    pathway: Pathway | None = None,
    purpose: str,
    months: int | None,
    note: str = "",
    confirmed: bool = False,
    shows_places: bool = False,
    by: User,
    at: datetime,
) -> tuple[Share, str]:
    """Make a link to the credentials; its secret is returned here and kept nowhere.

    It ends with the last second of a day in Finland, or with None only when it is withdrawn. With a safety
    prohibition the places are left out unless `shows_places`. Raises Invalid, Refused and NotConfirmed.
    """
    records = list(by.learner_records.select_for_update(no_key=True).order_by("pk"))
    if {one.learner_id for one in credentials} - {one.pk for one in records}:
        raise NotAllowed(_("Only the learner may share their credential."))
    if any(is_minor(one, today=timezone.localdate(at)) for one in records):
        text = _("Under 18-year-olds cannot share by link. Give the certificate on paper or as a file.")
        raise Refused(text, code="minor")
    _refuse_unfit(credentials, left_out=left_out, pathway=pathway, purpose=purpose, months=months)
    is_protected = any(one.has_safety_prohibition for one in records)
    if is_protected and not confirmed:
        raise NotConfirmed(_("Because of your safety prohibition, confirm once more that you want to share."))
    omitted = {*left_out, PLACES} if is_protected and not shows_places else set(left_out)
    secret = secrets.token_urlsafe(32)
    share = Share.objects.create(
        user=by,
        pathway=pathway,
        left_out=[name for name in PARTS if name in omitted],
        purpose=purpose,
        note=words.optional(note, field="note"),
        secret_hash=Share.digest(secret),
        created_at=at,
        expires_at=_end(timezone.localdate(at), months=months),
    )
    share.credentials.set(credentials)
    for one in credentials:
        trail.record(verb="shared", row=one, by=by, at=at, learner=one.learner.uid)
    return share, secret


@transaction.atomic
def withdraw(*, share: Share, by: User, at: datetime) -> None:
    """End a share at once. Withdrawing it twice changes nothing more."""
    kept = Share.objects.select_for_update().get(pk=share.pk)
    if kept.user_id != by.pk:
        raise NotAllowed(_("Only the learner may share their credential."))
    if kept.withdrawn_at is None:
        kept.withdrawn_at = at
        kept.save(update_fields=["withdrawn_at"])
        for one in kept.credentials.select_related("learner").order_by("pk"):
            trail.record(verb="share_withdrawn", row=one, by=by, at=at, learner=one.learner.uid)
    share.withdrawn_at = kept.withdrawn_at


def end_unconfirmed(*, user: User, at: datetime) -> None:
    """End every share of somebody who has a safety prohibition now: none was confirmed twice (rule 11)."""
    user.shares.filter(withdrawn_at=None).update(withdrawn_at=at)


def find(*, secret: str, at: datetime) -> Share | None:
    """The share that the link opens. One that never was, has ended or was withdrawn is the same: none."""
    found = Share.objects.open(at=at).filter(secret_hash=Share.digest(secret))
    return found.select_related("user", "pathway").first()


def count_viewing(*, share: Share, kind: str, at: datetime) -> None:
    """One more of the day; nothing is kept of who it was."""
    day = {"share": share, "on": timezone.localdate(at), "kind": kind}
    if ShareViewing.objects.filter(**day).update(times=F("times") + 1):
        return
    try:
        with transaction.atomic():
            ShareViewing.objects.create(**day, times=1)
    except IntegrityError:  # the day's first was counted meanwhile
        ShareViewing.objects.filter(**day).update(times=F("times") + 1)


@shared_task(name="credentials.shares.remind_due")
def remind_due() -> int:
    """Once a year, remind owners of their links that have no end. Returns how many letters were written."""
    now = timezone.now()
    due = Share.objects.open(at=now).filter(expires_at=None)
    due = due.alias(last=Coalesce("reminded_at", "created_at")).filter(last__lte=now - YEAR)
    owners = User.objects.filter(pk__in=due.values("user")).order_by("pk")
    return sum(_remind(owner, due.filter(user=owner), at=now) for owner in owners)


@transaction.atomic
def _remind(owner: User, due, *, at: datetime) -> int:
    """One letter about all of them; none, where another worker has written it."""
    locked = due.select_for_update(of=("self",)).order_by("created_at", "pk")
    shares = list(locked.prefetch_related("credentials__learner"))
    if not shares:
        return 0
    for share in shares:
        share.reminded_at = at
    Share.objects.bulk_update(shares, ["reminded_at"])
    mail.send(
        to=owner.email,
        language=owner.language,
        template="mail/share_reminder.txt",
        context={"days": [share.created_at for share in shares]},
        at=at,
    )
    shown = [one for share in shares for one in share.credentials.all()]
    pairs = [(one, one.learner.uid) for one in dict.fromkeys(shown)]
    trail.record_each(verb="share_reminded", pairs=pairs, by=None, at=at)
    return 1


def is_minor(learner: Learner, *, today: date) -> bool:
    """Whether the learner is under 18, as far as the register knows the birth date."""
    return learner.birth_date is not None and learner.birth_date + relativedelta(years=ADULT) > today


def _refuse_unfit(credentials, *, left_out, pathway, purpose, months) -> None:
    reasons = []
    if not credentials:
        reasons.append(("credentials", _("Choose at least one credential.")))
    if len(credentials) > MOST:
        reasons.append(("credentials", _("One link shows at most %(most)s credentials.") % {"most": MOST}))
    if set(left_out) - set(PARTS):
        reasons.append(("left_out", _("Choose only from what can be left out.")))
    if purpose not in Share.Purpose.values:
        reasons.append(("purpose", _("Choose what the link is for.")))
    if months not in settings.SHARE_MONTHS:
        reasons.append(("months", _("Choose how long the link works.")))
    if pathway and not _is_on(pathway, credentials):
        reasons.append(("pathway", _("None of the chosen credentials is a part of this pathway.")))
    if reasons:
        raise Invalid(reasons[0][1], reasons=reasons)


def _is_on(pathway: Pathway, credentials: Sequence[Credential]) -> bool:
    """Whether one of them is a part of the pathway, or a composite credential is made of such a part."""
    pks = [one.pk for one in credentials]
    held = Credential.objects.filter(Q(pk__in=pks) | Q(wholes__in=pks), version__offering__pathways=pathway)
    return pathway.status == Pathway.Status.PUBLISHED and held.exists()


def _end(today: date, *, months: int | None) -> datetime | None:
    if months is None:
        return None
    last_second = datetime.combine(today + relativedelta(months=months), time(23, 59, 59))
    return timezone.make_aware(last_second)
