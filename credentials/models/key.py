from django.db import models
from django.db.models import Q


class SigningKey(models.Model):
    """One key of one institution. The public half and the DID stay for ever; the private half is encrypted at
    rest.

    `did` is stored when the key is made and never follows a later change of address. `private` is AES-GCM
    under KEY_ENCRYPTION_KEY, opened only by credentials.keystore.
    """

    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="signing_keys")
    did = models.CharField(max_length=300)
    fragment = models.CharField(max_length=40)
    algorithm = models.CharField(max_length=20, default="Ed25519")
    public_multibase = models.CharField(max_length=120, unique=True)
    private = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["did", "fragment"], name="key_fragment_once"),
            models.UniqueConstraint(
                fields=["institution", "algorithm"],
                condition=Q(retired_at__isnull=True),
                name="key_one_active",
            ),
        ]

    def __str__(self):
        return self.verification_method

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.fragment}"
