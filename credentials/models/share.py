import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials.models.credential import Credential


class ShareQuerySet(models.QuerySet):
    def open(self, *, at):
        """Those that show something at the moment."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), withdrawn_at=None)


class Share(models.Model):
    """A link by which the owner shows some credentials to whoever holds it, until it ends or is withdrawn.

    `left_out` are names of formats.parts.PARTS that it never shows of any of them. With a `pathway` it shows
    how far these credentials come on it. The secret of the link is kept hashed.
    """

    class Purpose(models.TextChoices):
        WORK = "work", _("Applying for work")
        STUDIES = "studies", _("Studies or recognition")
        PROFILE = "profile", _("A public profile, such as LinkedIn")
        OTHER = "other", _("Something else")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    credentials = models.ManyToManyField(Credential, related_name="shares")
    pathway = models.ForeignKey("registry.Pathway", models.PROTECT, null=True, blank=True, related_name="+")
    left_out = models.JSONField(default=list, blank=True)
    purpose = models.CharField(_("What the link is for"), max_length=10, choices=Purpose)
    note = models.CharField(max_length=120, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)  # of those without an end, once a year

    objects = ShareQuerySet.as_manager()

    def __str__(self):
        return str(self.uid)

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def is_open(self, moment) -> bool:
        return self.withdrawn_at is None and (self.expires_at is None or moment < self.expires_at)


class ShareViewing(models.Model):
    """How often something of a share was fetched on one day; never by whom or from where."""

    class Kind(models.TextChoices):
        PAGE = "page", _("The page was opened")
        DOCUMENT = "document", _("A file was downloaded")
        PICTURE = "picture", _("The picture was fetched")
        PREVIEW = "preview", _("A service made a preview of the link")

    share = models.ForeignKey(Share, models.CASCADE, related_name="viewings")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "on", "kind"], name="share_viewing_once")]

    def __str__(self):
        return f"{self.share_id} {self.on} {self.kind}"
