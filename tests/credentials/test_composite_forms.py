"""A composite credential in every form: what it is made of is in each, by id and hash (C-14)."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from lxml import etree

from credentials.facts import Incomplete, Quality, from_json, to_json
from credentials.formats import composite, elm, elmo, elmo_reading, open_badge, sd_jwt
from credentials.formats.completeness import refuse_incomplete
from credentials.proofs import contexts, data_integrity
from tests import elm as european
from tests import elmo as record
from tests.credentials.test_open_badge import KEY, checked
from tests.factories.awards import DID, JAMK, KAMK, award, coded
from tests.factories.certificates import HOLDER
from tests.factories.pictures import PNG

pytestmark = pytest.mark.once
HASHES = ("a1" * 32, "b2" * 32)
NAME = {"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"}


def parts():
    first = award()
    second = replace(
        award(), credential_id=UUID("2c7a2f0c-6f0e-4d57-9c56-0d9b7a3f3d12"), issuer=KAMK, ects=Decimal(10),
        offering_code="KAMK-MC-2026-002", completed_on=date(2026, 10, 2), valid_until=None,
        title={"fi": "Koneoppiminen", "sv": "Maskininlärning", "en": "Machine learning"},
        eqf_level=coded("5", "Taso 5", "Nivå 5", "Level 5", "http://data.europa.eu/snb/eqf/5"),
        quality=Quality(review_id="r2", criteria_set="c", decided_on=date(2026, 1, 1), standing="check_late"),
    )  # fmt: skip
    return [composite.Source(award=one, sha256=sha) for one, sha in zip((first, second), HASHES, strict=True)]


def whole(**changes):
    said = composite.Whole(
        code="PATH-AI-16", name=NAME, address="https://registry.example/pathways/PATH-AI-16",
        kind="composite", ects=Decimal(15), counts_towards=None, issuer=JAMK, country=award().country,
        scale=coded("pass_fail", "Hyväksytty/hylätty", "Godkänd/underkänd", "Pass/fail"),
        accepted=coded("HYV", "Hyväksytty", "Godkänd", "Pass"),
    )  # fmt: skip
    return composite.award(
        changes.pop("sources", parts()),
        whole=replace(said, **changes),
        learner=award().learner,
        wished="sv",
        credential_id=UUID("5c7a2f0c-6f0e-4d57-9c56-0d9b7a3f3d15"),
        issued_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=award().status,
    )


def test_whole_says_what_its_parts_say_together():
    found = whole()

    assert (found.language, found.ects, found.workload_hours) == ("sv", Decimal(15), 400)
    assert (found.completed_on, found.valid_until) == (date(2026, 10, 2), award().valid_until)
    assert (found.eqf_level.code, found.quality.review_id) == ("5", "r2")
    assert [(one.credential_id, one.sha256) for one in found.parts] == [
        (one.award.credential_id, one.sha256) for one in parts()
    ]
    assert found.outcomes == award().outcomes


def test_whole_is_complete_and_kept_as_it_is():
    found = whole()

    refuse_incomplete(found)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


def test_whole_speaks_a_language_that_it_has_all_of():
    named = {"fi": "Tekoälyosaaja", "en": "AI practitioner"}

    assert whole(name=named).language == "fi"


def test_whole_without_parts_is_none():
    with pytest.raises(Incomplete):
        whole(sources=[])
    with pytest.raises(Incomplete):
        refuse_incomplete(replace(whole(), parts=()))


def test_official_schema_holds_for_the_badge_of_a_whole(interop, tmp_path):
    signed = data_integrity.sign(
        open_badge.document(whole()), key=KEY, verification_method=f"{DID}#key-1",
        created=datetime(2026, 11, 1, tzinfo=UTC), contexts=contexts.known(),
    )  # fmt: skip

    assert checked(interop, tmp_path, signed) == (0, "RESULT PASS")


def test_open_badge_lists_the_parts_by_hash():
    document = open_badge.document(whole())

    digest = b64encode(bytes.fromhex(HASHES[0])).decode()
    assert document["relatedResource"][0] == {
        "id": f"urn:uuid:{parts()[0].award.credential_id}",
        "digestSRI": f"sha256-{digest}",
    }
    assert document["credentialSubject"]["achievement"]["achievementType"] == "LearningProgram"
    assert HASHES[1] in document["credentialSubject"]["narrative"]


def test_sd_jwt_has_the_parts_as_a_claim_that_can_be_left_out():
    claims = sd_jwt.document(whole())

    assert [one["sha256"] for one in claims["parts"]] == list(HASHES)
    assert claims["composite"] == "composite"
    assert "parts" in sd_jwt.hidden(claims)


def test_european_credential_and_elmo_name_every_part():
    found = whole()

    european = json.dumps(elm.document(found, pictures={"sv": [PNG]}), ensure_ascii=False)
    record = elmo.document([found], certificates={found.credential_id: {"sv": b"%PDF"}}).decode()

    for sha256 in HASHES:
        assert sha256 in european
        assert record.count(sha256) >= 2  # in words, and as a fact in the extension


def test_european_credential_has_an_achievement_for_each_part(reference):
    """Accepted by the shapes of the EU: who awarded it, when, its credits, its credential by id and hash."""
    document = json.loads(elm.encode(elm.document(whole(), pictures={"sv": [PNG]}, holder=HOLDER)))

    of_jamk, of_kamk = document["credentialSubject"]["hasClaim"]["hasPart"]
    assert european.problems([document], reference) == set()
    assert [one["notation"] for one in of_kamk["identifier"]] == [
        f"urn:uuid:{parts()[1].award.credential_id}", HASHES[1], "KAMK-MC-2026-002", "2",
    ]  # fmt: skip
    assert (of_kamk["title"], of_kamk["creditReceived"]["point"]) == (parts()[1].award.title, "10")
    assert of_kamk["awardedBy"]["awardingDate"] == "2026-10-02T00:00:00Z"
    assert of_kamk["awardedBy"]["awardingBody"]["legalName"] == KAMK.name
    assert of_jamk["awardedBy"]["awardingBody"] == document["issuer"]


def test_elmo_has_a_course_for_each_part(reference):
    """Valid by the official schema: a module, whose parts are courses. Read back as one record."""
    found = whole()
    written = elmo.document([found], certificates={found.credential_id: {"sv": b"%PDF"}})

    root = etree.fromstring(written)
    module = root.find(f"{elmo_reading.ELMO}report/{elmo_reading.ELMO}learningOpportunitySpecification")
    courses = module.findall(f"{elmo_reading.ELMO}hasPart/*")
    assert list(record.schema(reference / "elmo-1.7").iter_errors(written.decode())) == []
    assert [one.findtext(f"{elmo_reading.ELMO}type") for one in (module, *courses)] == [
        "Module", "Course", "Course",
    ]  # fmt: skip
    assert [one.findtext(f"{elmo_reading.ELMO}identifier") for one in courses] == [
        "JAMK-MC-2026-003", "KAMK-MC-2026-002",
    ]  # fmt: skip
    assert [one["id"] for one in elmo_reading.credentials(root)] == [f"urn:uuid:{found.credential_id}"]
