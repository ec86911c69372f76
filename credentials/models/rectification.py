import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from credentials.models.attainment import Attainment
from credentials.models.learner import Learner

USER = settings.AUTH_USER_MODEL


class RectificationQuerySet(models.QuerySet):
    def open(self):
        """Those that somebody has to decide: the grade may not be changed, the credential is marked."""
        return self.filter(status__in=Rectification.OPEN)


class Rectification(models.Model):
    """A learner's request that a decision on their studies is rectified (AMK Act 57 §, rule 14).

    First the decider answers, then, if the learner asks in time, the examination board. `attainment` is
    empty where something else was decided, such as recognition. `until`: the last day on which it could be
    asked for; `board_until`: the last day of asking the board.
    """

    class Status(models.TextChoices):
        ASKED = "rectification_asked", _("Being handled")
        GRANTED = "rectification_granted", _("Granted")
        DENIED = "rectification_denied", _("Not granted")
        WITHDRAWN = "rectification_withdrawn", _("Withdrawn by the learner")
        BOARD_ASKED = "board_asked", _("Before the examination board")
        BOARD_GRANTED = "board_granted", _("Granted by the examination board")
        BOARD_DENIED = "board_denied", _("Not granted by the examination board")

    NEXT = {
        Status.ASKED: {Status.GRANTED, Status.DENIED, Status.WITHDRAWN},
        Status.GRANTED: {Status.BOARD_ASKED},
        Status.DENIED: {Status.BOARD_ASKED},
        Status.WITHDRAWN: set(),
        Status.BOARD_ASKED: {Status.BOARD_GRANTED, Status.BOARD_DENIED, Status.WITHDRAWN},
        Status.BOARD_GRANTED: set(),
        Status.BOARD_DENIED: set(),
    }
    OPEN = ("rectification_asked", "board_asked")
    ANSWER = timedelta(days=14)  # our own mark: the law says "without delay"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey("registry.Institution", models.PROTECT, related_name="rectifications")
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="rectifications")
    attainment = models.ForeignKey(
        Attainment, models.PROTECT, null=True, blank=True, related_name="rectifications"
    )
    about = models.CharField(max_length=200)
    told_on = models.DateField()
    until = models.DateField()
    status = models.CharField(max_length=24, choices=Status, default=Status.ASKED)
    # When it came; the days of answering run from there. Of one on paper or by e-mail its day, and who of the
    # staff wrote it down.
    asked_at = models.DateTimeField()
    written_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    grounds = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    board_until = models.DateField(null=True, blank=True)
    board_asked_at = models.DateTimeField(null=True, blank=True)
    board_grounds = models.TextField(blank=True)
    board_answer = models.TextField(blank=True)
    board_answered_at = models.DateTimeField(null=True, blank=True)
    board_answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RectificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attainment"],
                condition=Q(status__in=["rectification_asked", "board_asked"]),
                name="rectification_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, board_until__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False, board_until__isnull=False),
                name="rectification_answered_pair",
            ),
            models.CheckConstraint(
                condition=Q(board_answered_at__isnull=True, board_answered_by__isnull=True)
                | Q(board_answered_at__isnull=False, board_answered_by__isnull=False),
                name="rectification_board_answered_pair",
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def answer_due_on(self):
        """By when whoever decides now should have answered."""
        return localdate(self.board_asked_at or self.asked_at) + self.ANSWER
