"""Every refusal of the round has a test that names its words; here are those that no longer story tells.

`test_every_refusal_is_named_in_a_test` reads the words out of the actions: a new guard without a test fails.
"""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from quality.actions import (
    appeals,
    checks,
    cycles,
    evidence,
    findings,
    meetings,
    panels,
    plans,
    publishing,
    seats,
    standing_panels,
    triggers,
)
from quality.actions.evidence import About
from quality.actions.panels import Candidate
from quality.models import Appeal, Finding, Origin, ReviewCycle, Seat, Trigger
from registry.access import Role
from registry.errors import Refused
from tests.factories import AT
from tests.factories.quality import (
    LETTER,
    CycleFactory,
    EvidenceFactory,
    FindingFactory,
    StandingPanelFactory,
    fresh,
    panel_of,
    rated,
)
from tests.factories.registry import UserFactory, member

pytestmark = pytest.mark.django_db
S = ReviewCycle.Status
TESTS = Path(__file__).parent
ROOT = TESTS.parents[1]
ACTIONS = (
    "cycles", "plans", "deciding", "publishing", "checks", "appeals", "panels", "standing_panels", "seats",
    "findings", "evidence", "triggers", "meetings",
)  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def cycle(status=S.PLAN_REVIEW, **fields) -> ReviewCycle:
    """A round in the state, with an author and the panel of its stage."""
    made = CycleFactory(status=status, version__participation_modes=["onsite"], **fields)
    made.version.authors.add(member(made.offering.institution, Role.AUTHOR))
    panel_of(made, "plan" if made.phase == "plan" else "check")
    return fresh(made)


def author(of):
    return of.version.authors.get()


def staff(of, role=Role.QUALITY):
    return member(of.offering.institution, role)


def seat(of, seat=Seat.CHAIR):
    return of.panel.select_related("user", "cycle").get(seat=seat, left_at=None)


def comment_of(of, by=None):
    return seats.comment(member=by or seat(of), field="title", text="Miksi?", language="fi", at=AT)


def finding(status="open", **fields) -> Finding:
    acted = (
        {} if status == "open" else {"acted_at": AT, "acted_by": UserFactory(), "action": {"fi": "Tehty."}}
    )
    done = {"verified_at": AT, "verified_by": UserFactory()} if status == "verified" else {}
    return FindingFactory(status=status, **acted, **done, **fields)


def appoint(of, **said):
    by = staff(of)
    kind = {"seat": Seat.PEER, "origin": Origin.OTHER_UNIT, **said}
    panels.appoint(cycle=of, stage="plan", candidate=Candidate(**kind), by=by, at=AT)


def standing(of, **said):
    house = of.offering.institution
    panel = StandingPanelFactory(institution=house)
    chair = Candidate(seat=Seat.CHAIR, origin=Origin.OWN_UNIT, user=staff(of))
    standing_panels.add_standing(panel=panel, candidate=chair, by=staff(of), at=AT)
    again = Candidate(seat=Seat.PEER, origin=Origin.OTHER_UNIT, user=chair.user) if not said else None
    again = again or Candidate(**said)
    standing_panels.add_standing(panel=panel, candidate=again, by=staff(of), at=AT)


def assess(of, **said):
    kind = {"stage": "plan", "principle": "quality", "grade": 3, "text": "Hyvä.", **said}
    cycles.assess(version=of.version, by=author(of), at=AT, **kind)


def rate(of, **said):
    kind = {"principle": "quality", "grade": 3, "comment": "", "at": AT, **said}
    seats.rate(member=seat(of), **kind)


def approve(of, by=None, letter=LETTER):
    plans.approve(cycle=of, by=by or seat(of).user, at=AT, letter=letter)


def with_comment():
    made = rated(cycle())
    comment_of(made)
    approve(made)


def earlier_comment():
    made = cycle()
    row = comment_of(made)
    ReviewCycle.objects.filter(pk=made.pk).update(round=2)
    seats.withdraw_comment(member=seat(fresh(made)), comment=row)


def others_comment():
    made = cycle()
    seats.withdraw_comment(member=seat(made, Seat.PEER), comment=comment_of(made))


def own_comment():
    made = cycle(S.PLAN_RETURNED)
    by = author(made)
    plans.answer(
        comment=made.comments.create(round=1, field="title", text="?", by=by, at=AT), text="!", by=by, at=AT
    )


def answer_in_review():
    made = cycle()
    plans.answer(comment=comment_of(made), text="Siksi.", by=author(made), at=AT)


def left_member():
    made = cycle()
    one = seat(made, Seat.PEER)
    panels.release(member=one, by=staff(made), at=AT, reason="Lomalla.")
    seats.declare(member=one, conflict="", at=AT)


def answer_appeal(**said):
    made = cycle(S.REJECTED, decided_at=AT, decided_by=UserFactory())
    appeal = Appeal.objects.create(cycle=made, text="Lue.", sent_at=AT, sent_by=author(made))
    appeals.answer(appeal=appeal, answer="Ei.", by=staff(made, Role.RECTORATE), at=AT, **said)


def find(of, **said):
    kind = {"severity": "minor", "source": "check", "text": {"fi": "Puute."}, "owner": author(of), **said}
    findings.write(institution=of.offering.institution, found=findings.Found(**kind), by=staff(of), at=AT)


def verify_late_evidence():
    one = finding("acted")
    evidence.remove(
        evidence=EvidenceFactory(cycle=one.cycle, finding=one, added_by=one.owner), by=one.owner, at=AT
    )


def add_file(name="m.pdf", data=b"%PDF-1.7", title="Muistio"):
    made = cycle(S.CHECK_OPEN)
    about = About(title=title, kind="file", dated_on=AT.date(), cycle=made)
    evidence.add_file(
        institution=made.offering.institution, about=about, name=name, data=data, by=author(made), at=AT
    )


def note(of, kind="rules", text="Laki muuttui."):
    triggers.note(offering=of.offering, kind=kind, text=text, by=staff(of), at=AT)


def handled_cause():
    made = cycle(S.DO)
    row = Trigger.objects.create(
        offering=made.offering, kind="rules", key="x", detail={}, found_at=AT, set_aside_at=AT,
        set_aside_by=staff(made), set_aside_reason="Ei koske.",
    )  # fmt: skip
    triggers.set_aside(trigger=row, reason="Ei.", by=staff(made), at=AT)


def closed_meeting():
    made = cycle()
    held = {"held_at": AT, "place": "Teams", "cycles": [made], "by": staff(made), "at": AT}
    meeting = meetings.call(institution=made.offering.institution, **held)
    meetings.close(meeting=meeting, by=staff(made), at=AT)
    meetings.close(meeting=meeting, by=staff(made), at=AT)


def meeting_about_nothing():
    house = cycle().offering.institution
    meetings.call(institution=house, held_at=AT, place="", cycles=[], by=UserFactory(), at=AT)


def same_name():
    house = cycle().offering.institution
    for _each in range(2):
        standing_panels.keep_panel(institution=house, name="Raati", by=UserFactory(), at=AT)


def unrated():
    made = cycle()
    seats.answer(member=seat(made), at=AT)


def close_without_note():
    made = cycle(S.ACT_VERIFY)
    checks.close(cycle=made, by=staff(made), at=AT, note=" ")


def move_check(status):
    made = cycle(status)
    checks.spread(cycle=made, to=AT.date(), by=staff(made), at=AT, reason="Tasaus")


def resume_without_words():
    made = cycle(S.SUSPENDED)
    publishing.resume(version=made.version, by=staff(made, Role.RECTORATE), at=AT, reason="")


def start_half_a_panel():
    made = cycle(version__status="submitted")
    made.panel.filter(seat=Seat.CHAIR).delete()
    plans.start(cycle=made, by=staff(made), at=AT)


def second_appeal():
    made = cycle(S.REJECTED, decided_at=AT, decided_by=UserFactory())
    for _each in range(2):
        appeals.send(cycle=made, text="Lue.", by=author(made), at=AT)


def own_decision_appealed():
    made = cycle(S.REJECTED)
    leader = staff(made, Role.RECTORATE)
    ReviewCycle.objects.filter(pk=made.pk).update(decided_at=AT, decided_by=leader)
    appeal = Appeal.objects.create(cycle=made, text="Lue.", sent_at=AT, sent_by=author(made))
    appeals.answer(appeal=appeal, outcome="granted", answer="Kyllä.", by=leader, at=AT)


def standing_chair():
    standing(cycle(), seat=Seat.CHAIR, origin=Origin.OWN_UNIT, name="Vieras", email="v@b.example")


def second_chair():
    made = cycle()
    appoint(made, seat=Seat.CHAIR, user=staff(made))


def standing_second_chair():
    made = cycle()
    standing(made, seat=Seat.CHAIR, origin=Origin.OWN_UNIT, user=staff(made))


def tell_nothing():
    one = finding()
    findings.act(finding=one, text={}, by=one.owner, at=AT)


def verify_own():
    one = finding("acted")
    findings.verify(finding=one, note="Toimii.", by=one.owner, at=AT)


TOMORROW = AT.date() + timedelta(days=1)
REFUSALS = {
    # T1, T2
    "This principle is not in the review.": lambda: assess(cycle(S.PLAN_DRAFT), principle="beauty"),
    "The self-assessment has been sent. The state is “Plan in review”.": lambda: assess(cycle()),
    "Write how the offering meets the principle.": lambda: assess(cycle(S.PLAN_DRAFT), text=" "),
    # T3
    "The panel cannot start yet.": start_half_a_panel,
    "Write the person's name.": lambda: appoint(cycle(), email="a@b.example"),
    "Write the address that the invitation is sent to.": lambda: appoint(cycle(), name="Tuuli"),
    "The chair is a person of your institution who may review.": standing_chair,
    "The panel has a chair already. Name a substitute for them instead.": second_chair,
    "The panel has a chair already. Take them off the panel first.": standing_second_chair,
    "This person is on the panel already.": lambda: standing(cycle()),
    "Choose somebody of your institution who may review.": lambda: appoint(cycle(), user=UserFactory()),
    "The panel is appointed while the review is open. It is now “Approved for publication”.": lambda: appoint(
        cycle(S.PLAN_APPROVED), user=UserFactory()
    ),
    "Give the panel a name.": lambda: standing_panels.keep_panel(
        institution=cycle().offering.institution, name=" ", by=UserFactory(), at=AT
    ),
    "There is a panel of this name already.": same_name,
    "You no longer sit on this panel.": left_member,
    "Whoever has an account signs in; no link is needed.": lambda: panels.invite_again(
        member=seat(cycle()), by=UserFactory(), at=AT
    ),
    "This invitation has been used or has ended. Ask the quality coordinator for a new one.": lambda: (
        seats.enter(secret="nothing", at=AT)
    ),
    # T4, T5
    "Choose the field that the comment is about.": lambda: seats.comment(
        member=seat(cycle()), field="soul", text="?", language="fi", at=AT
    ),
    "Write the comment.": lambda: seats.comment(
        member=seat(cycle()), field="title", text=" ", language="fi", at=AT
    ),
    "A comment of an earlier round stays.": earlier_comment,
    "The member who wrote the comment, or the chair, takes it back.": others_comment,
    "Comments are answered while the version is returned for changes.": answer_in_review,
    "You cannot answer your own comment.": own_comment,
    # T6
    "An appeal has been sent already; there is one for each rejection.": second_appeal,
    "Choose the decision.": lambda: answer_appeal(outcome="perhaps"),
    "You decided on the rejection. Somebody else of the rectorate answers the appeal.": own_decision_appealed,
    # T7
    "Write the decision letter in at least one language.": lambda: approve(rated(cycle()), letter={}),
    "There are comments of this round. Return the version, or take the comments back before approving.": (
        with_comment
    ),
    "The state has already changed: it is now “Running”. Reload the page to see what happened.": lambda: (
        approve(cycle(S.DO), by=UserFactory())
    ),
    "Rate every principle first; open:": unrated,
    "Choose evidence of this offering.": lambda: rate(cycle(), evidence=EvidenceFactory()),
    "The panel is not reading now: the state is “Plan returned”. Reload the page.": lambda: rate(
        cycle(S.PLAN_RETURNED)
    ),
    "Say why it is insufficient, so that the authors know what to mend.": lambda: rate(cycle(), grade=1),
    # T11, T13, T14
    "A finding of this severity is due by 21.5.2027.": lambda: find(cycle(S.DO), due_on=date(2028, 1, 1)),
    "Write what was found.": lambda: find(cycle(S.DO), text={"fi": " "}),
    "The action has been sent to be verified: its evidence stays.": verify_late_evidence,
    "Write what was done.": tell_nothing,
    "Write what shows that the action works.": lambda: findings.verify(
        finding=finding("acted"), note="", by=UserFactory(), at=AT
    ),
    "You cannot verify your own action.": verify_own,
    "Say why the action does not work.": lambda: findings.reopen(
        finding=finding("acted"), reason="", due_on=TOMORROW, by=UserFactory(), at=AT
    ),
    "Choose a day to come.": lambda: findings.reopen(
        finding=finding("acted"), reason="Ei toimi.", due_on=AT.date(), by=UserFactory(), at=AT
    ),
    "The finding is verified: its owner stays as it is.": lambda: findings.hand_over(
        finding=finding("verified"), owner=UserFactory(), reason="Lähti.", by=UserFactory(), at=AT
    ),
    # T9, T15, T17
    "Only the Check of a running round can be moved.": lambda: move_check(S.ACT),
    "Write what shows that the actions were effective.": close_without_note,
    "Tell how the cause of the suspension was removed.": resume_without_words,
    "Choose what has happened.": lambda: note(cycle(S.DO), kind="weather"),
    "Write what has happened.": lambda: note(cycle(S.DO), text=""),
    "No round of the offering is running: it has no Check to open early.": lambda: note(cycle(S.ACT)),
    "Somebody has handled this already.": handled_cause,
    # 6.4: evidence, meetings
    "Whoever added the evidence takes it back.": lambda: evidence.remove(
        evidence=EvidenceFactory(), by=UserFactory(), at=AT
    ),
    "The file is bigger than 10 MB.": lambda: add_file(data=b"%PDF-" + bytes(10 * 1024 * 1024)),
    "The file is empty.": lambda: add_file(data=b""),
    "Give the evidence a title.": lambda: add_file(title=" "),
    "Choose at least one review for the agenda.": meeting_about_nothing,
    "The meeting has been closed: its agenda and decisions stay as they are.": closed_meeting,
}


@pytest.mark.parametrize("said", REFUSALS)
def test_refusal_says(said):
    """6.2, 5.2, T1–T18: each guard refused with its words."""
    with pytest.raises(Refused) as refused:
        REFUSALS[said]()

    assert str(refused.value.message).startswith(said)


def test_members_who_give_in_half_are_told_at_each_principle():
    """T7: by field."""
    with pytest.raises(Refused) as refused:
        unrated()

    assert {said for _field, said in refused.value.reasons} == {"Rate this principle."}


# Completeness


def _words() -> dict[str, str]:
    """What the actions of the round may say, by module."""
    found = {}
    for module in ACTIONS:
        tree = ast.parse((ROOT / "quality" / "actions" / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in ("_", "gettext_lazy", "ngettext"):
                found[node.args[0].value] = module
    return found


def _part(said: str) -> str:
    """The longest run of words between the values that are put in."""
    return max(re.split(r"%\(\w+\)\w", said), key=len).strip(" .:;“”")[:40]


def test_every_refusal_is_named_in_a_test():
    """Issue C, Shows 1: the words of every guard stand in a test, in English or in Finnish."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    tests = re.sub(r'"\s*\n\s*"', "", tests)
    missing = []
    for said, module in _words().items():
        with translation.override("fi"):
            finnish = _part(translation.gettext(said))
        if _part(said) not in tests and finnish not in tests:
            missing.append(f"{module}: {said}")

    assert missing == []
