"""Awards as plain values, for the tests of documents and proofs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from credentials.facts import Award, Body, Coded, Outcome, Pathway, Person, Quality, StatusEntry

EU = "http://data.europa.eu/snb"
DID = "did:web:registry.example:institutions:jamk"
LIST_URL = "https://registry.example/status-lists/jamk-1"


def coded(code, fi, sv, en, uri=None):
    return Coded(code=code, label={"fi": fi, "sv": sv, "en": en}, uri=uri)


JAMK = Body(
    code="JAMK",
    did=DID,
    name={
        "fi": "Jyväskylän ammattikorkeakoulu",
        "sv": "Jyväskylä yrkeshögskola",
        "en": "Jamk University of Applied Sciences",
    },
    url="https://www.jamk.fi/",
    city="Jyväskylä",
    oppilaitosnumero="02504",
)
KAMK = Body(
    code="KAMK",
    name={
        "fi": "Kajaanin ammattikorkeakoulu",
        "sv": "Kajana yrkeshögskola",
        "en": "Kajaani University of Applied Sciences",
    },
    url="https://www.kamk.fi/",
    oppilaitosnumero="02473",
)


def award(**changes) -> Award:
    """A complete award: every mandatory and every optional element of Annex I is filled."""
    complete = Award(
        credential_id=UUID("0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11"),
        language="fi",
        issued_at=datetime(2026, 10, 1, 21, 30, tzinfo=UTC),
        completed_on=date(2026, 9, 28),
        valid_until=datetime(2029, 10, 1, 20, 59, 59, tzinfo=UTC),
        learner=Person(
            id="urn:uuid:6d4dbd1c-1e4c-4f8e-a4a4-bb5f0a4a8e22",
            given_names="Aino Maria",
            family_name="Esimerkki-Åström",
            birth_date=date(1990, 2, 28),
            oid="1.2.246.562.98.59428595753",
        ),
        issuer=JAMK,
        awarding_bodies=(JAMK, KAMK),
        country=coded(
            "FI",
            "Suomi",
            "Finland",
            "Finland",
            "http://publications.europa.eu/resource/authority/country/FIN",
        ),
        region=coded("13", "Keski-Suomi", "Mellersta Finland", "Central Finland"),
        offering_code="JAMK-MC-2026-003",
        version_number=2,
        achievement_url="https://registry.example/offerings/JAMK-MC-2026-003/v2",
        title={
            "fi": "Data-analytiikka päätöksenteossa",
            "sv": "Dataanalys",
            "en": "Data analytics for decisions",
        },
        summary={
            "fi": "Datasta päätöksiin.",
            "sv": "Från data till beslut.",
            "en": "From data to decisions.",
        },
        outcomes=(
            Outcome(
                kind=coded("knowledge", "Tiedot", "Kunskaper", "Knowledge"),
                text={
                    "fi": "Selittää menetelmät.",
                    "sv": "Förklarar metoderna.",
                    "en": "Explains the methods.",
                },
            ),
            Outcome(
                kind=coded("skill", "Taidot", "Färdigheter", "Skills"),
                text={"fi": "Rakentaa analyysin.", "sv": "Bygger en analys.", "en": "Builds an analysis."},
                skills=(
                    coded(
                        "s1",
                        "data-analytiikka",
                        "dataanalys",
                        "data analytics",
                        "http://data.europa.eu/esco/skill/1",
                    ),
                    coded("python", "Python", "Python", "Python"),
                ),
            ),
            Outcome(
                kind=coded("competence", "Pätevyys", "Kompetens", "Competence"),
                text={"fi": "Arvioi vinoumia.", "sv": "Bedömer bias.", "en": "Judges bias."},
            ),
        ),
        ects=Decimal("7.5"),
        workload_hours=200,
        eqf_level=coded("6", "Taso 6", "Nivå 6", "Level 6", f"{EU}/eqf/6"),
        nqf_level=coded("6", "Taso 6", "Nivå 6", "Level 6", f"{EU}/qdr/c_8a7da315"),
        ehea_cycle=coded("first", "Ensimmäinen sykli", "Första cykeln", "First cycle"),
        competence_level=coded("applied", "Soveltamistaso", "Tillämpningsnivå", "Applied level"),
        assessment_types=(
            coded(
                "written_exam",
                "Kirjallinen tentti",
                "Skriftlig tentamen",
                "Written exam",
                f"{EU}/assessment/6e6cb2cc78",
            ),
            coded("project", "Projektityö", "Projektarbete", "Project work", f"{EU}/assessment/795dac4096"),
        ),
        assessment_description={
            "fi": "Projekti ja tentti",
            "sv": "Projekt och tentamen",
            "en": "Project and exam",
        },
        assessment_criteria={"fi": "Kumpikin vähintään 1.", "sv": "Båda minst 1.", "en": "Each at least 1."},
        identity_verification=coded(
            "supervised_onsite_id",
            "Valvottu paikan päällä, henkilöllisyys tarkistetaan",
            "Övervakad på plats, identiteten kontrolleras",
            "Supervised onsite, identity verified",
            f"{EU}/supervision-verification/70be69aaf9",
        ),
        grade=coded("4", "4, kiitettävä", "4, berömlig", "4, very good"),
        grading_scale=coded("0-5", "Arviointiasteikko 0–5", "Bedömningsskala 0–5", "Grading scale 0–5"),
        participation_modes=(
            coded("blended", "Monimuoto", "Flerform", "Blended", f"{EU}/learning-assessment/e92d221e4d"),
        ),
        locations=("Jyväskylä", "Äänekoski"),
        teaching_languages=(
            coded(
                "fi",
                "suomi",
                "finska",
                "Finnish",
                "http://publications.europa.eu/resource/authority/language/FIN",
            ),
            coded(
                "en",
                "englanti",
                "engelska",
                "English",
                "http://publications.europa.eu/resource/authority/language/ENG",
            ),
        ),
        assessment_languages=(
            coded(
                "fi",
                "suomi",
                "finska",
                "Finnish",
                "http://publications.europa.eu/resource/authority/language/FIN",
            ),
        ),
        quality_assurance_types=(
            coded(
                "external_institutional_audit",
                "Korkeakoulun ulkoinen auditointi",
                "Extern auditering av högskolan",
                "External institutional audit",
                f"{EU}/accreditation/bb4618238e",
            ),
        ),
        quality_assurance={"fi": "Karvin auditoima.", "sv": "Auditerad av NCU.", "en": "Audited by FINEEC."},
        quality=Quality(
            review_id="RC-2026-0003",
            criteria_set="EU-10 1.0",
            decided_on=date(2026, 2, 10),
            approved_until=date(2027, 2, 10),
            check_due_on=date(2027, 2, 16),
        ),
        prerequisites={
            "fi": "Ohjelmoinnin perusteet.",
            "sv": "Grunderna i programmering.",
            "en": "Basic programming.",
        },
        stackability=coded("stackable", "Pinottava", "Stapelbar", "Stackable"),
        stackability_towards={"fi": "Tradenomi (AMK)", "sv": "Tradenom (YH)", "en": "BBA degree"},
        pathways=(
            Pathway(
                code="PATH-AI-16", name={"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"}
            ),
        ),
        isced_f=coded("061", "Tietojenkäsittely", "Databehandling", "ICT", f"{EU}/isced-f/061"),
        sdgs=(
            coded(
                "8", "Ihmisarvoista työtä", "Anständigt arbete", "Decent work", "http://metadata.un.org/sdg/8"
            ),
            coded("9", "Innovaatioita", "Innovationer", "Innovation", "http://metadata.un.org/sdg/9"),
        ),
        url="https://registry.example/fi/catalogue/JAMK-MC-2026-003/",
        target_group={"fi": "Kehittäjät", "sv": "Utvecklare", "en": "Developers"},
        status=StatusEntry(list_url=LIST_URL, index=94567),
    )
    return replace(complete, **changes)
