import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models.texts import TextsField

USER = settings.AUTH_USER_MODEL


class PartnershipAgreement(models.Model):
    """What an institution has agreed with a partner of working life or education, from a day to a day (W-04).

    Whether it is in force, and ends soon, follows from its days.
    """

    class Kind(models.TextChoices):
        EMPLOYER = "employer", _("Employer")
        VET_PROVIDER = "vet_provider", _("Vocational education provider")
        HIGHER_EDUCATION = "higher_education", _("Higher education institution")
        PUBLIC = "public", _("Public body")
        OTHER = "other", _("Other")

    ENDING_DAYS = 180  # so long before its end it counts as ending

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="agreements")
    partner = models.CharField(_("Partner"), max_length=160)
    kind = models.CharField(_("Kind of partner"), max_length=20, choices=Kind)
    focus = TextsField(_("Focus and goals"))
    contact_name = models.CharField(_("Contact person of the partner"), max_length=120)
    contact_email = models.EmailField(_("Their e-mail"), blank=True)
    responsible = models.ForeignKey(
        USER, models.PROTECT, related_name="agreements", verbose_name=_("Our contact person")
    )
    begins_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Valid until"))
    longer_because = models.CharField(_("Why longer than three years"), max_length=500, blank=True)
    meetings_a_year = models.PositiveSmallIntegerField(_("Evaluation meetings a year"), default=2)
    url = models.URLField(_("Address of the agreement"), blank=True)
    offerings = models.ManyToManyField("registry.Offering", blank=True, related_name="agreements")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="agreement_dates"),
        ]

    def __str__(self):
        return str(self.uid)

    def is_in_force(self, on: date) -> bool:
        return self.begins_on <= on <= self.ends_on

    def state(self, on: date) -> str:
        """ "coming", "in_force", "ending" or "over" (W-04)."""
        if not self.is_in_force(on):
            return "coming" if on < self.begins_on else "over"
        return "ending" if (self.ends_on - on).days <= self.ENDING_DAYS else "in_force"


class EvaluationMeeting(models.Model):
    """A meeting in which the parties looked at how the agreement does; one a day."""

    agreement = models.ForeignKey(PartnershipAgreement, models.CASCADE, related_name="meetings")
    held_on = models.DateField(_("Date"))
    minutes_url = models.URLField(_("Address of the minutes"), blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "held_on"], name="evaluation_meeting_once_a_day")
        ]

    def __str__(self):
        return f"{self.agreement_id} {self.held_on}"
