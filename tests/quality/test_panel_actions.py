"""Panels: appointed, invited, declared, rating from a seat; standing panels and meetings (T3, 5.2/2–3)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from quality.actions import deciding, meetings, panels, plans, seats, standing_panels
from quality.actions.panels import Candidate
from quality.models import FieldComment, Origin, PanelMember, Rating, ReviewCycle, Seat, StandingMember
from registry.access import Role
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.quality import (
    LETTER,
    EvidenceFactory,
    StandingPanelFactory,
    approved,
    chair_of,
    fresh,
    panel_of,
    rated,
    sent,
    standing_panel,
    started,
)
from tests.factories.registry import (
    MembershipFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def version():
    return OfferingVersionFactory(participation_modes=["onsite"])


@pytest.fixture
def house(version):
    return version.offering.institution


@pytest.fixture
def author(version, house):
    person = member(house, Role.AUTHOR)
    version.authors.add(person)
    return person


@pytest.fixture
def coordinator(house):
    return member(house, Role.QUALITY)


@pytest.fixture
def cycle(version, author):
    return fresh(sent(version, by=author))


def guest(**more) -> Candidate:
    return Candidate(
        seat=Seat.WORKING_LIFE, origin=Origin.WORKING_LIFE, name="Tuuli Työelämä",
        email="tuuli@company.example", language="sv", **more,
    )  # fmt: skip


def seat(cycle, candidate, by) -> PanelMember:
    return panels.appoint(cycle=cycle, stage="plan", candidate=candidate, by=by, at=AT)


def secret() -> str:
    return re.search(r"/panel/([^/]+)/", Letter.objects.latest("pk").body)[1]


def blamed(refusal) -> list[str]:
    return [field for field, _said in refusal.value.reasons]


# Appointing


def test_reviewer_with_an_account_is_seated_and_told_to_sign_in(cycle, house, coordinator):
    peer = member(house, Role.REVIEWER)

    one = seat(cycle, Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, user=peer), coordinator)

    letter = Letter.objects.latest("pk")
    assert (one.name, one.email, one.secret_hash) == (peer.name, peer.email, "")
    assert (letter.to, f"/reviews/{cycle.uid}/" in letter.body) == (peer.email, True)


def test_guest_gets_a_link_in_their_language(cycle, coordinator):
    one = seat(cycle, guest(), coordinator)

    letter = Letter.objects.latest("pk")
    assert (letter.to, letter.language, one.invitation_ends_at) == (
        "tuuli@company.example",
        "sv",
        AT + timedelta(days=14),
    )
    assert secret() not in one.secret_hash


def test_address_of_a_reviewer_seats_the_reviewer(cycle, house, coordinator):
    peer = member(house, Role.REVIEWER)
    candidate = Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, name="X", email=peer.email.upper())

    assert seat(cycle, candidate, coordinator).user == peer


def test_author_who_coordinates_chooses_no_readers_of_their_own_plan(cycle, author, house):
    """Rule 12: the page hides the forms, the action refuses whoever sends them all the same."""
    MembershipFactory(user=author, institution=house, role=Role.QUALITY)

    with pytest.raises(NotAllowed, match="own plan"):
        seat(cycle, guest(), author)


def test_member_who_has_written_for_the_authors_since_rates_no_more(version, author):
    """Rule 12: whoever answers for the authors is one of them."""
    reading = started(version, by=author)
    peer = reading.panel.get(seat=Seat.PEER)
    version.authors.add(peer.user)

    with pytest.raises(NotAllowed, match="own plan"):
        seats.rate(member=peer, principle="relevance", grade=3, comment="", at=AT)


@pytest.mark.parametrize("by_address", [False, True])
def test_author_is_not_seated(cycle, author, house, coordinator, by_address):
    """Rule 12, 5.2/2: conflict check."""
    both = member(house, Role.REVIEWER)
    cycle.version.authors.add(both)
    candidate = (
        Candidate(seat=Seat.PEER, origin=Origin.OWN_UNIT, name="X", email=both.email)
        if by_address
        else Candidate(seat=Seat.PEER, origin=Origin.OWN_UNIT, user=both)
    )

    with pytest.raises(NotAllowed) as refusal:
        seat(cycle, candidate, coordinator)

    assert (refusal.value.code, str(refusal.value.message)) == (
        "own_work",
        "You cannot appoint an author: nobody reviews their own plan.",
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"email": ""}, "email"), ({"seat": Seat.CHAIR}, "user")],
)
def test_guest_has_a_name_and_an_address_and_is_no_chair(cycle, coordinator, change, field):
    from dataclasses import replace

    with pytest.raises(Invalid) as refusal:
        seat(cycle, replace(guest(), **change), coordinator)

    assert blamed(refusal) == [field]


def test_nobody_sits_twice_and_one_chairs(cycle, house, coordinator):
    chair, *_others = panel_of(cycle)
    second = member(house, Role.QUALITY)

    with pytest.raises(Invalid) as twice:
        seat(cycle, Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, user=chair.user), coordinator)
    with pytest.raises(Invalid) as two_chairs:
        seat(cycle, Candidate(seat=Seat.CHAIR, origin=Origin.OTHER_UNIT, user=second), coordinator)

    assert (blamed(twice), blamed(two_chairs)) == (["user"], ["seat"])


def test_somebody_without_the_right_to_review_is_not_seated(cycle, house, coordinator):
    with pytest.raises(Invalid) as refusal:
        seat(
            cycle,
            Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, user=member(house, Role.ISSUER)),
            coordinator,
        )

    assert blamed(refusal) == ["user"]


def test_panel_of_a_decided_plan_is_not_appointed(version, author, coordinator):
    done = approved(version, by=author)

    with pytest.raises(StateChanged):
        seat(done, guest(), coordinator)


def test_standing_panel_is_copied_into_the_review(cycle, house, coordinator):
    """Issue C 3: later changes of the standing panel change no decision of the past."""
    panel = standing_panel(house)

    left_out = standing_panels.use(panel=panel, cycle=cycle, stage="plan", by=coordinator, at=AT)
    StandingMember.objects.all().delete()

    assert left_out == []
    assert [one.seat for one in panels.members(cycle, "plan")] == ["chair", "peer", "working_life"]


def test_author_of_a_standing_panel_is_left_out_with_the_reason(cycle, house, coordinator):
    panel = standing_panel(house)
    peer = panel.members.get(seat="peer").user
    cycle.version.authors.add(peer)

    left_out = standing_panels.use(panel=panel, cycle=cycle, stage="plan", by=coordinator, at=AT)

    assert left_out == [f"{peer.name}: You cannot appoint an author: nobody reviews their own plan."]


# Leaving and standing in


@pytest.mark.parametrize("is_conflict", [False, True])
def test_insufficient_of_a_released_member_counts_until_the_next_reading(
    version, author, coordinator, is_conflict
):
    """6.4, T7: nobody's rating is released away; of somebody in conflict of interest it does not count."""
    cycle = rated(started(version, by=author))
    one = cycle.panel.get(seat=Seat.PEER)
    given = one.ratings.filter(principle="quality")
    given.update(grade=Rating.Grade.INSUFFICIENT, comment="Ei")

    if is_conflict:
        seats.declare(member=one, conflict="Puoliso opettaa", at=AT)
    else:
        panels.release(member=one, by=coordinator, at=AT, reason="Lomalla")
    seat(
        cycle,
        Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, name="Uusi", email="u@b.example"),
        coordinator,
    )
    PanelMember.objects.filter(left_at=None).update(declared_at=AT)
    cycle = rated(fresh(cycle))

    said = [] if is_conflict else ["A principle is rated insufficient: it cannot be passed."]
    assert plans.why_not_approve(cycle) == said
    given.update(round=0)  # the next reading
    assert plans.why_not_approve(cycle) == []


def test_released_member_needs_a_reason_and_their_link_dies(cycle, coordinator):
    one = seat(cycle, guest(), coordinator)
    link = secret()

    with pytest.raises(Invalid):
        panels.release(member=one, by=coordinator, at=AT, reason=" ")
    panels.release(member=one, by=coordinator, at=AT, reason="Sairausloma")

    assert panels.members(cycle, "plan") == []
    with pytest.raises(NotAllowed):
        seats.enter(secret=link, at=AT)


def test_substitute_takes_the_chair(version, author, house, coordinator):
    """Issue C 3: a substitute for an absent chair."""
    reading = rated(started(version, by=author))
    absent = chair_of(reading)
    candidate = Candidate(seat="", origin=Origin.OWN_UNIT, user=coordinator)

    seated = panels.substitute(member=absent, candidate=candidate, by=coordinator, at=AT, reason="Loma")

    assert (seated.seat, seated.stood_in_for, seated.user) == (Seat.CHAIR, absent, coordinator)
    assert deciding.why_not_decide(fresh(reading), "plan", by=absent.user) != ""
    assert deciding.why_not_decide(fresh(reading), "plan", by=coordinator) == ""


# The invitation


def test_invitation_works_once(cycle, coordinator):
    seat(cycle, guest(), coordinator)
    link = secret()

    seats.enter(secret=link, at=AT)

    with pytest.raises(NotAllowed) as refusal:
        seats.enter(secret=link, at=AT)
    assert refusal.value.code == "invitation_ended"


def test_invitation_ends_after_14_days(cycle, coordinator):
    seat(cycle, guest(), coordinator)

    with pytest.raises(NotAllowed):
        seats.enter(secret=secret(), at=AT + timedelta(days=14))


def test_new_invitation_kills_the_link_and_the_visit_before_it(cycle, coordinator):
    one = seat(cycle, guest(), coordinator)
    first = secret()
    entered = seats.enter(secret=first, at=AT)
    visit = {"uid": str(one.uid), "entered_at": entered.invitation_used_at.isoformat(), "at": AT}
    before = seats.seated(**visit)

    panels.invite_again(member=one, by=coordinator, at=AT)

    assert (before, seats.seated(**visit)) == (one, None)
    with pytest.raises(NotAllowed):
        seats.enter(secret=first, at=AT)
    seats.enter(secret=secret(), at=AT)


def test_visit_lasts_14_days(cycle, coordinator):
    one = seat(cycle, guest(), coordinator)
    entered = seats.enter(secret=secret(), at=AT).invitation_used_at.isoformat()

    def lasts(days: int) -> bool:
        later = AT + timedelta(days=days)
        return seats.seated(uid=str(one.uid), entered_at=entered, at=later) is not None

    assert (lasts(13), lasts(14)) == (True, False)


def test_conflict_of_interest_frees_the_seat(cycle, house, coordinator):
    """T3: each declared no conflict."""
    one = seat(cycle, guest(), coordinator)

    seats.declare(member=one, conflict="Opetan toteutuksella.", at=AT)

    now = PanelMember.objects.get(pk=one.pk)
    assert (now.left_at, now.declared_at, now.conflict) == (AT, None, "Opetan toteutuksella.")
    assert TrailEntry.objects.filter(verb="left").get().reason == "Opetan toteutuksella."


# Reading


def test_rating_needs_a_declaration_and_a_reading(version, author):
    one = chair_of(started(version, by=author))
    PanelMember.objects.filter(pk=one.pk).update(declared_at=None)

    with pytest.raises(NotAllowed) as refusal:
        seats.rate(member=one, principle="quality", grade=3, comment="", at=AT)

    assert str(refusal.value.message) == "Say first that you have no conflict of interest."


def test_rating_waits_for_the_panel_to_start(cycle):
    one, *_others = panel_of(cycle)

    with pytest.raises(StateChanged):
        seats.rate(member=one, principle="quality", grade=3, comment="", at=AT)


def test_insufficient_without_a_comment_is_refused(version, author):
    """5.2/3, 6.4."""
    one = chair_of(started(version, by=author))

    with pytest.raises(Invalid) as refusal:
        seats.rate(member=one, principle="quality", grade=1, comment=" ", at=AT)

    assert (blamed(refusal), Rating.objects.count()) == (["comment"], 0)


def test_rating_is_changed_not_doubled(version, author):
    one = chair_of(started(version, by=author))

    for grade in (2, 4):
        seats.rate(member=one, principle="quality", grade=grade, comment="", at=AT)

    assert list(Rating.objects.values_list("grade", flat=True)) == [4]


def test_evidence_of_a_rating_is_the_offerings_own(version, author):
    one = chair_of(started(version, by=author))
    own, others = EvidenceFactory(cycle=one.cycle), EvidenceFactory()

    seats.rate(member=one, principle="quality", grade=3, comment="", evidence=own, at=AT)
    with pytest.raises(Invalid) as refusal:
        seats.rate(member=one, principle="quality", grade=3, comment="", evidence=others, at=AT)

    assert (Rating.objects.get().evidence, blamed(refusal)) == (own, ["evidence"])


def test_guest_sees_nothing_confidential_or_personal(version, author):
    reading = started(version, by=author)
    shown = EvidenceFactory(cycle=reading)
    EvidenceFactory(cycle=reading, visibility="confidential")
    EvidenceFactory(cycle=reading, has_personal_data=True)
    outsider = reading.panel.get(user=None)

    assert list(seats.shown_to(outsider)) == [shown]
    assert seats.shown_to(chair_of(reading)).count() == 3


def test_ratings_are_given_in_when_all_principles_are_rated(version, author):
    one = chair_of(started(version, by=author))
    seats.rate(member=one, principle="quality", grade=3, comment="", at=AT)

    with pytest.raises(Invalid) as refusal:
        seats.answer(member=one, at=AT)

    assert str(refusal.value.message) == (
        "Rate every principle first; open: Q2, Q3, Q4, Q5, Q6, Q7, Q8, Q9, Q10."
    )


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("pk", "Miksi?", "field"), ("title", " ", "text"), ("title", "a\x00b", "text"),
        ("title", "Ks. 131052-308T", "text"),
    ],
)  # fmt: skip
def test_comment_needs_a_field_and_plain_words(version, author, field, text, wrong):
    """Rule 10: no henkilötunnus wherever a person writes."""
    one = chair_of(started(version, by=author))

    with pytest.raises(Invalid) as refusal:
        seats.comment(member=one, field=field, text=text, language="fi", at=AT)

    assert (blamed(refusal), FieldComment.objects.count()) == ([wrong], 0)


def test_comment_is_taken_back_by_its_writer_or_the_chair(version, author):
    reading = started(version, by=author)
    chair, peer = chair_of(reading), reading.panel.get(seat="peer")
    outsider = reading.panel.get(user=None)
    said = {"field": "title", "text": "Miksi?", "language": "fi", "at": AT}
    comments = [seats.comment(member=outsider, **said) for _number in range(2)]

    with pytest.raises(NotAllowed):
        seats.withdraw_comment(member=peer, comment=comments[0])
    seats.withdraw_comment(member=outsider, comment=comments[0])
    seats.withdraw_comment(member=chair, comment=comments[1])

    assert FieldComment.objects.count() == 0


# Standing panels


def test_standing_panel_has_a_name_of_its_own(house, coordinator):
    standing_panels.keep_panel(institution=house, name="Tekniikka", by=coordinator, at=AT)

    for name in ("tekniikka", " "):
        with pytest.raises(Invalid) as refusal:
            standing_panels.keep_panel(institution=house, name=name, by=coordinator, at=AT)
        assert blamed(refusal) == ["name"]


def test_standing_panel_has_one_chair_and_nobody_twice(house, coordinator):
    panel = StandingPanelFactory(institution=house)

    def add(seat_, user):
        candidate = Candidate(seat=seat_, origin=Origin.OTHER_UNIT, user=user)
        standing_panels.add_standing(panel=panel, candidate=candidate, by=coordinator, at=AT)

    add(Seat.CHAIR, coordinator)
    with pytest.raises(Invalid) as two_chairs:
        add(Seat.CHAIR, member(house, Role.QUALITY))
    with pytest.raises(Invalid) as twice:
        add(Seat.PEER, coordinator)
    with pytest.raises(Invalid) as stranger:
        add(Seat.PEER, UserFactory())

    assert (blamed(two_chairs), blamed(twice), blamed(stranger)) == (["seat"], ["user"], ["user"])


# Meetings


@pytest.fixture
def second(house):
    """Another plan of the institution that is read."""
    other = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), participation_modes=["onsite"]
    )
    return started(other, by=member(house, Role.AUTHOR))


def call(house, agenda, by):
    return meetings.call(
        institution=house, held_at=AT + timedelta(days=7), place="Teams", cycles=agenda, by=by, at=AT
    )


def test_meeting_handles_many_reviews_and_tells_their_members_once(
    version, author, house, coordinator, second
):
    first = started(version, by=author)
    Letter.objects.all().delete()

    meeting = call(house, [second, first], coordinator)

    assert list(meeting.agenda.order_by("agenda_items__order")) == [second, first]
    told = list(Letter.objects.values_list("to", flat=True))
    everybody = {one.email for one in PanelMember.objects.all()}
    assert (sorted(told), len(told)) == (sorted(everybody), len(everybody))


def changed(meeting, agenda, by, **said):
    Letter.objects.all().delete()
    kept = {"held_at": meeting.held_at, "place": meeting.place, "cycles": agenda, **said}
    meetings.change(meeting=meeting, **kept, by=by, at=AT)
    return sorted(Letter.objects.values_list("to", flat=True))


@pytest.mark.parametrize("said", [{"held_at": AT + timedelta(days=7, hours=1)}, {"place": "B 201"}])
def test_moved_meeting_is_told_to_members_and_authors_once(version, author, house, coordinator, said):
    """5.2: the day, the hour or the place."""
    first = started(version, by=author)
    meeting = call(house, [first], coordinator)

    told = changed(meeting, [first], coordinator, **said)

    members = PanelMember.objects.values_list("email", flat=True)
    assert told == sorted([*members, author.email])
    assert Letter.objects.filter(body__contains=first.offering.code).count() == len(told)


def test_meeting_that_stays_where_it_was_tells_nobody(version, author, house, coordinator):
    first = started(version, by=author)
    meeting = call(house, [first], coordinator)

    assert changed(meeting, [first], coordinator) == []


def test_review_that_comes_onto_the_agenda_calls_its_members(version, author, house, coordinator, second):
    first = started(version, by=author)
    meeting = call(house, [first], coordinator)
    had = set(first.panel.values_list("email", flat=True))

    told = changed(meeting, [first, second], coordinator)

    assert told == sorted(set(second.panel.values_list("email", flat=True)) - had)


def test_nothing_is_decided_in_a_meeting_that_has_been_closed(version, author, house, coordinator):
    first = rated(started(version, by=author))
    meeting = call(house, [first], coordinator)
    meetings.close(meeting=meeting, by=coordinator, at=AT)

    with pytest.raises(StateChanged) as refused:
        plans.approve(cycle=first, by=chair_of(first).user, at=AT, letter=LETTER, meeting=meeting)

    said = "The meeting has been closed: its agenda and decisions stay as they are."
    assert (str(refused.value.message), fresh(first).status) == (said, "plan_review")


def test_nothing_is_decided_in_a_meeting_that_has_it_not_on_its_agenda(
    version, author, house, coordinator, second
):
    first = rated(started(version, by=author))
    meeting = call(house, [second], coordinator)

    with pytest.raises(NotAllowed) as refused:
        plans.approve(cycle=first, by=chair_of(first).user, at=AT, letter=LETTER, meeting=meeting)

    said = "The review is not on the agenda of this meeting. Decide on it from its own page."
    assert str(refused.value.message) == said


def test_meeting_needs_an_agenda(house, coordinator):
    with pytest.raises(Invalid) as refusal:
        call(house, [], coordinator)

    assert blamed(refusal) == ["cycles"]


def test_member_whose_review_leaves_the_agenda_is_told(version, author, house, coordinator, second):
    """5.2: by the day they had in mind; who also reads what stays hears nothing."""
    first = started(version, by=author)
    meeting = call(house, [first, second], coordinator)
    staying = set(second.panel.values_list("email", flat=True))

    told = changed(meeting, [second], coordinator)

    assert told == sorted(set(first.panel.values_list("email", flat=True)) - staying)
    day = timezone.localtime(meeting.held_at).strftime("%-d.%-m.%Y")
    assert set(Letter.objects.values_list("subject", flat=True)) == {
        f"Paneelikokous {day} pidetään ilman katselmointejasi"
    }


def test_decision_of_a_meeting_stays_on_its_agenda(version, author, house, coordinator, second):
    first = rated(started(version, by=author))
    meeting = call(house, [first], coordinator)
    plans.approve(cycle=first, by=chair_of(first).user, at=AT, letter=LETTER, meeting=meeting)

    meetings.change(meeting=meeting, held_at=AT, place="", cycles=[second], by=coordinator, at=AT)

    assert list(
        ReviewCycle.objects.filter(agenda_items__meeting=meeting).order_by("agenda_items__order")
    ) == [
        first,
        second,
    ]


def test_closed_meeting_stays_as_it_is(house, coordinator, second):
    meeting = call(house, [second], coordinator)
    meetings.close(meeting=meeting, by=coordinator, at=AT)

    with pytest.raises(StateChanged):
        meetings.close(meeting=meeting, by=coordinator, at=AT)
