"""Comparison of up to four offerings by element (H-3, P-15, P-16)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext

from registry.models import Realisation
from tests.factories import AT
from tests.factories.catalogue import shown, titled

pytestmark = pytest.mark.django_db


def compare(client, *versions, language="fi", **more):
    codes = [version.offering.code for version in versions]
    return client.get(f"/{language}/compare/", {"code": codes, **more})


def row(page, label: str) -> dict:
    return next(one for one in page.context["rows"] if one["label"] == label)


def test_rows_stand_by_element_and_say_where_they_differ(client):
    one = shown(title=titled("Robotiikka"), ects=Decimal(5))
    other = shown(title=titled("Robotiikka"), ects=Decimal("2.5"))

    page = compare(client, one, other, language="en")

    assert [column["code"] for column in page.context["columns"]] == [one.offering.code, other.offering.code]
    elements = [one["element"] for one in page.context["rows"] if one["element"]]
    assert elements == sorted(elements, key=lambda code: ("MO".find(code[0]), int(code[1:])))
    assert row(page, "Title")["differs"] is False
    assert row(page, "Workload")["differs"] is True
    assert [cell[0]["text"] for cell in row(page, "Workload")["cells"]] == [
        "5 ECTS credits, 133 hours of work",
        "2.5 ECTS credits, 67 hours of work",
    ]
    marks = page.content.decode().count('<span class="differs-word">differs</span>')
    assert marks == page.context["count"] > 0


def test_row_of_effort_joins_modes_times_places_and_hours(client):
    """P-15: resource wisdom."""
    version = shown(
        participation_modes=["contact", "online"], teaching_times=["evening"], locations=["Oulu"], ects=5
    )

    cell = row(compare(client, version, language="en"), "What it takes")["cells"][0]

    assert cell[0]["text"].startswith("Contact teaching, ")
    assert cell[0]["text"].endswith("; Oulu; 133 h")


def test_row_of_level_says_it_in_plain_words(client):
    """P-16."""
    cell = row(compare(client, shown(competence_level="applied"), language="en"), "How demanding it is")

    assert cell["cells"][0][0]["text"]


def test_row_of_dates_names_the_next_start(client):
    version = shown()
    for key, day in (("R1", date(2026, 9, 1)), ("R2", date(2027, 1, 12))):
        Realisation.objects.create(version=version, key=key, starts_on=day, ends_on=date(2027, 3, 1))

    with time_machine.travel(AT):
        assert row(compare(client, version, language="en"), "Starts next")["cells"] == [
            [{"text": "12.1.2027"}]
        ]


def test_fifth_is_refused_in_words(client):
    versions = [shown() for _ in range(5)]

    page = compare(client, *versions)

    assert len(page.context["columns"]) == 4
    with translation.override("fi"):
        assert gettext("You can compare at most four.") in page.content.decode()


def test_differences_can_be_shown_alone(client):
    one, other = shown(eqf_level=6), shown(eqf_level=7)

    page = compare(client, one, other, show="differences")

    assert page.context["rows"]
    assert {one["differs"] for one in page.context["rows"]} == {True}


def test_offering_is_taken_out_by_an_address(client):
    one, other = shown(), shown()

    columns = compare(client, one, other).context["columns"]

    assert columns[0]["remove_url"] == f"/fi/compare/?code={other.offering.code}"


def test_what_the_catalogue_does_not_show_is_named_and_left_out(client):
    """C-39 too: what is for the staff only is not compared in public."""
    hidden = shown(is_staff_only=True)

    page = client.get("/en/compare/", {"code": ["NO-SUCH", hidden.offering.code]})

    assert page.context["columns"] == []
    assert page.context["unknown"] == ["NO-SUCH", hidden.offering.code]
    assert "Nothing to compare yet" in page.content.decode()


def test_code_with_a_control_character_names_nothing(client):
    """PostgreSQL refuses to look for a NUL; the page must not fail because of it."""
    page = client.get("/en/compare/", {"code": ["\x00", "A\x00"]})

    assert (page.status_code, page.context["unknown"]) == (200, [])


def test_list_keeps_the_picked_in_its_address(client):
    """Without a script: boxes of the cards, one button, state in the address."""
    here, elsewhere = shown(title=titled("Robotiikka")), shown(title=titled("Hoitotyö"))
    codes = [here.offering.code, elsewhere.offering.code]

    page = client.get("/fi/catalogue/", {"q": "robotiikka", "code": codes})
    body = page.content.decode()

    assert page.context["problems"] == []
    assert [(one["code"], one["is_hidden"]) for one in page.context["picked"]] == [
        (codes[0], False),
        (codes[1], True),
    ]
    assert f'name="code" value="{codes[0]}" checked' in body
    assert f'<input type="hidden" name="code" value="{codes[1]}">' in body
    assert page.context["picked"][1]["url"] == f"?q=robotiikka&code={codes[0]}"


def test_button_of_the_list_leads_to_the_comparison(client):
    address = "/fi/catalogue/?q=x&code=A&code=B&compare=1"

    assert client.get(address)["Location"] == "/fi/compare/?code=A&code=B"
    answer = client.get(address, headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == "/fi/compare/?code=A&code=B"


def test_api_does_not_know_the_pages_own_parameters(client):
    answer = client.get("/api/v1/offerings/?code=A")

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "code")


def test_page_costs_as_many_queries_for_four_as_for_two(client, django_assert_max_num_queries):
    versions = [shown() for _ in range(4)]
    compare(client, versions[0])

    with django_assert_max_num_queries(12) as two:
        compare(client, *versions[:2])
    with django_assert_max_num_queries(len(two.captured_queries)):
        compare(client, *versions)
