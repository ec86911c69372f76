"""Complaints about offerings: made by anybody, answered by a coordinator who did not write the offering."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from quality.models import Complaint
from registry import mail, trail
from registry.access import ROLES, Permission
from registry.actions import offerings, words
from registry.errors import Refused
from registry.models import Institution, Offering, OfferingVersion, User
from registry.workflow import advance, hold

Status = Complaint.Status


@transaction.atomic
def make(*, offering: Offering, kind: str, text: str, email: str, language: str, at: datetime) -> Complaint:
    """Keep a complaint and tell the institution's coordinators; whoever left an address gets a receipt."""
    if not offering.versions.filter(status__in=OfferingVersion.PUBLIC).exists():
        raise Refused(_("The offering is not public."), code="not_public")
    complaint = Complaint.objects.create(
        offering=offering,
        kind=kind,
        text=words.needed(text, field="text", said=_("Write what happened.")),
        email=email,
        language=language,
        made_at=at,
    )
    trail.record(verb="complained", row=complaint, by=None, at=at, became=Status.OPEN, reason=kind)
    for person in _coordinators(offering):
        _send(complaint, "mail/complaint_made.txt", to=person.email, language=person.language, at=at)
    if email:
        _send(complaint, "mail/complaint_received.txt", to=email, language=language, at=at)
    return complaint


@transaction.atomic
def answer(*, complaint: Complaint, is_upheld: bool, text: str, by: User, at: datetime) -> None:
    """Uphold it or not, with a letter to whoever left an address."""
    became = Status.UPHELD if is_upheld else Status.DISMISSED
    hold(complaint, became)
    for version in complaint.offering.versions.filter(status__in=OfferingVersion.PUBLIC):
        offerings.refuse_own(version, by=by)
    text = words.needed(text, field="text", said=_("Write the answer."))
    advance(complaint, became, by=by, at=at, answer=text, answered_at=at, answered_by=by)
    if complaint.email:
        _send(
            complaint, "mail/complaint_answered.txt", to=complaint.email, language=complaint.language, at=at,
            is_upheld=is_upheld, answer=text,
        )  # fmt: skip


def of(institution: Institution) -> QuerySet[Complaint]:
    """The complaints about the institution's offerings."""
    return Complaint.objects.filter(offering__institution=institution).select_related(
        "offering", "answered_by"
    )


def made(*, uid) -> Complaint | None:
    """The complaint of that id, for whoever has just made it: its number, not its text."""
    return Complaint.objects.filter(uid=uid).only("made_at", "email").first()


def _coordinators(offering: Offering) -> list[User]:
    roles = [role for role, held in ROLES.items() if Permission.CHECK_OPEN in held]
    people = User.objects.filter(
        is_active=True, memberships__institution=offering.institution, memberships__role__in=roles
    )
    return list(people.distinct().order_by("pk"))


def _send(complaint: Complaint, template: str, *, to: str, language: str, at: datetime, **more) -> None:
    context = {
        "code": complaint.offering.code,
        "institution": complaint.offering.institution.code.lower(),
        "name": complaint.offering.institution.short_name,
        "uid": complaint.uid,
        "reference": complaint.reference,
        **more,
    }
    mail.send(to=to, language=language, template=template, context=context, at=at)
