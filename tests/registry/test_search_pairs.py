"""Inflected words of the field meet their base forms, ordered alike in both databases (issue B, Shows)."""

import csv
from pathlib import Path

import pytest

from registry import catalogue
from registry.catalogue import words
from registry.models import LearningOutcome
from tests.factories.catalogue import shown

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent


def pairs(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / name).read_text("utf-8").splitlines()))


PAIRS = pairs("field_pairs.csv")
ALL = [{"language": "fi", **pair} for pair in pairs("finnish_pairs.csv")] + PAIRS


def searched(question: str) -> list[str]:
    return [card.code for card in catalogue.current().find(catalogue.Query(words=question))[:]]


@pytest.mark.parametrize(("saved", "asked"), [("inflected", "base"), ("base", "inflected")])
def test_search_lets_words_of_the_field_meet(saved, asked):
    """40 pairs of our own, Finnish and Swedish, whichever of the two is in the text."""
    own = {
        pair[asked]: shown(outcomes=[], title={pair["language"]: pair[saved]}).offering.code for pair in PAIRS
    }

    assert len(own) == 40
    assert [word for word, code in own.items() if code not in searched(word)] == []


@pytest.mark.parametrize(("saved", "asked"), [("inflected", "base"), ("base", "inflected")])
def test_search_orders_every_pair_alike(saved, asked):
    """64 pairs: title hit, outcome hit, other hit; then the title, then which came first."""
    said = {
        language: " ".join(pair[saved] for pair in ALL if pair["language"] == language)
        for language in ("fi", "sv")
    }
    elsewhere = shown(outcomes=[], title={"fi": "Aa"}, summary=said)
    outcome = shown(outcomes=[], title={"fi": "Bb"})
    LearningOutcome.objects.create(version=outcome, order=0, kind="skill", text=said)
    catalogue.index(version=outcome)
    later, first, second = (
        shown(outcomes=[], title={"fi": f"{letter} {said['fi']}", "sv": said["sv"]}) for letter in "zyy"
    )
    expected = [one.offering.code for one in (first, second, later, outcome, elsewhere)]

    found = {pair[asked]: searched(pair[asked]) for pair in ALL}

    assert (len(found), {word: codes for word, codes in found.items() if codes != expected}) == (64, {})


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("monimuoto", "monimuoto"),
        ("esihenkilötyötä", "esihenkilötyö"),
        ("arviointimalleja", "arviointimalli"),
        ("kehittämistarpeet", "kehittämistarve"),
        ("terveydenhuollossa", "terveydenhuolto"),
    ],
)
def test_compound_keeps_its_end(word, base):
    """A short end such as "työ" is a word, no inflection, though the lemmatiser takes it for one."""
    assert words.base_forms(word, language="fi") == [base]
