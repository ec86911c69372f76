"""What two people have done to the same tab at once, side by side; nothing of either is lost unseen."""

import copy
from dataclasses import dataclass

from registry import catalogue, differences, trail
from registry.models import OfferingVersion


@dataclass(frozen=True)
class Entered:
    """What the person typed into a tab: `content` by field, `outcomes` where the tab has them, and stamps.

    `seen` are the stamps of the fields when the tab was opened, `mine` those of what was typed.
    """

    content: dict
    outcomes: list[dict] | None
    seen: dict[str, str]
    mine: dict[str, str]

    def apart(self, now: dict[str, str]) -> list[str]:
        """The fields that somebody else has saved otherwise meanwhile."""
        return [
            name
            for name, stamp in now.items()
            if self.seen.get(name, stamp) != stamp and self.mine[name] != stamp
        ]

    def is_touched(self, name: str) -> bool:
        return self.mine[name] != self.seen.get(name)


def taken(entered: Entered, *, stored: OfferingVersion, now: dict[str, str]) -> OfferingVersion:
    """The stored version with what the person changed laid over it: what only the other changed stays."""
    merged = copy.copy(stored)
    for name, value in entered.content.items():
        if entered.is_touched(name) or name not in entered.apart(now):
            setattr(merged, name, value)
    return merged


def page(entered: Entered, *, stored: OfferingVersion, now: dict[str, str]) -> dict:
    """Both changes for templates/registry/version_meeting.html: who saved, what both or one changed."""
    shown, apart = catalogue.current(), entered.apart(now)
    entry = trail.of(row=stored).filter(verb="edited").first()
    rows = [
        {
            "label": OfferingVersion.label(name),
            "theirs": _lines(name, stored=stored, shown=shown),
            "yours": _typed(name, entered=entered, shown=shown),
            "is_both": entered.is_touched(name),
        }
        for name in apart
    ]
    return {
        "by": entry.by if entry else None,
        "at": entry.at if entry else None,
        "both": [row for row in rows if row["is_both"]],
        "theirs": [row for row in rows if not row["is_both"]],
    }


def _lines(name: str, *, stored: OfferingVersion, shown) -> list[dict]:
    if name == "outcomes":
        rows = stored.outcomes.order_by("order").values("kind", "text", "skill_keywords", "skills")
        return differences.outcome_lines(rows)
    return differences.value_lines(name, getattr(stored, name), shown=shown)


def _typed(name: str, *, entered: Entered, shown) -> list[dict]:
    if name == "outcomes":
        return differences.outcome_lines(entered.outcomes or [])
    return differences.value_lines(name, entered.content[name], shown=shown)
