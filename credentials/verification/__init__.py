"""Is a credential genuine and in force? Every question gets its own line; nothing is ever fetched."""

import re
import unicodedata
from datetime import datetime
from textwrap import wrap
from typing import IO
from urllib.parse import unquote

from credentials.models import Credential
from credentials.proofs import canonical
from credentials.verification import carriers, checks
from credentials.verification.carriers import MAX_BYTES
from credentials.verification.report import NAMES, Check, Outcome, Report

__all__ = [
    "MAX_BYTES",
    "NAMES",
    "Check",
    "Outcome",
    "Report",
    "by_code",
    "grouped_code",
    "plain_code",
    "read_at_most",
    "typed_code",
    "typed_secret",
    "verify",
]

MAX_DRAINED = 32_000_000
SHARE = re.compile(r"/s/([\w-]*)", re.ASCII)
SECRET = re.compile(r"[\w-]{43}", re.ASCII)  # as credentials.actions.shares makes them
CODE_ADDRESS = re.compile(r"/verify/([^/?#]+)")
# Three groups of four that stand apart from other words, of the letters codes are made of.
GROUPS = re.compile(r"(?<![0-9A-Z])[2-9A-HJ-NP-Z]{4}(?:[\W_]*[2-9A-HJ-NP-Z]{4}){2}(?![0-9A-Z])")


def verify(*, document: bytes | str, at: datetime) -> Report:
    """Check a credential that anybody sent us. Never raises on a bad one and never fetches."""
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else bytes(document)
    known = checks.contexts_here()
    try:
        carried = carriers.read(data, at=at, contexts=known)
    except canonical.NotCanonical as refusal:
        return Report(checks=(checks.unreadable(refusal.code, refusal.detail),))
    lines, row = checks.of(carried, at=at)
    return Report(checks=tuple(lines), document=carried.document, credential=row)


def by_code(*, code: str, at: datetime) -> Report | None:
    """The report on the stored credential that a human code names; None when there is none."""
    credential = Credential.objects.filter(human_code=plain_code(code)).first()
    return verify(document=bytes(credential.document), at=at) if credential else None


def read_at_most(stream: IO[bytes]) -> bytes:
    """What somebody sends, or one byte more than is read of a credential when it is too large.

    The rest is read away up to a limit, because a sender who is cut off never sees our answer.
    """
    data, drained = stream.read(MAX_BYTES + 1), 0
    while len(data) > MAX_BYTES and drained < MAX_DRAINED and (rest := stream.read(MAX_BYTES)):
        drained += len(rest)
    return data


def plain_code(code: str) -> str:
    """A human code as it is stored, out of what a person typed: abcd-efgh jklm → ABCDEFGHJKLM."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", code).upper())[:20]


def typed_code(text: str) -> str:
    """The plain human code in what was typed or pasted: a code, its link, or words around it; else ""."""
    text = unicodedata.normalize("NFKC", unquote(text))
    if address := CODE_ADDRESS.search(text):
        return plain_code(address[1])
    found = GROUPS.search(text.upper())
    return plain_code(found[0] if found else text)


def typed_secret(text: str) -> str | None:
    """The secret of a share in what was typed or pasted: its link, whole or broken by spaces, or the secret.

    None where it is no share at all; "" where it is the link of one, but not a whole one.
    """
    text = re.sub(r"\s", "", text)
    address = SHARE.search(text)
    secret = address[1] if address else text
    if SECRET.fullmatch(secret):
        return secret
    return "" if address else None


def grouped_code(code: str) -> str:
    """A human code as people read it, found or not: ABCD-EFGH-JKLM."""
    return "-".join(wrap(plain_code(code), 4))
