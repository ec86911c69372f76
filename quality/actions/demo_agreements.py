"""The demo's agreements with partners, and the evaluation meetings held of them."""

from datetime import date, datetime, timedelta

from quality.models import PartnershipAgreement
from registry.models import Institution, User


def load(*, rows: list[dict], moved: timedelta, at: datetime) -> None:
    """Once; the days of the file are moved with everything else."""
    if PartnershipAgreement.objects.exists():
        return
    houses = {one.code: one for one in Institution.objects.all()}
    for row in rows:
        house = houses[row["institution"]]
        people = User.objects.filter(memberships__institution=house, memberships__role="quality")
        by = people.earliest("pk")
        made = PartnershipAgreement.objects.create(
            institution=house,
            partner=row["partner"],
            kind=row["partner_type"],
            focus=row.get("focus", {}),
            contact_name=row.get("contact_partner", "DEMO"),
            responsible=by,
            begins_on=date.fromisoformat(row["starts"]) + moved,
            ends_on=date.fromisoformat(row["ends"]) + moved,
            meetings_a_year=row["meetings_required_per_year"],
            written_at=at,
            written_by=by,
        )
        for meeting in row["evaluation_meetings"]:
            held_on = date.fromisoformat(meeting["date"]) + moved
            made.meetings.create(held_on=held_on, noted_at=at, noted_by=by)
