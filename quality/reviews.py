"""Reviews as people see them: whose turn it is, how long it takes still, and why somebody may not act."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import ReviewCycle
from registry.access import Permission
from registry.actions import offerings
from registry.models import Institution, OfferingVersion, User

P = Permission
Version = OfferingVersion.Status


def of(institution: Institution) -> QuerySet[ReviewCycle]:
    """The institution's reviews, the most urgent first."""
    return (
        ReviewCycle.objects.filter(offering__institution=institution)
        .select_related("offering", "version__offering__institution", "reviewer")
        .order_by("due_on", "pk")
    )


def waiting_for(
    cycles: QuerySet[ReviewCycle], *, user: User, permissions: frozenset[Permission]
) -> QuerySet[ReviewCycle]:
    """Those whose next move is the person's: to review, to answer, to publish."""
    return cycles.filter(
        Q(pk__in=to_take(cycles, user=user, permissions=permissions))
        | Q(pk__in=to_decide(cycles, user=user, permissions=permissions))
        | Q(pk__in=to_answer(cycles, user=user, permissions=permissions))
        | Q(pk__in=to_publish(cycles, user=user, permissions=permissions))
    )


def to_take(cycles, *, user: User, permissions) -> QuerySet[ReviewCycle]:
    """Sent to review, not yet taken, and not the person's own."""
    return _may(P.REVIEW, permissions, cycles.filter(version__status=Version.SUBMITTED).exclude(_own(user)))


def to_decide(cycles, *, user: User, permissions) -> QuerySet[ReviewCycle]:
    """Taken by the person."""
    return _may(P.REVIEW, permissions, cycles.filter(version__status=Version.IN_REVIEW, reviewer=user))


def to_answer(cycles, *, user: User, permissions) -> QuerySet[ReviewCycle]:
    """Returned to the person as an author."""
    returned = cycles.filter(version__status=Version.CHANGES_REQUESTED)
    return _may(P.OFFERING_WRITE, permissions, returned.filter(_own(user)))


def to_publish(cycles, *, user: User, permissions) -> QuerySet[ReviewCycle]:
    """Approved and written by others."""
    return _may(
        P.OFFERING_PUBLISH, permissions, cycles.filter(version__status=Version.APPROVED).exclude(_own(user))
    )


def _may(permission: Permission, permissions, cycles: QuerySet[ReviewCycle]) -> QuerySet[ReviewCycle]:
    return cycles if permission in permissions else cycles.none()


def _own(user: User) -> Q:
    return Q(version__in=user.authored_versions.all()) | Q(version__submitted_by=user)


# Why not: the words beside an act that the person cannot do now; "" where they can


def why_not_take(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission]) -> str:
    if P.REVIEW not in permissions:
        return _("A reviewer or a quality coordinator of your institution takes the review.")
    if offerings.is_own(cycle.version, user=user):
        return _("You cannot review your own plan.")
    return ""


def why_not_approve(cycle: ReviewCycle) -> str:
    if cycle.comments.filter(round=cycle.round).exists():
        return _(
            "There are comments of this round. Return the version, or take the comments back before"
            " approving."
        )
    return ""


def why_not_return(cycle: ReviewCycle) -> str:
    if not cycle.comments.filter(round=cycle.round).exists():
        return _("Write at least one comment at a field before returning the version.")
    return ""


def why_not_send(cycle: ReviewCycle, *, permissions: frozenset[Permission]) -> str:
    if P.OFFERING_WRITE not in permissions:
        return _("The authors answer the comments and send the version again.")
    if cycle.comments.filter(answered_at=None).exists():
        return _("Answer every comment of the reviewer before sending the version again.")
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
