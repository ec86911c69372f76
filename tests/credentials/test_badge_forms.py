"""Badges in every form: another thing than a micro-credential wherever they stand (C-15, C-18; rule 9)."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from credentials.facts import Incomplete, from_json, to_json
from credentials.formats import badge_picture, elm, elmo, open_badge, pdf, sd_jwt
from credentials.formats.completeness import NotForBadges
from credentials.proofs import contexts, shape
from tests import annex1, pdfs
from tests.factories.awards import award, badge, coded, odd_awards

pytestmark = pytest.mark.once

KINDS = ("competence_badge", "participation_badge")
WORDS = {"competence_badge": "Osaamismerkki", "participation_badge": "Osallistumismerkki"}
OF_COMPETENCE = {
    "ext:LearningOutcome", "ext:Skill", "ext:EQF", "ext:NQF", "ext:EHEACycle", "ext:CompetenceLevel",
    "ext:AssessmentType", "ext:AssessmentDescription", "ext:AssessmentCriteria", "ext:Stackability",
    "ext:StackabilityTowards", "ext:Pathway", "ext:SupervisionVerification", "ext:AssessmentLanguage",
}  # fmt: skip


def types(document: dict) -> set[str]:
    return {one["targetType"] for one in document["credentialSubject"]["achievement"]["alignment"]}


@pytest.mark.parametrize(
    ("kind", "type_"), [("competence_badge", "Competency"), ("participation_badge", "Badge")]
)
def test_open_badge_of_a_badge_is_another_achievement_without_credits(kind, type_):
    whole, document = open_badge.document(award()), open_badge.document(badge(kind))

    subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
    assert document["name"] == achievement["name"] == f"{WORDS[kind]}: {award().title['fi']}"
    assert achievement["achievementType"] == type_
    assert achievement["id"] == f"{whole['credentialSubject']['achievement']['id']}#{kind}"
    assert ("creditsEarned" in subject, "creditsAvailable" in achievement) == (False, False)
    assert annex1.codes(document, "Credits") == []
    assert [code for code, _url in annex1.codes(document, "Badge")] == [kind]
    assert subject["narrative"].startswith(f"**Merkki:** {WORDS[kind]}:")
    assert shape.problems(document, contexts.known()) == []


def test_competence_badge_keeps_what_was_assessed():
    """Only the credits are gone."""
    whole = types(open_badge.document(award()))

    assert types(open_badge.document(badge("competence_badge"))) == whole - {"ext:Credits"} | {"ext:Badge"}


def test_participation_badge_says_nothing_of_competence():
    """Rule 9: participation is not competence, in no words and in no code."""
    document = open_badge.document(badge("participation_badge"))

    assert types(document) & OF_COMPETENCE == set()
    assert "result" not in document["credentialSubject"]
    assert "resultDescription" not in document["credentialSubject"]["achievement"]
    outcome = award().outcomes[0].text["fi"]
    assert outcome not in json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_fifty_odd_badges_are_read_back(kind):
    for one in odd_awards(50):
        found = badge(kind, one)

        assert from_json(json.loads(json.dumps(to_json(found)))) == found
        assert shape.problems(open_badge.document(found), contexts.known()) == []
        assert sd_jwt.document(found)["badge"] == kind


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("competence_badge", {"ects": Decimal(5)}),
        ("participation_badge", {"ects": Decimal(5)}),
        ("participation_badge", {"grade": coded("5", "5", "5", "5")}),
        ("participation_badge", {"outcomes": award().outcomes}),
        ("participation_badge", {"eqf_level": award().eqf_level}),
        ("participation_badge", {"acquired_by": "demonstration"}),
        ("diploma", {}),
    ],
)
def test_badge_that_claims_more_is_refused(kind, claim):
    found = replace(badge(kind if kind in KINDS else "competence_badge"), badge=kind, **claim)

    for write in (open_badge.document, sd_jwt.document, badge_picture.svg):
        with pytest.raises(Incomplete, match="badge"):
            write(found)


def test_micro_credential_without_credits_is_refused():
    with pytest.raises(Incomplete, match="ects"):
        open_badge.document(award(ects=None))


@pytest.mark.parametrize("kind", KINDS)
def test_forms_of_qualifications_refuse_badges(kind):
    """There a badge would look like a micro-credential."""
    found = badge(kind)

    with pytest.raises(NotForBadges):
        elm.document(found, pictures={"fi": [b""]})
    with pytest.raises(NotForBadges):
        elmo.document([award(), found], certificates={})


@pytest.mark.parametrize("kind", KINDS)
def test_picture_says_that_it_is_a_badge(kind):
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", badge_picture.svg(badge(kind)).decode())

    assert texts[-1] == WORDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_certificate_of_a_badge_has_another_heading_and_no_credits(kind):
    code, url = "ABCD-EFGH-JKLM", "https://registry.example/fi/verify/ABCD-EFGH-JKLM/"

    data = pdf.document(badge(kind), language="fi", badge=b"{}", human_code=code, verify_url=url)

    text = pdfs.words(data)
    assert WORDS[kind] in text
    assert "Todistus pienestä osaamiskokonaisuudesta" not in text
    assert "Tiedot osaamiskokonaisuudesta" not in text
    assert re.search(r"\d op\b", text) is None
    assert code in text
    assert (award().outcomes[0].text["fi"][:20] in text) == (kind == "competence_badge")


def test_demonstration_is_said_in_every_form():
    """C-18: the same credential, "osoitettu näytöllä" visible."""
    shown = award(acquired_by="demonstration")

    document = open_badge.document(shown)
    assert annex1.words(document, "AcquiredBy") == [("Osoitettu näytöllä", "By demonstration")]
    assert "Osoitettu näytöllä" in document["credentialSubject"]["narrative"]
    assert sd_jwt.document(shown)["acquired_by"] == "demonstration"
    claim = elm.document(shown, pictures=PICTURES)["credentialSubject"]["hasClaim"]
    assert claim["additionalNote"]["noteLiteral"]["fi"] == "Miten osaaminen on hankittu: Osoitettu näytöllä"
    assert "influencedBy" not in claim
    written = elmo.document([shown], certificates={shown.credential_id: {"fi": b"%PDF-1.7"}}).decode()
    assert "Osoitettu näytöllä" in written
    assert ">demonstration<" in written
    page = pdf.document(
        shown, language="fi", badge=b"{}", human_code="ABCD", verify_url="https://registry.example/"
    )
    assert "on suorittanut pienen osaamiskokonaisuuden (osoitettu näytöllä)" in pdfs.words(page)


def test_credential_of_studies_says_nothing_new():
    """What was signed before this rule reads as it did."""
    assert {"badge", "acquired_by"} & set(to_json(award())) == set()
    assert types(open_badge.document(award())) & {"ext:Badge", "ext:AcquiredBy"} == set()


PICTURES = {language: [b"\x89PNG\r\n\x1a\n" + b"0" * 16] for language in ("fi", "sv", "en")}
