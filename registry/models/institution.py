from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry import rule_sets
from registry.models.texts import TextsField


class Institution(models.Model):
    """A university of applied sciences with awarding right; every staff page starts from one."""

    code = models.CharField(max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9-]+$")])
    oppilaitosnumero = models.CharField(max_length=5, unique=True, validators=[RegexValidator(r"^\d{5}$")])
    name = TextsField(blank=False)
    short_name = models.CharField(max_length=40)
    city = models.CharField(max_length=60)
    country = models.CharField(max_length=2, default="FI")
    domain = models.CharField(max_length=100)
    main_language = models.CharField(max_length=2, default="fi")
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


class Membership(models.Model):
    """One role of one person in one institution; a person may have many."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        QUALITY = "quality", _("Quality coordinator")
        REVIEWER = "reviewer", _("Reviewer")
        PUBLISHER = "publisher", _("Publisher")
        ISSUER = "issuer", _("Issuer")
        ADMIN = "admin", _("Institution admin")
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
