"""Journey 3 (issue A, "Shows"): a stranger verifies by code and by file."""

import io
import json
import re

import pypdfium2
import pytest
from django.utils import timezone

from credentials.actions import documents
from tests.browser.school import issued_yesterday

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_language]


def test_stranger_verifies_by_code(somebody):
    """P-68: the code tells what was learned and whether it stands, and whether a name is the right one."""
    credential = issued_yesterday()
    stranger = somebody()
    stranger.opens("verify")
    code = stranger.input(stranger.word("Verification code or share link"))

    stranger.types("ABCD-EFGH-JKLM", into=code)
    stranger.presses("Check the code")
    stranger.is_told("The code was not found. Check it against the certificate.", at=code)
    assert code.input_value() == "ABCD-EFGH-JKLM"

    stranger.types(credential.grouped_code.lower(), into=code)
    stranger.presses("Check the code")
    stranger.reads("The credential is valid")
    assert credential.learner.family_name not in stranger.page.content()

    name = stranger.input(stranger.word("Full name of the person"))
    stranger.types("Joku Toinen", into=name)
    stranger.presses("Compare the name")
    stranger.reads(
        "The name is not the one in the credential. Check how it is written,"
        " or ask the person for a share link."
    )
    stranger.types(credential.learner.name.upper(), into=name)
    stranger.presses("Compare the name")
    stranger.reads("The name matches the one in the credential.")


def test_stranger_verifies_by_file(somebody):
    """P-69: the file itself is enough, and a file in which anything was changed is refused."""
    document = bytes(issued_yesterday().document)
    altered = json.loads(document)
    altered["credentialSubject"]["achievement"]["name"] = "Jotakin aivan muuta"
    stranger = somebody()
    stranger.opens("verify")
    file = stranger.input(stranger.word("File of the credential"))

    stranger.presses("Check the credential")
    stranger.is_told("Choose the file of the credential, or paste its text.", at=file)

    stranger.chooses_file("credential.json", document, into=file)
    stranger.presses("Check the credential")
    stranger.reads("The credential is valid")

    stranger.follows("Check another one")
    stranger.chooses_file("credential.json", json.dumps(altered).encode(), into=file)
    stranger.presses("Check the credential")
    stranger.reads("The credential has been changed after it was issued")
    proof = stranger.page.get_by_role("row", name=re.compile(f"^{stranger.word('Signature')}"))
    assert stranger.word("Not in order") in proof.text_content()


def photograph(certificate: bytes) -> bytes:
    """Its first page as a screen shows it."""
    picture = io.BytesIO()
    pypdfium2.PdfDocument(certificate)[0].render(scale=2).to_pil().save(picture, "PNG")
    return picture.getvalue()


@pytest.mark.in_english
def test_employer_checks_a_certificate_and_a_list_of_codes(somebody):
    """Issue D, "Shows": a PDF, the same one altered, a picture of it, and a whole list of codes, by keys."""
    credential = issued_yesterday()
    file = documents.fetch(credential=credential, form="pdf", by=credential.learner.user, at=timezone.now())
    employer = somebody()
    employer.opens("verify")
    field = employer.input(employer.word("File of the credential"))

    employer.chooses_file("certificate.pdf", file.content, into=field)
    employer.presses("Check the credential")
    employer.reads("The credential is valid")

    employer.follows("Check another one")
    employer.chooses_file("certificate.pdf", file.content + b"\n% more\n", into=field)
    employer.presses("Check the credential")
    employer.reads("The PDF has been changed after it was sealed. Do not rely on what it says.")

    employer.follows("Check another one")
    employer.chooses_file("photo.png", photograph(file.content), into=field)
    employer.presses("Check the credential")
    employer.reads(
        "The picture itself proves nothing: anybody may have changed what it shows. Compare it with what the"
        " register says."
    )
    assert credential.grouped_code in employer.page.locator("main").text_content()

    employer.follows("Check another one")
    employer.follows("Verify many codes at once")
    codes = employer.input(employer.word("Or the codes, one on each line"))
    employer.types(f"{credential.grouped_code}\nABCD-EFGH-JKLM", into=codes)
    employer.presses("Check the codes")
    employer.reads("The code was not found. Check it against the certificate.")
    with employer.page.expect_download() as download:
        employer.tab_to(employer.button(employer.word("Download the result (CSV)")))
        employer.keys.press("Enter")
    assert credential.grouped_code in download.value.path().read_text("utf-8-sig")
