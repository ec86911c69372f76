"""Planning the supply: which term an offering is meant for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry import terms, trail
from registry.errors import Invalid
from registry.models import Offering, User


@transaction.atomic
def plan(*, offering: Offering, term: str, by: User, at: datetime) -> None:
    """Plan the offering for a term ("2027/1"), or for none ("")."""
    if term and terms.written(term) is None:
        said = _("Write the term as 2027/1 (spring) or 2027/2 (autumn).")
        raise Invalid(said, reasons=[("term", said)])
    offering = Offering.objects.select_for_update().get(pk=offering.pk)
    was = offering.planned_term
    if term == was:
        return
    offering.planned_term = term
    offering.save(update_fields=["planned_term"])
    trail.record(verb="term_planned", row=offering, by=by, at=at, reason=f"{was or '–'} → {term or '–'}")
