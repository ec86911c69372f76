"""The certificate as PDF (domain.md 3.8, 3.1: M1–M11, O1–O5, C-03, rules 6, 10, 16)."""

from dataclasses import replace
from datetime import date

import pytest

from credentials.facts import Incomplete, Outcome
from credentials.formats import narrative, open_badge, pdf
from tests import pdfs
from tests.factories.awards import JAMK, award, coded, odd_awards

pytestmark = pytest.mark.once

CODE = "ABCD-EFGH-JKLM"
URL = "https://registry.example/fi/verify/ABCDEFGHJKLM/"
BADGE = '{"badge":"ä"}'.encode()
LONG = (
    "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilaiden kansainvälistymisvalmennuksen "
    "laadunvarmistus, osa 12.3"
)
OPTIONAL = {
    "valid_until": None, "region": None, "ehea_cycle": None, "competence_level": None, "grade": None,
    "identity_verification": None, "locations": (), "assessment_languages": (), "prerequisites": None,
    "stackability": None, "stackability_towards": None, "pathways": (), "isced_f": None, "sdgs": (),
    "url": None, "target_group": None, "grading_key": None, "competence_meaning": None,
}  # fmt: skip
OF_OPTIONAL = (
    "Voimassa asti", "Osaamistaso", "Arvosana ", "Valvonta", "Arviointikieli", "Pinoutuminen", "Kohderyhmä",
    "ISCED-F", "Kestävän", "Lisätietoja", "Esitieto", "Kajaanin", "None",
)  # fmt: skip
FIRST_PAGE = (
    "Jyväskylän ammattikorkeakoulu Kajaanin ammattikorkeakoulu Todistus pienestä osaamiskokonaisuudesta "
    "Aino Maria Esimerkki-Åström Oppijanumero 1.2.246.562.98.59428595753 "
    "on suorittanut pienen osaamiskokonaisuuden Data-analytiikka päätöksenteossa Datasta päätöksiin. "
    "Laajuus 7,5 op 200 tuntia Taso Taso 6 EQF, viitteellinen Arvosana 4, kiitettävä Arviointiasteikko 0–5 "
    "Suorituspäivä 28.9.2026 Tarkistuskoodi ABCD-EFGH-JKLM Myöntämispäivä 2.10.2026 Voimassa asti 1.10.2029 "
    "Tarkista, että todistus on aito ja yhä voimassa: https://registry.example/fi/verify/ ABCDEFGHJKLM/ "
    "Sähköisesti allekirjoittanut todistuksen myöntäjä Jyväskylän ammattikorkeakoulu. Allekirjoitetut tiedot "
    "ovat tämän tiedoston liitteenä. Tämä ei ole tutkintotodistus. Taso on viitteellinen: pientä "
    "osaamiskokonaisuutta itseään ei ole sijoitettu kansalliseen viitekehykseen. "
    "Osaamistavoitteet Tiedot • Selittää menetelmät. Taidot • Rakentaa analyysin. Pätevyys • Arvioi "
    "vinoumia. "
)
BEHIND = (
    "Tiedot osaamiskokonaisuudesta Tieto Sisältö Maa Suomi, Keski-Suomi Taso (viitteellinen) EQF: Taso 6; "
    "Suomen tutkintojen viitekehys: Taso 6; Ensimmäinen sykli; Soveltamistaso "
    "Osaamistaso Soveltamistaso: Soveltaa osaamista työssään. "
    "Arviointiasteikko Arviointiasteikko 0–5: 5 on paras arvosana, 1 alin hyväksytty. "
    "Osaamisen arviointi Kirjallinen tentti, Projektityö. Projekti ja tentti "
    "Arviointikriteerit Kumpikin vähintään 1. Osallistumistapa Monimuoto (Jyväskylä, Äänekoski) "
    "Opetuskieli suomi, englanti Arviointikieli suomi "
    "Laadunvarmistus Korkeakoulun ulkoinen auditointi. Karvin auditoima. Katselmointi RC-2026-0003, "
    "kriteeristö EU-10 1.0, päätös 10.2.2026. Hyväksytty 10.2.2027 asti. Seuraava arviointi viimeistään "
    "16.2.2027. Esitietovaatimukset Ohjelmoinnin perusteet. "
    "Valvonta ja henkilöllisyyden tarkistaminen arvioinnissa Valvottu paikan päällä, henkilöllisyys "
    "tarkistetaan Pinoutuminen Pinottava; PATH-AI-16 Tekoälyosaaja; Tradenomi (AMK); Ei anna automaattista "
    "opiskeluoikeutta. Kohderyhmä Kehittäjät Koulutusala (ISCED-F) 061 Tietojenkäsittely "
    "Kestävän kehityksen tavoitteet 8 Ihmisarvoista työtä, 9 Innovaatioita "
    "Lisätietoja https://registry.example/fi/catalogue/JAMK-MC-2026-003/ "
    "Taidot ja avainsanat data-analytiikka , Python Tunniste ja versio JAMK-MC-2026-003, v2 "
    "Todistuksen numero urn:uuid:0b6f2f0c-6f0e-4d57-9c56-0d9b7a3f3d11"
)


def certificate(found=None, *, language="fi", badge=BADGE, **changes) -> bytes:
    found = replace(found or award(), **changes)
    return pdf.document(found, language=language, badge=badge, human_code=CODE, verify_url=URL)


def facts(one, language: str) -> list[str]:
    """Every fact of an award as one reads it, found without the module that writes the certificate."""
    several = [one.assessment_types, one.participation_modes, one.teaching_languages, one.sdgs]
    several += [one.assessment_languages, one.quality_assurance_types]
    several += [outcome.skills for outcome in one.outcomes]
    texts = [
        one.title,
        one.summary,
        one.assessment_description,
        one.assessment_criteria,
        one.quality_assurance,
    ]
    texts += [one.prerequisites, one.stackability_towards, one.target_group, one.grading_key]
    texts += [body.name for body in one.awarding_bodies] + [path.name for path in one.pathways]
    texts += [outcome.text for outcome in one.outcomes]
    codes = [one.country, one.region, one.eqf_level, one.nqf_level, one.ehea_cycle, one.competence_level]
    codes += [one.identity_verification, one.grade, one.grading_scale, one.stackability, one.isced_f]
    codes += [outcome.kind for outcome in one.outcomes] + [coded for many in several for coded in many]
    days = [one.completed_on, one.issued_at, one.valid_until, one.quality.decided_on]
    return [
        f"{one.learner.given_names} {one.learner.family_name}",
        one.learner.oid or narrative.day(one.learner.birth_date, language),
        *(text[language] for text in texts if text),
        *(coded.label.get(language, coded.code) for coded in codes if coded),
        *(narrative.day(day, language) for day in days if day),
        *(path.code for path in one.pathways),
        *one.locations,
        narrative.number(one.ects, language),
        str(one.workload_hours),
        one.quality.review_id,
        f"{one.offering_code}, v{one.version_number}",
        str(one.credential_id),
        one.url or "",
    ]


def missing(data: bytes, one, language: str) -> list[str]:
    said = pdfs.squeezed(pdfs.words(data))
    return [fact for fact in facts(one, language) if pdfs.squeezed(pdf.typesetting.shown(fact)) not in said]


def test_certificate_says_every_element_in_an_order_one_can_listen_to():
    """C-03, 3.8: headers and footers are for the eye alone."""
    data = certificate()

    assert pdfs.words(data) == FIRST_PAGE + BEHIND
    assert pdfs.margins(data) == [
        "JAMK Jyväskylän ammattikorkeakoulu 1 / 2",
        (
            "Aino Maria Esimerkki-Åström Todistus pienestä osaamiskokonaisuudesta ABCD-EFGH-JKLM "
            "Jyväskylän ammattikorkeakoulu 2 / 2"
        ),
    ]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_certificate_is_wholly_in_its_language(language):
    """Rule 16, M1–M11, O1–O5."""
    data = certificate(language=language)

    assert missing(data, award(), language) == []
    others = {"fi", "sv", "en"} - {language}
    assert not [other for other in others if award().title[other] in pdfs.words(data)]


def test_certificate_is_refused_in_a_language_in_which_a_text_is_missing():
    """Rule 16: no silent fallback."""
    with pytest.raises(Incomplete, match=r"title\.sv"):
        certificate(language="sv", title={"fi": "Nimi", "en": "Name"})


def test_attachment_is_the_signed_document_byte_for_byte():
    badge = open_badge.encode(open_badge.document(award()))

    assert pdfs.attachments(certificate(badge=badge)) == {"credential.json": (badge, "/Source")}


def test_same_award_makes_the_same_bytes():
    assert certificate() == certificate()
    assert certificate() != certificate(completed_on=date(2026, 9, 29))


def test_odd_awards_lose_nothing():
    """Fifty at the edges: every fact is read back, and the badge as it went in."""
    odd = odd_awards()
    badges = [open_badge.encode(open_badge.document(one)) for one in odd]

    made = [
        certificate(one, language=one.language, badge=badge) for one, badge in zip(odd, badges, strict=True)
    ]

    assert [missing(data, one, one.language) for data, one in zip(made, odd, strict=True)] == [[]] * 50
    assert [pdfs.attachments(data)["credential.json"][0] for data in made] == badges


def test_elements_that_are_not_there_leave_no_heading():
    without = certificate(awarding_bodies=(JAMK,), **OPTIONAL)

    said = pdfs.words(without)
    assert missing(without, award(awarding_bodies=(JAMK,), **OPTIONAL), "fi") == []
    assert [heading for heading in OF_OPTIONAL if heading in said] == []


def test_long_title_and_many_outcomes_go_on_behind_with_name_and_number_of_the_page():
    learned = (
        "Soveltaa monialaisen palveluohjausosaamisen arviointimenetelmiä ja perustelee ratkaisunsa. " * 4
    )
    kinds = [one.kind for one in award().outcomes]
    outcomes = tuple(
        Outcome(kind=kinds[n // 4], text={"fi": f"{n}. {learned}", "sv": "?", "en": "?"}) for n in range(10)
    )
    person = replace(award().learner, given_names="Maximiliana " * 8, family_name="Järvenpäänkoskela-Åström")

    data = certificate(title={"fi": LONG, "sv": "?", "en": "?"}, outcomes=outcomes, learner=person)

    assert len(LONG) == 120
    said = pdfs.squeezed(pdfs.words(data))
    assert [one.text["fi"] for one in outcomes if pdfs.squeezed(one.text["fi"]) not in said] == []
    assert pdfs.squeezed(LONG) in said
    first, *behind = pdfs.margins(data)
    assert first.endswith("1 / 3")
    assert [CODE in page and "Järvenpäänkoskela-Åström" in page and f"{n} / 3" in page
            for n, page in enumerate(behind, 2)] == [True, True]  # fmt: skip


def test_learner_is_told_by_oid_or_else_by_birth_date():
    """Rule 10: no more of the person than the signed badge has."""
    person = award().learner

    assert "1990" not in pdfs.words(certificate())
    assert "Syntynyt 28.2.1990" in pdfs.words(certificate(learner=replace(person, oid=None)))


def test_words_are_never_markup_and_only_pages_of_the_web_are_linked():
    odd = coded("x", *["#panic() $x$ *y*"] * 3, "javascript:alert(1)")
    outcomes = (replace(award().outcomes[0], skills=(odd, *award().outcomes[1].skills)),)

    data = certificate(
        outcomes=outcomes, title={"fi": "#panic() _nimi_ 😀", "en": "?"}, url="file:///etc/passwd"
    )

    said = pdfs.words(data)
    assert "#panic() _nimi_ [U+1F600]" in said
    assert "#panic() $x$ *y*, data-analytiikka , Python" in said
    assert sorted(set(pdfs.links(data))) == ["http://data.europa.eu/esco/skill/1", URL]
