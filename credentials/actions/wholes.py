"""Composite credentials follow their parts: what happens to a part happens to the whole, at once (C-14)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from credentials.actions import credential_letters
from credentials.models import Credential, Learner
from registry.models import User
from registry.workflow import advance

Status = Credential.Status
PART_ENDED = Credential.PART_ENDED
PART_SUSPENDED = Credential.SuspensionReason.PART
LETTERS = {
    Status.VALID: "mail/credential_restored.txt",
    Status.SUSPENDED: "mail/whole_suspended.txt",
    Status.REVOKED: "mail/whole_ended.txt",
}
NOT_REVOKED = {"revoked_at": None, "revoked_by": None, "revocation_reason": "", "revocation_note": ""}
NOT_SUSPENDED = {
    "suspended_at": None, "suspended_by": None, "suspension_reason": "", "suspended_until": None,
}  # fmt: skip


def end(*, part: Credential, by: User, at: datetime) -> list[Credential]:
    """The part was revoked or replaced: a whole that lists it is revoked, and the learner is told why.

    One that was suspended for a reason of its own stays so; it cannot be put in force without its parts.
    Returns the wholes that moved, for the caller to bring their bits along.
    """
    moved = [one for one in hold(parts=[part]) if ends_with_part(one)]
    for whole in moved:
        advance(
            whole, Status.REVOKED, by=by, at=at, reason=f"{PART_ENDED}: {part.pk}", learner=whole.learner.uid,
            content_hash=whole.sha256, revoked_at=at, revoked_by=by, revocation_reason=PART_ENDED,
        )  # fmt: skip
        _tell(whole, part=part, because=part, at=at)
    return moved


def suspend(*, part: Credential, by: User, at: datetime) -> list[Credential]:
    """The part was suspended: so is the whole. Returns the wholes that moved."""
    moved = [one for one in hold(parts=[part]) if one.status == Status.VALID]
    for whole in moved:
        advance(
            whole, Status.SUSPENDED, by=by, at=at, reason=f"part: {part.pk}", learner=whole.learner.uid,
            content_hash=whole.sha256, **_suspended_with(part),
        )  # fmt: skip
        _tell(whole, part=part, because=part, at=at)
    return moved


def restore(*, part: Credential, by: User | None, at: datetime) -> list[Credential]:
    """The part is back: so is a whole that stood still only because of its parts. Returns those that moved.

    It waits while another part is not in force, and stays as it is where another has been issued since. Of
    two of one pathway the one comes back that was in force last.
    """
    still = [one for one in hold(parts=[part]) if one.fell_with_part and not has_ended_part(one)]
    moved = []
    for whole in sorted(still, key=lambda one: one.revoked_at or at, reverse=True):
        to, fields = as_before(whole, at=at)
        if to != whole.status and not has_another(whole):
            advance(
                whole, to, by=by, at=at, reason=f"part: {part.pk}", learner=whole.learner.uid,
                content_hash=whole.sha256, **fields,
            )  # fmt: skip
            _tell(whole, part=part, because=_suspended_part(whole) or part, at=at)
            moved.append(whole)
    return moved


def as_before(credential: Credential, *, at: datetime) -> tuple[Status, dict]:
    """What it comes back to, and the fields that say so: valid, unless it was suspended and still would be,
    or one of its parts is. What has had its last day meanwhile is over."""
    is_of_part = credential.suspension_reason == PART_SUSPENDED
    if not is_of_part and credential.is_suspended_on(timezone.localdate(at)):
        return Status.SUSPENDED, NOT_REVOKED
    if (part := _suspended_part(credential)) is not None:
        return Status.SUSPENDED, NOT_REVOKED | _suspended_with(part)
    return Status.VALID, NOT_REVOKED | NOT_SUSPENDED


def ends_with_part(whole: Credential) -> bool:
    """Whether it is revoked as soon as one of its parts is."""
    return whole.status == Status.VALID or (whole.status == Status.SUSPENDED and whole.fell_with_part)


def is_whole(whole: Credential) -> bool:
    """Whether every part is in force."""
    return not whole.parts.exclude(status=Status.VALID).exists()


def has_ended_part(whole: Credential) -> bool:
    return whole.parts.filter(status__in=[Status.REVOKED, Status.REPLACED]).exists()


def has_another(whole: Credential) -> bool:
    """Whether another has been issued of the same pathway since; none is, until the transaction ends."""
    Learner.objects.select_for_update(no_key=True, of=("self",)).get(pk=whole.learner_id)
    others = whole.learner.credentials.live().filter(pathway=whole.pathway_id)
    return others.exclude(pk=whole.pk).exists()


def hold(*, parts: Iterable[Credential]) -> list[Credential]:
    """The wholes that list one of the parts, locked in one order, so that no two acts wait for each other.

    Whatever their state was: somebody who acts on another part may be changing it right now.
    """
    found = Credential.objects.select_for_update(of=("self",)).filter(parts__in=list(parts)).order_by("pk")
    return list(found.select_related("learner", "institution", "pathway"))


def _suspended_part(whole: Credential) -> Credential | None:
    """Of its parts the one that was suspended first, if one is."""
    found = whole.parts.filter(status=Status.SUSPENDED).select_related("suspended_by", "institution")
    return found.order_by("suspended_at", "pk").first()


def _suspended_with(part: Credential) -> dict:
    return {
        "suspended_at": part.suspended_at, "suspended_by": part.suspended_by,
        "suspension_reason": PART_SUSPENDED, "suspended_until": None,
    }  # fmt: skip


def _tell(whole: Credential, *, part: Credential, because: Credential, at: datetime) -> None:
    """The learner; and where somebody else's act has moved it, those who keep it in its own institution.

    `part` is what was acted on, `because` the part that keeps it as it is now.
    """
    credential_letters.send(credential=whole, template=LETTERS[whole.status], at=at)
    if whole.institution_id != part.institution_id:
        credential_letters.send_to_keepers(
            credential=whole, template="mail/whole_moved.txt", at=at, part=because.institution.short_name,
            state=str(whole.status),
        )  # fmt: skip
