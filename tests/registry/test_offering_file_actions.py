"""Files of offerings: the dry run tells every fault, the import makes each draft once (issue B item 6)."""

import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from registry import catalogue, elements
from registry.actions import codelists, offering_columns, offering_documents, offering_files, offerings
from registry.actions.offering_reasons import WORDING
from registry.drills import importing
from registry.drills.tables import FAULTS, HEADER, table, with_faults
from registry.models import Offering, OfferingVersion, TrailEntry
from registry.spreadsheets import FileRefused, csv_bytes, xlsx_bytes
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
NOT_CSV = "The file is not a CSV file. In Excel, save it as “CSV UTF-8 (*.csv)”."


@pytest.fixture
def house():
    codelists.load()
    return InstitutionFactory(code="OAMK")


def read(house, data: bytes, name="tarjonta.csv"):
    return offering_files.read(institution=house, name=name, data=data, by=UserFactory(), at=AT)


def imported(file):
    return offering_files.import_accepted(file=file, by=file.uploaded_by, at=AT)


def found(file) -> list[tuple]:
    return [(row["row"], reason[0], reason[1]) for row in file.rows for reason in row["reasons"]]


def test_drill_finds_every_planted_fault_and_imports_each_row_once():
    """At 100 rows; `manage.py drill importing` does it with 1,000, and kills the import on its way."""
    figures = importing.rehearse(items=100)

    assert {name: figures[name] for name in ("faults_planted", "faults_found", "offerings")} == {
        "faults_planted": 37, "faults_found": 37, "offerings": 100,
    }  # fmt: skip


def test_dry_run_saves_nothing_in_the_register(house):
    rows, planted = with_faults(table(20), count=13)

    file = read(house, xlsx_bytes(header=HEADER, rows=rows), name="tarjonta.xlsx")

    assert found(file) == planted
    assert Offering.objects.count() == 0


def test_rows_of_a_csv_are_numbered_as_a_spreadsheet_shows_them(house):
    rows, planted = with_faults(table(20), count=13)  # their outcomes are cells of two lines

    assert found(read(house, csv_bytes(header=HEADER, rows=rows))) == planted


def test_mended_file_is_imported_once_even_if_sent_twice(house):
    data = xlsx_bytes(header=HEADER, rows=table(100))

    imported(imported(read(house, data)))
    again = imported(read(house, data))

    assert Offering.objects.count() == 100
    assert {row["outcome"] for row in again.rows} == {"known"}
    assert TrailEntry.objects.filter(verb="created").count() == 100


def test_mended_rows_join_those_that_were_imported_before(house):
    rows, _planted = with_faults(table(60), count=10)
    imported(read(house, csv_bytes(header=HEADER, rows=rows)))
    assert Offering.objects.count() == 50

    imported(read(house, csv_bytes(header=HEADER, rows=table(60))))

    assert Offering.objects.count() == 60


def test_import_killed_half_way_leaves_nothing(house, monkeypatch):
    file = read(house, csv_bytes(header=HEADER, rows=table(20)))
    with monkeypatch.context() as broken:
        broken.setattr(offering_files.trail, "record", lambda **_kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            imported(file)
    assert Offering.objects.count() == 0

    imported(file)

    assert Offering.objects.count() == 20


def test_imported_row_becomes_a_draft_with_what_it_says(house):
    imported(read(house, csv_bytes(header=HEADER, rows=table(1))))

    version = OfferingVersion.objects.get()
    assert (version.status, version.title["fi"], version.ects, version.assessment_types, version.fee_eur) == (
        "draft",
        "Tarjonta numero 1",
        Decimal("1.5"),
        ["quiz", "project"],
        Decimal("12.5"),
    )
    assert [(one.kind, one.text["fi"]) for one in version.outcomes.order_by("order")] == [
        ("knowledge", "Selittää asian 1"),
        ("skill", "Laatii suunnitelman"),
    ]
    assert list(version.authors.all()) == [TrailEntry.objects.get(verb="created").by]


@pytest.mark.parametrize(("form", "language"), [(csv_bytes, "fi"), (xlsx_bytes, "sv")])
def test_rejected_rows_are_mended_in_the_table_with_their_reasons(house, form, language):
    rows, planted = with_faults(table(30), count=len(FAULTS))
    lines = [line for line, _column, _code in planted]
    file = imported(read(house, form(header=HEADER, rows=rows)))

    header, rejected = offering_files.rejected(file=file, language=language)

    labels = offering_columns.labels(language)
    assert set(header) == {*(labels[name] for name in HEADER), offering_columns.REASON[language]}
    assert [set(cells[:-1]) - {""} for cells in rejected] == [set(rows[line - 2]) - {""} for line in lines]
    assert all(cells[-1] for cells in rejected)
    mended = [[*_in_order(table(30)[line - 2]), "syy"] for line in lines]
    imported(read(house, form(header=header, rows=mended)))
    assert Offering.objects.count() == 30


def _in_order(cells: list[str]) -> list[str]:
    """A made-up row with its cells in the order of the columns."""
    by_name = dict(zip(HEADER, cells, strict=True))
    return [by_name[column.name] for column in offering_columns.COLUMNS if column.name in by_name]


def test_rejected_rows_of_a_document_become_a_table(house):
    item = {"title": {"fi": "Nimi tässä", "sv": "Namn"}, "ects": "NaN", "teaching_languages": ["fi", "sv"]}

    file = read(house, json.dumps([item | {"learning_outcomes": [{"text": {"fi": "Selittää"}}]}]).encode())

    with translation.override("en"):
        header, rows = offering_files.rejected(file=file, language="en")
    assert dict(zip(header, rows[0], strict=True)) == {
        "Title (fi)": "Nimi tässä", "Title (sv)": "Namn", "Main language of the texts": "fi",
        "Languages of instruction": "fi, sv", "Learning outcomes (fi)": "Selittää",
        "Kinds of the learning outcomes": "knowledge",
        "reason for rejection": "Size in ECTS credits: “NaN” is not a number.",
    }  # fmt: skip


def test_every_fault_has_its_words():
    assert {code for _column, _cell, code in FAULTS} <= set(WORDING)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_own_export_is_read_back_as_it_was(house, form):
    other = InstitutionFactory(code="LAB")
    version = OfferingVersionFactory(offering=OfferingFactory(institution=other), awarding_bodies=["OAMK"])
    exported = catalogue.with_parts(OfferingVersion.objects.all()).get()
    if form == "json":
        document = offering_documents.document(exported) | {"code": ""}
        data = json.dumps({"offerings": [document]}).encode()
    else:
        cells = ["", *offering_columns.written(exported)[1:]]
        table_bytes = csv_bytes if form == "csv" else xlsx_bytes
        data = table_bytes(header=offering_columns.header("sv"), rows=[cells])

    imported(read(house, data))

    made = OfferingVersion.objects.get(offering__institution=house)
    assert [getattr(made, name) for name in offering_columns.FIELDS] == [
        getattr(exported, name) for name in offering_columns.FIELDS
    ]
    assert [(one.kind, one.text) for one in made.outcomes.order_by("order")] == [
        (one.kind, one.text) for one in version.outcomes.order_by("order")
    ]


def test_row_with_an_own_code_is_known_and_changes_nothing(house):
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))

    file = read(house, csv_bytes(header=["code", "title_fi"], rows=[[version.offering.code, "Uusi nimi"]]))

    assert [row["outcome"] for row in file.rows] == ["known"]
    version.refresh_from_db()
    assert version.title["fi"] != "Uusi nimi"


def test_row_with_a_taken_title_or_strange_code_is_rejected(house):
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))

    file = read(
        house,
        csv_bytes(
            header=["code", "title_fi"], rows=[["", version.title["fi"]], ["LAB-MC-2026-001", "Muu nimi"]]
        ),
    )

    assert found(file) == [(2, "title", "title_taken"), (3, "code", "code_unknown")]


def test_kouta_shape_is_read(house):
    item = {
        "nimi": {"fi": "Opintokokonaisuus nimi"},
        "kielivalinta": ["fi"],
        "metadata": {
            "kuvaus": {"fi": "<p>Kuvaus &amp; muuta</p>"},
            "opintojenLaajuusNumeroMin": 5,
            "opintojenLaajuusNumeroMax": 10,
            "isAvoinKorkeakoulutus": True,
        },
    }
    exact = item | {"nimi": {"fi": "Toinen nimi"}}
    exact["metadata"] = exact["metadata"] | {"opintojenLaajuusNumeroMax": 5}

    file = imported(read(house, json.dumps([item, exact]).encode(), name="kouta.json"))

    assert found(file) == [(1, "ects", "ects_several")]
    version = OfferingVersion.objects.get()
    assert (version.title, version.summary, version.ects, version.education_form) == (
        {"fi": "Toinen nimi"},
        {"fi": "Kuvaus & muuta"},
        Decimal(5),
        "avoin_amk",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\n;;\n", "The file is empty."),
        (b"\xff\xfea",
         "The file is not UTF-8; it seems to be UTF-16. In Excel, save it as “CSV UTF-8 (*.csv)”."),
        ("Nimi (fi);Ääni".encode("latin-1"),
         "The file is not UTF-8; it seems to be Windows-1252. In Excel, save it as “CSV UTF-8 (*.csv)”."),
        (b"\x89PNG\r\n\x1a\n\0\0", NOT_CSV), (b"%PDF-1.7", NOT_CSV), (b"\xff\xd8\xff\xe0\0\x10JFIF", NOT_CSV),
        (b"title_fi\nNimi \0 loppu", NOT_CSV),
        (b"PK\x03\x04broken", "The file cannot be read as an Excel workbook (.xlsx)."),
        (b"{", "The file cannot be read as JSON."),
        (b'[{"title": {"fi": "\\ud800"}}]', "The file cannot be read as JSON."),
        (b'[{"virta": {"a": 1e999}}]', "The file cannot be read as JSON."),
        (b"[1]", "The file does not hold a list of offerings."),
        (b"nimi (fi);outo\na;b\n",
         "The header has columns that are not known: outo. Compare it with the template."),
        (b"title_fi;title_fi\na;b\n", "The header has the same column twice: title_fi."),
        (b"ects\n5\n", "The header lacks these columns: Title. Compare it with the template."),
        (b"title_fi\n", "The file has a header but no rows."),
        (b'title_fi\n"auki\n',
         "Line 2 cannot be read: a quotation mark is missing or too many."),
        (b"x" * (offering_files.MOST_BYTES + 1),
         "The file is larger than 10 MB. Divide it into smaller files."),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)  # fmt: skip
def test_file_that_cannot_be_read_is_refused_as_a_whole(house, data, said):
    """5.1: whoever sent it reads what it is and what to do."""
    with translation.override("en"), pytest.raises(FileRefused) as refused:
        read(house, data)

    assert refused.value.message == said


def test_workbook_that_unpacks_to_too_much_is_refused(house):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("sheet.xml", "w") as sheet:
        for _megabyte in range(101):
            sheet.write(b" " * 1024 * 1024)

    with translation.override("en"), pytest.raises(FileRefused) as refused:
        read(house, bomb.getvalue())

    assert refused.value.message == "The file unpacks to more than 100 MB. Divide it into smaller files."


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("sheet1.xml", b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
        ("sheet1.xml", b"Nimi", b"&b;"), ("sheet1.xml", b"</sheetData>", b""),
        ("sheet1.xml", b'r="2"', b'r="9999999"'), ("sheet1.xml", b'r="2"', b'r="x"'),
        ("workbook.xml", b"<sheets>", b"<sheets"),
        ("styles.xml", b"<cellXfs", b"<cellXfs x"), ("[Content_Types].xml", b"workbook", b"book"),
    ],
)  # fmt: skip
def test_damaged_workbook_is_refused(house, part, old, new):
    book, bad = io.BytesIO(xlsx_bytes(header=["title_fi"], rows=[["Nimi tässä"]])), io.BytesIO()
    with zipfile.ZipFile(book) as good, zipfile.ZipFile(bad, "w") as archive:
        for name in good.namelist():
            data = good.read(name)
            archive.writestr(name, data.replace(old, new) if name.endswith(part) else data)

    with pytest.raises(FileRefused):
        read(house, bad.getvalue())


@pytest.mark.parametrize(
    "item",
    [
        {"title": "teksti"},
        {"title": {"fi": 5}},
        {"title": {"fi": "Nimi tässä"}, "ects": ["5"]},
        {"title": {"fi": "Nimi tässä"}, "ects": "NaN"},
        {"title": {"fi": "Nimi tässä"}, "learning_outcomes": "a"},
        {"title": {"fi": "Nimi tässä"}, "primary_language": {"a": 1}},
        {"title": {"fi": "Nimi tässä"}, "teaching_languages": [["fi"]]},
        {"title": {"fi": "Nimi tässä"}, "partners": {"a": "b"}},
        {"title": {"fi": "Nimi tässä"}, "funding": ["a"]},
        {"title": {"fi": "Nimi tässä"}, "rdi": [1]},
        {"title": {"fi": "Nimi tässä"}, "ects": "1e9999999"},
        {"title": {"fi": "Nimi tässä"}, "rdi": {"tki_ects": "x"}},
        {"title": {"fi": "Nimi tässä"}, "ects": 5, "rdi": {"tki_ects": "x"}},
        {"title": {"fi": "Nimi tässä"}, "rdi": {"phase": ["x"]}},
        {"title": {"fi": "Nimi tässä"}, "virta": {"opiskeluoikeuden_tyyppi": {"a": 1}}},
        {"title": {"fi": "Nimi tässä"}, "funding": [{"type": {"a": 1}}]},
        {"title": {"fi": "Nimi tässä"}, "learning_outcomes": [{"text": {"fi": "Osaa"}, "skills": [1]}]},
        {"title": {"fi": "Nimi tässä"}, "learning_outcomes": [{"text": {"fi": "Osaa"}, "skills": [{}]}]},
        {"title": {"fi": "Nimi tässä"}, "is_staff_only": "kyllä"},
        {"title": {"fi": "Nimi tässä"}, "eqf_level": "6"},
        {"title": {"fi": "Nimi tässä"}, "commissioner": {"a": 1}},
    ],
)
def test_json_of_wrong_shape_is_a_rejected_row(house, item):
    file = read(house, json.dumps([item]).encode())

    assert [row["outcome"] for row in file.rows] == ["reject"]


@pytest.mark.parametrize("part", [{"kielivalinta": 5}, {"metadata": {"opetuskieliKoodiUrit": 5}}])
def test_kouta_part_of_wrong_shape_is_read_past(house, part):
    file = read(house, json.dumps([{"nimi": {"fi": "Nimi tässä"}, **part}]).encode())

    assert [row["outcome"] for row in file.rows] == ["accept"]


def test_rdi_without_a_size_can_be_judged_afterwards(house):
    item = {"title": {"fi": "Nimi tässä"}, "ects": 5, "rdi": {"tki_ects": ""}}
    file = imported(read(house, json.dumps([item]).encode()))
    version = OfferingVersion.objects.get(offering__code=file.rows[0]["code"])

    assert "rdi" not in {remark.field for remark in elements.of(version=version).reasons}


def test_formulas_are_neutralised_on_export_and_come_back(house):
    """N10"""
    data = xlsx_bytes(header=["title_fi", "summary_fi"], rows=[["=SUM(A1) laskelma", "-5 astetta"]])

    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0][2]]
    imported(read(house, data))

    assert cells == ["'=SUM(A1) laskelma", "'-5 astetta"]
    assert OfferingVersion.objects.get().title == {"fi": "=SUM(A1) laskelma"}


def test_defaults_go_into_new_drafts_and_what_is_written_wins(house):
    person = UserFactory()
    offerings.save_defaults(
        institution=house,
        content={"guidance": {"fi": "Ohjaus"}, "grading_scale": "0-5", "region": ""},
        by=person,
        at=AT,
    )

    one = offerings.create(
        institution=house, title={"fi": "Oma nimi"}, primary_language="fi", by=person, at=AT
    )
    imported(
        read(house, csv_bytes(header=["title_fi", "grading_scale"], rows=[["Toinen nimi", "pass_fail"]]))
    )

    two = OfferingVersion.objects.exclude(pk=one.pk).get()
    assert [(v.guidance, v.grading_scale) for v in (one, two)] == [
        ({"fi": "Ohjaus"}, "0-5"),
        ({"fi": "Ohjaus"}, "pass_fail"),
    ]
