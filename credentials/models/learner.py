import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Learner(models.Model):
    """One institution's record of a person who learns there; the institution is the controller of it.

    The person claims it with a single-use link and their birth date; one account may hold records of several
    institutions. Found by learner OID, else by e-mail with birth date; never by name alone.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="learners")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="learner_records"
    )
    given_names = models.CharField(_("Given names"), max_length=100)
    family_name = models.CharField(_("Family name"), max_length=100)
    email = models.EmailField(_("E-mail"))
    language = models.CharField(_("Language"), max_length=2, default="fi")
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    learner_oid = models.CharField(_("Learner OID"), max_length=40, blank=True)
    has_safety_prohibition = models.BooleanField(_("Safety prohibition (turvakielto)"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "learner_oid"], condition=~Q(learner_oid=""), name="learner_oid_once"
            ),
            models.UniqueConstraint(
                fields=["institution", "email", "birth_date"],
                condition=Q(learner_oid=""),
                name="learner_email_and_birth_date_once",
            ),
            models.CheckConstraint(
                condition=~Q(learner_oid="") | Q(birth_date__isnull=False), name="learner_identifiable"
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def is_claimable(self) -> bool:
        """Whether an invitation makes sense: not claimed yet, an address to write to, a birth date to
        ask for."""
        return self.user_id is None and self.email != "" and self.birth_date is not None


class Claim(models.Model):
    """A single-use link by which a learner takes their record into an account; the secret is kept hashed."""

    DAYS = 14
    TRIES = 5  # wrong birth dates until the link is dead

    learner = models.ForeignKey(Learner, models.CASCADE, related_name="claims")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"{self.pk}"

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def is_open(self, moment) -> bool:
        return self.used_at is None and moment < self.expires_at and self.wrong_tries < self.TRIES
