"""What people do at random: every act of the round, from plan to award, by the product's own actions.

A deed has the permission that its page asks for, the states in which it fits, and who would be right to do
it; most tries are made to fit, the others by anybody at any time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import time_machine
from django.utils import timezone

from credentials.actions import attainments, batches, enrolments
from credentials.models import Enrolment
from quality import rules
from quality.actions import (
    appeals,
    checks,
    cycles,
    evidence,
    findings,
    notices,
    panels,
    plans,
    publishing,
    seats,
    triggers,
)
from quality.actions.evidence import About
from quality.drills.properties_world import TEXT, Target, World
from quality.models import Evidence, Origin, PanelMember, Seat
from registry.access import Permission
from registry.actions import offerings, realisations
from registry.errors import NotAllowed
from registry.models import Realisation, User

P = Permission
LETTER = {"fi": "Päätös perusteluineen."}
EVERYWHERE: frozenset[str] = frozenset()
RUNNING = {"do", "check_open", "check_review", "act", "act_verify"}
READ = {"plan_review", "check_review"}


class Nothing(Exception):
    """There is nothing of the kind here to do it to."""


@dataclass(frozen=True)
class Deed:
    """`who`: the people it falls to, among whom a fitting try chooses; else whoever holds the permission."""

    act: Callable[[World, Target, User], None]
    permission: Permission | None
    fits: frozenset[str] | set[str] = EVERYWHERE
    who: Callable[[World, Target], list[User]] | None = None
    weight: float = 2


def _pick(world: World, rows):
    rows = list(rows)
    if not rows:
        raise Nothing
    return world.chance.choice(rows)


def _cycle(target: Target):
    if target.cycle is None:
        raise Nothing
    return target.cycle


def _seat_of(target: Target, user: User) -> PanelMember:
    seat = next((one for one in target.seats() if one.user_id == user.pk), None)
    if seat is None:
        raise NotAllowed("no seat", code="no_seat")  # what the page says
    return seat


def _words(world: World, text: str = "Perustelu.") -> str:
    """Now and then somebody leaves them out."""
    return " " if world.chance.random() < 0.02 else text


# Plan


def _edit(world, target, by):
    said = TEXT | {"fi": f"Kiertotalouden tarve {world.chance.randrange(1000)}"}
    offerings.save(version=target.version, content={"relevance": said}, by=by, at=world.at)


def _assess(world, target, by):
    """All principles of the stage, at times all but one."""
    cycle = cycles.upcoming(target.version)
    wanted = list(rules.principles(cycle))
    for one in wanted[world.chance.random() < 0.05 :]:
        cycles.assess(
            version=target.version, stage=target.stage, principle=one.key, grade=world.chance.randint(1, 4),
            text="Toteutuu.", by=by, at=world.at,
        )  # fmt: skip


def _submit(world, target, by):
    plans.submit(version=target.version, by=by, at=world.at, is_fast=world.chance.random() < 0.2)


def _appoint(world, target, by):
    """The seats that a panel needs, as far as they can be filled with the people there are."""
    cycle = _cycle(target)
    people = (
        list(world.people)
        if world.chance.random() < 0.1
        else panels.may_be_appointed(target.offering.institution)
    )
    world.chance.shuffle(people)
    taken = {one.seat for one in target.seats()}
    wanted = [Seat.CHAIR, Seat.PEER, Seat.WORKING_LIFE]
    for seat, user in zip([one for one in wanted if one not in taken], people, strict=False):
        origin = Origin.OTHER_UNIT if seat == Seat.PEER else Origin.OWN_UNIT
        is_guest = seat == Seat.WORKING_LIFE
        candidate = panels.Candidate(
            seat=seat,
            origin=Origin.WORKING_LIFE if is_guest else origin,
            user=None if is_guest else user,
            name="Tuuli Työelämä",
            email=f"tuuli{world.chance.randrange(9)}@firma.example" if is_guest else "",
        )
        panels.appoint(cycle=cycle, stage=target.stage, candidate=candidate, by=by, at=world.at)


def _release(world, target, by):
    panels.release(member=_pick(world, target.seats()), by=by, at=world.at, reason=_words(world))


def _declare(world, target, _by):
    """Everybody on the panel says whether something stands between; seldom it does."""
    for one in target.seats():
        conflict = "Sukulainen." if world.chance.random() < 0.03 else ""
        seats.declare(member=one, conflict=conflict, at=world.at)


def _start(world, target, by):
    plans.start(cycle=_cycle(target), by=by, at=world.at)


def _rate(world, target, by):
    """A member's grades, or at a meeting everybody's: mostly good, "insufficient" mostly with its comment."""
    everybody = world.chance.random() < 0.8
    for seat in target.seats() if everybody else [_seat_of(target, by)]:
        low, high = world.chance.choice([(3, 4)] * 12 + [(2, 2), (1, 4)])
        for one in rules.principles(_cycle(target)):
            grade = world.chance.randint(low, high)
            said = _words(world, "Puuttuu.") if grade == 1 else ""
            seats.rate(member=seat, principle=one.key, grade=grade, comment=said, at=world.at)
        seats.answer(member=PanelMember.objects.get(pk=seat.pk), at=world.at)


def _comment(world, target, by):
    seats.comment(member=_seat_of(target, by), field="title", text=_words(world), language="fi", at=world.at)


def _withdraw(world, target, by):
    row = _pick(world, _cycle(target).comments.all())
    seats.withdraw_comment(member=_seat_of(target, by), comment=row)


def _send_back(world, target, by):
    plans.send_back(cycle=_cycle(target), by=by, at=world.at, letter=LETTER)


def _answer(world, target, by):
    for row in _cycle(target).comments.filter(answered_at=None):
        plans.answer(comment=row, text=_words(world), by=by, at=world.at)


def _approve(world, target, by):
    plans.approve(cycle=_cycle(target), by=by, at=world.at, letter=LETTER)


def _reject(world, target, by):
    letter = {"en": "No."} if world.chance.random() < 0.1 else LETTER
    plans.reject(cycle=_cycle(target), by=by, at=world.at, letter=letter)


def _reopen(world, target, by):
    plans.reopen(cycle=_cycle(target), by=by, at=world.at, reason=_words(world))


def _appeal(world, target, by):
    appeals.send(cycle=_cycle(target), text=_words(world), by=by, at=world.at)


def _hear(world, target, by):
    appeal = appeals.of(_cycle(target))
    if appeal is None:
        raise Nothing
    outcome = world.chance.choice(["granted", "dismissed"])
    appeals.answer(appeal=appeal, outcome=outcome, answer=_words(world), by=by, at=world.at)


def _revise(world, target, by):
    offerings.revise(offering=target.offering, by=by, at=world.at)


# Publishing and stopping


def _publish(world, target, by):
    publishing.publish(version=target.version, by=by, at=world.at)


def _suspend(world, target, by):
    publishing.suspend(version=target.version, by=by, at=world.at, reason=_words(world))


def _resume(world, target, by):
    publishing.resume(version=target.version, by=by, at=world.at, reason=_words(world))


def _propose_end(world, target, by):
    publishing.propose_end(
        cycle=_cycle(target), ground=_ground(world), by=by, at=world.at, reason=_words(world)
    )


def _retire(world, target, by):
    publishing.retire(version=target.version, ground=_ground(world), by=by, at=world.at, reason=_words(world))


def _ground(world) -> str:
    return world.chance.choice(["demand", "funding", "outdated", "replaced", "mood"])


# Check and Act


def _note(world, target, by):
    triggers.note(offering=target.offering, kind="rules", text="Laki muuttui.", by=by, at=world.at)


def _open_check(world, target, by):
    checks.open_check(cycle=_cycle(target), by=by, at=world.at, reason=_words(world))


def _send_check(world, target, by):
    checks.send(cycle=_cycle(target), by=by, at=world.at, missing_feedback_reason=_words(world))


def _move_check(world, target, by):
    to = timezone.localdate(world.at) + timedelta(days=world.chance.randrange(-5, 60))
    checks.spread(cycle=_cycle(target), to=to, by=by, at=world.at, reason=_words(world))


def _find(world, target, by):
    owner = _pick(world, world.people if world.chance.random() < 0.1 else _owners(target))
    severity = world.chance.choice(["critical", "major", "major", "minor", "minor", "recommendation"])
    found = findings.Found(severity=severity, source="check", text={"fi": "Puute."}, owner=owner)
    findings.write_in_review(cycle=_cycle(target), found=found, by=by, at=world.at)


def _owners(target: Target) -> list[User]:
    return findings.owners(target.offering.institution)


def _ask_action(world, target, by):
    checks.act(cycle=_cycle(target), by=by, at=world.at, letter=LETTER)


def _go_on(world, target, by):
    checks.go_on(cycle=_cycle(target), by=by, at=world.at, letter=LETTER)


def _finding(world, target, *statuses):
    return _pick(
        world, target.offering.findings.filter(status__in=statuses).select_related("owner", "institution")
    )


def _do(world, target, by):
    """The owner shows what was done, and tells of it; now and then without showing."""
    finding = _finding(world, target, "open")
    if world.chance.random() < 0.9:
        why_not = findings.why_not_add_evidence(finding, by=by)
        if why_not:
            raise NotAllowed(why_not)
        about = About(title="Muistio", kind=Evidence.Kind.LINK, dated_on=world.at.date(), finding=finding)
        house = target.offering.institution
        evidence.add_link(institution=house, about=about, url="https://example.com/m", by=by, at=world.at)
    findings.act(finding=finding, text={"fi": _words(world)}, by=by, at=world.at)


def _do_fits(world, target):
    return [one.owner for one in target.offering.findings.filter(status="open").select_related("owner")]


def _send_actions(world, target, by):
    checks.send_actions(cycle=_cycle(target), by=by, at=world.at)


def _verify(world, target, by):
    findings.verify(finding=_finding(world, target, "acted"), note=_words(world), by=by, at=world.at)


def _reopen_finding(world, target, by):
    finding = _finding(world, target, "acted", "verified")
    due_on = timezone.localdate(world.at) + timedelta(days=world.chance.randrange(-2, 60))
    findings.reopen(finding=finding, reason=_words(world), due_on=due_on, by=by, at=world.at)


def _hand_over(world, target, by):
    finding = _finding(world, target, "open", "acted", "verified")
    owner = _pick(world, _owners(target))
    findings.hand_over(finding=finding, owner=owner, reason=_words(world), by=by, at=world.at)


def _return_actions(world, target, by):
    checks.return_actions(cycle=_cycle(target), by=by, at=world.at)


def _close(world, target, by):
    checks.close(cycle=_cycle(target), by=by, at=world.at, note=_words(world))


# Teaching and awards


def _plan_run(world, target, by):
    first = timezone.localdate(world.at) + timedelta(days=world.chance.randrange(-20, 40))
    facts = {"starts_on": first, "ends_on": first + timedelta(days=60), "enrolment": "here", "places": 20}
    run = realisations.add(version=target.version, facts=facts, by=by, at=world.at)
    realisations.announce(realisation=run, by=by, at=world.at)


def _runs(target: Target):
    return Realisation.objects.filter(version__offering=target.offering).select_related("version__offering")


def _enrol(world, target, by):
    run = _pick(world, _runs(target))
    learner = _pick(world, target.offering.institution.learners.order_by("pk"))
    enrolments.enrol_all(realisation=run, learners=[learner], by=by, at=world.at)


def _record(world, target, by):
    """A result today: of somebody who is enrolled, or of a learner who only shows what they can."""
    house, today = target.offering.institution, timezone.localdate(world.at)
    enrolled = Enrolment.objects.filter(
        realisation__version__offering=target.offering, status="enrolled", attainment=None
    )
    one = enrolled.select_related("learner", "realisation__version").order_by("?").first()
    has_place = one is not None and world.chance.random() < 0.7
    attainment = attainments.record(
        institution=house,
        learner=one.learner if has_place else _pick(world, house.learners.order_by("pk")),
        version=one.realisation.version if has_place else target.version,
        realisation=one.realisation if has_place else None,
        completed_on=today,
        grade=world.chance.choice(["0", "3", "4", "5"]),
        by=by,
        at=world.at,
    )
    if has_place:
        Enrolment.objects.filter(pk=one.pk).update(attainment=attainment)


def _award(world, target, by):
    """A batch of everything of the offering that has no credential, as a worker issues it."""
    house = target.offering.institution
    waiting = house.attainments.filter(version__offering=target.offering, credentials=None)
    batch = batches.start(institution=house, attainments=waiting, by=by, at=world.at)
    with time_machine.travel(world.at, tick=False):
        batches.run(batch.pk)


def _clock(world, _target, _by):
    """What the beat runs in the morning: it reminds, and moves nothing."""
    triggers.write(on=timezone.localdate(world.at), at=world.at)
    notices.write(on=timezone.localdate(world.at), at=world.at)


# Whom it falls to


def _chairs(_world, target):
    return [one.user for one in target.seats() if one.seat == Seat.CHAIR and one.user]


def _deciders(world, target):
    """The chair; after the third round of reading the rectorate."""
    is_late = target.cycle is not None and target.cycle.round > 3
    return world.holders(target.offering.institution, P.ROUND_LEAD) if is_late else _chairs(world, target)


def _members(_world, target):
    return [one.user for one in target.seats() if one.user]


def _authors(_world, target):
    return list(target.version.authors.order_by("pk"))


DEEDS = {
    "edit": Deed(_edit, P.OFFERING_WRITE, {"", "plan_draft", "plan_returned"}, _authors, 1),
    "assess": Deed(_assess, P.OFFERING_WRITE, {"", "plan_draft", "check_open"}, _authors, 5),
    "submit": Deed(_submit, P.OFFERING_WRITE, {"plan_draft", "plan_returned"}, _authors, 6),
    "appoint": Deed(_appoint, P.PANEL_APPOINT, {"waiting", "check_open", "check_review"}, None, 5),
    "release": Deed(_release, P.PANEL_APPOINT, {"waiting", *READ}, None, 0.3),
    "declare": Deed(_declare, None, {"waiting", "check_open", "check_review"}, None, 5),
    "start": Deed(_start, P.PANEL_APPOINT, {"waiting"}, None, 5),
    "rate": Deed(_rate, P.REVIEW, READ, _members, 6),
    "comment": Deed(_comment, P.REVIEW, {"plan_review"}, _members, 0.7),
    "withdraw comment": Deed(_withdraw, P.REVIEW, {"plan_review"}, _chairs, 1),
    "return": Deed(_send_back, P.REVIEW_READ, {"plan_review"}, _deciders, 2),
    "answer comments": Deed(_answer, P.OFFERING_WRITE, {"plan_returned"}, _authors, 4),
    "approve": Deed(_approve, P.REVIEW_READ, {"plan_review"}, _deciders, 6),
    "reject": Deed(_reject, P.REVIEW_READ, {"plan_review"}, _deciders, 0.3),
    "take back": Deed(_reopen, P.OFFERING_WRITE, {"plan_returned", "plan_approved"}, _authors, 0.5),
    "appeal": Deed(_appeal, P.OFFERING_WRITE, {"rejected"}, _authors),
    "answer appeal": Deed(_hear, P.ROUND_LEAD, {"rejected"}),
    "revise": Deed(
        _revise, P.OFFERING_WRITE, {"do", "act", "act_verify", "rejected", "closed_retire"}, None, 1
    ),
    "publish": Deed(_publish, P.OFFERING_PUBLISH, {"plan_approved"}, None, 8),
    "suspend": Deed(_suspend, P.OFFERING_STOP, RUNNING, None, 0.7),
    "resume": Deed(_resume, P.ROUND_LEAD, {"suspended"}, None, 5),
    "propose to end": Deed(_propose_end, P.OFFERING_WRITE, {"do", "act", "suspended"}, _authors, 1),
    "end": Deed(_retire, P.OFFERING_END, {"do", "act", "suspended"}, None, 2),
    "note a cause": Deed(_note, P.CHECK_OPEN, {"do"}, None, 1),
    "open the Check": Deed(_open_check, P.CHECK_OPEN, {"do"}, None, 4),
    "send the Check": Deed(_send_check, P.OFFERING_WRITE, {"check_open"}, _authors, 5),
    "move the Check": Deed(_move_check, P.CHECK_OPEN, {"do"}, None, 1),
    "find": Deed(_find, P.REVIEW_READ, {"check_review"}, _members, 3),
    "ask for action": Deed(_ask_action, P.REVIEW_READ, {"check_review"}, _deciders, 8),
    "let go on": Deed(_go_on, P.REVIEW_READ, {"check_review"}, _deciders, 6),
    "act": Deed(_do, P.REVIEW_READ, {"act", "suspended"}, _do_fits, 8),
    "send actions": Deed(_send_actions, P.REVIEW_READ, {"act"}, _authors, 6),
    "verify": Deed(_verify, P.FINDING_VERIFY, {"act", "act_verify", "suspended"}, None, 6),
    "reopen a finding": Deed(_reopen_finding, P.FINDING_VERIFY, {"act_verify"}, None, 1),
    "hand over": Deed(_hand_over, P.FINDING_VERIFY, {"act"}, None, 2),
    "return actions": Deed(_return_actions, P.FINDING_VERIFY, {"act_verify"}, None, 2),
    "close": Deed(_close, P.FINDING_VERIFY, {"act_verify"}, None, 6),
    "plan a realisation": Deed(_plan_run, P.REALISATION_WRITE, RUNNING),
    "enrol": Deed(_enrol, P.LEARNER_WRITE, {*RUNNING, "suspended"}, None, 3),
    "record": Deed(_record, P.ATTAINMENT_WRITE, {*RUNNING, "suspended", "closed_retire"}, None, 3),
    "award": Deed(_award, P.CREDENTIAL_ISSUE, {*RUNNING, "suspended", "closed_retire"}, None, 3),
    "clock": Deed(_clock, None, EVERYWHERE, None, 0.5),
}
