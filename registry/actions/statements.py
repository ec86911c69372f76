"""Quality statements: what quality has decided of a version, pushed down to those who show it and issue."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from registry import catalogue
from registry.models import OfferingVersion, Statement


@transaction.atomic
def publish(  # noqa: PLR0913 – a value for each column
    *,
    version: OfferingVersion,
    review_id: UUID,
    criteria_set: str,
    decided_on: date,
    approved_until: date | None,
    check_due_on: date | None,
    opens_until: date | None,
    at: datetime,
    suspended_at: datetime | None = None,
    suspended_why: str = "",
    strengths: list[dict] | None = None,
) -> Statement:
    """Add a statement. The newest counts; earlier ones stay for the credentials of their time.

    Without `strengths` (names by language) those of the statement before it stay.
    """
    if strengths is None:
        before = version.statements.order_by("-created_at", "-pk").first()
        strengths = before.strengths if before else []
    statement = Statement.objects.create(
        version=version,
        review_id=review_id,
        criteria_set=criteria_set,
        decided_on=decided_on,
        approved_until=approved_until,
        check_due_on=check_due_on,
        opens_until=opens_until,
        suspended_at=suspended_at,
        suspended_why=suspended_why,
        strengths=strengths,
        created_at=at,
    )
    catalogue.forget()
    return statement
