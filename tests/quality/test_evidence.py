"""Evidence: what a file is stands in its bytes (6.4)."""

import io
import zipfile
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from quality.actions import evidence
from quality.models import Evidence, Pilot, Rating
from registry.errors import Invalid, NotAllowed
from tests.factories import AT
from tests.factories.quality import DecisionFactory, EvidenceFactory, panel_of
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"


def office(*parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<xml/>")
    return data.getvalue()


def about(**facts) -> evidence.About:
    return evidence.About(**{"title": "Raportti", "kind": Evidence.Kind.FILE, "dated_on": AT.date()} | facts)


def added(*, name="raportti.pdf", data=PDF, by=None, **facts) -> Evidence:
    return evidence.add_file(
        institution=InstitutionFactory(), about=about(**facts), name=name, data=data,
        by=by or UserFactory(), at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.pdf", PDF, evidence.PDF),
        ("a.PNG", PNG, evidence.PNG),
        ("a.jpeg", b"\xff\xd8\xff\xe0", evidence.JPEG),
        ("a.docx", office("word/document.xml"), evidence.DOCX),
        ("a.xlsx", office("xl/workbook.xml"), evidence.XLSX),
    ],
    ids=["pdf", "png", "jpeg", "docx", "xlsx"],
)
def test_file_that_is_what_it_says_is_kept(name, data, media_type):
    row = added(name=name, data=data)

    assert (row.media_type, evidence.content(row)) == (media_type, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PNG),
        ("a.png", PDF),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", b"PK\x03\x04 no archive"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
        ("a.pdf", b""),
        ("a.pdf", PDF + b"\0" * evidence.MOST_BYTES),
    ],
    ids=["png", "pdf", "xlsx", "no archive", "macros", "exe", "svg", "empty", "large"],
)
def test_file_that_is_not_what_it_says_is_refused_at_its_field(name, data):
    """Bad input of issue C: nothing is kept of it."""
    with pytest.raises(Invalid) as refusal:
        added(name=name, data=data)

    assert [field for field, _said in refusal.value.reasons] == ["file"]
    assert not Evidence.objects.exists()
    assert not list(evidence.folder().iterdir())


def test_name_of_the_sender_never_becomes_a_path():
    row = added(name="../../etc/passwd.pdf")

    assert row.name == "passwd.pdf"
    assert [one.name for one in evidence.folder().iterdir()] == [row.file]


def test_file_is_readable_by_the_service_only():
    row = added()

    assert (evidence.folder() / row.file).stat().st_mode & 0o077 == 0


def test_only_who_added_it_takes_evidence_back(django_capture_on_commit_callbacks):
    by = UserFactory()
    row = added(by=by)
    with pytest.raises(NotAllowed):
        evidence.remove(evidence=row, by=UserFactory(), at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(evidence=row, by=by, at=AT)

    assert not Evidence.objects.exists()
    assert not list(evidence.folder().iterdir())


def test_file_of_what_was_taken_back_is_swept(time_machine):
    """Written, then something later in the same transaction is refused: no row, no file for long."""
    with transaction.atomic():
        added()
        transaction.set_rollback(True)
    [orphan] = evidence.folder().iterdir()
    kept = added()

    evidence.forget_due()
    soon = {one.name for one in evidence.folder().iterdir()}
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    evidence.forget_due()

    assert soon == {orphan.name, kept.file}
    assert {one.name for one in evidence.folder().iterdir()} == {kept.file}


def test_file_goes_when_its_retention_ends():
    row = added(keep_until=AT.date() + timedelta(days=1))

    assert evidence.forget_expired(today=AT.date() + timedelta(days=1), at=AT) == 0
    assert evidence.forget_expired(today=AT.date() + timedelta(days=2), at=AT) == 1
    assert not (evidence.folder() / row.file).exists()


def test_retention_is_looked_after_every_morning():
    row = added(keep_until=timezone.localdate() - timedelta(days=1))
    [task] = [one["task"] for name, one in settings.CELERY_BEAT_SCHEDULE.items() if "evidence" in name]

    assert (current_app.tasks[task].run(), Evidence.objects.filter(pk=row.pk).exists()) == (1, False)


@pytest.mark.parametrize("use", ["decision", "rating", "pilot"])
def test_evidence_that_something_rests_on_is_not_taken_back(use):
    """6.4: what was decided or rated by it stays to be shown."""
    row = EvidenceFactory()
    if use == "decision":
        DecisionFactory(cycle=row.cycle, decided_at=AT + timedelta(days=1))
    elif use == "rating":
        Rating.objects.create(
            member=panel_of(row.cycle)[0], round=1, principle="quality", grade=3, evidence=row, rated_at=AT
        )
    else:
        Pilot.objects.create(
            offering=row.cycle.offering, host="Sairaala", starts_on=AT, ends_on=AT, evidence=row
        )

    with translation.override("en"), pytest.raises(NotAllowed) as refused:
        evidence.remove(evidence=row, by=row.added_by, at=AT)

    assert str(refused.value.message) == "Something has been decided or rated by this evidence: it stays."
    assert Evidence.objects.filter(pk=row.pk).exists()
