"""The Check, corrective action and stopping (6.2, T9–T18): moves, and refusals with their words."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from quality.actions import checks, cycles, evidence, findings, publishing, seats
from quality.models import Decision, Finding, Pilot, Rating, ReviewCycle, Trigger
from registry import trail
from registry.access import Role
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Letter, OfferingVersion, RecognitionNote, Statement, TrailEntry
from tests.factories import AT
from tests.factories.credentials import EnrolmentFactory
from tests.factories.quality import (
    LETTER,
    CycleFactory,
    EvidenceFactory,
    FindingFactory,
    assessed,
    chair_of,
    fresh,
    panel_of,
    rated,
)
from tests.factories.registry import (
    InstitutionFactory,
    OfferingVersionFactory,
    RealisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
S, Version = ReviewCycle.Status, OfferingVersion.Status
TODAY = AT.date()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def at_stage(status: str, **fields) -> ReviewCycle:
    """A round whose Check is due in a month, of a version with an author."""
    fields = {
        "check_due_on": TODAY + timedelta(days=30),
        "version__participation_modes": ["onsite"],
        **fields,
    }
    cycle = CycleFactory(status=status, **fields)
    cycle.version.authors.add(member(cycle.offering.institution, Role.AUTHOR))
    return fresh(cycle)


def author_of(cycle):
    return cycle.version.authors.get()


def coordinator(cycle):
    return member(cycle.offering.institution, Role.QUALITY)


def ended_run(cycle):
    return RealisationFactory(
        version=cycle.version, starts_on=date(2026, 9, 1), ends_on=date(2026, 10, 1), status="ended",
        enrol_from=None, enrol_by=None,
    )  # fmt: skip


def opened(cycle, *, reason="Määräaika") -> ReviewCycle:
    checks.open_check(cycle=cycle, by=coordinator(cycle), at=AT, reason=reason)
    return fresh(cycle)


def in_review(**fields) -> ReviewCycle:
    """The panel reads the Check, whole and free of conflicts."""
    cycle = at_stage(S.CHECK_REVIEW, **fields)
    panel_of(cycle, "check")
    return cycle


def chair(cycle):
    return chair_of(cycle, "check").user


def acting(**finding) -> tuple[ReviewCycle, Finding]:
    cycle = at_stage(S.ACT)
    return cycle, FindingFactory(cycle=cycle, **finding)


def acted(finding) -> Finding:
    """Its owner has told what was done, with a link that shows it."""
    EvidenceFactory(cycle=finding.cycle, finding=finding)
    findings.act(finding=finding, text={"fi": "Korjattu."}, by=finding.owner, at=AT)
    return Finding.objects.get(pk=finding.pk)


def verified(finding) -> Finding:
    findings.verify(finding=finding, note="Toimii.", by=coordinator(finding.cycle), at=AT)
    return Finding.objects.get(pk=finding.pk)


def verifying() -> tuple[ReviewCycle, Finding]:
    cycle, finding = acting()
    finding = acted(finding)
    checks.send_actions(cycle=cycle, by=author_of(cycle), at=AT)
    return fresh(cycle), finding


def words(refused) -> str:
    return str(refused.value.message)


# T9


def test_check_opens_within_its_days_and_keeps_the_figures():
    """T9: DO → CHECK_OPEN, 30 days for the self-evaluation, the snapshot with its fingerprint."""
    cycle = at_stage(S.DO)
    ended_run(cycle)

    opened(cycle, reason="")

    kept = fresh(cycle)
    snapshot = kept.snapshots.get()
    assert (kept.status, kept.due_on) == (S.CHECK_OPEN, TODAY + timedelta(days=30))
    assert (snapshot.figures["runs"], len(snapshot.sha256)) == (1, 64)
    assert Letter.objects.get().to == author_of(kept).email


def test_check_does_not_open_too_early():
    """T9."""
    cycle = at_stage(S.DO, check_due_on=TODAY + timedelta(days=61))

    with pytest.raises(Invalid) as refused:
        opened(cycle)

    said = "The Check opens on 23.11.2026 at the earliest, or when a trigger calls for it."
    assert (words(refused), fresh(cycle).status) == (said, S.DO)


def test_trigger_opens_a_check_early():
    """T9, 6.3: and the Check takes the cause up."""
    cycle = at_stage(S.DO, check_due_on=TODAY + timedelta(days=300))
    cause = Trigger.objects.create(offering=cycle.offering, kind="rules", key="x", found_at=AT)

    opened(cycle)

    assert Trigger.objects.get(pk=cause.pk).cycle == cycle


def test_check_without_an_ended_realisation_wants_its_reason():
    """T9, 5.2/5."""
    cycle = at_stage(S.DO)

    with pytest.raises(Invalid) as refused:
        opened(cycle, reason=" ")

    said = "No realisation has ended yet: say why the Check is made now."
    assert refused.value.reasons == (("reason", said),)


def test_check_opens_once():
    """A second click."""
    cycle = at_stage(S.DO)
    opened(cycle)

    with pytest.raises(StateChanged):
        opened(cycle)


# T10


def test_check_is_sent_to_its_panel():
    """T10: CHECK_OPEN → CHECK_REVIEW, 28 days for the panel."""
    cycle = assessed(opened(at_stage(S.DO)), "check")

    checks.send(cycle=cycle, by=author_of(cycle), at=AT, missing_feedback_reason="Ei vastauksia.")

    kept = fresh(cycle)
    assert (kept.status, kept.round, kept.due_on) == (S.CHECK_REVIEW, 1, TODAY + timedelta(days=28))
    assert trail.of(row=cycle).first().reason == "Ei vastauksia."


def test_check_is_evaluated_by_each_principle_first():
    """T10."""
    cycle = opened(at_stage(S.DO))

    with pytest.raises(Invalid) as refused:
        checks.send(cycle=cycle, by=author_of(cycle), at=AT, missing_feedback_reason="Ei.")

    assert words(refused).startswith("Assess the offering by each principle before you send it; open:")


def test_missing_voices_want_a_reason():
    """T10: learners' feedback and a source from working life."""
    cycle = assessed(opened(at_stage(S.DO)), "check")

    with pytest.raises(Invalid) as refused:
        checks.send(cycle=cycle, by=author_of(cycle), at=AT)

    said = (
        "There is no feedback of learners. There is no source from working life."
        " Add it, or say why it is missing."
    )
    assert refused.value.reasons == (("reason", said),)


def test_statement_of_an_employer_is_a_voice_of_working_life():
    """T10."""
    cycle = opened(at_stage(S.DO))
    EvidenceFactory(cycle=cycle, kind="employer")

    assert checks.without_voice(cycle) == ["There is no feedback of learners."]


def test_pilot_is_reported_before_the_check_is_sent():
    """T10, P-14."""
    cycle = assessed(opened(at_stage(S.DO)), "check")
    Pilot.objects.create(
        offering=cycle.offering, host="Oy", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)
    )

    with pytest.raises(Invalid) as refused:
        checks.send(cycle=cycle, by=author_of(cycle), at=AT, missing_feedback_reason="Ei.")

    assert words(refused) == "A pilot has ended without a report. Write the report first."


# The panel reads: findings


def found(cycle, **facts) -> findings.Found:
    base = {"severity": "major", "source": "check", "text": {"fi": "Puute"}, "owner": author_of(cycle)}
    return findings.Found(**base | facts)


def test_member_of_the_panel_writes_a_finding():
    """6.4: of the round, with its owner and the last day of its severity."""
    cycle = in_review()

    one = findings.write_in_review(cycle=cycle, found=found(cycle), by=chair(cycle), at=AT)

    assert (one.cycle, one.offering, one.source) == (cycle, cycle.offering, "check")
    assert (one.due_on, one.owner) == (TODAY + timedelta(days=60), author_of(cycle))
    assert Letter.objects.filter(to=one.owner.email).count() == 1


@pytest.mark.parametrize(("severity", "days"), [("critical", 14), ("major", 60), ("minor", 180)])
def test_severity_gives_the_last_day(severity, days):
    """T13."""
    cycle = in_review()
    wanted = found(cycle, severity=severity, due_on=TODAY + timedelta(days=days + 1))

    with pytest.raises(Invalid) as refused:
        findings.write_in_review(cycle=cycle, found=wanted, by=chair(cycle), at=AT)

    assert [field for field, _said in refused.value.reasons] == ["due_on"]


def test_others_write_no_findings_into_a_round():
    cycle = in_review()

    with pytest.raises(NotAllowed) as refused:
        findings.write_in_review(cycle=cycle, found=found(cycle), by=coordinator(cycle), at=AT)

    assert words(refused) == "The members of the panel write findings while it reads."


def test_owner_is_somebody_of_the_institution():
    cycle = in_review()

    with pytest.raises(Invalid) as refused:
        findings.write_in_review(cycle=cycle, found=found(cycle, owner=UserFactory()), by=chair(cycle), at=AT)

    assert refused.value.reasons == (("owner", "Choose somebody of the institution as the owner."),)


def test_check_takes_findings_instead_of_comments():
    cycle = in_review()

    with pytest.raises(NotAllowed) as refused:
        seats.comment(member=chair_of(cycle, "check"), field="title", text="?", language="fi", at=AT)

    assert words(refused) == "In a Check the panel writes findings, not comments at the fields."


# T11, T12


def test_chair_asks_for_corrective_action():
    """T11: CHECK_REVIEW → ACT with the letter; due with the first finding."""
    cycle = in_review()
    finding = FindingFactory(cycle=cycle)

    decision = checks.act(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    kept = fresh(cycle)
    assert (kept.status, kept.due_on) == (S.ACT, finding.due_on)
    assert (decision.outcome, decision.stage) == (Decision.Outcome.ACT, "check")
    assert LETTER["fi"] in Letter.objects.get(to=author_of(cycle).email).body


def test_check_with_findings_has_been_made():
    """T11: nobody is told that it is late, and enrolment stays open while the findings are worked off."""
    cycle = in_review(check_due_on=TODAY - timedelta(days=20))
    FindingFactory(cycle=cycle)

    checks.act(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    said = Statement.objects.latest("pk")
    assert (said.check_due_on, said.is_open_on(TODAY + timedelta(days=60))) == (date(2027, 11, 22), True)


def test_corrective_action_needs_a_finding():
    """T11."""
    cycle = in_review()

    with pytest.raises(Invalid) as refused:
        checks.act(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    assert words(refused) == "Write at least one finding, or let the offering continue."


@pytest.mark.parametrize("decide", [checks.act, checks.go_on])
def test_only_the_chair_decides_a_check(decide):
    """T11, T12: the wrong role."""
    cycle = in_review()
    FindingFactory(cycle=cycle)

    with pytest.raises(NotAllowed):
        decide(cycle=cycle, by=coordinator(cycle), at=AT, letter=LETTER)

    assert fresh(cycle).status == S.CHECK_REVIEW


@pytest.mark.parametrize("decide", [checks.act, checks.go_on])
def test_check_is_decided_by_a_whole_panel(decide):
    """T11, T12."""
    cycle = in_review()
    FindingFactory(cycle=cycle)
    cycle.panel.filter(seat="working_life").delete()

    with pytest.raises(Invalid) as refused:
        decide(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    assert words(refused) == "The panel is not whole."


def test_round_closes_and_the_next_one_begins():
    """T12: CHECK_REVIEW → CLOSED_CONTINUE; the next Check is in a year, and the statement says so."""
    cycle = rated(in_review(), "check")

    checks.go_on(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    following = cycles.current(cycle.version)
    assert (fresh(cycle).status, following.status) == (S.CLOSED_CONTINUE, S.DO)
    assert (following.number, following.check_due_on) == (cycle.number + 1, date(2027, 11, 22))
    assert Statement.objects.latest("pk").check_due_on == date(2027, 11, 22)


def test_check_does_not_renew_the_approval_of_the_plan():
    """6.3, T12: 36 months count from the day that the plan was approved."""
    cycle = rated(in_review(version__approved_at=AT - timedelta(days=365)), "check")

    checks.go_on(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    said = Statement.objects.latest("pk")
    assert (said.decided_on, said.approved_until) == (date(2026, 11, 22), date(2028, 11, 22))


def test_strengths_that_the_whole_panel_found_are_published():
    """T12: strengths published in the summary; they stay when the offering is suspended."""
    cycle = rated(in_review(), "check")
    given = Rating.objects.filter(member__cycle=cycle)
    given.filter(principle__in=["quality", "transparency"]).update(grade=Rating.Grade.EXCELLENT)
    given.filter(principle="transparency", member=chair_of(cycle, "check")).update(grade=Rating.Grade.GOOD)

    checks.go_on(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)
    publishing.suspend(version=fresh(cycle).version, by=coordinator(cycle), at=AT, reason="Vilppi")

    strengths = [one.strengths for one in Statement.objects.order_by("-pk")[:2]]
    assert [[name["en"] for name in names] for names in strengths] == [["Quality"], ["Quality"]]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda cycle: None, "These members have not answered yet:"),
        (
            lambda cycle: rated(cycle, "check", Rating.Grade.INSUFFICIENT),
            "A principle is rated insufficient: it cannot be passed.",
        ),
        (
            lambda cycle: rated(cycle, "check", Rating.Grade.SATISFACTORY),
            "10 principles are only satisfactory: write the plan for improvement as a finding first.",
        ),
        (
            lambda cycle: FindingFactory(cycle=rated(cycle, "check")),
            "1 finding is open. Verify it first.",
        ),
        (
            lambda cycle: FindingFactory(cycle=rated(cycle, "check"), severity="critical"),
            "A critical finding is open.",
        ),
    ],
)
def test_check_that_does_not_pass_does_not_go_on(prepare, said):
    """T12, 6.4: not an average."""
    cycle = in_review()
    prepare(cycle)

    with pytest.raises(Invalid) as refused:
        checks.go_on(cycle=cycle, by=chair(cycle), at=AT, letter=LETTER)

    assert words(refused).startswith(said)
    assert fresh(cycle).status == S.CHECK_REVIEW


# T13


def test_actions_are_sent_when_each_finding_has_its_own():
    """T13: ACT → ACT_VERIFY."""
    cycle, finding = acting()
    acted(finding)

    checks.send_actions(cycle=cycle, by=finding.owner, at=AT)

    assert fresh(cycle).status == S.ACT_VERIFY


def test_finding_without_action_keeps_the_actions_back():
    """T13."""
    cycle, finding = acting()

    with pytest.raises(Invalid) as refused:
        checks.send_actions(cycle=cycle, by=finding.owner, at=AT)

    assert words(refused) == "Every finding needs its action and evidence first; still open: 1."


def test_only_authors_and_owners_send_the_actions():
    """T13: the wrong person."""
    cycle, finding = acting()
    acted(finding)

    with pytest.raises(NotAllowed) as refused:
        checks.send_actions(cycle=cycle, by=coordinator(cycle), at=AT)

    assert words(refused) == "The authors, or the owners of the findings, send the actions."


def test_action_without_evidence_is_refused():
    """T13, 5.2/6."""
    _cycle, finding = acting()

    with pytest.raises(Invalid) as refused:
        findings.act(finding=finding, text={"fi": "Korjattu."}, by=finding.owner, at=AT)

    assert refused.value.reasons == (("evidence", "Add a file or a link that shows what was done."),)


def test_only_the_owner_tells_what_was_done():
    cycle, finding = acting()
    EvidenceFactory(cycle=cycle, finding=finding)

    with pytest.raises(NotAllowed) as refused:
        findings.act(finding=finding, text={"fi": "Korjattu."}, by=author_of(cycle), at=AT)

    assert words(refused) == "The owner of the finding tells what was done."


def test_evidence_stays_when_the_action_is_sent():
    """6.4: reopening keeps history."""
    _cycle, finding = acting()
    row = EvidenceFactory(cycle=finding.cycle, finding=finding, added_by=finding.owner)
    acted(finding)

    with pytest.raises(NotAllowed):
        evidence.remove(evidence=row, by=finding.owner, at=AT)


# Verification, T14


def test_another_verifies_the_action():
    _cycle, finding = acting()

    done = verified(acted(finding))

    assert (done.status, done.verification_note) == ("verified", "Toimii.")


def test_nobody_verifies_their_own_action():
    """5.2/6: closing one's own action is refused."""
    cycle, _finding = acting()
    owner = coordinator(cycle)
    finding = acted(FindingFactory(cycle=cycle, owner=owner))

    with pytest.raises(NotAllowed) as refused:
        findings.verify(finding=finding, note="Toimii.", by=owner, at=AT)

    assert (words(refused), refused.value.code) == ("You cannot verify your own action.", "own_work")


def test_finding_opens_again_one_level_up_with_a_new_day():
    """T14: the owner and the rectorate are told; the history stays."""
    _cycle, finding = verifying()
    boss = member(finding.institution, Role.RECTORATE)

    findings.reopen(
        finding=finding, reason="Ei toimi", due_on=date(2027, 1, 15), by=coordinator(finding.cycle), at=AT
    )

    kept = Finding.objects.get(pk=finding.pk)
    assert (kept.status, kept.level, kept.due_on, kept.acted_by) == ("open", 1, date(2027, 1, 15), None)
    told = Letter.objects.filter(body__contains="Ei toimi")
    assert {one.to for one in told} == {finding.owner.email, boss.email}
    assert [entry.verb for entry in trail.of(row=finding)] == ["open", "acted"]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"reason": " ", "due_on": date(2027, 1, 15)}, "reason"), ({"reason": "Ei", "due_on": TODAY}, "due_on")],
)
def test_opening_again_wants_a_reason_and_a_day_to_come(said, field):
    _cycle, finding = verifying()

    with pytest.raises(Invalid) as refused:
        findings.reopen(finding=finding, **said, by=coordinator(finding.cycle), at=AT)

    assert [name for name, _said in refused.value.reasons] == [field]


def test_actions_are_returned_when_one_was_not_effective():
    """T14: ACT_VERIFY → ACT, due with the finding that is open again."""
    cycle, finding = verifying()
    boss = coordinator(cycle)
    findings.reopen(finding=finding, reason="Ei toimi", due_on=date(2027, 1, 15), by=boss, at=AT)

    checks.return_actions(cycle=cycle, by=boss, at=AT)

    assert (fresh(cycle).status, fresh(cycle).due_on) == (S.ACT, date(2027, 1, 15))


def test_actions_are_not_returned_without_saying_which():
    """T14."""
    cycle, _finding = verifying()

    with pytest.raises(Invalid) as refused:
        checks.return_actions(cycle=cycle, by=coordinator(cycle), at=AT)

    assert words(refused) == "Open the finding whose action was not effective first, with the reason."


def test_finding_is_handed_over_with_a_reason():
    _cycle, finding = acting()
    heir = member(finding.institution, Role.AUTHOR)

    findings.hand_over(finding=finding, owner=heir, reason="Vaihtoi työtä", by=finding.owner, at=AT)

    assert Finding.objects.get(pk=finding.pk).owner == heir
    assert TrailEntry.objects.get(verb="handed_over").reason == "Vaihtoi työtä"


def test_others_hand_nothing_over():
    cycle, finding = acting()

    with pytest.raises(NotAllowed) as refused:
        findings.hand_over(finding=finding, owner=author_of(cycle), reason="x", by=author_of(cycle), at=AT)

    assert words(refused) == "The owner, or a quality coordinator, hands the finding over."


def test_verified_finding_keeps_its_owner():
    """Else its verifier could become its owner."""
    cycle, finding = acting()
    finding = verified(acted(finding))

    with pytest.raises(NotAllowed):
        findings.hand_over(
            finding=finding, owner=finding.verified_by, reason="x", by=coordinator(cycle), at=AT
        )


def reopened(finding, *, due_on, by) -> None:
    findings.reopen(finding=finding, reason="Ei toimi.", due_on=due_on, by=by, at=AT)


def test_finding_that_is_opened_again_is_due_as_its_severity_says():
    """T14: critical 14, major 60, minor 180 days; not later."""
    cycle, finding = acting(severity="critical")
    finding = acted(finding)

    with pytest.raises(Invalid) as refused:
        reopened(finding, due_on=TODAY + timedelta(days=15), by=coordinator(cycle))
    reopened(finding, due_on=TODAY + timedelta(days=14), by=coordinator(cycle))

    said = "A finding of this severity is due by 6.12.2026."
    assert refused.value.reasons == (("due_on", said),)
    assert Finding.objects.get().due_on == TODAY + timedelta(days=14)


def test_nobody_opens_their_own_finding_again():
    """T14: whoever verifies says that an action does not work; no owner gives themselves another day."""
    _cycle, finding = acting()
    finding = acted(finding)

    with pytest.raises(NotAllowed) as refused:
        reopened(finding, due_on=TODAY + timedelta(days=9), by=finding.owner)

    assert words(refused) == "You cannot verify your own action."


# T15


def test_round_closes_when_all_is_verified():
    """T15: ACT_VERIFY → CLOSED_CONTINUE, and the next round runs."""
    cycle, finding = verifying()
    verified(finding)

    checks.close(cycle=cycle, by=coordinator(cycle), at=AT, note="Todennettu.")

    assert (fresh(cycle).status, cycles.current(cycle.version).status) == (S.CLOSED_CONTINUE, S.DO)


def test_round_with_an_open_finding_does_not_close():
    """T15."""
    cycle, _finding = verifying()

    with pytest.raises(Invalid) as refused:
        checks.close(cycle=cycle, by=coordinator(cycle), at=AT, note="Todennettu.")

    assert words(refused) == "1 finding is open. Verify it first."


def test_owner_of_a_finding_does_not_close_the_round():
    """T15: QM ≠ owner, nor an author."""
    cycle, finding = verifying()
    verified(finding)
    own = {finding.owner: "You own a finding of this round. Another coordinator closes it."}
    own[author_of(cycle)] = "You cannot review your own plan."

    for person, said in own.items():
        with pytest.raises(NotAllowed) as refused:
            checks.close(cycle=cycle, by=person, at=AT, note="Todennettu.")
        assert (words(refused), refused.value.code) == (said, "own_work")


def test_round_waits_for_a_new_version_of_the_text():
    """T15."""
    cycle, finding = verifying()
    verified(finding)
    OfferingVersionFactory(offering=cycle.offering, number=2)

    with pytest.raises(Invalid) as refused:
        checks.close(cycle=cycle, by=coordinator(cycle), at=AT, note="Todennettu.")

    said = "A new version of the text is being made: publish it before you close the round."
    assert words(refused) == said


def test_closing_wants_its_note():
    """T15."""
    cycle, finding = verifying()
    verified(finding)

    with pytest.raises(Invalid) as refused:
        checks.close(cycle=cycle, by=coordinator(cycle), at=AT, note="")

    assert [field for field, _said in refused.value.reasons] == ["note"]


# T16, T17, T18


@pytest.mark.parametrize("status", [S.DO, S.CHECK_OPEN, S.CHECK_REVIEW, S.ACT, S.ACT_VERIFY])
def test_offering_is_suspended_from_every_published_state(status):
    """T16: with the version, in one move; an internal reason stays inside."""
    cycle = at_stage(status)

    publishing.suspend(version=cycle.version, by=coordinator(cycle), at=AT, reason="Vilppi")

    kept = fresh(cycle)
    assert (kept.status, kept.version.status) == (S.SUSPENDED, Version.SUSPENDED)
    assert Statement.objects.latest("pk").suspended_why == ""
    assert "Vilppi" not in Letter.objects.get(to=author_of(cycle).email).body


def test_suspension_is_told_to_authors_learners_partners_and_watchers():
    """T16, T17, T18: partners who award it, institutions that noted it, learners who have begun; to those
    outside only the public reason."""
    partner, noted = InstitutionFactory(code="LAB"), InstitutionFactory(code="SAVONIA")
    cycle = at_stage(S.DO, version__awarding_bodies=["OAMK", "LAB"])
    watcher = member(noted, Role.PARTNER)
    RecognitionNote.objects.create(
        institution=noted,
        offering=cycle.offering,
        degree={"fi": "Tradenomi"},
        updated_at=AT,
        updated_by=watcher,
    )
    learner = EnrolmentFactory(realisation=ended_run(cycle)).learner
    staff, others = author_of(cycle).email, {member(partner, Role.QUALITY).email, watcher.email}

    propose(cycle)
    told = {}
    for move, said in (
        (publishing.suspend, {"reason": "Vilppi"}),
        (publishing.resume, {"reason": "Selvitetty"}),
        (publishing.retire, {"reason": "Ei hakijoita", "ground": "demand"}),
    ):
        before = Letter.objects.count()
        move(version=fresh(cycle).version, by=UserFactory(), at=AT, **said)
        letters = Letter.objects.order_by("pk")[before:]
        told[move.__name__] = {letter.to for letter in letters}
        assert not any("Vilppi" in letter.body for letter in letters)

    assert told == {
        "suspend": {staff, learner.email, *others},
        "resume": {staff, *others},
        "retire": {staff, *others},
    }


def test_public_reason_of_a_suspension_is_said():
    """T16."""
    cycle = at_stage(S.DO)

    publishing.suspend(
        version=cycle.version, by=coordinator(cycle), at=AT, reason="Laki muuttui", is_public=True
    )

    assert Statement.objects.latest("pk").suspended_why == "Laki muuttui"


def suspended() -> ReviewCycle:
    cycle = at_stage(S.ACT)
    publishing.suspend(version=cycle.version, by=coordinator(cycle), at=AT, reason="Vilppi")
    return fresh(cycle)


@pytest.mark.parametrize("status", [S.DO, S.CHECK_OPEN, S.CHECK_REVIEW, S.ACT, S.ACT_VERIFY])
def test_offering_goes_on_when_the_cause_is_removed(status):
    """T17: where it was stopped, with the version; twice over."""
    cycle = at_stage(status)
    boss = member(cycle.offering.institution, Role.RECTORATE)

    for _each in range(2):
        publishing.suspend(version=fresh(cycle).version, by=boss, at=AT, reason="Vilppi")
        publishing.resume(version=fresh(cycle).version, by=boss, at=AT, reason="Selvitetty")

    assert (fresh(cycle).status, fresh(cycle).version.status) == (status, Version.PUBLISHED)


@pytest.mark.parametrize(
    "moves",
    [
        lambda cycle, by: checks.open_check(cycle=cycle, by=by, at=AT, reason="Nyt"),
        lambda cycle, by: checks.send(cycle=cycle, by=by, at=AT, missing_feedback_reason="Ei vastauksia."),
        lambda cycle, by: checks.send_actions(cycle=cycle, by=by, at=AT),
    ],
)
def test_suspended_round_moves_by_its_resumption_alone(moves):
    """T17: the states it may go back to are not open to the moves of a running round (T9, T10, T13)."""
    cycle = assessed(opened(at_stage(S.DO)), "check")
    publishing.suspend(version=cycle.version, by=coordinator(cycle), at=AT, reason="Vilppi")

    with pytest.raises(StateChanged):
        moves(fresh(cycle), author_of(cycle))

    assert fresh(cycle).status == S.SUSPENDED


def test_running_offering_goes_on_with_the_findings_of_its_suspension():
    """T17: SUSPENDED → ACT."""
    cycle = at_stage(S.DO)
    publishing.suspend(version=cycle.version, by=coordinator(cycle), at=AT, reason="Vilppi")
    FindingFactory(cycle=cycle, severity="major")

    publishing.resume(version=fresh(cycle).version, by=UserFactory(), at=AT, reason="Selvitetty")

    assert fresh(cycle).status == S.ACT


def test_version_suspended_before_there_were_rounds_goes_on_running():
    """T17: its trail tells of no state before."""
    cycle = at_stage(S.SUSPENDED)

    publishing.resume(version=cycle.version, by=UserFactory(), at=AT, reason="Selvitetty")

    assert fresh(cycle).status == S.DO


def test_check_that_was_stopped_has_the_days_left_that_it_had():
    """T16, T17: with its figures, its evaluation and the cause that opened it."""
    cycle = assessed(opened(at_stage(S.DO)), "check")
    cause = Trigger.objects.create(
        offering=cycle.offering, cycle=cycle, kind="feedback", key="x", found_at=AT
    )
    publishing.suspend(version=cycle.version, by=coordinator(cycle), at=AT, reason="Vilppi")

    later = AT + timedelta(days=10)
    publishing.resume(version=fresh(cycle).version, by=UserFactory(), at=later, reason="Selvitetty")

    cause.refresh_from_db()
    assert (fresh(cycle).due_on, cycle.snapshots.count()) == (cycle.due_on + timedelta(days=10), 1)
    assert (cycles.unassessed(fresh(cycle), "check"), cause.cycle) == ([], cycle)


def test_critical_finding_keeps_an_offering_suspended():
    """T17: the cause is removed and verified."""
    cycle = suspended()
    FindingFactory(cycle=cycle, severity="critical")

    with pytest.raises(Invalid) as refused:
        publishing.resume(version=cycle.version, by=UserFactory(), at=AT, reason="Selvitetty")

    said = "A critical finding is open: its action is verified before the offering goes on."
    assert (words(refused), fresh(cycle).version.status) == (said, Version.SUSPENDED)


def test_going_on_wants_a_note():
    """T17."""
    cycle = suspended()

    with pytest.raises(Invalid) as refused:
        publishing.resume(version=cycle.version, by=UserFactory(), at=AT, reason="")

    assert [field for field, _said in refused.value.reasons] == ["reason"]


@pytest.mark.parametrize("status", [S.DO, S.ACT])
def test_offering_ends(status):
    """T18: DO, ACT → CLOSED_RETIRE."""
    cycle = at_stage(status)

    end(cycle)

    kept = fresh(cycle)
    assert (kept.status, kept.version.status, kept.ended_for) == (S.CLOSED_RETIRE, Version.RETIRED, "demand")
    assert TrailEntry.objects.get(became="closed_retire").reason == "demand: Kysyntä loppui"


def end(cycle, *, ground="demand") -> None:
    propose(cycle)
    publishing.retire(
        version=cycle.version, ground=ground, reason="Kysyntä loppui", by=coordinator(cycle), at=AT
    )


def propose(cycle, *, by=None, ground="demand") -> None:
    reason = "Hakijoita ei ole"
    publishing.propose_end(cycle=cycle, ground=ground, reason=reason, by=by or author_of(cycle), at=AT)


def test_author_proposes_that_an_offering_ends():
    """T18: AU + QM; nothing moves yet, the coordinators read it."""
    cycle = at_stage(S.DO)
    reader = coordinator(cycle)

    propose(cycle, ground="funding")

    said = publishing.end_proposal(cycle)
    assert (said.by, said.reason) == (author_of(cycle), "funding: Hakijoita ei ole")
    assert fresh(cycle).status == S.DO
    assert "Hakijoita ei ole" in Letter.objects.get(to=reader.email).body


def test_only_an_author_proposes_the_end():
    """T18."""
    cycle = at_stage(S.DO)

    with pytest.raises(NotAllowed) as refused:
        propose(cycle, by=coordinator(cycle))

    assert words(refused) == "The authors of the offering propose that it ends."


def test_offering_does_not_end_without_its_authors():
    """T18: AU + QM."""
    cycle = at_stage(S.DO)

    with pytest.raises(NotAllowed) as refused:
        publishing.retire(
            version=cycle.version, ground="demand", reason="Kallis", by=coordinator(cycle), at=AT
        )

    assert words(refused) == "An author of the offering proposes first that it ends."
    assert fresh(cycle).status == S.DO


def test_nobody_ends_what_they_proposed_to_end():
    """T18: two people."""
    cycle = at_stage(S.DO)
    propose(cycle)

    with pytest.raises(NotAllowed) as refused:
        publishing.retire(version=cycle.version, ground="demand", reason="Kallis", by=author_of(cycle), at=AT)

    assert words(refused) == "You proposed this yourself. Another quality coordinator ends the offering."


def test_coordinator_ends_alone_what_no_author_answers_for_any_more():
    """T18: the last author has left the institution."""
    cycle = at_stage(S.DO)
    author_of(cycle).memberships.all().delete()

    publishing.retire(version=cycle.version, ground="demand", reason="Kallis", by=coordinator(cycle), at=AT)

    assert fresh(cycle).status == S.CLOSED_RETIRE


def test_offering_ends_for_a_ground_that_is_counted():
    """T18: demand, funding, outdated, replaced; nothing else."""
    cycle = at_stage(S.DO)

    with pytest.raises(Invalid) as refused:
        end(cycle, ground="tiredness")

    assert refused.value.reasons == (("ground", "Choose why the offering ends."),)
    assert set(ReviewCycle.Ground.values) == {"demand", "funding", "outdated", "replaced"}
    assert fresh(cycle).status == S.DO


@pytest.mark.parametrize("status", [S.CHECK_OPEN, S.CHECK_REVIEW, S.ACT_VERIFY])
def test_offering_does_not_end_in_the_middle_of_a_check(status):
    """T18."""
    cycle = at_stage(status)

    with pytest.raises(StateChanged):
        end(cycle)

    assert fresh(cycle).version.status == Version.PUBLISHED


# Checks spread over the year


def test_round_of_a_superseded_version_opens_no_next_one():
    """T12, T19: what is published goes on, and only that."""
    cycle = rated(in_review(version__status=Version.SUPERSEDED), "check")

    checks.go_on(cycle=cycle, by=chair_of(cycle, "check").user, at=AT, letter=LETTER)

    assert list(cycle.version.cycles.values_list("status", flat=True)) == [S.CLOSED_CONTINUE]


def test_check_is_moved_within_its_days():
    """C/3: the statement follows."""
    cycle = at_stage(S.DO)
    to = cycle.check_due_on + timedelta(days=60)

    checks.spread(cycle=cycle, to=to, by=coordinator(cycle), at=AT, reason="Lomat")

    assert (fresh(cycle).check_due_on, fresh(cycle).due_on) == (to, to)
    assert Statement.objects.latest("pk").check_due_on == to


@pytest.mark.parametrize("days", [-31, 61])
def test_check_is_not_moved_further(days):
    cycle = at_stage(S.DO)
    to = cycle.check_due_on + timedelta(days=days)

    with pytest.raises(Invalid) as refused:
        checks.spread(cycle=cycle, to=to, by=coordinator(cycle), at=AT, reason="Lomat")

    assert refused.value.reasons == (("to", "Choose a day from today to 20.2.2027."),)


def test_check_moved_again_gains_no_more_days():
    """C/3: 60 days in all, from the day that was stated first."""
    cycle = at_stage(S.DO)
    cycles.state(cycle, at=AT)
    latest = cycle.check_due_on + timedelta(days=60)
    checks.spread(cycle=cycle, to=latest, by=coordinator(cycle), at=AT, reason="Lomat")

    with pytest.raises(Invalid):
        checks.spread(
            cycle=fresh(cycle), to=latest + timedelta(days=1), by=coordinator(cycle), at=AT, reason="Lomat"
        )


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (checks.open_check, {"reason": "x"}),
        (checks.return_actions, {}),
        (checks.close, {"note": "x"}),
        (checks.spread, {"to": TODAY, "reason": "x"}),
    ],
)
def test_move_from_a_wrong_state_is_refused_as_changed(move, said):
    """6.2: nobody goes round the chair by a move that leads to the same state."""
    cycle = at_stage(S.CHECK_REVIEW)
    FindingFactory(cycle=cycle)

    with pytest.raises(StateChanged):
        move(cycle=cycle, by=coordinator(cycle), at=AT, **said)

    assert fresh(cycle).status == S.CHECK_REVIEW


def test_check_that_somebody_has_opened_meanwhile_is_not_moved():
    """6.2: the days of the self-evaluation stay."""
    cycle = at_stage(S.DO)
    read_before = fresh(cycle)
    checks.open_check(cycle=cycle, by=coordinator(cycle), at=AT, reason="Ei toteutuksia")

    with pytest.raises(StateChanged):
        checks.spread(cycle=read_before, to=TODAY, by=coordinator(cycle), at=AT, reason="Lomat")

    assert fresh(cycle).due_on == cycle.due_on


def test_actions_are_sent_from_corrective_action_only():
    """T13."""
    cycle = at_stage(S.CHECK_REVIEW)
    owner = acted(FindingFactory(cycle=cycle)).owner

    with pytest.raises(StateChanged):
        checks.send_actions(cycle=cycle, by=owner, at=AT)


def test_check_of_a_round_without_its_day_is_refused_as_changed():
    """T9: a plan has no day of a Check to go by; found by the random acts of `drill properties`."""
    cycle = at_stage(S.PLAN_DRAFT, check_due_on=None)

    with pytest.raises(StateChanged):
        checks.open_check(cycle=cycle, by=coordinator(cycle), at=AT, reason="Laki")


def test_check_after_three_years_opens_the_offering_to_nobody():
    """6.3: the plan is read anew; not even on the day of the Check's decision does anybody begin."""
    cycle = rated(in_review(), "check")
    approved_at = AT.replace(year=AT.year - 3, month=10)
    OfferingVersion.objects.filter(pk=cycle.version_id).update(approved_at=approved_at)

    checks.go_on(cycle=fresh(cycle), by=chair(cycle), at=AT, letter=LETTER)

    said = Statement.objects.latest("pk")
    assert (said.opens_until, said.is_open_on(TODAY)) == (date(2026, 10, 22), False)
