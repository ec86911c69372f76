"""From a file or a code to the report on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import IO, TYPE_CHECKING

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import get_language, gettext

from credentials.models import Credential, Rectification
from credentials.proofs import canonical
from credentials.verification import carriers, checks, printed, several, typed
from credentials.verification.carriers import MAX_BYTES, Carried
from credentials.verification.report import Check, Report
from credentials.verification.rows import Rows
from credentials.verification.saying import worded
from registry.models import Statement

if TYPE_CHECKING:
    from credentials.proofs.pades import PadesVerification

MAX_DRAINED = 32_000_000


def verify(*, document: bytes | str, at: datetime) -> Report:
    """Check a credential that anybody sent us. Never raises on a bad one.

    Of a file that holds none, but shows the code of one, the report is on that credential: it has `code`.
    """
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else bytes(document)
    register = Rows()
    try:
        carried = carriers.read(data, at=at, contexts=register.contexts, seals=register.seals)
    except carriers.SeveralRecords as found:
        return _on_each(found.records, register=register, at=at)
    except carriers.NoCredential as refusal:
        return _on_what_is_seen(data, sealed=refusal.sealed, at=at)
    except canonical.NotCanonical as refusal:
        return Report(checks=_told([checks.unreadable(refusal.code, refusal.detail)]))
    return _on_one(carried, register=register, at=at)


def by_code(*, code: str, at: datetime) -> Report | None:
    """The report on the stored credential that a human code names; None when there is none."""
    credential = Credential.objects.filter(human_code=typed.plain(code)).first()
    if credential is None:
        return None
    found = verify(document=bytes(credential.document), at=at)
    return replace(found, checks=_told(checks.in_register(line) for line in found.checks))


def state(*, code: str) -> tuple | None:
    """What the report on the credential of a code changes with, in one query; None when there is none.

    Its status, the leak of its key, what was said last of its offering's quality (a row that never changes),
    whether it is under rectification.
    """
    sql, words = _question_of_state()
    with connection.cursor() as cursor:
        cursor.execute(sql, [*words, typed.plain(code)])
        return cursor.fetchone()


@cache
def _question_of_state() -> tuple[str, tuple]:
    """The SQL, and its words but the last: the code. To write it takes Django ten times as long as to ask."""
    said = Statement.objects.filter(version=OuterRef("version")).order_by("-created_at", "-pk")
    asked = Rectification.objects.open().filter(attainment=OuterRef("attainment"))
    rows = Credential.objects.filter(human_code="").values_list(
        "pk",
        "status",
        "revocation_reason",
        "suspension_reason",
        "suspended_until",
        "key__compromised_at",
        Subquery(said.values("pk")[:1]),
        Exists(asked),
    )
    sql, words = rows.order_by().query.sql_with_params()
    return sql, words[:-1]


def read_at_most(stream: IO[bytes]) -> bytes:
    """What somebody sends, or one byte more than is read of a credential when it is too large.

    The rest is read away up to a limit, because a sender who is cut off never sees our answer.
    """
    data, drained = stream.read(MAX_BYTES + 1), 0
    while len(data) > MAX_BYTES and drained < MAX_DRAINED and (rest := stream.read(MAX_BYTES)):
        drained += len(rest)
    return data


def _on_one(carried: Carried, *, register: Rows, at: datetime) -> Report:
    lines, row = checks.of(carried, register=register, at=at)
    return Report(
        checks=_told(lines), document=carried.document, credential=row, is_part=bool(carried.signed)
    )


def _on_each(records: Iterable[Carried], *, register: Rows, at: datetime) -> Report:
    found = several.report([_on_one(one, register=register, at=at) for one in records])
    return replace(found, checks=_told(found.checks))


def _on_what_is_seen(data: bytes, *, sealed: PadesVerification | None, at: datetime) -> Report:
    """The report on a picture or a print. The credential's own text is not in it: it was not in the file."""
    try:
        seen = printed.look(data)
    except printed.Unseen as refusal:
        return Report(checks=_told([checks.unreadable(refusal.code, refusal.detail)]))
    if seen.secret:
        return Report(checks=_told([checks.unreadable("share", "")]), secret=seen.secret)
    named = by_code(code=seen.code, at=at)
    credential, kept = (named.credential, [*named.checks]) if named else (None, [])
    lines = checks.of_code(
        typed.grouped(seen.code),
        register=Rows(),
        kept=kept,
        institution=credential.institution if credential else None,
        sealed=sealed,
    )
    return Report(checks=_told(lines), credential=credential, code=seen.code)


def _told(lines: Iterable[Check]) -> tuple[Check, ...]:
    """The lines in the language of the moment."""
    language = get_language() or "en"
    return tuple(
        replace(line, message=worded(line.message, gettext=gettext, language=language)) for line in lines
    )
