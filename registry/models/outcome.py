from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.offering import OfferingVersion
from registry.models.texts import CodesField, TextsField


class LearningOutcome(models.Model):
    """One intended learning outcome of a version; frozen with it (database trigger)."""

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", _("Knowledge")
        SKILL = "skill", _("Skill")
        COMPETENCE = "competence", _("Competence")

    version = models.ForeignKey(OfferingVersion, models.CASCADE, related_name="outcomes")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind)
    text = TextsField()
    skill_keywords = CodesField()
    # Links to ESCO or another skill list: [{"uri": "http://data.europa.eu/esco/skill/…", "label": {"fi": …}}]
    skills = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="outcome_order_once")]

    def __str__(self):
        return f"{self.version_id}.{self.order} {self.kind}"
