import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from credentials.models.credential import Credential

USER = settings.AUTH_USER_MODEL


class Correction(models.Model):
    """A credential whose facts were wrong, and the one that was issued in its place.

    `was` and `became` are what the rows said of those facts: {"given_names": …, "completed_on": …}. An undone
    one is kept; the credential may then be corrected again.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="corrections")
    replacement = models.OneToOneField(Credential, models.PROTECT, related_name="correction_of")
    was = models.JSONField()
    became = models.JSONField()
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=Q(undone_at=None), name="correction_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="correction_undone_pair",
            ),
        ]

    def __str__(self):
        return str(self.uid)
