"""Reviews as people see them: whose turn it is, how long it takes still, and why somebody may not act."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import rules
from quality.actions import cycles, deciding, panels, plans
from quality.limits import Limits
from quality.models import Finding, PanelMember, ReviewCycle, Seat
from registry.access import Permission
from registry.actions import offerings
from registry.models import Institution, OfferingVersion, User

P = Permission
Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
Version = OfferingVersion.Status
READ_NOW = Q(status=Status.PLAN_REVIEW, version__status=Version.IN_REVIEW) | Q(status=Status.CHECK_REVIEW)


def of(institution: Institution) -> QuerySet[ReviewCycle]:
    """The institution's reviews, the most urgent first."""
    sitting = PanelMember.objects.filter(left_at=None).select_related("user").order_by("pk")
    return (
        ReviewCycle.objects.filter(offering__institution=institution)
        .select_related("offering__institution", "version__offering__institution", "decided_by")
        .prefetch_related(Prefetch("panel", sitting, to_attr="sitting"))
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def stage_of(cycle: ReviewCycle) -> str:
    """Which of the round's two reviews is its present one."""
    return Stage.CHECK if cycle.phase in ("check", "act") else Stage.PLAN


def is_read_now(cycle: ReviewCycle) -> bool:
    """The panel reads: its members rate and comment."""
    plan = cycle.status == Status.PLAN_REVIEW and cycle.version.status == Version.IN_REVIEW
    return plan or cycle.status == Status.CHECK_REVIEW


def seat(cycle: ReviewCycle, *, user: User) -> PanelMember | None:
    """The person's own seat in the stage that goes on."""
    found = cycle.panel.filter(stage=stage_of(cycle), user=user, left_at=None)
    return found.select_related("cycle__version", "cycle__offering", "user").first()


def sitting(cycle: ReviewCycle) -> list[PanelMember]:
    """Who sits on the panel of the present stage, the chair first; of a review that `of` has read."""
    found = [one for one in cycle.sitting if one.stage == stage_of(cycle)]
    return sorted(found, key=lambda one: (list(Seat).index(one.seat), one.pk))


def counts(institution: Institution, wanted: dict[str, Q]) -> dict[str, int]:
    """How many reviews each condition finds, by one question to the database."""
    numbered = {f"n{number}": condition for number, condition in enumerate(wanted.values())}
    rows = ReviewCycle.objects.filter(offering__institution=institution)
    found = rows.aggregate(**{name: Count("pk", filter=one) for name, one in numbered.items()})
    return dict(zip(wanted, (found[name] for name in numbered), strict=True))


# Whose turn it is: conditions that filter the reviews of one institution


def waiting_for(*, user: User, permissions: frozenset[Permission], most_rounds: int) -> Q:
    """The next move is the person's."""
    return (
        to_appoint(user=user, permissions=permissions)
        | to_rate(user=user)
        | to_decide(user=user, permissions=permissions, most_rounds=most_rounds)
        | to_answer(user=user, permissions=permissions)
        | to_evaluate(user=user, permissions=permissions)
        | to_send_actions(user=user)
        | to_close(user=user, permissions=permissions)
        | to_publish(user=user, permissions=permissions)
        | to_hear(user=user, permissions=permissions)
        | to_resume(permissions=permissions)
    )


def to_appoint(*, user: User, permissions) -> Q:
    """Not the person's own: a plan that nobody reads yet, a Check sent to a panel with an empty seat."""
    sitting = PanelMember.objects.filter(cycle=OuterRef("pk"), stage=Stage.CHECK, left_at=None)
    empty = Q()
    for seat in (Seat.CHAIR, Seat.PEER, Seat.WORKING_LIFE):
        empty |= ~Q(Exists(sitting.filter(seat=seat)))
    plan = Q(status=Status.PLAN_REVIEW, version__status=Version.SUBMITTED)
    waiting = (plan | (Q(status=Status.CHECK_REVIEW) & empty)) & ~_own(user)
    return waiting if P.PANEL_APPOINT in permissions else _nobody()


def to_rate(*, user: User) -> Q:
    """The person sits on the panel and has not answered this round of reading, or not declared yet."""
    seats = PanelMember.objects.filter(cycle=OuterRef("pk"), user=user, left_at=None)
    plan, check = seats.filter(stage=Stage.PLAN), seats.filter(stage=Stage.CHECK)
    silent = {"answered_round__lt": OuterRef("round")}
    return (
        Q(Exists(plan.filter(declared_at=None)), status=Status.PLAN_REVIEW)
        | Q(Exists(check.filter(declared_at=None)), status__in=[Status.CHECK_OPEN, Status.CHECK_REVIEW])
        | Q(Exists(plan.filter(**silent)), status=Status.PLAN_REVIEW, version__status=Version.IN_REVIEW)
        | Q(Exists(check.filter(**silent)), status=Status.CHECK_REVIEW)
    )


def to_decide(*, user: User, permissions, most_rounds: int) -> Q:
    """Everybody has answered, and the decision is the person's."""
    silent = PanelMember.objects.filter(
        cycle=OuterRef("pk"), left_at=None, answered_round__lt=OuterRef("round")
    )
    found = decided_by(user=user, permissions=permissions, most_rounds=most_rounds)
    for stage, status in panels.READING.items():
        found &= ~Q(Exists(silent.filter(stage=stage)), status=status)
    return found


def decided_by(*, user: User, permissions, most_rounds: int) -> Q:
    """Read now; the person decides as the chair, after the last round as the rectorate."""
    chairs = PanelMember.objects.filter(cycle=OuterRef("pk"), left_at=None, user=user, seat=Seat.CHAIR)
    found = _nobody()
    for stage, status in panels.READING.items():
        own = Q(Exists(chairs.filter(stage=stage)), round__lte=most_rounds)
        found |= Q(status=status) & (own | _leads(permissions, most_rounds=most_rounds))
    return READ_NOW & found & ~_own(user)


def to_answer(*, user: User, permissions) -> Q:
    """Returned to the person as an author."""
    returned = Q(version__status=Version.CHANGES_REQUESTED) & _own(user)
    return returned if P.OFFERING_WRITE in permissions else _nobody()


def to_evaluate(*, user: User, permissions) -> Q:
    """A Check is open, and the person is one of the authors."""
    opened = Q(status=Status.CHECK_OPEN) & _own(user)
    return opened if P.OFFERING_WRITE in permissions else _nobody()


def to_send_actions(*, user: User) -> Q:
    """Every finding has its action; who wrote the offering, or owns one of them, sends them (T13)."""
    findings = Finding.objects.filter(cycle=OuterRef("pk"))
    done = Q(status=Status.ACT) & ~Q(Exists(findings.filter(status=Finding.Status.OPEN)))
    return done & (_own(user) | Q(Exists(findings.filter(owner=user))))


def to_close(*, user: User, permissions) -> Q:
    """Every action is verified; somebody who owned none of them and wrote none of the text closes (T15)."""
    findings = Finding.objects.filter(cycle=OuterRef("pk"))
    involved = findings.filter(Q(owner=user) | Q(acted_by=user))
    verified = Q(status=Status.ACT_VERIFY) & ~Q(
        Exists(findings.exclude(status=Finding.Status.VERIFIED)) | Exists(involved)
    )
    return verified & ~_own(user) if P.FINDING_VERIFY in permissions else _nobody()


def to_open(*, permissions, numbers: Limits, on: date) -> Q:
    """Checks that have come: for who opens them, very late ones for the rectorate."""
    running = Q(status=Status.DO, version__status=Version.PUBLISHED)
    if P.CHECK_OPEN in permissions:
        return running & Q(check_due_on__lte=on + timedelta(days=numbers.check_opens_days))
    if P.ROUND_LEAD in permissions:
        return running & Q(check_due_on__lte=on - timedelta(days=numbers.check_grace_days))
    return _nobody()


def to_publish(*, user: User, permissions) -> Q:
    """Approved and written by others."""
    approved = Q(status=Status.PLAN_APPROVED) & ~_own(user)
    return approved if P.OFFERING_PUBLISH in permissions else _nobody()


def to_hear(*, user: User, permissions) -> Q:
    """An appeal against a rejection that others decided and wrote (T6)."""
    asked = Q(status=Status.REJECTED, appeal__isnull=False, appeal__answered_at=None) & ~Q(decided_by=user)
    return asked & ~_own(user) if P.ROUND_LEAD in permissions else _nobody()


def to_resume(*, permissions) -> Q:
    """Suspended, and no critical finding stands in the way: the rectorate says whether it goes on (T17)."""
    critical = Finding.objects.filter(offering=OuterRef("offering"), severity=Finding.Severity.CRITICAL)
    stopped = Q(status=Status.SUSPENDED) & ~Q(Exists(critical.exclude(status=Finding.Status.VERIFIED)))
    return stopped if P.ROUND_LEAD in permissions else _nobody()


def _leads(permissions, *, most_rounds: int) -> Q:
    return Q(round__gt=most_rounds) if P.ROUND_LEAD in permissions else _nobody()


def _own(user: User) -> Q:
    written = OfferingVersion.authors.through.objects.filter(offeringversion=OuterRef("version"), user=user)
    return Q(Exists(written)) | Q(version__submitted_by=user)


def _nobody() -> Q:
    return Q(pk__in=[])


# Why not: the words beside an act that the person cannot do now; "" where they can


def why_not_appoint(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission]) -> str:
    if P.PANEL_APPOINT not in permissions:
        return _("A quality coordinator of your institution appoints the panel.")
    if offerings.is_own(cycle.version, user=user):
        return _("You cannot review your own plan.")
    return ""


def why_not_start(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission]) -> str:
    is_named = cycle.panel.filter(stage=Stage.PLAN, left_at=None).exists()
    why_not = why_not_appoint(cycle, user=user, permissions=permissions)
    if P.PANEL_APPOINT not in permissions and is_named:
        why_not = _("A quality coordinator of your institution begins the reading.")
    elif why_not:
        return why_not
    return " ".join(filter(None, [why_not, *panels.faults(cycle, Stage.PLAN)]))


def not_now(cycle: ReviewCycle) -> str:
    """The state has moved on, or is not there yet."""
    said = _("This cannot be done now: the state is “%(state)s”.")
    return said % {"state": cycle.get_status_display()}


def why_not_rate(seat: PanelMember) -> str:
    cycle = seat.cycle
    if seat.declared_at is None:
        return _("Say first that you have no conflict of interest.")
    if is_read_now(cycle):
        return ""
    if cycle.status == Status.PLAN_REVIEW:
        return _("The reading has not begun. You can rate when the quality coordinator has begun it.")
    if cycle.status == Status.CHECK_OPEN:
        return _("The authors evaluate the offering first. You can rate when they have sent it to the panel.")
    return _("The panel's reading has ended: the ratings stay as they were given.")


def why_not_approve(cycle: ReviewCycle, *, user: User) -> str:
    return deciding.why_not_decide(cycle, Stage.PLAN, by=user) or " ".join(plans.why_not_approve(cycle))


def why_not_return(cycle: ReviewCycle, *, user: User) -> str:
    why_not = deciding.why_not_decide(cycle, Stage.PLAN, by=user)
    if not why_not and not cycle.comments.filter(round=cycle.round).exists():
        return _("Write at least one comment at a field before returning the version.")
    return why_not


def why_not_send(cycle: ReviewCycle, *, permissions: frozenset[Permission]) -> str:
    if P.OFFERING_WRITE not in permissions:
        return _("The authors answer the comments and send the version again.")
    if cycle.pk and cycle.comments.filter(answered_at=None).exists():
        return _("Answer every comment of the reviewers before sending the version again.")
    missing = cycles.unassessed(cycle, Stage.PLAN)
    if missing:
        said = _("Assess the offering by each principle before you send it; open: %(codes)s.")
        return said % {"codes": ", ".join(missing)}
    return ""


def why_not_publish(
    version: OfferingVersion, *, user: User, permissions: frozenset[Permission], at: datetime
) -> str:
    if P.OFFERING_PUBLISH not in permissions:
        return _("A publisher of your institution publishes the version.")
    if version.approved_at is None:
        return _("The version has not been approved: it must go through review first.")
    if version.status != Version.APPROVED:
        return _("This version has been published already.")
    if offerings.is_own(version, user=user):
        return _("You cannot publish your own plan.")
    if timezone.localdate(at) > publish_by(version):
        return _("The approval is older than 90 days. Send the version to review again.")
    return ""


def publish_by(version: OfferingVersion) -> date:
    """The last day of an approved version's approval."""
    return timezone.localdate(version.approved_at) + offerings.APPROVAL_HOLDS


def most_rounds(institution: Institution) -> int:
    return rules.limits_of(institution).most_rounds
