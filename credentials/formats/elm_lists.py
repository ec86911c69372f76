"""The EU code lists that an ELM document names, and those of their codes that stand in every one."""

from credentials.facts import Coded

SNB = "http://data.europa.eu/snb"
AUTHORITY = "http://publications.europa.eu/resource/authority"
ACCREDITATION = f"{SNB}/accreditation/25831c2"
ASSESSMENT = f"{SNB}/assessment/25831c2"
COUNTRY = f"{AUTHORITY}/country"
CREDIT = f"{SNB}/education-credit/25831c2"
ENCODING = f"{SNB}/encoding/25831c2"
EQF = f"{SNB}/eqf/25831c2"
EVIDENCE = f"{SNB}/evidence-type/25831c2"
FIELD = f"{SNB}/isced-f/25831c2"
FILE_TYPE = f"{AUTHORITY}/file-type"
GOAL = "http://metadata.un.org/sdg"
LANGUAGE = f"{AUTHORITY}/language"
MODE = f"{SNB}/learning-assessment/25831c2"
NQF = f"{SNB}/qdr/25831c2"
OPPORTUNITY = f"{SNB}/learning-opportunity/25831c2"
OUTCOME = f"{SNB}/skill-type/25831c2"
PROFILE = f"{SNB}/credential/25831c2"
SKILL, ESCO = "http://data.europa.eu/esco/concept-scheme/skills", "http://data.europa.eu/esco/"
SUPERVISION = f"{SNB}/supervision-verification/25831c2"


def _named(uri: str, en: str) -> Coded:
    return Coded(code=uri.rpartition("/")[2], label={"en": en}, uri=uri)


GENERIC = _named(f"{SNB}/credential/e34929035b", "Generic")
SHORT_PROGRAMME = _named(f"{SNB}/learning-opportunity/74a4a268e8", "Short learning programme")
ECTS = _named(f"{SNB}/education-credit/6fcec5c5af", "European Credit Transfer System")
PROGRAMME_QUALITY = _named(f"{SNB}/accreditation/820101cba6", "Program Quality Assurance")
ACCREDITED = _named(f"{SNB}/evidence-type/c_991b06c6", "Accreditation")
BASE64 = _named(f"{SNB}/encoding/6146cde7dd", "base64")
PNG, JPEG = (_named(f"{FILE_TYPE}/{name}", name) for name in ("PNG", "JPEG"))
OUTCOMES = {  # the list has none for competence
    "knowledge": _named(f"{SNB}/skill-type/knowledge", "knowledge"),
    "skill": _named(f"{SNB}/skill-type/skill", "skill"),
}
SPOKEN = {
    "fi": Coded(code="fi", label={"fi": "suomi", "sv": "finska", "en": "Finnish"}, uri=f"{LANGUAGE}/FIN"),
    "sv": Coded(code="sv", label={"fi": "ruotsi", "sv": "svenska", "en": "Swedish"}, uri=f"{LANGUAGE}/SWE"),
    "en": Coded(
        code="en", label={"fi": "englanti", "sv": "engelska", "en": "English"}, uri=f"{LANGUAGE}/ENG"
    ),
}
ALPHA_3 = {  # the EU names countries by three letters; in Europe, where awarding bodies may be
    "AT": "AUT", "AX": "ALA", "BE": "BEL", "BG": "BGR", "CH": "CHE", "CY": "CYP", "CZ": "CZE", "DE": "DEU",
    "DK": "DNK", "EE": "EST", "ES": "ESP", "FI": "FIN", "FO": "FRO", "FR": "FRA", "GB": "GBR", "GL": "GRL",
    "GR": "GRC", "HR": "HRV", "HU": "HUN", "IE": "IRL", "IS": "ISL", "IT": "ITA", "LI": "LIE", "LT": "LTU",
    "LU": "LUX", "LV": "LVA", "MT": "MLT", "NL": "NLD", "NO": "NOR", "PL": "POL", "PT": "PRT", "RO": "ROU",
    "SE": "SWE", "SI": "SVN", "SK": "SVK", "UA": "UKR",
}  # fmt: skip
COUNTRIES = {short: Coded(code=short, label={}, uri=f"{COUNTRY}/{long}") for short, long in ALPHA_3.items()}
