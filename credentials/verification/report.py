"""What came of checking a credential."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from credentials.verification.saying import Said


class Outcome(StrEnum):
    """From good to bad; a report is as good as its worst line."""

    VALID = "valid"
    WARNING = "warning"
    UNKNOWN = "unknown"
    INVALID = "invalid"


WORST_FIRST = (Outcome.INVALID, Outcome.UNKNOWN, Outcome.WARNING, Outcome.VALID)


NAMES = (
    "readable", "file", "proof", "issuer", "register", "status", "validity", "offering", "quality_at_issue",
    "quality_today",
    "rectification", "record",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of a report. `name` is stable; `message` is in the language of the moment once it is told.

    `why` is the code of a file that cannot be read, for the word on the whole, or of a proof by a leaked key.
    """

    name: str
    outcome: Outcome
    message: Said | str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Every line, in the order of NAMES; a check that has nothing to look at is left out.

    `document` is the credential as read, `credential` our row of it, when there is one. A file that holds
    none may show a `code`, or the `secret` of a share: what was asked for with it counts as a try. From one
    that `is_part` its owner may have left something out. Of a file of several, `records` are their reports,
    and each has a line.
    """

    checks: tuple[Check, ...]
    document: dict | None = None
    credential: Any = None
    code: str = ""
    secret: str = ""
    is_part: bool = False
    records: tuple["Report", ...] = ()

    @property
    def is_copy(self) -> bool:
        """Whether only the file itself is unproven: a reprint, a photograph, a PDF that was saved again."""
        unproven = [check.name for check in self.checks if check.outcome == Outcome.UNKNOWN]
        is_other = unproven == ["file"] and self.outcome == Outcome.UNKNOWN
        return is_other and self.credential is not None and not self.is_part

    @property
    def is_whole(self) -> bool:
        """Whether the file itself, unchanged and with all its parts, is what the register holds."""
        found = {check.name: check.outcome for check in self.checks}
        is_unchanged = found.get("proof") == found.get("register") == Outcome.VALID
        is_sealed = found.get("file", Outcome.VALID) == Outcome.VALID
        return is_unchanged and is_sealed and self.document is not None and not self.is_part

    @property
    def outcome(self) -> Outcome:
        found = {check.outcome for check in self.checks}
        return next(outcome for outcome in WORST_FIRST if outcome in found)
