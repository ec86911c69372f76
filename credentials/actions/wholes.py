"""Composite credentials follow their parts: what happens to a part happens to the whole, at once (C-14)."""

from datetime import datetime

from credentials.actions import credential_letters, status_lists
from credentials.models import Credential, Learner
from registry.models import User
from registry.workflow import advance

Status = Credential.Status
PART_ENDED = "part_ended"  # in the code list revocation_reason
PART_SUSPENDED = Credential.SuspensionReason.PART
NOT_REVOKED = {"revoked_at": None, "revoked_by": None, "revocation_reason": "", "revocation_note": ""}
NOT_SUSPENDED = {
    "suspended_at": None, "suspended_by": None, "suspension_reason": "", "suspended_until": None,
}  # fmt: skip


def end(*, part: Credential, by: User, at: datetime) -> None:
    """The part was revoked or replaced: a whole that lists it is revoked, and the learner is told why.

    One that was suspended for a reason of its own stays so; it cannot be put in force without its parts.
    """
    for whole in _of(part):
        if whole.status != Status.VALID and whole.suspension_reason != PART_SUSPENDED:
            continue
        advance(
            whole, Status.REVOKED, by=by, at=at, reason=f"{PART_ENDED}: {part.pk}", learner=whole.learner.uid,
            content_hash=whole.sha256, revoked_at=at, revoked_by=by, revocation_reason=PART_ENDED,
            **NOT_SUSPENDED,
        )  # fmt: skip
        status_lists.revoke_bit(credential=whole, at=at)
        _tell(whole, template="mail/whole_ended.txt", at=at)


def suspend(*, part: Credential, by: User, at: datetime) -> None:
    """The part was suspended: so is the whole."""
    for whole in _of(part):
        if whole.status != Status.VALID:
            continue
        advance(
            whole, Status.SUSPENDED, by=by, at=at, reason=f"part: {part.pk}", learner=whole.learner.uid,
            content_hash=whole.sha256, suspended_at=at, suspended_by=by,
            suspension_reason=PART_SUSPENDED,
        )  # fmt: skip
        status_lists.revoke_bit(credential=whole, at=at)
        _tell(whole, template="mail/whole_suspended.txt", at=at)


def restore(*, part: Credential, by: User | None, at: datetime) -> None:
    """The part is in force again: so is a whole that stood still only because of its parts.

    It waits while another part is not in force, and stays as it is where another has been issued since.
    """
    for whole in _of(part):
        is_still = whole.revocation_reason == PART_ENDED or whole.suspension_reason == PART_SUSPENDED
        if is_still and is_whole(whole) and not has_another(whole):
            _put_in_force(whole, part=part, by=by, at=at)


def is_whole(whole: Credential) -> bool:
    """Whether every part is in force."""
    return not whole.parts.exclude(status=Status.VALID).exists()


def has_another(whole: Credential) -> bool:
    """Whether another has been issued of the same pathway since; none is, until the transaction ends."""
    Learner.objects.select_for_update(no_key=True, of=("self",)).get(pk=whole.learner_id)
    others = whole.learner.credentials.live().filter(pathway=whole.pathway_id)
    return others.exclude(pk=whole.pk).exists()


def _put_in_force(whole: Credential, *, part: Credential, by: User | None, at: datetime) -> None:
    advance(
        whole, Status.VALID, by=by, at=at, reason=f"part: {part.pk}", learner=whole.learner.uid,
        content_hash=whole.sha256, **NOT_REVOKED, **NOT_SUSPENDED,
    )  # fmt: skip
    status_lists.clear_bit(credential=whole, at=at)
    _tell(whole, template="mail/credential_restored.txt", at=at)


def _of(part: Credential) -> list[Credential]:
    """The wholes that list the part, locked in one order, so that two acts do not wait for each other.

    Whatever their state was: somebody who acts on another part may be changing it right now.
    """
    found = part.wholes.select_for_update(of=("self",)).order_by("pk")
    return list(found.select_related("learner", "institution", "pathway"))


def _tell(whole: Credential, *, template: str, at: datetime) -> None:
    title = whole.facts.title.get(whole.learner.language) or whole.facts.title[whole.facts.language]
    credential_letters.send(credential=whole, template=template, at=at, title=title)
