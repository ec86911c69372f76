"""The personal identity code has no place here (rule 10): whether a text looks like holding one."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# ddmmyy, the sign of the century, a three-digit number and a check character. Without regard to the check
# character:
# a mistyped code tells as much about a person.
LOOK = re.compile(r"(?<![0-9A-Z])\d{6}[-+−–A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Z])", re.IGNORECASE)


def is_in(text: str) -> bool:
    return LOOK.search(text) is not None


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
