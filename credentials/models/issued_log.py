from django.db import models

from credentials.models.key import SigningKey


class LogEntry(models.Model):
    """A document that an institution issued, by its hash, in an order that never changes; a database trigger
    refuses to.

    `nodes` are the nodes of the Merkle tree that this leaf completes, 32 bytes each, its own hash first.
    """

    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="log_entries")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    nodes = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="log_number_once"),
            models.UniqueConstraint(fields=["institution", "sha256"], name="log_hash_once"),
        ]

    def __str__(self):
        return f"{self.institution_id} {self.number}"


class TreeHead(models.Model):
    """The root of an institution's log when it had so many entries, as its key signed it then. Never changed.

    `token` is the signed head, a JWS. A key that leaks makes another head of the same size needed.
    """

    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="tree_heads")
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    token = models.TextField()
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="tree_heads")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "size", "key"], name="tree_head_once"),
        ]

    def __str__(self):
        return f"{self.institution_id} {self.size}"
