from django.db import models
from django.db.models import F, Q

from registry.models.offering import OfferingVersion


class Realisation(models.Model):
    """A toteutus: one run of a version, with dates and places."""

    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="realisations")
    key = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    enrol_by = models.DateField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="realisation_key_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="realisation_dates"),
        ]

    def __str__(self):
        return f"{self.version_id} {self.key}"
