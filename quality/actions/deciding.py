"""Who decides on what a panel has read, what keeps it from passing, the decision itself (T4–T7, T11, T12)."""

from datetime import datetime

from django.utils.translation import gettext as _

from quality import readings, rules
from quality.actions import cycles, meetings, panels
from quality.models import Decision, PanelMeeting, PanelMember, Rating, ReviewCycle, Seat
from registry.access import Permission, permissions
from registry.actions import offerings, words
from registry.errors import Invalid, NotAllowed
from registry.models import OfferingVersion, User

Stage = ReviewCycle.Stage


def hold_open(cycle: ReviewCycle, stage: str, *, by: User) -> tuple[OfferingVersion, ReviewCycle]:
    """The locked version and round, for the person who decides now: the chair, and after the last round of
    reading whoever leads the institution (T5)."""
    version, kept = cycles.locked_at(cycle, panels.READING[stage])
    why_not = why_not_decide(kept, stage, by=by)
    if why_not:
        raise NotAllowed(why_not, code="own_work" if offerings.is_own(version, user=by) else "not_the_chair")
    return version, kept


def decide(
    cycle: ReviewCycle,
    outcome: str,
    *,
    letter: dict,
    by: User,
    at: datetime,
    meeting: PanelMeeting | None = None,
) -> Decision:
    """Keep what was decided, with the letter as it was previewed and the text as it was read."""
    said = {
        language: words.optional(text, field="letter") for language, text in letter.items() if text.strip()
    }
    if not said:
        missing = _("Write the decision letter in at least one language.")
        raise Invalid(missing, reasons=[("letter", missing)])
    if meeting:
        meetings.refuse_closed(meeting, cycle=cycle)
    return Decision.objects.create(
        cycle=cycle,
        stage=Stage.PLAN if cycle.phase == "plan" else Stage.CHECK,
        round=cycle.round,
        outcome=outcome,
        letter=said,
        meeting=meeting,
        content_hash=offerings.content_hash(cycle.version),
        content=readings.kept(cycle.version),
        due_on=cycle.due_on,
        decided_at=at,
        decided_by=by,
    )


def why_not_decide(cycle: ReviewCycle, stage: str, *, by: User) -> str:
    """Whose decision it is, when it is not this person's: the chair's, after the last round the rectorate's
    (T5); nobody decides on their own plan."""
    version = cycle.version
    institution = version.offering.institution
    if offerings.is_own(version, user=by):
        return _("You cannot review your own plan.")
    if cycle.round > rules.limits_of(institution).most_rounds:
        leads = Permission.ROUND_LEAD in permissions(user=by, institution=institution)
        said = _("After three rounds of reading the rectorate or the head of the unit decides.")
        return "" if leads else said
    is_chair = _is_chair(cycle, stage, by=by)
    return (
        "" if is_chair else _("The chair of the panel decides. Ask the quality coordinator for a substitute.")
    )


def why_not_pass(cycle: ReviewCycle, stage: str) -> list[str]:
    """What keeps a stage from being passed: members who have not answered, grades, findings (T7, 6.4)."""
    sitting = panels.members(cycle, stage)
    late = [one.name for one in sitting if one.answered_round < cycle.round]
    found = []
    if late:
        found.append(_("These members have not answered yet: %(names)s.") % {"names": ", ".join(late)})
    grades = rules.lowest(cycle, stage, reading=cycle.round)
    if Rating.Grade.INSUFFICIENT in grades.values():
        found.append(_("A principle is rated insufficient: it cannot be passed."))
    if cycle.offering.findings.filter(severity="critical").exclude(status="verified").exists():
        found.append(_("A critical finding is open."))
    limits = rules.limits_of(cycle.offering.institution)
    weak = sum(grade == Rating.Grade.SATISFACTORY for grade in grades.values())
    if weak > limits.satisfactory_most and not cycle.findings.exists():
        found.append(
            _(
                "%(number)s principles are only satisfactory: write the plan for improvement as a finding"
                " first."
            )
            % {"number": weak}
        )
    return found


# Parts


def _is_chair(cycle: ReviewCycle, stage: str, *, by: User) -> bool:
    return PanelMember.objects.filter(
        cycle=cycle, stage=stage, seat=Seat.CHAIR, left_at=None, user=by
    ).exists()
