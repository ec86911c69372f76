from django.conf import settings
from django.db import models

from registry.models.institution import Institution
from registry.models.texts import TextsField


class LevelDescriptor(models.Model):
    """What a level step means in an institution's own words, from a moment on (C-20).

    Rows are only added: what was sent to review keeps the words it was sent with. Empty words mean those of
    the code list again.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="level_descriptors")
    code = models.CharField(max_length=20)
    description = TextsField()
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return f"{self.institution_id} {self.code} {self.since:%Y-%m-%d}"
