"""Many codes at once: the page, its file, the endpoint (issue D, 6)."""

import csv
import io

import openpyxl
import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from credentials.actions import credentials
from credentials.verification import lists
from tests.factories import AT
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db
WRONG = "AAAA-BBBB-CCCC"


@pytest.fixture(autouse=True)
def frozen():
    cache.clear()
    with time_machine.travel(AT, tick=False), translation.override("en"):
        yield


def sent(client, text: str, *, language="en"):
    return client.post(f"/{language}/verify/list/", {"text": text})


def file_of(client, answer) -> list[list[str]]:
    downloaded = client.post("/en/verify/list/", {"results": answer.context["results"]})
    assert downloaded["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(downloaded.content.decode("utf-8-sig")), delimiter=";"))


def workbook(*rows) -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def test_list_tells_of_each_code_what_stands(client):
    good, revoked = issued(), issued()
    credentials.revoke(credential=revoked, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    answer = sent(client, f"{good.grouped_code}\n{revoked.human_code.lower()}\n{WRONG}\nhello\n")

    rows = answer.context["rows"]
    assert [(row["number"], row["code"], row["outcome"]) for row in rows] == [
        (1, good.grouped_code, "valid"),
        (2, revoked.grouped_code, "invalid"),
        (3, WRONG, "invalid"),
        (4, "", "unknown"),
    ]
    figures = {str(word): count for word, count in answer.context["figures"]}
    assert figures == {
        "In order": 1, "Note": 0, "Could not be checked": 1, "Not in order": 1, "Code not found": 1,
    }  # fmt: skip
    assert (rows[0]["title_language"], rows[0]["title"]) == ("en", good.facts.title["en"])
    assert "revoked" in rows[1]["message"]
    assert good.learner.family_name not in answer.content.decode()


def test_file_says_what_the_page_says(client):
    credential = issued()
    answer = sent(client, f"{credential.grouped_code}\n{WRONG}")

    header, first, second = file_of(client, answer)

    assert header[:3] == ["Line", "Code", "Result"]
    assert first == [
        *("1", credential.grouped_code, "In order", credential.facts.title["en"]),
        *(credential.facts.issuer.name["en"], "22.11.2026", ""),
    ]
    assert second[:3] == ["2", WRONG, "Code not found"]


def test_results_of_others_or_of_yesterday_make_no_file(client):
    for results in ("", "x", "eyJ9:1:2"):
        assert client.post("/en/verify/list/", {"results": results}).status_code == 400
    answer = sent(client, WRONG)
    with time_machine.travel(AT.replace(day=AT.day + 1), tick=False):
        old = client.post("/en/verify/list/", {"results": answer.context["results"]})
    assert old.status_code == 400


@pytest.mark.parametrize(
    "table",
    [
        "Nimi;Koodi\r\nAino Virtane;{code}\r\n",
        "name,code\nMikko Malline,{code}\n",
        "Aino Virtane\t{code}\nMikko M\t{code}\n",
        "\ufefftarkistuskoodi\n{code}\n",
        "http://127.0.0.1:8000/fi/verify/{code}/\n",
    ],
    ids=["semicolons", "commas", "tabs", "one column", "addresses"],
)
def test_column_of_the_codes_is_found(table):
    """A name may have twelve letters as a code has."""
    found = {code for _number, code in lists.read(table.format(code="ABCD-EFGH-JKLM").encode())}

    assert found == {"ABCDEFGHJKLM"}


def test_codes_of_a_workbook_are_read(client):
    credential = issued()
    data = workbook(["Nimi", "Koodi"], ["Aino", credential.grouped_code])

    answer = client.post("/en/verify/list/", {"file": SimpleUploadedFile("codes.xlsx", data)})

    assert [(row["number"], row["outcome"]) for row in answer.context["rows"]] == [(2, "valid")]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "No verification code"),
        (b"GIF89a", "not a CSV file"),
        (b"\xff\xd8\xff\xe0", "“Verify a credential”"),
        (b"%PDF-1.7", "“Verify a credential”"),
        (b'{"@context": []}', "“Verify a credential”"),
        (b"PK\x03\x04rubbish", "Excel workbook"),
        ("ääkköset".encode("latin-1"), "not UTF-8"),
        (b'a;"b\n', "quotation mark"),
        (b"name\nAino\n", "No verification code"),
        (b"AAAA-BBBB-CCCC\n" * 501, "At most 500"),
        (b"A" * 1_000_001, "at most 1 MB"),
        (b"A" * 1_600_000, "at most 1 MB"),
    ],
    ids=[
        "empty",
        "other",
        "picture",
        "certificate",
        "JSON",
        "zip",
        "charset",
        "quote",
        "no code",
        "501",
        "1 MB",
        "form",
    ],
)
def test_file_that_is_no_list_is_refused_by_its_field(client, data, word):
    """Issue D, bad input: wrong charset, wrong file, absurd sizes."""
    answer = client.post("/en/verify/list/", {"file": SimpleUploadedFile("codes.csv", data)})

    assert "rows" not in answer.context
    [said] = answer.context["form"].errors["file"]  # once, and nothing besides
    assert word in said


def test_list_stops_after_too_many_codes_that_are_not_there(client):
    """Guessing in lists gets nowhere; a right one behind a wrong column is said not to be checked."""
    codes = [f"AAAA-BBBB-{number:04d}".replace("0", "Z").replace("1", "Y") for number in range(22, 60)]
    answer = sent(client, "\n".join([*codes, issued().human_code]))

    rows = answer.context["rows"]
    assert [row["outcome"] for row in rows] == ["invalid"] * 20 + ["unknown"] * 19
    assert "Not checked" in rows[-1]["message"]


def test_twenty_lists_an_hour_are_checked_on_page_and_endpoint(client):
    for _ in range(10):
        assert sent(client, WRONG).status_code == 200
        assert post(client, {"codes": [WRONG]}).status_code == 200

    assert sent(client, WRONG).status_code == 429
    assert post(client, {"codes": [WRONG]}).status_code == 429


def test_same_code_twice_is_looked_up_once(client, django_assert_max_num_queries):
    credential = issued()
    with django_assert_max_num_queries(12):
        found = list(lists.check(lists.plain([credential.human_code] * 30), at=AT))

    assert [line.outcome for line in found] == ["valid"] * 30


def post(client, body):
    return client.post("/api/v1/verifications/codes/", data=body, content_type="application/json")


def test_endpoint_answers_in_the_order_of_the_codes(client):
    credential = issued()

    answer = post(client, {"codes": [WRONG, credential.grouped_code]})

    assert [set(row) for row in answer.json()["results"]] == [
        {"code", "outcome", "message", "title", "issuer", "issued_on"}
    ] * 2
    assert [(row["code"], row["outcome"]) for row in answer.json()["results"]] == [
        (WRONG, "invalid"),
        (credential.grouped_code, "valid"),
    ]


@pytest.mark.parametrize("body", [{}, [], {"codes": []}, {"codes": "x"}, {"codes": ["x"] * 501}])
def test_endpoint_refuses_what_is_no_list_of_codes(client, body):
    answer = post(client, body)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
