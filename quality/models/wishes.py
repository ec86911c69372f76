from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LearnerWishes(models.Model):
    """Which letters a learner wants beside those about their own studies.

    `career_at`: agreed to be asked about the impact on work (P-11). `refused_at` ends every survey for ever;
    nothing but the learner's own word sets either.
    """

    learner = models.OneToOneField("credentials.Learner", models.CASCADE, related_name="wishes")
    career_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    wants_expiry = models.BooleanField(_("Tell me before a credential expires"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(career_at__isnull=True) | Q(refused_at__isnull=True),
                name="wishes_refused_or_agreed",
            )
        ]
        verbose_name_plural = "learner wishes"

    def __str__(self):
        return f"{self.learner_id}"
