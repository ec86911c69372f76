"""Learning opportunities for Europass: ELM 3.3.1 XML as the QDR takes it.

An offering is a learningAchievementSpecification, each of its realisations a learningOpportunity of it.
Languages that have no text are left out. Source: XSD of the European Learning Model, application profile LOQ.
"""

from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

from registry.exports.facts import Code, House, Offered, Outcome, Run

LOQ = "http://data.europa.eu/snb/model/application-profile/loq-constraints/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DC = "http://purl.org/dc/terms/"
AUTHORITY = "http://publications.europa.eu/resource/authority"
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
SHORT_PROGRAMME = "http://data.europa.eu/snb/learning-opportunity/74a4a268e8"
LANGUAGES = {
    "fi": f"{AUTHORITY}/language/FIN",
    "sv": f"{AUTHORITY}/language/SWE",
    "en": f"{AUTHORITY}/language/ENG",
}
EURO = f"{AUTHORITY}/currency/EUR"
FINLAND = f"{AUTHORITY}/country/FIN"
SKILL_TYPES = {
    "knowledge": "http://data.europa.eu/snb/skill-type/knowledge",
    "skill": "http://data.europa.eu/snb/skill-type/skill",
}  # the vocabulary has none for competence
ESCO = "http://data.europa.eu/esco/"


def document(offered: list[Offered]) -> bytes:
    """One file of everything. What has no field of education is left out: the shape asks for one."""
    whole = [one for one in offered if one.isced and one.isced.uri and one.languages]
    houses = {house.code: house for one in whole for house in (one.house, *one.awarding)}
    root = ET.Element("Courses", {"xmlns": LOQ, "xmlns:skos": SKOS, "xmlns:dc": DC, "xsdVersion": "3.3.1"})
    opportunities = ET.SubElement(root, "learningOpportunityReferences")
    specifications = ET.SubElement(root, "learningAchievementSpecificationReferences")
    outcomes = ET.SubElement(root, "learningOutcomeReferences")
    agents = ET.SubElement(root, "agentReferences")
    locations = ET.SubElement(root, "locationReferences")
    for one in whole:
        for run in one.runs or (None,):
            _opportunity(opportunities, one, run)
        _specification(specifications, one)
        for number, outcome in enumerate(one.outcomes, start=1):
            _outcome(outcomes, one, number, outcome)
    for house in houses.values():
        _organisation(agents, house)
        _location(locations, house)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _opportunity(parent, one: Offered, run: Run | None) -> None:
    name = f"{one.address}#{run.key}" if run else f"{one.address}#opportunity"
    row = ET.SubElement(parent, "learningOpportunity", {"id": name.replace(" ", "%20")})
    if run:  # no two things of a file may have one identifier
        _identifier(row, f"{one.code}.v{one.number}.{run.key}")
    _texts(row, "title", one.title)
    _texts(row, "description", one.summary)
    _concept(row, "type", SHORT_PROGRAMME)
    _homepage(row, one.page)
    if run:
        _period(row, run)
    for uri in _uris(one.modes):
        _concept(row, "mode", uri)
    if run and run.enrol_by:
        _text(row, "applicationDeadline", _moment(run.enrol_by, time(23, 59, 59)))
    _price(row, run.price_eur if run and run.price_eur is not None else one.fee_eur)
    for house in one.awarding or (one.house,):
        ET.SubElement(row, "providedBy", {"idref": _agent(house)})
    ET.SubElement(row, "location", {"idref": _place(one.house)})
    ET.SubElement(row, "learningAchievementSpecification", {"idref": one.address})
    _concept(row, "defaultLanguage", LANGUAGES[one.primary_language])
    _text(row, "modified", _stamp(one.updated_at))
    ET.SubElement(row, "publisher", {"idref": _agent(one.house)})


def _specification(parent, one: Offered) -> None:
    row = ET.SubElement(parent, "learningAchievementSpecification", {"id": one.address})
    _identifier(row, f"{one.code}.v{one.number}")
    _texts(row, "title", one.title)
    _texts(row, "description", one.summary)
    _note(row, one, "participation_mode", one.modes)
    _homepage(row, one.page)
    _text(row, "modified", _stamp(one.updated_at))
    ET.SubElement(row, "publisher", {"idref": _agent(one.house)})
    _concept(row, "ISCEDFCode", one.isced.uri)
    if one.hours is not None:
        _text(row, "volumeOfLearning", f"PT{one.hours}H")
    if one.ects is not None:
        points = ET.SubElement(row, "creditPoint")
        _concept(points, "framework", ECTS)
        _text(points, "point", f"{one.ects.normalize():f}")
    if one.eqf and one.eqf.uri:
        _concept(row, "educationLevel", one.eqf.uri)
    for uri in _uris(one.languages):
        _concept(row, "language", uri)
    for uri in _uris(one.modes):
        _concept(row, "mode", uri)
    if any(one.prerequisites.values()):
        _texts(ET.SubElement(row, "entryRequirement"), "noteLiteral", one.prerequisites)
    for number in range(1, len(one.outcomes) + 1):
        ET.SubElement(row, "learningOutcome", {"idref": f"{one.address}#outcome-{number}"})


def _outcome(parent, one: Offered, number: int, outcome: Outcome) -> None:
    row = ET.SubElement(parent, "learningOutcome", {"id": f"{one.address}#outcome-{number}"})
    _texts(row, "title", outcome.text)
    if outcome.kind in SKILL_TYPES:
        _concept(row, "type", SKILL_TYPES[outcome.kind])
    else:
        _note(row, one, "outcome_kind", (Code(outcome.kind, {"en": outcome.kind}, "", ""),))
    for skill in outcome.skills:
        if skill["uri"].startswith(ESCO):
            concept = _concept(row, "relatedESCOSkill", skill["uri"])
            _texts(concept, "skos:prefLabel", skill.get("label") or {})


def _note(parent, one: Offered, code_list: str, codes: tuple[Code, ...]) -> None:
    """Our own codes in words, where the vocabulary has one word for several of ours, or none."""
    if not codes:
        return
    note = ET.SubElement(parent, "additionalNote")
    lists = f"{one.address.partition('/offerings/')[0]}/api/v1/code-lists/"
    subject = _concept(note, "dc:subject", f"{lists}#{code_list}")
    _text(subject, "skos:notation", " ".join(code.code for code in codes))
    labels = {name: [code.label[name] for code in codes if code.label.get(name)] for name in LANGUAGES}
    if not any(labels.values()):
        labels = {"en": [code.code for code in codes]}
    _texts(note, "noteLiteral", {name: ", ".join(words) for name, words in labels.items()})


def _organisation(parent, house: House) -> None:
    row = ET.SubElement(parent, "organisation", {"id": _agent(house)})
    _texts(row, "legalName", house.name)
    _identifier(row, house.oppilaitosnumero)
    _homepage(row, f"https://www.{house.domain}/")
    ET.SubElement(row, "location", {"idref": _place(house)})


def _location(parent, house: House) -> None:
    row = ET.SubElement(parent, "location", {"id": _place(house)})
    address = ET.SubElement(row, "address")
    note = ET.SubElement(address, "fullAddress")
    _text(note, "noteLiteral", house.city, language="fi")
    _concept(address, "countryCode", house.country.uri if house.country and house.country.uri else FINLAND)


def _identifier(parent, said: str) -> None:
    _text(ET.SubElement(parent, "identifier"), "skos:notation", said)


def _homepage(parent, address: str) -> None:
    _text(ET.SubElement(parent, "homepage"), "contentUrl", address)


def _period(parent, run: Run) -> None:
    row = ET.SubElement(parent, "temporal")
    _text(row, "startDate", _moment(run.starts_on, time.min))
    _text(row, "endDate", _moment(run.ends_on, time(23, 59, 59)))


def _price(parent, price) -> None:
    if price is None:
        return
    amount = ET.SubElement(ET.SubElement(parent, "priceDetail"), "amount")
    _concept(amount, "unit", EURO)
    _text(amount, "value", f"{price:.2f}")


def _texts(parent, name: str, texts: dict) -> None:
    for language in LANGUAGES:
        if texts.get(language):
            _text(parent, name, texts[language], language=language)


def _text(parent, name: str, text: str, *, language: str = "") -> None:
    ET.SubElement(parent, name, {"language": language} if language else {}).text = text


def _concept(parent, name: str, uri: str):
    return ET.SubElement(parent, name, {"uri": uri})


def _uris(codes) -> list[str]:
    """Each address once: several codes of ours may share the nearest one."""
    return list(dict.fromkeys(code.uri for code in codes if code.uri))


def _agent(house: House) -> str:
    return f"urn:oppilaitosnumero:{house.oppilaitosnumero}"


def _place(house: House) -> str:
    return f"urn:oppilaitosnumero:{house.oppilaitosnumero}:location"


def _moment(day: date, at: time) -> str:
    return datetime.combine(day, at).isoformat()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
