"""People and their roles in an institution, given and taken by its admin."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from registry import mail, trail
from registry.access import Role
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Institution, Membership, User
from registry.models.texts import LANGUAGES


@transaction.atomic
def give_role(
    *, institution: Institution, email: str, name: str, language: str, role: str, by: User, at: datetime
) -> Membership:
    """Give a role to whoever has the address; a new person gets an account and a link for a password.

    `name` and `language` are those of a new person; who has an account keeps their own.
    """
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if role not in Role.values:
        raise Invalid(_("Choose the role."), reasons=[("role", _("Choose the role."))])
    person, is_new = _person(email=email.strip().lower(), name=name.strip(), language=language)
    membership, is_given = Membership.objects.get_or_create(user=person, institution=institution, role=role)
    if not is_given:
        said = _("This person has the role already.")
        raise Invalid(said, code="has_role", reasons=[("role", said)])
    trail.record(verb="role_given", row=membership, by=by, at=at, became=role)
    _write(membership, is_new=is_new, at=at)
    return membership


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


def _person(*, email: str, name: str, language: str) -> tuple[User, bool]:
    person = _known(email)
    if person is not None:
        return person, False
    if not name:
        said = _("This person has no account yet: write the name too.")
        raise Invalid(said, code="no_name", reasons=[("name", said)])
    if language not in LANGUAGES:
        said = _("Choose Finnish, Swedish or English.")
        raise Invalid(said, reasons=[("language", said)])
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, name=name, language=language), True
    except IntegrityError:  # another institution's admin was faster
        return User.objects.get(email__iexact=email), False


def _known(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def _write(membership: Membership, *, is_new: bool, at: datetime) -> None:
    person = membership.user
    with translation.override(person.language):
        context = {
            "institution": membership.institution.short_name,
            "role": membership.get_role_display(),
            "password_url": _password_address(person) if is_new else "",
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        }
    mail.send(
        to=person.email, language=person.language, template="mail/role_given.txt", context=context, at=at
    )


def _password_address(person: User) -> str:
    """allauth's own page for setting a password, with its own single-use key."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"
