"""The thin review (issue of domain.md 6.1–6.2, T2–T8, T16–T20): each move, each refusal with its words."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.actions import cycles
from quality.models import ReviewCycle
from registry.actions import offerings
from registry.errors import Invalid, NotAllowed, Refused, StateChanged
from registry.models import Letter, OfferingVersion, Statement, TrailEntry
from tests.factories import AT
from tests.factories.registry import OfferingVersionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
Cycle, Version = ReviewCycle.Status, OfferingVersion.Status


@pytest.fixture
def people():
    version = OfferingVersionFactory(offering__institution__rule_set="eu-2022/1")
    author, reviewer, publisher = (
        member(version.offering.institution, role) for role in ("author", "reviewer", "publisher")
    )
    version.authors.add(author)
    return version, author, reviewer, publisher


def submitted(people) -> ReviewCycle:
    version, author, _reviewer, _publisher = people
    return cycles.submit(version=version, by=author, at=AT)


def taken(people) -> ReviewCycle:
    cycle = submitted(people)
    cycles.take(cycle=cycle, by=people[2], at=AT)
    return cycle


def approved(people) -> ReviewCycle:
    cycle = taken(people)
    cycles.approve(cycle=cycle, by=people[2], at=AT)
    return cycle


def returned(people) -> ReviewCycle:
    cycle = taken(people)
    cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)
    cycles.send_back(cycle=cycle, by=people[2], at=AT)
    return cycle


def fresh(people) -> OfferingVersion:
    """The version as it is kept now."""
    return OfferingVersion.objects.get(pk=people[0].pk)


def state(cycle: ReviewCycle) -> tuple[str, str]:
    kept = ReviewCycle.objects.get(pk=cycle.pk)
    return kept.status, kept.version.status


def test_submit_opens_the_cycle_with_28_days_for_the_review(people):
    """T2."""
    cycle = submitted(people)

    kept = ReviewCycle.objects.get(pk=cycle.pk)
    assert (state(cycle), kept.round, kept.due_on) == (
        (Cycle.PLAN_REVIEW, Version.SUBMITTED),
        1,
        (AT + timedelta(days=28)).date(),
    )


def test_submit_writes_to_those_who_may_review_and_did_not_write_it(people):
    submitted(people)

    assert list(Letter.objects.values_list("to", flat=True)) == [people[2].email]


def test_submit_of_an_incomplete_version_names_what_is_missing_and_opens_nothing():
    """Rule 3: missing elements block sending to review."""
    version = OfferingVersionFactory(outcomes=[])
    author = member(version.offering.institution, "author")

    with pytest.raises(Invalid) as refusal:
        cycles.submit(version=version, by=author, at=AT)

    assert refusal.value.code == "incomplete"
    assert {field for field, _text in refusal.value.reasons} == {"outcomes"}
    assert ReviewCycle.objects.count() == 0


@pytest.mark.parametrize("who", ["author", "sender"])
def test_own_plan_cannot_be_taken(people, who):
    """Rule 12."""
    version, author, _reviewer, _publisher = people
    sender = UserFactory()
    cycle = cycles.submit(version=version, by=sender, at=AT)

    with pytest.raises(NotAllowed) as refusal:
        cycles.take(cycle=cycle, by=author if who == "author" else sender, at=AT)

    assert refusal.value.code == "own_work"
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.SUBMITTED)


def test_second_reviewer_finds_the_review_taken(people):
    cycle = submitted(people)
    stale = ReviewCycle.objects.select_related("version").get(pk=cycle.pk)
    cycles.take(cycle=cycle, by=people[2], at=AT)

    with pytest.raises(StateChanged):
        cycles.take(cycle=stale, by=UserFactory(), at=AT)


def test_return_without_a_comment_is_refused(people):
    """T4: at least one finding with a field."""
    cycle = taken(people)

    with pytest.raises(Invalid) as refusal:
        cycles.send_back(cycle=cycle, by=people[2], at=AT)

    assert refusal.value.code == "no_comment"


def test_returned_version_can_be_written_and_has_30_days(people):
    """T4."""
    cycle = taken(people)
    cycles.comment(cycle=cycle, field="title", text="Liian yleinen.", language="fi", by=people[2], at=AT)

    cycles.send_back(cycle=cycle, by=people[2], at=AT)

    kept = ReviewCycle.objects.get(pk=cycle.pk)
    assert state(cycle) == (Cycle.PLAN_RETURNED, Version.CHANGES_REQUESTED)
    assert (kept.due_on, kept.version.is_editable) == ((AT + timedelta(days=30)).date(), True)


def test_unanswered_comment_blocks_sending_again(people):
    """T5, journey 5.1/4."""
    cycle = taken(people)
    comment = cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)
    cycles.send_back(cycle=cycle, by=people[2], at=AT)
    version = OfferingVersion.objects.get(pk=people[0].pk)

    with pytest.raises(Invalid) as refusal:
        cycles.submit(version=version, by=people[1], at=AT)
    cycles.answer(comment=comment, text="Korjattu.", by=people[1], at=AT)
    cycles.submit(version=OfferingVersion.objects.get(pk=version.pk), by=people[1], at=AT)

    assert refusal.value.reasons == (("title", "Miksi?"),)
    assert (state(cycle), ReviewCycle.objects.get(pk=cycle.pk).round) == (
        (Cycle.PLAN_REVIEW, Version.SUBMITTED),
        2,
    )


def test_only_the_one_who_took_the_review_decides(people):
    cycle = taken(people)

    with pytest.raises(NotAllowed):
        cycles.approve(cycle=cycle, by=member(cycle.offering.institution, "reviewer"), at=AT)

    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)


def test_approval_with_comments_of_the_round_is_refused(people):
    cycle = taken(people)
    cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)

    with pytest.raises(Invalid) as refusal:
        cycles.approve(cycle=cycle, by=people[2], at=AT)

    assert refusal.value.code == "open_comments"


def test_approval_stores_the_hash_of_the_text(people):
    """T7."""
    cycle = approved(people)

    version = OfferingVersion.objects.get(pk=people[0].pk)
    assert state(cycle) == (Cycle.PLAN_APPROVED, Version.APPROVED)
    assert version.content_hash == offerings.content_hash(version)


def test_rejection_needs_a_reason(people):
    """T6."""
    cycle = taken(people)

    with pytest.raises(Invalid):
        cycles.reject(cycle=cycle, note="  ", by=people[2], at=AT)
    cycles.reject(cycle=cycle, note="Ei tarvetta.", by=people[2], at=AT)

    assert state(cycle) == (Cycle.REJECTED, Version.REJECTED)


def test_author_cannot_publish(people):
    """T8: publisher is not an author."""
    cycle = approved(people)

    with pytest.raises(NotAllowed):
        cycles.publish(version=OfferingVersion.objects.get(pk=people[0].pk), by=people[1], at=AT)

    assert state(cycle) == (Cycle.PLAN_APPROVED, Version.APPROVED)


def test_approval_older_than_90_days_does_not_publish(people):
    """T8, T20."""
    approved(people)

    with pytest.raises(Refused) as refusal:
        cycles.publish(
            version=OfferingVersion.objects.get(pk=people[0].pk), by=people[3], at=AT + timedelta(days=91)
        )

    assert refusal.value.code == "approval_lapsed"


def test_publish_states_the_quality_and_the_next_check(people):
    """T8: Check is due twelve months after publication."""
    cycle = approved(people)

    cycles.publish(version=OfferingVersion.objects.get(pk=people[0].pk), by=people[3], at=AT)

    statement = Statement.objects.get(version=people[0])
    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)
    assert (statement.review_id, statement.criteria_set, statement.decided_on) == (
        cycle.uid,
        "EU-10/1",
        AT.date(),
    )
    assert statement.check_due_on == AT.date().replace(year=AT.year + 1)


def test_second_publisher_gets_that_the_state_has_changed(people):
    """5.2: "Tila on jo muuttunut"."""
    approved(people)
    stale = OfferingVersion.objects.get(pk=people[0].pk)
    cycles.publish(version=OfferingVersion.objects.get(pk=people[0].pk), by=people[3], at=AT)

    with pytest.raises(StateChanged):
        cycles.publish(version=stale, by=people[3], at=AT)


def test_new_version_closes_the_round_of_the_older_one(people):
    """T19: the older version is superseded."""
    version, author, reviewer, publisher = people
    first = approved(people)
    cycles.publish(version=OfferingVersion.objects.get(pk=version.pk), by=publisher, at=AT)
    second = offerings.revise(offering=version.offering, by=author, at=AT)
    cycle = cycles.submit(version=second, by=author, at=AT)
    cycles.take(cycle=cycle, by=reviewer, at=AT)
    cycles.approve(cycle=cycle, by=reviewer, at=AT)

    cycles.publish(version=OfferingVersion.objects.get(pk=second.pk), by=publisher, at=AT)

    assert state(first) == (Cycle.CLOSED_CONTINUE, Version.SUPERSEDED)
    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


def test_suspension_is_stated_and_taken_back(people):
    """T16, T17."""
    approved(people)
    version = OfferingVersion.objects.get(pk=people[0].pk)
    cycles.publish(version=version, by=people[3], at=AT)

    cycles.suspend(version=version, by=people[2], at=AT, reason="Turvallisuus")
    cycles.resume(version=version, by=people[2], at=AT, reason="Korjattu")

    stated = Statement.objects.filter(version=version).order_by("pk").values_list("suspended_at", flat=True)
    assert (list(stated), state(version.cycle)) == ([None, AT, None], (Cycle.DO, Version.PUBLISHED))


def test_lapsed_approval_reopens_the_draft(people):
    """T20."""
    cycle = approved(people)

    cycles.reopen(
        cycle=ReviewCycle.objects.select_related("version").get(pk=cycle.pk),
        by=people[1],
        at=AT,
        reason="90 päivää",
    )

    assert state(cycle) == (Cycle.PLAN_DRAFT, Version.DRAFT)


def test_second_round_is_due_in_14_days(people):
    """T5."""
    cycle = returned(people)
    cycles.answer(comment=cycle.comments.get(), text="Korjattu.", by=people[1], at=AT)

    cycles.submit(version=fresh(people), by=people[1], at=AT)

    assert ReviewCycle.objects.get(pk=cycle.pk).due_on == (AT + timedelta(days=14)).date()


def test_move_is_in_the_trail_with_who_role_states_reason_and_hash(people):
    """6.2: every transition writes who, role, when, from, to, reason, hash of the version."""
    cycle = taken(people)

    cycles.reject(cycle=cycle, note="Ei tarvetta.", by=people[2], at=AT)

    said = TrailEntry.objects.filter(became="rejected").order_by("pk")
    version_hash = offerings.content_hash(people[0])
    assert list(said.values_list("about", "by", "role", "at", "was", "became", "reason", "content_hash")) == [
        (f"version:{people[0].offering.code}.v1", people[2].pk, "reviewer", AT, "in_review", "rejected",
         "Ei tarvetta.", version_hash),
        (f"reviewcycle:{cycle.uid}", people[2].pk, "reviewer", AT, "plan_review", "rejected",
         "Ei tarvetta.", ""),
    ]  # fmt: skip


def test_review_that_somebody_cannot_finish_is_taken_over_with_a_reason(people):
    cycle, other = taken(people), member(people[0].offering.institution, "quality")
    cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)

    cycles.take_over(cycle=cycle, by=other, at=AT, reason="Sairausloma")
    cycles.send_back(cycle=cycle, by=other, at=AT)

    entry = TrailEntry.objects.get(verb="taken_over")
    assert (entry.by, entry.role, entry.reason) == (other, "quality", "Sairausloma")
    assert state(cycle) == (Cycle.PLAN_RETURNED, Version.CHANGES_REQUESTED)


def test_author_cannot_take_over(people):
    """Rule 12."""
    cycle = taken(people)

    with pytest.raises(NotAllowed) as refusal:
        cycles.take_over(cycle=cycle, by=people[1], at=AT, reason="Kiire")

    assert (refusal.value.code, ReviewCycle.objects.get(pk=cycle.pk).reviewer) == ("own_work", people[2])


def test_take_over_without_a_reason_is_refused(people):
    cycle = taken(people)

    with pytest.raises(Invalid) as refusal:
        cycles.take_over(cycle=cycle, by=UserFactory(), at=AT, reason=" ")

    assert [field for field, _text in refusal.value.reasons] == ["reason"]


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [("pk", "Miksi?", "field"), ("title", " ", "text"), ("title", "a\x00b", "text")],
)
def test_comment_needs_a_field_and_plain_words(people, field, text, wrong):
    cycle = taken(people)

    with pytest.raises(Invalid) as refusal:
        cycles.comment(cycle=cycle, field=field, text=text, language="fi", by=people[2], at=AT)

    assert [name for name, _text in refusal.value.reasons] == [wrong]


def test_comment_can_be_taken_back_until_the_version_is_returned(people):
    cycle = taken(people)
    comment = cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)

    cycles.withdraw_comment(comment=comment, by=people[2])

    assert cycle.comments.count() == 0


def test_comment_of_a_returned_version_stays(people):
    cycle = returned(people)

    with pytest.raises(StateChanged):
        cycles.withdraw_comment(comment=cycle.comments.get(), by=people[2])

    assert cycle.comments.count() == 1


def test_comment_waits_for_the_review_to_be_taken(people):
    cycle = submitted(people)

    with pytest.raises(StateChanged):
        cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)


def test_whoever_answers_becomes_an_author(people):
    """Rule 12: who speaks for the authors does not review them."""
    cycle, colleague = returned(people), member(people[0].offering.institution, "author", "reviewer")
    cycles.answer(comment=cycle.comments.get(), text="Korjattu.", by=colleague, at=AT)
    cycles.submit(version=fresh(people), by=people[1], at=AT)

    with pytest.raises(NotAllowed) as refusal:
        cycles.take(cycle=ReviewCycle.objects.get(pk=cycle.pk), by=colleague, at=AT)

    assert refusal.value.code == "own_work"


def test_reviewer_does_not_answer_their_own_comment(people):
    cycle = returned(people)

    with pytest.raises(NotAllowed) as refusal:
        cycles.answer(comment=cycle.comments.get(), text="Kyllä.", by=people[2], at=AT)

    assert refusal.value.code == "own_work"


def test_answer_waits_until_the_version_is_returned(people):
    cycle = taken(people)
    comment = cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people[2], at=AT)

    with pytest.raises(NotAllowed):
        cycles.answer(comment=comment, text="Korjattu.", by=people[1], at=AT)


def test_returned_plan_taken_back_to_draft_can_still_be_answered(people):
    """T4: else back to PLAN_DRAFT; the comments stay open and block sending."""
    cycle = returned(people)
    cycles.reopen(cycle=cycle, by=people[1], at=AT, reason="Kirjoitetaan uusiksi")
    cycles.answer(comment=cycle.comments.get(), text="Uusiksi.", by=people[1], at=AT)

    cycles.submit(version=fresh(people), by=people[1], at=AT)

    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.SUBMITTED)


def test_new_version_supersedes_a_suspended_one(people):
    """T19."""
    version, author, reviewer, publisher = people
    first = approved(people)
    cycles.publish(version=fresh(people), by=publisher, at=AT)
    cycles.suspend(version=fresh(people), by=publisher, at=AT, reason="Virhe sisällössä")
    second = offerings.revise(offering=version.offering, by=author, at=AT)
    cycle = cycles.submit(version=second, by=author, at=AT)
    cycles.take(cycle=cycle, by=reviewer, at=AT)
    cycles.approve(cycle=cycle, by=reviewer, at=AT)

    cycles.publish(version=OfferingVersion.objects.get(pk=second.pk), by=publisher, at=AT)

    assert (state(first), state(cycle)) == (
        (Cycle.CLOSED_CONTINUE, Version.SUPERSEDED),
        (Cycle.DO, Version.PUBLISHED),
    )


def test_approval_holds_to_the_end_of_its_last_day(people):
    """N9: deadlines end 23:59:59 in Finland."""
    cycle = approved(people)

    cycles.publish(version=fresh(people), by=people[3], at=AT + timedelta(days=90, hours=11))

    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


def test_text_changed_after_approval_does_not_publish(people):
    """T8: hash equal to the approved content."""
    approved(people)
    OfferingVersion.objects.filter(pk=people[0].pk).update(
        title={"fi": "Aivan muuta", "en": "Something else"}
    )

    with pytest.raises(Refused) as refusal:
        cycles.publish(version=fresh(people), by=people[3], at=AT)

    assert refusal.value.code == "content_changed"


def test_unapproved_version_is_not_published(people):
    """5.1/5: publication without approval is a 403 with the reason."""
    with pytest.raises(NotAllowed) as refusal:
        cycles.publish(version=people[0], by=people[3], at=AT)

    assert (refusal.value.code, refusal.value.status) == ("not_approved", 403)


def test_retired_offering_closes_its_round(people):
    """T18."""
    cycle = approved(people)
    cycles.publish(version=fresh(people), by=people[3], at=AT)

    cycles.retire(version=fresh(people), by=people[3], at=AT, reason="Kysyntä päättyi")

    assert state(cycle) == (Cycle.CLOSED_RETIRE, Version.RETIRED)


@pytest.mark.parametrize("move", [cycles.suspend, cycles.retire])
def test_stopping_needs_a_reason(people, move):
    cycle = approved(people)
    cycles.publish(version=fresh(people), by=people[3], at=AT)

    with pytest.raises(Invalid):
        move(version=fresh(people), by=people[3], at=AT, reason="  ")

    assert state(cycle) == (Cycle.DO, Version.PUBLISHED)


def test_authors_who_have_left_get_no_letter(people):
    people[1].memberships.all().delete()

    returned(people)

    assert Letter.objects.filter(to=people[1].email).count() == 0


def test_letters_name_the_offering_and_nobody(people):
    """N7."""
    returned(people)

    letter = Letter.objects.get(to=people[1].email)
    assert people[0].offering.code in letter.subject
    assert people[2].name not in letter.subject + letter.body


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_and_one_gets_it():
    """5.2: a second click gets "Tila on jo muuttunut"."""
    version = OfferingVersionFactory()
    author = member(version.offering.institution, "author")
    cycle = cycles.submit(version=version, by=author, at=AT)
    reviewers = [member(version.offering.institution, "reviewer") for _number in range(2)]
    start = threading.Barrier(2)

    def take(reviewer):
        try:
            mine = ReviewCycle.objects.select_related("version").get(pk=cycle.pk)
            start.wait(timeout=10)
            cycles.take(cycle=mine, by=reviewer, at=AT)
            return "taken"
        except StateChanged as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(take, reviewers))

    assert results == ["state_changed", "taken"]
    assert state(cycle) == (Cycle.PLAN_REVIEW, Version.IN_REVIEW)


@pytest.mark.parametrize("verb", ["submit", "comment", "answer", "take_over"])
def test_each_verb_asks_for_the_version_before_its_cycle(people, verb):
    """PostgreSQL ends one of two transactions that lock the same rows in another order."""
    version, author, reviewer, _publisher = people
    if verb == "submit":
        cycle = returned(people)
        cycles.answer(comment=cycle.comments.get(), text="Siksi.", by=author, at=AT)
        version.refresh_from_db()
        act = partial(cycles.submit, version=version, by=author, at=AT)
    elif verb == "answer":
        act = partial(cycles.answer, comment=returned(people).comments.get(), text="Siksi.", by=author, at=AT)
    elif verb == "comment":
        act = partial(
            cycles.comment,
            cycle=taken(people),
            field="title",
            text="Miksi?",
            language="fi",
            by=reviewer,
            at=AT,
        )
    else:
        other = member(version.offering.institution, "reviewer")
        act = partial(cycles.take_over, cycle=taken(people), by=other, at=AT, reason="Loma.")

    with CaptureQueriesContext(connection) as asked:
        act()

    asked = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    rows = [
        table
        for sql in asked
        for table in ("registry_offeringversion", "quality_reviewcycle")
        if f'FROM "{table}"' in sql
    ]
    assert list(dict.fromkeys(rows)) == ["registry_offeringversion", "quality_reviewcycle"]


def test_comment_holds_no_henkilotunnus(people):
    """Rule 10: refused wherever a person writes."""
    cycle, reviewer = taken(people), people[2]

    with pytest.raises(Invalid) as refusal:
        cycles.comment(cycle=cycle, field="title", text="Ks. 131052-308T", language="fi", by=reviewer, at=AT)

    assert [field for field, _text in refusal.value.reasons] == ["text"]
    assert not cycle.comments.exists()


def test_decision_note_holds_no_henkilotunnus(people):
    with pytest.raises(Invalid):
        cycles.approve(cycle=taken(people), by=people[2], at=AT, note="Ks. 131052-308T")

    assert fresh(people).status == Version.IN_REVIEW
