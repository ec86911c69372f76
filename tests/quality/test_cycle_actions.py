"""The plan's review, publishing and stopping (6.2, T1–T8, T16–T20): moves, and refusals with their words."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from quality.actions import cycles, findings, panels, plans, publishing, seats
from quality.models import Decision, PanelMember, QualitySettings, Rating, ReviewCycle, SelfAssessment
from registry.access import Role
from registry.actions import offerings
from registry.errors import Invalid, NotAllowed, Refused, StateChanged
from registry.models import Letter, OfferingVersion, Statement, TrailEntry
from tests.factories import AT
from tests.factories.quality import (
    LETTER,
    FindingFactory,
    approved,
    assessed,
    chair_of,
    fresh,
    panel_of,
    rated,
    returned,
    sent,
    started,
)
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, member

pytestmark = pytest.mark.django_db
Cycle, Version = ReviewCycle.Status, OfferingVersion.Status


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def version():
    return OfferingVersionFactory(offering__institution__rule_set="eu-2022/1", participation_modes=["onsite"])


@pytest.fixture
def author(version):
    person = member(version.offering.institution, Role.AUTHOR)
    version.authors.add(person)
    return person


@pytest.fixture
def publisher(version):
    return member(version.offering.institution, Role.PUBLISHER)


def kept(version) -> OfferingVersion:
    """The version as it is kept now."""
    return OfferingVersion.objects.select_related("offering__institution").get(pk=version.pk)


def state(cycle: ReviewCycle) -> tuple[str, str]:
    now = ReviewCycle.objects.get(pk=cycle.pk)
    return now.status, now.version.status


def publish(version, publisher, *, at=AT) -> None:
    publishing.publish(version=kept(version), by=publisher, at=at)


# T1, T2: written, assessed, sent


def test_first_self_assessment_begins_the_round(version, author):
    """T1: – → PLAN_DRAFT."""
    cycles.assess(
        version=version, stage="plan", principle="quality", grade=3, text="Toteutuu.", by=author, at=AT
    )

    cycle = cycles.current(version)
    assert (state(cycle), cycle.number, cycle.criteria_set) == (
        (Cycle.PLAN_DRAFT, Version.DRAFT),
        1,
        "EU-10/1",
    )


def test_a_version_has_one_open_round(version, author):
    """T1: asked again, the same."""
    first = cycles.begin(version=version, by=author, at=AT)

    assert cycles.begin(version=version, by=author, at=AT) == first


def test_sending_locks_the_text_and_gives_the_panel_28_days(version, author):
    """T2."""
    cycle = sent(version, by=author)

    now = fresh(cycle)
    assert (state(cycle), now.round, now.due_on, now.is_fast) == (
        (Cycle.PLAN_REVIEW, Version.SUBMITTED),
        1,
        (AT + timedelta(days=28)).date(),
        False,
    )
    with pytest.raises(Refused) as refusal:
        offerings.save(version=kept(version), content={"ects": 4}, by=author, at=AT)
    assert refusal.value.code == "locked"


def test_fast_track_gives_10_days_and_is_marked(version, author):
    """T2, W-02: same guards, marked for statistics."""
    assessed(cycles.begin(version=version, by=author, at=AT))

    cycle = plans.submit(version=version, by=author, at=AT, is_fast=True)

    assert (fresh(cycle).due_on, fresh(cycle).is_fast) == ((AT + timedelta(days=10)).date(), True)


@pytest.mark.parametrize("is_fast", [False, True])
def test_incomplete_version_is_not_sent_on_any_track(is_fast):
    """T2, W-02: the fast track skips no mandatory element (rule 3)."""
    version = OfferingVersionFactory(outcomes=[])
    author = member(version.offering.institution, Role.AUTHOR)

    with pytest.raises(Invalid) as refusal:
        plans.submit(version=version, by=author, at=AT, is_fast=is_fast)

    assert (refusal.value.code, ReviewCycle.objects.count()) == ("incomplete", 0)
    assert {field for field, _text in refusal.value.reasons} == {"outcomes"}


def test_sending_asks_for_every_principle(version, author):
    """T2: self-assessment for ten principles."""
    cycle = assessed(cycles.begin(version=version, by=author, at=AT))
    SelfAssessment.objects.filter(principle__in=["quality", "authentic"]).delete()

    with pytest.raises(Invalid) as refusal:
        plans.submit(version=version, by=author, at=AT)

    assert (refusal.value.code, [code for _field, code in refusal.value.reasons]) == (
        "not_assessed",
        ["Q1", "Q9"],
    )
    assert state(cycle) == (Cycle.PLAN_DRAFT, Version.DRAFT)


def test_online_teaching_is_assessed_by_its_own_criteria_too(author, version):
    OfferingVersion.objects.filter(pk=version.pk).update(participation_modes=["online"])

    codes = cycles.unassessed(cycles.upcoming(kept(version)), "plan")

    assert codes == [*(f"Q{n}" for n in range(1, 11)), *(f"D{n}" for n in range(1, 7))]


def test_self_assessment_that_was_sent_stays(version, author):
    sent(version, by=author)

    with pytest.raises(StateChanged):
        cycles.assess(
            version=version, stage="plan", principle="quality", grade=1, text="Eipä.", by=author, at=AT
        )


@pytest.mark.parametrize(
    ("principle", "text", "field"), [("quality", " ", "text"), ("nonsense", "Toteutuu.", "principle")]
)
def test_self_assessment_names_a_principle_and_says_how(version, author, principle, text, field):
    with pytest.raises(Invalid) as refusal:
        cycles.assess(
            version=version, stage="plan", principle=principle, grade=3, text=text, by=author, at=AT
        )

    assert [name for name, _text in refusal.value.reasons] == [field]


def test_sending_writes_to_coordinators_who_did_not_write_it(version, author):
    coordinator = member(version.offering.institution, Role.QUALITY)
    member(version.offering.institution, Role.REVIEWER)
    version.authors.add(member(version.offering.institution, Role.QUALITY))

    sent(version, by=author)

    assert list(Letter.objects.values_list("to", flat=True)) == [coordinator.email]


# T3: the panel starts


def test_whole_panel_starts_and_its_names_are_kept(version, author):
    """T3: panel decision by name and date."""
    cycle = sent(version, by=author)
    chair, peer, outsider = panel_of(cycle)

    plans.start(cycle=cycle, by=chair.user, at=AT)

    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)
    entry = TrailEntry.objects.get(verb="panel_started")
    assert (entry.by, entry.reason) == (chair.user, f"{chair.name}, {peer.name}, {outsider.name}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"without": "working_life"}, "A panel has at least three members."),
        ({"without": "working_life"}, "The panel needs a member from working life."),
        ({"without": "chair"}, "Name a chair who answers for quality."),
        ({"origin": "own_unit"}, "The panel needs a member from outside the authors' own unit."),
        ({"undeclared": True}, "Not yet declared free of conflicts: Tuuli Työelämä."),
        ({"joint": True}, "Every partner of a joint offering has a member; missing: LAB."),
    ],
)
def test_panel_that_lacks_something_does_not_start(version, author, change, said):
    """T3: three members, chair, outside, working life, no conflicts, every partner."""
    cycle = sent(version, by=author)
    coordinator = member(version.offering.institution, Role.QUALITY)
    panel_of(cycle)
    sitting = PanelMember.objects.filter(cycle=cycle)
    if "without" in change:
        sitting.filter(seat=change["without"]).update(left_at=AT)
    elif "origin" in change:
        sitting.filter(seat="peer").update(origin=change["origin"])
    elif "undeclared" in change:
        sitting.filter(user=None).update(declared_at=None)
    else:
        InstitutionFactory(code="LAB")
        bodies = [version.offering.institution.code, "LAB"]
        OfferingVersion.objects.filter(pk=version.pk).update(awarding_bodies=bodies)

    with pytest.raises(Invalid) as refusal:
        plans.start(cycle=fresh(cycle), by=coordinator, at=AT)

    assert (refusal.value.code, ("panel", said) in refusal.value.reasons) == ("panel", True)
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.SUBMITTED)


def test_own_unit_only_is_refused_in_the_words_of_the_specification(version, author):
    """5.2/2: "Paneelissa pitää olla jäsen oman yksikön ulkopuolelta." """
    cycle = sent(version, by=author)
    panel_of(cycle)
    PanelMember.objects.filter(seat="peer").update(origin="own_unit")

    with translation.override("fi"):
        assert panels.faults(cycle, "plan") == [
            "Paneelissa pitää olla jäsen oman yksikön ulkopuolelta.",
            "Työelämän jäsen ei korvaa vertaisarvioijaa, joka tulee toisesta yksiköstä tai korkeakoulusta.",
        ]


def test_author_does_not_start_the_panel(version, author):
    """Rule 12."""
    cycle = sent(version, by=author)
    panel_of(cycle)

    with pytest.raises(NotAllowed) as refusal:
        plans.start(cycle=fresh(cycle), by=author, at=AT)

    assert refusal.value.code == "own_work"


# T4, T5: returned, answered, read again


def test_returned_version_can_be_written_and_has_30_days(version, author):
    """T4."""
    cycle = returned(version, by=author)

    assert state(cycle) == (Cycle.PLAN_RETURNED, Version.CHANGES_REQUESTED)
    assert (cycle.due_on, cycle.version.is_editable) == ((AT + timedelta(days=30)).date(), True)


def test_return_without_a_comment_is_refused(version, author):
    """T4: at least one finding with a field."""
    cycle = started(version, by=author)

    with pytest.raises(Invalid) as refusal:
        plans.send_back(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=LETTER)

    assert (refusal.value.code, state(cycle)) == ("no_comment", (Cycle.PLAN_REVIEW, Version.IN_REVIEW))


def test_unanswered_comment_blocks_sending_again(version, author):
    """T5, 5.1/4."""
    cycle = returned(version, by=author)

    with pytest.raises(Invalid) as refusal:
        plans.submit(version=kept(version), by=author, at=AT)

    assert (refusal.value.code, refusal.value.reasons) == ("unanswered", (("title", "Miksi?"),))
    assert state(cycle) == (Cycle.PLAN_RETURNED, Version.CHANGES_REQUESTED)


def test_same_panel_reads_again_in_14_days(version, author):
    """T5."""
    cycle = returned(version, by=author)
    plans.answer(comment=cycle.comments.get(), text="Korjattu.", by=author, at=AT)

    plans.submit(version=kept(version), by=author, at=AT)

    now = fresh(cycle)
    assert (state(cycle), now.round, now.due_on) == (
        (Cycle.PLAN_REVIEW, Version.IN_REVIEW),
        2,
        (AT + timedelta(days=14)).date(),
    )


def test_whole_panel_hears_that_it_reads_again(version, author):
    """T5: nobody is told to appoint a panel that reads already; who has no account gets a new link."""
    cycle = returned(version, by=author)
    plans.answer(comment=cycle.comments.get(), text="Korjattu.", by=author, at=AT)
    before = set(Letter.objects.values_list("pk", flat=True))

    plans.submit(version=kept(version), by=author, at=AT)

    told = Letter.objects.exclude(pk__in=before)
    assert sorted(told.values_list("to", flat=True)) == sorted(
        one.email for one in panels.members(cycle, "plan")
    )
    assert {one.subject for one in told} == {f"{cycle.offering.code} odottaa paneelia uudelleen"}


def test_returned_text_is_kept_to_compare_with(version, author):
    """T5: difference between rounds."""
    cycle = returned(version, by=author)

    decision = Decision.objects.get(cycle=cycle)

    assert decision.content["title"] == version.title
    assert [row["order"] for row in decision.content["outcomes"]] == [0, 1, 2]


def fourth_round(version, author) -> ReviewCycle:
    """Three times read and returned, rated for the fourth time."""
    cycle = started(version, by=author)
    ReviewCycle.objects.filter(pk=cycle.pk).update(round=4)
    return rated(fresh(cycle))


def test_after_three_rounds_the_chair_decides_no_more(version, author):
    """T5."""
    cycle = fourth_round(version, author)

    with pytest.raises(NotAllowed) as refusal:
        plans.approve(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=LETTER)

    said = "After three rounds of reading the rectorate or the head of the unit decides."
    assert (str(refusal.value.message), state(cycle)[0]) == (said, Cycle.PLAN_REVIEW)


def test_after_three_rounds_the_rectorate_decides(version, author):
    """T5."""
    cycle = fourth_round(version, author)
    rector = member(version.offering.institution, Role.RECTORATE)

    decision = plans.approve(cycle=cycle, by=rector, at=AT, letter=LETTER)

    assert (decision.decided_by, state(cycle)[0]) == (rector, Cycle.PLAN_APPROVED)


def test_whoever_answers_becomes_an_author(version, author):
    """Rule 12: who speaks for the authors does not review them."""
    cycle, colleague = returned(version, by=author), member(version.offering.institution, Role.AUTHOR)

    plans.answer(comment=cycle.comments.get(), text="Korjattu.", by=colleague, at=AT)

    assert offerings.is_own(kept(version), user=colleague)


def test_member_does_not_answer_their_own_comment(version, author):
    cycle = returned(version, by=author)

    with pytest.raises(NotAllowed) as refusal:
        plans.answer(comment=cycle.comments.get(), text="Kyllä.", by=chair_of(cycle).user, at=AT)

    assert refusal.value.code == "own_work"


def test_answer_waits_until_the_version_is_returned(version, author):
    cycle = started(version, by=author)
    comment = seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)

    with pytest.raises(NotAllowed):
        plans.answer(comment=comment, text="Korjattu.", by=author, at=AT)


def test_returned_plan_taken_back_to_draft_can_still_be_answered(version, author):
    """T4: else back to PLAN_DRAFT; the comments stay open and block sending."""
    cycle = returned(version, by=author)
    plans.reopen(cycle=cycle, by=author, at=AT, reason="Kirjoitetaan uusiksi")
    plans.answer(comment=cycle.comments.get(), text="Uusiksi.", by=author, at=AT)

    plans.submit(version=kept(version), by=author, at=AT)

    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)


# T6, T7: rejected, approved


def test_rejection_closes_the_version_with_its_reasons(version, author):
    """T6."""
    cycle = started(version, by=author)

    plans.reject(cycle=cycle, by=chair_of(cycle).user, at=AT, letter={"fi": "Ei tarvetta."})

    assert state(cycle) == (Cycle.REJECTED, Version.REJECTED)
    assert Decision.objects.get().letter == {"fi": "Ei tarvetta."}


@pytest.mark.parametrize("letter", [{}, {"fi": "  "}, {"en": "No need."}])
def test_rejection_gives_its_reasons_in_finnish_or_swedish(version, author, letter):
    """T6."""
    cycle = started(version, by=author)

    with pytest.raises(Invalid) as refusal:
        plans.reject(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=letter)

    said = "Give the reasons in Finnish or in Swedish."
    assert (refusal.value.reasons, state(cycle)[0]) == ((("letter", said),), Cycle.PLAN_REVIEW)


def test_approval_keeps_the_hash_the_letter_and_90_days(version, author):
    """T7."""
    cycle = approved(version, by=author)

    decision = Decision.objects.get()
    said = offerings.content_hash(version)
    assert (state(cycle), cycle.due_on) == (
        (Cycle.PLAN_APPROVED, Version.APPROVED),
        (AT + timedelta(days=90)).date(),
    )
    assert (decision.outcome, decision.letter, decision.content_hash) == ("approved", LETTER, said)
    assert kept(version).content_hash == said


def refused(cycle, *, by=None) -> str:
    """The words in which approving is refused; nothing has moved."""
    with pytest.raises(Refused) as refusal:
        plans.approve(cycle=fresh(cycle), by=by or chair_of(cycle).user, at=AT, letter=LETTER)
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)
    return str(refusal.value.message)


def test_approval_waits_for_every_member(version, author):
    """T7: all members answered."""
    cycle = rated(started(version, by=author))
    PanelMember.objects.filter(seat="peer").update(answered_round=0, name="Veli Vertainen")

    assert refused(cycle) == "These members have not answered yet: Veli Vertainen."


def test_insufficient_principle_is_not_approved(version, author):
    """T7, 6.4: no Insufficient; not an average."""
    cycle = rated(started(version, by=author), grade=Rating.Grade.EXCELLENT)
    one = Rating.objects.filter(principle="recognition").first()
    Rating.objects.filter(pk=one.pk).update(grade=Rating.Grade.INSUFFICIENT, comment="Puuttuu.")

    assert refused(cycle) == "A principle is rated insufficient: it cannot be passed."


def test_open_critical_finding_is_not_approved(version, author):
    """T7, 5.2/3."""
    cycle = rated(started(version, by=author))
    FindingFactory(cycle=cycle, severity="critical")

    assert refused(cycle) == "A critical finding is open."


def test_many_satisfactory_principles_want_a_plan_for_improvement(version, author):
    """6.4: more than three Satisfactory."""
    cycle = rated(started(version, by=author), grade=Rating.Grade.SATISFACTORY)

    assert refused(cycle) == (
        "10 principles are only satisfactory: write the plan for improvement as a finding first."
    )
    FindingFactory(cycle=cycle, severity="minor")
    plans.approve(cycle=fresh(cycle), by=chair_of(cycle).user, at=AT, letter=LETTER)
    assert state(cycle)[0] == Cycle.PLAN_APPROVED


def test_version_with_comments_of_this_round_is_not_approved(version, author):
    cycle = rated(started(version, by=author))
    seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)

    assert refused(cycle).startswith("There are comments of this round.")


def test_panel_that_is_no_longer_whole_does_not_approve(version, author):
    """T3, T7: whoever left is missed."""
    cycle = rated(started(version, by=author))
    PanelMember.objects.filter(seat="working_life").update(left_at=AT)

    assert refused(cycle) == "A panel has at least three members."


@pytest.mark.parametrize("who", ["peer", "coordinator", "rectorate", "author"])
def test_only_the_chair_decides(version, author, who):
    """T4, T6, T7: the chair decides after the members; wrong role."""
    cycle = rated(started(version, by=author))
    house = version.offering.institution
    people = {
        "peer": lambda: PanelMember.objects.get(seat="peer").user,
        "coordinator": lambda: member(house, Role.QUALITY),
        "rectorate": lambda: member(house, Role.RECTORATE),
        "author": lambda: author,
    }
    by = people[who]()
    seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)

    for move in (plans.approve, plans.send_back, plans.reject):
        with pytest.raises(NotAllowed) as refusal:
            move(cycle=fresh(cycle), by=by, at=AT, letter=LETTER)
        said = str(refusal.value.message)
        assert said == (
            "You cannot review your own plan."
            if who == "author"
            else "The chair of the panel decides. Ask the quality coordinator for a substitute."
        )
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)


def test_chair_who_became_an_author_does_not_decide(version, author):
    """Rule 12."""
    cycle = rated(started(version, by=author))
    version.authors.add(chair_of(cycle).user)

    assert refused(cycle) == "You cannot review your own plan."


def test_decision_of_a_moved_review_is_told_what_happened(version, author):
    """6.2: a second click gets 409 "Tila on jo muuttunut"."""
    cycle = approved(version, by=author)

    with pytest.raises(StateChanged):
        plans.approve(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=LETTER)


def test_decision_without_a_letter_is_refused(version, author):
    """5.2/4."""
    cycle = rated(started(version, by=author))

    assert refused_letter(cycle, {"fi": " "}) == ["letter"]
    assert refused_letter(cycle, {"fi": "Ks. 131052-308T"}) == ["letter"]  # rule 10


def refused_letter(cycle, letter) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        plans.approve(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=letter)
    return [field for field, _said in refusal.value.reasons]


def test_letter_of_a_decision_never_changes(version, author):
    approved(version, by=author)

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(letter={"fi": "Jotain muuta."})


# T8, T20: published, lapsed


def test_publish_states_the_quality_and_the_next_check(version, author, publisher):
    """T8: Check is due twelve months after publication."""
    cycle = approved(version, by=author)

    publish(version, publisher)

    statement = Statement.objects.get(version=version)
    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)
    assert (statement.review_id, statement.criteria_set, statement.decided_on) == (
        cycle.uid,
        "EU-10/1",
        AT.date(),
    )
    assert statement.check_due_on == fresh(cycle).due_on == AT.date().replace(year=AT.year + 1)


def test_author_cannot_publish(version, author):
    """T8: publisher is not an author."""
    cycle = approved(version, by=author)

    with pytest.raises(NotAllowed):
        publishing.publish(version=kept(version), by=author, at=AT)

    assert state(cycle) == (Cycle.PLAN_APPROVED, Version.APPROVED)


def test_approval_older_than_90_days_does_not_publish(version, author, publisher):
    """T8, T20."""
    approved(version, by=author)

    with pytest.raises(Refused) as refusal:
        publish(version, publisher, at=AT + timedelta(days=91))

    assert refusal.value.code == "approval_lapsed"


def test_approval_holds_to_the_end_of_its_last_day(version, author, publisher):
    """N9: deadlines end 23:59:59 in Finland."""
    cycle = approved(version, by=author)

    publish(version, publisher, at=AT + timedelta(days=90, hours=11))

    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


def test_text_changed_after_approval_does_not_publish(version, author, publisher):
    """T8: hash equal to the approved content."""
    approved(version, by=author)
    OfferingVersion.objects.filter(pk=version.pk).update(title={"fi": "Aivan muuta", "en": "Something else"})

    with pytest.raises(Refused) as refusal:
        publish(version, publisher)

    assert refusal.value.code == "content_changed"


def test_unapproved_version_is_not_published(version, publisher):
    """5.1/5: publication without approval is a 403 with the reason."""
    with pytest.raises(NotAllowed) as refusal:
        publish(version, publisher)

    assert (refusal.value.code, refusal.value.status) == ("not_approved", 403)


def test_second_publisher_gets_that_the_state_has_changed(version, author, publisher):
    """5.2: "Tila on jo muuttunut"."""
    approved(version, by=author)
    stale = kept(version)
    publish(version, publisher)

    with pytest.raises(StateChanged):
        publishing.publish(version=stale, by=publisher, at=AT)


def test_lapsed_approval_reopens_the_draft(version, author):
    """T20: what was decided stays kept, the version is written again and decided anew."""
    cycle = approved(version, by=author)

    plans.reopen(cycle=cycle, by=author, at=AT, reason="90 päivää")

    assert (state(cycle), fresh(cycle).decided_at) == ((Cycle.PLAN_DRAFT, Version.DRAFT), None)
    assert Decision.objects.count() == 1


def test_reopening_needs_its_reason(version, author):
    """T20."""
    cycle = approved(version, by=author)

    with pytest.raises(Invalid):
        plans.reopen(cycle=cycle, by=author, at=AT, reason=" ")

    assert state(cycle) == (Cycle.PLAN_APPROVED, Version.APPROVED)


# T19: the next version


def second_published(version, author, publisher) -> tuple[ReviewCycle, ReviewCycle]:
    first = cycles.current(version)
    second = offerings.revise(offering=version.offering, by=author, at=AT)
    cycle = approved(second, by=author)
    publish(second, publisher)
    return first, cycle


def test_new_version_closes_the_round_of_the_older_one(version, author, publisher):
    """T19: the older version is superseded."""
    approved(version, by=author)
    publish(version, publisher)

    first, cycle = second_published(version, author, publisher)

    assert (state(first), state(cycle)) == (
        (Cycle.CLOSED_CONTINUE, Version.SUPERSEDED),
        (Cycle.DO, Version.PUBLISHED),
    )


def test_new_version_leaves_the_older_round_open_while_findings_are(version, author, publisher):
    """T19: corrective action does not vanish because the text was changed."""
    cycle = approved(version, by=author)
    publish(version, publisher)
    FindingFactory(cycle=fresh(cycle))

    first, _second = second_published(version, author, publisher)

    assert state(first) == (Cycle.DO, Version.SUPERSEDED)


def test_last_verified_finding_closes_the_round_of_a_superseded_version(version, author, publisher):
    """T19: from then on the round of the version that replaced it is the only one."""
    cycle = approved(version, by=author)
    publish(version, publisher)
    done = {"status": "acted", "acted_at": AT, "acted_by": author, "action": {"fi": "Tehty."}}
    rows = [FindingFactory(cycle=fresh(cycle), **done) for _each in range(2)]
    first, second = second_published(version, author, publisher)

    states = []
    for one in rows:
        findings.verify(finding=one, note="Toimii.", by=publisher, at=AT)
        states.append(state(first))

    assert states == [(Cycle.DO, Version.SUPERSEDED), (Cycle.CLOSED_CONTINUE, Version.SUPERSEDED)]
    assert state(second) == (Cycle.DO, Version.PUBLISHED)


def test_verified_finding_leaves_the_round_of_what_is_published(version, author, publisher):
    """T19: nothing has replaced it."""
    cycle = approved(version, by=author)
    publish(version, publisher)
    done = {"status": "acted", "acted_at": AT, "acted_by": author, "action": {"fi": "Tehty."}}

    findings.verify(finding=FindingFactory(cycle=fresh(cycle), **done), note="Toimii.", by=publisher, at=AT)

    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


def test_findings_of_a_suspended_round_are_worked_off_under_a_new_version(version, author, publisher):
    """T19: nobody resumes what is not shown any more, so that the round would never close."""
    cycle = approved(version, by=author)
    publish(version, publisher)
    publishing.suspend(version=kept(version), by=publisher, at=AT, reason="Virhe sisällössä")
    FindingFactory(cycle=fresh(cycle))

    first, _second = second_published(version, author, publisher)

    assert state(first) == (Cycle.ACT, Version.SUPERSEDED)


def test_new_version_supersedes_a_suspended_one(version, author, publisher):
    """T19."""
    approved(version, by=author)
    publish(version, publisher)
    publishing.suspend(version=kept(version), by=publisher, at=AT, reason="Virhe sisällössä")

    first, cycle = second_published(version, author, publisher)

    assert (state(first), state(cycle)) == (
        (Cycle.CLOSED_CONTINUE, Version.SUPERSEDED),
        (Cycle.DO, Version.PUBLISHED),
    )


# T16–T18: stopped


def test_suspension_is_stated_and_taken_back(version, author, publisher):
    """T16, T17."""
    approved(version, by=author)
    publish(version, publisher)

    publishing.suspend(version=kept(version), by=publisher, at=AT, reason="Turvallisuus")
    publishing.resume(version=kept(version), by=publisher, at=AT, reason="Korjattu")

    stated = Statement.objects.filter(version=version).order_by("pk").values_list("suspended_at", flat=True)
    assert (list(stated), state(cycles.current(version))) == (
        [None, AT, None],
        (Cycle.DO, Version.PUBLISHED),
    )


def test_retired_offering_closes_its_round(version, author, publisher):
    """T18."""
    cycle = approved(version, by=author)
    publish(version, publisher)

    publishing.propose_end(cycle=fresh(cycle), ground="demand", by=author, at=AT, reason="Kysyntä päättyi")
    publishing.retire(version=kept(version), ground="demand", by=publisher, at=AT, reason="Kysyntä päättyi")

    assert state(cycle) == (Cycle.CLOSED_RETIRE, Version.RETIRED)


@pytest.mark.parametrize("move", [publishing.suspend, partial(publishing.retire, ground="demand")])
def test_stopping_needs_a_reason(version, author, publisher, move):
    """T16, T18."""
    cycle = approved(version, by=author)
    publish(version, publisher)

    with pytest.raises(Invalid):
        move(version=kept(version), by=publisher, at=AT, reason="  ")

    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


# What every move keeps


def test_move_is_in_the_trail_with_who_role_states_reason_and_hash(version, author):
    """6.2: every transition writes who, role, when, from, to, reason, hash of the version."""
    cycle = started(version, by=author)
    chair = chair_of(cycle).user

    plans.reject(cycle=cycle, by=chair, at=AT, letter={"fi": "Ei tarvetta."})

    said = TrailEntry.objects.filter(became="rejected").order_by("pk")
    content_hash = offerings.content_hash(version)
    assert list(said.values_list("about", "by", "role", "at", "was", "became", "reason", "content_hash")) == [
        (f"version:{version.offering.code}.v1", chair.pk, "quality", AT, "in_review", "rejected",
         "Ei tarvetta.", content_hash),
        (f"reviewcycle:{cycle.uid}", chair.pk, "quality", AT, "plan_review", "rejected",
         "Ei tarvetta.", content_hash),
    ]  # fmt: skip


def test_authors_who_have_left_get_no_letter(version, author):
    author.memberships.all().delete()

    returned(version, by=author)

    assert Letter.objects.filter(to=author.email).count() == 0


def test_letter_of_the_decision_goes_to_the_author_in_their_language(version, author):
    """5.2/4; N7: the subject names the offering and nobody."""
    returned(version, by=author)

    letter = Letter.objects.get(to=author.email)
    assert version.offering.code in letter.subject
    assert LETTER["fi"] in letter.body


def test_institution_has_its_own_numbers(version, author):
    """6: all numbers are settings per institution; a pause is not counted."""
    QualitySettings.objects.create(
        institution=version.offering.institution,
        numbers={"panel_days": 21},
        pauses=[["2026-12-01", "2026-12-03"]],
        changed_at=AT,
        changed_by=author,
    )

    cycle = sent(version, by=author)

    assert fresh(cycle).due_on == (AT + timedelta(days=24)).date()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_and_one_starts_the_panel():
    """5.2: a second click gets "Tila on jo muuttunut"."""
    version = OfferingVersionFactory(participation_modes=["onsite"])
    house = version.offering.institution
    cycle = sent(version, by=member(house, Role.AUTHOR))
    panel_of(cycle)
    coordinators = [member(house, Role.QUALITY) for _number in range(2)]
    ready = threading.Barrier(2)

    def start(coordinator):
        try:
            mine = fresh(cycle)
            ready.wait(timeout=10)
            plans.start(cycle=mine, by=coordinator, at=AT)
            return "started"
        except StateChanged as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(start, coordinators))

    assert results == ["started", "state_changed"]
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)


@pytest.mark.parametrize("verb", ["submit", "comment", "answer", "rate", "approve"])
def test_each_verb_asks_for_the_version_before_its_cycle(version, author, verb):
    """PostgreSQL ends one of two transactions that lock the same rows in another order."""
    if verb in ("submit", "answer"):
        cycle = returned(version, by=author)
        answer = partial(plans.answer, comment=cycle.comments.get(), text="Siksi.", by=author, at=AT)
        if verb == "submit":
            answer()
        act = answer if verb == "answer" else partial(plans.submit, version=kept(version), by=author, at=AT)
    else:
        cycle = rated(started(version, by=author))
        chair = chair_of(cycle)
        act = {
            "comment": partial(seats.comment, member=chair, field="title", text="?", language="fi", at=AT),
            "rate": partial(seats.rate, member=chair, principle="quality", grade=3, comment="", at=AT),
            "approve": partial(plans.approve, cycle=cycle, by=chair.user, at=AT, letter=LETTER),
        }[verb]

    with CaptureQueriesContext(connection) as asked:
        act()

    selects = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    rows = [
        table
        for sql in selects
        for table in ("registry_offeringversion", "quality_reviewcycle")
        if f'FROM "{table}"' in sql
    ]
    assert list(dict.fromkeys(rows)) == ["registry_offeringversion", "quality_reviewcycle"]
