"""T1–T20 (6.2): each has a test of the allowed move, of its guards, of the wrong role; this table says which.

A transition without one of the three, a test that is renamed or no longer names its transition, a move that
belongs to no transition: each fails here. What the guards say is checked by test_refusals.py.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from quality.drills.properties_replay import ROUND
from quality.models import ReviewCycle
from tests.test_access import INSTITUTION

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Proof:
    """Names of tests; `address` is the page of the move, open to `roles` alone (tests/test_access.py posts to
    it as everybody else); where a person and not a role decides, `wrong` is the test of it."""

    allowed: str
    guards: tuple[str, ...]
    address: str = ""
    roles: str = ""
    wrong: str = ""
    moves: frozenset[tuple[str, str]] = frozenset()


def moves(*pairs: str) -> frozenset[tuple[str, str]]:
    return frozenset(tuple(pair.split(" ")) for pair in pairs)


CHAIR = "test_only_the_chair_decides"
CHAIR_OF_CHECK = "test_only_the_chair_decides_a_check"
TABLE = {
    "T1": Proof(
        "test_first_self_assessment_begins_the_round", ("test_a_version_has_one_open_round",),
        "version-assess", "author",
    ),
    "T2": Proof(
        "test_sending_locks_the_text_and_gives_the_panel_28_days",
        ("test_incomplete_version_is_not_sent_on_any_track", "test_sending_asks_for_every_principle"),
        "version-submit", "author", moves=moves("plan_draft plan_review"),
    ),
    "T3": Proof(
        "test_whole_panel_starts_and_its_names_are_kept",
        ("test_panel_that_lacks_something_does_not_start", "test_conflict_of_interest_frees_the_seat"),
        "review-start", "quality",
    ),
    "T4": Proof(
        "test_returned_version_can_be_written_and_has_30_days",
        ("test_return_without_a_comment_is_refused",),
        wrong=CHAIR, moves=moves("plan_review plan_returned", "plan_returned plan_draft"),
    ),
    "T5": Proof(
        "test_same_panel_reads_again_in_14_days",
        ("test_unanswered_comment_blocks_sending_again", "test_after_three_rounds_the_chair_decides_no_more"),
        "version-submit", "author", moves=moves("plan_returned plan_review"),
    ),
    "T6": Proof(
        "test_rejection_closes_the_version_with_its_reasons",
        ("test_rejection_gives_its_reasons_in_finnish_or_swedish", "test_appeal_is_sent_within_14_days"),
        wrong=CHAIR, moves=moves("plan_review rejected"),
    ),
    "T7": Proof(
        "test_approval_keeps_the_hash_the_letter_and_90_days",
        (
            "test_approval_waits_for_every_member", "test_insufficient_principle_is_not_approved",
            "test_open_critical_finding_is_not_approved",
            "test_panel_that_is_no_longer_whole_does_not_approve",
        ),
        wrong=CHAIR, moves=moves("plan_review plan_approved"),
    ),
    "T8": Proof(
        "test_publish_states_the_quality_and_the_next_check",
        (
            "test_approval_older_than_90_days_does_not_publish",
            "test_text_changed_after_approval_does_not_publish",
            "test_author_cannot_publish", "test_publishing_without_the_preview_is_asked_again",
        ),
        "version-publish", "publisher", moves=moves("plan_approved do"),
    ),
    "T9": Proof(
        "test_check_opens_within_its_days_and_keeps_the_figures",
        ("test_check_does_not_open_too_early", "test_check_without_an_ended_realisation_wants_its_reason"),
        "review-check-open", "quality", moves=moves("do check_open"),
    ),
    "T10": Proof(
        "test_check_is_sent_to_its_panel",
        (
            "test_check_is_evaluated_by_each_principle_first", "test_missing_voices_want_a_reason",
            "test_pilot_is_reported_before_the_check_is_sent",
        ),
        "review-check-send", "author", moves=moves("check_open check_review"),
    ),
    "T11": Proof(
        "test_chair_asks_for_corrective_action",
        ("test_corrective_action_needs_a_finding", "test_check_is_decided_by_a_whole_panel"),
        wrong=CHAIR_OF_CHECK, moves=moves("check_review act"),
    ),
    "T12": Proof(
        "test_round_closes_and_the_next_one_begins",
        (
            "test_check_that_does_not_pass_does_not_go_on",
            "test_strengths_that_the_whole_panel_found_are_published",
        ),
        wrong=CHAIR_OF_CHECK, moves=moves("check_review closed_continue"),
    ),
    "T13": Proof(
        "test_actions_are_sent_when_each_finding_has_its_own",
        ("test_finding_without_action_keeps_the_actions_back", "test_action_without_evidence_is_refused"),
        wrong="test_only_authors_and_owners_send_the_actions", moves=moves("act act_verify"),
    ),
    "T14": Proof(
        "test_actions_are_returned_when_one_was_not_effective",
        ("test_actions_are_not_returned_without_saying_which",),
        "review-actions-return", "quality", moves=moves("act_verify act"),
    ),
    "T15": Proof(
        "test_round_closes_when_all_is_verified", ("test_closing_wants_its_note",),
        "review-close", "quality", moves=moves("act_verify closed_continue"),
    ),
    "T16": Proof(
        "test_offering_is_suspended_from_every_published_state", ("test_stopping_needs_a_reason",),
        "version-suspend", "quality rectorate",
        moves=moves(
            "do suspended", "check_open suspended", "check_review suspended", "act suspended",
            "act_verify suspended",
        ),
    ),
    "T17": Proof(
        "test_offering_goes_on_when_the_cause_is_removed",
        ("test_critical_finding_keeps_an_offering_suspended", "test_going_on_wants_a_note"),
        "version-resume", "rectorate",
        moves=moves(
            "suspended do", "suspended check_open", "suspended check_review", "suspended act",
            "suspended act_verify",
        ),
    ),
    "T18": Proof(
        "test_offering_ends",
        (
            "test_offering_ends_for_a_ground_that_is_counted", "test_stopping_needs_a_reason",
            "test_offering_does_not_end_in_the_middle_of_a_check",
            "test_offering_does_not_end_without_its_authors", "test_nobody_ends_what_they_proposed_to_end",
        ),
        "version-retire", "quality",
        moves=moves("do closed_retire", "act closed_retire", "suspended closed_retire"),
    ),
    "T19": Proof(
        "test_new_version_closes_the_round_of_the_older_one",
        (
            "test_new_version_leaves_the_older_round_open_while_findings_are",
            "test_last_verified_finding_closes_the_round_of_a_superseded_version",
        ),
        "version-publish", "publisher",
        moves=moves("do closed_continue", "check_open closed_continue", "suspended closed_continue"),
    ),
    "T20": Proof(
        "test_lapsed_approval_reopens_the_draft", ("test_reopening_needs_its_reason",),
        "version-reopen", "author", moves=moves("plan_approved plan_draft"),
    ),
}  # fmt: skip


@cache
def docstrings() -> dict[str, str]:
    """Every test of the package with what it says of itself."""
    found = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[node.name] = ast.get_docstring(node) or ""
    return found


@pytest.mark.parametrize("number", range(1, 21))
def test_transition_has_its_three_tests(number):
    """Issue C, Shows 1."""
    name = f"T{number}"
    proof = TABLE[name]

    named = [proof.allowed, *proof.guards, *filter(None, [proof.wrong])]
    silent = [one for one in named if name not in docstrings().get(one, "").replace(",", " ").replace(
        ":", " ").replace(".", " ").split()]  # fmt: skip

    assert silent == []
    assert proof.guards
    assert proof.wrong or INSTITUTION[proof.address][1] == proof.roles


def test_every_move_of_a_round_belongs_to_a_transition():
    """6.2: the product's table, move by move."""
    allowed = {(str(was), str(to)) for was, following in ReviewCycle.NEXT.items() for to in following}

    assert frozenset().union(*(one.moves for one in TABLE.values())) == allowed
    assert allowed == {move for move in ROUND if move[0]}
