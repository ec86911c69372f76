import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quality.models.cycle import ReviewCycle
from registry.models import TextsField

USER = settings.AUTH_USER_MODEL


class Seat(models.TextChoices):
    """What somebody is on a panel for (T3)."""

    CHAIR = "chair", _("Chair (quality)")
    PEER = "peer", _("Peer")
    WORKING_LIFE = "working_life", _("Working life")
    STUDENT = "student", _("Student")
    PARTNER = "partner", _("Partner of the joint offering")


class Origin(models.TextChoices):
    """Where somebody comes from, seen from the authors' unit."""

    OWN_UNIT = "own_unit", _("The authors' unit")
    OTHER_UNIT = "other_unit", _("Another unit")
    OTHER_INSTITUTION = "other_institution", _("Another institution")
    WORKING_LIFE = "working_life", _("Working life")


class Person(models.Model):
    """Somebody with an account (`user`), or invited by name and address."""

    user = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=120, blank=True)
    email = models.EmailField(_("E-mail address"), blank=True)
    language = models.CharField(max_length=2, default="fi")
    organisation = models.CharField(_("Organisation"), max_length=160, blank=True)
    seat = models.CharField(_("Seat"), max_length=14, choices=Seat)
    origin = models.CharField(_("Comes from"), max_length=18, choices=Origin)

    class Meta:
        abstract = True


class StandingPanel(models.Model):
    """People of an institution who review together again and again; picked, it is copied into a round."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="panels")
    name = models.CharField(_("Name"), max_length=120)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="panel_name_once")]

    def __str__(self):
        return self.name


class StandingMember(Person):
    panel = models.ForeignKey(StandingPanel, models.CASCADE, related_name="members")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user__isnull=False) | ~Q(email=""), name="standing_member_who")
        ]

    def __str__(self):
        return f"{self.panel_id} {self.seat}"


class PanelMember(Person):
    """A seat in the review of one stage of one round. `institution` for a partner of a joint offering.

    `declared_at`: said to have no conflict of interest; `conflict` what speaks against it. The secret of an
    invitation is stored hashed; `invitation_used_at` ends it. `stood_in_for`: whose seat a substitute has.
    """

    DAYS = 14

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(ReviewCycle, models.CASCADE, related_name="panel")
    stage = models.CharField(max_length=5, choices=ReviewCycle.Stage)
    institution = models.ForeignKey(
        "registry.Institution", models.PROTECT, null=True, blank=True, related_name="+"
    )
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    conflict = models.TextField(blank=True)
    secret_hash = models.CharField(max_length=64, blank=True)
    invitation_ends_at = models.DateTimeField(null=True, blank=True)
    invitation_used_at = models.DateTimeField(null=True, blank=True)
    stood_in_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="substitutes"
    )
    left_at = models.DateTimeField(null=True, blank=True)
    answered_round = models.PositiveSmallIntegerField(default=0)  # the last round whose ratings are given

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user__isnull=False) | ~Q(email=""), name="panel_member_who"),
            models.UniqueConstraint(
                fields=["cycle", "stage", "user"],
                condition=Q(user__isnull=False, left_at__isnull=True),
                name="panel_member_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "stage"],
                condition=Q(seat="chair", left_at__isnull=True),
                name="panel_one_chair",
            ),
            models.UniqueConstraint(
                fields=["secret_hash"], condition=~Q(secret_hash=""), name="panel_secret_once"
            ),
        ]

    def __str__(self):
        return str(self.uid)


class Rating(models.Model):
    """What one member says of one principle in one round of reading."""

    class Grade(models.IntegerChoices):
        INSUFFICIENT = 1, _("Insufficient")
        SATISFACTORY = 2, _("Satisfactory")
        GOOD = 3, _("Good")
        EXCELLENT = 4, _("Excellent")

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    principle = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(_("Rating"), choices=Grade)
    comment = models.TextField(_("Comment"), blank=True)
    evidence = models.ForeignKey(
        "quality.Evidence", models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    evidence_url = models.URLField(_("Link to evidence"), blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "round", "principle"], name="rating_once"),
            models.CheckConstraint(
                condition=~Q(grade=1) | ~Q(comment=""), name="rating_insufficient_says_why"
            ),
        ]

    def __str__(self):
        return f"{self.member_id} {self.principle} {self.grade}"


class SelfAssessment(models.Model):
    """What the authors say of one principle before a stage is reviewed."""

    cycle = models.ForeignKey(ReviewCycle, models.CASCADE, related_name="self_assessments")
    stage = models.CharField(max_length=5, choices=ReviewCycle.Stage)
    principle = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(_("Own rating"), choices=Rating.Grade)
    text = models.TextField(_("Why"))
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "stage", "principle"], name="self_assessment_once")
        ]

    def __str__(self):
        return f"{self.cycle_id} {self.stage} {self.principle}"


class Decision(models.Model):
    """What the chair decided of a stage in one round of reading, with the letter sent; append-only."""

    class Outcome(models.TextChoices):
        RETURNED = "returned", _("Returned for changes")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        ACT = "act", _("Corrective action is needed")
        CONTINUES = "continues", _("Continues as it is")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(ReviewCycle, models.PROTECT, related_name="decisions")
    stage = models.CharField(max_length=5, choices=ReviewCycle.Stage)
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    letter = TextsField(_("Decision letter"))
    meeting = models.ForeignKey(
        "quality.PanelMeeting", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    content_hash = models.CharField(max_length=64)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # as it was read: quality.readings
    due_on = models.DateField(null=True, blank=True)  # when the reading was to be done (I-10)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "stage", "round"], name="decision_once"),
        ]

    def __str__(self):
        return str(self.uid)


class PanelMeeting(models.Model):
    """One meeting in which a standing panel handles many offerings and decides each."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="panel_meetings")
    panel = models.ForeignKey(StandingPanel, models.PROTECT, null=True, blank=True, related_name="meetings")
    held_at = models.DateTimeField(_("Time"))
    place = models.CharField(_("Place or address"), max_length=200, blank=True)
    agenda = models.ManyToManyField(ReviewCycle, through="quality.AgendaItem", related_name="meetings")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="panel_meeting_closed_pair",
            )
        ]

    def __str__(self):
        return str(self.uid)


class AgendaItem(models.Model):
    meeting = models.ForeignKey(PanelMeeting, models.CASCADE, related_name="items")
    cycle = models.ForeignKey(ReviewCycle, models.CASCADE, related_name="agenda_items")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "cycle"], name="agenda_item_once")]

    def __str__(self):
        return f"{self.meeting_id} {self.order}"
