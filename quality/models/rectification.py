import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class RectificationWindow(models.Model):
    """The days in which a learner may ask a decision on their studies to be rectified (rule 14, W-05).

    It opens on the day that the learner was told, and closes by itself after `ends_on`. `asked_on`: the
    learner has asked, and nobody is reminded any more.
    """

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("Assessment")
        RECOGNITION = "recognition", _("Recognition of studies")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, related_name="rectification_windows"
    )
    learner = models.ForeignKey("credentials.Learner", models.PROTECT, related_name="rectification_windows")
    kind = models.CharField(_("Decision on"), max_length=12, choices=Kind)
    about = models.CharField(_("What was decided"), max_length=200)
    told_on = models.DateField(_("The learner was told on"))
    ends_on = models.DateField(_("Rectification can be asked for until"))
    handler = models.ForeignKey(
        USER, models.PROTECT, related_name="rectification_windows", verbose_name=_("Who handles it")
    )
    asked_on = models.DateField(_("Rectification was asked for on"), null=True, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("told_on")), name="rectification_dates"),
            models.CheckConstraint(
                condition=Q(asked_on__isnull=True)
                | Q(asked_on__gte=F("told_on"), asked_on__lte=F("ends_on")),
                name="rectification_asked_in_time",
            ),
            models.UniqueConstraint(
                fields=["learner", "kind", "about", "told_on"], name="rectification_window_once"
            ),
        ]

    def __str__(self):
        return str(self.uid)
