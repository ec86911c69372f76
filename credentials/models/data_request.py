import uuid
from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from credentials.models.learner import Learner


class DataRequest(models.Model):
    """What a learner asks an institution to do with the data it keeps of them (GDPR 16 and 17 §).

    Answered in a month. `learner` and `text` go when the whole record is erased; the answer stays.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction of my data")
        ERASURE = "erasure", _("Erasure of my data")

    class Status(models.TextChoices):
        ASKED = "data_asked", _("Being handled")
        DONE = "data_done", _("Done")
        REFUSED = "data_refused", _("Refused")
        WITHDRAWN = "data_withdrawn", _("Withdrawn")

    class Ground(models.TextChoices):
        STUDY_REGISTER = (
            "study_register",
            _("The law requires it to be kept: attainments and credentials stay permanently"),
        )
        RIGHT = "right", _("The data are right as they are")
        RECTIFICATION = "rectification", _("A grade is changed by rectification, not by this request")
        UNCERTAIN = "uncertain", _("It is not certain that the request comes from the person themselves")

    NEXT = {
        Status.ASKED: {Status.DONE, Status.REFUSED, Status.WITHDRAWN},
        Status.DONE: set(),
        Status.REFUSED: set(),
        Status.WITHDRAWN: set(),
    }
    MONTH = relativedelta(months=1)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="data_requests")
    learner = models.ForeignKey(Learner, models.SET_NULL, null=True, related_name="data_requests")
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=16, choices=Status, default=Status.ASKED)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    ground = models.CharField(max_length=16, choices=Ground, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "kind"], condition=Q(status="data_asked"), name="data_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="data_request_answered_pair",
            ),
            models.CheckConstraint(
                condition=Q(status="data_refused") & ~Q(ground="") | ~Q(status="data_refused") & Q(ground=""),
                name="data_request_refused_for_a_ground",
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def due_on(self) -> date:
        return localdate(self.asked_at) + self.MONTH

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.ASKED
