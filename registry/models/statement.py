import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from registry.models.offering import OfferingVersion


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
    # The last day on which somebody may begin: the approval's, or some days after a Check that is not made.
    opens_until = models.DateField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_why = models.TextField(blank=True)  # only what the public may read
    strengths = models.JSONField(default=list)  # names of principles by language, found excellent (T12)
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
        """Whether somebody may begin on the day."""
        return self.suspended_at is None and (self.opens_until is None or day <= self.opens_until)

    def is_check_late(self, *, today: date) -> bool:
        return self.check_due_on is not None and self.check_due_on < today
