"""VIRTA's Opintosuoritus (domain.md 3.7), in the shape in which VIRTA itself gives attainments to others."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from credentials.facts import Incomplete
from credentials.formats import virta
from credentials.formats.virta import Study

pytestmark = pytest.mark.once

OID = "1.2.246.562.98.59428595753"
WHOLE = """<?xml version='1.0' encoding='UTF-8'?>
<Virta xmlns="urn:mace:funet.fi:virta/2015/09/01">
  <Opiskelija avain="learner-1">
    <KansallinenOppijanumero>1.2.246.562.98.59428595753</KansallinenOppijanumero>
    <Opintosuoritukset>
      <Opintosuoritus avain="study-1" opiskelijaAvain="learner-1" koulutusmoduulitunniste="JAMK-MC-2026-003">
        <SuoritusPvm>2026-09-28</SuoritusPvm>
        <Laajuus>
          <Opintopiste>7.5</Opintopiste>
        </Laajuus>
        <Arvosana>
          <Viisiportainen>4</Viisiportainen>
        </Arvosana>
        <Myontaja>02504</Myontaja>
        <Laji>2</Laji>
        <Nimi kieli="fi">Data &amp; päätökset</Nimi>
        <Nimi kieli="en">Data and decisions</Nimi>
        <Kieli>fi</Kieli>
        <Koulutusala>
          <Koodi versio="ohjausala">7</Koodi>
        </Koulutusala>
        <Sisaltyvyys sisaltyvaOpintosuoritusAvain="study-2"/>
        <TKILaajuusMuu>
          <Opintopiste>4</Opintopiste>
        </TKILaajuusMuu>
        <Opinnaytetyo>0</Opinnaytetyo>
        <Luokittelu>1</Luokittelu>
        <Luokittelu>18</Luokittelu>
        <JulkinenLisatieto kieli="fi">Pieni osaamiskokonaisuus</JulkinenLisatieto>
        <JulkinenLisatieto kieli="sv">Mikromerit</JulkinenLisatieto>
        <JulkinenLisatieto kieli="en">Micro-credential</JulkinenLisatieto>
      </Opintosuoritus>
    </Opintosuoritukset>
  </Opiskelija>
</Virta>
"""


def study(**changes) -> Study:
    whole = {
        "key": "study-1", "learner_key": "learner-1", "learner_oid": OID, "issuer": "02504",
        "code": "JAMK-MC-2026-003",
        "name": {"en": "Data and decisions", "sv": " ", "fi": "Data &\n päätökset"},
        "completed_on": date(2026, 9, 28), "ects": Decimal("7.50"), "scale": "0-5", "grade": "4",
        "field": "7", "classes": ("18", "1"), "language": "fi", "tki_ects": Decimal(4),
        "parts": ("study-2",),
    }  # fmt: skip
    return Study(**whole | changes)


def read(*studies: Study) -> list:
    return [
        (learner.get("avain"), [one.get("avain") for one in learner.findall(".//{*}Opintosuoritus")])
        for learner in ElementTree.fromstring(virta.document(studies))
    ]


def test_document_holds_everything_virta_asks_for():
    assert virta.document([study()]).decode() == WHOLE


def test_document_leaves_out_what_is_not_there():
    bare = study(language="", tki_ects=None, parts=(), is_micro_credential=False)
    [learner] = ElementTree.fromstring(virta.document([bare]))

    assert [element.tag.partition("}")[2] for element in learner[1][0]] == [
        "SuoritusPvm", "Laajuus", "Arvosana", "Myontaja", "Laji", "Nimi", "Nimi", "Koulutusala",
        "Opinnaytetyo", "Luokittelu", "Luokittelu",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "grade", "element"),
    [
        ("0-5", "1", "Viisiportainen"),
        ("0-5", "5", "Viisiportainen"),
        ("0-5", "HYV", "Viisiportainen"),
        ("pass_fail", "HYV", "Hyvaksytty"),
    ],
)
def test_grade_is_on_its_scale(scale, grade, element):
    """HYV is legal in both."""
    root = ElementTree.fromstring(virta.document([study(scale=scale, grade=grade)]))
    [[said]] = root.findall(".//{*}Arvosana")

    assert (said.tag.partition("}")[2], said.text) == (element, grade)


def test_document_is_by_learner_in_whatever_order_studies_come():
    studies = [
        study(key="c", learner_key="2"),
        study(key="b", learner_key="1", completed_on=date(2026, 10, 1)),
        study(key="a", learner_key="1"),
    ]

    assert read(*studies) == [("1", ["a", "b"]), ("2", ["c"])]
    assert virta.document(studies) == virta.document(studies[::-1])


def test_document_of_nothing_is_empty():
    assert read() == []


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"learner_oid": ""}, "learner_oid"),
        ({"learner_oid": "1.2.246.562.98.59428595754"}, "learner_oid"),
        ({"issuer": "2504"}, "issuer"),
        ({"name": {"fi": " "}}, "name"),
        ({"name": {"fi": "Ohjaus\x0bmerkki"}}, "name"),
        ({"ects": Decimal(0)}, "ects"),
        ({"grade": "0"}, "grade"),
        ({"scale": "pass_fail", "grade": "HYL"}, "grade"),
        ({"scale": "pass_fail", "grade": "5"}, "grade"),
        ({"scale": "other"}, "grade"),
        ({"field": ""}, "field"),
        ({"field": "13"}, "field"),
        ({"classes": ()}, "classes"),
    ],
)
def test_study_with_a_fault_is_refused_by_its_name(changes, fact):
    """Failed grades are never exported."""
    assert list(virta.faults(study(**changes))) == [fact]
    with pytest.raises(Incomplete) as refusal:
        virta.document([study(), study(**changes)])
    assert refusal.value.fact == fact
