from django.conf import settings
from django.db import models


class Notice(models.Model):
    """That a notice of a deadline was written to a person; `key` lets it be written once (6.5).

    The key names what it is about, its deadline, the step and the person:
    "check:<cycle>:2026-12-01:-30:user-7". Without an institution it is about the service itself.
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20)
    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, null=True, blank=True, related_name="notices"
    )
    offering = models.ForeignKey(
        "registry.Offering", models.PROTECT, null=True, blank=True, related_name="notices"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    about_on = models.DateField()  # the deadline itself
    written_at = models.DateTimeField()

    def __str__(self):
        return self.key


class QualitySettings(models.Model):
    """An institution's own numbers of the round: {"panel_days": 21}; quality.limits has the defaults.

    `pauses`: [["2026-12-23", "2027-01-06"], …], days that no deadline of the panel counts.
    """

    institution = models.OneToOneField(
        "registry.Institution", models.CASCADE, related_name="quality_settings"
    )
    numbers = models.JSONField(default=dict)
    pauses = models.JSONField(default=list)
    criteria_set = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "quality settings"

    def __str__(self):
        return f"{self.institution_id}"
