"""Standing panels: people who review together often; picked, a panel is copied into a round (T3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from quality.actions import panels
from quality.actions.panels import Candidate
from quality.models import ReviewCycle, Seat, StandingMember, StandingPanel
from registry import trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed
from registry.models import Institution, User


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
    user = candidate.user or panels.account(panel.institution, candidate.email)
    if user is None:
        panels.refuse_nameless(candidate)
    elif user not in panels.may_be_appointed(panel.institution):
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
            panels.appoint(cycle=cycle, stage=stage, candidate=candidate, by=by, at=at)
        except (Invalid, NotAllowed) as refusal:
            left_out.append(f"{one.user.name if one.user else one.name}: {refusal.message}")
    return left_out


# Parts


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
