"""Offerings made at random, published, issued and fetched in every format; then other people's software reads
them back (issue D, Shows: nothing lost, each altered copy refused).

`manage.py drill formats --items 50` makes fifty of them, the suite one. The edges of each format by itself
are tested beside it.
"""

import json
import os
import re
import subprocess
from dataclasses import fields, replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from openbadgeslib import baking
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from time_machine import travel

from credentials import keystore
from credentials.document_forms import SEAL
from credentials.facts import Award
from credentials.proofs import jose
from tests import annex1, award_xml, pdfs
from tests import elm as elm_reader
from tests import elmo as elmo_reader
from tests.credentials.test_elm import facts as facts_of_elm
from tests.credentials.test_open_badge import facts as facts_of_badge
from tests.credentials.test_pdf import missing
from tests.credentials.test_sd_jwt_document import award_of
from tests.factories import AT
from tests.factories.planned import Made
from tests.factories.planned import made as made_of
from tests.official import verdicts

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
ITEMS = int(os.environ.get("DRILL_ITEMS", "1"))
LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def made(made_once):
    found: list[Made] = []
    with travel(AT, tick=False), made_once(lambda: found.extend(made_of(count=ITEMS, at=AT))):
        yield found


def award(one: Made) -> Award:
    """As it was frozen."""
    return said(one.credential.facts)


def said(found: Award) -> Award:
    """A text in no language is none."""
    return replace(found, **{each.name: None for each in fields(found) if getattr(found, each.name) == {}})


def badge(one: Made) -> dict:
    return json.loads(one.forms["badge"])


def certificate(one: Made):
    """With which the institution seals."""
    purpose, algorithm = SEAL
    house = one.credential.institution
    return keystore.active(institution=house, at=AT, purpose=purpose, algorithm=algorithm).seal.chain[0]


def published(address: str) -> bytes:
    return Client().get(urlsplit(address).path).content


def did_document(one: Made) -> bytes:
    return published(f"/institutions/{one.credential.institution.code.lower()}/did.json")


# What was planned is what was frozen


def test_award_says_what_was_planned(made):
    """M1–M11 and O1–O5 out of the row that the offering was made of."""
    for one in made:
        row, found = one.row, award(one)
        attainment = one.credential.attainment
        assert {
            "learner": (found.learner.given_names, found.learner.family_name, found.learner.birth_date),
            "title": found.title,
            "country": found.country.code,
            "bodies": [body.code for body in found.awarding_bodies],
            "outcomes": [(outcome.kind.code, outcome.text) for outcome in found.outcomes],
            "workload": (float(found.ects), found.workload_hours),
            "level": (found.eqf_level.code, found.ehea_cycle.code if found.ehea_cycle else ""),
            "assessment": (
                [kind.code for kind in found.assessment_types],
                found.assessment_description,
                found.assessment_criteria,
            ),
            "participation": len(found.participation_modes),
            "quality": ([kind.code for kind in found.quality_assurance_types], found.quality_assurance),
            "prerequisites": found.prerequisites or {},
            "identity": found.identity_verification.code,
            "grade": (found.grade.code, found.grading_scale.code),
            "stacking": (found.stackability.code, found.stackability_towards or {}),
            "further": (found.isced_f.code, [int(goal.code) for goal in found.sdgs]),
        } == {
            "learner": (
                attainment.learner.given_names,
                attainment.learner.family_name,
                attainment.learner.birth_date,
            ),
            "title": row["title"],
            "country": row["country"],
            "bodies": row["awarding_bodies"],
            "outcomes": [
                (outcome["kind"], {language: outcome[language] for language in ("fi", "sv", "en")})
                for outcome in row["learning_outcomes"]
            ],
            "workload": (row["ects"], row["workload_hours"]),
            "level": (str(row["eqf_level"]), row["qf_ehea_cycle"]),
            "assessment": (
                row["assessment"]["types"],
                row["assessment"]["description"],
                row["assessment"]["criteria"],
            ),
            "participation": len(row["participation"]["modes"]),
            "quality": (row["quality_assurance"]["types"], row["quality_assurance"]["description"]),
            "prerequisites": row["prerequisites"],
            "identity": row["identity"]["code"],
            "grade": (attainment.grade, row["grading_scale"]),
            "stacking": (row["stackability"]["type"], row["stackability"].get("towards", {})),
            "further": (row["isced_f"]["narrow"], row["sdgs"]),
        }


def test_offerings_are_in_the_file_for_qdr(made, client, interop, tmp_path):
    """The official XSD of the learning opportunities, and a copy that it refuses."""
    whole = client.get("/api/v1/exports/qdr.xml").content
    broken = whole.replace(b"snb/isced-f/", b"snb/isced/", 1)

    assert [one.row["code"] for one in made if one.row["code"].encode() not in whole] == []
    found = verdicts(interop, "loq", [whole, broken], folder=tmp_path)
    assert [lines.splitlines()[-1].split(" (")[0] for lines in found] == ["RESULT PASS", "RESULT FAIL"]


def verdict(peers, program: str, data: bytes, *beside, folder) -> str:
    """The last line of an npm peer on a file."""
    (folder / "document").write_bytes(data)
    _code, said = peers.says(program, folder / "document", *beside)
    return said[-1].split(" (")[0]


# Open Badges: as it is signed, in a picture, as a token


def test_badge_loses_nothing(made):
    for one in made:
        found = annex1.elements(badge(one))
        found["M11 quality"] = found["M11 quality"][:2]

        assert {name: found[name] for name in facts_of_badge(award(one))} == facts_of_badge(award(one))


def test_picture_and_token_hold_the_badge(made):
    """Read by openbadgeslib and by the letters of the token."""
    for one in made:
        in_picture = baking.extract_png(one.forms["png"], keyword=baking.ITXT_KEYWORD_OB3)
        payload = json.loads(jose.decode(one.forms["jwt"].decode().split(".")[1]))

        assert in_picture.encode() == one.forms["badge"]
        assert annex1.elements(payload) == annex1.elements(badge(one))


@pytest.mark.peers
def test_npm_peers_accept_every_badge_and_token_and_refuse_altered_ones(made, peers, tmp_path):
    for one in made:
        (tmp_path / "did.json").write_bytes(did_document(one))
        (tmp_path / "list.json").write_bytes(
            published(badge(one)["credentialStatus"]["statusListCredential"])
        )
        beside = (tmp_path / "did.json", "--status", tmp_path / "list.json", "--now", LATER.isoformat())
        altered = badge(one)
        altered["credentialSubject"]["achievement"]["creditsAvailable"] += 1
        head, payload, signature = one.forms["jwt"].decode().split(".")
        claims = json.loads(jose.decode(payload))
        claims["credentialSubject"]["achievement"]["creditsAvailable"] += 1
        other = ".".join((head, jose.encode(json.dumps(claims).encode()), signature))

        assert [
            verdict(peers, "verify_openbadge.mjs", data, *beside, folder=tmp_path)
            for data in (
                one.forms["badge"], json.dumps(altered).encode(), one.forms["jwt"], other.encode(),
            )
        ] == ["RESULT PASS", "RESULT FAIL", "RESULT PASS", "RESULT FAIL"]  # fmt: skip


# SD-JWT


def test_sd_jwt_comes_back_whole_and_an_altered_one_is_refused(made):
    """By openvc, with the key of the published DID document."""
    suite = SdJwtVcProofSuite()
    for one in made:
        token = one.forms["sd-jwt"].decode()
        header = json.loads(jose.decode(token.split(".")[0]))
        methods = json.loads(did_document(one))["verificationMethod"]
        (public,) = [each["publicKeyJwk"] for each in methods if each["id"] == header["kid"]]
        disclosure = token.split("~")[1]
        salt, name, _value = json.loads(jose.decode(disclosure))
        other = jose.encode(json.dumps([salt, name, "other"]).encode())
        wanted = award(one)
        if wanted.learner.oid:
            wanted = replace(wanted, learner=replace(wanted.learner, birth_date=None))

        assert said(award_of(suite.verify(token, public_key_jwk=public).claims)) == wanted
        with pytest.raises(Exception, match=r"(?i)digest|disclosure"):
            suite.verify(token.replace(disclosure, other), public_key_jwk=public)


# The European Digital Credential


def european(one: Made) -> dict:
    """What the seal holds: the payload is the text itself."""
    return json.loads(json.loads(one.forms["elm"])["payload"])


def test_european_credential_loses_nothing(made):
    lost = [
        (one.row["code"], name, found[name], wanted)
        for one in made
        for found in [elm_reader.elements(european(one))]
        for name, wanted in facts_of_elm(award(one)).items()
        if found[name] != wanted
    ]

    assert lost == []


def test_shapes_of_the_eu_accept_every_credential_and_refuse_an_altered_one(made, reference):
    credentials = [european(one) for one in made]
    broken = european(made[0])
    broken["credentialSubject"]["hasClaim"].pop("awardedBy")

    assert elm_reader.problems([*credentials, broken], reference) == {(len(made), "awardedBy")}


@pytest.mark.peers
def test_jose_accepts_every_seal_and_refuses_altered_ones(made, peers, tmp_path):
    for one in made:
        sealed = json.loads(one.forms["elm"])
        sealed["payload"] = sealed["payload"].replace(award(one).title["fi"][:5], "Toinen", 1)

        assert [
            verdict(peers, "verify_jades.mjs", data, folder=tmp_path)
            for data in (one.forms["elm"], json.dumps(sealed).encode())
        ] == ["RESULT PASS", "RESULT FAIL"]


# ELMO


def test_elmo_is_valid_and_loses_nothing(made, reference):
    official = elmo_reader.schema(reference / "elmo-1.7")
    for one in made:
        document = one.forms["elmo"].decode()
        altered = re.sub(r"<value>[\d.]+</value>", "<value/><value/>", document, count=1)

        assert list(official.iter_errors(document)) == []
        assert list(official.iter_errors(altered)) != []
        assert award_xml.awards(one.forms["elmo"]) == [award(one)]


@pytest.mark.xmlsec1
def test_xmlsec1_accepts_every_seal_and_refuses_altered_ones(made, xmlsec1, tmp_path):
    def is_whole(document: bytes) -> bool:
        (tmp_path / "document.xml").write_bytes(document)
        command = [xmlsec1, "--verify", "--trusted-pem", tmp_path / "own.pem", tmp_path / "document.xml"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    for one in made:
        (tmp_path / "own.pem").write_bytes(certificate(one).public_bytes(Encoding.PEM))
        altered = one.forms["elmo"].replace(b"<value>", b"<value>1", 1)

        assert [is_whole(one.forms["elmo"]), is_whole(altered)] == [True, False]


# The certificate


def test_certificate_loses_nothing_and_carries_the_badge(made):
    for one in made:
        document = one.forms["pdf"]

        assert missing(document, award(one), award(one).language) == []
        assert pdfs.attachments(document)["credential.json"][0] == one.forms["badge"]


def test_pyhanko_accepts_every_seal_and_refuses_altered_ones(made):
    def is_whole(document: bytes, own) -> bool:
        trusted = [x509.Certificate.load(own.public_bytes(Encoding.DER))]
        context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=LATER)
        (signature,) = PdfFileReader(BytesIO(document)).embedded_regular_signatures
        status = validate_pdf_signature(signature, signer_validation_context=context)
        return status.intact and status.valid

    for one in made:
        altered = one.forms["pdf"].replace(b"endstream", b"endstrean", 1)
        assert [is_whole(data, certificate(one)) for data in (one.forms["pdf"], altered)] == [True, False]


@pytest.mark.java
def test_verapdf_accepts_every_certificate_and_refuses_an_untagged_one(made, java, tmp_path):
    files = {f"{one.row['code']}.pdf": one.forms["pdf"] for one in made}
    untagged = BytesIO()
    with pikepdf.open(BytesIO(made[0].forms["pdf"])) as opened:
        del opened.Root["/StructTreeRoot"]
        opened.save(untagged)

    found = pdfs.broken_rules(java, files | {"untagged.pdf": untagged.getvalue()}, folder=tmp_path)

    assert {key for key, broken in found.items() if broken == "[]"} == {
        (name, standard) for name in files for standard in ("3a", "ua1")
    }
    assert {name for (name, _), broken in found.items() if broken != "[]"} == {"untagged.pdf"}
