import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from credentials.facts import Award, from_json
from credentials.models.attainment import Attainment
from credentials.models.key import SigningKey
from credentials.models.learner import Learner
from credentials.models.status_list import StatusList


class CredentialQuerySet(models.QuerySet):
    def live(self):
        """Those that still stand for their attainment; another can be issued only when there is none."""
        return self.filter(status__in=[Credential.Status.VALID, Credential.Status.SUSPENDED])

    def with_credits(self):
        """Micro-credentials; a badge counts towards nothing that is made of credits."""
        return self.filter(award__badge__isnull=True)

    def with_status(self, status: str, *, at):
        """Those whose `status_at` the moment is the given word."""
        if status == "expired":
            return self.filter(status=Credential.Status.VALID, valid_until__lt=at)
        found = self.filter(status=status)
        return found.exclude(valid_until__lt=at) if status == Credential.Status.VALID else found


class Credential(models.Model):
    """A signed document, written once and served as these bytes; a database trigger refuses to change them.

    "Expired" is never stored: it follows from `valid_until`. The id is the document's urn:uuid. `facts` is
    the award as it was on that day, of which documents of other forms are made. One that was suspended when
    it was revoked keeps why and until when, for the day on which the revocation is undone.

    One of an attainment has its version and statement; a composite credential has a `pathway` and `parts`
    instead, which the document lists by their hashes.
    """

    class Status(models.TextChoices):
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", pgettext_lazy("credential", "Suspended")
        REVOKED = "revoked", _("Revoked")
        REPLACED = "replaced", _("Replaced")

    NEXT = {
        Status.VALID: {Status.SUSPENDED, Status.REVOKED, Status.REPLACED},
        Status.SUSPENDED: {Status.VALID, Status.REVOKED},
        Status.REVOKED: {Status.VALID, Status.SUSPENDED},  # undone: it is as it was before
        Status.REPLACED: {Status.VALID, Status.SUSPENDED},  # undone: there was nothing to correct
    }

    class SuspensionReason(models.TextChoices):
        ASSESSMENT = "assessment", _("The assessment is being examined")
        IDENTITY = "identity", _("The learner's identity is being examined")
        LEARNER = "learner", _("The learner has asked for it")
        PART = "part", _("A part of the whole is suspended")

    PART_ENDED = "part_ended"  # the reason, in the code list revocation_reason, of a whole that lost a part

    # Never changed after creation.
    SEALED = (
        "id", "human_code", "institution_id", "learner_id", "attainment_id", "version_id", "statement_id",
        "key_id", "status_list_id", "status_index", "issued_at", "valid_until", "language", "document",
        "sha256", "award", "pathway_id",
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    human_code = models.CharField(max_length=12, unique=True)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="credentials")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="credentials")
    attainment = models.ForeignKey(
        Attainment, models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    version = models.ForeignKey(
        "registry.OfferingVersion", models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    statement = models.ForeignKey(
        "registry.Statement", models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    pathway = models.ForeignKey(
        "registry.Pathway", models.PROTECT, null=True, blank=True, related_name="credentials"
    )
    parts = models.ManyToManyField("self", symmetrical=False, related_name="wholes", blank=True)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="credentials")
    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="credentials")
    status_index = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.VALID)
    language = models.CharField(max_length=2)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    valid_until = models.DateTimeField(null=True, blank=True)
    document = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    award = models.JSONField()  # what every document about it is made of, as facts.to_json writes it
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revocation_reason = models.CharField(max_length=40, blank=True)
    revocation_note = models.TextField(blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspension_reason = models.CharField(max_length=20, choices=SuspensionReason, blank=True)
    suspended_until = models.DateField(null=True, blank=True)  # the last day, where it was told beforehand

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="credential_status_index_once"
            ),
            models.UniqueConstraint(
                fields=["attainment"],
                condition=Q(status__in=["valid", "suspended"]),
                name="credential_one_live_per_attainment",
            ),
            models.UniqueConstraint(
                fields=["learner", "pathway"],
                condition=Q(status__in=["valid", "suspended"]),
                name="credential_one_live_whole",
            ),
            models.CheckConstraint(
                condition=Q(attainment__isnull=False, version__isnull=False, statement__isnull=False)
                & Q(pathway__isnull=True)
                | Q(attainment__isnull=True, version__isnull=True, statement__isnull=True)
                & Q(pathway__isnull=False),
                name="credential_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(status="revoked", revoked_at__isnull=False, revoked_by__isnull=False)
                & ~Q(revocation_reason="")
                | ~Q(status="revoked")
                & Q(revoked_at__isnull=True, revoked_by__isnull=True, revocation_reason=""),
                name="credential_revoked_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["suspended", "revoked"])
                & Q(suspended_at__isnull=False, suspended_by__isnull=False)
                & ~Q(suspension_reason="")
                | ~Q(status="suspended")
                & Q(suspended_at__isnull=True, suspended_by__isnull=True, suspension_reason="")
                & Q(suspended_until__isnull=True),
                name="credential_suspended_pair",
            ),
        ]

    def __str__(self):
        return str(self.id)

    def status_at(self, moment) -> str:
        """valid, expired, suspended, revoked or replaced, as of a moment."""
        if self.status == self.Status.VALID and self.valid_until is not None and self.valid_until < moment:
            return "expired"
        return str(self.status)

    def is_suspended_on(self, day) -> bool:
        """Whether a suspension lasts on the day, seen apart from a revocation after it."""
        return self.suspended_at is not None and (self.suspended_until is None or day <= self.suspended_until)

    @property
    def fell_with_part(self) -> bool:
        """Whether a composite credential is out of force only because of one of its parts."""
        if self.status == self.Status.REVOKED:
            return self.revocation_reason == self.PART_ENDED
        return self.status == self.Status.SUSPENDED and self.suspension_reason == self.SuspensionReason.PART

    @cached_property
    def facts(self) -> Award:
        return from_json(self.award)

    @property
    def documented_as(self) -> Attainment.DocumentedAs:
        """A micro-credential or a badge, as it was signed."""
        return Attainment.DocumentedAs(self.award.get("badge", Attainment.DocumentedAs.MICRO_CREDENTIAL))

    @property
    def is_badge(self) -> bool:
        return self.documented_as != Attainment.DocumentedAs.MICRO_CREDENTIAL

    @property
    def is_composite(self) -> bool:
        """Of a pathway, made of other credentials."""
        return self.pathway_id is not None

    @property
    def is_shown(self) -> bool:
        """By demonstration, as it was signed."""
        return bool(self.award.get("acquired_by") == Attainment.AcquiredBy.DEMONSTRATION)

    @property
    def grouped_code(self) -> str:
        """The human code as people read it: ABCD-EFGH-JKLM."""
        return "-".join(self.human_code[i : i + 4] for i in (0, 4, 8))
