"""Reads an ELMO file and checks it against the official schema. Shares nothing with the code that writes."""

from base64 import b64decode
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import xmlschema

NS = {"": "https://github.com/emrex-eu/elmo-schemas/tree/v1"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LOCAL = {
    "http://www.w3.org/2001/03/xml.xsd": "xml.xsd",
    "https://raw.githubusercontent.com/emrex-eu/elmo-schemas/v1/references/xmldsig-core-schema.xsd": (
        "xmldsig-core-schema.xsd"
    ),
    "https://raw.githubusercontent.com/emrex-eu/elmo-schemas/v1/references/EUROPASS_ISOCountries_V1.1.xsd": (
        "EUROPASS_ISOCountries_V1.1.xsd"
    ),
    "https://raw.githubusercontent.com/erasmus-without-paper/ewp-specs-types-address/stable-v1/schema.xsd": (
        "ewp-address.xsd"
    ),
    "https://raw.githubusercontent.com/erasmus-without-paper/ewp-specs-architecture/stable-v1/"
    "common-types.xsd": "ewp-common-types.xsd",
}


@cache
def schema(folder: Path) -> xmlschema.XMLSchema:
    def at_home(address: str) -> str:
        name = LOCAL.get(address)
        return str(folder / "references" / name) if name else address

    return xmlschema.XMLSchema(folder / "schema.xsd", uri_mapper=at_home, allow="local")


def courses(data: bytes) -> list[dict]:
    """Each course with what a reader finds who knows ELMO and not us, in the file's order."""
    root = ElementTree.fromstring(data)
    return [
        _course(root, report, course)
        for report in root.findall("report", NS)
        for course in report.findall("learningOpportunitySpecification", NS)
    ]


def _course(root, report, course) -> dict:
    learner, issuer = root.find("learner", NS), report.find("issuer", NS)
    instance = course.find("specifies/learningOpportunityInstance", NS)
    scheme = instance.findtext("gradingSchemeLocalId", namespaces=NS)
    reference = instance.findtext("attachments/ref", namespaces=NS)
    return {
        "learner": _said(learner, "givenNames", "familyName", "bday") | _identifiers(learner),
        "issuer": _said(issuer, "country", "url") | _identifiers(issuer) | {"title": _texts(issuer, "title")},
        "issued": report.findtext("issueDate", namespaces=NS),
        "course": _said(course, "type", "iscedCode", "url") | _identifiers(course),
        "title": _texts(course, "title"),
        "description": _texts(course, "description"),
        "instance": _identifiers(instance)
        | _said(instance, "date", "status", "resultLabel", "languageOfInstruction", "engagementHours"),
        "scale": _texts(report.find(f"gradingScheme[@localId='{scheme}']", NS), "description"),
        "credits": [_said(one, "scheme", "value") for one in instance.findall("credit", NS)],
        "levels": [_said(one, "type", "value", "description") for one in instance.findall("level", NS)],
        "attachment": _attachment(
            next(
                one
                for one in report.findall("attachment", NS)
                if one.findtext("identifier", namespaces=NS) == reference
            )
        ),
    }


def _attachment(element) -> dict:
    return {
        "type": element.findtext("type", namespaces=NS),
        "content": {
            one.get(LANG): b64decode(one.text.removeprefix("data:application/pdf;base64,"))
            for one in element.findall("content", NS)
        },
    }


def _said(element, *names: str) -> dict:
    found = {name: element.findtext(name, namespaces=NS) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def _identifiers(element) -> dict:
    return {one.get("type"): one.text for one in element.findall("identifier", NS)}


def _texts(element, name: str) -> dict:
    return {one.get(LANG): one.text for one in element.findall(name, NS)}
