"""What a member of a panel does from the seat: declares, rates, comments, gives in (T3–T7, T10–T12).

With an account or by a single-use link; the page has made sure whose seat it is.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality import rules
from quality.actions import panels
from quality.models import Evidence, FieldComment, PanelMember, Rating, ReviewCycle, Seat
from registry import trail
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import OfferingVersion

Stage = ReviewCycle.Stage
ENDED = gettext_lazy("This invitation has been used or has ended. Ask the quality coordinator for a new one.")


@transaction.atomic
def declare(*, member: PanelMember, conflict: str, at: datetime) -> None:
    """Say that nothing stands between the member and the offering; with a conflict the seat is left."""
    kept = panels.sitting(member)
    conflict = words.optional(conflict, field="conflict")
    kept.conflict, kept.declared_at = conflict, None if conflict else at
    kept.save(update_fields=["conflict", "declared_at"])
    trail.record(verb="declared", row=kept.cycle, by=kept.user, at=at, role=kept.seat, reason=conflict)
    if conflict:
        panels.leave(kept, by=kept.user, at=at, reason=conflict)


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


# By invitation


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


def seated(*, uid, entered_at: str, at: datetime) -> PanelMember | None:
    """The seat that a visit by invitation was begun for, as long as it lasts; a newer link ends the visit."""
    found = PanelMember.objects.filter(uid=uid, user=None, left_at=None, invitation_used_at__isnull=False)
    member = found.select_related("cycle__offering__institution", "cycle__version__offering").first()
    if member is None or member.invitation_used_at.isoformat() != entered_at:
        return None
    return member if at < member.invitation_used_at + timedelta(days=PanelMember.DAYS) else None


# Parts


def _reading(member: PanelMember) -> tuple[PanelMember, ReviewCycle]:
    """The seat and its round, while the panel reads; the version is locked first, as everywhere."""
    version = OfferingVersion.objects.select_for_update().get(pk=member.cycle.version_id)
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=member.cycle_id)
    kept = panels.sitting(member)
    started = version.status != OfferingVersion.Status.SUBMITTED
    if cycle.status != panels.READING[kept.stage] or not started:
        raise StateChanged(
            _("The panel is not reading now: the state is “%(state)s”. Reload the page.")
            % {"state": cycle.get_status_display()}
        )
    if kept.declared_at is None:
        raise NotAllowed(_("Say first that you have no conflict of interest."))
    if kept.user is not None:  # a member may have written for the authors since they were appointed
        offerings.refuse_own(version, by=kept.user)
    return kept, cycle


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
