import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quality.models.grant import Grant

USER = settings.AUTH_USER_MODEL


class Bundle(models.Model):
    """The evidence of an institution and a period in one file, asked for by a person, made by a worker.

    The file is named by `uid` and lies outside the web root; it is there when the status says done. `counts`:
    its rows by table.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        RUNNING = "running", pgettext_lazy("evidence bundle", "Being made")
        DONE = "done", pgettext_lazy("evidence bundle", "Ready")
        FAILED = "failed", pgettext_lazy("evidence bundle", "Could not be made")
        REMOVED = "removed", pgettext_lazy("evidence bundle", "No longer kept")

    NEXT = {
        Status.WAITING: {Status.RUNNING},
        Status.RUNNING: {Status.DONE, Status.FAILED},
        Status.DONE: {Status.REMOVED},
        Status.FAILED: {Status.WAITING},
        Status.REMOVED: {Status.WAITING},
    }
    DAYS_KEPT = 180

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="bundles")
    begins_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    language = models.CharField(_("Language"), max_length=2)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    # When a worker took it last; one that is long silent lets another take it over.
    beat_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Stable code of why it could not be made, worded by the page in the reader's language.
    error = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="bundle_dates"),
            models.CheckConstraint(
                condition=~Q(status="done") | (Q(made_at__isnull=False) & ~Q(sha256="")),
                name="bundle_done_has_file",
            ),
        ]

    def __str__(self):
        return str(self.uid)


class BundleGrant(Grant):
    """A named reader outside may fetch one bundle."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="grants")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="bundle_grant_withdrawn_pair",
            )
        ]

    def __str__(self):
        return f"{self.bundle_id} {self.reader}"
