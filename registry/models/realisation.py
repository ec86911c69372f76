from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.offering import OfferingVersion
from registry.models.texts import CodesField, TextsField


class Realisation(models.Model):
    """A toteutus: one run of a version, with dates and places."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CANCELLED = "cancelled", _("Cancelled")
        ENDED = "ended", _("Ended")

    NEXT = {
        Status.PLANNED: {Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.CANCELLED, Status.ENDED},
        Status.CANCELLED: set(),
        Status.ENDED: set(),
    }

    class Enrolment(models.TextChoices):
        HERE = "here", _("Here in the registry")
        OUTSIDE = "outside", _("At the institution's own address")
        NONE = "none", _("No enrolment")

    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="realisations")
    key = models.CharField(_("Key"), max_length=20)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    starts_on = models.DateField(_("Starts"))
    ends_on = models.DateField(_("Ends"))
    enrolment = models.CharField(_("Enrolment"), max_length=10, choices=Enrolment, default=Enrolment.NONE)
    enrolment_url = models.URLField(_("Address of the enrolment"), blank=True)
    enrol_from = models.DateField(_("Enrolment opens"), null=True, blank=True)
    enrol_by = models.DateField(_("Enrolment closes"), null=True, blank=True)
    places = models.PositiveIntegerField(_("Places"), null=True, blank=True)
    has_queue = models.BooleanField(_("Keeps a queue when full"), default=True)
    price_eur = models.DecimalField(
        _("Price in euros"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    languages = CodesField(_("Languages"), code_list="teaching_language")
    locations = CodesField(_("Places of teaching"))
    network = models.CharField(_("Network"), max_length=40, blank=True)
    ripa_id = models.CharField(_("RIPA reference"), max_length=60, blank=True)
    note = TextsField(_("Note for applicants"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="realisation_key_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="realisation_dates"),
            models.CheckConstraint(
                condition=Q(enrol_from__isnull=True)
                | Q(enrol_by__isnull=True)
                | Q(enrol_by__gte=F("enrol_from")),
                name="realisation_enrolment_window",
            ),
            models.CheckConstraint(
                condition=~Q(enrolment="outside") | ~Q(enrolment_url=""),
                name="realisation_outside_has_address",
            ),
        ]

    def __str__(self):
        return f"{self.version_id} {self.key}"
