from django.db import models
from django.db.models import F, Q


class StatusList(models.Model):
    """A Bitstring Status List of one institution: the bits as they should be and what is served of them:
    `document`, the signed list, and `token`, the same for readers of SD-JWTs.

    `changed_at` is later than `signed_at` while a re-signing is due. `url` is written into credentials and
    never changes.
    """

    LENGTH = 131_072  # entries; the least that the specification allows

    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="status_lists")
    public_id = models.CharField(max_length=40, unique=True)
    url = models.CharField(max_length=300, unique=True)
    purpose = models.CharField(max_length=20, default="revocation")
    bits = models.BinaryField()
    used = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    document = models.BinaryField(default=bytes)
    etag = models.CharField(max_length=64, blank=True)
    token = models.BinaryField(default=bytes)
    token_etag = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "purpose"], condition=Q(is_open=True), name="status_list_one_open"
            ),
            models.CheckConstraint(condition=Q(used__lte=131_072), name="status_list_used"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_at__gte=F("created_at")),
                name="status_list_signed_after",
            ),
        ]

    def __str__(self):
        return self.public_id
