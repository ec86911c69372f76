"""Evidence: a file checked by its bytes and kept outside the web root, or a link (6.4)."""

import hashlib
import io
import uuid
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import Evidence, Finding, ReviewCycle
from registry import trail
from registry.actions import words
from registry.errors import Invalid, NotAllowed
from registry.models import Institution, User

MOST_BYTES = 10 * 1024 * 1024
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"
ENDINGS = {".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".docx": DOCX, ".xlsx": XLSX}
BEGINNINGS = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


@dataclass(frozen=True)
class About:
    """What a piece of evidence is: its words, its day, who may see it, how long it is kept."""

    title: str
    kind: str
    dated_on: date
    visibility: str = Evidence.Visibility.INTERNAL
    has_personal_data: bool = False
    keep_until: date | None = None
    cycle: ReviewCycle | None = None
    finding: Finding | None = None


@transaction.atomic
def add_file(
    *, institution: Institution, about: About, name: str, data: bytes, by: User, at: datetime
) -> Evidence:
    """Keep a file under a name of ours, once its bytes say that it is what its name says."""
    media_type = checked(name=name, data=data)
    row = _row(institution, about, by=by, at=at)
    row.file = f"{uuid.uuid4().hex}{Path(name).suffix.lower()}"
    row.name, row.media_type = Path(name).name[:200], media_type
    row.size, row.sha256 = len(data), hashlib.sha256(data).hexdigest()
    row.save()
    trail.record(verb="evidence_added", row=row, by=by, at=at, content_hash=row.sha256)
    path = folder() / row.file
    path.write_bytes(data)
    path.chmod(0o600)
    return row


@transaction.atomic
def add_link(*, institution: Institution, about: About, url: str, by: User, at: datetime) -> Evidence:
    """Keep an address that shows something."""
    row = _row(institution, about, by=by, at=at)
    row.url = url
    row.save()
    trail.record(verb="evidence_added", row=row, by=by, at=at)
    return row


@transaction.atomic
def remove(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take back what one has added by mistake, while nothing has been decided on it."""
    kept = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if kept.added_by_id != by.pk:
        raise NotAllowed(_("Whoever added the evidence takes it back."))
    if kept.finding_id and kept.finding.status != Finding.Status.OPEN:
        raise NotAllowed(_("The action has been sent to be verified: its evidence stays."))
    if _is_used(kept):
        raise NotAllowed(_("Something has been decided or rated by this evidence: it stays."))
    trail.record(verb="evidence_removed", row=kept, by=by, at=at, content_hash=kept.sha256)
    name = kept.file
    kept.delete()
    if name:
        transaction.on_commit(lambda: (folder() / name).unlink(missing_ok=True))


@shared_task(name="quality.evidence.forget_due")
def forget_due() -> int:
    """What is not to be kept any more as of today. Returns how many pieces there were."""
    now = timezone.now()
    _forget_nobodys(at=now)
    return forget_expired(today=timezone.localdate(now), at=now)


def forget_expired(*, today: date, at: datetime) -> int:
    """Delete the files, and the rows, whose retention has ended. Returns how many there were."""
    rows = list(Evidence.objects.filter(keep_until__lt=today, ratings=None, pilots=None))
    for row in rows:
        with transaction.atomic():
            trail.record(verb="evidence_removed", row=row, by=None, at=at)
            name = row.file
            row.delete()
        if name:
            (folder() / name).unlink(missing_ok=True)
    return len(rows)


def _forget_nobodys(*, at: datetime) -> None:
    """Delete files that no row names: what added them was taken back after they had been written."""
    named = set(Evidence.objects.exclude(file="").values_list("file", flat=True))
    for path in folder().iterdir():
        if path.name not in named and path.stat().st_mtime < (at - timedelta(hours=1)).timestamp():
            path.unlink(missing_ok=True)


def content(evidence: Evidence) -> bytes:
    """The file's bytes as they were given."""
    return (folder() / evidence.file).read_bytes()


def checked(*, name: str, data: bytes) -> str:
    """The media type of a file whose name and bytes agree; Invalid for the field "file" otherwise."""
    said = ENDINGS.get(Path(name).suffix.lower())
    if said is None:
        raise _wrong("file", _("Give a PDF, PNG, JPG, DOCX or XLSX file."))
    if len(data) > MOST_BYTES:
        raise _wrong("file", _("The file is bigger than 10 MB."))
    if not data:
        raise _wrong("file", _("The file is empty."))
    found = _read_type(data)
    if found != said:
        raise _wrong("file", _("The file is not what its name says. Save it again in its own form."))
    return found


def folder() -> Path:
    """Where the files lie; made when it is first needed, readable by the service only."""
    path = Path(settings.EVIDENCE_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _read_type(data: bytes) -> str:
    """What the bytes are; "" when nothing we take. An office file with macros is nothing we take."""
    for beginning, media_type in BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in names or any(one.endswith("vbaProject.bin") for one in names):
        return ""
    return next((kind for part, kind in MAIN_PARTS.items() if part in names), "")


def _is_used(evidence: Evidence) -> bool:
    """A rating or a pilot's report names it, or the round has been decided since it was added."""
    cycle = evidence.cycle
    is_decided = cycle is not None and cycle.decisions.filter(decided_at__gte=evidence.added_at).exists()
    return is_decided or evidence.ratings.exists() or evidence.pilots.exists()


def _row(institution: Institution, about: About, *, by: User, at: datetime) -> Evidence:
    if about.dated_on > timezone.localdate(at):
        raise _wrong("dated_on", _("The day is not yet here."))
    return Evidence(
        institution=institution,
        cycle=about.cycle,
        finding=about.finding,
        title=words.needed(about.title, field="title", said=_("Give the evidence a title.")),
        kind=about.kind,
        dated_on=about.dated_on,
        visibility=about.visibility,
        has_personal_data=about.has_personal_data,
        keep_until=about.keep_until,
        added_at=at,
        added_by=by,
    )


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
