"""Letters to a learner about their credentials: where they stand, and why."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from credentials.models import Credential
from registry import mail


def send(*, credential: Credential, template: str, at: datetime, **context) -> None:
    """One letter about one credential; `context` is for the template, besides the institution and the
    address of the credential's page."""
    learner = credential.learner
    with translation.override(learner.language):
        address = settings.SITE_URL + reverse("my-credential", args=[credential.pk])
    house = {"institution": credential.institution.short_name, "address": address}
    mail.send(
        to=learner.email, language=learner.language, template=template, context=house | context,
        at=at,
    )  # fmt: skip
