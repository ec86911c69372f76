"""The panel of a stage: appointed, invited, declared free of conflicts, and what its members say (T3).

A member acts from a seat, with an account or by a single-use link; the page has made sure whose it is.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality import rules
from quality.models import (
    Evidence,
    FieldComment,
    Origin,
    PanelMember,
    Rating,
    ReviewCycle,
    Seat,
    StandingMember,
    StandingPanel,
)
from registry import mail, trail
from registry.access import ROLES, Permission
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Institution, OfferingVersion, User

Status = ReviewCycle.Status
Stage = ReviewCycle.Stage
APPOINTED_IN = {Stage.PLAN: {Status.PLAN_REVIEW}, Stage.CHECK: {Status.CHECK_OPEN, Status.CHECK_REVIEW}}
READING = {Stage.PLAN: Status.PLAN_REVIEW, Stage.CHECK: Status.CHECK_REVIEW}
ENDED = gettext_lazy("This invitation has been used or has ended. Ask the quality coordinator for a new one.")
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
    user = candidate.user or _account(house, candidate.email)
    _refuse_author(kept.version, user=user, email=candidate.email)
    _refuse_twice(members(kept, stage), candidate=candidate, user=user)
    if user is None:
        _refuse_nameless(candidate)
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


def seated(*, uid, entered_at: str, at: datetime) -> PanelMember | None:
    """The seat that a visit by invitation was begun for, as long as it lasts; a newer link ends the visit."""
    found = PanelMember.objects.filter(uid=uid, user=None, left_at=None, invitation_used_at__isnull=False)
    member = found.select_related("cycle__offering__institution", "cycle__version__offering").first()
    if member is None or member.invitation_used_at.isoformat() != entered_at:
        return None
    return member if at < member.invitation_used_at + timedelta(days=PanelMember.DAYS) else None


# Standing panels


@transaction.atomic
def keep_panel(
    *, institution: Institution, name: str, panel: StandingPanel | None = None, is_active: bool = True,
    by: User, at: datetime,
) -> StandingPanel:  # fmt: skip
    """A new standing panel, or another name for one; what is not in use any more is not offered."""
    name = words.needed(name, field="name", said=_("Give the panel a name."))
    same = institution.panels.filter(name__iexact=name)
    if same.exclude(pk=panel.pk if panel else None).exists():
        raise _wrong("name", _("There is a panel of this name already."))
    kept = panel or StandingPanel(institution=institution)
    kept.name, kept.is_active = name, is_active
    kept.save()
    trail.record(verb="updated" if panel else "created", row=kept, by=by, at=at, reason=name)
    return kept


@transaction.atomic
def add_standing(*, panel: StandingPanel, candidate: Candidate, by: User, at: datetime) -> StandingMember:
    """Somebody who is seated whenever the panel is used; reviews that are open already stay as they are."""
    user = candidate.user or _account(panel.institution, candidate.email)
    if user is None:
        _refuse_nameless(candidate)
    elif user not in may_be_appointed(panel.institution):
        raise _wrong("user", _("Choose somebody of your institution who may review."))
    sitting = list(panel.members.select_related("user"))
    if candidate.seat == Seat.CHAIR and any(one.seat == Seat.CHAIR for one in sitting):
        raise _wrong("seat", _("The panel has a chair already. Take them off the panel first."))
    email = (user.email if user else candidate.email).lower()
    if email in {one.email.lower() for one in sitting}:
        raise _wrong("user" if candidate.user else "email", _("This person is on the panel already."))
    member = StandingMember.objects.create(
        panel=panel,
        user=user,
        name=user.name if user else candidate.name.strip(),
        email=email,
        language=user.language if user else candidate.language,
        organisation=candidate.organisation,
        seat=candidate.seat,
        origin=candidate.origin,
    )
    trail.record(verb="appointed", row=panel, by=by, at=at, reason=f"{member.seat}, {member.origin}")
    return member


@transaction.atomic
def remove_standing(*, member: StandingMember, by: User, at: datetime) -> None:
    """Take somebody off a standing panel."""
    trail.record(verb="left", row=member.panel, by=by, at=at, reason=f"{member.seat}, {member.origin}")
    member.delete()


# The panel of a stage


@transaction.atomic
def use(*, panel: StandingPanel, cycle: ReviewCycle, stage: str, by: User, at: datetime) -> list[str]:
    """Seat a standing panel; the names of those who could not be seated, with the reason."""
    left_out = []
    for one in panel.members.select_related("user").order_by("pk"):
        candidate = Candidate(
            seat=one.seat,
            origin=one.origin,
            user=one.user,
            name=one.name,
            email=one.email,
            language=one.language,
            organisation=one.organisation,
        )
        try:
            appoint(cycle=cycle, stage=stage, candidate=candidate, by=by, at=at)
        except (Invalid, NotAllowed) as refusal:
            left_out.append(f"{one.user.name if one.user else one.name}: {refusal.message}")
    return left_out


@transaction.atomic
def release(*, member: PanelMember, by: User, at: datetime, reason: str) -> None:
    """Let somebody go: their link is dead; what they wrote stays, and what they rated in this reading counts
    (`rules.counted`), so that nobody's "Insufficient" is released away."""
    _open_for_appointing(member.cycle, member.stage, by=by)
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    _leave(member, by=by, at=at, reason=reason)


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
    if not any(one.origin in OUTSIDE for one in sitting if one.seat != Seat.CHAIR):
        found.append(_("The panel needs a member from outside the authors' own unit."))
    if Seat.WORKING_LIFE not in seats:
        found.append(_("The panel needs a member from working life."))
    found += _without_partner(cycle, sitting)
    undeclared = [one.name for one in sitting if one.declared_at is None]
    if undeclared:
        found.append(_("Not yet declared free of conflicts: %(names)s.") % {"names": ", ".join(undeclared)})
    return found


# What a member does


@transaction.atomic
def declare(*, member: PanelMember, conflict: str, at: datetime) -> None:
    """Say that nothing stands between the member and the offering; with a conflict the seat is left."""
    kept = _seated(member)
    conflict = words.optional(conflict, field="conflict")
    kept.conflict, kept.declared_at = conflict, None if conflict else at
    kept.save(update_fields=["conflict", "declared_at"])
    trail.record(verb="declared", row=kept.cycle, by=kept.user, at=at, role=kept.seat, reason=conflict)
    if conflict:
        _leave(kept, by=kept.user, at=at, reason=conflict)


@transaction.atomic
def rate(
    *,
    member: PanelMember,
    principle: str,
    grade: int,
    comment: str,
    evidence: Evidence | None = None,
    evidence_url: str = "",
    at: datetime,
) -> Rating:
    """Grade one principle in this round of reading; "Insufficient" says why. `evidence`: the offering's."""
    kept, cycle = _reading(member)
    if principle not in {one.key for one in rules.principles(cycle)}:
        raise _wrong("principle", _("This principle is not in the review."))
    comment = words.optional(comment, field="comment")
    if grade == Rating.Grade.INSUFFICIENT and not comment:
        raise _wrong("comment", _("Say why it is insufficient, so that the authors know what to mend."))
    if evidence is not None and evidence not in shown_to(kept):
        raise _wrong("evidence", _("Choose evidence of this offering."))
    rating, _is_new = Rating.objects.update_or_create(
        member=kept,
        round=cycle.round,
        principle=principle,
        defaults={
            "grade": grade,
            "comment": comment,
            "evidence": evidence,
            "evidence_url": evidence_url,
            "rated_at": at,
        },
    )
    return rating


def shown_to(member: PanelMember) -> QuerySet[Evidence]:
    """The evidence of the offering that the member may see: outsiders nothing confidential or personal."""
    about = Q(cycle__offering=member.cycle.offering_id) | Q(finding__offering=member.cycle.offering_id)
    found = Evidence.objects.filter(about).order_by("-dated_on", "pk")
    if member.user_id is None:
        found = found.exclude(visibility=Evidence.Visibility.CONFIDENTIAL).exclude(has_personal_data=True)
    return found


@transaction.atomic
def comment(*, member: PanelMember, field: str, text: str, language: str, at: datetime) -> FieldComment:
    """Write down a reason at one field; the authors see it when the version is returned."""
    kept, cycle = _reading(member)
    if kept.stage != Stage.PLAN:
        raise NotAllowed(_("In a Check the panel writes findings, not comments at the fields."))
    if field not in {*OfferingVersion.CONTENT, "outcomes"}:
        raise _wrong("field", _("Choose the field that the comment is about."))
    text = words.needed(text, field="text", said=_("Write the comment."))
    return FieldComment.objects.create(
        cycle=cycle, member=kept, round=cycle.round, field=field, text=text, language=language,
        by=kept.user, at=at,
    )  # fmt: skip


@transaction.atomic
def withdraw_comment(*, member: PanelMember, comment: FieldComment) -> None:
    """Take back a comment of the round of reading that goes on; only members have seen it."""
    kept, cycle = _reading(member)
    if comment.round != cycle.round or kept.stage != Stage.PLAN:
        raise NotAllowed(_("A comment of an earlier round stays."))
    if comment.member_id != kept.pk and kept.seat != Seat.CHAIR:
        raise NotAllowed(_("The member who wrote the comment, or the chair, takes it back."))
    comment.delete()


@transaction.atomic
def answer(*, member: PanelMember, at: datetime) -> None:
    """Give in the ratings of this round; the chair sees that the member is ready."""
    kept, cycle = _reading(member)
    rated = set(kept.ratings.filter(round=cycle.round).values_list("principle", flat=True))
    missing = [one for one in rules.principles(cycle) if one.key not in rated]
    if missing:
        said = _("Rate every principle first; open: %(codes)s.")
        raise Invalid(
            said % {"codes": ", ".join(one.code for one in missing)},
            reasons=[(one.key, _("Rate this principle.")) for one in missing],
        )
    kept.answered_round = cycle.round
    kept.save(update_fields=["answered_round"])
    trail.record(verb="answered", row=cycle, by=kept.user, at=at, role=kept.seat)


def invited(*, secret: str, at: datetime) -> PanelMember | None:
    """Whose invitation the secret is, while it can still be used."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = PanelMember.objects.filter(secret_hash=digest, left_at=None, invitation_used_at=None)
    return found.filter(invitation_ends_at__gt=at).select_related("cycle__offering__institution").first()


@transaction.atomic
def enter(*, secret: str, at: datetime) -> PanelMember:
    """Use an invitation: once, within its days. The page keeps the seat for the visit."""
    found = invited(secret=secret, at=at)
    member = found and PanelMember.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if member is None or member.invitation_used_at or member.left_at:
        raise NotAllowed(ENDED, code="invitation_ended")
    member.invitation_used_at = at
    member.save(update_fields=["invitation_used_at"])
    trail.record(verb="entered", row=member.cycle, by=None, at=at, role=member.seat)
    return member


@transaction.atomic
def invite_again(*, member: PanelMember, by: User, at: datetime) -> None:
    """Send a new link; the earlier one is dead."""
    kept = _seated(member)
    if kept.user_id:
        raise NotAllowed(_("Whoever has an account signs in; no link is needed."))
    trail.record(verb="invited", row=kept.cycle, by=by, at=at, reason=kept.seat)
    _tell(kept, at=at)


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


def _seated(member: PanelMember) -> PanelMember:
    kept = PanelMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if kept.left_at:
        raise NotAllowed(_("You no longer sit on this panel."))
    return kept


def _reading(member: PanelMember) -> tuple[PanelMember, ReviewCycle]:
    """The seat and its round, while the panel reads; the version is locked first, as everywhere."""
    version = OfferingVersion.objects.select_for_update().get(pk=member.cycle.version_id)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=member.cycle_id)
    kept = _seated(member)
    started = version.status != OfferingVersion.Status.SUBMITTED
    if cycle.status != READING[kept.stage] or not started:
        raise StateChanged(
            _("The panel is not reading now: the state is “%(state)s”. Reload the page.")
            % {"state": cycle.get_status_display()}
        )
    if kept.declared_at is None:
        raise NotAllowed(_("Say first that you have no conflict of interest."))
    if kept.user is not None:  # a member may have written for the authors since they were appointed
        offerings.refuse_own(version, by=kept.user)
    return kept, cycle


def _leave(member: PanelMember, *, by: User | None, at: datetime, reason: str) -> None:
    member.left_at, member.secret_hash = at, ""
    member.save(update_fields=["left_at", "secret_hash"])
    trail.record(verb="left", row=member.cycle, by=by, at=at, role=member.seat, reason=reason)


def _tell(member: PanelMember, *, at: datetime) -> None:
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
    }
    mail.send(
        to=member.email, language=member.language, template="mail/panel_invited.txt", context=context, at=at
    )


def _account(institution: Institution, email: str) -> User | None:
    """The reviewer of this institution with that address, if there is one: they sign in."""
    return next((one for one in may_be_appointed(institution) if one.email.lower() == email.lower()), None)


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


def _refuse_nameless(candidate: Candidate) -> None:
    if candidate.seat == Seat.CHAIR:
        raise _wrong("user", _("The chair is a person of your institution who may review."))
    words.needed(candidate.name, field="name", said=_("Write the person's name."))
    words.needed(candidate.email, field="email", said=_("Write the address that the invitation is sent to."))


def _without_partner(cycle: ReviewCycle, sitting: list[PanelMember]) -> list[str]:
    """Partners of a joint offering that have no member (T3)."""
    represented = {one.institution_id for one in sitting}
    missing = [one.code for one in partners(cycle) if one.pk not in represented]
    said = _("Every partner of a joint offering has a member; missing: %(codes)s.")
    return [said % {"codes": ", ".join(missing)}] if missing else []


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
