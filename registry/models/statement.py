import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from registry.models.offering import OfferingVersion

GRACE = timedelta(days=30)  # of a Check, before enrolment closes (6.5)


class Statement(models.Model):
    """What quality says of a version, pushed down for the catalogue, issuing and verification; append-only.

    Written only by `quality` through registry.actions.statements; the newest row counts, a credential keeps
    the id of the row it was issued under. "Late today" is derived from the dates.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="statements")
    review_id = models.UUIDField()
    criteria_set = models.CharField(max_length=60)
    decided_on = models.DateField()
    approved_until = models.DateField(null=True, blank=True)
    check_due_on = models.DateField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_why = models.TextField(blank=True)  # only what the public may read
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_until__isnull=True) | Q(approved_until__gte=models.F("decided_on")),
                name="statement_dates",
            )
        ]

    def __str__(self):
        return str(self.uid)

    def is_open_on(self, day: date) -> bool:
        """Whether somebody may begin on the day: approved, not stopped, no Check more than 30 days late."""
        is_late = self.check_due_on is not None and self.check_due_on + GRACE < day
        has_ended = self.approved_until is not None and self.approved_until < day
        return self.suspended_at is None and not is_late and not has_ended

    def is_check_late(self, *, today: date) -> bool:
        return self.check_due_on is not None and self.check_due_on < today
