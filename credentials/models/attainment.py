import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from credentials.models.learner import Learner

# Which grades each grading scale has (code lists grading_scale and grade).
GRADES = {"0-5": ("0", "1", "2", "3", "4", "5", "HYV"), "pass_fail": ("HYV", "HYL")}
FAILED = ("0", "HYL")


class AttainmentQuerySet(models.QuerySet):
    LIVE = Q(credentials__status__in=["valid", "suspended"])

    def passed(self):
        return self.exclude(grade__in=FAILED)

    def not_issued(self):
        """Passed, without a live credential, and not waiting in a batch."""
        return self.passed().exclude(self.LIVE).exclude(batch_items__outcome="open")

    def with_state(self):
        """Adds `is_live` (a valid or suspended credential), `was_revoked`, `is_waiting` (in a batch)."""
        same = self.model.objects.filter(pk=OuterRef("pk"))
        return self.annotate(
            is_live=Exists(same.filter(self.LIVE)),
            was_revoked=Exists(same.filter(credentials__status="revoked")),
            is_waiting=Exists(same.filter(batch_items__outcome="open")),
        )


class Attainment(models.Model):
    """A suoritus: that one learner reached the outcomes of one version, assessed on a day with a grade.

    A corrected attainment is the same row changed (the trail keeps what it was); it can be issued again once
    its earlier credential is revoked.

    `documented_as` is the documentation rule (C-15): a badge has no credits, and why is said; a participation
    badge is for who attended and was not assessed, so it has no grade. `acquired_by` tells by demonstration
    where the competence was there before and was only shown (C-18).
    """

    class DocumentedAs(models.TextChoices):
        MICRO_CREDENTIAL = "micro_credential", _("Micro-credential")
        COMPETENCE_BADGE = "competence_badge", _("Competence badge")
        PARTICIPATION_BADGE = "participation_badge", _("Participation badge")

    class AcquiredBy(models.TextChoices):
        STUDIES = "studies", _("In studies")
        DEMONSTRATION = "demonstration", _("By demonstration: the competence was there before")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="attainments")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="attainments")
    version = models.ForeignKey("registry.OfferingVersion", models.PROTECT, related_name="attainments")
    realisation = models.ForeignKey(
        "registry.Realisation", models.PROTECT, null=True, blank=True, related_name="attainments"
    )
    completed_on = models.DateField(_("Completion date"))
    grade = models.CharField(_("Grade"), max_length=4, blank=True)
    documented_as = models.CharField(
        max_length=20, choices=DocumentedAs, default=DocumentedAs.MICRO_CREDENTIAL
    )
    no_credits_reason = models.CharField(max_length=300, blank=True)
    acquired_by = models.CharField(max_length=20, choices=AcquiredBy, default=AcquiredBy.STUDIES)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AttainmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "version", "completed_on"], name="attainment_once"),
            models.CheckConstraint(
                condition=Q(documented_as="micro_credential", no_credits_reason="")
                | (~Q(documented_as="micro_credential") & ~Q(no_credits_reason="")),
                name="attainment_badge_has_reason",
            ),
            # Rule 9: who attended only was neither graded nor did they show anything.
            models.CheckConstraint(
                condition=Q(documented_as="participation_badge", grade="", acquired_by="studies")
                | (~Q(documented_as="participation_badge") & ~Q(grade="")),
                name="attainment_attended_ungraded",
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def is_passed(self) -> bool:
        """A failed attainment is kept and never issued."""
        return self.grade not in FAILED

    @property
    def is_badge(self) -> bool:
        """Without credits: it counts towards nothing that is made of credits."""
        return self.documented_as != self.DocumentedAs.MICRO_CREDENTIAL

    @property
    def is_shown(self) -> bool:
        return self.acquired_by == self.AcquiredBy.DEMONSTRATION


class AttainmentFile(models.Model):
    """An uploaded CSV of attainments between its dry run and "tuo hyväksytyt".

    `rows` holds each line's verdict: [{"line": 2, "outcome": "accept|correction|known|reject", "values": {…},
    "is_new": bool, "reasons": [[field, message code, params], …]}]. `values` go once imported, `rows`
    after 30 days; `counts` stay: {"accept": 3, "reject": 1, …}, of the import once there was one.
    """

    DAYS = 30

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="attainment_files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(imported_at__isnull=True, imported_by__isnull=True)
                | models.Q(imported_at__isnull=False, imported_by__isnull=False),
                name="attainment_file_imported_pair",
            )
        ]

    def __str__(self):
        return str(self.uid)
