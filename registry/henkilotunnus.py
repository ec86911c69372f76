"""The personal identity code: whether a text looks like holding one, where none may be, and whether one is
right (rule 10). Source: the Digital and Population Data Services Agency; docs/glossary.md."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CENTURIES = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"  # by the nine digits modulo 31
SHAPE = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-FHJ-NPR-Y])", re.ASCII)
# ddmmyy, the sign of the century, a three-digit number and a check character. Without regard to the check
# character:
# a mistyped code tells as much about a person.
LOOK = re.compile(r"(?<![0-9A-Z])\d{6}[-+−–A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Z])", re.IGNORECASE)


def is_in(text: str) -> bool:
    return LOOK.search(text) is not None


def birth_date(code: str) -> date | None:
    """The day of birth in a code; None where there is no such day or the code has not its shape."""
    found = SHAPE.fullmatch(code)
    if found is None:
        return None
    day, month, year, sign = int(found[1]), int(found[2]), int(found[3]), found[4]
    try:
        return date(CENTURIES[sign] + year, month, day)
    except ValueError:
        return None


def is_valid(code: str) -> bool:
    """Whether the day exists, the number is one that is given (002–999), and the check character is right."""
    found = SHAPE.fullmatch(code)
    if found is None or birth_date(code) is None or int(found[5]) < 2:
        return False
    digits = found[1] + found[2] + found[3] + found[5]
    return CHECKS[int(digits) % 31] == found[6]


def refuse(value: str) -> None:
    """Raise ValidationError when a text looks like holding one."""
    if is_in(value):
        raise ValidationError(
            _(
                "This looks like a personal identity code (henkilötunnus). It is not stored here: take it out"
                " of the text."
            ),
            code="henkilotunnus",
        )
