"""What can be done with a review now, in words; what the person cannot do says why and is not hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from quality import reviews
from quality.models import ReviewCycle
from registry.access import Permission
from registry.models import OfferingVersion, User

P = Permission
Version = OfferingVersion.Status


@dataclass(frozen=True)
class Act:
    """A button (`is_post`) or a link; with `why_not` only the words are shown."""

    label: str
    url: str
    why_not: str = ""
    is_post: bool = False
    is_main: bool = False
    is_grave: bool = False


@dataclass(frozen=True)
class Asked:
    """Who asks, about what, and when."""

    cycle: ReviewCycle
    user: User
    permissions: frozenset[Permission]
    at: datetime

    def review(self, name: str) -> str:
        return reverse(name, args=[self.cycle.offering.institution.code.lower(), self.cycle.uid])

    def version(self, name: str, *more) -> str:
        offering, number = self.cycle.offering, self.cycle.version.number
        return reverse(name, args=[offering.institution.code.lower(), offering.code, number, *more])


def of(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission], at: datetime) -> list[Act]:
    """The most likely act first."""
    asked = Asked(cycle=cycle, user=user, permissions=permissions, at=at)
    return list(_ACTS[Version(cycle.version.status)](asked))


def _draft(asked: Asked) -> Iterator[Act]:
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Go on writing"), asked.version("version-detail"), is_main=True)


def _submitted(asked: Asked) -> Iterator[Act]:
    why_not = reviews.why_not_take(asked.cycle, user=asked.user, permissions=asked.permissions)
    yield Act(_("Take the review"), asked.review("review-take"), why_not, is_post=True, is_main=True)


def _in_review(asked: Asked) -> Iterator[Act]:
    cycle = asked.cycle
    if cycle.reviewer_id != asked.user.pk:
        why_not = reviews.why_not_take(cycle, user=asked.user, permissions=asked.permissions)
        yield Act(_("Take over the review"), asked.review("review-take-over"), why_not)
    elif P.REVIEW in asked.permissions:
        approve, send_back = reviews.why_not_approve(cycle), reviews.why_not_return(cycle)
        yield Act(_("Approve"), asked.review("review-approve"), approve, is_main=True)
        yield Act(_("Return for changes"), asked.review("review-return"), send_back)
        yield Act(_("Reject"), asked.review("review-reject"), is_grave=True)


def _returned(asked: Asked) -> Iterator[Act]:
    why_not = reviews.why_not_send(asked.cycle, permissions=asked.permissions)
    yield Act(_("Send to review again"), asked.version("version-submit"), why_not, is_post=True, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Go on writing"), asked.version("version-detail"))


def _approved(asked: Asked) -> Iterator[Act]:
    why_not = reviews.why_not_publish(
        asked.cycle.version, user=asked.user, permissions=asked.permissions, at=asked.at
    )
    yield Act(_("Publish"), asked.version("version-publish"), why_not, is_main=True)
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Take back to draft"), asked.version("version-reopen"))


def _published(asked: Asked) -> Iterator[Act]:
    yield _public_page(asked)
    if P.OFFERING_STOP in asked.permissions:
        yield Act(_("Suspend"), asked.version("version-suspend"), is_grave=True)
        yield Act(_("End the offering"), asked.version("version-retire"), is_grave=True)


def _suspended(asked: Asked) -> Iterator[Act]:
    if P.OFFERING_STOP in asked.permissions:
        yield Act(_("Resume"), asked.version("version-resume"), is_main=True)
    yield _public_page(asked)
    if P.OFFERING_STOP in asked.permissions:
        yield Act(_("End the offering"), asked.version("version-retire"), is_grave=True)


def _closed(asked: Asked) -> Iterator[Act]:
    yield _public_page(asked)


def _rejected(asked: Asked) -> Iterator[Act]:
    if P.OFFERING_WRITE in asked.permissions:
        yield Act(_("Copy to a new version"), asked.version("version-detail"))


def _public_page(asked: Asked) -> Act:
    address = reverse("catalogue-version", args=[asked.cycle.offering.code, asked.cycle.version.number])
    return Act(_("See it in the catalogue"), address)


_ACTS = {
    Version.DRAFT: _draft,
    Version.SUBMITTED: _submitted,
    Version.IN_REVIEW: _in_review,
    Version.CHANGES_REQUESTED: _returned,
    Version.APPROVED: _approved,
    Version.PUBLISHED: _published,
    Version.SUSPENDED: _suspended,
    Version.SUPERSEDED: _closed,
    Version.RETIRED: _closed,
    Version.REJECTED: _rejected,
}
