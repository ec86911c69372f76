"""The panel of a stage: appointed, released, substituted, and what it lacks still (T3).

Panels that are used again and again stand in `standing_panels`; what a member does from a seat, in `seats`.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from quality.models import Origin, PanelMember, ReviewCycle, Seat
from registry import mail, trail
from registry.access import ROLES, Permission
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Institution, OfferingVersion, User

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
APPOINTED_IN = {Stage.PLAN: {Status.PLAN_REVIEW}, Stage.CHECK: {Status.CHECK_OPEN, Status.CHECK_REVIEW}}
READING = {Stage.PLAN: Status.PLAN_REVIEW, Stage.CHECK: Status.CHECK_REVIEW}
OUTSIDE = {Origin.OTHER_UNIT, Origin.OTHER_INSTITUTION}


def members(cycle: ReviewCycle, stage: str) -> list[PanelMember]:
    """Who sits on the panel now, the chair first."""
    sitting = cycle.panel.filter(stage=stage, left_at=None).select_related("user", "institution")
    return sorted(sitting, key=lambda one: (list(Seat).index(one.seat), one.pk))


def may_be_appointed(institution: Institution) -> list[User]:
    """People with an account here who may review."""
    roles = [role for role, held in ROLES.items() if Permission.REVIEW in held]
    memberships = institution.memberships.filter(role__in=roles)
    return list(
        User.objects.filter(is_active=True, memberships__in=memberships).distinct().order_by("name", "pk")
    )


def partners(cycle: ReviewCycle) -> list[Institution]:
    """The other institutions that award a joint offering; each has a member of its own."""
    bodies = set(cycle.version.awarding_bodies) - {cycle.offering.institution.code}
    return list(Institution.objects.filter(code__in=bodies).order_by("code")) if bodies else []


@dataclass(frozen=True)
class Candidate:
    """Whom to seat: `user` with an account here, or a name and an address; `institution` of a partner."""

    seat: str
    origin: str
    user: User | None = None
    name: str = ""
    email: str = ""
    language: str = "fi"
    organisation: str = ""
    institution: Institution | None = None


@transaction.atomic
def appoint(*, cycle: ReviewCycle, stage: str, candidate: Candidate, by: User, at: datetime) -> PanelMember:
    """Give somebody a seat; whoever has no account here gets a letter with a link that works once."""
    kept = _open_for_appointing(cycle, stage, by=by)
    house = kept.version.offering.institution
    user = candidate.user or account(house, candidate.email)
    _refuse_author(kept.version, user=user, email=candidate.email)
    _refuse_twice(members(kept, stage), candidate=candidate, user=user)
    if user is None:
        refuse_nameless(candidate)
    elif user not in may_be_appointed(house):
        raise _wrong("user", _("Choose somebody of your institution who may review."))
    member = PanelMember.objects.create(
        cycle=kept,
        stage=stage,
        seat=candidate.seat,
        origin=candidate.origin,
        user=user,
        name=user.name if user else candidate.name.strip(),
        email=user.email if user else candidate.email,
        language=user.language if user else candidate.language,
        organisation=candidate.organisation,
        institution=candidate.institution,
        appointed_at=at,
        appointed_by=by,
    )
    trail.record(verb="appointed", row=kept, by=by, at=at, reason=f"{member.seat}, {member.origin}")
    _tell(member, at=at)
    return member


@transaction.atomic
def release(*, member: PanelMember, by: User, at: datetime, reason: str) -> None:
    """Let somebody go: their link is dead; what they wrote stays, and what they rated in this reading counts
    (`rules.counted`), so that nobody's "Insufficient" is released away."""
    _open_for_appointing(member.cycle, member.stage, by=by)
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    leave(member, by=by, at=at, reason=reason)


@transaction.atomic
def substitute(
    *, member: PanelMember, candidate: Candidate, by: User, at: datetime, reason: str
) -> PanelMember:
    """Put somebody in the place of a member who is away, the chair included; they take the same seat."""
    release(member=member, by=by, at=at, reason=reason)
    candidate = replace(candidate, seat=member.seat, institution=member.institution)
    seated = appoint(cycle=member.cycle, stage=member.stage, candidate=candidate, by=by, at=at)
    seated.stood_in_for = member
    seated.save(update_fields=["stood_in_for"])
    return seated


def faults(cycle: ReviewCycle, stage: str) -> list[str]:
    """What the panel still lacks before it may read (T3)."""
    sitting = members(cycle, stage)
    seats = {one.seat for one in sitting}
    found = []
    if len(sitting) < 3:
        found.append(_("A panel has at least three members."))
    if Seat.CHAIR not in seats:
        found.append(_("Name a chair who answers for quality."))
    origins = {one.origin for one in sitting if one.seat != Seat.CHAIR}
    if not origins & OUTSIDE:
        found.append(_("The panel needs a member from outside the authors' own unit."))
        if Origin.WORKING_LIFE in origins:
            found.append(_("The member from working life is not that peer from another unit or institution."))
    if Seat.WORKING_LIFE not in seats:
        found.append(_("The panel needs a member from working life."))
    found += _without_partner(cycle, sitting)
    undeclared = [one.name for one in sitting if one.declared_at is None]
    if undeclared:
        found.append(_("Not yet declared free of conflicts: %(names)s.") % {"names": ", ".join(undeclared)})
    return found


@transaction.atomic
def invite_again(*, member: PanelMember, by: User, at: datetime) -> None:
    """Send a new link; the earlier one is dead."""
    kept = sitting(member)
    if kept.user_id:
        raise NotAllowed(_("Whoever has an account signs in; no link is needed."))
    trail.record(verb="invited", row=kept.cycle, by=by, at=at, reason=kept.seat)
    _tell(kept, at=at)


def ask_again(cycle: ReviewCycle, stage: str, *, at: datetime) -> None:
    """The same panel reads a changed text: a letter to each, with a new link where there is no account."""
    for member in members(cycle, stage):
        member.cycle = cycle
        _tell(member, at=at, is_again=True)


# What the other rooms of the panel share


def sitting(member: PanelMember) -> PanelMember:
    kept = PanelMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if kept.left_at:
        raise NotAllowed(_("You no longer sit on this panel."))
    return kept


def leave(member: PanelMember, *, by: User | None, at: datetime, reason: str) -> None:
    member.left_at, member.secret_hash = at, ""
    member.save(update_fields=["left_at", "secret_hash"])
    trail.record(verb="left", row=member.cycle, by=by, at=at, role=member.seat, reason=reason)


def account(institution: Institution, email: str) -> User | None:
    """The reviewer of this institution with that address, if there is one: they sign in."""
    return next((one for one in may_be_appointed(institution) if one.email.lower() == email.lower()), None)


def refuse_nameless(candidate: Candidate) -> None:
    if candidate.seat == Seat.CHAIR:
        raise _wrong("user", _("The chair is a person of your institution who may review."))
    words.needed(candidate.name, field="name", said=_("Write the person's name."))
    words.needed(candidate.email, field="email", said=_("Write the address that the invitation is sent to."))


# Parts


def _open_for_appointing(cycle: ReviewCycle, stage: str, *, by: User) -> ReviewCycle:
    """The round, locked after its version; nobody chooses who reads their own plan."""
    version = OfferingVersion.objects.select_for_update().get(pk=cycle.version_id)
    offerings.refuse_own(version, by=by)
    kept = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if kept.status not in APPOINTED_IN[stage]:
        raise StateChanged(
            _("The panel is appointed while the review is open. It is now “%(state)s”.")
            % {"state": kept.get_status_display()}
        )
    return kept


def _tell(member: PanelMember, *, at: datetime, is_again: bool = False) -> None:
    """A letter: to sign in, or with the link of somebody who has no account here."""
    secret = ""
    if member.user_id is None:
        secret = secrets.token_urlsafe(32)
        member.secret_hash = hashlib.sha256(secret.encode()).hexdigest()
        member.invitation_ends_at = at + timedelta(days=PanelMember.DAYS)
        member.invitation_used_at = None
        member.save(update_fields=["secret_hash", "invitation_ends_at", "invitation_used_at"])
    cycle = member.cycle
    context = {
        "code": cycle.offering.code,
        "institution": cycle.offering.institution.code.lower(),
        "uid": cycle.uid,
        "secret": secret,
        "due_on": cycle.due_on,
        "days": PanelMember.DAYS,
        "is_again": is_again,
    }
    mail.send(
        to=member.email, language=member.language, template="mail/panel_invited.txt", context=context, at=at
    )


def _refuse_author(version: OfferingVersion, *, user: User | None, email: str) -> None:
    own = _("You cannot appoint an author: nobody reviews their own plan.")
    if user and offerings.is_own(version, user=user):
        raise NotAllowed(own, code="own_work")
    if email and version.authors.filter(email__iexact=email).exists():
        raise NotAllowed(own, code="own_work")


def _refuse_twice(sitting: list[PanelMember], *, candidate: Candidate, user: User | None) -> None:
    if candidate.seat == Seat.CHAIR and any(one.seat == Seat.CHAIR for one in sitting):
        raise _wrong("seat", _("The panel has a chair already. Name a substitute for them instead."))
    same = [
        one
        for one in sitting
        if (user and one.user_id == user.pk) or one.email.lower() == candidate.email.lower()
    ]
    if same:
        raise _wrong("user" if user else "email", _("This person is on the panel already."))


def _without_partner(cycle: ReviewCycle, sitting: list[PanelMember]) -> list[str]:
    """Partners of a joint offering that have no member (T3)."""
    represented = {one.institution_id for one in sitting}
    missing = [one.code for one in partners(cycle) if one.pk not in represented]
    said = _("Every partner of a joint offering has a member; missing: %(codes)s.")
    return [said % {"codes": ", ".join(missing)}] if missing else []


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
