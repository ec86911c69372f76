"""The trail played again: from its lines alone, the state of every round, version and finding.

Reads nothing but lines of the trail, and knows the moves of the specification (6.2) by its own table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from registry.models import TrailEntry

KINDS = ("reviewcycle", "version", "finding")
# Every move of a round that T1–T20 know; "" is before its first line.
ROUND = {
    ("", "plan_draft"),  # T1
    ("", "do"),  # T12, T15: the next round
    ("plan_draft", "plan_review"),  # T2
    ("plan_review", "plan_returned"),  # T4
    ("plan_returned", "plan_review"),  # T5
    ("plan_returned", "plan_draft"),  # T4: not sent again in time
    ("plan_review", "rejected"),  # T6
    ("plan_review", "plan_approved"),  # T7
    ("plan_approved", "do"),  # T8
    ("plan_approved", "plan_draft"),  # T20
    ("do", "check_open"),  # T9
    ("check_open", "check_review"),  # T10
    ("check_review", "act"),  # T11
    ("check_review", "closed_continue"),  # T12
    ("act", "act_verify"),  # T13
    ("act_verify", "act"),  # T14
    ("act_verify", "closed_continue"),  # T15
    *((one, "suspended") for one in ("do", "check_open", "check_review", "act", "act_verify")),  # T16
    *(("suspended", one) for one in ("do", "check_open", "check_review", "act", "act_verify")),  # T17
    ("do", "closed_retire"),  # T18
    ("act", "closed_retire"),  # T18
    ("suspended", "closed_retire"),  # T18, from a suspension that is not lifted any more
    *((one, "closed_continue") for one in ("do", "check_open", "check_review", "suspended")),  # T19
}
VERSION = {
    ("", "draft"),
    ("draft", "submitted"),
    ("submitted", "in_review"),
    ("in_review", "changes_requested"),
    ("in_review", "approved"),
    ("in_review", "rejected"),
    ("changes_requested", "submitted"),
    ("changes_requested", "draft"),
    ("approved", "published"),
    ("approved", "draft"),
    ("published", "suspended"),
    ("published", "superseded"),
    ("published", "retired"),
    ("suspended", "published"),
    ("suspended", "superseded"),
    ("suspended", "retired"),
}
FINDING = {("", "open"), ("open", "acted"), ("acted", "verified"), ("acted", "open"), ("verified", "open")}
MOVES = {"reviewcycle": ROUND, "version": VERSION, "finding": FINDING}
# Who may have made a move, by the role that its line names; a chair is of quality or a reviewer.
CHAIR = {"quality", "reviewer", "rectorate"}
WHO = {
    "plan_draft": {"author"},
    "plan_review": {"author"},
    "plan_returned": CHAIR,
    "rejected": CHAIR,
    "plan_approved": CHAIR,
    "check_open": {"quality"},
    "check_review": {"author"},
    "suspended": {"quality", "rectorate"},
    "closed_retire": {"quality"},
}
BY_MOVE = {
    ("plan_approved", "do"): {"publisher"},
    ("suspended", "do"): {"rectorate"},
    ("suspended", "check_open"): {"rectorate"},
    ("suspended", "check_review"): {"rectorate"},
    ("suspended", "act_verify"): {"rectorate"},
    ("suspended", "act"): {"rectorate", "publisher"},  # T17, or T19
    ("check_review", "act"): CHAIR,
    ("check_review", "closed_continue"): {*CHAIR, "publisher"},  # T12, or T19
    ("act_verify", "act"): {"quality"},
    ("act_verify", "closed_continue"): {"quality", "publisher"},  # T15, or T19
    ("do", "closed_continue"): {"publisher", "quality"},  # T19, at once or with the last finding verified
    ("check_open", "closed_continue"): {"publisher", "quality"},
    ("suspended", "closed_continue"): {"publisher"},
}


@dataclass
class Replay:
    """`states` by what the trail calls a row; `faults` what no round could have done."""

    states: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)  # offering → the version that the catalogue shows
    faults: list[str] = field(default_factory=list)
    last: int = 0

    def read(self, lines: Iterable[TrailEntry]) -> None:
        for line in lines:
            self.last = line.pk
            kind, _colon, name = line.about.partition(":")
            if line.became and kind in KINDS:
                self._move(line, kind)
                if kind == "version":
                    self._show(name.rpartition(".")[0], name, line.became)

    def _move(self, line: TrailEntry, kind: str) -> None:
        was = self.states.get(line.about, "")
        if (line.was or "") != was and line.was:
            self.faults.append(f"{line.about}: the trail says from {line.was}, it was {was}")
        if (was, line.became) not in MOVES[kind]:
            self.faults.append(f"{line.about}: no move from “{was}” to “{line.became}”")
        if kind == "reviewcycle":
            self._who(line, was)
        self.states[line.about] = line.became

    def _who(self, line: TrailEntry, was: str) -> None:
        may = BY_MOVE.get((was, line.became)) or WHO.get(line.became)
        if may and line.by_id and not may & set(line.role.split(", ")):
            self.faults.append(f"{line.about}: {was} → {line.became} by “{line.role}”")
        if line.by_id is None and was:
            self.faults.append(f"{line.about}: {was} → {line.became} by nobody")

    def _show(self, offering: str, version: str, became: str) -> None:
        if became == "published":
            self.shown[offering] = version
        elif became == "retired":
            self.shown.pop(offering, None)
