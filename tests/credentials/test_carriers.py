"""A credential as JWT, SD-JWT or picture gets the same lines as the JSON of it (issue D, items 1 and 6)."""

import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from credentials import keystore, verification
from credentials.actions import credentials
from credentials.formats import badge_picture, baked, open_badge, sd_jwt
from credentials.models import Credential
from credentials.proofs import jose, vc_jwt
from credentials.proofs import sd_jwt as proof
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory
from tests.factories.seals import seal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english"), pytest.mark.once]
ALL_VALID = dict.fromkeys(
    (name for name in verification.NAMES if name not in ("file", "rectification", "record")), "valid"
)
FORMS = ("jwt", "sd_jwt", "shown", "png", "svg", "json_in_png", "json_in_svg", "sd_jwt_in_png")
OTHERS = seal("ES256", did="did:web:elsewhere.example")


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def outcomes(document, *, at=AT):
    report = verification.verify(document=document, at=at)
    return {check.name: str(check.outcome) for check in report.checks}


def said(document) -> str:
    return verification.verify(document=document, at=AT).checks[0].message


def carried(credential: Credential, form: str, *, key=None) -> bytes:
    """The credential in one form, as the institution would give it out."""
    award = credential.facts
    key = key or keystore.active(institution=credential.institution, at=AT, algorithm="P-256").seal
    jwt = vc_jwt.sign(open_badge.document(award), seal=key)
    claims = sd_jwt.document(award)
    numbers = iter(range(1_000))
    whole = proof.issue(
        claims,
        hidden=sd_jwt.hidden(claims),
        seal=key,
        salt=lambda: jose.encode(next(numbers).to_bytes(16, "big")),
    )
    text = bytes(credential.document).decode()
    made = {
        "jwt": jwt.encode,
        "sd_jwt": whole.encode,
        "shown": lambda: proof.present(whole, shown={"assessment_grade", "family_name"}).encode(),
        "png": lambda: baked.png(badge_picture.png(award), credential=jwt),
        "svg": lambda: baked.svg(badge_picture.svg(award), credential=jwt),
        "json_in_png": lambda: baked.png(badge_picture.png(award), credential=text),
        "json_in_svg": lambda: baked.svg(badge_picture.svg(award), credential=text),
        "sd_jwt_in_png": lambda: baked.png(badge_picture.png(award), credential=whole),
    }
    return made[form]()


def changed(token: str) -> str:
    """A JWT that says more credits, or an SD-JWT that says another issuer, under the old signature."""
    head, body, rest = token.split(".", 2)
    data = jose.decode(body)
    other = data.replace(b'"creditsEarned":5', b'"creditsEarned":6').replace(b'"FI"', b'"SE"')
    assert other != data
    return ".".join((head, jose.encode(other), rest))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_passes_every_check(form):
    credential = issued()

    report = verification.verify(document=carried(credential, form), at=AT)

    assert {check.name: str(check.outcome) for check in report.checks} == ALL_VALID
    assert [check.name for check in report.checks] == list(ALL_VALID)
    assert report.credential == credential


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_refused_when_altered(form):
    credential = issued()
    data = carried(credential, form)
    if form.endswith("png"):
        inside = baked.read(data)
        other = (
            inside.replace('"creditsEarned":5', '"creditsEarned":6') if inside[0] == "{" else changed(inside)
        )
        altered = baked.png(badge_picture.png(credential.facts), credential=other)
    elif form.endswith("svg"):
        inside = baked.read(data)
        other = (
            inside.replace('"creditsEarned":5', '"creditsEarned":6') if inside[0] == "{" else changed(inside)
        )
        altered = baked.svg(badge_picture.svg(credential.facts), credential=other)
    else:
        altered = changed(data.decode()).encode()

    found = outcomes(altered)

    assert (found["proof"], found["register"]) == ("invalid", "invalid")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_of_the_revocation(form):
    credential = issued()
    data = carried(credential, form)
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    assert outcomes(data) == ALL_VALID | {"status": "invalid"}


@pytest.mark.parametrize("form", ["jwt", "sd_jwt", "png", "svg"])
def test_no_form_is_believed_under_a_key_that_is_not_the_issuers(form):
    credential = issued()
    own = keystore.active(institution=credential.institution, at=AT)
    forged = seal("ES256", did=own.did)

    found = outcomes(carried(credential, form, key=forged))

    assert (found["proof"], found["register"]) == ("invalid", "invalid")


def test_jwt_of_an_unknown_issuer_is_left_open():
    document = open_badge.document(issued().facts) | {"id": "urn:uuid:5a1d44a4-0fd6-4b8c-9d6a-4bde02a1a0a2"}
    document["issuer"]["id"] = "did:web:elsewhere.example"

    assert outcomes(vc_jwt.sign(document, seal=OTHERS).encode()) == {
        "readable": "valid",
        "proof": "unknown",
        "issuer": "warning",
        "status": "unknown",
        "validity": "valid",
        "offering": "warning",
    }


def test_disclosure_that_was_not_signed_makes_the_whole_unreadable():
    token = carried(issued(), "shown").decode()
    extra = jose.encode(json.dumps(["salt", "assessment_grade_extra", "5"]).encode())

    assert outcomes(f"{token}{extra}~") == {"readable": "invalid"}
    assert said(f"{token}{extra}~").startswith("The parts of the credential do not belong together")


def test_picture_without_a_credential_says_why():
    plain = badge_picture.png(issued().facts)

    assert outcomes(plain) == {"readable": "unknown"}
    assert said(plain).startswith("No credential and no verification code")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (baked.PNG, "damaged or has been tampered"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "holds no credential"),
        (b"<!DOCTYPE svg [<!ENTITY e 'x'>]><svg>&e;</svg>", "damaged or has been tampered"),
        (b"<html/>", "neither JSON, a JWT nor"),
        (b"eyJhbGciOiJFUzI1NiJ9.e30", "neither JSON, a JWT nor"),
        (b"eyJhbGciOiJub25lIn0.e30.", "neither JSON, a JWT nor"),
        (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln", "contexts are wrong"),
        (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~", "do not belong together"),
        (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~~~~", "neither JSON, a JWT nor"),
        ("eyJhbGciOiJFUzI1NiJ9.e30.c2ln" + "~eyJ9" * 190_000, "too large"),
    ],
)
def test_hostile_carrier_gets_a_clear_line(document, words):
    report = verification.verify(document=document, at=AT)

    assert str(report.outcome) == "invalid"
    assert words in report.checks[0].message


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "Todistus on voimassa"), ("sv", "Intyget är giltigt"), ("en", "The credential is valid")],
)
@time_machine.travel(AT, tick=False)
def test_page_takes_a_picture_and_says_what_it_holds(client, language, words):
    credential = issued()
    file = SimpleUploadedFile("badge.png", carried(credential, "png"), content_type="image/png")

    page = client.post(f"/{language}/verify/", {"file": file}).content.decode()

    assert words in page
    assert credential.learner.family_name in page


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("jwt", "application/vc+jwt"),
        ("shown", "application/dc+sd-jwt"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
    ],
)
@time_machine.travel(AT, tick=False)
def test_endpoint_takes_every_form_under_its_own_name(client, form, kind):
    answer = client.generic("POST", "/api/v1/verifications/", carried(issued(), form), content_type=kind)

    assert (answer.status_code, answer.json()["outcome"]) == (200, "valid")


@time_machine.travel(AT, tick=False)
def test_pasted_token_may_stand_between_blank_lines(client):
    text = "\n  " + carried(issued(), "shown").decode() + "\n\n"

    page = client.post("/en/verify/", {"text": text}).content.decode()

    assert "The credential is valid" in page
