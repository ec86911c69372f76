"""What shows the need of a version: rows of its institution, picked by the authors."""

from django.db.models import QuerySet

from registry.models import ForesightNote, MeetingRecord, OfferingVersion


def meetings_of(version: OfferingVersion) -> QuerySet[MeetingRecord]:
    """The meetings that show the version's need, newest first."""
    meetings = version.offering.institution.meetings
    return meetings.filter(uid__in=version.meetings).order_by("-held_on", "-pk")


def foresight_of(version: OfferingVersion) -> QuerySet[ForesightNote]:
    """The foresight notes that show the version's need, newest first."""
    notes = version.offering.institution.foresight_notes
    return notes.filter(uid__in=version.foresight).order_by("-noted_on", "-pk")
