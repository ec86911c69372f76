"""The personal identity code has no place here (rule 10): whether a text looks like holding one."""

import re

# ddmmyy, the sign of the century, a three-digit number and a check character. Without regard to the check
# character:
# a mistyped code tells as much about a person.
LOOK = re.compile(r"(?<![0-9A-Z])\d{6}[-+−–A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![0-9A-Z])", re.IGNORECASE)


def is_in(text: str) -> bool:
    return LOOK.search(text) is not None
