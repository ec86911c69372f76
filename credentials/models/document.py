from django.db import models

from credentials.models.credential import Credential
from credentials.models.key import SigningKey


class PlainCertificate(models.Model):
    """A certificate without a seal that was made with its batch: the bytes that its owner is given."""

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="plain_certificates")
    language = models.CharField(max_length=2)
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "language"], name="plain_certificate_once")
        ]

    def __str__(self):
        return f"{self.credential_id} {self.language}"


class CredentialDocument(models.Model):
    """A credential in one form and language, sealed once and served as these bytes; a database trigger
    refuses to change them.

    `language` is "" where the form speaks every language at once; `holder` is the hash of a wallet's DID in
    a copy that is bound to its key. Made of the award that is frozen with the credential. A key that leaks
    may have another take its place: the row of the earlier one stays.
    """

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="documents")
    form = models.CharField(max_length=20)
    language = models.CharField(max_length=2, blank=True)
    holder = models.CharField(max_length=43, blank=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="documents")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "form", "language", "holder", "key"], name="document_once"
            )
        ]

    def __str__(self):
        return f"{self.credential_id} {self.form} {self.language}".strip()

    @property
    def stands(self) -> bool:
        """Whether it was sealed while nobody else can have had the key."""
        return self.key.proves_at(self.made_at)
