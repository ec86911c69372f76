import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials.models.learner import Learner


class Attainment(models.Model):
    """A suoritus: that one learner reached the outcomes of one version, assessed on a day with a grade.

    A corrected attainment is the same row changed (the trail keeps what it was); it can be issued again once its
    earlier credential is revoked.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="attainments")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="attainments")
    version = models.ForeignKey("registry.OfferingVersion", models.PROTECT, related_name="attainments")
    realisation = models.ForeignKey(
        "registry.Realisation", models.PROTECT, null=True, blank=True, related_name="attainments"
    )
    completed_on = models.DateField(_("Completion date"))
    grade = models.CharField(_("Grade"), max_length=4)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "version", "completed_on"], name="attainment_once"),
        ]

    def __str__(self):
        return str(self.uid)


class AttainmentFile(models.Model):
    """An uploaded CSV of attainments between its dry run and "tuo hyväksytyt".

    `rows` holds each line's verdict: [{"line": 2, "outcome": "accept|reject|known", "new_learner": bool,
    "values": {…}, "reasons": [[field, message code, params], …]}]. Emptied once imported or after 30 days.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="attainment_files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(imported_at__isnull=True, imported_by__isnull=True)
                | models.Q(imported_at__isnull=False, imported_by__isnull=False),
                name="attainment_file_imported_pair",
            )
        ]

    def __str__(self):
        return str(self.uid)
