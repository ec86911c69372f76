"""The append-only log of who did what and who saw whose personal data (N6). Written inside the action's transaction."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from registry.models import OfferingVersion, TrailEntry, User


def about(row: models.Model) -> str:
    """The name a row has in the trail: "version:OAMK-MC-2026-001.v1", "credential:<uuid>"."""
    if isinstance(row, OfferingVersion):
        return f"version:{row.offering.code}.v{row.number}"
    public = getattr(row, "uid", None) or getattr(row, "code", None) or row.pk
    return f"{row._meta.model_name}:{public}"


def _institution_id(row: models.Model) -> int | None:
    owner = row if hasattr(row, "institution_id") else getattr(row, "offering", None)
    return getattr(owner, "institution_id", None)


def record(
    *,
    verb: str,
    row: models.Model,
    by: User | None,
    at: datetime,
    role: str = "",
    was: str = "",
    became: str = "",
    reason: str = "",
    learner: UUID | None = None,
    content_hash: str = "",
) -> TrailEntry:
    """Write down one deed. `verb` is a stable word such as "published" or "looked_at"; `learner` the person concerned."""
    return TrailEntry.objects.create(
        at=at,
        by=by,
        institution_id=_institution_id(row),
        role=role,
        verb=verb,
        about=about(row),
        learner=learner,
        was=was,
        became=became,
        reason=reason,
        content_hash=content_hash,
    )


def record_each(
    *,
    verb: str,
    pairs: Iterable[tuple[models.Model, UUID | None]],
    by: User | None,
    at: datetime,
    role: str = "",
    reason: str = "",
) -> None:
    """Write down one deed done to many rows at once, in one query; pairs of (row, learner concerned).

    A list page that shows learners says so here with the verb "listed" (N6).
    """
    TrailEntry.objects.bulk_create(
        [
            TrailEntry(
                at=at,
                by=by,
                institution_id=_institution_id(row),
                role=role,
                verb=verb,
                about=about(row),
                learner=learner,
                reason=reason,
            )
            for row, learner in pairs
        ],
        batch_size=1000,
    )


def of(*, row: models.Model) -> models.QuerySet[TrailEntry]:
    """The entries about one row, newest first."""
    return TrailEntry.objects.filter(about=about(row)).select_related("by", "institution").order_by("-at", "-pk")


def of_learner(*, learner: UUID) -> models.QuerySet[TrailEntry]:
    """Who looked at or changed one learner's data, newest first."""
    return TrailEntry.objects.filter(learner=learner).select_related("by", "institution").order_by("-at", "-pk")
