import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.models.institution import Institution
from registry.models.offering import OfferingVersion


class DraftPart(models.Model):
    """What somebody has typed into a tab and not saved yet: it survives a closed browser, nobody else sees
    it.

    `data` is the form as it was sent: lists of strings by name. `seen` is the stamp of every field when the
    tab was opened (registry.actions.stamps): what others have saved since is not overwritten
    silently.
    """

    version = models.ForeignKey(OfferingVersion, models.CASCADE, related_name="draft_parts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft_parts")
    tab = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user", "tab"], name="draft_part_once")]

    def __str__(self):
        return f"{self.version_id} {self.tab}"


class OfferingFile(models.Model):
    """An uploaded file of offerings between its dry run and the import.

    `rows` holds each row's verdict: [{"row": 2, "outcome": "accept|reject|known", "code": "…", "values": {…},
    "reasons": [[field, message code, params], …], "cells": {column: what stood in a rejected row}}].
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offering_files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, imported_by__isnull=True)
                | Q(imported_at__isnull=False, imported_by__isnull=False),
                name="offering_file_imported_pair",
            )
        ]

    def __str__(self):
        return str(self.uid)


class OfferingDefaults(models.Model):
    """What an institution puts into every new draft: content by field, such as country and guidance."""

    institution = models.OneToOneField(Institution, models.PROTECT, related_name="offering_defaults")
    content = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return str(self.institution_id)


class SourceText(models.Model):
    """What of a pasted course text found no place in the draft it became."""

    version = models.OneToOneField(OfferingVersion, models.CASCADE, related_name="source_text")
    rest = models.TextField()
    pasted_at = models.DateTimeField()
    pasted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return str(self.version_id)
