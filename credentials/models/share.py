import hashlib
import uuid

from django.db import models

from credentials.models.credential import Credential


class Share(models.Model):
    """A link by which the owner shows one credential to whoever holds it, until it expires or is
    withdrawn."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(Credential, models.CASCADE, related_name="shares")
    secret_hash = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return str(self.uid)

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    def is_open(self, moment) -> bool:
        return self.withdrawn_at is None and (self.expires_at is None or moment < self.expires_at)
