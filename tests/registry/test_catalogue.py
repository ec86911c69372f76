"""The catalogue in memory: search, facets, order, and that nobody sees an old state."""

import csv
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from registry import catalogue
from registry.catalogue.shown import Kept, size_band, sort_key
from registry.models import LearningOutcome, SearchText
from tests.factories.catalogue import shown, titled
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory

pytestmark = pytest.mark.django_db
PAIRS = list(csv.DictReader(Path(__file__).with_name("finnish_pairs.csv").read_text("utf-8").splitlines()))


def codes(query: catalogue.Query) -> list[str]:
    return [card.code for card in catalogue.current().find(query)[:]]


def searched(words: str, **more) -> list[str]:
    return codes(catalogue.Query(words=words, **more))


def version_with_outcome(text: str, **fields):
    """A published version whose only outcome says `text`; outcomes are written before publication."""
    version = shown(outcomes=[], **fields)
    LearningOutcome.objects.create(version=version, order=0, kind="skill", text=titled(text))
    catalogue.index(version=version)
    return version


# Search


@pytest.mark.parametrize(("saved", "asked"), [("inflected", "base"), ("base", "inflected")])
def test_search_lets_inflected_words_meet(saved, asked):
    """Issue A, item 6: all 24 pairs, whichever of the two is in the text."""
    expected = {pair[asked]: [shown(title=titled(pair[saved])).offering.code] for pair in PAIRS}

    found = {word: searched(word) for word in expected}

    assert len(expected) == 24
    assert {word: set(own) <= set(found[word]) for word, own in expected.items()} == dict.fromkeys(
        expected, True
    )


def test_search_lets_swedish_and_english_words_meet():
    version = shown(title=titled("Hoitotyö", sv="Sjukskötarens arbete", en="Measuring sustainable growth"))

    assert searched("sjukskötare") == searched("measures") == [version.offering.code]


def test_search_orders_title_hits_then_outcome_hits_then_other_hits():
    body = shown(title=titled("Aaa"), summary=titled("robotiikka"))
    outcome = version_with_outcome("Ohjelmoi robotiikkaa", title=titled("Bbb"))
    later = shown(title=titled("Robotiikka ja työ"))
    earlier = shown(title=titled("Arjen robotiikkaa"))
    shown(title=titled("Hoitotyö"))

    assert searched("robotiikka") == [v.offering.code for v in (earlier, later, outcome, body)]


def test_search_needs_every_word_and_forgives_small_ones():
    both = shown(title=titled("Kestävä robotiikka"))
    shown(title=titled("Robotiikka"))

    assert searched("robotiikka ja kestävät") == searched("  ROBOTIIKKA, kestävä! ") == [both.offering.code]


def test_search_finds_beginnings_of_words_but_not_middles():
    version = shown(title=titled("Terveydenhuollon laatu"))

    assert searched("terveyden") == [version.offering.code]
    assert searched("huol") == []


def test_search_finds_by_institution_and_code():
    institution = InstitutionFactory(
        short_name="Järvi-Suomen AMK", name=titled("Järvi-Suomen ammattikorkeakoulu")
    )
    version = shown(offering=OfferingFactory(institution=institution, code="JARVI-MC-2026-001"))
    shown()

    assert searched("järvi") == searched("JARVI-MC-2026-001") == [version.offering.code]


@pytest.mark.parametrize(
    "nonsense", ['"', "*", "a OR b", "NEAR(", "title:", "& | !", "()", "'; DROP", "\\", "日本", "_"]
)
def test_search_answers_any_nonsense(nonsense):
    """Domain 5.3/1: a nonsense query is no error."""
    shown(title=titled("Robotiikka"))

    assert searched(nonsense) in ([], searched(""))


def test_search_knows_only_the_version_in_force():
    old, other = shown(title=titled("Robotiikka")), shown(title=titled("Robotiikka työssä"))
    old.status = "superseded"
    old.save(update_fields=["status"])
    new = OfferingVersionFactory(
        offering=old.offering, number=2, status="published", title=titled("Hoitotyö")
    )
    catalogue.index(version=new)
    catalogue.forget()

    assert searched("robotiikka") == [other.offering.code]
    assert searched("hoitotyö") == [old.offering.code]
    assert searched("ro") == [other.offering.code]
    assert set(SearchText.objects.values_list("version", flat=True)) == {new.pk, other.pk}


@pytest.mark.parametrize("beginning", ["r", "ro", "rob", "robo", "robotiik"])
def test_search_finds_words_by_their_beginning(beginning):
    version = shown(title=titled("Robotiikka"))
    shown(title=titled("Hydrauliikka"))

    assert searched(beginning) == [version.offering.code]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_publications_at_once_keep_each_other_s_words():
    """Both write the rows of the words that they share."""
    titles = ["Robotiikka", "Robotiikka työssä", "Arjen robotiikka"]
    versions = [OfferingVersionFactory(status="published", title=titled(title)) for title in titles]
    ready = threading.Barrier(len(versions))

    def publish(version):
        ready.wait(timeout=10)
        try:
            catalogue.index(version=version)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(versions)) as pool:
        list(pool.map(publish, versions))
    catalogue.forget()

    assert set(searched("robotiikka")) == {version.offering.code for version in versions}


@pytest.mark.parametrize("apart", [100, 10_000])
def test_versions_far_apart_are_found_together_and_in_order(apart):
    """Bits are kept in blocks of 4,096 ids; few of so many ids are sorted, more are walked through."""
    near = shown(title=titled("Robotiikka, jatko"))
    far = shown(title=titled("Robotiikka"), pk=near.pk + apart)

    assert searched("robotiikka") == [far.offering.code, near.offering.code]


# Facets


def made_up(count: int) -> list:
    """Published versions with random values, always the same ones."""
    dice = random.Random(7)
    houses = [InstitutionFactory() for _ in range(4)]
    words = ["robotiikka", "hoitotyö", "tietoturva"]
    return [
        shown(
            offering__institution=dice.choice(houses),
            title=titled(f"{dice.choice(words)} {dice.choice(words)} {number}"),
            ects=Decimal(dice.choice(["1", "2.5", "3", "4", "5", "10", "15", "30", "60"])),
            eqf_level=dice.choice([5, 6, 7]),
            competence_level=dice.choice(["basic", "applied", "expert"]),
            education_form=dice.choice(["avoin_amk", "taydennyskoulutus"]),
            participation_modes=dice.sample(["online", "contact", "blended"], dice.randint(1, 2)),
            teaching_languages=dice.sample(["fi", "sv", "en"], dice.randint(1, 3)),
            okm_field=dice.choice(["6", "7", "9"]),
        )
        for number in range(count)
    ]


BANDS = {"1-3": (1, 4), "4-5": (4, 6), "6-15": (6, 16), "16-59": (16, 60), "60": (60, 61)}


def values(version) -> dict[str, set[str]]:
    """The options of a version, by another road than the catalogue's."""
    return {
        "institution": {version.offering.institution.code},
        "form": {version.education_form},
        "level": {version.competence_level},
        "eqf": {str(version.eqf_level)},
        "mode": set(version.participation_modes),
        "language": set(version.teaching_languages),
        "size": {band for band, (low, high) in BANDS.items() if low <= version.ects < high},
        "field": {version.okm_field},
        "origin": set(version.origins),
        "network": {"pinko"} if version.offering.institution.is_pinko_partner else set(),
    }


def matches(version, *, word: str, picks: dict) -> bool:
    return word in version.title["fi"] and all(
        values(version)[name] & set(chosen) for name, chosen in picks.items()
    )


def test_facets_are_counted_as_by_hand():
    """Or within a facet, and between them, each counted without its own choice (issue A item 6, N3)."""
    versions = made_up(60)
    dice = random.Random(3)
    options = {name: sorted(set.union(*(values(v)[name] for v in versions))) for name in catalogue.FACETS}

    for _ in range(40):
        names = dice.sample(sorted(name for name in options if options[name]), dice.randint(0, 3))
        picks = {name: dice.sample(options[name], dice.randint(1, len(options[name]))) for name in names}
        word = dice.choice(["", "robotiikka", "hoitotyö"])
        found = catalogue.current().find(catalogue.Query(words=word, picks=picks))

        expected = {v.offering.code for v in versions if matches(v, word=word, picks=picks)}
        assert {card.code for card in found[:]} == expected
        assert len(found) == len(expected)
        for name in catalogue.FACETS:
            others = {one: chosen for one, chosen in picks.items() if one != name}
            base = [v for v in versions if matches(v, word=word, picks=others)]
            assert found.counts[name] == {
                code: sum(code in values(v)[name] for v in base) for code in options[name]
            }


def test_size_bands_take_half_credits():
    sizes = [Decimal(size) for size in ("1", "3.5", "4", "5.5", "6", "15.5", "16", "59.5", "60")]

    bands = [size_band(size) for size in sizes]

    assert bands == ["1-3", "1-3", "4-5", "4-5", "6-15", "6-15", "16-59", "16-59", "60"]


# Order and pages


def test_orders_are_by_title_size_and_newest():
    middle = shown(title=titled("Äly", sv="B"), ects=5)
    first = shown(title=titled("Zeta", sv="C"), ects=10)
    last = shown(title=titled("Öljy", sv="A"), ects=1)

    assert codes(catalogue.Query(sort="title")) == [v.offering.code for v in (first, middle, last)]
    assert codes(catalogue.Query(sort="title", language="sv")) == [
        v.offering.code for v in (last, middle, first)
    ]
    assert codes(catalogue.Query(sort="size")) == [v.offering.code for v in (last, middle, first)]


def test_finnish_letters_stand_after_z():
    words = ["öljy", "zeta", "älä", "åland", "Arcada", "éclair", "elo"]

    assert sorted(words, key=sort_key) == ["Arcada", "éclair", "elo", "zeta", "åland", "älä", "öljy"]


def test_pages_join_to_the_whole():
    made_up(30)
    found = catalogue.current().find(catalogue.Query(words="robotiikka"))

    pages = [card.code for start in range(0, len(found), 7) for card in found[start : start + 7]]

    assert pages == [card.code for card in found[:]]
    assert len(set(pages)) == len(found) > 14


# Staying current


def test_publication_shows_in_the_next_answer():
    """Every process compares the number in the database with its own; nothing older is shown."""
    shown(title=titled("Robotiikka"))
    before = catalogue.current()
    new = shown(title=titled("Robotiikan jatko"))

    assert new.offering.code in searched("robotiikka")
    assert catalogue.current() is not before
    assert catalogue.current() is catalogue.current()


def test_known_words_cost_no_search_in_a_new_combination(django_assert_num_queries):
    """A publication empties what is known of words: the state is new."""
    both = shown(title=titled("Kestävä robotiikka"))
    searched("kestävä")
    searched("robotiikka")
    found = catalogue.current()

    with django_assert_num_queries(0):
        assert len(found.find(catalogue.Query(words="robotiikka kestävä"))) == 1
    other = shown(title=titled("Robotiikka kestävästi"))
    assert set(searched("robotiikka kestävä")) >= {both.offering.code}
    assert other.offering.code in searched("robotiikka")


def test_kept_values_are_those_used_last():
    kept = Kept(most=2)
    kept.update({"a": 1, "b": 2})
    kept.get("a")

    kept.update({"c": 3})

    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_current_costs_one_query_while_nothing_changes(django_assert_num_queries):
    shown()
    catalogue.current()

    with django_assert_num_queries(1):
        catalogue.current()


def test_cards_that_can_all_be_kept_are_read_with_the_state(django_assert_num_queries):
    for _ in range(2):
        shown()
    everything = catalogue.current().find(catalogue.Query())

    with django_assert_num_queries(0):
        everything[:2]


def test_cards_cost_as_many_queries_for_three_as_for_one(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("registry.catalogue.shown.ALL_CARDS", 3)
    for _ in range(4):
        shown()
    everything = catalogue.current().find(catalogue.Query())

    with django_assert_num_queries(3):
        everything[:1]
    with django_assert_num_queries(3):
        everything[1:4]
    with django_assert_num_queries(0):
        everything[1:4]
