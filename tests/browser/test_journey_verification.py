"""Journey 3 (issue A, "Shows"): a stranger verifies by code and by file."""

import json
import re

import pytest

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
    stranger.reads("The credential is not valid")
    proof = stranger.page.get_by_role("row", name=re.compile(f"^{stranger.word('Signature')}"))
    assert stranger.word("Not in order") in proof.text_content()
