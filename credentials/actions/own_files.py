"""A downloaded file of own data comes back: what of it still holds, and whose account it belongs to."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from credentials import verification
from credentials.actions import learners
from credentials.actions.claims import AGAIN_AFTER
from credentials.models import Credential
from credentials.verification import Outcome, Report
from registry.errors import Invalid
from registry.models import User

MOST_BYTES = 20_000_000
MOST_FILES = 200
MOST_OF_ONE = 1_000_000
FOLDER = "credentials/"
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others could ask for any amount of memory


class Place(StrEnum):
    """Where a credential of the file stands, seen from the account."""

    YOURS = "yours"
    LETTER = "letter"  # kept in no account: its learner gets a link by letter
    OTHER = "other"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Found:
    name: str
    report: Report
    place: Place


@transaction.atomic
def read_back(*, packed: bytes, user: User, at: datetime) -> list[Found]:
    """Verify every credential of the file. One that is in no account gets its learner the usual letter.

    The letter goes to the address that the institution keeps, whoever has the file: a file proves no
    identity. Raises Invalid for what is no such file.
    """
    return [_found(name, data, user=user, at=at) for name, data in _credentials(packed)]


def _found(name: str, data: bytes, *, user: User, at: datetime) -> Found:
    if not data.startswith(b"{"):  # a picture or a print would be looked at for its code, which takes long
        raise _unreadable()
    report = verification.verify(document=data, at=at)
    if report.code or report.secret:  # nobody counts here who tries codes
        raise _unreadable()
    row, place = report.credential, Place.ELSEWHERE
    if row is not None and row.learner.user_id == user.pk:
        place = Place.YOURS
    elif row is not None and row.learner.user_id is not None:
        place = Place.OTHER
    elif row is not None and _is_whole(row, data, report) and row.learner.is_claimable:
        place = Place.LETTER
        if not row.learner.claims.filter(created_at__gt=at - AGAIN_AFTER).exists():
            learners.invite(learner=row.learner, by=None, at=at)
    return Found(name=name, report=report, place=place)


def _is_whole(row: Credential, data: bytes, report: Report) -> bool:
    return report.outcome != Outcome.INVALID and hashlib.sha256(data).hexdigest() == row.sha256


def _credentials(packed: bytes) -> Iterator[tuple[str, bytes]]:
    if len(packed) > MOST_BYTES:
        raise _wrong(_("The file is larger than 20 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = [one for one in archive.infolist() if _is_credential(one)]
            if not entries:
                raise _wrong(
                    _("There are no credentials in the file. Choose the zip that you downloaded here.")
                )
            if any(one.compress_type not in PACKED for one in entries):
                raise zipfile.BadZipFile
            if len(entries) > MOST_FILES or any(one.file_size > MOST_OF_ONE for one in entries):
                raise _wrong(_("There is more in the file than a download of ours can hold."))
            for one in entries:
                with archive.open(one) as stream:  # a false size in the entry ends as an error of the zip
                    yield one.filename.removeprefix(FOLDER), stream.read(MOST_OF_ONE + 1)
    except UNREADABLE as problem:
        raise _unreadable() from problem


def _is_credential(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.startswith(FOLDER) and entry.filename.endswith(".json")


def _unreadable() -> Invalid:
    return _wrong(_("The file cannot be read. Choose the zip that you downloaded here."))


def _wrong(said: str) -> Invalid:
    return Invalid(said, reasons=[("file", said)])
