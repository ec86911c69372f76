import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class FieldComment(models.Model):
    """A reviewer's reason at one field, and the author's answer; unanswered ones block sending again.

    `member` is the seat it was written from; `by` is empty for a member without an account.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey("quality.ReviewCycle", models.CASCADE, related_name="comments")
    member = models.ForeignKey(
        "quality.PanelMember", models.PROTECT, null=True, blank=True, related_name="comments"
    )
    round = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=60)
    text = models.TextField()
    language = models.CharField(max_length=2, default="fi")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="comment_answered_pair",
            )
        ]

    def __str__(self):
        return f"{self.cycle_id} {self.field}"
