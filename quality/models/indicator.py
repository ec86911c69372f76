import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quality.models.grant import Grant

USER = settings.AUTH_USER_MODEL


class IndicatorValue(models.Model):
    """A value typed in with its source, where the registry cannot count it itself (I-01 … I-12)."""

    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, null=True, blank=True, related_name="indicator_values"
    )
    network = models.CharField(max_length=40, blank=True)
    indicator = models.CharField(max_length=40)
    theme = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("Year"))
    value = models.DecimalField(_("Value"), max_digits=12, decimal_places=2)
    # "21 of 38", "7 of 9": where the value is a part of something
    whole = models.DecimalField(_("Out of"), max_digits=12, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("Source"), max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "indicator", "theme", "year"],
                condition=Q(institution__isnull=False),
                name="indicator_value_once",
            ),
            models.UniqueConstraint(
                fields=["network", "indicator", "theme", "year"],
                condition=Q(institution__isnull=True),
                name="indicator_value_of_network_once",
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=False) ^ ~Q(network=""), name="indicator_value_of_one"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="indicator_value_not_negative"),
            models.CheckConstraint(
                condition=Q(whole__isnull=True) | Q(whole__gt=0, value__lte=models.F("whole")),
                name="indicator_value_in_its_whole",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.year}"


class IndicatorTarget(models.Model):
    """A goal of a year; the baseline has the kind `baseline`. A range has `highest` too; `percent` is of the
    baseline."""

    class Kind(models.TextChoices):
        BASELINE = "baseline", _("Baseline")
        INTERIM = "interim", _("Interim goal")
        FINAL = "final", _("Goal")

    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, null=True, blank=True, related_name="indicator_targets"
    )
    network = models.CharField(max_length=40, blank=True)
    indicator = models.CharField(max_length=40)
    theme = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("Year"))
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.DecimalField(_("Value"), max_digits=12, decimal_places=2)
    highest = models.DecimalField(_("Highest value"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_percent = models.BooleanField(_("Percent of the baseline"), default=False)
    source = models.CharField(_("Source"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "indicator", "theme", "year", "kind"],
                condition=Q(institution__isnull=False),
                name="indicator_target_once",
            ),
            models.UniqueConstraint(
                fields=["network", "indicator", "theme", "year", "kind"],
                condition=Q(institution__isnull=True),
                name="indicator_target_of_network_once",
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=False) ^ ~Q(network=""), name="indicator_target_of_one"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="indicator_target_not_negative"),
        ]

    def __str__(self):
        return f"{self.indicator} {self.year} {self.kind}"


class Report(models.Model):
    """A frozen report: figures as they stood, with date and hash; never edited, a new one is made instead.

    `grants`: who outside may read it, by a secret that is stored hashed (see ReportGrant).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="reports")
    title = models.CharField(_("Title"), max_length=160)
    begins_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="report_dates")
        ]

    def __str__(self):
        return str(self.uid)


class ReportGrant(Grant):
    """A named reader outside (KARVI, OKM) may read one frozen report, for a purpose."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="grants")
    purpose = models.CharField(_("Purpose"), max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="report_grant_withdrawn_pair",
            )
        ]

    def __str__(self):
        return f"{self.report_id} {self.reader}"
