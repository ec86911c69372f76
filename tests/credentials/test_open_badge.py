"""The Open Badges 3.0 document of an award (issue A, items 8; domain.md 3.1: M1–M11, O1–O5)."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from credentials.facts import Incomplete
from credentials.formats import encoding, open_badge
from credentials.proofs import contexts, data_integrity, keys, shape
from tests import annex1
from tests.factories.awards import DID, JAMK, award, badge, odd_awards

pytestmark = pytest.mark.once

EU = "http://data.europa.eu/snb"
PART = "https://registry.example/offerings/JAMK-MC-2026-003/v2#"
REVIEWED = (
    "kriteeristö EU-10 1.0, päätös 10.2.2026. "
    "Hyväksytty 10.2.2027 asti. Seuraava arviointi viimeistään 16.2.2027."
)
KEY = keys.from_seed(bytes(range(32)))


def signed(**changes):
    return data_integrity.sign(
        open_badge.document(award(**changes)),
        key=KEY,
        verification_method=f"{DID}#key-1",
        created=datetime(2026, 10, 1, 21, 30, tzinfo=UTC),
        contexts=contexts.known(),
    )


def test_document_holds_every_element_of_annex_1():
    """M1–M11, O1–O5, read by code that knows nothing of the writer."""
    badge = json.loads(open_badge.encode(open_badge.document(award())))

    assert annex1.elements(badge) == {
        "M1 learner": {
            "name": "Aino Maria Esimerkki-Åström",
            "ext:givenName": "Aino Maria",
            "ext:familyName": "Esimerkki-Åström",
            "ext:learnerOid": "1.2.246.562.98.59428595753",
        },
        "M2 title": (
            "Data-analytiikka päätöksenteossa",
            [("Data-analytiikka päätöksenteossa", "Data analytics for decisions")],
        ),
        "M3 country": (
            "FI",
            [
                ("FI", "http://publications.europa.eu/resource/authority/country/FIN"),
                ("13", f"{PART}Country-13"),
            ],
        ),
        "M4 bodies": (
            DID,
            [
                ("Jyväskylän ammattikorkeakoulu", "Jamk University of Applied Sciences"),
                ("Kajaanin ammattikorkeakoulu", "Kajaani University of Applied Sciences"),
            ],
        ),
        "M5 issued": "2026-10-01T21:30:00Z",
        "M6 outcomes": [
            ("knowledge", "Selittää menetelmät.", "Explains the methods."),
            ("skill", "Rakentaa analyysin.", "Builds an analysis."),
            ("competence", "Arvioi vinoumia.", "Judges bias."),
        ],
        "M7 workload": (7.5, [("7.5", f"{EU}/education-credit/6fcec5c5af")], "200"),
        "M8 level": (
            [("6", f"{EU}/eqf/6")],
            [("6", f"{EU}/qdr/c_8a7da315")],
            [("first", f"{PART}EHEACycle-first")],
        ),
        "M9 assessment": (
            [("written_exam", f"{EU}/assessment/6e6cb2cc78"), ("project", f"{EU}/assessment/795dac4096")],
            [("Projekti ja tentti", "Project and exam")],
            [("Kumpikin vähintään 1.", "Each at least 1.")],
        ),
        "M10 participation": (
            [("blended", f"{EU}/learning-assessment/e92d221e4d")],
            [("Monimuoto", "Jyväskylä, Äänekoski")],
        ),
        "M11 quality": (
            [("external_institutional_audit", f"{EU}/accreditation/bb4618238e")],
            [("Karvin auditoima.", "Audited by FINEEC.")],
            [
                (
                    f"Katselmointi RC-2026-0003, {REVIEWED}",
                    "decided=2026-02-10; approvedUntil=2027-02-10; checkDue=2027-02-16",
                )
            ],
        ),
        "O1 prerequisites": [("Ohjelmoinnin perusteet.", "Basic programming.")],
        "O2 identity": [("supervised_onsite_id", f"{EU}/supervision-verification/70be69aaf9")],
        "O3 grade": ["4"],
        "O4 stacking": (
            [("stackable", f"{PART}Stackability-stackable")],
            [("Tradenomi (AMK)", "BBA degree")],
            [("Tekoälyosaaja", "AI practitioner")],
        ),
        "O5 further": {
            "FurtherInformation": [("", "https://registry.example/fi/catalogue/JAMK-MC-2026-003/")],
            "Skill": [("s1", "http://data.europa.eu/esco/skill/1")],
            "ISCED-F": [("061", f"{EU}/isced-f/061")],
            "SDG": [("8", "http://metadata.un.org/sdg/8"), ("9", "http://metadata.un.org/sdg/9")],
            "TeachingLanguage": [
                ("fi", "http://publications.europa.eu/resource/authority/language/FIN"),
                ("en", "http://publications.europa.eu/resource/authority/language/ENG"),
            ],
            "AssessmentLanguage": [("fi", "http://publications.europa.eu/resource/authority/language/FIN")],
        },
    }


def test_fifty_odd_awards_lose_nothing():
    """Every mandatory element and each optional one that is there, with every letter (issue D, Shows)."""
    lost = [
        (number, name, found[name], wanted)
        for number, one in enumerate(odd_awards())
        for found in [annex1.elements(json.loads(open_badge.encode(open_badge.document(one))))]
        for name, wanted in facts(one).items()
        if (found[name][:2] if name == "M11 quality" else found[name]) != wanted  # the statement: above
    ]

    assert lost == []


def facts(one) -> dict[str, object]:
    """What the reader must find."""

    def said(texts) -> list[tuple[str, str]]:
        """In the award's language, and in English beside another."""
        if not texts:
            return []
        return [(texts[one.language].strip(), "" if one.language == "en" else texts["en"].strip())]

    def codes(*coded, kind="") -> list[tuple[str, str]]:
        """With their EU address, or one of our own where the EU has none."""
        own = f"{one.achievement_url}#{kind}-"
        return [(each.code, each.uri or f"{own}{each.code}") for each in coded if each]

    person, workload = one.learner, str(one.workload_hours)
    known = {"ext:learnerOid": person.oid} if person.oid else {"ext:dateOfBirth": f"{person.birth_date}"}
    credits_ = f"{one.ects.normalize():f}"
    further = {
        "Skill": {each.uri: each for row in one.outcomes for each in row.skills if each.uri}.values(),
        "ISCED-F": [one.isced_f],
        "SDG": one.sdgs,
        "TeachingLanguage": one.teaching_languages,
        "AssessmentLanguage": one.assessment_languages,
    }
    return {
        "M1 learner": {
            "name": f"{person.given_names} {person.family_name}",
            "ext:givenName": person.given_names,
            "ext:familyName": person.family_name,
            **known,
        },
        "M2 title": (one.title[one.language].strip(), said(one.title)),
        "M3 country": (one.country.code, codes(one.country, one.region, kind="Country")),
        "M4 bodies": (one.issuer.did, [pair for body in one.awarding_bodies for pair in said(body.name)]),
        "M5 issued": one.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "M6 outcomes": [(row.kind.code, *pair) for row in one.outcomes for pair in said(row.text)],
        "M7 workload": (float(one.ects), [(credits_, f"{EU}/education-credit/6fcec5c5af")], workload),
        "M8 level": (codes(one.eqf_level), codes(one.nqf_level), codes(one.ehea_cycle, kind="EHEACycle")),
        "M9 assessment": (
            codes(*one.assessment_types, kind="AssessmentType"),
            said(one.assessment_description),
            said(one.assessment_criteria),
        ),
        "M11 quality": (
            codes(*one.quality_assurance_types, kind="QualityAssurance"),
            said(one.quality_assurance),
        ),
        "M10 participation": (
            codes(*one.participation_modes, kind="ModeOfLearning"),
            [
                (mode.label[one.language], ", ".join(one.locations) or said(mode.label)[0][1])
                for mode in one.participation_modes
            ],
        ),
        "O1 prerequisites": said(one.prerequisites),
        "O2 identity": codes(one.identity_verification, kind="SupervisionVerification"),
        "O3 grade": [one.grade.code] if one.grade else [],
        "O4 stacking": (
            codes(one.stackability, kind="Stackability"),
            said(one.stackability_towards),
            [pair for pathway in one.pathways for pair in said(pathway.name)],
        ),
        "O5 further": {
            "FurtherInformation": [("", one.url)] if one.url else [],
            **{kind: codes(*coded, kind=kind) for kind, coded in further.items()},
        },
    }


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_narrative_says_every_element_in_the_language_and_in_english(language):
    """Rule 16: the award's language first, English after it, nothing in a third."""
    complete = award(language=language)
    achievement = open_badge.document(complete)["credentialSubject"]["achievement"]
    parts = achievement["criteria"]["narrative"].split("\n\n---\n\n")

    assert len(parts) == (1 if language == "en" else 2)
    for part, spoken in zip(parts, [language, "en"], strict=False):
        said = [
            complete.title,
            complete.country.label,
            *(body.name for body in complete.awarding_bodies),
            *(outcome.text for outcome in complete.outcomes),
            complete.eqf_level.label,
            complete.competence_level.label,
            *(kind.label for kind in complete.assessment_types),
            complete.assessment_description,
            complete.assessment_criteria,
            *(mode.label for mode in complete.participation_modes),
            *(tongue.label for tongue in complete.teaching_languages),
            *(kind.label for kind in complete.quality_assurance_types),
            complete.quality_assurance,
            complete.prerequisites,
            complete.identity_verification.label,
            complete.stackability.label,
            complete.stackability_towards,
            *(pathway.name for pathway in complete.pathways),
            complete.target_group,
            complete.isced_f.label,
            *(goal.label for goal in complete.sdgs),
        ]
        assert [texts[spoken] for texts in said if texts[spoken] not in part] == []
        assert ("7.5" if spoken == "en" else "7,5") in part
        assert "200" in part


def test_narrative_of_the_subject_gives_days_in_finland():
    """N9: issued at 00.30 Finnish time on 2 October."""
    narrative = open_badge.document(award())["credentialSubject"]["narrative"]

    assert "**Myöntämispäivä:** 2.10.2026" in narrative
    assert "**Date of issuing:** 2026-10-02" in narrative


def test_document_of_a_bare_award_leaves_out_what_is_not_there():
    bare = award(
        valid_until=None, region=None, ehea_cycle=None, competence_level=None, identity_verification=None,
        grade=None, locations=(), assessment_languages=(), prerequisites=None, stackability=None,
        stackability_towards=None, pathways=(), isced_f=None, sdgs=(), url=None, target_group=None,
        awarding_bodies=(JAMK,), issuer=replace(JAMK, url=None, city=None, oppilaitosnumero=None),
    )  # fmt: skip
    badge = open_badge.document(bare)

    assert {"validUntil", "result"} & {*badge, *badge["credentialSubject"]} == set()
    assert shape.problems(badge, contexts.known()) == []
    assert {a["targetType"] for a in badge["credentialSubject"]["achievement"]["alignment"]} == {
        "ext:Title", "ext:Country", "ext:AwardingBody", "ext:LearningOutcome", "ext:Skill", "ext:Credits",
        "ext:Workload", "ext:EQF", "ext:NQF", "ext:AssessmentType", "ext:AssessmentDescription",
        "ext:AssessmentCriteria", "ext:ModeOfLearning", "ext:TeachingLanguage", "ext:QualityAssurance",
        "ext:QualityAssuranceDescription", "ext:QualityStatement",
    }  # fmt: skip


def test_document_is_the_same_every_time():
    assert open_badge.encode(open_badge.document(award())) == open_badge.encode(open_badge.document(award()))


def test_learner_without_oid_is_identified_by_birth_date():
    """M1: name and OID, or birth date."""
    learner = replace(award().learner, oid=None)

    badge = open_badge.document(award(learner=learner))

    assert badge["credentialSubject"]["identifier"][-1] == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "1990-02-28",
        "identityType": "ext:dateOfBirth",
    }


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"language": "de"}, "language"),
        ({"learner": replace(award().learner, family_name=" ")}, "learner.name"),
        ({"learner": replace(award().learner, oid=None, birth_date=None)}, "learner.birth_date"),
        ({"issuer": replace(JAMK, did=None)}, "issuer.did"),
        ({"title": {"fi": "Nimi"}, "language": "en"}, "title.en"),
        ({"awarding_bodies": ()}, "awarding_bodies"),
        ({"outcomes": ()}, "outcomes"),
        ({"outcomes": (replace(award().outcomes[0], text={"sv": "Kan"}),)}, "outcomes.0.fi"),
        ({"ects": Decimal(0)}, "ects"),
        ({"workload_hours": 0}, "workload_hours"),
        ({"assessment_types": ()}, "assessment_types"),
        ({"assessment_criteria": {}}, "assessment_criteria.fi"),
        ({"participation_modes": ()}, "participation_modes"),
        ({"quality_assurance_types": ()}, "quality_assurance_types"),
        ({"quality_assurance": {"en": "Audited"}}, "quality_assurance.fi"),
        ({"prerequisites": {"sv": "Inga"}}, "prerequisites.fi"),
    ],
)
def test_document_names_the_missing_fact(changes, fact):
    """Rule 3, and rule 16: a text in another language only is missing, not a substitute."""
    with pytest.raises(Incomplete) as refusal:
        open_badge.document(award(**changes))

    assert refusal.value.fact == fact


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_reference_check_passes(interop, tmp_path, language):
    assert checked(interop, tmp_path, signed(language=language)) == (0, "RESULT PASS")


def test_reference_check_fails_for_a_broken_copy(interop, tmp_path):
    broken = signed()
    del broken["credentialSubject"]["achievement"]["criteria"]

    assert checked(interop, tmp_path, broken)[0] == 1


def checked(interop, folder, document):
    """The verdict of the reference folder's own checker: official schema, VC 2.0 rules, JSON-LD terms."""
    (folder / "badge.json").write_bytes(open_badge.encode(document))
    command = [
        sys.executable,
        "-W",
        "ignore",
        interop / "check_reference.py",
        "ob3",
        folder / "badge.json",
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_documents_of_a_batch_are_those_made_alone():
    """Issuer and achievement are made once, and hold nothing of a learner (issue D, speed)."""
    own = [{name: getattr(one, name) for name in open_badge.OWN} for one in odd_awards(30)]
    found = [award(language=language, **facts) for facts in own for language in ("fi", "sv")]
    found += [badge(kind, award(**facts)) for facts in own[:5] for kind in ("competence_badge",)]
    common = open_badge.Common()

    documents = [open_badge.document(one, common=common) for one in found]

    assert documents == [open_badge.document(one) for one in found]
    assert [open_badge.encode(one) for one in documents] == [encoding.encode(one) for one in documents]
    assert len({id(one["credentialSubject"]["achievement"]) for one in documents}) == 3


def test_document_of_a_batch_is_made_anew_for_another_text():
    common = open_badge.Common()
    other = award(summary={"fi": "Toinen.", "sv": "Annan.", "en": "Other."})

    open_badge.document(award(), common=common)

    assert open_badge.document(other, common=common) == open_badge.document(other)
