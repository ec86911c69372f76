import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Grant(models.Model):
    """A named reader outside may have one thing by a link until a day ends; its secret is stored hashed."""

    MOST_DAYS = 90

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.CharField(_("Reader"), max_length=160)
    secret_hash = models.CharField(max_length=64, unique=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    ends_on = models.DateField(_("Until"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
