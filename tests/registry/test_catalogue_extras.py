"""The catalogue's search for mistyped words, its networks and origins, and what search engines read."""

import io
import json
import re
from decimal import Decimal

import pytest
from django.utils import translation
from PIL import Image

from registry import catalogue, picture
from registry.catalogue import spelling
from registry.models import SearchGram, SearchWord
from tests import official
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory, PathwayFactory

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def codes(page) -> list[str]:
    return [card.code for card in page.context["page"].object_list]


# Typing errors


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("talo", "talo", 0), ("talo", "tallo", 1), ("talo", "taol", 1), ("talo", "tuli", 2), ("", "ab", 2)],
)
def test_distance_counts_letters_and_swaps(one, other, steps):
    assert spelling.distance(one, other) == steps


@pytest.mark.parametrize(
    "typed", ["robotiika", "robottiikka", "rbootiikka", "ropotiikka", "robotikka", "hoitotyö ropotiikka"]
)
def test_mistyped_word_finds_what_was_meant(client, typed):
    """Issue B item 7: a second try, said on the page."""
    version = shown(title=titled("Robotiikka ja hoitotyö"))
    shown(title=titled("Verkkokauppa"))

    page = client.get("/fi/catalogue/", {"q": typed})

    assert codes(page) == [version.offering.code]
    assert page.context["corrected"].endswith("robotiikka")


def test_right_word_is_not_corrected(client):
    """A word that some text holds stays, even when a filter leaves nothing of it."""
    shown(title=titled("Robotiikka"), participation_modes=["contact"])

    page = client.get("/fi/catalogue/?q=robotiikka&mode=online")

    assert (codes(page), page.context["corrected"]) == ([], "")


def test_known_words_are_kept_once():
    shown(title=titled("Robotiikka"))
    shown(title=titled("Robotiikka"))

    assert SearchWord.objects.filter(word="robotiikka").count() == 1
    assert SearchGram.objects.filter(word__word="robotiikka").count() == len(spelling.grams("robotiikka"))


# Nothing found


def test_empty_list_shows_the_nearest_offerings(client):
    """What fits the words without the filters; else what fits the filters; else the newest."""
    robots = shown(title=titled("Robotiikka"), participation_modes=["contact"])
    care = shown(title=titled("Hoitotyö"), participation_modes=["online"])

    by_words = client.get("/fi/catalogue/?q=robotiikka&mode=online").context["nearest"]
    by_filter = client.get("/fi/catalogue/?q=zzzzzz&mode=online").context["nearest"]
    anything = client.get("/fi/catalogue/?q=zzzzzz").context["nearest"]

    assert [robots.offering.code in one for one in by_words] == [True]
    assert [care.offering.code in one for one in by_filter] == [True]
    assert len(anything) == 2


# Staff only, networks, origins, order


def test_staff_only_offering_is_hidden_but_readable(client):
    """C-39: hidden from list, search, facets, API and sitemap; its page and address work."""
    version = shown(title=titled("Henkilöstökoulutus"), is_staff_only=True)
    code = version.offering.code
    shown()

    assert code not in client.get("/fi/catalogue/").content.decode()
    assert codes(client.get("/fi/catalogue/?q=henkilöstökoulutus")) == []
    assert code not in client.get("/api/v1/offerings/").content.decode()
    assert code not in client.get("/sitemap-offerings.xml").content.decode()
    page = client.get(f"/fi/catalogue/{code}/")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert client.get(f"/offerings/{code}/v1").status_code == 302


def test_network_filter_gives_the_partners_of_pinko(client):
    """A-01; A-02: an institution outside the network stays outside."""
    partner = InstitutionFactory(is_pinko_partner=True)
    inside = shown(offering=OfferingFactory(institution=partner))
    shown(offering=OfferingFactory(institution=InstitutionFactory()))

    page = client.get("/fi/catalogue/?network=pinko")

    assert codes(page) == [inside.offering.code]
    rows = client.get("/api/v1/offerings/?network=pinko").json()["results"]
    assert [one["code"] for one in rows] == codes(page)


def test_demo_has_exactly_the_eleven_partners():
    """A-01."""
    from importlib.resources import files

    data = json.loads(files("registry").joinpath("data/example_offerings.json").read_text(encoding="utf-8"))

    assert {one["code"] for one in data["institutions"] if one["pinko_partner"]} == {
        "JAMK", "LAPINAMK", "SEAMK", "KAMK", "HUMAK", "OAMK", "KARELIA", "VAMK", "DIAK", "SAVONIA", "CENTRIA",
    }  # fmt: skip


def test_rdi_page_lists_offerings_born_of_projects(client):
    """C-37."""
    version = shown(origins=["rdi_derived"], ects=Decimal("2.5"))
    shown(origins=["new_design"])

    page = client.get("/en/rdi/")

    assert codes(page) == [version.offering.code]
    assert [one["value"] for one in page.context["figures"]] == [1, 1, "2.5"]
    assert 'name="code"' not in page.content.decode()


def test_order_by_price_and_by_size_downwards(client):
    dear = shown(fee_eur=Decimal(290), ects=1)
    free = shown(fee_eur=0, ects=5)
    untold = shown(fee_eur=None, ects=30)

    prices, sizes = (codes(client.get(f"/fi/catalogue/?sort={sort}")) for sort in ("price", "largest"))

    assert prices == [one.offering.code for one in (free, dear, untold)]
    assert sizes == [one.offering.code for one in (untold, free, dear)]


# Search engines and shared addresses


@pytest.mark.once
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_linked_data_is_schema_org(client, interop, tmp_path, language):
    """Issue B: PASS on every catalogue page, FAIL on a broken copy."""
    from datetime import date

    from registry.models import Realisation

    version = shown(ects=Decimal("2.5"), fee_eur=Decimal(75), validity_months=36, locations=["Oulu"])
    Realisation.objects.create(
        version=version, key="R1", starts_on=date(2027, 1, 12), ends_on=date(2027, 3, 1), places=20
    )
    code = version.offering.code
    addresses = ("catalogue/", f"catalogue/{code}/", f"catalogue/{code}/v1/")
    pages = [client.get(f"/{language}/{one}").content.decode() for one in addresses]

    broken = pages[1].replace('"courseMode"', '"courseMood"').replace('"Course"', '"Kurssi"')

    files = [page.encode() for page in (*pages, broken)]
    *whole, refused = official.verdicts(interop, "schemaorg", files, folder=tmp_path)
    assert whole == ["RESULT PASS"] * 3
    assert "RESULT FAIL" in refused


def test_linked_data_cannot_end_its_element(client):
    version = shown(title=titled("</script><b>&"))

    page = client.get(f"/fi/catalogue/{version.offering.code}/").content.decode()

    [body] = BLOCK.findall(page)
    assert json.loads(body)["name"] == "</script><b>&"


def test_shared_address_has_its_card(client, settings):
    settings.BASE_URL = "https://register.example"
    version = shown(title=titled("Robotiikka", sv="Robotik"))
    code = version.offering.code

    page = client.get(f"/sv/catalogue/{code}/").content.decode()

    assert '<meta property="og:title" content="Robotik">' in page
    assert f'content="https://register.example/sv/catalogue/{code}/v1/"' in page
    assert f'content="https://register.example/offerings/{code}/v1/picture-sv.png"' in page


def test_picture_is_drawn_once_and_kept(client):
    version = shown(title=titled("Tekoälyn perusteet " * 12))
    address = f"/offerings/{version.offering.code}/v1/picture-fi.png"

    answer = client.get(address)

    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.get(address.replace("-fi", "-de")).status_code == 404


@pytest.mark.parametrize(
    "title", ["Lyhyt", "Ä" * 200, "sana " * 100, ""], ids=["short", "word", "long", "none"]
)
def test_picture_bears_any_title(title):
    drawn = picture.draw(title=title, institution="Oamk " * 40, facts="5 op", register="Osaamisrekisteri")

    assert Image.open(io.BytesIO(drawn)).format == "PNG"


def test_sitemap_lists_every_language_of_every_offering(client, settings):
    settings.BASE_URL = "https://register.example"
    offering = shown().offering
    code = offering.code
    PathwayFactory(code="PATH-1", status="published", parts=[offering])
    PathwayFactory(code="PATH-2", status="draft", parts=[offering])

    index = client.get("/sitemap.xml").content.decode()
    offerings = client.get("/sitemap-offerings.xml").content.decode()
    pages = client.get("/sitemap-pages.xml").content.decode()
    pathways = client.get("/sitemap-pathways.xml").content.decode()

    assert "/sitemap-offerings.xml</loc>" in index
    for language in ("fi", "sv", "en"):
        assert f"<loc>https://register.example/{language}/catalogue/{code}/</loc>" in offerings
        assert f"<loc>https://register.example/{language}/concept/</loc>" in pages
    assert offerings.count('hreflang="sv"') == 3
    assert ("/sv/catalogue/pathways/PATH-1/</loc>" in pathways, "PATH-2" in pathways) == (True, False)
    with translation.override("fi"):
        assert len(catalogue.listed()) == 1


def test_robots_are_kept_out_of_peoples_pages(client, settings):
    settings.BASE_URL = "https://register.example"

    said = client.get("/robots.txt").content.decode().splitlines()

    assert said[0] == "User-agent: *"
    assert "Disallow: /*/my/" in said
    assert said[-1] == "Sitemap: https://register.example/sitemap.xml"
