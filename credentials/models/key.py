from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from credentials.proofs import certificates, keys


class SigningKeyQuerySet(models.QuerySet):
    def active(self):
        """Those that sign now: at most one of an institution, purpose and algorithm."""
        return self.filter(retired_at=None)

    def leaked(self):
        return self.filter(compromised_at__isnull=False)


class SigningKey(models.Model):
    """One key of one institution. The public half and the DID stay for ever; the private half is encrypted at
    rest, or kept outside.

    `did` is stored when the key is made and never follows a later change of address. `private` is AES-GCM
    under KEY_ENCRYPTION_KEY, opened only by credentials.keystore; `outside` is what an outside signer calls
    it. From `compromised_at` on somebody else may have had it.
    """

    class Purpose(models.TextChoices):
        ASSERTION = "assertion", _("Credentials and status lists")
        SEAL = "seal", _("Electronic seal of documents")

    class Algorithm(models.TextChoices):
        ED25519 = "Ed25519", "Ed25519"
        P256 = "P-256", "P-256"
        RSA = "RSA", "RSA"

    # Never changed after creation.
    SEALED = (
        "institution_id", "did", "fragment", "purpose", "algorithm", "public_multibase", "chain",
        "created_at",
    )  # fmt: skip

    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="signing_keys")
    did = models.CharField(max_length=300)
    fragment = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.ASSERTION)
    algorithm = models.CharField(max_length=20, choices=Algorithm, default=Algorithm.ED25519)
    public_multibase = models.CharField(max_length=900, unique=True)
    chain = models.TextField(blank=True)  # PEM, the key's own certificate first
    private = models.BinaryField(default=bytes)
    outside = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_at = models.DateTimeField(null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["did", "fragment"], name="key_fragment_once"),
            models.UniqueConstraint(
                fields=["institution", "purpose", "algorithm"],
                condition=Q(retired_at__isnull=True),
                name="key_one_active",
            ),
            models.CheckConstraint(
                condition=Q(compromised_at__isnull=True) | Q(retired_at__isnull=False),
                name="key_leaked_retired",
            ),
            models.CheckConstraint(
                condition=Q(purpose="assertion", chain="")
                | Q(purpose="seal") & ~Q(chain="") & ~Q(algorithm="Ed25519"),
                name="key_seal_has_chain",
            ),
            models.CheckConstraint(
                condition=Q(private=b"") & ~Q(outside="") | ~Q(private=b"") & Q(outside=""),
                name="key_private_here_or_outside",
            ),
        ]

    def __str__(self):
        return self.verification_method

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.fragment}"

    @property
    def code(self) -> str:
        """What the trail and pages call it: oamk.key-2"""
        return f"{self.did.rpartition(':')[2]}.{self.fragment}"

    @cached_property
    def public(self) -> keys.Public:
        return keys.any_public_key(self.public_multibase)

    @cached_property
    def certificates(self) -> tuple[certificates.Certificate, ...]:
        """The chain of a seal, its own first; none where there is none."""
        return certificates.read(self.chain) if self.chain else ()

    def proves_at(self, moment) -> bool:
        """Whether nobody else can have signed with it then."""
        return self.compromised_at is None or moment < self.compromised_at
