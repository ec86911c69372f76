"""What somebody types into a tab of a version: kept meanwhile, put away when they save or discard it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry.actions import offerings
from registry.errors import Refused
from registry.models import DraftPart, OfferingVersion, User
from registry.models.texts import CONTROL

MOST = 400_000  # characters of one tab; its longest texts together have fewer


def keep(
    *,
    version: OfferingVersion,
    tab: str,
    data: dict[str, list[str]],
    seen: dict[str, str],
    by: User,
    at: datetime,
) -> DraftPart:
    """Keep what the person has typed so far; nobody else sees it and the version stays as it is saved."""
    offerings.refuse_closed(version)
    clean = {CONTROL.sub("", name): [CONTROL.sub("", one) for one in data[name]] for name in data}
    if sum(len(name) + len(one) for name in clean for one in clean[name]) > MOST:
        raise Refused(_("The text is too long to be kept unsaved."), code="too_long")
    part, _is_new = DraftPart.objects.update_or_create(
        version=version, user=by, tab=tab, defaults={"data": clean, "seen": seen, "saved_at": at}
    )
    return part


def discard(*, version: OfferingVersion, tab: str, by: User) -> None:
    """Forget what the person has typed and not saved."""
    version.draft_parts.filter(user=by, tab=tab).delete()


@transaction.atomic
def save(*, version: OfferingVersion, tab: str, by: User, **said) -> None:
    """`offerings.save` of one tab; what was kept of it while typing has served its time."""
    offerings.save(version=version, by=by, **said)
    discard(version=version, tab=tab, by=by)


def kept(*, versions: Iterable[OfferingVersion], by: User) -> dict[int, list[DraftPart]]:
    """The tabs that the person has typed into without saving, by the version's id."""
    found: dict[int, list[DraftPart]] = {}
    parts = by.draft_parts.filter(version__in=list(versions)).defer("data").order_by("saved_at", "pk")
    for part in parts:
        found.setdefault(part.version_id, []).append(part)
    return found
