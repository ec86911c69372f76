import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.institution import Institution
from registry.models.texts import TextsField


class MeetingRecord(models.Model):
    """A dated meeting with working life (P-05), evidence of an offering's need.

    `participants` lists organisations: [{"name": "…", "sector": "company|public|third_sector|other"}].
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="meetings")
    held_on = models.DateField(_("Date"))
    topic = TextsField(_("Topic"), blank=False)
    participants = models.JSONField(_("Organisations"), default=list)
    conclusions = TextsField(_("What was found"))

    def __str__(self):
        return f"{self.institution_id} {self.held_on}"


class ForesightNote(models.Model):
    """What is foreseen of a field, from which source and until when (P-04)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="foresight_notes")
    text = TextsField(_("What is foreseen"), blank=False)
    source = models.CharField(_("Source"), max_length=200)
    source_url = models.URLField(_("Address of the source"), blank=True)
    horizon_year = models.PositiveSmallIntegerField(_("Horizon (year)"))
    noted_on = models.DateField(_("Date"))

    def __str__(self):
        return f"{self.institution_id} {self.horizon_year}"
