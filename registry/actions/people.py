"""People and their roles in an institution: offered by its admin, taken up by their owner, taken away."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from registry import mail, trail
from registry.access import Role
from registry.actions import accounts
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Institution, Membership, RoleInvitation, User
from registry.models.texts import LANGUAGES


class InvitationEnded(Refused):
    """The link does not work: never made, answered, taken back or too old. The page does not tell which."""

    code = "invitation_ended"
    status = 410


@transaction.atomic
def invite(
    *, institution: Institution, email: str, language: str, role: str, by: User, at: datetime
) -> RoleInvitation:
    """Offer a role to an address: a letter with a link to accept or decline, good for 14 days.

    Until it is accepted, the institution knows nothing but the address: not even whether it has an account.
    `language` is that of the letter to somebody without one; an account has its own.
    """
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    email = email.strip().lower()
    _check(institution, email=email, language=language, role=role, at=at)
    institution.role_invitations.filter(email=email, role=role).delete()  # one that came to its last day
    secret = secrets.token_urlsafe(32)
    invitation = RoleInvitation.objects.create(
        institution=institution,
        email=email,
        language=language,
        role=role,
        secret_hash=RoleInvitation.digest(secret),
        invited_at=at,
        invited_by=by,
        expires_at=at + timedelta(days=RoleInvitation.DAYS),
    )
    trail.record(verb="invited", row=invitation, by=by, at=at, became=role)
    _write(invitation, secret=secret, at=at)
    return invitation


@transaction.atomic
def withdraw(*, invitation: RoleInvitation, by: User, at: datetime) -> None:
    """Take an offered role back; its link ends."""
    trail.record(verb="withdrawn", row=invitation, by=by, at=at, was=invitation.role)
    invitation.delete()


def open_invitation(*, secret: str, at: datetime) -> RoleInvitation:
    """The invitation that the link opens. Raises InvitationEnded."""
    return _open(RoleInvitation.objects.all(), secret=secret, at=at)


def has_account(invitation: RoleInvitation) -> bool:
    """Whether the address has an account: its owner signs in instead of making another."""
    return accounts.is_known(invitation.email)


@transaction.atomic
def accept(*, secret: str, user: User | None, name: str, password: str, at: datetime) -> Membership:
    """Take up the role: as `user`, or with a new account of the invited address, `name` and `password`.

    Raises InvitationEnded; NotAllowed when `user` has another address; Refused when the address has an
    account that nobody is signed in with.
    """
    invitation = _locked(secret=secret, at=at)
    if user is not None and user.email.lower() != invitation.email:
        raise NotAllowed(_("The invitation was sent to another address."), code="other_account")
    person = user or accounts.make(
        email=invitation.email, name=name, language=invitation.language, password=password
    )
    accounts.keep_open(person)
    membership, _is_new = Membership.objects.get_or_create(
        user=person, institution=invitation.institution, role=invitation.role
    )
    trail.record(verb="accepted", row=invitation, by=person, at=at, became=invitation.role)
    trail.record(verb="role_given", row=membership, by=person, at=at, became=invitation.role)
    invitation.delete()
    return membership


@transaction.atomic
def decline(*, secret: str, at: datetime) -> None:
    """Say no. The trail names nobody: the institution is not told whose the address is."""
    invitation = _locked(secret=secret, at=at)
    trail.record(verb="declined", row=invitation, by=None, at=at, was=invitation.role)
    invitation.delete()


@transaction.atomic
def take_role(*, membership: Membership, by: User, at: datetime) -> None:
    """Take a role away. An institution always keeps an admin, and nobody takes away their own admin role."""
    institution = Institution.objects.select_for_update(no_key=True).get(pk=membership.institution_id)
    if membership.role == Role.ADMIN:
        if membership.user_id == by.pk:
            raise NotAllowed(
                _("You cannot take away your own admin role. Ask another admin."), code="own_role"
            )
        if not institution.memberships.filter(role=Role.ADMIN).exclude(pk=membership.pk).exists():
            raise Refused(_("An institution needs at least one admin."), code="last_admin")
    trail.record(verb="role_taken", row=membership, by=by, at=at, was=membership.role)
    membership.delete()


def _check(institution: Institution, *, email: str, language: str, role: str, at: datetime) -> None:
    if role not in Role.values:
        said = _("Choose the role.")
        raise Invalid(said, reasons=[("role", said)])
    if language not in LANGUAGES:
        said = _("Choose Finnish, Swedish or English.")
        raise Invalid(said, reasons=[("language", said)])
    if institution.memberships.filter(user__email__iexact=email, role=role).exists():
        said = _("This person has the role already.")
        raise Invalid(said, code="has_role", reasons=[("role", said)])
    if institution.role_invitations.filter(email=email, role=role, expires_at__gt=at).exists():
        said = _(
            "This address has been invited to the role already. Take the invitation back to send another."
        )
        raise Invalid(said, code="is_invited", reasons=[("role", said)])


def _known(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def _locked(*, secret: str, at: datetime) -> RoleInvitation:
    return _open(RoleInvitation.objects.select_for_update(of=("self",)), secret=secret, at=at)


def _open(invitations, *, secret: str, at: datetime) -> RoleInvitation:
    asked = invitations.select_related("institution").filter(secret_hash=RoleInvitation.digest(secret))
    invitation = asked.filter(expires_at__gt=at).first()
    if invitation is None:
        raise InvitationEnded(_("This link no longer works."))
    return invitation


def _write(invitation: RoleInvitation, *, secret: str, at: datetime) -> None:
    person = _known(invitation.email)
    language = person.language if person else invitation.language
    with translation.override(language):
        context = {
            "institution": invitation.institution.short_name,
            "role": invitation.get_role_display(),
            "url": settings.SITE_URL + reverse("role-invitation", args=[secret]),
            "last_day": invitation.expires_at,
        }
    mail.send(
        to=invitation.email, language=language, template="mail/role_offered.txt", context=context, at=at
    )
