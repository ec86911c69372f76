"""The public pages: what a visitor reads, in which language, and what stays hidden."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from registry import catalogue
from registry.models import Realisation
from tests.factories import AT
from tests.factories.catalogue import shown, titled
from tests.factories.registry import (
    InstitutionFactory,
    MembershipFactory,
    OfferingVersionFactory,
    PathwayFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


def read(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_list_shows_offerings_with_counts_and_the_whole_state_in_the_address(client):
    """Issue A item 6."""
    shown(title=titled("Robotiikka"), participation_modes=["online"])
    shown(title=titled("Hoitotyö"), participation_modes=["contact"])

    page = client.get("/fi/catalogue/?q=robotiikka&mode=online&sort=size").context

    assert [card.title["fi"] for card in page["page"].object_list] == ["Robotiikka"]
    assert (page["number_found"], page["total"]) == ("1 osaamiskokonaisuus", 2)
    mode = next(facet for facet in page["facets"] if 'id="facet-mode"' in facet)
    options = re.findall(r'value="(\w+)"( checked)?>.*?<span class="n">(\d+)</span>', mode)
    assert options == [("contact", "", "0"), ("online", " checked", "1")]
    assert page["chosen"] == [{"label": "Verkko-opetus", "url": "?q=robotiikka&sort=size"}]


def test_list_costs_as_many_queries_for_three_rows_as_for_one(client, django_assert_num_queries):
    """N3: what the process reads anew after a publication, and three for the cards; then the number alone."""
    shown()
    with django_assert_num_queries(5 + 3):
        client.get("/fi/catalogue/")  # with what the process reads once
    shown()
    shown()
    with django_assert_num_queries(5 + 3):
        client.get("/fi/catalogue/")
    with django_assert_num_queries(1):
        client.get("/fi/catalogue/?sort=size")


def test_list_names_what_it_did_not_understand_and_answers_the_rest(client):
    """Domain 5.8/6: never a silent full list."""
    shown(title=titled("Robotiikka"))
    shown(title=titled("Hoitotyö"))

    page = client.get("/en/catalogue/?q=robotiikka&colour=red&mode=telepathy").context

    assert [one["name"] for one in page["problems"]] == ["mode", "colour"]
    assert [card.title["fi"] for card in page["page"].object_list] == ["Robotiikka"]


def test_list_without_hits_says_what_to_do_next(client):
    shown()

    page = read(client, "/en/catalogue/?q=zzzz")

    assert "No offering matches your search" in page
    assert page.count(f'href="{reverse("catalogue")}"'.replace("/fi/", "/en/")) >= 2
    assert "/en/institutions/" in page


def test_list_pages_forward_and_survives_any_page_number(client):
    for _ in range(21):
        shown()

    assert len(client.get("/fi/catalogue/?page=2").context["cards"]) == 1
    assert len(client.get("/fi/catalogue/?page=999").context["cards"]) == 1
    assert len(client.get("/fi/catalogue/?page=x").context["cards"]) == 20


def test_list_answers_not_modified_until_something_is_published(client):
    shown()
    etag = client.get("/fi/catalogue/").headers["ETag"]
    assert client.get("/fi/catalogue/", headers={"if-none-match": etag}).status_code == 304

    shown()

    assert client.get("/fi/catalogue/", headers={"if-none-match": etag}).status_code == 200


def test_card_tells_the_next_dates(client):
    version = shown()
    Realisation.objects.create(
        version=version, key="R1", starts_on=date(2026, 9, 1), ends_on=date(2026, 10, 1)
    )
    Realisation.objects.create(
        version=version, key="R2", starts_on=date(2027, 1, 12), ends_on=date(2027, 3, 1)
    )

    with time_machine.travel(AT):
        assert "alkaa 12.1.2027" in read(client, "/fi/catalogue/")


# Languages: rule 16


def test_text_in_another_language_says_so_and_carries_its_lang(client):
    """Rule 16: no silent fallback."""
    version = shown(title=titled("Kestävä robotiikka"), summary=titled("Kuvaus"))

    page = read(client, f"/sv/catalogue/{version.offering.code}/")
    listed = read(client, "/sv/catalogue/")

    assert '<h1 lang="fi">Kestävä robotiikka</h1>' in page
    assert f'<a href="/sv/catalogue/{version.offering.code}/" lang="fi">' in listed
    for one in (page, listed):
        assert "Finns bara på finska" in one


def test_text_in_the_readers_language_needs_no_note(client):
    version = shown(title=titled("Nimi", sv="Namn", en="Name"))

    page = read(client, f"/sv/catalogue/{version.offering.code}/")

    assert "<h1>Namn</h1>" in page
    assert "Finns bara" not in page


# One offering


def test_offering_speaks_plainly_first_and_then_by_element(client):
    """Domain 5.3/2: plain words first, EU elements below as a table."""
    version = shown(title=titled("Robotiikka"), ects=5, approved_at=datetime(2026, 1, 8, 9, tzinfo=UTC))
    StatementFactory(version=version, decided_on=date(2026, 1, 8), check_due_on=date(2027, 1, 15))
    name = titled("Automaation osaaja")
    PathwayFactory(parts=[version.offering], status="published", name=name)
    PathwayFactory(parts=[version.offering], name=titled("Luonnos"))

    with time_machine.travel(AT):
        response = client.get(f"/fi/catalogue/{version.offering.code}/")
    page, context = response.content.decode(), response.context

    assert page.index("Selittää asian 0") < page.index("<table")
    assert "Automaation osaaja" in page
    assert "Luonnos" not in page
    assert "Hyväksytty 8.1.2026" in page
    assert "viimeistään 15.1.2027" in page
    assert "Arvioitu viimeksi" not in page
    assert context["quality"]["is_late"] is False
    assert {row["element"] for row in context["elements"]} == {
        *("M2", "M3", "M4", "M6", "M7", "M8", "M9", "M10", "M11"),
        *("O1", "O2", "O4", "O5"),
    }


def test_offering_tells_the_plan_s_approval_and_the_last_check_apart(client):
    """Domain 6.1: a Check is a decision of its own, on its own day."""
    version = shown(approved_at=datetime(2025, 1, 8, 9, tzinfo=UTC))
    StatementFactory(version=version, decided_on=date(2026, 1, 20))

    page = read(client, f"/fi/catalogue/{version.offering.code}/")

    assert "Hyväksytty 8.1.2025" in page
    assert "Arvioitu viimeksi 20.1.2026." in page


def test_offering_says_that_its_check_is_late(client):
    version = shown()
    StatementFactory(version=version, check_due_on=timezone.localdate() - timedelta(days=1))

    assert client.get(f"/fi/catalogue/{version.offering.code}/").context["quality"]["is_late"] is True


def test_earlier_version_stays_readable_and_says_it_is_superseded(client):
    """Rule 2."""
    old = shown(title=titled("Vanha"), status="superseded")
    new = shown(offering=old.offering, number=2, title=titled("Uusi"))
    code = old.offering.code

    earlier, current = read(client, f"/fi/catalogue/{code}/v1/"), read(client, f"/fi/catalogue/{code}/")

    assert "<h1>Vanha</h1>" in earlier
    assert "korvattu uudella versiolla" in earlier
    assert f'href="/fi/catalogue/{code}/"' in earlier
    assert "<h1>Uusi</h1>" in current
    assert f'href="/fi/catalogue/{code}/v1/"' in current
    assert client.get(f"/fi/catalogue/{code}/v2/").context["version"] == new


@pytest.mark.parametrize(("status", "note"), [("suspended", "keskeytetty"), ("retired", "päättynyt")])
def test_offering_that_cannot_be_joined_says_so(client, status, note):
    """T16, T18: the page remains, marked."""
    version = shown(status=status)

    page = read(client, f"/fi/catalogue/{version.offering.code}/")

    assert note in page
    assert "Ilmoittautuminen ei ole auki." in page


def test_public_reason_of_a_suspension_is_shown(client):
    """T16: reason public or internal; the internal one is not in the statement."""
    version = shown(status="suspended")
    StatementFactory(version=version, suspended_at=timezone.now(), suspended_why="Arviointi selvitetään.")

    assert "Syy: Arviointi selvitetään." in read(client, f"/fi/catalogue/{version.offering.code}/")


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "in_review", "changes_requested", "approved", "rejected"]
)
def test_unpublished_version_is_not_found(client, status):
    version = OfferingVersionFactory(status=status)
    code = version.offering.code
    assert version.offering.versions.count() == 1

    for address in (f"/fi/catalogue/{code}/", f"/fi/catalogue/{code}/v1/", f"/offerings/{code}/v1"):
        assert client.get(address).status_code == 404


def test_draft_of_a_published_offering_stays_hidden(client):
    version = shown()
    OfferingVersionFactory(offering=version.offering, number=2, title=titled("Salainen"))
    code = version.offering.code

    assert "Salainen" not in read(client, f"/fi/catalogue/{code}/")
    assert client.get(f"/fi/catalogue/{code}/v2/").status_code == 404


def test_address_in_credentials_leads_to_the_version_in_the_readers_language(client):
    """Architecture §5: {BASE_URL}/offerings/{code}/v{n}."""
    code = shown().offering.code

    response = client.get(f"/offerings/{code}/v1", headers={"accept-language": "sv"})

    assert (response.status_code, response.headers["Location"]) == (302, f"/sv/catalogue/{code}/v1/")


def test_institutions_are_listed_with_their_offerings(client):
    version = shown(offering__institution__code="OAMK")
    InstitutionFactory(code="JAMK")

    rows = client.get("/fi/institutions/").context["rows"]

    assert [(row["count"], row["url"]) for row in rows] == [
        (0, "/fi/catalogue/?institution=JAMK"),
        (1, "/fi/catalogue/?institution=OAMK"),
    ]
    assert f"/fi/catalogue/{version.offering.code}/" in read(client, rows[1]["url"])


def test_signed_in_person_gets_an_own_page(client):
    """What is kept for strangers holds nobody's name, and nobody's own page is kept."""
    shown()
    member = MembershipFactory(user__name="Aino Laatija")
    stranger = client.get("/fi/catalogue/")
    client.force_login(member.user)

    response = client.get("/fi/catalogue/", headers={"if-none-match": stranger.headers["ETag"]})

    assert "Aino Laatija" in response.content.decode()
    assert "private" in response.headers["Cache-Control"]
    assert "Cookie" in response.headers["Vary"]
    client.logout()
    assert client.get("/fi/catalogue/").content == stranger.content


def test_list_is_kept_for_strangers_by_language_and_question(client, django_assert_num_queries):
    """Whoever has a session or a message gets a page of their own, which nobody else sees."""
    shown(title=titled("Robotiikka", sv="Robotik"))
    first = [read(client, f"/{language}/catalogue/?sort=size") for language in ("fi", "sv")]

    with django_assert_num_queries(2):
        assert [read(client, f"/{language}/catalogue/?sort=size") for language in ("fi", "sv")] == first
    assert ("Robotik<" in first[0], "Robotik<" in first[1]) == (False, True)
    client.cookies["messages"] = "anything"
    assert len(catalogue.current().pages) == 2
    read(client, "/fi/catalogue/?sort=newest")
    assert len(catalogue.current().pages) == 2
    shown()
    assert len(catalogue.current().pages) == 0


def test_list_kept_for_strangers_is_made_anew_the_next_day(client):
    version = shown()
    Realisation.objects.create(
        version=version, key="R1", starts_on=date(2026, 11, 22), ends_on=date(2027, 10, 1)
    )

    with time_machine.travel(AT):
        assert "alkaa 22.11.2026" in read(client, "/fi/catalogue/")
    with time_machine.travel(AT + timedelta(days=1)):
        assert "alkaa 22.11.2026" not in read(client, "/fi/catalogue/")
