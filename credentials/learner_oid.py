"""The learner OID (oppijanumero): 1.2.246.562.24. and eleven digits, the last one a check digit.

The branch .98. is that of the national test environment. Source: OPH's OID service; docs/glossary.md.
"""

import re

SHAPE = re.compile(r"1\.2\.246\.562\.(?:24|98)\.(\d{10})(\d)", re.ASCII)
WEIGHTS = (7, 3, 1)


def has_shape(text: str) -> bool:
    return SHAPE.fullmatch(text) is not None


def is_valid(text: str) -> bool:
    """Whether the text has the shape and its check digit is right."""
    found = SHAPE.fullmatch(text)
    return found is not None and check_digit(found[1]) == int(found[2])


def check_digit(digits: str) -> int:
    """Weights 7, 3, 1 from the right; what the sum lacks to the next ten, as in a viitenumero."""
    total = sum(int(digit) * WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits)))
    return -total % 10
