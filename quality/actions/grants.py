"""Links by which a named reader outside reads one thing for a time; each link's secret is kept nowhere."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models.grant import Grant
from registry import trail
from registry.actions import words
from registry.errors import Invalid
from registry.models import User


def give(
    grant: Grant, *, row: models.Model, reader: str, ends_on: date, last: date, by: User, at: datetime
) -> tuple[Grant, str]:
    """Keep the grant of a row that the caller has locked, until a day that is `last` at the latest."""
    if not timezone.localdate(at) <= ends_on <= last:
        said = _("Choose a day from today to %(day)s.") % {"day": f"{last.day}.{last.month}.{last.year}"}
        raise Invalid(said, reasons=[("ends_on", said)])
    secret = secrets.token_urlsafe(32)
    grant.reader = words.needed(reader, field="reader", said=_("Name who reads it."))
    grant.secret_hash, grant.ends_on = _digest(secret), ends_on
    grant.granted_at, grant.granted_by = at, by
    grant.save()
    trail.record(verb="reading_granted", row=row, by=by, at=at, reason=grant.reader)
    return grant, secret


def withdraw(grant: Grant, *, row: models.Model, by: User, at: datetime) -> None:
    """End a link that the caller has locked, at once. Done twice, it changes nothing more."""
    if grant.withdrawn_at is None:
        grant.withdrawn_at, grant.withdrawn_by = at, by
        grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
        trail.record(verb="reading_withdrawn", row=row, by=by, at=at, reason=grant.reader)


def working(grants: models.QuerySet, *, secret: str, at: datetime) -> models.QuerySet:
    """The one of the grants whose link the secret is, while it works."""
    return grants.filter(secret_hash=_digest(secret), withdrawn_at=None, ends_on__gte=timezone.localdate(at))


def last_day(*, today: date) -> date:
    """The last day that a link made today can have."""
    return today + timedelta(days=Grant.MOST_DAYS)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
