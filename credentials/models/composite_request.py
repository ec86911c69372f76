from django.db import models

from credentials.models.credential import Credential
from credentials.models.learner import Learner


class CompositeRequest(models.Model):
    """A learner asks for the composite credential of a pathway that they have completed.

    By asking they let the awarding institution see their credentials of that pathway, also those that other
    institutions have issued. `credential` is the one that answered it.
    """

    learner = models.ForeignKey(Learner, models.PROTECT, related_name="composite_requests")
    pathway = models.ForeignKey("registry.Pathway", models.PROTECT, related_name="composite_requests")
    asked_at = models.DateTimeField()
    credential = models.OneToOneField(
        Credential, models.PROTECT, null=True, blank=True, related_name="composite_request"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "pathway"],
                condition=models.Q(credential=None),
                name="composite_request_one_open",
            )
        ]

    def __str__(self):
        return f"{self.pk}"
