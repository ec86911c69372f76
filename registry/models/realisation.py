from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.offering import OfferingVersion
from registry.models.texts import CodesField, TextsField


class RealisationQuerySet(models.QuerySet):
    def announced(self):
        """What the public may know of: neither only planned nor cancelled."""
        return self.filter(status__in=[Realisation.Status.OPEN, Realisation.Status.ENDED])

    def running(self):
        """Announced and not over yet."""
        return self.filter(status=Realisation.Status.OPEN)


class Realisation(models.Model):
    """A toteutus: one run of a version, with dates and places. A day ends at 23:59:59 in Finland (N9).

    `taken` and `queued` come from the enrolments, by registry.actions.realisations.keep_numbers.
    """

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

    class Window(models.TextChoices):
        """Where enrolment stands on a day; derived, never stored."""

        BEFORE = "before", _("Enrolment has not opened yet")
        OPEN = "open", _("Enrolment is open")
        CLOSED = "closed", _("Enrolment has closed")

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
    updated_at = models.DateTimeField(default=timezone.now)  # asked by machines: ?updated_since=
    taken = models.PositiveIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)

    objects = RealisationQuerySet.as_manager()

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

    @property
    def last_day_to_enrol(self) -> date:
        """Where no day is given, one may enrol until the first day."""
        return self.enrol_by or self.starts_on

    @property
    def places_left(self) -> int | None:
        """None: as many as want to come."""
        return None if self.places is None else max(self.places - self.taken, 0)

    @property
    def is_full(self) -> bool:
        return self.places_left == 0

    def window(self, today: date) -> str:
        if self.enrol_from and today < self.enrol_from:
            return self.Window.BEFORE
        return self.Window.OPEN if today <= self.last_day_to_enrol else self.Window.CLOSED
