import pytest

from credentials import learner_oid
from registry import henkilotunnus
from registry.spreadsheets import csv_bytes

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "text", ["1.2.246.562.24.17488477125", "1.2.246.562.98.59428595753", "1.2.246.562.98.11610426487"]
)
def test_learner_oid_with_right_check_digit_is_valid(text):
    """domain 3.5"""
    assert learner_oid.is_valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.246.562.98.59428595754",  # check digit
        "1.2.246.562.98.95428595753",  # two digits changed places
        "1.2.246.562.10.59428595753",  # an organisation's branch
        "1.2.246.562.98.5942859575",
        "1.2.246.562.98.594285957530",
        "59428595753",
        "1.2.246.562.98.٥٩٤٢٨٥٩٥٧٥٣",
        "",
    ],
)
def test_learner_oid_of_another_kind_is_not_valid(text):
    assert not learner_oid.is_valid(text)


@pytest.mark.parametrize(
    "text", ["131052-308T", "Aino 131052-308T", "010190a123x", "131052+308T", "010101Y900W", "131052−308T"]
)
def test_henkilotunnus_is_seen_in_text(text):
    """Rule 10."""
    assert henkilotunnus.is_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "1.2.246.562.98.59428595753", "OAMK-MC-2026-001", "22.11.2026", "2026-11-22", "+358 40 123 4567"],
)
def test_other_text_is_no_henkilotunnus(text):
    assert not henkilotunnus.is_in(text)


def test_csv_makes_formulas_harmless():
    """N10: Finnish Excel opens it by itself, and no cell runs."""
    assert csv_bytes(header=["a", "b"], rows=[["=1+1", "@x"], ["-2", "ä;ö"]]) == (
        "\ufeffa;b\r\n'=1+1;'@x\r\n'-2;\"ä;ö\"\r\n".encode()
    )
