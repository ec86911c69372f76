"""One deed done to several offerings: each by itself, whole or not at all, and what was refused is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from quality.actions import plans, publishing
from registry.actions import contacts, supply
from registry.errors import Refused
from registry.models import OfferingVersion, User

Versions = Iterable[OfferingVersion]


@dataclass(frozen=True)
class Outcome:
    """What came of one: `refusal` says why it was not done, "" where it was; `reasons` what it leaves out."""

    version: OfferingVersion
    refusal: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return not self.refusal


def submit(*, versions: Versions, by: User, at: datetime) -> list[Outcome]:
    """Send each to review."""
    return _each(versions, lambda one: plans.submit(version=one, by=by, at=at))


def retire(*, versions: Versions, ground: str, reason: str, by: User, at: datetime) -> list[Outcome]:
    """End each offering."""
    said = {"ground": ground, "reason": reason, "by": by, "at": at}
    return _each(versions, lambda one: publishing.retire(version=one, **said))


def plan(*, versions: Versions, term: str, by: User, at: datetime) -> list[Outcome]:
    """Plan each offering for the term."""
    return _each(versions, lambda one: supply.plan(offering=one.offering, term=term, by=by, at=at))


def put_contact(
    *, versions: Versions, function: str, name: str, email: str, phone: str, by: User, at: datetime
) -> list[Outcome]:
    """Name the person of one function for each offering."""
    said = {"function": function, "name": name, "email": email, "phone": phone, "by": by, "at": at}
    return _each(versions, lambda one: contacts.put_contact(offering=one.offering, **said))


def _each(versions: Versions, act: Callable[[OfferingVersion], object]) -> list[Outcome]:
    """Every deed is a transaction of its own: one that is refused leaves the others as they are."""
    return [_tried(version, act) for version in versions]


def _tried(version: OfferingVersion, act: Callable[[OfferingVersion], object]) -> Outcome:
    try:
        act(version)
    except Refused as refusal:
        said = str(refusal.message)
        reasons = dict.fromkeys(str(text) for _field, text in refusal.reasons if str(text) not in said)
        return Outcome(version, refusal=said, reasons=tuple(reasons))
    return Outcome(version)
