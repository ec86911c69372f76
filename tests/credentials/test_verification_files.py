"""Certificates as PDF, European credentials, study records and pictures, checked (issue D, 6)."""

import io
import json
import subprocess
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from credentials import keystore, verification
from credentials.actions import credentials, documents
from credentials.formats import badge_picture, elm, elmo, elmo_reading, pdf
from credentials.models import Credential, SigningKey
from credentials.proofs import jades, pades, xmldsig
from tests.factories import AT
from tests.factories.certificates import HOLDER, certified
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.pictures import PNG
from tests.factories.registry import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english"), pytest.mark.once]
WHOLE = dict.fromkeys(verification.NAMES[:-2], "valid")  # but rectification, record
SOUND = {name: outcome for name, outcome in WHOLE.items() if name != "file"}
LATER = AT + timedelta(days=1)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def fetched(credential: Credential, form: str) -> bytes:
    return documents.fetch(credential=credential, form=form, by=credential.learner.user, at=AT).content


def found(document: bytes, *, at=LATER) -> dict:
    report = verification.verify(document=document, at=at)
    return {check.name: str(check.outcome) for check in report.checks}


def said(document: bytes, name: str) -> str:
    checks = verification.verify(document=document, at=LATER).checks
    return next(check.message for check in checks if check.name == name)


def edited(data: bytes, change) -> bytes:
    """The PDF as another program would save it."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        change(opened)
        opened.save(written)
    return written.getvalue()


def unsealed(opened: pikepdf.Pdf) -> None:
    for name in ("/AcroForm", "/Perms"):
        if name in opened.Root:
            del opened.Root[name]
    for page in opened.pages:
        if "/Annots" in page:
            del page.Annots


def bare(opened: pikepdf.Pdf) -> None:
    unsealed(opened)
    del opened.Root.Names, opened.Root.AF


def picture_of(text: str, *, kind="PNG", scale=4, **options) -> bytes:
    drawn, written = io.BytesIO(), io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=scale, border=4)
    Image.open(drawn).convert("RGB").save(written, kind, **options)
    return written.getvalue()


def seal_of(credential: Credential):
    return keystore.active(institution=credential.institution, at=AT, purpose="seal", algorithm="P-256").seal


def address(credential: Credential) -> str:
    return f"http://127.0.0.1:8000/fi/verify/{credential.grouped_code}/"


def test_sealed_certificate_passes_every_check():
    """Issue D, 6: the file has a line of its own beside that of the credential in it."""
    credential = issued()
    report = verification.verify(document=fetched(credential, "pdf"), at=LATER)

    assert {check.name: str(check.outcome) for check in report.checks} == WHOLE
    assert (report.credential, report.is_copy) == (credential, False)


def test_certificate_altered_after_sealing_is_invalid():
    """Issue D, 6: tampering is an error, though the credential attached to the file still stands."""
    sealed = fetched(issued(), "pdf")

    assert found(sealed + b"\n% more\n") == WHOLE | {"file": "invalid"}
    assert found(edited(sealed, lambda one: None)) == WHOLE | {"file": "invalid"}
    assert "changed after it was sealed" in said(sealed + b"\n% more\n", "file")


def test_certificate_saved_without_its_seal_is_a_copy():
    """Issue D, 6: file unproven, credential valid: compare these fields."""
    credential = issued()
    copy = edited(fetched(credential, "pdf"), unsealed)

    report = verification.verify(document=copy, at=LATER)

    assert found(copy) == WHOLE | {"file": "unknown"}
    assert (report.is_copy, report.credential) == (True, credential)


def test_print_of_a_certificate_leads_to_the_credential_by_its_code():
    """Issue D, 6: a reprint holds nothing but the words and the QR code."""
    credential = issued()
    sealed = fetched(credential, "pdf")
    reprint = edited(sealed, bare)

    report = verification.verify(document=reprint, at=LATER)

    assert found(reprint) == WHOLE | {"file": "unknown"}
    assert (report.code, report.credential, report.is_copy) == (credential.human_code, credential, True)
    assert report.document is None  # nothing that the file did not say itself


def test_print_of_a_revoked_certificate_is_invalid():
    credential = issued()
    reprint = edited(fetched(credential, "pdf"), bare)
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    report = verification.verify(document=reprint, at=LATER)

    assert found(reprint)["status"] == "invalid"
    assert (str(report.outcome), report.is_copy) == ("invalid", False)


def test_certificate_with_two_files_attached_is_refused():
    """Issue D, bad input: which of them is meant nobody can say."""

    def attach(opened):
        unsealed(opened)
        opened.attachments["other.json"] = b"{}"

    two = edited(fetched(issued(), "pdf"), attach)

    assert found(two) == {"readable": "invalid"}
    assert "Several files" in said(two, "readable")


def test_certificate_with_the_credential_of_another_is_told_apart():
    """Issue D, bad input: swapped, and sealed again by the institution of the other."""
    one, other = issued(), issued()
    fetched(other, "pdf")
    seal = seal_of(other)
    swapped = pades.sign(edited(fetched(one, "pdf"), unsealed), seal=seal, at=AT)

    assert found(swapped) == WHOLE | {"file": "invalid"}
    assert "did not issue" in said(swapped, "file")


def test_certificate_sealed_by_a_stranger_is_invalid():
    """Issue D, bad input: re-signed by somebody else."""
    sealed = pades.sign(edited(fetched(issued(), "pdf"), unsealed), seal=certified(), at=AT)

    assert found(sealed) == WHOLE | {"file": "invalid"}
    assert "somebody else" in said(sealed, "file")


def test_certificate_sealed_with_a_leaked_key_counts_if_the_register_held_it_before():
    """A leaked key is dated: what was kept before stands, what is made with it does not."""
    credential = issued()
    kept = fetched(credential, "pdf")
    seal = seal_of(credential)
    SigningKey.objects.filter(purpose="seal").update(retired_at=LATER, compromised_at=AT + timedelta(hours=1))
    forged = pades.sign(edited(kept, unsealed), seal=seal, at=AT)

    assert (found(kept)["file"], found(forged)["file"]) == ("valid", "invalid")
    assert "has leaked" in said(forged, "file")


@pytest.mark.parametrize("form", ["elm", "elmo"])
def test_sealed_document_passes_every_check(form):
    """Issue D, 6: EDC and ELMO get the same lines as the badge."""
    credential = issued()
    report = verification.verify(document=fetched(credential, form), at=LATER)

    assert {check.name: str(check.outcome) for check in report.checks} == SOUND
    assert report.credential == credential
    assert report.document["name"] == credential.version.title["fi"]


@pytest.mark.parametrize(("form", "from_", "to"), [("elm", b"Aino", b"Eino"), ("elmo", b"Aino", b"Eino")])
def test_altered_document_is_invalid(form, from_, to):
    sealed = fetched(issued(), form)

    assert sealed.replace(from_, to) != sealed
    outcomes = found(sealed.replace(from_, to))
    assert (outcomes["proof"], outcomes["register"], outcomes["issuer"]) == ("invalid", "invalid", "valid")


@pytest.mark.parametrize("form", ["elm", "elmo"])
def test_revoked_document_is_invalid(form):
    credential = issued()
    sealed = fetched(credential, form)
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    assert found(sealed) == SOUND | {"status": "invalid"}


def foreign(form: str, *, did: str | None) -> bytes:
    """What a stranger seals: as an institution of ours, or as one that is not known here."""
    credential = issued()
    award = credential.facts
    if form == "elm":
        document = elm.document(award, pictures={award.language: [PNG]}, holder=HOLDER)
        document["issuer"]["id"] = did or document["issuer"]["id"]
        return jades.sign(elm.encode(document), seal=certified(), at=AT)
    document = elmo.document([award], certificates={award.credential_id: {award.language: b"%PDF-"}})
    if did:
        document = document.replace(award.issuer.did.encode(), did.encode())
    return xmldsig.sign(document, seal=certified())


@pytest.mark.parametrize("form", ["elm", "elmo"])
def test_document_sealed_by_another_is_told_by_what_is_known_of_its_issuer(form):
    """Issue D, 6: an unknown issuer is a warning; a known one whose key it is not is an error."""
    ours, theirs = found(foreign(form, did=None)), found(foreign(form, did="did:web:elsewhere.example"))

    assert (ours["proof"], ours["issuer"], ours["register"]) == ("invalid", "valid", "invalid")
    assert (theirs["proof"], theirs["issuer"], "register" in theirs) == ("unknown", "warning", False)


def test_sealed_json_of_another_kind_is_refused():
    sealed = json.loads(fetched(issued(), "elm"))
    payload = json.loads(sealed["payload"])

    assert found(json.dumps(sealed | {"payload": "{}"}).encode()) == {"readable": "invalid"}
    assert found(json.dumps(sealed | {"signatures": sealed["signatures"] * 2}).encode())["proof"] == "invalid"
    assert found(json.dumps(sealed | {"payload": payload}).encode()) == {"readable": "invalid"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_study_record_in_utf_16_is_read(encoding):
    """XML may come so; the seal is on what it says, not on how its letters are written."""
    text = fetched(issued(), "elmo").decode().replace("encoding='UTF-8'", "encoding='UTF-16'", 1)

    assert found(text.encode(encoding)) == SOUND
    assert found(text.replace("Aino", "Eino").encode(encoding))["proof"] == "invalid"


def several(*awards, seal=None) -> bytes:
    """A study record of one learner, sealed by the issuer of the first."""
    certificates = {one.credential_id: {one.language: b"%PDF-"} for one in awards}
    written = elmo.document(awards, certificates=certificates)
    return xmldsig.sign(written, seal=seal) if seal else written


def test_study_record_of_several_attainments_has_a_line_and_a_report_for_each(client):
    """One was revoked since: the file is not whole, the other still counts."""
    first = issued()
    house = first.institution
    second = issued(AttainmentFactory(institution=house, learner=first.learner), at=LATER)
    document = several(first.facts, second.facts, seal=seal_of(first))
    credentials.revoke(credential=second, reason="fraud", note="", by=UserFactory(), at=AT)

    report = verification.verify(document=document, at=LATER)

    lines = {line.message.split(" (")[0]: str(line.outcome) for line in report.checks[1:]}
    titles = [one.facts.title[one.language] for one in (first, second)]
    assert lines == dict(zip(titles, ["valid", "invalid"], strict=True))
    assert {one.credential: str(one.outcome) for one in report.records} == {
        first: "valid",
        second: "invalid",
    }
    page = client.post("/en/verify/", {"file": SimpleUploadedFile("a.xml", document)}).content.decode()
    assert "Not every credential in the file is valid" in page
    assert [f'id="report-{number}"' in page for number in (1, 2, 3)] == [True, True, False]
    assert "The credential has been revoked" in page
    altered = verification.verify(document=document.replace(b"Aino", b"Eino"), at=LATER)
    assert {str(one.outcome) for one in altered.records} == {"invalid"}


def test_study_record_of_too_many_or_unclear_attainments_is_told_as_such(monkeypatch):
    """It is no forgery and no wrong file. Unclear: one course with the awards of two."""
    one, other = issued().facts, issued().facts
    document = several(one, replace(other, learner=one.learner))
    start = document.index(b"</learningOpportunitySpecification>")
    between = document.index(b"<learningOpportunitySpecification", start)
    in_one = document[:start] + document[between:].replace(b"<learningOpportunitySpecification>", b"", 1)
    assert len(verification.verify(document=document, at=LATER).records) == 2
    monkeypatch.setattr(elmo_reading, "MOST", 1)

    for bad in (document, in_one):
        assert found(bad) == {"readable": "unknown"}
        assert "with 2 attainments" in said(bad, "readable")


@pytest.mark.parametrize(
    ("hostile", "word"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE elmo [<!ENTITY a 'b'>]><elmo>&a;</elmo>", "type declaration"),
        (b"<elmo xmlns='urn:other'></elmo>", "not a credential"),
        (b"<elmo xmlns='https://github.com/emrex-eu/elmo-schemas/tree/v1'/>", "no attainment in it"),
        (b"<elmo>" + b"<a>" * 100 + b"</a>" * 100 + b"</elmo>", "nested too deeply"),
        (b"<elmo>", "not well-formed"),
        ("<?xml version='1.0' encoding='UTF-16'?><elmo>ä</elmo>".encode("latin-1"), "not well-formed"),
    ],
)
def test_hostile_study_record_is_refused(hostile, word):
    """Issue D, bad input: entities, depth, charsets."""
    assert found(hostile) == {"readable": "invalid"}
    assert word in said(hostile, "readable")


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 60}), ("WEBP", {})])
def test_picture_of_a_qr_code_leads_to_the_credential(kind, options):
    """Issue D, 6: a picture or screenshot with a QR code."""
    credential = issued()
    picture = picture_of(address(credential), kind=kind, **options)

    report = verification.verify(document=picture, at=LATER)

    assert (report.code, report.credential, report.is_copy) == (credential.human_code, credential, True)


def test_photograph_of_a_certificate_is_read_askew():
    """Issue D, "Shows": a photo of it. Turned, small and grey."""
    credential = issued()
    page = Image.open(io.BytesIO(first_page(credential)))
    photograph = io.BytesIO()
    turned = page.convert("L").rotate(7, expand=True, fillcolor=90).resize((900, 1250))
    turned.save(photograph, "JPEG", quality=55)

    assert verification.verify(document=photograph.getvalue(), at=LATER).credential == credential


def first_page(credential: Credential) -> bytes:
    award = credential.facts
    return pdf.pictures(
        award,
        language=award.language,
        badge=bytes(credential.document),
        human_code=credential.grouped_code,
        verify_url=address(credential),
    )[0]


@pytest.mark.parametrize(
    ("text", "outcome", "word"),
    [
        ("http://127.0.0.1:8000/fi/verify/AAAA-BBBB-CCCC/", "invalid", "no such code"),
        ("https://elsewhere.example/pay/now", "unknown", "elsewhere.example"),
        ("javascript:alert(1)", "unknown", "not of this register"),
        ("http://127.0.0.1:8000/s/" + "a" * 43, "unknown", "the link of a share"),
    ],
)
def test_qr_code_that_leads_nowhere_is_told(text, outcome, word):
    """Issue D, 6: what a QR code leads to is never opened."""
    report = verification.verify(document=picture_of(text), at=LATER)

    assert (str(report.outcome), report.credential) == (outcome, None)
    assert word in " ".join(check.message for check in report.checks)


def test_picture_without_a_code_could_not_be_checked():
    empty = verification.verify(document=PNG, at=LATER)
    badge = badge_picture.png(issued().facts)

    assert (str(empty.outcome), str(empty.checks[0].outcome)) == ("unknown", "unknown")
    assert "no verification code" in empty.checks[0].message.lower()
    assert found(badge) == {"readable": "unknown"}


@pytest.mark.parametrize("data", [b"\0\0\0\x18ftypheic\0\0\0\0mif1", b"GIF89a\1\0", b"II*\0\x08\0\0\0"])
def test_picture_of_another_kind_says_what_to_send_instead(data):
    """What telephones keep, and old scanners."""
    assert found(data) == {"readable": "unknown"}
    assert "JPEG or PNG" in said(data, "readable")


def test_picture_of_two_codes_is_refused():
    one, other = (Image.open(io.BytesIO(picture_of(address(issued())))) for _ in range(2))
    both = Image.new("RGB", (one.width * 2 + 40, one.height), "white")
    both.paste(one, (0, 0))
    both.paste(other, (one.width + 40, 0))
    written = io.BytesIO()
    both.save(written, "PNG")

    assert found(written.getvalue()) == {"readable": "invalid"}
    assert "several credentials" in said(written.getvalue(), "readable")


def bomb() -> bytes:
    """A picture of 64 million pixels in a few kilobytes."""
    written = io.BytesIO()
    Image.new("1", (8_000, 8_001)).save(written, "PNG", optimize=True)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (picture_of("x")[:-40], "invalid"),
        (picture_of("x", kind="JPEG")[:300], "invalid"),
        (b"%PDF-1.7\nrubbish", "invalid"),
        (b"\xff\xd8\xff" + bytes(200), "invalid"),
        (bomb(), "invalid"),
        (b"\xff\xd8\xff" + bytes(verification.MAX_BYTES), "invalid"),
        (b"%PDF-1.7\n" + bytes(verification.MAX_BYTES), "invalid"),
        (b'{"signatures":' * 200_000, "invalid"),
        (b'{"a": "' + b"a" * 1_000_001 + b'"}', "invalid"),
    ],
    ids=["cut png", "cut jpeg", "no pdf", "no jpeg", "bomb", "large jpeg", "large pdf", "deep", "long text"],
)
def test_damaged_or_absurd_file_is_refused(data, outcome):
    """Issue D, bad input: truncated, absurd sizes and depth, bombs."""
    assert found(data) == {"readable": outcome}


def test_locked_pdf_could_not_be_checked():
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(fetched(issued(), "pdf"))) as opened:
        opened.save(written, encryption=pikepdf.Encryption(owner="a", user="b"))

    assert found(written.getvalue()) == {"readable": "unknown"}
    assert "password" in said(written.getvalue(), "readable")


def test_reader_that_dies_of_a_file_calls_it_damaged_and_its_own_faults_a_thing_of_today(monkeypatch, caplog):
    """A crash is the file's; a reader that cannot start is ours: "could not check now", with a log."""

    def ended(code):
        return lambda *_, **__: subprocess.CompletedProcess([], code, b"", b"ModuleNotFoundError")

    monkeypatch.setattr(subprocess, "run", ended(-11))
    assert found(PNG) == {"readable": "invalid"}

    monkeypatch.setattr(subprocess, "run", ended(1))
    assert found(PNG) == {"readable": "unknown"}
    assert "Try again later" in said(PNG, "readable")
    assert "ModuleNotFoundError" in caplog.text


def test_reader_of_pictures_gets_no_secrets(monkeypatch):
    """What takes strangers' files apart sees neither keys nor the address of the database."""
    seen = {}
    whole = subprocess.run

    def watched(*args, **options):
        seen.update(options["env"])
        return whole(*args, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    monkeypatch.setenv("KEY_ENCRYPTION_KEY", "secret")
    found(PNG)

    assert set(seen) <= {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}
