"""Panel meetings: called with an agenda of many reviews, each decided by its own chair, then closed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from quality.actions import letters, panels
from quality.models import AgendaItem, PanelMeeting, PanelMember, ReviewCycle, StandingPanel
from registry import mail, trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Institution, User


@transaction.atomic
def call(
    *,
    institution: Institution,
    held_at: datetime,
    place: str,
    cycles: Iterable[ReviewCycle],
    panel: StandingPanel | None = None,
    by: User,
    at: datetime,
) -> PanelMeeting:
    """Call a meeting; the members of the reviews on its agenda get a letter with the time and the place."""
    meeting = PanelMeeting.objects.create(
        institution=institution, panel=panel, held_at=held_at, place=words.optional(place, field="place")
    )
    _set_agenda(meeting, list(cycles))
    trail.record(verb="created", row=meeting, by=by, at=at)
    _call(meeting, _invited(meeting), at=at)
    return meeting


@transaction.atomic
def change(
    *,
    meeting: PanelMeeting,
    held_at: datetime,
    place: str,
    cycles: Iterable[ReviewCycle],
    panel: StandingPanel | None = None,
    by: User,
    at: datetime,
) -> None:
    """Another time, place or agenda; what was decided in the meeting stays on it.

    Another day, hour or place is told to the members and to the authors of what is on the agenda; whoever
    comes in with a review that is put there is called, whoever goes with one that is taken off is told so.
    """
    chosen = _held(cycles)
    kept = _open(meeting)
    before = _invited(kept)
    invited = {one.email.lower() for one in before}
    was = (kept.held_at, kept.place)
    kept.panel, kept.held_at, kept.place = panel, held_at, words.optional(place, field="place")
    kept.save(update_fields=["panel", "held_at", "place"])
    of_agenda = kept.items.filter(cycle__decisions__meeting=kept).distinct().order_by("order")
    decided = [item.cycle for item in of_agenda]
    _set_agenda(kept, decided + [one for one in chosen if one not in decided])
    trail.record(verb="updated", row=kept, by=by, at=at)
    members = _invited(kept)
    _call(kept, [one for one in members if one.email.lower() not in invited], at=at)
    if (kept.held_at, kept.place) != was:
        _tell_of_change(kept, [one for one in members if one.email.lower() in invited], at=at)
    staying = {one.email.lower() for one in members}
    for one in before:
        if one.email.lower() not in staying:
            _write(kept, "mail/panel_meeting_left.txt", to=one, at=at, held_at=was[0])


@transaction.atomic
def close(*, meeting: PanelMeeting, by: User, at: datetime) -> None:
    """End the meeting; its agenda and decisions stay as they are."""
    kept = _open(meeting)
    kept.closed_at, kept.closed_by = at, by
    kept.save(update_fields=["closed_at", "closed_by"])
    trail.record(verb="closed", row=kept, by=by, at=at)


def refuse_closed(meeting: PanelMeeting, *, cycle: ReviewCycle) -> None:
    """What is decided in a meeting stands on its agenda and is decided before it is closed."""
    kept = _open(meeting)
    if not kept.items.filter(cycle=cycle).exists():
        raise NotAllowed(
            _("The review is not on the agenda of this meeting. Decide on it from its own page.")
        )


def _held(cycles: Iterable[ReviewCycle]) -> list[ReviewCycle]:
    """The rounds in their order, locked before the meeting, as by a decision: neither waits for the other."""
    chosen = list(cycles)
    keys = [one.pk for one in chosen]
    list(ReviewCycle.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    return chosen


def _open(meeting: PanelMeeting) -> PanelMeeting:
    kept = PanelMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if kept.closed_at:
        raise StateChanged(_("The meeting has been closed: its agenda and decisions stay as they are."))
    return kept


def _set_agenda(meeting: PanelMeeting, chosen: list[ReviewCycle]) -> None:
    if not chosen:
        said = _("Choose at least one review for the agenda.")
        raise Invalid(said, reasons=[("cycles", said)])
    meeting.items.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, cycle=one, order=order) for order, one in enumerate(chosen, 1)
    )


def _invited(meeting: PanelMeeting) -> list[PanelMember]:
    """Everybody who sits on a panel of the agenda, once each."""
    found: dict[str, PanelMember] = {}
    for cycle in meeting.agenda.all():
        for member in cycle.panel.filter(left_at=None, stage__in=_stages(cycle)):
            found.setdefault(member.email.lower(), member)
    return list(found.values())


def _call(meeting: PanelMeeting, members: list[PanelMember], *, at: datetime) -> None:
    codes = _codes(meeting)
    for member in members:
        more = {"codes": codes, "has_account": member.user_id is not None}
        _write(meeting, "mail/panel_meeting.txt", to=member, at=at, **more)


def _tell_of_change(meeting: PanelMeeting, members: list[PanelMember], *, at: datetime) -> None:
    """One letter to each; an author reads only which of their own offerings it is about."""
    codes = _codes(meeting)
    for member in members:
        more = {"codes": codes, "has_account": member.user_id is not None}
        _write(meeting, "mail/panel_meeting_changed.txt", to=member, at=at, **more)
    told = {one.email.lower() for one in members}
    offerings: dict[User, list[str]] = {}
    for cycle in meeting.agenda.select_related("offering").order_by("agenda_items__order"):
        for author in letters.authors(cycle):
            offerings.setdefault(author, []).append(cycle.offering.code)
    for author, codes in offerings.items():
        if author.email.lower() not in told:
            more = {"codes": ", ".join(codes), "has_account": False}
            _write(meeting, "mail/panel_meeting_changed.txt", to=author, at=at, **more)


def _write(meeting: PanelMeeting, template: str, *, to: PanelMember | User, at: datetime, **more) -> None:
    context = {
        "institution": meeting.institution.code.lower(),
        "uid": meeting.uid,
        "held_at": meeting.held_at,
        "place": meeting.place,
        **more,
    }
    mail.send(to=to.email, language=to.language, template=template, context=context, at=at)


def _codes(meeting: PanelMeeting) -> str:
    return ", ".join(meeting.items.order_by("order").values_list("cycle__offering__code", flat=True))


def _stages(cycle: ReviewCycle) -> list[str]:
    return [stage for stage, status in panels.READING.items() if status == cycle.status]
