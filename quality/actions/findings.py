"""Findings and their corrective actions: written, acted on by the owner, verified by somebody else (6.4)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import rules
from quality.actions import panels, publishing
from quality.models import Audit, Finding, ReviewCycle
from registry import mail, trail
from registry.access import ROLES, Permission, permissions
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed
from registry.models import Institution, Offering, OfferingVersion, User
from registry.workflow import advance, hold

Status = Finding.Status
Source = Finding.Source


@dataclass(frozen=True)
class Found:
    """What was found where; without `due_on` the severity gives the day. Texts by language."""

    severity: str
    source: str
    text: dict
    owner: User
    principle: str = ""
    due_on: date | None = None
    offering: Offering | None = None
    cycle: ReviewCycle | None = None
    audit: Audit | None = None


@transaction.atomic
def write(*, institution: Institution, found: Found, by: User, at: datetime) -> Finding:
    """Write down what was found, with who answers for it and by when."""
    if found.owner not in owners(institution):
        raise _wrong("owner", _("Choose somebody of the institution as the owner."))
    text = _said(found.text, missing=_("Write what was found."))
    today = timezone.localdate(at)
    last = last_day(institution, severity=found.severity, found_on=today)
    if found.due_on is not None:
        _refuse_late(found.due_on, last=last, first=today)
    finding = Finding.objects.create(
        institution=institution,
        offering=found.offering,
        cycle=found.cycle,
        audit=found.audit,
        severity=found.severity,
        source=found.source,
        principle=found.principle,
        text=text,
        owner=found.owner,
        due_on=found.due_on or last,
        found_at=at,
        found_by=by,
    )
    trail.record(verb="found", row=finding, by=by, at=at, became=Status.OPEN, reason=found.severity)
    _tell(finding, found.owner, "mail/finding_yours.txt", at=at)
    return finding


@transaction.atomic
def write_in_review(*, cycle: ReviewCycle, found: Found, by: User, at: datetime) -> Finding:
    """A finding of the panel that reads now; its source is the stage."""
    version = OfferingVersion.objects.select_for_update().get(pk=cycle.version_id)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    offerings.refuse_own(version, by=by)
    if not may_write(cycle, user=by):
        raise NotAllowed(_("The members of the panel write findings while it reads."))
    source = Source.PLAN if cycle.phase == "plan" else Source.CHECK
    found = replace(found, source=source, cycle=cycle, offering=cycle.offering)
    return write(institution=cycle.offering.institution, found=found, by=by, at=at)


@transaction.atomic
def act(*, finding: Finding, text: dict, by: User, at: datetime) -> None:
    """The owner tells what was done; evidence shows it."""
    kept = hold(finding, Status.ACTED)
    others = why_not_act(kept, by=by)
    if others:
        raise NotAllowed(others)
    said = _said(text, missing=_("Write what was done."))
    if not kept.evidence.exists():
        raise _wrong("evidence", _("Add a file or a link that shows what was done."))
    advance(finding, Status.ACTED, by=by, at=at, action=said, acted_at=at, acted_by=by)


@transaction.atomic
def verify(*, finding: Finding, note: str, by: User, at: datetime) -> None:
    """Somebody who neither owns the finding nor acted on it says that the action works.

    The offering is locked as it is by publishing: a round of what is replaced meanwhile closes here or there.
    """
    if finding.offering_id:
        Offering.objects.select_for_update(no_key=True).get(pk=finding.offering_id)
    kept = hold(finding, Status.VERIFIED)
    own = why_not_verify(kept, by=by)
    if own:
        raise NotAllowed(own, code="own_work")
    note = words.needed(note, field="note", said=_("Write what shows that the action works."))
    advance(finding, Status.VERIFIED, by=by, at=at, verified_at=at, verified_by=by, verification_note=note)
    if finding.offering_id:
        publishing.leave_to_newer(offering=finding.offering, by=by, at=at)


@transaction.atomic
def reopen(*, finding: Finding, reason: str, due_on: date, by: User, at: datetime) -> None:
    """T14: the action does not work: a new day, and one level up."""
    kept = hold(finding, Status.OPEN)
    own = why_not_verify(kept, by=by)
    if own:
        raise NotAllowed(own, code="own_work")
    reason = words.needed(reason, field="reason", said=_("Say why the action does not work."))
    today = timezone.localdate(at)
    if due_on <= today:
        raise _wrong("due_on", _("Choose a day to come."))
    _refuse_late(due_on, last=last_day(kept.institution, severity=kept.severity, found_on=today))
    advance(
        finding, Status.OPEN, by=by, at=at, reason=reason, due_on=due_on, level=finding.level + 1,
        acted_at=None, acted_by=None, verified_at=None, verified_by=None, verification_note="",
    )  # fmt: skip
    for person in {finding.owner, *_leaders(finding.institution)}:
        _tell(finding, person, "mail/finding_reopened.txt", at=at, reason=reason)


@transaction.atomic
def hand_over(*, finding: Finding, owner: User, reason: str, by: User, at: datetime) -> None:
    """Another person answers for the finding from now on."""
    kept = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    why_not = why_not_hand_over(kept, by=by)
    if why_not:
        raise NotAllowed(why_not)
    if owner not in owners(kept.institution):
        raise _wrong("owner", _("Choose somebody of the institution as the owner."))
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    finding.owner = owner
    finding.save(update_fields=["owner"])
    trail.record(verb="handed_over", row=finding, by=by, at=at, reason=reason)
    _tell(finding, owner, "mail/finding_yours.txt", at=at)


def owners(institution: Institution) -> list[User]:
    """Who may answer for a finding: people who read reviews at the institution."""
    people = User.objects.filter(is_active=True, memberships__institution=institution).distinct()
    people = people.prefetch_related("memberships").order_by("name", "pk")
    return [one for one in people if Permission.REVIEW_READ in permissions(user=one, institution=institution)]


def why_not_act(finding: Finding, *, by: User) -> str:
    """The owner tells what was done, and shows it."""
    return "" if finding.owner_id == by.pk else _("The owner of the finding tells what was done.")


def why_not_add_evidence(finding: Finding, *, by: User) -> str:
    """What shows an action is the owner's to give, until it is sent."""
    if finding.status != Status.OPEN:
        return _("The action has been sent to be verified: its evidence stays.")
    return why_not_act(finding, by=by)


def why_not_verify(finding: Finding, *, by: User) -> str:
    """Nobody verifies what they own or did."""
    own = by.pk in {finding.owner_id, finding.acted_by_id}
    return _("You cannot verify your own action.") if own else ""


def why_not_hand_over(finding: Finding, *, by: User) -> str:
    """The owner hands a finding over, or whoever verifies findings; a verified one stays with its owner."""
    if finding.status == Status.VERIFIED:
        return _("The finding is verified: its owner stays as it is.")
    verifies = Permission.FINDING_VERIFY in permissions(user=by, institution=finding.institution)
    if finding.owner_id == by.pk or verifies:
        return ""
    return _("The owner, or a quality coordinator, hands the finding over.")


def last_day(institution: Institution, *, severity: str, found_on: date) -> date:
    """By when a finding of this severity is due (T13)."""
    limits = rules.limits_of(institution)
    return found_on + timedelta(days=getattr(limits, f"{severity}_days"))


def may_write(cycle: ReviewCycle, *, user: User) -> bool:
    """The panel's members with an account write findings while it reads."""
    stage = ReviewCycle.Stage.PLAN if cycle.phase == "plan" else ReviewCycle.Stage.CHECK
    is_reading = cycle.status == panels.READING[stage]
    sitting = panels.members(cycle, stage) if is_reading else []
    return any(one.user_id == user.pk and one.declared_at for one in sitting)


def _leaders(institution: Institution) -> list[User]:
    """The rectorate: a finding that is opened again goes one level up (T14)."""
    roles = [role for role, held in ROLES.items() if Permission.ROUND_LEAD in held]
    memberships = institution.memberships.filter(role__in=roles)
    return list(User.objects.filter(is_active=True, memberships__in=memberships).distinct())


def _said(text: dict, *, missing: str) -> dict:
    """The texts that say something, by language; Invalid when none does."""
    said = {language: words.optional(part, field="text") for language, part in text.items() if part.strip()}
    if not said:
        raise _wrong("text", missing)
    return said


def _refuse_late(due_on: date, *, last: date, first: date = date.min) -> None:
    if not first <= due_on <= last:
        said = _("A finding of this severity is due by %(day)s.")
        raise _wrong("due_on", said % {"day": last.strftime("%-d.%-m.%Y")})


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])


def _tell(finding: Finding, person: User, template: str, *, at: datetime, **more) -> None:
    context = {
        "institution": finding.institution.code.lower(),
        "code": finding.offering.code if finding.offering else finding.institution.short_name,
        "uid": finding.uid,
        "due_on": finding.due_on,
        **more,
    }
    mail.send(to=person.email, language=person.language, template=template, context=context, at=at)
