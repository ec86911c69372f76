"""Opintopolku's shapes: a koulutus with its toteutukset, named as the Opintopolku editor names them.

The register has no OIDs of koulutus and toteutus, so those are null and `externalId` names ours. Code URIs
carry no version number. Source: recorded requests of Opetushallitus/kouta-ui.
"""

from datetime import datetime, time
from html import escape

from registry.exports.facts import Code, Offered, Run

KIND = "kk-opintokokonaisuus"
CREDITS = "opintojenlaajuusyksikko_2"
OPEN = ("avoin_amk", "polkuopinnot")  # forms of open studies
NO_LANGUAGES = {
    name: []
    for name in ("A1Kielet", "A2Kielet", "aidinkielet", "B1Kielet", "B2Kielet", "B3Kielet", "muutKielet")
}


def document(offered: list[Offered]) -> list[dict]:
    """[{"koulutus": …, "toteutukset": […]}], one per offering; without dates an offering has one toteutus."""
    return [
        {
            "koulutus": _koulutus(one),
            "toteutukset": [_toteutus(one, run) for run in one.runs or (None,)],
        }
        for one in offered
    ]


def _koulutus(one: Offered) -> dict:
    return {
        "organisaatioOid": one.house.oid or None,
        "externalId": f"{one.code}.v{one.number}",
        "johtaaTutkintoon": False,
        "tila": "julkaistu",
        "kielivalinta": _written(one),
        "tarjoajat": _providers(one),
        "koulutuksetKoodiUri": [],
        "koulutustyyppi": KIND,
        "nimi": one.title,
        "julkinen": True,
        "esikatselu": False,
        "ePerusteId": None,
        "sorakuvausId": None,
        "metadata": {
            "tyyppi": KIND,
            "koulutustyyppi": KIND,
            "lisatiedot": [],
            "kuvaus": _paragraphs(one.summary),
            **_size(one),
            "koulutusalaKoodiUrit": _uris("kansallinenkoulutusluokitus2016koulutusalataso2", one.isced),
            "isAvoinKorkeakoulutus": _is_form(one, *OPEN),
            "tunniste": one.code,
            "opinnonTyyppiKoodiUri": None,
        },
    }


def _toteutus(one: Offered, run: Run | None) -> dict:
    return {
        "organisaatioOid": one.house.oid or None,
        "externalId": f"{one.code}.v{one.number}" + (f".{run.key}" if run else ""),
        "nimi": one.title,
        "tarjoajat": _providers(one),
        "kielivalinta": _written(one),
        "tila": "julkaistu",
        "sorakuvausId": None,
        "esikatselu": False,
        "koulutusOid": None,
        "metadata": {
            "tyyppi": KIND,
            "opetus": _teaching(one, run),
            "kuvaus": _paragraphs(one.summary),
            "kielivalikoima": NO_LANGUAGES,
            "isPieniOsaamiskokonaisuus": one.is_micro_credential,
            "isAvoinKorkeakoulutus": _is_form(one, *OPEN),
            "isTaydennyskoulutus": bool(
                one.education_form and one.education_form.code == "taydennyskoulutus"
            ),
            "hasJotpaRahoitus": "jotpa" in one.funding,
            "liitetytOpintojaksot": list(one.parent_courses),
            "tunniste": one.code,
            "opinnonTyyppiKoodiUri": None,
            **_size(one),
            "asiasanat": [{"kieli": "fi", "arvo": word} for word in one.keywords],
            "ammattinimikkeet": [],
            "yhteyshenkilot": [],
            "isHakukohteetKaytossa": False,
            **_enrolment(one, run),
        },
    }


def _teaching(one: Offered, run: Run | None) -> dict:
    price = run.price_eur if run and run.price_eur is not None else one.fee_eur
    languages = run.languages if run and run.languages else one.languages
    return {
        "lisatiedot": [],
        "opetuskieliKoodiUrit": _uris("oppilaitoksenopetuskieli", *languages),
        "opetustapaKoodiUrit": _uris("opetuspaikkakk", *one.modes),
        "opetusaikaKoodiUrit": _uris("opetusaikakk", *one.times),
        "maksullisuustyyppi": "maksullinen" if price else "maksuton",
        "maksunMaara": float(price) if price else None,
        "koulutuksenAlkamiskausi": _starts(run),
    }


def _starts(run: Run | None) -> dict | None:
    if run is None:
        return None
    return {
        "alkamiskausityyppi": "tarkka alkamisajankohta",
        "koulutuksenAlkamispaivamaara": _moment(run.starts_on, time.min),
        "koulutuksenPaattymispaivamaara": _moment(run.ends_on, time(23, 59)),
        "koulutuksenAlkamiskausiKoodiUri": None,
        "koulutuksenAlkamisvuosi": None,
        "henkilokohtaisenSuunnitelmanLisatiedot": {},
    }


def _enrolment(one: Offered, run: Run | None) -> dict:
    link = (run and run.enrolment_url) or one.page
    window = {}
    if run and run.enrol_from:
        window["alkaa"] = _moment(run.enrol_from, time.min)
    if run and run.enrol_by:
        window["paattyy"] = _moment(run.enrol_by, time(23, 59))
    return {
        "hakutermi": "ilmoittautuminen",
        "hakulomaketyyppi": "muu",
        "hakulomakeLinkki": dict.fromkeys(_written(one), link),
        "hakuaika": window or None,
        "aloituspaikat": run.places if run else None,
    }


def _size(one: Offered) -> dict:
    number = float(one.ects) if one.ects is not None else None
    return {
        "opintojenLaajuusyksikkoKoodiUri": CREDITS,
        "opintojenLaajuusNumero": number,
        "opintojenLaajuusNumeroMin": number,
        "opintojenLaajuusNumeroMax": number,
    }


def _providers(one: Offered) -> list[str]:
    return [house.oid for house in one.awarding if house.oid]


def _written(one: Offered) -> list[str]:
    return [language for language in ("fi", "sv", "en") if one.title.get(language)]


def _is_form(one: Offered, *forms: str) -> bool:
    return bool(one.education_form and one.education_form.code in forms)


def _uris(code_list: str, *codes: Code | None) -> list[str]:
    return [f"{code_list}_{code.national.lower()}" for code in codes if code and code.national]


def _paragraphs(texts: dict) -> dict:
    return {language: f"<p>{escape(text, quote=False)}</p>" for language, text in texts.items() if text}


def _moment(day, at: time) -> str:
    return datetime.combine(day, at).isoformat(timespec="minutes")
