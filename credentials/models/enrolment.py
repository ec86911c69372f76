import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models.learner import Learner


class Enrolment(models.Model):
    """One learner's place, or place in the queue, in one realisation.

    Each person accepts in person (C-31): `accepted_at` is empty while one whom the staff enrolled has not.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received, not decided yet")
        ENROLLED = "enrolled", _("Enrolled")
        QUEUED = "queued", _("In the queue")
        CANCELLED = "cancelled", _("Cancelled")
        COMPLETED = "completed", _("Completed")

    NEXT = {
        Status.RECEIVED: {Status.ENROLLED, Status.CANCELLED},
        Status.ENROLLED: {Status.CANCELLED, Status.COMPLETED},
        Status.QUEUED: {Status.ENROLLED, Status.CANCELLED},
        Status.CANCELLED: set(),
        Status.COMPLETED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="enrolments")
    realisation = models.ForeignKey("registry.Realisation", models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=10, choices=Status, default=Status.ENROLLED)
    enrolled_at = models.DateTimeField()
    # Who did it: the learner's own account, or staff.
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    home_institution = models.CharField(max_length=120, blank=True)
    # The learner lacks the prerequisites and asks for recognition of prior learning (AHOT).
    asks_recognition = models.BooleanField(default=False)
    # What the cross-institutional service said last: of the registration, and of the completed credit.
    ripa_status = models.CharField(max_length=20, blank=True)
    ripa_result = models.CharField(max_length=20, blank=True)
    attainment = models.OneToOneField(
        "credentials.Attainment", models.PROTECT, null=True, blank=True, related_name="enrolment"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["realisation", "learner"],
                condition=~Q(status="cancelled"),
                name="enrolment_one_live",
            )
        ]

    def __str__(self):
        return str(self.uid)
