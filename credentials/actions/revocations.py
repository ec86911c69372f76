"""Undoing a revocation that was a mistake: the same credential is in force again, with what hung on it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credentials.actions import credential_letters, reasons, status_lists, wholes
from credentials.models import Attainment, Credential
from registry.errors import Refused
from registry.models import User
from registry.workflow import advance, changed, hold

Status = Credential.Status


class CannotUndo(Refused):
    """What was undone would not be true any more. Codes: another_issued, attainment_changed,
    part_not_in_force, changed_since."""

    code = "cannot_undo"


@transaction.atomic
def undo(*, credential: Credential, reason: str, by: User, at: datetime) -> None:
    """A revoked credential is as it was before, the same signed bytes: in force, or suspended where it was
    and still would be. So is what is made of it. The trail keeps that it was revoked, and why that was wrong;
    the learner is told. Raises CannotUndo, Invalid.
    """
    reasons.refuse(reasons.of_why(reason))
    if credential.status != Status.REVOKED:
        raise changed(credential)
    refuse_unless_true(credential)
    to, fields = wholes.as_before(credential, at=at)
    advance(
        credential, to, by=by, at=at, reason=reason, learner=credential.learner.uid,
        content_hash=credential.sha256, **fields,
    )  # fmt: skip
    moved = wholes.restore(part=credential, by=by, at=at)
    credential_letters.send(
        credential=credential, template="mail/credential_restored.txt", at=at,
        is_suspended=to == Status.SUSPENDED,
    )  # fmt: skip
    status_lists.follow(credentials=[credential, *moved], at=at)


def refuse_unless_true(credential: Credential) -> None:
    """Whether it may be in force: nothing stands in its place, and it says what is recorded today.

    Whose name has changed since then keeps the credential: it was theirs under that name.
    """
    if credential.is_composite:
        hold(credential, Status.VALID)  # no part of it ends from here on without it
        if wholes.has_another(credential):
            raise CannotUndo(_("Another credential has been issued in its place."), code="another_issued")
        if wholes.has_ended_part(credential):
            raise CannotUndo(_("A part of it is not in force."), code="part_not_in_force")
        return
    attainment = Attainment.objects.select_for_update(of=("self",)).get(pk=credential.attainment_id)
    if attainment.credentials.live().exists():
        raise CannotUndo(_("Another credential has been issued in its place."), code="another_issued")
    said = credential.facts
    grade = said.grade.code if said.grade else ""
    now = (attainment.completed_on, attainment.grade, attainment.documented_as)
    if (said.completed_on, grade, credential.documented_as) != now:
        text = _(
            "The attainment has been corrected since, so the credential no longer says what is recorded. "
            "Issue a new one."
        )
        raise CannotUndo(text, code="attainment_changed")
