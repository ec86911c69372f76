from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from registry.models.institution import Institution
from registry.models.texts import CodesField, TextsField


def hours_of_work(ects) -> int | None:
    """ECTS × 1600 / 60, rounded (Government Decree 1129/2014 section 3)."""
    return None if ects is None else round(ects * 1600 / 60)


class OfferingQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published__isnull=False)

    def newest_versions(self) -> "models.QuerySet[OfferingVersion]":
        """Of each offering the version with the highest number."""
        newer = OfferingVersion.objects.filter(offering=OuterRef("offering"), number__gt=OuterRef("number"))
        return OfferingVersion.objects.filter(~Exists(newer), offering__in=self.all())


class Offering(models.Model):
    """A micro-credential as a product: the stable identity that partners, pathways and quality cycles refer
    to."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offerings")
    code = models.CharField(max_length=40, unique=True)
    published = models.OneToOneField(
        "OfferingVersion", models.PROTECT, null=True, blank=True, related_name="shown_by"
    )
    # The term it is meant for ("2027/1", registry.terms), for planning the supply; not part of any version.
    planned_term = models.CharField(_("Planned for the term"), max_length=6, blank=True)
    is_pilot = models.BooleanField(default=False)  # tried at a host, and not told yet what came of it (P-14)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = OfferingQuerySet.as_manager()

    def __str__(self):
        return self.code


class OfferingVersion(models.Model):
    """The content of one offering at one time; frozen once published, revised by copying.

    Elements of Council Recommendation 2022/C 243/02 Annex I; which of them are complete is told by
    registry.elements. Once `published_at` is set, a database trigger refuses any change of CONTENT.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Sent to review")
        IN_REVIEW = "in_review", _("In review")
        CHANGES_REQUESTED = "changes_requested", _("Returned for changes")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        SUSPENDED = "suspended", _("Suspended")
        SUPERSEDED = "superseded", _("Superseded by a new version")
        RETIRED = "retired", _("Retired")
        REJECTED = "rejected", _("Rejected")

    # Every status has a row; docs/states.md is drawn from this table.
    NEXT = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.IN_REVIEW},
        Status.IN_REVIEW: {Status.CHANGES_REQUESTED, Status.APPROVED, Status.REJECTED},
        Status.CHANGES_REQUESTED: {Status.SUBMITTED, Status.DRAFT},
        Status.APPROVED: {Status.PUBLISHED, Status.DRAFT},
        Status.PUBLISHED: {Status.SUSPENDED, Status.SUPERSEDED, Status.RETIRED},
        Status.SUSPENDED: {Status.PUBLISHED, Status.SUPERSEDED, Status.RETIRED},
        Status.SUPERSEDED: set(),
        Status.RETIRED: set(),
        Status.REJECTED: set(),
    }
    EDITABLE = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})
    # Statuses whose page the public may read.
    PUBLIC = frozenset({Status.PUBLISHED, Status.SUSPENDED, Status.SUPERSEDED, Status.RETIRED})
    # What is frozen at publication, compared between versions and hashed at approval.
    CONTENT = (
        "title", "summary", "target_group", "relevance", "relevance_source", "country", "region",
        "awarding_bodies", "ects", "size_justification", "eqf_level", "nqf_level", "ehea_cycle",
        "competence_level", "education_form", "origins", "assessment_types", "assessment_description",
        "assessment_criteria", "grading_scale", "identity_verification", "participation_modes",
        "teaching_times", "locations", "teaching_languages", "assessment_languages", "primary_language",
        "prerequisites", "stackability", "stackability_towards", "quality_assurance_types",
        "quality_assurance", "quality_assurance_additional", "further_information_url", "sdgs",
        "validity_months", "isced_f", "okm_field", "fee_eur", "fee_rule", "funding", "guidance", "badge_name",
        "version_note", "network", "free_for", "rdi", "virta", "partners", "sdg_not_applicable",
        "parent_courses", "contains_degree_part", "commissioner", "vet_partner", "cooperation_direction",
        "target_groups", "target_situations", "language_support", "is_staff_only", "meetings", "foresight",
        "digital_pedagogy", "shares",
    )  # fmt: skip
    # What online and distance teaching answers (P-06); their words are in the code list "digital_pedagogy".
    DIGITAL_CRITERIA = (
        "research_based", "modular", "alternative_ways", "feedback", "guidance", "accessible",
    )  # fmt: skip
    # Which code list the words of a field come from.
    CODE_LISTS = {
        "country": "country", "region": "region", "education_form": "education_form", "origins": "origin",
        "isced_f": "isced_f", "okm_field": "okm_field", "eqf_level": "eqf", "nqf_level": "nqf",
        "ehea_cycle": "ehea_cycle", "competence_level": "competence_level",
        "assessment_types": "assessment_type", "grading_scale": "grading_scale",
        "identity_verification": "identity_verification", "participation_modes": "participation_mode",
        "teaching_times": "teaching_time", "teaching_languages": "teaching_language",
        "assessment_languages": "teaching_language", "stackability": "stackability",
        "quality_assurance_types": "quality_assurance_type", "relevance_source": "relevance_source",
        "sdgs": "sdg", "fee_rule": "fee_rule", "free_for": "free_for",
        "target_groups": "target_group", "target_situations": "target_situation",
        "language_support": "language_support", "cooperation_direction": "cooperation_direction",
    }  # fmt: skip

    offering = models.ForeignKey(Offering, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    rule_set = models.CharField(max_length=40)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="authored_versions")

    title = TextsField(_("Title"))
    summary = TextsField(_("Summary"))
    target_group = TextsField(_("Target group"))
    relevance = TextsField(_("Need in working life or society"))
    relevance_source = models.CharField(_("Source of the need"), max_length=60, blank=True)
    country = models.CharField(_("Country of the issuer"), max_length=2, default="FI", blank=True)
    region = models.CharField(_("Region of the issuer"), max_length=60, blank=True)
    awarding_bodies = CodesField(_("Awarding bodies"))
    partners = CodesField(_("Partners"))
    ects = models.DecimalField(
        _("Size in ECTS credits"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    size_justification = TextsField(_("Why this is a micro-credential at 60 credits"))
    eqf_level = models.PositiveSmallIntegerField(
        _("EQF level (indicative)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(4), MaxValueValidator(8)],
    )
    nqf_level = models.PositiveSmallIntegerField(
        _("National framework level (indicative)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(4), MaxValueValidator(8)],
    )
    ehea_cycle = models.CharField(_("Cycle"), max_length=20, blank=True)
    competence_level = models.CharField(_("Level step for working life"), max_length=20, blank=True)
    education_form = models.CharField(_("Form of education"), max_length=40, blank=True)
    origins = CodesField(_("Origin"), code_list="origin")
    assessment_types = CodesField(_("Types of assessment"), code_list="assessment_type")
    assessment_description = TextsField(_("How the competence is assessed"))
    assessment_criteria = TextsField(_("Assessment criteria"))
    grading_scale = models.CharField(_("Grading scale"), max_length=20, blank=True)
    identity_verification = models.CharField(_("Supervision and identity check"), max_length=40, blank=True)
    participation_modes = CodesField(_("Forms of participation"), code_list="participation_mode")
    teaching_times = CodesField(_("Teaching time"), code_list="teaching_time")
    locations = CodesField(_("Places"))
    teaching_languages = CodesField(_("Languages of instruction"), code_list="teaching_language")
    assessment_languages = CodesField(_("Languages of assessment"), code_list="teaching_language")
    primary_language = models.CharField(_("Main language of the texts"), max_length=2, default="fi")
    prerequisites = TextsField(_("Prerequisites"))
    stackability = models.CharField(_("Stackability"), max_length=40, blank=True)
    stackability_towards = TextsField(_("Can count towards"))
    quality_assurance_types = CodesField(_("Types of quality assurance"), code_list="quality_assurance_type")
    quality_assurance = TextsField(_("Quality assurance"))
    quality_assurance_additional = TextsField(_("Further quality assurance"))
    further_information_url = models.URLField(_("Further information"), blank=True)
    sdgs = CodesField(_("Sustainable Development Goals"), code_list="sdg")
    validity_months = models.PositiveSmallIntegerField(_("Validity in months"), null=True, blank=True)
    isced_f = models.CharField(_("Field of education (ISCED-F)"), max_length=4, blank=True)
    okm_field = models.CharField(_("Field of steering (OKM)"), max_length=2, blank=True)
    fee_eur = models.DecimalField(_("Fee in euros"), max_digits=8, decimal_places=2, null=True, blank=True)
    fee_rule = models.CharField(_("Ground of the fee"), max_length=60, blank=True)
    funding = models.JSONField(_("Funding"), default=list, blank=True)
    guidance = TextsField(_("Guidance contact"))
    badge_name = TextsField(_("Name of the badge"))
    sdg_not_applicable = TextsField(_("Why no Sustainable Development Goal applies"))
    parent_courses = models.JSONField(_("Parent courses of the degree"), default=list, blank=True)
    contains_degree_part = models.BooleanField(_("Contains a part of a degree"), default=False)
    commissioner = models.CharField(_("Commissioner"), max_length=200, blank=True)
    vet_partner = models.CharField(_("Partner in vocational education"), max_length=200, blank=True)
    cooperation_direction = models.CharField(_("Direction of the cooperation"), max_length=40, blank=True)
    target_groups = CodesField(_("Target groups"), code_list="target_group")
    target_situations = CodesField(_("Situations of use"), code_list="target_situation")
    language_support = CodesField(_("Support for the language"), code_list="language_support")
    is_staff_only = models.BooleanField(
        _("For the staff of universities of applied sciences only"), default=False
    )
    # Evidence of the need: public ids of MeetingRecord and ForesightNote rows of the institution.
    meetings = CodesField(_("Meetings with working life"))
    foresight = CodesField(_("Foresight notes"))
    # What is done about each criterion of good online teaching: {"guidance": {"fi": …}, …}
    digital_pedagogy = models.JSONField(_("Digital pedagogy"), default=dict, blank=True)
    # Joint offerings: [{"institution": "LAUREA", "ects": 5}], which sum to the size
    shares = models.JSONField(_("Shares of the credits"), default=list, blank=True)
    version_note = TextsField(_("What changed in this version"))
    network = models.CharField(_("Network"), max_length=40, blank=True)
    free_for = CodesField(_("Free of charge for"))
    rdi = models.JSONField(_("RDI project"), default=dict, blank=True)
    virta = models.JSONField(_("VIRTA codes"), default=dict, blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offering", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(status__in=["draft", "submitted", "in_review", "changes_requested", "approved"]),
                name="version_one_open_per_offering",
            ),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(status__in=["published", "suspended"]),
                name="version_one_published_per_offering",
            ),
            models.CheckConstraint(
                condition=Q(ects__isnull=True) | Q(ects__gte=0, ects__lte=60), name="version_ects_range"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False)
                | ~Q(status__in=["published", "suspended", "superseded", "retired"]),
                name="version_published_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="version_submitted_pair",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="version_approved_pair",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="version_published_pair",
            ),
            # Rule 12, four eyes: whoever sent it neither approves nor publishes it.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
                name="version_four_eyes",
            ),
        ]

    def __str__(self):
        return f"{self.offering_id} v{self.number}"

    @classmethod
    def label(cls, field: str) -> str:
        """What a field of the content is called on pages, the outcomes too."""
        return str(_("Learning outcomes") if field == "outcomes" else cls._meta.get_field(field).verbose_name)

    def may_award(self) -> set[str]:
        """Codes of the institutions that may be named as awarding bodies: the one that leads, those named
        already and those that have agreed to take part."""
        codes = {self.offering.institution.code, *self.awarding_bodies}
        if self.pk is None:
            return codes
        agreed = self.invitations.filter(status="accepted")
        return codes | set(agreed.values_list("institution__code", flat=True))

    @property
    def workload_hours(self) -> int | None:
        return hours_of_work(self.ects)

    @property
    def is_micro_credential(self) -> bool:
        """In national exports the size is under 60 credits (rule 4)."""
        return self.ects is not None and 1 <= self.ects < 60

    @property
    def is_editable(self) -> bool:
        return self.status in self.EDITABLE
