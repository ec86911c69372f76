"""Code lists as data: in three languages, true to the EU vocabularies, loaded once (domain.md 3.4)."""

import json
import os
from pathlib import Path

import pytest

from registry.actions import codelists
from registry.models import Code

REFERENCE = Path(os.environ.get("REGISTRY_REFERENCE") or Path(__file__).resolve().parents[3] / "shared")
EU_CODES = REFERENCE / "reference" / "vocabularies" / "elm-codes.json"
# Lists whose codes are the outside vocabulary's own; in the others two codes may share the nearest URI.
ONE_TO_ONE = {"country", "isced_f", "teaching_language", "eqf", "nqf", "sdg"}


def every_code():
    return [(row["list"], code) for row in codelists.read() for code in row["codes"]]


@pytest.mark.parametrize(
    ("name", "code"), every_code(), ids=lambda value: value if isinstance(value, str) else value["code"]
)
def test_code_texts_are_filled_in_three_languages(name, code):
    """Rule 16: no text falls back to another language."""
    texts = [code["label"], *([code["description"]] if "description" in code else [])]

    assert [[text[language].strip() != "" for language in ("fi", "sv", "en")] for text in texts] == [
        [True] * 3
    ] * len(texts)


def test_codes_are_unique_in_their_list():
    names = [(name, code["code"]) for name, code in every_code()]

    assert sorted(names) == sorted(set(names))


def test_codes_are_plain_ascii():
    assert [code["code"] for _, code in every_code() if not code["code"].isascii()] == []


def test_uris_are_unique_where_a_list_is_an_outside_vocabulary():
    uris = [code["uri"] for name, code in every_code() if name in ONE_TO_ONE and code["uri"]]

    assert sorted(uris) == sorted(set(uris))


def test_aliases_name_one_code_each():
    pairs = [(name, alias) for name, code in every_code() for alias in code.get("aliases", [])]

    assert sorted(pairs) == sorted(set(pairs))


@pytest.mark.skipif(not EU_CODES.exists(), reason="the reference folder is not here")
def test_eu_uris_are_codes_of_the_vocabulary():
    vocabularies = json.loads(EU_CODES.read_text(encoding="utf-8")).values()
    known = {code["uri"] for vocabulary in vocabularies for code in vocabulary["codes"]}
    ours = {
        code["uri"] for _, code in every_code() if code["uri"] and "//metadata.un.org/" not in code["uri"]
    }

    assert ours - known == set()


@pytest.mark.skipif(not EU_CODES.exists(), reason="the reference folder is not here")
@pytest.mark.parametrize(("name", "vocabulary"), [("eqf", "eqf"), ("nqf", "nqf-finland")])
def test_level_uris_carry_the_level_of_their_code(name, vocabulary):
    """M8: level 6 of ours is level 6 of the vocabulary."""
    theirs = json.loads(EU_CODES.read_text(encoding="utf-8"))[vocabulary]["codes"]
    levels = {code["uri"]: code["labels"]["en"].rsplit(" ", 1)[-1] for code in theirs}

    assert [levels[code["uri"]] for own, code in every_code() if own == name] == [str(n) for n in range(1, 9)]


@pytest.mark.django_db
def test_load_writes_every_code_once():
    """Idempotent: the second run changes labels, adds nothing."""
    codelists.load()
    Code.objects.filter(list="grade", code="HYV").update(label={"fi": "vanha", "sv": "", "en": ""})

    number = codelists.load()

    assert (Code.objects.count(), Code.objects.get(list="grade", code="HYV").label["fi"]) == (
        number,
        "Hyväksytty",
    )


@pytest.mark.django_db
def test_load_keeps_the_order_of_the_file():
    codelists.load()

    assert list(
        Code.objects.filter(list="competence_level").order_by("order").values_list("code", flat=True)
    ) == [
        "introductory",
        "basic",
        "applied",
        "advanced",
        "expert",
    ]
