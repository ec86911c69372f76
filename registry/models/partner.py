import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.institution import Institution
from registry.models.offering import Offering, OfferingVersion
from registry.models.texts import TextsField


class PartnerKey(models.Model):
    """An institution's key of the API, with scopes and a daily quota; only the hash of its secret is kept."""

    class Scope(models.TextChoices):
        CATALOGUE = "catalogue", _("Catalogue and exports")
        OWN = "own", _("Own institution's drafts and realisations")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="partner_keys")
    name = models.CharField(_("What it is for"), max_length=120)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    daily_quota = models.PositiveIntegerField(_("Requests a day"), default=10_000)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="partner_key_revoked_pair",
            )
        ]

    def __str__(self):
        return f"{self.institution_id} {self.prefix}"


class PartnerKeyUse(models.Model):
    """How often a key was used on one day."""

    key = models.ForeignKey(PartnerKey, models.CASCADE, related_name="uses")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="partner_key_use_once_a_day")]

    def __str__(self):
        return f"{self.key_id} {self.day}"


class RecognitionNote(models.Model):
    """A hint, no decision: another institution's offering can be recognised in a degree of one's own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="recognition_notes")
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="recognition_notes")
    degree = TextsField(_("Degree"), blank=False)
    ects = models.DecimalField(_("Credits at most"), max_digits=4, decimal_places=1, null=True, blank=True)
    note = TextsField(_("Note"))
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return f"{self.institution_id} {self.offering_id}"


class JointInvitation(models.Model):
    """An invitation to take part in a joint offering with a share of its credits."""

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    NEXT = {
        Status.OPEN: {Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.WITHDRAWN},
        Status.DECLINED: set(),
        Status.WITHDRAWN: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="invitations")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="invitations")
    ects = models.DecimalField(_("Share of the credits"), max_digits=4, decimal_places=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="joint_reviews"
    )
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "institution"],
                condition=Q(status__in=["open", "accepted"]),
                name="joint_invitation_one_live",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="joint_invitation_answered_pair",
            ),
        ]

    def __str__(self):
        return str(self.uid)
