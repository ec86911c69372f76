"""All open data in one file, made every night: what the API gives page by page."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from registry import catalogue
from registry.api.institutions import InstitutionSerializer
from registry.api.offerings import PathwaySerializer
from registry.api.versions import CodeListSerializer, RealisationSerializer, VersionSerializer, code_lists
from registry.rest import LICENCE

CHUNK = 500  # rows read at a time


@shared_task(name="registry.dump.nightly")
def nightly() -> bool:
    """Make the file unless it was made today; asked often, so that a missed night is made up for."""
    now, path = timezone.now(), Path(settings.DUMP_FILE)
    if path.exists() and timezone.localdate(_made(path.stat())) >= timezone.localdate(now):
        return False
    write(at=now)
    return True


def write(*, at: datetime) -> None:
    """Write the file beside its place and put it there whole: a reader has the old one or the new one."""
    path = Path(settings.DUMP_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".dump-", delete=False) as draft:
        try:
            for part in _parts(at):
                draft.write(part.encode())
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def opened() -> tuple[BinaryIO, os.stat_result] | None:
    """The file as it stands, and its facts; None before the first night."""
    try:
        file = Path(settings.DUMP_FILE).open("rb")  # noqa: SIM115  the answer closes it
    except FileNotFoundError:
        return None
    return file, os.fstat(file.fileno())


def etag(facts: os.stat_result) -> str:
    """A new file is a new inode at a new moment."""
    return f'"{facts.st_mtime_ns:x}-{facts.st_ino:x}-{facts.st_size:x}"'


@transaction.atomic
def _parts(at: datetime) -> Iterator[str]:
    """The file piece by piece, so that it never stands in memory whole."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = catalogue.current()
    institutions = InstitutionSerializer(
        list(shown.institutions.values()), many=True, context={"counts": shown.options["institution"]}
    )
    yield f'{{"licence": "{LICENCE}",\n"made_at": "{moment}",\n'
    yield f'"institutions": {_json(institutions.data)},\n'
    yield f'"code-lists": {_json(CodeListSerializer(code_lists(), many=True).data)},\n'
    yield f'"pathways": {_json(PathwaySerializer(catalogue.pathways(), many=True).data)},\n'
    yield from _array("versions", VersionSerializer, catalogue.changed_versions())
    yield ",\n"
    yield from _array("realisations", RealisationSerializer, catalogue.changed_realisations())
    yield "}\n"


def _array(name: str, serializer: type, rows: Iterable) -> Iterator[str]:
    yield f'"{name}": ['
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK)):
        yield ("," if number else "") + "\n" + _json(serializer(row).data)
    yield "]"


def _json(data) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)


def _made(facts: os.stat_result) -> datetime:
    return datetime.fromtimestamp(facts.st_mtime, tz=UTC)
