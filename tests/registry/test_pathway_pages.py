"""The pages of pathways: what the public reads, and what their makers fill in."""

import pytest

from registry.access import Role
from registry.models import Pathway
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory, PathwayFactory, member

pytestmark = pytest.mark.django_db

GROUPS = {"groups-TOTAL_FORMS": "2", "groups-INITIAL_FORMS": "0"}
NAMES = {"name_fi": "Polku", "name_sv": "Väg", "name_en": "Path"}


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(client, house):
    client.force_login(member(house, Role.AUTHOR))
    return client


def posted(*groups: tuple[str, str, str], **changes) -> dict:
    rows = {f"groups-{number}-kind": "all_of" for number in range(2)}
    for number, (kind, amount, codes) in enumerate(groups):
        for name, value in (("kind", kind), ("number", amount), ("offerings", codes)):
            rows[f"groups-{number}-{name}"] = value
    return {"code": "PATH-1", "model": "salkku", "join": "all_of", **NAMES, **GROUPS, **rows, **changes}


def test_list_shows_published_pathways_only(client):
    part = shown().offering
    PathwayFactory(parts=[part], status="published", code="PATH-1")
    PathwayFactory(parts=[part], code="PATH-2")

    response = client.get("/fi/catalogue/pathways/")

    assert [row["code"] for row in response.context["rows"]] == ["PATH-1"]
    assert client.get("/fi/catalogue/pathways/PATH-2/").status_code == 404


def test_list_costs_as_many_queries_for_three_pathways_as_for_one(client, django_assert_num_queries):
    parts = [shown().offering, shown().offering]
    PathwayFactory(parts=parts, status="published")
    with django_assert_num_queries(5):
        client.get("/fi/catalogue/pathways/")
    PathwayFactory(parts=parts, status="published")
    PathwayFactory(parts=parts, status="published")
    with django_assert_num_queries(5):
        client.get("/fi/catalogue/pathways/")


def test_page_lists_parts_in_order_with_what_they_lead_to(client, house):
    """C-14: offerings, credits, order, what it counts towards, no automatic study right."""
    one, two = shown(ects=1, title=titled("Alku")).offering, shown(ects=10, title=titled("Jatko")).offering
    PathwayFactory(
        institution=house,
        code="PATH-1",
        parts=[one, two],
        is_ordered=True,
        is_composite=True,
        is_diploma=True,
        status="published",
        counts_towards=titled("Vapaasti valittavat opinnot"),
    )

    response = client.get("/fi/catalogue/pathways/PATH-1/")
    page, [group] = response.content.decode(), response.context["groups"]

    assert [(part["title"]["text"], part["ects"], part["after"]) for part in group["parts"]] == [
        ("Alku", "1", ""),
        ("Jatko", "10", one.code),
    ]
    assert response.context["awarding_body"] == house
    assert "Vapaasti valittavat opinnot" in page


def test_page_names_an_offering_that_the_catalogue_does_not_show(client):
    hidden = OfferingFactory(code="TEST-HIDDEN")
    PathwayFactory(code="PATH-1", parts=[shown().offering, hidden], status="published")

    [group] = client.get("/fi/catalogue/pathways/PATH-1/").context["groups"]

    assert group["parts"][1] == {
        "code": "TEST-HIDDEN", "institution": hidden.institution.short_name, "after": ""
    }  # fmt: skip


def test_api_shows_the_rule(client, house):
    offering = shown().offering
    PathwayFactory(institution=house, code="PATH-1", parts=[offering], status="published")
    PathwayFactory(parts=[offering])

    [found] = client.get("/api/v1/pathways/").json()["results"]

    assert (found["code"], found["institution"], found["awarding_body"], found["rule"]) == (
        "PATH-1", "OAMK", None, {"all_of": [offering.code]}
    )  # fmt: skip


def test_new_pathway_of_two_groups_with_conditions(author, house):
    codes = [OfferingFactory(code=f"P-{n}").code for n in range(4)]
    answer = author.post(
        "/fi/staff/oamk/pathways/new/",
        posted(
            ("all_of", "", "P-0"),
            ("min_ects", "7,5", "P-1, P-2\nP-3"),
            after="P-2: P-1",
            overlaps="P-1, P-2: 1,5",
            min_level="6",
            max_age_months="60",
        ),
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/fi/staff/oamk/pathways/PATH-1/")
    assert house.pathways.get().rule == {
        "all_of": [{"all_of": ["P-0"]}, {"min_ects": 7.5, "from": codes[1:]}],
        "min_level": 6,
        "max_age_months": 60,
        "after": {"P-2": ["P-1"]},
        "overlaps": [{"parts": ["P-1", "P-2"], "ects": 1.5}],
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (posted(), "at least one group"),
        (posted(("n_of", "", "P-0")), "Write how many are needed."),
        (posted(("n_of", "1.5", "P-0")), "Write a whole number."),
        (posted(("all_of", "", "X-1")), "There is no offering X-1."),
        (posted(("all_of", "", "P-0"), after="P-0"), "Put a colon between the two sides"),
        (posted(("all_of", "", "P-0"), overlaps="P-0, P-1: two"), "common credits as a number"),
        (posted(("all_of", "", "P-0"), join="n_of"), "Write how many groups are needed."),
        (posted(("all_of", "", "P-0"), code="path 1"), "capital letters, digits and hyphens"),
    ],
)
def test_new_pathway_says_what_is_wrong(author, data, said):
    OfferingFactory(code="P-0")

    answer = author.post("/en/staff/oamk/pathways/new/", data)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Pathway.objects.exists()


def test_edit_shows_the_stored_rule_and_saves_the_same(author, house):
    for number in range(4):
        OfferingFactory(code=f"P-{number}")
    author.post(
        "/fi/staff/oamk/pathways/new/",
        posted(("any_of", "", "P-0 P-1"), ("n_of", "1", "P-2 P-3"), after="P-3: P-2", overlaps="P-0, P-1: 2"),
    )
    before = house.pathways.get().rule

    page = author.get("/fi/staff/oamk/pathways/PATH-1/edit/").context
    values = page["form"].initial
    groups = [tuple(str(one[name] or "") for name in ("kind", "number")) for one in page["groups"].initial]
    codes = ["\n".join(one["offerings"]) for one in page["groups"].initial]
    answer = author.post(
        "/fi/staff/oamk/pathways/PATH-1/edit/",
        posted(
            *((*group, some) for group, some in zip(groups, codes, strict=True)),
            after=values["after"],
            overlaps=values["overlaps"],
        ),
    )

    assert answer.status_code == 302
    assert house.pathways.get().rule == before


def test_lines_about_what_comes_first_add_up(author, house):
    for number in range(4):
        OfferingFactory(code=f"P-{number}")

    author.post(
        "/fi/staff/oamk/pathways/new/",
        posted(("all_of", "", "P-0 P-1 P-2 P-3"), after="P-2 P-3: P-0\nP-3: P-1"),
    )

    assert house.pathways.get().rule["after"] == {"P-2": ["P-0"], "P-3": ["P-0", "P-1"]}


@pytest.mark.parametrize("credits_", ["nan", "inf", "x"])
def test_overlap_that_is_no_number_is_told(author, house, credits_):
    page = author.post(
        "/fi/staff/oamk/pathways/new/", posted(("all_of", "", "P-0 P-1"), overlaps=f"P-0, P-1: {credits_}")
    )

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["overlaps"])


def test_publishing_and_taking_back_are_one_press_each(author, house):
    pathway = PathwayFactory(institution=house, code="PATH-1", parts=[shown().offering])

    author.post("/fi/staff/oamk/pathways/PATH-1/publish/")
    pathway.refresh_from_db()
    assert pathway.status == "published"
    assert author.get("/fi/staff/oamk/pathways/PATH-1/edit/").status_code == 302

    author.post("/fi/staff/oamk/pathways/PATH-1/take-back/")
    pathway.refresh_from_db()
    assert pathway.status == "draft"


def test_publishing_too_early_says_why(author, house):
    PathwayFactory(institution=house, code="PATH-1", parts=[OfferingFactory(code="P-0")])

    answer = author.post("/en/staff/oamk/pathways/PATH-1/publish/")

    assert answer.status_code == 409
    assert "P-0 is not in the catalogue." in answer.content.decode()
