"""Offerings in the European Learning Model come in as drafts (issue B item 6)."""

import json
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from registry import markup
from registry.actions import codelists, offering_files
from registry.models import LearningOutcome, OfferingVersion
from registry.spreadsheets import FileRefused
from tests.factories import AT
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db
READ_BACK = (
    "title", "summary", "prerequisites", "ects", "isced_f", "eqf_level", "teaching_languages",
    "participation_modes", "fee_eur", "primary_language", "country",
)  # fmt: skip


@pytest.fixture
def house():
    codelists.load()
    return InstitutionFactory(code="OAMK", oppilaitosnumero="10001")


def read(house, data: bytes, name="loq.xml"):
    return offering_files.read(institution=house, name=name, data=data, by=UserFactory(), at=AT)


def imported(file):
    return offering_files.import_accepted(file=file, by=file.uploaded_by, at=AT)


def reasons(file) -> list[tuple]:
    return [(row["row"], *reason) for row in file.rows for reason in row["reasons"]]


def outcomes(version) -> list[tuple]:
    return [(one.kind, one.text, one.skills) for one in version.outcomes.order_by("order")]


def exported(client) -> bytes:
    return client.get("/api/v1/exports/qdr.xml").content


@pytest.mark.parametrize("modes", [["online", "independent"], ["distance"], ["contact", "blended"]])
def test_own_loq_export_is_read_back_without_loss(client, house, modes):
    """The vocabulary of the EU has one word for online and distance, and none for competence."""
    other = InstitutionFactory(code="LAB", oppilaitosnumero="10002")
    version = shown(
        offering=OfferingFactory(institution=other, code="LAB-MC-2026-001"),
        title=titled("Robotiikka & <tekoäly>", sv="Robotik", en="Robotics"),
        prerequisites={"fi": "Ei ole.\nToinen rivi.", "en": "None."},
        ects=Decimal("2.5"),
        fee_eur=Decimal("37.50"),
        participation_modes=modes,
        primary_language="sv",
    )
    LearningOutcome.objects.create(
        version=version,
        order=9,
        kind="knowledge",
        text={"fi": "Kehittää", "en": "Develops"},
        skills=[{"uri": "http://data.europa.eu/esco/skill/x1", "label": {"en": "develop"}}],
    )
    data = exported(client).replace(b"10002<", b"10001<")  # as if the school had exported it elsewhere

    file = imported(read(house, data))

    assert reasons(file) == []
    made = OfferingVersion.objects.get(offering__institution=house)
    assert [getattr(made, name) for name in READ_BACK] == [getattr(version, name) for name in READ_BACK]
    assert outcomes(made) == outcomes(version)
    assert made.awarding_bodies == ["OAMK"]


def test_own_offering_in_a_loq_file_is_known(client, house):
    shown(offering=OfferingFactory(institution=house, code="OAMK-MC-2026-001"))

    file = read(house, exported(client))

    assert [(row["outcome"], row["code"]) for row in file.rows] == [("known", "OAMK-MC-2026-001")]


def test_joint_offering_waits_for_the_agreement_of_the_others(client, house):
    InstitutionFactory(code="LAB", oppilaitosnumero="10002")
    shown(offering=OfferingFactory(institution=house), awarding_bodies=["OAMK", "LAB"])
    data = exported(client).replace(b"OAMK-MC-", b"X-MC-").replace(b"</title>", b" uusi</title>")

    assert [(row, field) for row, field, *_rest in reasons(read(house, data))] == [(1, "awarding_bodies")]


def test_official_sample_is_read_and_its_faults_are_told(house, reference):
    """The sample of the schema holds made-up words: sizes that are no numbers, a level that is not ours."""
    data = (reference / "elm-loq-3.3.1" / "samples" / "loq.xml").read_bytes()

    file = read(house, data)

    assert [(row["outcome"], row["values"]["content"]["primary_language"]) for row in file.rows] == [
        ("reject", "en"),
        ("reject", "en"),
    ]
    assert {one[1:3] for one in reasons(file)} == {
        ("ects", "number"), ("eqf_level", "said"), ("participation_modes", "unknown_code"),
    }  # fmt: skip


def test_specification_of_the_official_micro_credential_is_read(house, reference):
    """JSON-LD as the EU's own sample of a micro-credential writes it."""
    path = reference / "elm-edc" / "samples" / "Sample-MC-Annex1-unsigned.jsonld"
    about = _qualification(json.loads(path.read_text(encoding="utf-8")))

    file = imported(read(house, json.dumps(about).encode(), name="elm.jsonld"))

    assert reasons(file) == []
    made = OfferingVersion.objects.get()
    assert (
        made.title, made.primary_language, made.ects, made.eqf_level, made.participation_modes,
        made.teaching_languages,
    ) == ({"en": "Digital micro-credential creation"}, "en", Decimal(2), 6, ["blended"], ["en"])  # fmt: skip
    assert [(text["en"], len(skills)) for _kind, text, skills in outcomes(made)] == [
        ("Communication, collaboration and creativity", 3),
        ("Developing digital content", 1),
    ]
    assert made.prerequisites["en"].startswith("The learner needs to have an EDC Online")


def test_opportunity_in_json_ld_is_read_with_its_references(house):
    document = {
        "@graph": [
            {
                "id": "urn:1", "type": "LearningOpportunity", "title": {"fi": "Robotiikan perusteet"},
                "learningAchievementSpecification": {"id": "urn:2"},
                "defaultLanguage": {"id": "http://publications.europa.eu/resource/authority/language/FIN"},
            },
            {
                "id": "urn:2", "type": ["LearningAchievementSpecification"],
                "creditPoint": {"point": 5},
                "learningOutcome": [{"title": {"fi": ["Selittää robotin osat"]}}],
                "ISCEDFCode": {"id": "http://data.europa.eu/snb/isced-f/0521"},
            },
        ]
    }  # fmt: skip

    file = imported(read(house, json.dumps(document).encode()))

    assert reasons(file) == []
    made = OfferingVersion.objects.get()
    assert (made.title, made.ects, made.isced_f) == ({"fi": "Robotiikan perusteet"}, Decimal(5), "052")
    assert outcomes(made) == [("knowledge", {"fi": "Selittää robotin osat"}, [])]


def test_sizes_and_modes_that_are_not_ours_are_told(house):
    document = [
        {"type": "Qualification", "title": {"fi": "Kaksi kokoa"},
         "creditPoint": [{"point": "3"}, {"point": "5"}]},
        {"type": "Qualification", "title": {"fi": "Outo muoto"}, "mode": {"id": "http://x.example/outo"}},
    ]  # fmt: skip

    file = read(house, json.dumps(document).encode())

    assert reasons(file) == [
        (1, "ects", "ects_several", {"value": "3, 5"}),
        (2, "participation_modes", "unknown_code", {"value": "http://x.example/outo"}),
    ]


DEEP = b"<a>" * 100 + b"</a>" * 100


@pytest.mark.parametrize(
    "data",
    [
        b"<Courses/>", b"<Courses>", DEEP,
        b'<?xml version="1.0" encoding="x-mystery"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"<a>&b;</a>",
        b'[{"type": "Qualification", "description": ' + b"[" * 60 + b"]" * 60 + b"}]",
    ],
    ids=["empty", "open", "deep", "encoding", "entity", "dtd", "file", "undeclared", "deep-json"],
)  # fmt: skip
def test_document_that_is_no_list_or_no_safe_xml_is_refused(house, data):
    with pytest.raises(FileRefused):
        read(house, data)


def test_document_of_too_many_elements_is_refused(house, monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 100)

    with pytest.raises(FileRefused):
        read(house, b"<a>" + b"<b/>" * 100 + b"</a>")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("1" * 5000, "reject"), ("NaN", "reject"), ("1e9999999", "reject"), ("-3", "reject"), ("٣", "accept")],
)
def test_any_point_is_an_answer(house, text, outcome):
    item = {"type": "Qualification", "title": {"fi": "Nimi tässä"}, "creditPoint": {"point": text}}
    data = json.dumps([item])

    assert [row["outcome"] for row in read(house, data.encode()).rows] == [outcome]


def test_loq_export_stays_valid_xml(client, house):
    shown(offering=OfferingFactory(institution=house), participation_modes=["independent"])

    root = ET.fromstring(exported(client))

    assert root.findtext(".//{http://www.w3.org/2004/02/skos/core#}notation") is not None


def _qualification(value):
    """The first specification of what was learnt."""
    if isinstance(value, dict):
        if value.get("type") == "Qualification":
            return value
        value = list(value.values())
    if isinstance(value, list):
        return next((found for one in value if (found := _qualification(one))), None)
    return None
