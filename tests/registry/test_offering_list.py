"""The list of own offerings: filters, columns, table files (issue B item 10; N10)."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.access import Role
from registry.actions import codelists
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, member, texts
from tests.registry.offering_typing import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def codes(db):
    codelists.load()


@pytest.fixture
def oamk():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(client, oamk):
    person = member(oamk, Role.AUTHOR)
    client.force_login(person)
    return person


def version(oamk, code, **fields):
    return OfferingVersionFactory(offering__institution=oamk, offering__code=code, **fields)


def shown(client, **query):
    return client.get(address("offering-list", "oamk"), query).context


def codes_of(context) -> list[str]:
    return [row["version"].offering.code for row in context["rows"]]


def test_list_is_narrowed_down_and_ordered_by_the_address(client, author, oamk):
    mine = version(oamk, "A", okm_field="7", ects=5, offering__planned_term="2027/1")
    mine.authors.add(author)
    version(oamk, "B", okm_field="8", ects=Decimal("2.5"), education_form="tutkintokoulutus")

    found = {
        "mine": codes_of(shown(client, mine="on")),
        "field": codes_of(shown(client, okm_field="8")),
        "term": codes_of(shown(client, term="2027/1")),
        "both": codes_of(shown(client, term="2027/1", okm_field="8")),
        "order": codes_of(shown(client, sort="ects")),
        "strange": codes_of(shown(client, okm_field="99", sort="x; drop", term="never")),
    }

    assert found == {
        "mine": ["A"], "field": ["B"], "term": ["A"], "both": [], "order": ["B", "A"], "strange": ["B", "A"],
    }  # fmt: skip


def test_filters_stay_while_one_goes_from_stage_to_stage(client, author, oamk):
    version(oamk, "A", okm_field="7")

    context = shown(client, okm_field="7", stage="planning", q="a")

    assert {stage["url"].partition("&")[2] for stage in context["stages"][1:]} == {"okm_field=7&q=a"}
    assert (context["query"], [stage["label"] for stage in context["stages"]][:2]) == (
        "okm_field=7&q=a&stage=planning",
        ["All (1)", "Being written (1)"],
    )


def test_columns_are_the_persons_own_and_kept(client, author, oamk):
    version(oamk, "A", ects=Decimal("5.5"), offering__planned_term="2027/1")
    usual = [column.label for column in shown(client)["columns"]]

    saved = client.post(
        address("offering-columns", "oamk"), {"columns": ["term", "size"], "okm_field": "7", "q": "A"}
    )
    cells = [(cell["name"], cell["text"]) for cell in shown(client)["rows"][0]["cells"]]
    client.post(address("offering-columns", "oamk"), {"columns": ["secret"]})
    refused = [column.label for column in shown(client)["columns"]]
    client.post(address("offering-columns", "oamk"), {})

    assert usual == ["State", "Size", "Elements", "Next"]
    assert saved["Location"] == f"{address('offering-list', 'oamk')}?q=A&okm_field=7"
    assert cells == [("size", "5.5"), ("term", "2027/1 (spring)")]
    assert (refused, [column.label for column in shown(client)["columns"]]) == (
        ["Size", "Planned for the term"],
        usual,
    )


def test_every_column_says_something_of_a_filled_version(client, author, oamk):
    made = version(oamk, "A", status="published", offering__planned_term="2027/1")
    made.authors.add(author)
    author.offering_columns = [
        name for name, _label in shown(client)["columns_form"].fields["columns"].choices
    ]
    author.save()

    cells = {cell["name"]: cell["text"] for cell in shown(client)["rows"][0]["cells"]}

    assert [name for name, text in cells.items() if text == "–"] == ["elements"]  # of drafts alone
    assert cells["authors"] == str(author)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_table_file_has_the_list_in_the_persons_columns_without_formulas(client, author, oamk, form):
    """N10."""
    version(oamk, "A", title=texts("=cmd|' /C calc'!A0"), ects=Decimal("5.5"))
    version(oamk, "B", okm_field="8")

    data = client.get(address("offering-table", "oamk", form), {"okm_field": "7"}).content

    header, *rows = table(data, form)
    assert header == ["Code", "Version", "Title", "State", "Size", "Elements", "Next"]
    assert [row[:5] for row in rows] == [["A", "1", "'=cmd|' /C calc'!A0 in English", "Draft", "5.5"]]


def test_table_file_has_only_what_was_chosen_of_the_own_offerings(client, author, oamk):
    for code in ("A", "B"):
        version(oamk, code)
    OfferingVersionFactory(offering__code="X")

    asked = {"chosen": ["B.v1", "X.v1", "A.v9", "\x00"]}
    data = client.get(address("offering-table", "oamk", "csv"), asked).content

    assert [row[0] for row in table(data, "csv")[1:]] == ["B"]


def test_unknown_table_form_is_not_found(client, author):
    assert client.get(address("offering-table", "oamk", "pdf")).status_code == 404


def test_list_with_every_column_costs_as_many_queries_for_three_rows_as_for_one(client, author, oamk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            shown(client)
        return len(found)

    author.offering_columns = ["authors", "term", "form", "elements", "next", "fee"]
    author.save()
    version(oamk, "A").authors.add(author)
    queries()
    one = queries()
    for code in ("B", "C"):
        version(oamk, code).authors.add(author)

    assert queries() == one


@pytest.mark.parametrize(
    ("role", "deeds"),
    [
        (Role.AUTHOR, ["submit", "term", "contact"]),
        (Role.PUBLISHER, []),
        (Role.QUALITY, ["retire"]),
        (Role.ISSUER, []),
    ],
)
def test_list_offers_for_several_what_the_role_may(client, oamk, role, deeds):
    client.force_login(member(oamk, role))

    assert [deed["name"] for deed in shown(client)["several"]] == deeds


def test_all_of_the_page_are_chosen_without_a_script(client, author, oamk):
    version(oamk, "A")

    pages = [
        client.get(address("offering-list", "oamk"), query).content.decode() for query in ({}, {"all": 1})
    ]

    assert [' id="choose-1" checked' in page for page in pages] == [False, True]


def table(data: bytes, form: str) -> list[list[str]]:
    if form == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
