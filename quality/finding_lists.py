"""Findings as people see them: lists by state, severity and age, whose turn it is, what has happened."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from quality.deadlines import FINDING
from quality.models import Evidence, Finding, Notice
from registry import trail
from registry.access import Permission
from registry.models import Institution, TrailEntry, User

Status = Finding.Status
DAYS = (30, 90, 180)  # the ages that a list can be cut by


def of(institution: Institution) -> QuerySet[Finding]:
    """The institution's findings, the first due first."""
    return (
        institution.findings.select_related("institution", "offering", "cycle", "audit", "owner")
        .prefetch_related("evidence")
        .order_by("due_on", "pk")
    )


def chosen(*, state: str, severity: str, age: str, today: date, user: User) -> Q:
    """The condition of a list: `state` "" is all that is not verified, "late" what is overdue, "mine" what
    waits for the person's action."""
    wanted = {
        "": ~Q(status=Status.VERIFIED),
        "mine": to_act(user=user),
        "late": Q(status=Status.OPEN, due_on__lt=today),
        "all": Q(),
    }.get(state, Q(status=state))
    if severity:
        wanted &= Q(severity=severity)
    if age:
        wanted &= Q(found_at__date__lte=today - timedelta(days=int(age)))
    return wanted


def to_act(*, user: User) -> Q:
    """The person owns them, and they wait for the action."""
    return Q(status=Status.OPEN, owner=user)


def to_verify(*, user: User, permissions: frozenset[Permission]) -> Q:
    """Others have acted, and the person may say whether it works."""
    if Permission.FINDING_VERIFY not in permissions:
        return Q(pk__in=[])
    return Q(status=Status.ACTED) & ~Q(owner=user) & ~Q(acted_by=user)


def history(finding: Finding) -> QuerySet[TrailEntry]:
    """What the trail tells of the finding and of its evidence, the newest first."""
    names = [trail.about(finding), *(trail.about(one) for one in finding.evidence.all())]
    return TrailEntry.objects.filter(about__in=names).select_related("by").order_by("-at", "-pk")


def reminders(finding: Finding, *, today: date) -> dict:
    """The days on which somebody was reminded of it, and the next one while it is not verified."""
    about = Notice.objects.filter(
        institution=finding.institution_id, key__startswith=f"finding:{finding.uid}:"
    )
    written = about.order_by("written_at").values_list("written_at", flat=True)
    is_over = finding.status == Status.VERIFIED
    return {
        "sent": list(dict.fromkeys(timezone.localdate(one) for one in written)),
        "next": None if is_over else FINDING.next_day(finding.due_on, after=today),
    }


def may_read(row: Evidence, *, user: User, permissions: frozenset[Permission]) -> bool:
    """Confidential evidence is for those who verify or lead, its adder, the owner, and the round's panel."""
    if row.visibility != Evidence.Visibility.CONFIDENTIAL:
        return True
    if permissions & {Permission.FINDING_VERIFY, Permission.ROUND_LEAD} or row.added_by_id == user.pk:
        return True
    if row.finding and row.finding.owner_id == user.pk:
        return True
    cycle = row.cycle or (row.finding and row.finding.cycle)
    return bool(cycle and cycle.panel.filter(user=user, left_at=None).exclude(declared_at=None).exists())
