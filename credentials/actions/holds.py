"""Holds on issuing: a named decision, made for a reason and lifted for another (T16)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from credentials.models import IssuingHold, Learner
from registry import trail
from registry.actions import words
from registry.errors import Invalid, StateChanged
from registry.models import Institution, OfferingVersion, User


@transaction.atomic
def place(
    *, version: OfferingVersion, learner: Learner | None, reason: str, by: User, at: datetime
) -> IssuingHold:
    """Stop issuing for a version, or for one learner of it. What has been issued stays."""
    OfferingVersion.objects.select_for_update().get(pk=version.pk)
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    if IssuingHold.objects.filter(version=version, learner=learner, lifted_at=None).exists():
        said = _("Issuing is held already.")
        raise Invalid(said, code="held", reasons=[("learner", said)])
    hold = IssuingHold.objects.create(
        institution=version.offering.institution,
        version=version,
        learner=learner,
        reason=reason,
        decided_at=at,
        decided_by=by,
    )
    about = learner.uid if learner else None
    trail.record(verb="held", row=hold, by=by, at=at, reason=reason, learner=about)
    return hold


@transaction.atomic
def lift(*, hold: IssuingHold, reason: str, by: User, at: datetime) -> None:
    """Let issuing go on."""
    kept = IssuingHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if kept.lifted_at:
        raise StateChanged(_("The hold has been lifted already."))
    kept.lifted_why = words.needed(reason, field="reason", said=_("Give the reason."))
    kept.lifted_at, kept.lifted_by = at, by
    kept.save(update_fields=["lifted_why", "lifted_at", "lifted_by"])
    about = kept.learner.uid if kept.learner_id else None
    trail.record(verb="lifted", row=kept, by=by, at=at, reason=kept.lifted_why, learner=about)


def of(institution: Institution) -> QuerySet[IssuingHold]:
    """The holds of the institution's offerings, those in force first, then the newest."""
    rows = institution.holds.select_related("version__offering", "learner", "decided_by", "lifted_by")
    return rows.order_by(F("lifted_at").asc(nulls_first=True), "-decided_at", "-pk")


def versions(institution: Institution) -> QuerySet[OfferingVersion]:
    """What can be held: every version of the institution that has been published."""
    rows = OfferingVersion.objects.filter(offering__institution=institution, published_at__isnull=False)
    return rows.select_related("offering").order_by("offering__code", "number")
