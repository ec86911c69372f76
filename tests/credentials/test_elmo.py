"""Awards as EMREX ELMO 1.7 (issue D, item 1; domain.md 3.1: M1–M11, O1–O5; 3.7)."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from credentials import facts
from credentials.facts import Incomplete
from credentials.formats import elmo
from credentials.proofs import xmldsig
from tests import award_xml
from tests import elmo as reader
from tests.factories.awards import EU, JAMK, KAMK, award, coded, odd_awards
from tests.factories.certificates import certified

pytestmark = pytest.mark.once

PDF = b"%PDF-1.7 the certificate\n"
KAMK_WITH_DID = replace(KAMK, did="did:web:registry.example:institutions:kamk")
HEADINGS = {
    "fi": ("Osaamistavoitteet", "Arviointikriteerit", "Laadunvarmistus", "Pinoutuminen"),
    "sv": ("Lärandemål", "Bedömningskriterier", "Kvalitetssäkring", "Stapling"),
    "en": ("Learning outcomes", "Assessment criteria", "Type of quality assurance", "Integration"),
}


def written(*awards, **options) -> bytes:
    certificates = {one.credential_id: {one.language: PDF} for one in awards}
    return elmo.document(awards, **{"certificates": certificates} | options)


@pytest.fixture(scope="module")
def official(reference):
    return reader.schema(reference / "elmo-1.7")


def test_document_holds_every_element_for_readers_who_know_elmo_only():
    """M1–M5, M7, M8, O3, O5 have an element of their own, the others are in the description and extension."""
    [course] = reader.courses(written(award()))

    assert set(course.pop("description")) == {"fi", "sv", "en"}
    assert course == {
        "learner": {
            "esi": "urn:schac:personalUniqueCode:int:esi:FI:1.2.246.562.98.59428595753",
            "learnerOid": "1.2.246.562.98.59428595753",
            "givenNames": "Aino Maria",
            "familyName": "Esimerkki-Åström",
            "bday": "1990-02-28",
        },
        "issuer": {
            "country": "FI",
            "schac": "jamk.fi",
            "oppilaitosnumero": "02504",
            "did": JAMK.did,
            "title": JAMK.name,
            "url": "https://www.jamk.fi/",
        },
        "issued": "2026-10-01T21:30:00Z",
        "course": {
            "local": "JAMK-MC-2026-003",
            "version": "https://registry.example/offerings/JAMK-MC-2026-003/v2",
            "type": "Course",
            "iscedCode": "061",
            "url": "https://registry.example/fi/catalogue/JAMK-MC-2026-003/",
        },
        "title": award().title,
        "instance": {
            "local": "0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11",
            "date": "2026-09-28",
            "status": "passed",
            "resultLabel": "4",
            "engagementHours": "200",
        },
        "scale": {
            "fi": "Arviointiasteikko 0–5. 5 on paras arvosana, 1 alin hyväksytty.",
            "sv": "Bedömningsskala 0–5. 5 är det högsta vitsordet, 1 det lägsta godkända.",
            "en": "Grading scale 0–5. 5 is the best grade, 1 the lowest pass.",
        },
        "credits": [{"scheme": "ects", "value": "7.5"}],
        "levels": [
            {"type": "EQF", "value": "6", "description": "Level 6 (indicative)"},
            {"type": "NQF", "value": "6", "description": "Level 6 (indicative)"},
            {"type": "QF-EHEA", "value": "first", "description": "First cycle (indicative)"},
        ],
        "attachment": {"type": "Micro Credential", "content": {"fi": PDF}},
    }


def test_extension_holds_the_whole_award():
    """Every fact there is, also those that come later, in every language."""
    assert award_xml.awards(written(award())) == [award()]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_description_says_the_course_in_words(language):
    """Everything that is the same for all learners, and nothing of this one."""
    [course] = reader.courses(written(award()))
    said = course["description"][language]

    assert said.startswith(award().summary[language])
    assert [heading for heading in HEADINGS[language] if f"\n{heading}" not in said] == []
    assert [
        outcome.text[language] for outcome in award().outcomes if outcome.text[language] not in said
    ] == []
    assert "Aino" not in said


def test_description_is_left_out_in_a_language_that_lacks_a_text():
    """Rule 16; what is there in that language stands in the extension."""
    partly = award(assessment_criteria={"fi": "Kaikki hyväksytty.", "en": "All passed."})
    document = written(partly)

    assert set(reader.courses(document)[0]["description"]) == {"fi", "en"}
    assert award_xml.awards(document) == [partly]


def test_odd_awards_are_valid_and_lose_nothing(official):
    """Fifty at the edges: official schema, every fact read back, sealed, an altered copy refused."""
    odd = odd_awards()
    documents = [written(one) for one in odd]
    sealed = [xmldsig.sign(document, seal=certified()) for document in documents]

    assert [list(official.iter_errors(document.decode())) for document in sealed] == [[]] * 50
    assert [award_xml.awards(document) for document in sealed] == [[one] for one in odd]
    assert [xmldsig.check(document).code for document in sealed] == ["verified"] * 50
    altered = [document.replace(b"<value>", b"<value>1", 1) for document in sealed]
    assert [xmldsig.check(document).code for document in altered] == ["bad-signature"] * 50


def test_awards_of_several_issuers_have_a_report_each(official):
    first, second = award(), replace(odd_awards(1)[0], learner=award().learner, issuer=KAMK_WITH_DID)
    third = award(credential_id=second.credential_id, offering_code="JAMK-MC-2026-009")

    document = written(first, second)
    both_of_one = written(
        first, third, certificates={one.credential_id: {"fi": PDF} for one in (first, third)}
    )

    assert [course["issuer"]["schac"] for course in reader.courses(document)] == ["jamk.fi", "kamk.fi"]
    assert [course["course"]["local"] for course in reader.courses(both_of_one)] == [
        "JAMK-MC-2026-003", "JAMK-MC-2026-009",
    ]  # fmt: skip
    assert award_xml.awards(document) == [first, second]
    assert official.is_valid(document.decode())
    assert official.is_valid(both_of_one.decode())


def test_learner_is_named_as_in_the_newest_award():
    """A name may change; the learner OID says that it is the same person."""
    before = award()
    after = award(
        credential_id=odd_awards(1)[0].credential_id,
        issued_at=datetime(2027, 5, 5, tzinfo=UTC),
        learner=replace(before.learner, id="urn:uuid:1", family_name="Uusi"),
    )
    document = written(after, before)

    assert {course["learner"]["familyName"] for course in reader.courses(document)} == {"Uusi"}
    assert [one.learner.family_name for one in award_xml.awards(document)] == ["Esimerkki-Åström", "Uusi"]


@pytest.mark.parametrize(
    "other",
    [
        {"oid": "1.2.246.562.98.12345678917"},
        {"oid": None, "family_name": "Toinen"},
        {"oid": None, "birth_date": date(1991, 2, 28)},
    ],
)
def test_awards_of_several_learners_are_refused(other):
    somebody = award(credential_id=odd_awards(1)[0].credential_id)
    with pytest.raises(elmo.OtherLearner):
        written(award(), replace(somebody, learner=replace(somebody.learner, **other)))


def test_document_is_the_same_in_whatever_order_things_come():
    """PostgreSQL keeps the members of JSON in an order of its own."""
    one, other = award(), replace(odd_awards(1)[0], learner=award().learner)
    backwards = replace(one, title=dict(reversed(one.title.items())))

    assert written(backwards, other) == written(other, one)


def test_generated_date_is_the_newest_award_or_what_is_given():
    moment = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert b"<generatedDate>2026-10-01T21:30:00Z<" in written(award())
    assert b"<generatedDate>2027-01-02T03:04:05Z<" in written(award(), generated_at=moment)


def test_country_of_an_aland_issuer_is_in_the_list_of_elmo(official):
    """The list of ELMO has no Åland; the extension keeps it."""
    country = coded("AX", "Ahvenanmaa", "Åland", "Åland Islands")
    aland = award(issuer=replace(JAMK, country="AX"), country=country)
    document = written(aland)

    assert official.is_valid(document.decode())
    assert reader.courses(document)[0]["issuer"]["country"] == "FI"
    assert award_xml.awards(document)[0].country == country


@pytest.mark.parametrize(
    ("languages", "said"), [(("fi",), "fi"), (("fi", "en"), None), (("other",), None), (("se",), "se")]
)
def test_language_of_instruction_is_one_or_none(languages, said):
    """ELMO: a single ISO 639-1 code, or no element at all."""
    taught = tuple(coded(code, code, code, code, f"{EU}/{code}") for code in languages)
    [course] = reader.courses(written(award(teaching_languages=taught)))

    assert course["instance"].get("languageOfInstruction") == said


def test_certificates_of_all_languages_are_attached():
    pdfs = {"sv": b"%PDF svenska", "fi": b"%PDF suomi"}
    document = written(award(), certificates={award().credential_id: pdfs})

    assert reader.courses(document)[0]["attachment"]["content"] == pdfs


@pytest.mark.parametrize(
    ("changes", "options", "fact"),
    [
        ({}, {"certificates": {}}, "certificate"),
        ({"issuer": replace(JAMK, url=None)}, {}, "issuer.url"),
        ({"issuer": replace(JAMK, name={})}, {}, "issuer.name"),
        ({"summary": {"en": "English only"}}, {}, "summary.fi"),
        ({"outcomes": ()}, {}, "outcomes"),
        ({"title": {"fi": "Ohjaus\x0bmerkki"}}, {}, "title"),
        ({"learner": replace(award().learner, given_names="Nolla\x00")}, {}, "givenNames"),
        ({"locations": ("\ufffe",)}, {}, "description"),
    ],
)
def test_document_names_what_is_missing_or_cannot_be_said(changes, options, fact):
    """Rule 3; and characters that XML has not are refused, not dropped."""
    with pytest.raises(Incomplete) as refusal:
        written(award(**changes), **options)

    assert refusal.value.fact == fact


def test_no_awards_are_no_document():
    with pytest.raises(Incomplete):
        written()


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_reference_check_passes(interop, tmp_path, algorithm):
    """The reference folder's own checker: official schema and the rules in its annotations."""
    sealed = xmldsig.sign(written(award()), seal=certified(algorithm))

    assert checked(interop, tmp_path, sealed) == (0, "RESULT PASS")
    assert checked(interop, tmp_path, sealed.replace(b"<value>7.5</value>", b""))[0] == 1


def checked(interop, folder, document: bytes) -> tuple[int, str]:
    (folder / "award.xml").write_bytes(document)
    command = [sys.executable, interop / "check_reference.py", "elmo", folder / "award.xml", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1]


def test_award_kept_as_json_gives_the_same_document():
    kept = facts.from_json(facts.to_json(award()))

    assert written(kept) == written(award())
