"""A pasted course text: what is understood goes to its field, the rest stays (issue B item 6)."""

from decimal import Decimal

import pytest

from registry import reading
from registry.reading import Outcome

pytestmark = pytest.mark.once

FINNISH = """AB00CD12 Johdatus kiertotalouteen, 3 op

Opetuskieli: suomi ja englanti
Osaamistavoitteet
Opiskelija osaa
- selittää kiertotalouden periaatteet
- laskea tuotteen hiilijalanjäljen
- arvioida yrityksen liiketoimintamallin kestävyyttä

Sisältö
Kiertotalouden perusteet ja elinkaarianalyysi.
Arviointi: Projektityö ja verkkotentti.
Arviointikriteerit
Hyväksytty: kaikki tehtävät on tehty.
Arviointiasteikko: 0–5
Esitiedot: Ei edeltävyysvaatimuksia.
Kirjallisuus
Kiertotalouden käsikirja 2024
"""
SWEDISH = """Ansvarsfull AI i arbetet
Omfattning: 1,5 sp
Lärandemål
Den studerande förklarar AI:s begränsningar. Den studerande formulerar en prompt.
Bedömning: Webbtent
Målgrupp
Alla
"""


def test_finnish_text_is_read_field_by_field():
    read = reading.read(FINNISH)

    assert (read.language, read.fields) == (
        "fi",
        {
            "title": "Johdatus kiertotalouteen",
            "ects": Decimal(3),
            "teaching_languages": ["fi", "en"],
            "summary": "Kiertotalouden perusteet ja elinkaarianalyysi.",
            "assessment_description": "Projektityö ja verkkotentti.",
            "assessment_types": ["quiz", "project"],
            "assessment_criteria": "Hyväksytty: kaikki tehtävät on tehty.",
            "grading_scale": "0-5",
            "prerequisites": "Ei edeltävyysvaatimuksia.",
        },
    )


def test_list_continues_the_line_that_leads_in():
    assert reading.read(FINNISH).outcomes == [
        Outcome("Opiskelija osaa selittää kiertotalouden periaatteet", "knowledge"),
        Outcome("Opiskelija osaa laskea tuotteen hiilijalanjäljen", "skill"),
        Outcome("Opiskelija osaa arvioida yrityksen liiketoimintamallin kestävyyttä", "competence"),
    ]


def test_what_is_not_understood_stays_as_rest():
    assert reading.read(FINNISH).rest == "AB00CD12\nKirjallisuus:\nKiertotalouden käsikirja 2024"


def test_swedish_text_is_read_too():
    read = reading.read(SWEDISH)

    assert (read.language, read.fields, [one.kind for one in read.outcomes], read.rest) == (
        "sv",
        {
            "title": "Ansvarsfull AI i arbetet",
            "ects": Decimal("1.5"),
            "assessment_description": "Webbtent",
            "assessment_types": ["quiz"],
            "target_group": "Alla",
        },
        ["knowledge", "skill"],
        "",
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Laajuus 5 op", 5), ("2,5 opintopistettä", Decimal("2.5")), ("3 ECTS", 3),
        ("1.5 sp", Decimal("1.5")),
        ("5–10 op", None), ("180 op", None), ("0 op", None), ("5 oppilasta", None), ("2,3 op", None),
        ("", None),
    ],
)  # fmt: skip
def test_size_is_read_only_where_it_is_one(text, size):
    assert reading.size_of(text) == size


def test_every_word_of_a_text_is_kept_somewhere():
    read = reading.read("Outo teksti tässä\nJotain ilman otsikkoa.\nAikataulu: syksy\n")

    assert (read.fields, read.outcomes, read.rest) == (
        {"title": "Outo teksti tässä"},
        [],
        "Jotain ilman otsikkoa.\nAikataulu:\nsyksy",
    )


@pytest.mark.parametrize("text", ["", "\n\n", ":", "-", "x" * 50_000, "Tavoitteet:\n" * 500, "- - -\n1) \n"])
def test_any_text_can_be_read(text):
    assert reading.read(text).outcomes == []


def test_lines_under_a_heading_that_takes_one_are_kept():
    """6: what is not understood stays beside the draft."""
    found = reading.read("Testikurssi, 3 op\n\nTaso\nEQF 6\n\nAjankohta ja paikat\nKevät 2027\n\nHinta\n75 €")

    assert "Kevät 2027" in found.rest
    assert found.fields["fee_eur"] == 75
