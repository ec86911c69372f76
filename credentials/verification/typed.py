"""Codes and share links as people type and paste them, in whatever way."""

import re
import unicodedata
from textwrap import wrap
from urllib.parse import unquote

SHARE = re.compile(r"/s/([\w-]*)", re.ASCII)
SECRET = re.compile(r"[\w-]{43}", re.ASCII)  # as credentials.actions.shares makes them
CODE_ADDRESS = re.compile(r"/verify/([^/?#]+)")
# Three groups of four that stand apart from other words, of the letters codes are made of.
GROUPS = re.compile(r"(?<![0-9A-Z])[2-9A-HJ-NP-Z]{4}(?:[\W_]*[2-9A-HJ-NP-Z]{4}){2}(?![0-9A-Z])")


def plain(code: str) -> str:
    """A human code as it is stored, out of what a person typed: abcd-efgh jklm → ABCDEFGHJKLM."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", code).upper())[:20]


def code(text: str) -> str:
    """The plain human code in what was typed or pasted: a code, its link, or words around it; else ""."""
    text = unicodedata.normalize("NFKC", unquote(text))
    if address := CODE_ADDRESS.search(text):
        return plain(address[1])
    found = GROUPS.search(text.upper())
    return plain(found[0] if found else text)


def secret(text: str) -> str | None:
    """The secret of a share in what was typed or pasted: its link, whole or broken by spaces, or the secret.

    None where it is no share at all; "" where it is the link of one, but not a whole one.
    """
    text = re.sub(r"\s", "", text)
    address = SHARE.search(text)
    found = address[1] if address else text
    if SECRET.fullmatch(found):
        return found
    return "" if address else None


def is_one(text: str) -> bool:
    """Whether a text is a code or a link and nothing else: no credential that was pasted."""
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > 500:
        return False
    is_address = text.startswith("http") and bool(CODE_ADDRESS.search(text))
    return is_address or secret(text) is not None or bool(GROUPS.fullmatch(text.upper()))


def grouped(code: str) -> str:
    """A human code as people read it, found or not: ABCD-EFGH-JKLM."""
    return "-".join(wrap(plain(code), 4))
