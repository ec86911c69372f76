from django.conf import settings
from django.db import models

from credentials.models.learner import Learner


class IdentityCode(models.Model):
    """A learner's henkilötunnus, encrypted; kept only while nothing else identifies the person (rule 10).

    It goes when the learner OID is known. Nothing but identity_codes.py opens it.
    """

    learner = models.OneToOneField(Learner, models.CASCADE, related_name="identity_code")
    sealed = models.BinaryField()
    why = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return f"{self.learner_id}"
