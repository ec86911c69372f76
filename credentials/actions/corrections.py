"""Correction of an issued credential: another one takes its place, and the old one says so (rule 14)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credentials import issuable
from credentials.actions import (
    attainments,
    credential_letters,
    credentials,
    learners,
    reasons,
    status_lists,
    wholes,
)
from credentials.actions.revocations import CannotUndo, refuse_unless_true
from credentials.models import Attainment, Batch, BatchItem, Correction, Credential, Learner
from registry import trail
from registry.errors import Invalid, Refused
from registry.models import OfferingVersion, User
from registry.workflow import advance, changed, hold

Status = Credential.Status
OF_LEARNER = ("given_names", "family_name", "birth_date", "learner_oid")
UNDONE = "issued_in_error"  # why the replacement is revoked when its correction is undone


class CannotCorrect(Refused):
    """The corrected credential cannot be issued; the message says why."""

    code = "cannot_correct"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be corrected of a credential; what was taught is its version's, and reviewed."""

    given_names: str
    family_name: str
    birth_date: date | None
    learner_oid: str
    completed_on: date
    grade: str

    def as_json(self) -> dict:
        day = self.birth_date.isoformat() if self.birth_date else ""
        return {**vars(self), "birth_date": day, "completed_on": self.completed_on.isoformat()}


def signed(credential: Credential) -> Facts:
    """The facts as they were signed. Of the two identifiers a document has only one: the other is as the
    learner's record has it."""
    said, kept = credential.facts, credential.learner
    return Facts(
        given_names=said.learner.given_names,
        family_name=said.learner.family_name,
        birth_date=said.learner.birth_date or kept.birth_date,
        learner_oid=said.learner.oid or kept.learner_oid,
        completed_on=said.completed_on,
        grade=said.grade.code if said.grade else "",
    )


def recorded(credential: Credential) -> Facts:
    """The facts as the rows have them today."""
    learner = {name: getattr(credential.learner, name) for name in OF_LEARNER}
    attainment = credential.attainment
    return Facts(**learner, completed_on=attainment.completed_on, grade=attainment.grade)


@transaction.atomic
def correct(*, credential: Credential, facts: Facts, reason: str, by: User, at: datetime) -> Credential:
    """Correct the rows and issue a credential that replaces this one, which ends on the same day as it would
    have. What is made of the old one ends with it; the learner is told. Returns the new one.

    Raises Invalid, naming the fields, and CannotCorrect.
    """
    reasons.refuse(reasons.of_why(reason))
    _refuse_what_needs_none(credential, facts)
    _hold_what_is_issued(credential)
    was = recorded(credential)
    advance(
        credential, Status.REPLACED, by=by, at=at, reason=reason, learner=credential.learner.uid,
        content_hash=credential.sha256,
    )  # fmt: skip
    moved = wholes.end(part=credential, by=by, at=at)
    _write(credential, facts, reason=reason, by=by, at=at)
    Learner.objects.select_for_update(no_key=True).get(pk=credential.learner_id)
    status_lists.follow(credentials=[credential, *moved], issuing=credential.institution, at=at)
    new = _issue(credential, by=by, at=at)
    became = recorded(new)
    Correction.objects.create(
        credential=credential, replacement=new, was=was.as_json(), became=became.as_json(), reason=reason,
        made_at=at, made_by=by,
    )  # fmt: skip
    credential_letters.send(credential=new, template="mail/credential_corrected.txt", reason=reason, at=at)
    return new


@transaction.atomic
def undo(*, correction: Correction, reason: str, by: User, at: datetime) -> None:
    """There was nothing to correct: the rows are as before, the old credential is in force again with all
    that is made of it, and the new one is revoked. A suspension of the new one goes on with the old one. The
    learner is told in one letter. Raises CannotUndo, Invalid.
    """
    reasons.refuse(reasons.of_why(reason))
    _hold_what_is_issued(correction.credential)
    kept = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    old, new = _row(kept.credential_id), _row(kept.replacement_id)
    if kept.undone_at is not None or new.status not in (Status.VALID, Status.SUSPENDED):
        raise changed(old)
    if recorded(new).as_json() != kept.became:
        said = _("What was corrected has been changed again since. Correct the new credential instead.")
        raise CannotUndo(said, code="changed_since")
    hold(old, Status.VALID)
    hold(new, Status.REVOKED)
    wholes.hold(parts=[old, new])
    to, suspension = _suspension(new)
    moved = credentials.take_back(credential=new, reason=UNDONE, note=reason, by=by, at=at)
    _write(old, _read(kept.was), reason=reason, by=by, at=at)
    old = _row(old.pk)
    refuse_unless_true(old)
    advance(
        old, to, by=by, at=at, reason=reason, learner=old.learner.uid, content_hash=old.sha256, **suspension
    )  # fmt: skip
    moved += wholes.restore(part=old, by=by, at=at)
    kept.undone_at, kept.undone_by, kept.undo_reason = at, by, reason
    kept.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    credential_letters.send(
        credential=old, template="mail/correction_undone.txt", at=at, revoked=new.grouped_code,
        is_suspended=to == Status.SUSPENDED,
    )  # fmt: skip
    status_lists.follow(credentials=[old, new, *moved], at=at)


def _suspension(new: Credential) -> tuple[Status, dict]:
    """What the old credential becomes: suspended, and why, where the one in its place is suspended now."""
    if new.status != Status.SUSPENDED:
        return Status.VALID, {}
    return Status.SUSPENDED, {name: getattr(new, name) for name in wholes.NOT_SUSPENDED}


def _refuse_what_needs_none(credential: Credential, facts: Facts) -> None:
    if credential.is_composite:
        said = _("A composite credential is not corrected itself: correct its part and issue it again.")
        raise CannotCorrect(said, code="composite")
    if facts == signed(credential):
        said = _("Nothing differs from what was signed.")
        raise Invalid(said, code="nothing_to_correct", reasons=[("", said)])


def _hold_what_is_issued(credential: Credential) -> None:
    """The attainment and its version first, as issuing takes them: so neither waits for the other. Before
    them the institution, as whoever changes an attainment or a learner takes it."""
    learners.alone_in(credential.institution)
    Attainment.objects.select_for_update(of=("self",)).get(pk=credential.attainment_id)
    OfferingVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=credential.version_id)


def _write(credential: Credential, facts: Facts, *, reason: str, by: User, at: datetime) -> None:
    """Bring the learner's record and the attainment to these facts."""
    learner, attainment = credential.learner, credential.attainment
    changes = {name: getattr(facts, name) for name in OF_LEARNER}
    if any(value != getattr(learner, name) for name, value in changes.items()):
        learners.update(learner=learner, changes=changes, by=by, at=at)
    if (facts.completed_on, facts.grade) != (attainment.completed_on, attainment.grade):
        attainments.correct(
            attainment=attainment, realisation=attainment.realisation, completed_on=facts.completed_on,
            grade=facts.grade, reason=reason, by=by, at=at,
        )  # fmt: skip


def _issue(credential: Credential, *, by: User, at: datetime) -> Credential:
    """Another credential of the same attainment, in a batch of its own that is done at once."""
    batch = Batch.objects.create(
        institution=credential.institution, status=Batch.Status.DONE, created_at=at, created_by=by, done_at=at
    )
    item = BatchItem.objects.create(batch=batch, attainment=credential.attainment, order=0)
    trail.record(verb="created", row=batch, by=by, at=at, became=batch.status)
    credentials.issue(
        items=[item], institution=credential.institution, issued_at=at, by=by, at=at, instead_of=credential
    )
    if item.credential is None:
        raise CannotCorrect(issuable.words(error=item.error, detail=item.error_detail), code=item.error)
    return _row(item.credential.pk)


def _row(pk) -> Credential:
    rows = Credential.objects.select_related("learner", "institution", "attainment__realisation")
    return rows.get(pk=pk)


def _read(kept: dict) -> Facts:
    birth_date = date.fromisoformat(kept["birth_date"]) if kept["birth_date"] else None
    days = {"birth_date": birth_date, "completed_on": date.fromisoformat(kept["completed_on"])}
    return Facts(**{**kept, **days})
