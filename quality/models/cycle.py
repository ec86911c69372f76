import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewCycle(models.Model):
    """One quality round of one version; both move together (quality.actions.cycles).

    A version may see many rounds, one open at a time; a draft that was never sent to review has none yet.
    """

    class Status(models.TextChoices):
        PLAN_DRAFT = "plan_draft", _("Planning")
        PLAN_REVIEW = "plan_review", _("Plan in review")
        PLAN_RETURNED = "plan_returned", _("Plan returned")
        PLAN_APPROVED = "plan_approved", _("Approved for publication")
        DO = "do", pgettext_lazy("review cycle", "Running")
        CHECK_OPEN = "check_open", _("Check going on")
        CHECK_REVIEW = "check_review", _("Check in review")
        ACT = "act", _("Corrective action")
        ACT_VERIFY = "act_verify", _("Actions being verified")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED_CONTINUE = "closed_continue", _("Closed, continues")
        CLOSED_RETIRE = "closed_retire", _("Closed, retired")
        REJECTED = "rejected", _("Rejected")

    NEXT = {
        Status.PLAN_DRAFT: {Status.PLAN_REVIEW},
        Status.PLAN_REVIEW: {Status.PLAN_RETURNED, Status.PLAN_APPROVED, Status.REJECTED},
        Status.PLAN_RETURNED: {Status.PLAN_REVIEW, Status.PLAN_DRAFT},
        Status.PLAN_APPROVED: {Status.DO, Status.PLAN_DRAFT},
        Status.DO: {Status.CHECK_OPEN, Status.SUSPENDED, Status.CLOSED_CONTINUE, Status.CLOSED_RETIRE},
        Status.CHECK_OPEN: {Status.CHECK_REVIEW, Status.SUSPENDED, Status.CLOSED_CONTINUE},
        Status.CHECK_REVIEW: {Status.ACT, Status.SUSPENDED, Status.CLOSED_CONTINUE},
        Status.ACT: {Status.ACT_VERIFY, Status.SUSPENDED, Status.CLOSED_RETIRE},
        Status.ACT_VERIFY: {Status.ACT, Status.SUSPENDED, Status.CLOSED_CONTINUE},
        Status.SUSPENDED: {
            Status.DO,
            Status.CHECK_OPEN,
            Status.CHECK_REVIEW,
            Status.ACT,
            Status.ACT_VERIFY,
            Status.CLOSED_CONTINUE,
            Status.CLOSED_RETIRE,
        },
        Status.CLOSED_CONTINUE: set(),
        Status.CLOSED_RETIRE: set(),
        Status.REJECTED: set(),
    }
    OPEN = frozenset(status for status, following in NEXT.items() if following)
    PHASE = {
        Status.PLAN_DRAFT: "plan",
        Status.PLAN_REVIEW: "plan",
        Status.PLAN_RETURNED: "plan",
        Status.PLAN_APPROVED: "plan",
        Status.DO: "do",
        Status.CHECK_OPEN: "check",
        Status.CHECK_REVIEW: "check",
        Status.ACT: "act",
        Status.ACT_VERIFY: "act",
    }

    class Ground(models.TextChoices):
        """Why an offering ends (T18)."""

        DEMAND = "demand", _("Too little demand")
        FUNDING = "funding", _("The funding ended")
        OUTDATED = "outdated", _("The content is outdated")
        REPLACED = "replaced", _("Replaced by another offering")

    class Stage(models.TextChoices):
        """Which of a round's two reviews: of the plan, or of what came of it."""

        PLAN = "plan", _("Plan")
        CHECK = "check", pgettext_lazy("stage of a round", "Check")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey("registry.OfferingVersion", models.PROTECT, related_name="cycles")
    status = models.CharField(max_length=20, choices=Status, default=Status.PLAN_DRAFT)
    criteria_set = models.CharField(max_length=60, default="EU-10/1")
    is_fast = models.BooleanField(_("Fast track"), default=False)
    # T15: only the fields that differ from this version are reviewed; empty: the whole plan.
    compared_to = models.ForeignKey(
        "registry.OfferingVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=0)  # of the present stage
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision_note = models.TextField(blank=True)
    check_due_on = models.DateField(null=True, blank=True)
    ended_for = models.CharField(_("Why it ends"), max_length=10, choices=Ground, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offering", "number"], name="cycle_number_once"),
            models.UniqueConstraint(
                fields=["version"],
                condition=~Q(status__in=["closed_continue", "closed_retire", "rejected"]),
                name="cycle_one_open",
            ),
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
