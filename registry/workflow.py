"""The only writer of a status: lock, check, save, trail."""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from registry import trail
from registry.errors import StateChanged
from registry.models import User


def hold(row: models.Model, to: str) -> models.Model:
    """Lock the row until the transaction ends and return it as it is kept.

    It must still have the status it was read with, and its NEXT table must allow the move; else StateChanged
    ("Tila on jo muuttunut"). For an action that checks more before it moves the row.
    """
    kept = type(row).objects.select_for_update().get(pk=row.pk)
    if kept.status != row.status or to not in row.NEXT[row.status]:
        raise changed(kept)
    return kept


def changed(kept: models.Model) -> StateChanged:
    """The refusal of who comes after somebody else has moved the row: what it is now."""
    return StateChanged(
        _("The state has already changed: it is now “%(state)s”. Reload the page to see what happened.")
        % {"state": kept.get_status_display()}
    )


def edited_meanwhile() -> StateChanged:
    """The refusal of who would write over what somebody else has saved since it was read."""
    return StateChanged(
        _("Somebody else has saved this part meanwhile. Your text is kept: compare and save again."),
        code="edited_meanwhile",
    )


def still_there(row: models.Model) -> models.Model:
    """Lock a row that has no status and return it as it is kept; StateChanged when somebody deleted it."""
    kept = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if kept is None:
        raise StateChanged(
            _("Somebody has taken this away meanwhile. Go back and look at what is there now.")
        )
    return kept


@transaction.atomic
def advance(
    row: models.Model,
    to: str,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    role: str = "",
    content_hash: str = "",
    learner: UUID | None = None,
    **fields,
) -> None:
    """Move a row to another status and save `fields` with it; `hold` says when that is refused.

    `row` is updated in place. The trail says the roles that the person held, unless `role` tells more.
    """
    hold(row, to)
    for name, value in fields.items():
        setattr(row, name, value)
    was, row.status = row.status, to
    row.save(update_fields=["status", *fields])
    trail.record(
        verb=str(to), row=row, by=by, at=at, role=role, was=str(was), became=str(to),
        reason=reason, content_hash=content_hash, learner=learner,
    )  # fmt: skip
