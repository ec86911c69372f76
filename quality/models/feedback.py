import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quality.models.cycle import ReviewCycle

USER = settings.AUTH_USER_MODEL


class Survey(models.Model):
    """Questions to the people of one realisation (P-10, P-11). `SCALE`: the highest point; 1 the lowest."""

    class Kind(models.TextChoices):
        LEARNER = "learner", _("Feedback of the learners")
        EMPLOYER = "employer", _("Feedback of employers")
        CAREER_6 = "career_6", _("Impact on work after 6 months")
        CAREER_18 = "career_18", _("Impact on work after 18 months")

    SCALE = {Kind.LEARNER: 5, Kind.EMPLOYER: 5, Kind.CAREER_6: 6, Kind.CAREER_18: 6}
    SHOWN_FROM = 5  # answers; fewer are hidden, not zero (rule 15)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    realisation = models.ForeignKey("registry.Realisation", models.PROTECT, related_name="surveys")
    kind = models.CharField(max_length=10, choices=Kind)
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["realisation", "kind"], name="survey_once")]

    def __str__(self):
        return f"{self.realisation_id} {self.kind}"


class SurveyInvitation(models.Model):
    """One link of one person; it knows that it was used, never which answer is theirs.

    `learner` is empty for an employer, who has an address only. `refused_at` ends all later surveys of the
    learner (P-11).
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    learner = models.ForeignKey(
        "credentials.Learner", models.CASCADE, null=True, blank=True, related_name="survey_invitations"
    )
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fi")
    secret_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "learner"], condition=Q(learner__isnull=False), name="survey_invited_once"
            ),
            models.UniqueConstraint(
                fields=["survey", "email"], condition=~Q(email=""), name="survey_invited_address_once"
            ),
        ]

    def __str__(self):
        return f"{self.survey_id} {self.pk}"


class SurveyAnswer(models.Model):
    """`points` by question ({"outcomes": 4}), `choices` ticked, free `text`.

    Nothing leads to who answered: the id is drawn by lot and `answered_on` is the first day of the month.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    points = models.JSONField(default=dict)
    choices = models.JSONField(default=list)
    text = models.TextField(blank=True)
    answered_on = models.DateField()

    def __str__(self):
        return f"{self.survey_id} {self.answered_on}"


class FeedbackResult(models.Model):
    """The result of a survey that was made elsewhere: how many answered, on which scale, the mean."""

    realisation = models.ForeignKey("registry.Realisation", models.PROTECT, related_name="feedback_results")
    kind = models.CharField(max_length=10, choices=Survey.Kind)
    source = models.CharField(_("Source"), max_length=160)
    answers = models.PositiveIntegerField(_("Answers"))
    mean = models.DecimalField(_("Mean"), max_digits=4, decimal_places=2)
    scale = models.PositiveSmallIntegerField(_("Highest point of the scale"), default=5)
    collected_on = models.DateField(_("Collected"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["realisation", "kind", "source"], name="feedback_result_once"),
            models.CheckConstraint(
                condition=Q(mean__gte=1) & Q(mean__lte=models.F("scale")), name="feedback_mean_in_scale"
            ),
        ]

    def __str__(self):
        return f"{self.realisation_id} {self.kind} {self.source}"


class Complaint(models.Model):
    """What somebody complains of; three of them, or one upheld on assessment, call for a Check."""

    class Kind(models.TextChoices):
        TEACHING = "teaching", _("Teaching or guidance")
        ASSESSMENT = "assessment", _("Assessment")
        INFORMATION = "information", _("Information or fees")
        SAFETY = "safety", _("Safety")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Not upheld")

    NEXT = {
        Status.OPEN: {Status.UPHELD, Status.DISMISSED},
        Status.UPHELD: set(),
        Status.DISMISSED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="complaints")
    kind = models.CharField(_("What it is about"), max_length=12, choices=Kind)
    text = models.TextField(_("What happened"))
    email = models.EmailField(_("E-mail address"), blank=True)
    language = models.CharField(max_length=2, default="fi")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="complaint_answered_pair",
            )
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def reference(self) -> str:
        """What the sender and the staff call it by: 2026-17."""
        return f"{timezone.localdate(self.made_at).year}-{self.pk}"


class Pilot(models.Model):
    """An offering tried at a host; the report is wanted before the Check is sent to its panel (P-14)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="pilots")
    host = models.CharField(_("Host"), max_length=160)
    starts_on = models.DateField(_("Starts"))
    ends_on = models.DateField(_("Ends"))
    report = models.TextField(_("Report"), blank=True)
    evidence = models.ForeignKey(
        "quality.Evidence", models.PROTECT, null=True, blank=True, related_name="pilots"
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="pilot_dates"),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True, reported_by__isnull=True)
                | Q(reported_at__isnull=False, reported_by__isnull=False),
                name="pilot_reported_pair",
            ),
        ]

    def __str__(self):
        return str(self.uid)


class Snapshot(models.Model):
    """The indicators of an offering as they stood when its Check opened; append-only.

    A round that a suspension led back to running may see its Check opened again: the newest one counts.

    `figures`: {"feedback": {"mean": "4.1", "n": 12}, …}; a mean of fewer than five is null, "hidden": true.
    """

    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, related_name="snapshots")
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    def __str__(self):
        return f"{self.cycle_id}"


class RecognitionRefusal(models.Model):
    """That an institution refused to recognise what an offering gives: of several a Check opens (6.3)."""

    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="recognition_refusals")
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="+")
    refused_on = models.DateField(_("Date"))
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "institution", "refused_on"], name="recognition_refused_once_a_day"
            )
        ]

    def __str__(self):
        return f"{self.offering_id} {self.institution_id} {self.refused_on}"


class Trigger(models.Model):
    """Why a Check should open early (6.3). `key` keeps the same cause from being found twice.

    A person opens the Check (`cycle`) or sets the trigger aside with a reason.
    """

    class Kind(models.TextChoices):
        FEEDBACK = "feedback", _("Feedback is low")
        COMPLETION = "completion", _("Few complete it")
        COMPLAINTS = "complaints", _("Complaints")
        RULES = "rules", _("The rules have changed")
        PARENT = "parent_course", _("The degree course it comes from has changed")
        FUNDING = "funding", _("The RDI funding ends")
        AUDIT = "audit", _("An audit recommends it")
        PARTNER = "partner", _("A partner has withdrawn")
        RECOGNITION = "recognition", _("Recognition was refused")
        FULL_REVIEW = "full_review", _("Three years since the last full review")
        LOW_VOLUME = "low_volume", _("No realisation in 18 months")

    offering = models.ForeignKey("registry.Offering", models.PROTECT, related_name="triggers")
    kind = models.CharField(max_length=14, choices=Kind)
    key = models.CharField(max_length=160)
    detail = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, null=True, blank=True, related_name="triggers")
    set_aside_reason = models.TextField(blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offering", "key"], name="trigger_once"),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True, set_aside_by__isnull=True)
                | Q(set_aside_at__isnull=False, set_aside_by__isnull=False),
                name="trigger_set_aside_pair",
            ),
        ]

    def __str__(self):
        return f"{self.offering_id} {self.key}"
