"""Numbers of fewer than five people are hidden, which is not the same as none (rule 15)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from quality.models import Survey

FEWEST = Survey.SHOWN_FROM


def is_few(number: float) -> bool:
    return 0 < number < FEWEST


def words() -> str:
    """What stands in the place of a hidden number of people, or of a share of them."""
    return _("hidden: fewer than %(number)s") % {"number": FEWEST}


def words_of_answers() -> str:
    """What stands in the place of a mean of few answers."""
    return _("hidden: fewer than %(number)s answers") % {"number": FEWEST}


def hide(rows: Iterable[dict], *, number: str, fields: tuple[str, ...]) -> list[dict]:
    """The rows with None in the fields of those whose number is few.

    Where one row alone would be hidden the next smallest goes with it, else the sum less the others gives it.
    """
    rows = list(rows)
    few = [row for row in rows if is_few(row[number])]
    others = [row for row in rows if row[number] >= FEWEST]
    if len(few) == 1 and others:
        few.append(min(others, key=lambda row: row[number]))
    hidden = [id(row) for row in few]
    return [row | dict.fromkeys(fields) if id(row) in hidden else row for row in rows]
