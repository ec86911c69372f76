"""Joint offerings: the lead invites, another answers with its share and its reviewer (C-27, 5.4/3).

The lead has what is left of the size. `OfferingVersion.shares` holds the lead, whoever has accepted and
whoever had a share before anybody was invited (in an earlier version), so that the shares make the size only
when everybody has answered.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from registry import access, mail, trail
from registry.access import Permission
from registry.actions import words
from registry.errors import Invalid, Refused
from registry.models import Institution, JointInvitation, OfferingVersion, User
from registry.workflow import advance, hold

Status = JointInvitation.Status
LIVE = (Status.OPEN, Status.ACCEPTED)


@transaction.atomic
def invite(
    *, version: OfferingVersion, institution: Institution, ects: Decimal, by: User, at: datetime
) -> JointInvitation:
    """Ask another institution to take a share of the credits."""
    version = _locked(version)
    _refuse_closed(version)
    lead = version.offering.institution
    if institution.pk == lead.pk:
        _refuse("institution", _("Your own institution leads the offering: invite another."))
    if version.invitations.filter(institution=institution, status__in=LIVE).exists():
        _refuse("institution", _("This institution has been invited already."))
    if version.ects is None:
        _refuse("ects", _("Write the size of the offering first."))
    left = version.ects - _shared(version) - sum(ects for _code, ects in _brought(version, but=institution))
    if ects <= 0 or ects % Decimal("0.5"):
        _refuse("ects", _("A share is given in credits, to half a credit."))
    if ects >= left:
        said = _("The lead keeps a share too: at most %(most)s credits can be given.")
        _refuse("ects", said % {"most": number(max(left - Decimal("0.5"), Decimal(0)))})
    invitation = JointInvitation.objects.create(
        version=version, institution=institution, ects=ects, invited_at=at, invited_by=by
    )
    trail.record(verb="joint_invited", row=version, by=by, at=at, became=institution.code)
    _write_shares(version, at=at)
    _tell(answerers(institution), "mail/joint_invited.txt", invitation=invitation, at=at)
    return invitation


@transaction.atomic
def accept(
    *, invitation: JointInvitation, ects: Decimal, reviewer: User | None, by: User, at: datetime
) -> None:
    """Take part with the share that was offered, and with a reviewer of one's own."""
    version = _locked(invitation.version)
    hold(invitation, Status.ACCEPTED)
    _refuse_closed(version)
    told = version.ects - invitation.ects + ects if version.ects is not None else ects
    if version.ects is None or told != version.ects:
        said = _("The shares make %(told)s credits together, the size is %(size)s.")
        _refuse("ects", said % {"told": number(told), "size": number(version.ects or Decimal(0))})
    if reviewer is None or reviewer not in reviewers(invitation.institution):
        _refuse("reviewer", _("Choose a reviewer of your own institution."))
    if version.authors.filter(pk=reviewer.pk).exists():
        _refuse("reviewer", _("Whoever writes the offering cannot review it."))
    advance(invitation, Status.ACCEPTED, by=by, at=at, reviewer=reviewer, answered_at=at, answered_by=by)
    trail.record(verb="accepted", row=version, by=by, at=at, became=invitation.institution.code)
    _write_shares(version, at=at)
    _tell([invitation.invited_by], "mail/joint_answered.txt", invitation=invitation, at=at)
    _tell([reviewer], "mail/joint_reviewer.txt", invitation=invitation, at=at)


@transaction.atomic
def decline(*, invitation: JointInvitation, reason: str, by: User, at: datetime) -> None:
    """Say no, with the reason for the lead."""
    said = words.needed(reason, field="reason", said=_("Give the reason."))
    version = _locked(invitation.version)
    advance(invitation, Status.DECLINED, by=by, at=at, reason=said, answered_at=at, answered_by=by)
    code = invitation.institution.code
    trail.record(verb="declined", row=version, by=by, at=at, became=code, reason=said)
    _write_shares(version, at=at)
    _tell([invitation.invited_by], "mail/joint_answered.txt", invitation=invitation, at=at, reason=said)


@transaction.atomic
def withdraw(*, invitation: JointInvitation, by: User, at: datetime) -> None:
    """Take the invitation back, answered or not; the lead's share grows by it."""
    version = _locked(invitation.version)
    hold(invitation, Status.WITHDRAWN)
    _refuse_closed(version)
    advance(invitation, Status.WITHDRAWN, by=by, at=at)
    _name_no_more(version, invitation.institution)
    trail.record(verb="withdrawn", row=version, by=by, at=at, became=invitation.institution.code)
    _write_shares(version, at=at)
    _tell(answerers(invitation.institution), "mail/joint_withdrawn.txt", invitation=invitation, at=at)


def answerers(institution: Institution) -> list[User]:
    """Who may answer an invitation to the institution."""
    return _holders(institution, Permission.JOINT_ANSWER)


def reviewers(institution: Institution) -> list[User]:
    """Whom the institution may send to review a joint offering."""
    return _holders(institution, Permission.REVIEW)


def number(credits_: Decimal) -> str:
    """Credits in words of a sentence: 5, 2.5."""
    return f"{credits_.normalize():f}"


def _holders(institution: Institution, permission: Permission) -> list[User]:
    roles = [role for role, held in access.ROLES.items() if permission in held]
    holders = User.objects.filter(
        memberships__institution=institution, memberships__role__in=roles, is_active=True
    )
    return list(holders.distinct().order_by("name", "pk"))


def _locked(version: OfferingVersion) -> OfferingVersion:
    found = OfferingVersion.objects.select_for_update(of=("self",)).select_related("offering__institution")
    return found.get(pk=version.pk)


def _refuse_closed(version: OfferingVersion) -> None:
    if not version.is_editable:
        raise Refused(_("The version is no longer open for writing."), code="locked")


def _refuse(field: str, said: str) -> None:
    raise Invalid(said, reasons=[(field, said)])


def _shared(version: OfferingVersion) -> Decimal:
    """What is promised to others, answered or not."""
    live = version.invitations.filter(status__in=LIVE)
    return live.aggregate(total=Sum("ects"))["total"] or Decimal(0)


def _brought(version: OfferingVersion, *, but: Institution | None = None) -> list[tuple[str, Decimal]]:
    """Shares of those who are not invited to this version: they agreed to the one it was copied from."""
    others = {version.offering.institution.code, *([but.code] if but else [])}
    others |= set(version.invitations.values_list("institution__code", flat=True))
    rows = [(row["institution"], Decimal(str(row["ects"]))) for row in version.shares]
    return [(code, ects) for code, ects in rows if code not in others]


def _name_no_more(version: OfferingVersion, institution: Institution) -> None:
    """Who takes no part awards nothing: the institution is taken off the awarding bodies."""
    version.awarding_bodies = [code for code in version.awarding_bodies if code != institution.code]
    version.save(update_fields=["awarding_bodies"])


def _write_shares(version: OfferingVersion, *, at: datetime) -> None:
    """The lead with what is left, then the others; nothing where nobody takes part or is invited."""
    if not version.is_editable or version.ects is None:
        return
    live = version.invitations.filter(status__in=LIVE).select_related("institution").order_by("pk")
    others = _brought(version)
    left = version.ects - _shared(version) - sum(ects for _code, ects in others)
    others += [(one.institution.code, one.ects) for one in live if one.status == Status.ACCEPTED]
    rows = [(version.offering.institution.code, left), *others] if live or others else []
    version.shares = [{"institution": code, "ects": float(ects)} for code, ects in rows]
    version.updated_at = at
    version.save(update_fields=["shares", "updated_at"])


def _tell(
    people: list[User], template: str, *, invitation: JointInvitation, at: datetime, reason: str = ""
) -> None:
    version = invitation.version
    context = {
        "code": version.offering.code,
        "lead": version.offering.institution.short_name,
        "institution": invitation.institution.short_name,
        "institution_code": invitation.institution.code.lower(),
        "lead_code": version.offering.institution.code.lower(),
        "number": version.number,
        "ects": number(invitation.ects),
        "uid": invitation.uid,
        "is_accepted": invitation.status == Status.ACCEPTED,
        "reason": reason,
    }
    for person in people:
        mail.send(to=person.email, language=person.language, template=template, context=context, at=at)
