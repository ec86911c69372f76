"""The catalogue as open data: the page's answers, errors that name the parameter, a contract that holds."""

import re
from pathlib import Path

import pytest

from registry.management.commands.schema import FILE, document
from registry.rest import PerMinute
from tests.factories.catalogue import shown, titled
from tests.factories.registry import OfferingVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_minute():
    PerMinute._counts.clear()


def get(client, address: str, status: int = 200):
    response = client.get(address)
    assert response.status_code == status
    return response.json()


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?q=robotiikka",
        "?mode=online&mode=contact",
        "?mode=online&size=1-3",
        "?q=robotiikka&sort=newest",
        "?sort=size",
        "?eqf=7",
    ],
)
def test_api_and_page_agree(client, question):
    """Issue A item 6: the same filters."""
    for number in range(12):
        shown(
            title=titled(f"{'Robotiikka' if number % 3 else 'Hoitotyö'} {number}"),
            participation_modes=[("online", "contact", "blended")[number % 3]],
            ects=(1, 5, 10)[number % 3],
            eqf_level=6 + number % 2,
        )

    page = client.get(f"/fi/catalogue/{question}").context["page"].object_list
    found = client.get(f"/api/v1/offerings/{question}", headers={"accept-language": "fi"}).json()

    assert [one["code"] for one in found["results"]] == [card.code for card in page]
    assert found["count"] == len(page) > 0


def test_row_has_texts_in_every_language_and_stable_names(client):
    """N4."""
    version = shown(title=titled("Nimi", sv="Namn", en="Name"))

    row = get(client, "/api/v1/offerings/")["results"][0]

    assert row["title"] == {"fi": "Nimi", "sv": "Namn", "en": "Name"}
    assert (row["code"], row["version"], row["status"]) == (version.offering.code, 1, "published")
    assert (row["ects"], row["workload_hours"]) == ("5.0", 133)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("?colour=red", ["colour"]),
        ("?mode=telepathy", ["mode"]),
        ("?page=99", ["page"]),
        ("?page=x", ["page"]),
        ("?page_size=1000", ["page_size"]),
        ("?sort=best", ["sort"]),
        ("?q=a%07b", ["q"]),
        ("?mode=telepathy&colour=red", ["mode", "colour"]),
    ],
)
def test_wrong_parameter_is_named(client, question, names):
    """Domain 5.8/6: 400 naming the parameter, never a silent full list."""
    shown()

    response = client.get(f"/api/v1/offerings/{question}")

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [error["name"] for error in response.json()["errors"]] == names


@pytest.mark.parametrize("address", ["institutions", "pathways", "offerings/X"])
def test_other_endpoints_refuse_unknown_parameters_too(client, address):
    problem = get(client, f"/api/v1/{address}/?colour=red", status=400)

    assert problem["errors"] == [{"name": "colour", "detail": problem["errors"][0]["detail"]}]


def test_offering_gives_the_version_in_force_or_an_earlier_one(client):
    old = shown(title=titled("Vanha"), status="superseded")
    shown(offering=old.offering, number=2, title=titled("Uusi"))
    OfferingVersionFactory(offering=old.offering, number=3, title=titled("Luonnos"))
    address = f"/api/v1/offerings/{old.offering.code}/"

    newest, earlier = get(client, address), get(client, f"{address}?version=1")

    assert (newest["title"]["fi"], earlier["title"]["fi"]) == ("Uusi", "Vanha")
    assert [one["version"] for one in newest["versions"]] == [2, 1]
    assert get(client, f"{address}?version=3", status=400)["errors"][0]["name"] == "version"


def test_unpublished_offering_is_not_found(client):
    version = OfferingVersionFactory()

    problem = get(client, f"/api/v1/offerings/{version.offering.code}/", status=404)

    assert (problem["status"], problem["code"]) == (404, "not_found")


def test_answers_carry_an_etag(client):
    shown()
    response = client.get("/api/v1/offerings/")

    again = client.get("/api/v1/offerings/", headers={"if-none-match": response.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_too_many_requests_are_told_when_to_come_back(client, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    answers = [client.get("/api/v1/offerings/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60


def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, django_assert_num_queries):
    """What the process reads anew after a publication, and four for the cards."""
    shown()
    with django_assert_num_queries(4 + 4):
        client.get("/api/v1/offerings/")
    shown()
    shown()
    with django_assert_num_queries(4 + 4):
        client.get("/api/v1/offerings/")


# The contract


def test_contract_in_the_repository_is_current():
    """docs/openapi.yaml is made by `manage.py schema`."""
    assert Path(FILE).read_text(encoding="utf-8") == document().decode()


def test_contract_is_served_with_its_page(client):
    assert client.get("/api/v1/schema/").content == document()
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    addresses = re.findall(r"^  (/api/\S+):$", document().decode(), re.MULTILINE)
    assert [one for one in addresses if one not in page.content.decode()] == []


@pytest.mark.parametrize(
    "address", ["A-1/versions/x/difference/y/", "A%00/", "A%00/versions/1/difference/2/"]
)
def test_address_that_names_nothing_is_a_problem(client, address):
    """PostgreSQL could not even be asked for a NUL."""
    answer = client.get(f"/api/v1/offerings/{address}")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (404, "not_found")
