import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

USER = settings.AUTH_USER_MODEL


class ContinuityPack(models.Model):
    """What an institution needs for its credentials to be verified without us, asked for by a person, made by
    a worker.

    The file is named by `uid` and lies outside the web root; it is there when the status says done.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        DONE = "done", pgettext_lazy("continuity pack", "Ready")
        FAILED = "failed", pgettext_lazy("continuity pack", "Could not be made")

    NEXT = {
        Status.WAITING: {Status.DONE, Status.FAILED},
        Status.DONE: set(),
        Status.FAILED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="continuity_packs")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    credentials = models.PositiveIntegerField(default=0)  # how many are in it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done") | (Q(made_at__isnull=False) & ~Q(sha256="")),
                name="pack_done_has_file",
            ),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(status="waiting"), name="pack_one_waiting"
            ),
        ]

    def __str__(self):
        return str(self.uid)
