"""The European Digital Credential of an award (issue D; domain.md 3.1: M1–M11, O1–O5)."""

import json
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace

import pytest

from credentials.facts import Incomplete
from credentials.formats import elm
from tests import elm as reader
from tests.factories.awards import DID, EU, JAMK, KAMK, award, coded, odd_awards
from tests.factories.certificates import HOLDER
from tests.factories.pictures import JPEG, PNG

pytestmark = pytest.mark.once

AUTHORITY = "http://publications.europa.eu/resource/authority"


def credential(of=None, **changes) -> dict:
    one = of or award(**changes)
    document = elm.document(one, pictures={one.language: [PNG], "en": [PNG, JPEG]}, holder=HOLDER)
    return json.loads(elm.encode(document))


def test_document_holds_every_element_of_annex_1():
    """M1–M11, O1–O5 with all three languages, read by code that knows nothing of the writer."""
    assert reader.elements(credential()) == {
        "M1 learner": ("Aino Maria", "Esimerkki-Åström", ["1.2.246.562.98.59428595753"], None),
        "M2 title": award().title,
        "M3 country": (
            f"{AUTHORITY}/country/FIN",
            {"fi": "Keski-Suomi", "sv": "Mellersta Finland", "en": "Central Finland"},
        ),
        "M4 bodies": [JAMK.name, KAMK.name],
        "M5 issued": ("2026-10-01T21:30:00Z", "2026-09-28T00:00:00Z"),
        "M6 outcomes": [
            ("knowledge", award().outcomes[0].text, [], []),
            ("skill", award().outcomes[1].text, ["http://data.europa.eu/esco/skill/1"], ["Python"]),
            ("competence", award().outcomes[2].text, [], []),
        ],
        "M7 workload": ("7.5", "PT200H"),
        "M8 level": (f"{EU}/eqf/6", f"{EU}/qdr/c_8a7da315", ["first", "applied"]),
        "M9 assessment": (
            [f"{EU}/assessment/6e6cb2cc78", f"{EU}/assessment/795dac4096"],
            award().assessment_description,
            award().assessment_criteria,
        ),
        "M10 participation": [f"{EU}/learning-assessment/e92d221e4d"],
        "M11 quality": (
            [f"{EU}/accreditation/bb4618238e"],
            ["RC-2026-0003", "EU-10 1.0"],
            ["2026-02-10T00:00:00Z", "2027-02-10T00:00:00Z", "2027-02-16T00:00:00Z", "in_force"],
        ),
        "O1 prerequisites": award().prerequisites,
        "O2 identity": [f"{EU}/supervision-verification/70be69aaf9"],
        "O3 grade": ("4", "0-5"),
        "O4 stacking": [{"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"}],
        "O5 further": {
            "url": "https://registry.example/fi/catalogue/JAMK-MC-2026-003/",
            "field": [f"{EU}/isced-f/061"],
            "goals": ["http://metadata.un.org/sdg/8", "http://metadata.un.org/sdg/9"],
            "languages": [f"{AUTHORITY}/language/FIN", f"{AUTHORITY}/language/ENG"],
            "assessment languages": [f"{AUTHORITY}/language/FIN"],
        },
        "status": "https://registry.example/status-lists/jamk-1#94567",
        "valid": ("2026-10-01T21:30:00Z", "2029-10-01T20:59:59Z"),
    }


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_notes_say_what_the_model_has_no_field_for(language):
    """Rules 6 and 18: the level is indicative, stacking gives no study right."""
    said = reader.notes(credential(), language)
    one = award()
    wanted = [
        one.competence_level.label, one.quality_assurance, one.stackability_towards, one.target_group,
        {"fi": "viitteellinen", "sv": "riktgivande", "en": "indicative"},
        {"fi": "automaattista opiskeluoikeutta", "sv": "automatiskt studierätt", "en": "study right"},
    ]  # fmt: skip

    assert [texts[language] for texts in wanted if texts[language] not in said] == []
    assert [place for place in one.locations if place not in said] == []


def test_fifty_odd_awards_lose_nothing():
    """Every mandatory element and each optional one that is there, with every letter (rule 3)."""
    lost = [
        (number, name, found[name], wanted)
        for number, one in enumerate(odd_awards())
        for found in [reader.elements(credential(one))]
        for name, wanted in facts(one).items()
        if found[name] != wanted
    ]

    assert lost == []


def facts(one) -> dict[str, object]:
    """What the reader must find."""
    learner, scale = one.learner, one.grading_scale.code
    born = None if learner.oid else f"{learner.birth_date}T00:00:00Z"
    return {
        "M1 learner": (
            learner.given_names,
            learner.family_name,
            [learner.oid] if learner.oid else [],
            born,
        ),
        "M2 title": stripped(one.title),
        "M4 bodies": [body.name for body in one.awarding_bodies],
        "M6 outcomes": [
            (
                outcome.kind.code,
                stripped(outcome.text),
                [skill.uri for skill in outcome.skills if skill.uri],
                [skill.label.get("fi", skill.code) for skill in outcome.skills if not skill.uri],
            )
            for outcome in one.outcomes
        ],
        "M7 workload": (f"{one.ects.normalize():f}", f"PT{one.workload_hours}H"),
        "M8 level": (
            one.eqf_level.uri,
            one.nqf_level.uri,
            [code.code for code in (one.ehea_cycle, one.competence_level) if code],
        ),
        "M9 assessment": (
            [kind.uri or kind.code for kind in one.assessment_types],
            stripped(one.assessment_description),
            stripped(one.assessment_criteria),
        ),
        "O1 prerequisites": stripped(one.prerequisites) if one.prerequisites else None,
        "O2 identity": [one.identity_verification.uri] if one.identity_verification else [],
        "O3 grade": (one.grade.code if one.grade else None, scale),
        "O4 stacking": [pathway.name for pathway in one.pathways],
        "status": f"{one.status.list_url}#{one.status.index}",
    }


def stripped(texts) -> dict[str, str]:
    return {language: text.strip() for language, text in texts.items()}


def test_shapes_of_the_eu_accept_odd_awards(reference):
    """Structure and code lists; every member is one that a context defines. All fifty pass, and take 15 s."""
    credentials = [credential(one) for one in odd_awards()[::5]]
    credentials.append(credential(acquired_by="demonstration"))

    assert reader.problems(credentials, reference) == set()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda one: one.pop("issued"), "issued"),
        (lambda one: one["credentialSubject"]["hasClaim"].pop("awardedBy"), "awardedBy"),
        (lambda one: one["displayParameter"].pop("individualDisplay"), "individualDisplay"),
        (
            lambda one: one["credentialSubject"]["hasClaim"]["specifiedBy"]["eqfLevel"]["inScheme"].update(
                id="urn:x"
            ),
            "EQFLevel",
        ),
        (lambda one: one.update(credentialStatus="https://registry.example/list#1"), "credentialStatus"),
    ],
)
def test_shapes_of_the_eu_refuse_an_altered_copy(reference, change, path):
    broken = credential()
    change(broken)

    assert (1, path) in reader.problems([credential(), broken], reference)


def test_reference_check_passes(interop, tmp_path):
    assert checked(interop, tmp_path, credential()) == (0, "RESULT PASS")


def test_draft_lacks_only_the_holder_of_the_seal(reference):
    draft = elm.document(award(), pictures={"fi": [PNG]})

    assert reader.problems([draft], reference) == {(0, "issuer"), (0, "eidasLegalIdentifier")}


def checked(interop, folder, document):
    """The verdict of the reference folder's own checker."""
    (folder / "elm.jsonld").write_bytes(elm.encode(document))
    command = [sys.executable, "-W", "ignore", interop / "check_reference.py", "elm", folder / "elm.jsonld"]
    done = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_document_is_the_same_every_time():
    assert credential() == credential()
    assert credential(title=dict(reversed(award().title.items()))) == credential()


def test_pictures_stand_page_by_page_in_each_language():
    display = credential()["displayParameter"]

    assert display["primaryLanguage"]["id"] == f"{AUTHORITY}/language/FIN"
    assert [one["id"] for one in display["language"]] == [
        f"{AUTHORITY}/language/FIN",
        f"{AUTHORITY}/language/ENG",
    ]
    finnish, english = display["individualDisplay"]
    assert shown([finnish["displayDetail"]]) == [(1, "PNG", PNG)]
    assert shown(english["displayDetail"]) == [(1, "PNG", PNG), (2, "JPEG", JPEG)]


def shown(details):
    return [
        (
            one["page"],
            one["image"]["contentType"]["id"].rpartition("/")[2],
            b64decode(one["image"]["content"]),
        )
        for one in details
    ]


@pytest.mark.parametrize("pictures", [{"fi": [b"%PDF-1.7"]}, {"fi": [PNG], "de": [PNG]}])
def test_document_refuses_pictures_that_no_viewer_shows(pictures):
    with pytest.raises(ValueError, match="picture"):
        elm.document(award(), pictures=pictures)


def test_codes_of_one_eu_concept_share_its_labels(reference):
    """Distance and online teaching are one concept to the EU, and one node in RDF has one label."""
    online = f"{EU}/learning-assessment/920fbb3cbe"
    modes = (
        coded("distance", "Etäopetus", "Distans", "Distance", online),
        coded("online", "Verkko-opetus", "Nätundervisning", "Online", online),
        coded("independent", "Itsenäinen opiskelu", "Självstudier", "Independent study"),
    )
    found = credential(participation_modes=modes)
    listed, own = found["credentialSubject"]["hasClaim"]["specifiedBy"]["mode"]

    assert listed["prefLabel"] == {
        "fi": "Etäopetus / Verkko-opetus",
        "sv": "Distans / Nätundervisning",
        "en": "Distance / Online",
    }
    assert (own["notation"], own["prefLabel"]["fi"]) == ("independent", "Itsenäinen opiskelu")
    assert reader.problems([found], reference) == set()


def test_one_kind_of_assessment_is_the_type_of_the_assessment():
    kinds = (coded("self_assessment", "Itsearviointi", "Självbedömning", "Self-assessment"),)
    how = credential(assessment_types=kinds)["credentialSubject"]["hasClaim"]["provenBy"]["specifiedBy"]

    assert (how["dcType"]["notation"], "hasPart" in how) == ("self_assessment", False)


def test_without_a_grade_the_assessment_says_so():
    """O3 is optional to the Council, not to the model."""
    grade = credential(grade=None)["credentialSubject"]["hasClaim"]["provenBy"]["grade"]["noteLiteral"]

    assert grade["en"] == "Accepted; no grade is stated."


def test_codes_without_an_address_stay_in_words(reference):
    """A list of the EU takes no other codes; the notes say them."""
    other = coded("other", "muu kieli", "annat språk", "other language")
    field = coded("0619", "Muu ICT", "Övrig IKT", "Other ICT")
    found = credential(teaching_languages=(other,), assessment_languages=(other,), isced_f=field)
    spec = found["credentialSubject"]["hasClaim"]["specifiedBy"]

    assert {"language", "thematicArea"} & set(spec) == set()
    assert [text for text in ("muu kieli", "0619 Muu ICT") if text not in reader.notes(found, "fi")] == []
    assert reader.problems([found], reference) == set()


def test_learner_without_oid_is_identified_by_birth_date():
    """M1: name and OID, or birth date."""
    person = credential(learner=replace(award().learner, oid=None))["credentialSubject"]

    assert ("identifier" in person, person["dateOfBirth"]) == (False, "1990-02-28T00:00:00Z")


def test_issuer_is_its_did_and_holder_of_the_seal():
    issuer = credential()["issuer"]

    assert (issuer["id"], issuer["eIDASIdentifier"]["notation"]) == (DID, HOLDER)


def test_awarding_body_abroad_has_its_own_country():
    found = credential(awarding_bodies=(JAMK, replace(KAMK, country="SE")))
    bodies = found["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"]

    assert [one["location"]["address"]["countryCode"]["id"][-3:] for one in bodies] == ["FIN", "SWE"]


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"learner": replace(award().learner, oid=None, birth_date=None)}, "learner.birth_date"),
        ({"title": {"fi": "Nimi"}, "language": "en"}, "title.en"),
        ({"awarding_bodies": (KAMK,)}, "awarding_bodies"),
        ({"awarding_bodies": (JAMK, replace(KAMK, country="XX"))}, "awarding_bodies.KAMK.country"),
        ({"country": coded("FI", "Suomi", "Finland", "Finland")}, "country"),
        ({"outcomes": ()}, "outcomes"),
        ({"language": "sv"}, "pictures.sv"),
    ],
)
def test_document_names_the_missing_fact(changes, fact):
    """Rule 3, and rule 16: what a text or picture shows in another language only is missing."""
    with pytest.raises(Incomplete) as refusal:
        elm.document(award(**changes), pictures={"fi": [PNG], "en": [PNG]})

    assert refusal.value.fact == fact
