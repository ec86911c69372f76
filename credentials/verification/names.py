"""Is a typed name the person's? Capitals, accents, dashes and the order of the two parts do not matter."""

import re
import unicodedata


def is_same(typed: str, *, given_names: str, family_name: str) -> bool:
    asked, given, family = _plain(typed), _plain(given_names), _plain(family_name)
    return bool(asked) and asked in (f"{given} {family}".strip(), f"{family} {given}".strip())


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))
