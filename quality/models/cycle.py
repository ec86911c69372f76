import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewCycle(models.Model):
    """One quality round of one offering; moves together with its version (quality.actions.cycles)."""

    class Status(models.TextChoices):
        PLAN_DRAFT = "plan_draft", _("Planning")
        PLAN_REVIEW = "plan_review", _("Plan in review")
        PLAN_RETURNED = "plan_returned", _("Plan returned")
        PLAN_APPROVED = "plan_approved", _("Approved for publication")
        DO = "do", pgettext_lazy("review cycle", "Running")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED_CONTINUE = "closed_continue", _("Closed, continues")
        CLOSED_RETIRE = "closed_retire", _("Closed, retired")
        REJECTED = "rejected", _("Rejected")

    NEXT = {
        Status.PLAN_DRAFT: {Status.PLAN_REVIEW},
        Status.PLAN_REVIEW: {Status.PLAN_RETURNED, Status.PLAN_APPROVED, Status.REJECTED},
        Status.PLAN_RETURNED: {Status.PLAN_REVIEW, Status.PLAN_DRAFT},
        Status.PLAN_APPROVED: {Status.DO, Status.PLAN_DRAFT},
        Status.DO: {Status.SUSPENDED, Status.CLOSED_CONTINUE, Status.CLOSED_RETIRE},
        Status.SUSPENDED: {Status.DO, Status.CLOSED_CONTINUE, Status.CLOSED_RETIRE},
        Status.CLOSED_CONTINUE: set(),
        Status.CLOSED_RETIRE: set(),
        Status.REJECTED: set(),
    }
    OPEN = frozenset(
        {
            Status.PLAN_DRAFT,
            Status.PLAN_REVIEW,
            Status.PLAN_RETURNED,
            Status.PLAN_APPROVED,
            Status.DO,
            Status.SUSPENDED,
        }
    )
    PHASE = {
        Status.PLAN_DRAFT: "plan",
        Status.PLAN_REVIEW: "plan",
        Status.PLAN_RETURNED: "plan",
        Status.PLAN_APPROVED: "plan",
        Status.DO: "do",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    # The version under plan or in use; a cycle follows one version's way from draft to its end.
    version = models.OneToOneField("registry.OfferingVersion", models.PROTECT, related_name="cycle")
    status = models.CharField(max_length=20, choices=Status, default=Status.PLAN_DRAFT)
    criteria_set = models.CharField(max_length=60, default="EU-10/1")
    round = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    # Who took the review; never one of the version's authors (rule 12, checked by the action).
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.TextField(blank=True)
    check_due_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offering", "number"], name="cycle_number_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="cycle_decided_pair",
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def phase(self) -> str:
        """plan, do, check, act, or nothing: derived, never stored."""
        return self.PHASE.get(self.Status(self.status), "")
