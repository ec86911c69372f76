from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quality.models.cycle import ReviewCycle

USER = settings.AUTH_USER_MODEL


class Appeal(models.Model):
    """An author's note to the rectorate about a rejection, and its answer: one for each round (T6)."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("The appeal is granted")
        DISMISSED = "dismissed", _("The rejection stands")

    cycle = models.OneToOneField(ReviewCycle, models.PROTECT, related_name="appeal")
    text = models.TextField(_("Appeal"))
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    outcome = models.CharField(_("Decision"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("Your answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="")),
                name="appeal_answered_pair",
            )
        ]

    def __str__(self):
        return f"{self.cycle_id}"
