"""Awards as plain values, for the tests of documents and proofs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
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
        grading_key={
            "fi": "5 on paras arvosana, 1 alin hyväksytty.",
            "sv": "5 är det högsta vitsordet, 1 det lägsta godkända.",
            "en": "5 is the best grade, 1 the lowest pass.",
        },
        competence_meaning={
            "fi": "Soveltaa osaamista työssään.",
            "sv": "Tillämpar kunnandet i sitt arbete.",
            "en": "Applies the skills at work.",
        },
        status=StatusEntry(list_url=LIST_URL, index=94567),
    )
    return replace(complete, **changes)


GIVEN = (
    "Áile-Máret", "Ǧälle", "Õnne", "D'Arcy", "Nguyễn Thị", "Aino Maria Elisabet Wilhelmiina", "李", "Ольга",
    "Anne-Marie", "Zoë", "Ísold", "Jean‑Luc", "أمل", "Y", "Mikko \"Miku\"", "Mary-Kate & Ann", "🌻 Kukka",
)  # fmt: skip
FAMILY = (
    "O'Neill", "Jåhkås", "Nuorgam-Čáppat", "von der Schulenburg", "Đặng", "Öljymäki-Äyräväinen", "N",
    "Mc<Tag>", "Þórsdóttir", "Müller–Lüdenscheidt", "Sajos Ánte Ŋuolla", "d’Ornano", "Núñez y Pérez",
)  # fmt: skip
LONGEST = "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilaan"
TITLES = (
    f"{LONGEST} perehdytys työelämän kehittämisen kansainvälisiin menetelmiin",
    'Laatu & "riski" <teollisuudessa>: C++, C# ja 100 % käytäntöä',
    "Sámegiela ja sámekultuvrra vuođđooahput: čállin, lohkan ja šiehtadallan",
    "Kestävä 🌱 pakkaussuunnittelu",
    "Yhteiskehittämisen työpajat — fasilitoinnin “kultaiset” säännöt",
    "Ihan tavallinen nimi",
)  # fmt: skip
PARAGRAPHS = (
    "Yksi rivi.",
    "Kaksi kappaletta:\n\nEnsimmäinen; toinen.\n- luettelo\n- jatkuu",
    "Merkit & < > \" ' \\ ]]> {} %s ja sarkain\tkeskellä.",
    "Hyvin pitkä selite. " * 80,
    "Ŧŋđšž – 5 × 3 ≥ 15 € ½ ²",
)
UNIVERSITIES = tuple(
    Body(
        code=code,
        name={"fi": fi, "sv": sv, "en": en},
        url=f"https://www.{code.lower()}.fi/",
        oppilaitosnumero=number,
    )
    for code, number, fi, sv, en in (
        ("LAPIN", "10108", "Lapin ammattikorkeakoulu", "Lapplands yrkeshögskola", "Lapland UAS"),
        ("OAMK", "02471", "Oulun ammattikorkeakoulu", "Uleåborgs yrkeshögskola", "Oulu UAS"),
        ("NOVIA", "10066", "Yrkeshögskolan Novia", "Yrkeshögskolan Novia", "Novia UAS"),
    )
)


PASS_FAIL = coded("pass_fail", "Hyväksytty/hylätty", "Godkänd/underkänd", "Pass/fail")
PASS = coded("HYV", "Hyväksytty", "Godkänd", "Pass")
NUMBERS = coded("0-5", "Arviointiasteikko 0–5", "Bedömningsskala 0–5", "Grading scale 0–5")
SCALES = (
    (PASS_FAIL, (None, PASS)),
    (NUMBERS, (None, PASS, coded("1", "1, välttävä", "1, försvarlig", "1, sufficient"))),
)  # fmt: skip
OPTIONAL = (
    "valid_until", "region", "ehea_cycle", "competence_level", "identity_verification", "prerequisites",
    "stackability", "stackability_towards", "isced_f", "url", "target_group",
)  # fmt: skip
OPTIONAL_LISTS = ("locations", "assessment_languages", "pathways", "sdgs")


def badge(kind: str, found: Award | None = None) -> Award:
    """The award as a badge: without credits; of who attended only, without anything of competence."""
    found = replace(found or award(), badge=kind, ects=None)
    if kind == "competence_badge":
        return found
    said = {"outcomes": (), "assessment_types": (), "assessment_languages": (), "pathways": ()}
    unsaid = (
        "eqf_level", "nqf_level", "ehea_cycle", "competence_level", "competence_meaning", "grade",
        "assessment_description", "assessment_criteria", "grading_scale", "grading_key",
        "identity_verification", "stackability", "stackability_towards", "acquired_by",
    )  # fmt: skip
    return replace(found, **said, **dict.fromkeys(unsaid))


def odd_awards(count: int = 50) -> list[Award]:
    """Awards at the edges of what a registry may hold; the same ones every time.

    Names and texts with every kind of letter, 120-character titles, one body or four, half credits, each
    language first, grades of both scales or none, and any mixture of missing optional elements.
    """
    return [_odd(Random(number)) for number in range(count)]


def _odd(chance: Random) -> Award:
    whole = award()
    bodies = (JAMK, *chance.sample((KAMK, *UNIVERSITIES), chance.randrange(4)))
    ects = Decimal(chance.randrange(2, 119)) / 2
    missing = {name: None for name in OPTIONAL if chance.random() < 0.4}
    emptied = {name: () for name in OPTIONAL_LISTS if chance.random() < 0.4}
    scale, grades = chance.choice(SCALES)
    changes = {
        "credential_id": UUID(int=chance.getrandbits(128), version=4),
        "language": chance.choice(("fi", "sv", "en")),
        "issued_at": whole.issued_at + timedelta(minutes=chance.randrange(600_000)),
        "learner": _odd_learner(chance),
        "awarding_bodies": tuple(chance.sample(bodies, len(bodies))),
        "title": {language: _title(chance) for language in ("fi", "sv", "en")},
        "outcomes": tuple(
            replace(chance.choice(whole.outcomes), text=_paragraph(chance))
            for _ in range(chance.randrange(1, 11))
        ),
        "ects": ects,
        "workload_hours": round(ects * 1600 / 60),
        "grading_scale": scale,
        "grade": chance.choice(grades),
        "prerequisites": _paragraph(chance),
        "target_group": _paragraph(chance),
        "status": StatusEntry(list_url=LIST_URL, index=chance.randrange(131_072)),
    }
    texts = ("summary", "assessment_description", "assessment_criteria", "quality_assurance")
    return replace(whole, **changes | {name: _paragraph(chance) for name in texts} | missing | emptied)


def _odd_learner(chance: Random) -> Person:
    """With an OID, a birth date or both."""
    known = chance.choice((("oid",), ("birth_date",), ("oid", "birth_date")))
    return Person(
        id=f"urn:uuid:{UUID(int=chance.getrandbits(128), version=4)}",
        given_names=chance.choice(GIVEN),
        family_name=chance.choice(FAMILY),
        oid="1.2.246.562.98.59428595753" if "oid" in known else None,
        birth_date=date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))
        if "birth_date" in known
        else None,
    )


def _title(chance: Random) -> str:
    """Up to 120 characters, and often just that many."""
    title = chance.choice(TITLES)
    long = f"{title} {'osaaminen ' * 12}"[:119] + "."
    return title[:120] if chance.random() < 0.5 else long


def _paragraph(chance: Random) -> dict[str, str]:
    return {language: f"{language}: {chance.choice(PARAGRAPHS)}".strip() for language in ("fi", "sv", "en")}
