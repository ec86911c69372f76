"""What belongs to one learner: credentials, shares, who looked at their data. Another's is not there."""

from django.db.models import QuerySet

from credentials.models import Credential, Enrolment, Share
from registry.models import TrailEntry, User


def credentials(user: User) -> QuerySet[Credential]:
    """The learner's credentials, newest first."""
    return (
        Credential.objects.filter(learner__user=user)
        .select_related("learner", "institution", "version__offering", "statement", "key")
        .select_related("attainment__learner", "attainment__institution")
        .order_by("-issued_at", "-pk")
    )


def shares(user: User) -> QuerySet[Share]:
    """The links the learner has made, newest first."""
    found = Share.objects.filter(credential__learner__user=user)
    return found.select_related("credential__learner").order_by("-created_at", "-pk")


def enrolments(user: User) -> QuerySet[Enrolment]:
    """The learner's enrolments, the newest first."""
    found = Enrolment.objects.filter(learner__user=user)
    return found.select_related("institution", "realisation__version__offering").order_by(
        "-enrolled_at", "-pk"
    )


def trail(user: User) -> QuerySet[TrailEntry]:
    """Who looked at or changed the learner's data, newest first (N6)."""
    records = user.learner_records.values_list("uid", flat=True)
    found = TrailEntry.objects.filter(learner__in=list(records))
    return found.select_related("by", "institution").order_by("-at", "-pk")
