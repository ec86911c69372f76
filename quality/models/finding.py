import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quality.models.cycle import ReviewCycle
from registry.models import TextsField

USER = settings.AUTH_USER_MODEL


class Finding(models.Model):
    """What a review, a complaint, a survey or an audit found, until somebody else has verified its action.

    Of an offering (`cycle` where it was found in a round) or of the whole institution. `level` counts how
    often it has been escalated.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ACTED = "acted", _("Action done, to be verified")
        VERIFIED = "verified", _("Verified")

    NEXT = {
        Status.OPEN: {Status.ACTED},
        Status.ACTED: {Status.OPEN, Status.VERIFIED},
        Status.VERIFIED: {Status.OPEN},
    }

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        MAJOR = "major", _("Major")
        MINOR = "minor", _("Minor")
        RECOMMENDATION = "recommendation", _("Recommendation")

    class Source(models.TextChoices):
        PLAN = "plan_review", _("Review of the plan")
        CHECK = "check", _("Check of the offering")
        COMPLAINT = "complaint", _("Complaint")
        INTERNAL_AUDIT = "internal_audit", _("Internal audit")
        EXTERNAL_AUDIT = "external_audit", _("External audit")
        SURVEY = "learner_survey", _("Learners' feedback")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="findings")
    offering = models.ForeignKey(
        "registry.Offering", models.PROTECT, null=True, blank=True, related_name="findings"
    )
    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, null=True, blank=True, related_name="findings")
    audit = models.ForeignKey("quality.Audit", models.PROTECT, null=True, blank=True, related_name="findings")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    severity = models.CharField(_("Severity"), max_length=14, choices=Severity)
    source = models.CharField(_("Source"), max_length=16, choices=Source)
    principle = models.CharField(_("Principle"), max_length=40, blank=True)
    text = TextsField(_("What was found"), blank=False)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="owned_findings")
    due_on = models.DateField(_("Due"))
    level = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    action = TextsField(_("Corrective action"))
    acted_at = models.DateTimeField(null=True, blank=True)
    acted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    verification_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(acted_at__isnull=True, acted_by__isnull=True)
                | Q(acted_at__isnull=False, acted_by__isnull=False),
                name="finding_acted_pair",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="finding_verified_pair",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | (~Q(verified_by=models.F("owner")) & ~Q(verified_by=models.F("acted_by"))),
                name="finding_verified_by_another",
            ),
        ]
        indexes = [models.Index(fields=["institution", "status", "due_on"], name="finding_due")]

    def __str__(self):
        return str(self.uid)


class Evidence(models.Model):
    """A file outside the web root, or a link, that shows something; served by permission.

    `file` is the name we gave it; `media_type` was read from the bytes.
    """

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")
        SNAPSHOT = "snapshot", _("Indicator snapshot")
        MEETING = "meeting", _("Meeting record")
        SURVEY = "survey", _("Survey")
        EMPLOYER = "employer", _("Employer's statement")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("The institution's own")
        CONFIDENTIAL = "confidential", _("Confidential")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="evidence")
    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, null=True, blank=True, related_name="evidence")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="evidence")
    title = models.CharField(_("Title"), max_length=160)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    file = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    url = models.URLField(_("Address"), blank=True)
    dated_on = models.DateField(_("Date"))
    visibility = models.CharField(
        _("Who may see it"), max_length=12, choices=Visibility, default=Visibility.INTERNAL
    )
    has_personal_data = models.BooleanField(_("Holds personal data"), default=False)
    keep_until = models.DateField(_("Kept until"), null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind="file") | ~Q(file=""), name="evidence_file_is_there"),
            models.CheckConstraint(condition=~Q(kind="link") | ~Q(url=""), name="evidence_link_is_there"),
        ]
        verbose_name_plural = "evidence"

    def __str__(self):
        return str(self.uid)
