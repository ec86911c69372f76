"""The catalogue in other people's shapes: Opintopolku, QDR, RIPA, spreadsheets and the nightly file."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
import time_machine

from registry.api import dump
from registry.models import Realisation
from registry.spreadsheets import xlsx_bytes
from tests.factories import AT
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered():
    """One offering of OAMK with a realisation, a network and everything an export may say."""
    house = InstitutionFactory(
        code="OAMK", organisation_oid="1.2.246.562.10.1", name=titled("Oulun AMK", sv="Uleåborg", en="Oulu")
    )
    version = shown(
        offering=OfferingFactory(institution=house, code="OAMK-MC-2026-001"),
        title=titled("Robotiikka & <tekoäly>", sv="Robotik", en="Robotics"),
        ects=Decimal("2.5"),
        fee_eur=Decimal("37.50"),
        fee_rule="open_uas_cap",
        network="CampusOnline/RIPA",
        funding=[{"type": "jotpa"}],
        free_for=["degree_student"],
    )
    Realisation.objects.create(
        version=version,
        key="R1",
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 18),
        enrolment="outside",
        enrolment_url="https://oamk.example/ilmo",
        enrol_from=date(2026, 11, 1),
        enrol_by=date(2026, 11, 20),
        places=30,
        ripa_id="RIPA-7",
    )
    return version


def export(client, name: str, status: int = 200):
    response = client.get(f"/api/v1/exports/{name}")
    assert response.status_code == status, response.content[:300]
    return response


# Opintopolku


def types(value, path: str = "") -> dict[str, str]:
    """Every path of a JSON value with the kind of what stands there; the members of lists count as one."""
    if isinstance(value, dict):
        return {
            key: kind for name, inner in value.items() for key, kind in types(inner, f"{path}.{name}").items()
        } or {path: "dict"}
    if isinstance(value, list):
        return {path: "list"}
    return {
        path: "number"
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else type(value).__name__
    }


@pytest.mark.parametrize(
    ("part", "file", "ours_alone"),
    [
        ("koulutus", "koulutus-kk-opintokokonaisuus.json", set()),
        (
            "toteutus",
            "toteutus-kk-opintokokonaisuus.json",
            {".metadata.isTaydennyskoulutus", ".metadata.hasJotpaRahoitus", ".metadata.hakuaika.paattyy"},
        ),
    ],
)
def test_kouta_names_and_kinds_are_those_of_the_editor(client, reference, offered, part, file, ours_alone):
    """3.7: fields are those that the Opintopolku editor sends, with values of the same kind."""
    [found] = export(client, "kouta.json").json()
    ours = types(found[part] if part == "koulutus" else found["toteutukset"][0])
    theirs = types(json.loads((reference / "opintopolku" / "kouta" / file).read_text(encoding="utf-8")))
    of_languages = {path.rpartition(".")[0]: kind for path, kind in theirs.items() if path.endswith(".fi")}

    strange = {
        path: kind
        for path, kind in ours.items()
        if path not in theirs and path.rpartition(".")[0] not in of_languages
    }
    # null stands in both where there is nothing to say
    other_kind = {
        path: (kind, theirs[path])
        for path, kind in ours.items()
        if path in theirs and theirs[path] != kind and "NoneType" not in (kind, theirs[path])
    }

    assert set(strange) == ours_alone
    assert other_kind == {}


def test_kouta_says_what_the_national_export_asks(client, offered):
    """3.7, rule 4."""
    [found] = export(client, "kouta.json").json()
    run, said = found["toteutukset"][0], found["toteutukset"][0]["metadata"]

    assert (found["koulutus"]["externalId"], run["externalId"]) == (
        "OAMK-MC-2026-001.v1",
        "OAMK-MC-2026-001.v1.R1",
    )
    assert {
        name: said[name]
        for name in (
            "isPieniOsaamiskokonaisuus", "isTaydennyskoulutus", "isAvoinKorkeakoulutus", "hasJotpaRahoitus",
            "opintojenLaajuusNumeroMin", "opintojenLaajuusNumeroMax", "aloituspaikat", "tunniste", "hakuaika",
        )
    } == {
        "isPieniOsaamiskokonaisuus": True, "isTaydennyskoulutus": False, "isAvoinKorkeakoulutus": True,
        "hasJotpaRahoitus": True, "opintojenLaajuusNumeroMin": 2.5, "opintojenLaajuusNumeroMax": 2.5,
        "aloituspaikat": 30, "tunniste": "OAMK-MC-2026-001",
        "hakuaika": {"alkaa": "2026-11-01T00:00", "paattyy": "2026-11-20T23:59"},
    }  # fmt: skip
    assert {name: said["opetus"][name] for name in ("opetuskieliKoodiUrit", "opetustapaKoodiUrit")} == {
        "opetuskieliKoodiUrit": ["oppilaitoksenopetuskieli_1"],
        "opetustapaKoodiUrit": ["opetuspaikkakk_3"],
    }
    assert (said["opetus"]["maksullisuustyyppi"], said["opetus"]["maksunMaara"]) == ("maksullinen", 37.5)


def test_kouta_calls_sixty_credits_no_micro_credential(client):
    """Rule 4: in national exports the size is under 60 credits."""
    shown(ects=60, size_justification=titled("Perustelu"))

    [found] = export(client, "kouta.json").json()

    assert found["toteutukset"][0]["metadata"]["isPieniOsaamiskokonaisuus"] is False


# QDR


def verdict(interop, path) -> tuple[int, str]:
    command = [sys.executable, "-W", "ignore", interop / "check_reference.py", "loq", path, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()


def test_qdr_file_passes_the_official_schema_and_a_broken_copy_fails(client, interop, tmp_path, offered):
    shown(title=titled("Ilman toteutusta"), fee_eur=None)
    response = export(client, "qdr.xml")
    (tmp_path / "whole.xml").write_bytes(response.content)
    broken = response.content.replace(b"http://data.europa.eu/snb/isced-f/061", b"http://example.com/061")
    (tmp_path / "broken.xml").write_bytes(broken)

    assert response.headers["Content-Type"] == "application/xml"
    assert verdict(interop, tmp_path / "whole.xml") == (0, "RESULT PASS")
    assert verdict(interop, tmp_path / "broken.xml")[0] == 1


def test_qdr_file_holds_every_offering_and_realisation(client, offered):
    shown()
    body = export(client, "qdr.xml").content.decode()

    assert body.count("<learningOpportunity ") == 2
    assert body.count("<learningAchievementSpecification id=") == 2
    assert "<startDate>2026-12-01T00:00:00</startDate>" in body
    assert "Robotiikka &amp; &lt;tekoäly&gt;" in body
    assert "<volumeOfLearning>PT67H</volumeOfLearning>" in body


# RIPA and tables


def test_ripa_references_are_those_of_a_network(client, offered):
    shown(network="")

    [found] = export(client, "ripa.json").json()

    assert found == {
        "institution": offered.offering.institution.oppilaitosnumero, "code": "OAMK-MC-2026-001",
        "version": 1, "realisation": "R1", "ripa_id": "RIPA-7", "name_fi": "Robotiikka & <tekoäly>",
        "name_sv": "Robotik", "name_en": "Robotics", "credits_min": 2.5, "credits_max": 2.5,
        "teaching_languages": ["fi"], "min_edu_guidance_area": "7", "network": "CampusOnline/RIPA",
        "pricing_basis": "open_uas_cap", "price_eur": 37.5, "starts_on": "2026-12-01",
        "ends_on": "2026-12-18", "enrol_from": "2026-11-01", "enrol_by": "2026-11-20", "places": 30,
    }  # fmt: skip


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_ripa_table_says_the_same(client, offered):
    header, row = lines(export(client, "ripa.csv").content)

    assert dict(zip(header, row, strict=True))["ripa_id"] == "RIPA-7"
    assert dict(zip(header, row, strict=True))["credits_min"] == "2,5"


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_tables_make_formulas_harmless(client, title):
    """N10, in CSV and in XLSX."""
    shown(title=titled(title))

    header, row = lines(export(client, "offerings.csv").content)
    book = openpyxl.load_workbook(io.BytesIO(export(client, "offerings.xlsx").content))
    cells = [[cell.value for cell in line] for line in book.active.iter_rows()]

    assert row[header.index("title_fi")] == f"'{title}"
    assert cells[1][cells[0].index("title_fi")] == f"'{title}"
    assert {cell.data_type for cell in book.active[2]} <= {"s", "n", "inlineStr"}  # none is a formula ("f")


def test_exports_take_the_filters_of_the_list(client, offered):
    shown()

    assert len(export(client, "kouta.json?institution=OAMK").json()) == 1
    problem = export(client, "kouta.json?colour=red", status=400).json()
    assert [error["name"] for error in problem["errors"]] == ["colour"]


def test_exports_have_an_etag_and_a_licence(client, offered):
    for name in ("kouta.json", "qdr.xml", "ripa.csv", "offerings.xlsx"):
        first = export(client, name)
        again = client.get(f"/api/v1/exports/{name}", headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def test_unknown_export_is_not_found(client):
    assert export(client, "secrets.json", status=404).json()["code"] == "not_found"


# The nightly file


@pytest.fixture
def file(settings, tmp_path):
    settings.DUMP_FILE = str(tmp_path / "exports" / "catalogue.json")
    return tmp_path / "exports" / "catalogue.json"


def test_dump_holds_everything_that_is_open(client, file, offered):
    """Equal to what the API gives page by page."""
    shown(status="retired")
    dump.write(at=AT)

    found = json.loads(b"".join(export(client, "catalogue.json").streaming_content))

    assert found["made_at"] == AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    for name in ("versions", "realisations", "institutions", "pathways", "code-lists"):
        answer = client.get(f"/api/v1/{name}/?page_size=100").json()
        assert found[name] == answer["results"]


def test_dump_is_kept_by_its_etag_and_replaced_whole(client, file, offered):
    dump.write(at=AT)
    first = export(client, "catalogue.json")
    b"".join(first.streaming_content)
    tag = {"if-none-match": first.headers["ETag"]}

    kept = client.get("/api/v1/exports/catalogue.json", headers=tag)
    shown()
    dump.write(at=AT + timedelta(days=1))
    changed = client.get("/api/v1/exports/catalogue.json", headers=tag)
    b"".join(changed.streaming_content)

    assert (kept.status_code, changed.status_code) == (304, 200)
    assert [path.name for path in file.parent.iterdir()] == ["catalogue.json"]


def test_dump_is_missing_before_the_first_night(client, file):
    assert export(client, "catalogue.json", status=404).json()["code"] == "no_dump"


def test_sweep_makes_the_file_once_a_night(file, time_machine):
    """Run every ten minutes, it writes the first time of a day in Finland."""
    time_machine.move_to(AT, tick=False)
    assert dump.nightly() is True
    os.utime(file, (AT.timestamp(), AT.timestamp()))
    assert dump.nightly() is False
    time_machine.move_to(AT + timedelta(days=1), tick=False)
    assert dump.nightly() is True


def test_workbook_of_the_same_rows_is_the_same_bytes_later():
    with time_machine.travel(AT, tick=False):
        first = xlsx_bytes(header=["code"], rows=[["A-1"]])
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        later = xlsx_bytes(header=["code"], rows=[["A-1"]])

    assert (first == later, openpyxl.load_workbook(io.BytesIO(first)).active["A2"].value) == (True, "A-1")
