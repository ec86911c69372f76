import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.institution import Institution
from registry.models.offering import Offering


class ParentNotice(models.Model):
    """A change in a course of a degree that an offering is derived from, until somebody answers it (C-09)."""

    class Answer(models.TextChoices):
        REVISED = "revised", _("A new version takes it into account")
        NO_EFFECT = "no_effect", _("No effect on the offering")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="parent_notices")
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="parent_notices")
    course = models.CharField(_("Code of the course"), max_length=60)
    change = models.CharField(_("What changes"), max_length=500)
    changed_on = models.DateField(_("The change holds from"))
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offering", "course", "changed_on"], name="parent_notice_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="parent_notice_answered_pair",
            ),
        ]

    def __str__(self):
        return f"{self.offering_id} {self.course} {self.changed_on}"
