"""What waits for one person in one institution, in four groups; few questions at any number of rows.

Each kind of row is asked once: the database sorts it into its group, counts the group, keeps the first ten.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from credentials import issuable
from quality import finding_lists, reviews, rules
from quality.models import Complaint, ReviewCycle, Trigger
from registry.access import Permission
from registry.models import Institution, JointInvitation, OfferingVersion, User

P = Permission
Status = ReviewCycle.Status
FEW = 10  # rows of a group that are shown; the rest is behind its link
LATE, TODAY, FAST, WAITING = "late", "today", "fast", "waiting"
GROUPS = (LATE, TODAY, FAST, WAITING)
DRAFT_FIELDS = ("number", "status", "title", "primary_language", "updated_at", "offering__code")


@dataclass
class Group:
    """`rows`: (kind, row) with the first due first; `total`: how many there are in all."""

    rows: list[tuple[str, object]] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True)
class Worklist:
    """Groups by their name, and numbers of what has a page of its own."""

    groups: dict[str, Group]
    counts: dict[str, int]


def of(institution: Institution, *, user: User, permissions: frozenset[Permission], on: date) -> Worklist:
    who = {"user": user, "permissions": permissions}
    groups = {name: Group() for name in GROUPS}
    for kind, rows in (
        ("round", _rounds(institution, on=on, **who)),
        ("finding", _findings(institution, on=on, **who)),
        ("draft", _drafts(institution, **who)),
    ):
        for row in rows:
            group = groups[row.group]
            group.rows.append((kind, row))
    for group in groups.values():
        totals = {kind: row.total for kind, row in group.rows}
        group.total = sum(totals.values())
        group.rows.sort(key=lambda one: (one[1].deadline or date.max, one[0], one[1].pk))
        del group.rows[FEW:]
    return Worklist(groups, _counts(institution, **who))


def _rounds(institution: Institution, *, user: User, permissions, on: date):
    """Rounds whose next move is the person's; Checks for who opens them, late ones for the rectorate."""
    if P.REVIEW_READ not in permissions:
        return []
    numbers = rules.limits_of(institution)
    mine = reviews.waiting_for(user=user, permissions=permissions, most_rounds=numbers.most_rounds)
    rows = ReviewCycle.objects.filter(offering__institution=institution).filter(
        mine | reviews.to_open(permissions=permissions, numbers=numbers, on=on)
    )
    deadline = Case(When(status=Status.DO, then=F("check_due_on")), default=F("due_on"))
    rows = rows.annotate(deadline=deadline).select_related("version", "offering").only(
        "uid", "status", "is_fast", "due_on", "check_due_on", "offering__code", "version__number",
        "version__title", "version__primary_language",
    )  # fmt: skip
    return _first(rows, on=on, fast=Q(is_fast=True, status__in=[Status.PLAN_REVIEW, Status.PLAN_RETURNED]))


def _findings(institution: Institution, *, user: User, permissions, on: date):
    """The person's own to act on, others' to verify."""
    if P.REVIEW_READ not in permissions:
        return []
    mine = finding_lists.to_act(user=user) | finding_lists.to_verify(user=user, permissions=permissions)
    rows = institution.findings.filter(mine).annotate(deadline=F("due_on")).select_related("offering")
    return _first(
        rows.only("uid", "institution", "status", "severity", "text", "due_on", "offering__code"),
        on=on,
        fast=Q(pk__in=[]),
    )


def _drafts(institution: Institution, *, user: User, permissions):
    """What the person writes and nobody has seen yet: it has no deadline."""
    if P.OFFERING_WRITE not in permissions:
        return []
    rows = institution.offerings.newest_versions().filter(status=OfferingVersion.Status.DRAFT, authors=user)
    named = rows.select_related("offering").only(*DRAFT_FIELDS)
    ranked = named.annotate(
        group=Value(WAITING, CharField()),
        deadline=Value(None, CharField()),
        total=Window(Count("pk")),
        place=Window(RowNumber(), order_by=[F("updated_at").desc(), F("pk").desc()]),
    )
    return ranked.filter(place__lte=FEW)


def _first(rows: QuerySet, *, on: date, fast: Q) -> QuerySet:
    """The first ten of each group with the size of the group; without a deadline one waits."""
    group = Case(
        When(deadline__lt=on, then=Value(LATE)),
        When(deadline=on, then=Value(TODAY)),
        When(fast, then=Value(FAST)),
        default=Value(WAITING),
        output_field=CharField(),
    )
    last = Coalesce("deadline", Value(date.max))
    ranked = rows.annotate(group=group).annotate(
        total=Window(Count("pk"), partition_by=F("group")),
        place=Window(RowNumber(), partition_by=F("group"), order_by=[last.asc(), F("pk").asc()]),
    )
    return ranked.filter(place__lte=FEW)


def _counts(institution: Institution, *, user: User, permissions) -> dict[str, int]:
    """What waits on pages of its own; only what the person may see. All by one question, but issuing."""
    here = {"offering__institution": institution}
    asked = {
        "complaints": (P.CHECK_OPEN, Complaint.objects.filter(**here, status=Complaint.Status.OPEN)),
        "causes": (P.CHECK_OPEN, Trigger.objects.filter(**here, cycle=None, set_aside_at=None)),
        "parents": (P.OFFERING_WRITE, institution.parent_notices.filter(answer="")),
        "joint": (P.JOINT_ANSWER, institution.invitations.filter(status=JointInvitation.Status.OPEN)),
    }
    counts = [
        rows.order_by().annotate(name=Value(name)).values("name").annotate(n=Count("pk"))
        for name, (needed, rows) in asked.items()
        if needed in permissions
    ]
    pairs = [rows.values_list("name", "n") for rows in counts]
    found = dict(pairs[0].union(*pairs[1:], all=True)) if pairs else {}
    if P.CREDENTIAL_ISSUE in permissions:
        found["to_issue"] = issuable.ready(institution).count()
    return found
