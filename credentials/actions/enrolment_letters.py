"""Letters about an enrolment, in the learner's language, each with the link to its page."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from credentials.models import Enrolment
from registry import mail

SIGNER = signing.Signer(salt="credentials.enrolment", sep=".")


def secret(enrolment: Enrolment) -> str:
    """What the link in the letters holds: whoever has it may accept or cancel this one enrolment."""
    return SIGNER.sign(enrolment.uid.hex)


def uid_in(secret: str) -> str:
    """The enrolment that a link means. Raises signing.BadSignature."""
    return SIGNER.unsign(secret)


def receipt(enrolment: Enrolment, *, at: datetime) -> None:
    """To whoever got a place or was put in the queue."""
    is_queued = enrolment.status == Enrolment.Status.QUEUED
    template = "mail/queued.txt" if is_queued else "mail/enrolled.txt"
    _send(enrolment, template, at=at, is_asked=enrolment.accepted_at is None)


def place_free(enrolment: Enrolment, *, at: datetime) -> None:
    _send(enrolment, "mail/place_free.txt", at=at)


def cancelled(enrolment: Enrolment, *, at: datetime) -> None:
    _send(enrolment, "mail/enrolment_cancelled.txt", at=at)


def realisation_cancelled(enrolment: Enrolment, *, reason: str, at: datetime) -> None:
    _send(enrolment, "mail/realisation_cancelled.txt", at=at, reason=reason)


def _send(enrolment: Enrolment, template: str, *, at: datetime, **more) -> None:
    learner, realisation = enrolment.learner, enrolment.realisation
    with translation.override(learner.language):
        url = settings.SITE_URL + reverse("enrolment", args=[secret(enrolment)])
    mail.send(
        to=learner.email, language=learner.language, template=template, at=at,
        context={
            "institution": enrolment.institution.short_name,
            "title": realisation.version.title,
            "code": realisation.version.offering.code,
            "realisation": realisation,
            "url": url,
            **more,
        },
    )  # fmt: skip
