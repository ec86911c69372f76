import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credentials.models.attainment import Attainment


class Batch(models.Model):
    """Attainments that an issuer picked to be issued together; a worker goes through its items."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        RUNNING = "running", pgettext_lazy("batch", "Running")
        DONE = "done", _("Done")

    NEXT = {
        Status.WAITING: {Status.RUNNING},
        Status.RUNNING: {Status.DONE},
        Status.DONE: {Status.WAITING},
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="batches")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The date of issue to write, where it was decided before it came here; else the moment of signing.
    issued_at = models.DateTimeField(null=True, blank=True)
    # The last time a worker showed that it goes on with this batch; an old one lets another worker take over.
    beat_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True) | Q(issued_at__lte=F("created_at")),
                name="batch_issued_not_later",
            )
        ]

    def __str__(self):
        return str(self.uid)


class BatchItem(models.Model):
    """One attainment of a batch and what came of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting")
        ISSUED = "issued", _("Issued")
        FAILED = "failed", _("Not issued")

    class CertificateState(models.TextChoices):
        NOT_WANTED = "", ""
        WAITING = "waiting", pgettext_lazy("certificate", "Waiting")
        MADE = "made", pgettext_lazy("certificate", "Made")
        FAILED = "failed", pgettext_lazy("certificate", "Not made")

    class CertificateError(models.TextChoices):
        FORM_INCOMPLETE = (
            "form_incomplete",
            _("A fact or a text is missing that the certificate cannot do without."),
        )
        CANNOT_SEAL = "cannot_seal", _("The institution's seal could not be used.")
        NO_SEAL = "no_seal", _("The institution has no electronic seal here yet.")
        UNEXPECTED = "unexpected", _("Something unexpected happened; it is in the log.")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    attainment = models.ForeignKey(Attainment, models.PROTECT, related_name="batch_items")
    order = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    # Stable code of the reason, worded by the page in the reader's language, and its detail.
    error = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=300, blank=True)
    credential = models.OneToOneField(
        "credentials.Credential", models.PROTECT, null=True, blank=True, related_name="batch_item"
    )
    # Whether its certificate is made beforehand, by a worker who took it up at that moment; why it was not.
    certificate = models.CharField(max_length=10, choices=CertificateState, blank=True)
    certificate_taken_at = models.DateTimeField(null=True, blank=True)
    certificate_error = models.CharField(max_length=60, choices=CertificateError, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "attainment"], name="batch_item_once"),
            # An attainment waits in one batch at a time.
            models.UniqueConstraint(
                fields=["attainment"], condition=Q(outcome="open"), name="batch_item_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="issued", credential__isnull=False)
                | ~Q(outcome="issued") & Q(credential__isnull=True),
                name="batch_item_issued_pair",
            ),
            models.CheckConstraint(
                condition=Q(certificate="") | Q(outcome="issued"), name="batch_item_certificate_of_issued"
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "order"], condition=Q(certificate="waiting"), name="batch_item_to_certify"
            )
        ]

    def __str__(self):
        return f"{self.batch_id}.{self.order}"
