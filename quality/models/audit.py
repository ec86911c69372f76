import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import TextsField

USER = settings.AUTH_USER_MODEL


class Audit(models.Model):
    """An audit of an institution, planned or done (6.6). Its recommendations become findings.

    `scale`: the words of its grades in rising order, as its body uses them.
    """

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Internal audit")
        EXTERNAL = "external", _("External audit (KARVI)")
        ALLIANCE = "alliance", _("Evaluation of an alliance")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")

    NEXT = {Status.PLANNED: {Status.DONE}, Status.DONE: set()}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="audits")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    body = models.CharField(_("Who audits"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("Year"))
    cycle = models.PositiveSmallIntegerField(_("Audit cycle"), null=True, blank=True)
    scale = models.JSONField(_("Scale"), default=list)
    agreed_on = models.DateField(_("Agreement"), null=True, blank=True)
    self_assessed_on = models.DateField(_("Self-assessment"), null=True, blank=True)
    visited_on = models.DateField(_("Visit"), null=True, blank=True)
    decided_on = models.DateField(_("Decision"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    follow_up_on = models.DateField(_("Follow-up report"), null=True, blank=True)
    report_url = models.URLField(_("Report"), blank=True)
    report_language = models.CharField(_("Language of the report"), max_length=2, blank=True)
    note = TextsField(_("Note"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(decided_on__isnull=True)
                | Q(valid_until__gte=models.F("decided_on")),
                name="audit_dates",
            )
        ]

    def __str__(self):
        return str(self.uid)


class AuditedArea(models.Model):
    """One area of an audit with its grade. `is_independent`: audited by itself, not inside another (P-07)."""

    CONTINUOUS_LEARNING = "continuous_learning"

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="areas")
    area = models.CharField(_("Area"), max_length=40)
    unit = models.CharField(_("Unit"), max_length=120, blank=True)
    is_independent = models.BooleanField(_("Audited as an area of its own"), default=True)
    result = models.CharField(_("Result"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "area", "unit"], name="audited_area_once")]

    def __str__(self):
        return f"{self.audit_id} {self.area}"
