"""Letters about credentials: where one stands, and why, to its learner and to those who keep it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from credentials.models import Credential
from registry import access, mail
from registry.access import Permission
from registry.models import User


def send(*, credential: Credential, template: str, at: datetime, **context) -> None:
    """One letter to the learner; `context` is for the template, besides the institution, the credential's
    title and code, and the address of its page."""
    learner = credential.learner
    with translation.override(learner.language):
        address = settings.SITE_URL + reverse("my-credential", args=[credential.pk])
    mail.send(
        to=learner.email, language=learner.language, template=template, at=at,
        context=_named(credential, learner.language) | {"address": address} | context,
    )  # fmt: skip


def send_to_keepers(*, credential: Credential, template: str, at: datetime, **context) -> None:
    """The same to everybody who may revoke credentials in its institution; it does not name the learner."""
    house = credential.institution
    for person in _keepers(house):
        with translation.override(person.language):
            page = reverse("credential-detail", args=[house.code.lower(), credential.pk])
        mail.send(
            to=person.email, language=person.language, template=template, at=at,
            context=_named(credential, person.language) | {"address": settings.SITE_URL + page} | context,
        )  # fmt: skip


def _keepers(house) -> list[User]:
    roles = [role for role, held in access.ROLES.items() if Permission.CREDENTIAL_REVOKE in held]
    found = User.objects.filter(is_active=True, memberships__institution=house, memberships__role__in=roles)
    return list(found.distinct().order_by("pk"))


def _named(credential: Credential, language: str) -> dict:
    titles = credential.award["title"]
    return {
        "institution": credential.institution.short_name,
        "title": titles.get(language) or titles[credential.language],
        "code": credential.grouped_code,
    }
