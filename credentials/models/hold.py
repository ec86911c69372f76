import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from credentials.models.learner import Learner


class IssuingHold(models.Model):
    """A named decision that nothing is issued for a version, or for one learner of it, until it is lifted.

    For a suspected fraud: a suspension alone lets those who had begun finish (rule of T16).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="holds")
    version = models.ForeignKey("registry.OfferingVersion", models.PROTECT, related_name="holds")
    learner = models.ForeignKey(Learner, models.PROTECT, null=True, blank=True, related_name="holds")
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_why = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_lifted_pair",
            ),
            models.UniqueConstraint(
                fields=["version", "learner"],
                condition=Q(lifted_at__isnull=True, learner__isnull=False),
                name="hold_of_learner_once",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(lifted_at__isnull=True, learner__isnull=True),
                name="hold_of_version_once",
            ),
        ]

    def __str__(self):
        return str(self.uid)
