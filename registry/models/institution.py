import hashlib
import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry import rule_sets
from registry.models.texts import TextsField


class Institution(models.Model):
    """A university of applied sciences with awarding right; every staff page starts from one."""

    class CertificateMode(models.TextChoices):
        ELECTRONIC_SEAL = "electronic_seal", _("PDF with an electronic seal")
        PDF = "pdf", _("PDF without a seal, with the verification code")
        PAPER = "paper", _("On paper, with the verification code printed")

    class CertificateMoment(models.TextChoices):
        ON_NEED = "on_need", _("When the learner first fetches it")
        IN_BATCH = "in_batch", _("At once, when a batch has been issued")

    code = models.CharField(max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9-]+$")])
    oppilaitosnumero = models.CharField(max_length=5, unique=True, validators=[RegexValidator(r"^\d{5}$")])
    name = TextsField(blank=False)
    short_name = models.CharField(max_length=40)
    city = models.CharField(max_length=60)
    country = models.CharField(max_length=2, default="FI")
    domain = models.CharField(max_length=100)
    main_language = models.CharField(max_length=2, default="fi")
    # How a certificate is handed over (C-16); the signed credential is there in every mode.
    certificate_mode = models.CharField(
        max_length=16, choices=CertificateMode, default=CertificateMode.ELECTRONIC_SEAL
    )
    # When its PDF is made; to make thousands beforehand takes long, and is paid by the service.
    certificate_moment = models.CharField(
        max_length=16, choices=CertificateMoment, default=CertificateMoment.ON_NEED
    )
    is_pinko_partner = models.BooleanField(default=False)
    organisation_oid = models.CharField(max_length=40, blank=True)
    own_rules_block = models.BooleanField(
        default=False,
        help_text=_(
            "Our own rules beyond the EU text (such as 3–10 outcomes) block review instead of warning."
        ),
    )
    # Of new versions; a version keeps the one it was written under (C-04).
    rule_set = models.CharField(max_length=40, default=rule_sets.DEFAULT)

    def __str__(self):
        return self.short_name

    @property
    def has_certificates_made(self) -> bool:
        """At once, with the batch; where certificates are on paper there is none to make."""
        return (
            self.certificate_moment == self.CertificateMoment.IN_BATCH
            and self.certificate_mode != self.CertificateMode.PAPER
        )


class Membership(models.Model):
    """One role of one person in one institution; a person may have many."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        QUALITY = "quality", _("Quality coordinator")
        REVIEWER = "reviewer", _("Reviewer")
        PUBLISHER = "publisher", _("Publisher")
        ISSUER = "issuer", _("Issuer")
        ADMIN = "admin", _("Institution admin")
        RECTORATE = "rectorate", _("Rectorate or head of unit")
        PARTNER = "partner", _("Partner reader")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "institution", "role"], name="membership_once"),
        ]

    def __str__(self):
        return f"{self.user_id}: {self.role} @ {self.institution_id}"


class RoleInvitation(models.Model):
    """A role offered to an e-mail address; a Membership when the owner of the address accepts it.

    A row of its own, deleted when it is answered: so nothing unanswered can give a right or show a name
    (docs/decisions/0070-roles-are-accepted.md). The secret of its link is kept hashed.
    """

    DAYS = 14

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="role_invitations")
    email = models.EmailField()
    language = models.CharField(max_length=2)
    role = models.CharField(max_length=12, choices=Membership.Role)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "email", "role"], name="role_invitation_once"),
        ]

    def __str__(self):
        return str(self.uid)

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
