"""Keys of the API: made and revoked by an institution's admin, found and counted at each request."""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import trail
from registry.errors import Invalid, StateChanged
from registry.models import Institution, PartnerKey, PartnerKeyUse, User

SHOWN = 10  # letters of a secret that name its key on pages
MOST_A_DAY = 1_000_000
LAST_USE_HOLDS = timedelta(minutes=1)  # written at most this often


@transaction.atomic
def make(
    *, institution: Institution, name: str, scopes: list[str], daily_quota: int, by: User, at: datetime
) -> tuple[PartnerKey, str]:
    """A new key; its secret is returned here and kept nowhere."""
    name = name.strip()
    reasons = []
    if not name:
        reasons.append(("name", _("Say what the key is for.")))
    if not scopes or set(scopes) - set(PartnerKey.Scope.values):
        reasons.append(("scopes", _("Choose what the key opens.")))
    if not 1 <= daily_quota <= MOST_A_DAY:
        reasons.append(("daily_quota", _("Give a whole number from 1 to %(most)d.") % {"most": MOST_A_DAY}))
    if reasons:
        raise Invalid(_("Check what you entered."), reasons=reasons)
    secret = f"osr_{secrets.token_urlsafe(32)}"
    key = PartnerKey.objects.create(
        institution=institution,
        name=name,
        prefix=secret[:SHOWN],
        secret_hash=_digest(secret),
        scopes=[scope for scope in PartnerKey.Scope.values if scope in scopes],
        daily_quota=daily_quota,
        created_at=at,
        created_by=by,
    )
    trail.record(verb="key_made", row=key, by=by, at=at, became=" ".join(key.scopes))
    return key, secret


@transaction.atomic
def revoke(*, key: PartnerKey, by: User, at: datetime) -> None:
    """End a key at once."""
    kept = PartnerKey.objects.select_for_update().get(pk=key.pk)
    if kept.revoked_at:
        raise StateChanged(_("The key has already been revoked."))
    kept.revoked_at, kept.revoked_by = at, by
    kept.save(update_fields=["revoked_at", "revoked_by"])
    trail.record(verb="key_revoked", row=kept, by=by, at=at)


def find(*, secret: str) -> PartnerKey | None:
    """The key of a secret, unless it was revoked."""
    keys = PartnerKey.objects.filter(secret_hash=_digest(secret), revoked_at=None)
    return keys.select_related("institution").first()


def count(*, key: PartnerKey, at: datetime) -> bool:
    """Count one request of the key; False where the day's quota is used up. One short statement a request."""
    today = timezone.localdate(at)
    if not _add(key, today=today) and not _first(key, today=today):
        return False
    PartnerKey.objects.filter(pk=key.pk).filter(
        Q(last_used_at=None) | Q(last_used_at__lt=at - LAST_USE_HOLDS)
    ).update(last_used_at=at)
    return True


def seconds_left(at: datetime) -> int:
    """Until the quota of the next day in Finland."""
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
    return int((midnight - at).total_seconds()) + 1


def _add(key: PartnerKey, *, today: date) -> int:
    uses = PartnerKeyUse.objects.filter(key=key, day=today, count__lt=key.daily_quota)
    return uses.update(count=F("count") + 1)


def _first(key: PartnerKey, *, today: date) -> bool:
    """The day's row; where another process was faster, its row counts this one too."""
    if PartnerKeyUse.objects.filter(key=key, day=today).exists():
        return False
    try:
        with transaction.atomic():
            PartnerKeyUse.objects.create(key=key, day=today, count=1)
    except IntegrityError:
        return bool(_add(key, today=today))
    return True


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
