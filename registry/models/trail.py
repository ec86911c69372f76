from django.conf import settings
from django.db import models


class TrailEntry(models.Model):
    """Who did what, and who saw whose personal data (N6); append-only, a database trigger refuses changes.

    `about` names the row: "offering:OAMK-MC-2026-001", "version:…", "learner:<uuid>", "credential:<uuid>".
    `learner` is the public id of the person concerned, so that they can read who looked at their data.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, null=True, blank=True, related_name="trail"
    )
    role = models.CharField(max_length=60, blank=True)
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=120, db_index=True)
    learner = models.UUIDField(null=True, blank=True, db_index=True)
    was = models.CharField(max_length=30, blank=True)
    became = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.about}"
