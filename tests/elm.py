"""Reads the elements of Annex I out of a European Digital Credential, and judges it by the EU's own shapes.

Shares nothing with the code that writes.
"""

import json
import logging
from functools import cache
from pathlib import Path

import pyshacl
import rdflib
from pyld import jsonld
from rdflib.namespace import RDF, SH, SKOS


def elements(credential: dict) -> dict[str, object]:
    """Every element by its number in domain terms, M1 to M11 and O1 to O5, with all languages."""
    person, issuer = credential["credentialSubject"], credential["issuer"]
    claim = person["hasClaim"]
    spec, proof = claim["specifiedBy"], claim["provenBy"]
    how = proof["specifiedBy"]
    return {
        "M1 learner": (
            _only(person["givenName"]),
            _only(person["familyName"]),
            [one["notation"] for one in _many(person.get("identifier"))],
            person.get("dateOfBirth"),
        ),
        "M2 title": claim["title"],
        "M3 country": (_uri(_address(issuer)), issuer["location"].get("geographicName")),
        "M4 bodies": [one["legalName"] for one in _many(claim["awardedBy"]["awardingBody"])],
        "M5 issued": (credential["issued"], claim["awardedBy"]["awardingDate"]),
        "M6 outcomes": [
            (
                one["additionalNote"]["subject"]["notation"],
                one["title"],
                [_uri(skill) for skill in _many(one.get("relatedESCOSkill"))],
                [_only(skill["prefLabel"]) for skill in _many(one.get("relatedSkill"))],
            )
            for one in _many(spec["learningOutcome"])
        ],
        "M7 workload": (claim["creditReceived"]["point"], spec["volumeOfLearning"]),
        "M8 level": (
            _uri(spec["eqfLevel"]),
            _uri(spec["nqfLevel"]),
            [one["notation"] for one in _many(spec.get("educationLevel"))],
        ),
        "M9 assessment": (
            [_uri(part["dcType"]) for part in _many(how.get("hasPart", how))],
            how["description"],
            _without_heading(how["additionalNote"]),
        ),
        "M10 participation": [_uri(mode) for mode in _many(spec["mode"])],
        "M11 quality": (
            subjects(spec, "http://data.europa.eu/snb/accreditation/"),
            [one["notation"] for one in spec["accreditation"]["identifier"]],
            [
                spec["accreditation"].get(name)
                for name in ("dateIssued", "expiryDate", "reviewDate", "status")
            ],
        ),
        "O1 prerequisites": (spec.get("entryRequirement") or {}).get("noteLiteral"),
        "O2 identity": [_uri(one) for one in _many(proof.get("idVerification"))],
        "O3 grade": (
            proof["grade"].get("subject", {}).get("notation"),
            how["gradingScheme"]["identifier"]["notation"],
        ),
        "O4 stacking": [one["title"] for one in _many(spec.get("isPartOf"))],
        "O5 further": {
            "url": (spec.get("homepage") or {}).get("contentURL"),
            "field": [_uri(one) for one in _many(spec.get("thematicArea"))],
            "goals": subjects(spec, "http://metadata.un.org/sdg/"),
            "languages": [_uri(one) for one in _many(spec["language"])],
            "assessment languages": [_uri(one) for one in _many(how.get("language"))],
        },
        "status": credential["credentialStatus"]["@value"],
        "valid": (credential["validFrom"], credential.get("validUntil")),
    }


def notes(credential: dict, language: str) -> str:
    """All notes on the micro-credential, one below the other."""
    found = _many(credential["credentialSubject"]["hasClaim"]["specifiedBy"]["additionalNote"])
    return "\n".join(note["noteLiteral"].get(language, "") for note in found)


def subjects(spec: dict, prefix: str) -> list[str]:
    """The concepts that notes are about, of one list."""
    named = [note.get("subject", {}).get("id", "") for note in _many(spec["additionalNote"])]
    return [one for one in named if one.startswith(prefix)]


def problems(credentials: list[dict], reference: Path) -> set[tuple[int, str]]:
    """What the shapes of the EU (structure and code lists) find in each credential: number, path or message.

    One graph for all, in which the nodes of each have names of their own: the shapes are read once.
    """
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # an ill-typed value is in the report
    graph = rdflib.Graph()
    for number, credential in enumerate(credentials):
        alone = rdflib.Graph().parse(data=_quads(credential, reference), format="nt")
        shared = set(alone.subjects(RDF.type, SKOS.ConceptScheme))
        names = {one: rdflib.URIRef(f"own:{number}:{one}") for one in set(alone.subjects()) - shared}
        for triple in alone:
            graph.add(tuple(names.get(term, term) for term in triple))
    _, report, _ = pyshacl.validate(graph, shacl_graph=_shapes(reference), do_owl_imports=False)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode))
        if focus.startswith("own:") and report.value(result, SH.resultSeverity) == SH.Violation:
            path = report.value(result, SH.resultPath)
            found.add((int(focus.split(":")[1]), str(path).rpartition("/")[2].rpartition("#")[2]))
    return found


def _quads(credential: dict, reference: Path) -> str:
    """A member that no context defines is not in the graph, and no shape sees it: it is refused here."""
    options = {"documentLoader": _loader(reference), "format": "application/n-quads", "base": "urn:base"}
    lost: list[str] = []
    expanded = jsonld.JsonLdProcessor(on_property_dropped=lost.append).expand(credential, options)
    assert lost == []
    return jsonld.to_rdf(expanded, options)


@cache
def _shapes(reference: Path) -> rdflib.Graph:
    shapes = rdflib.Graph()
    for name in ("EDC-generic-no-cv", "EDC-generic-full"):
        shapes.parse(reference / "elm-edc" / "shacl" / f"{name}.ttl", format="turtle")
    return shapes


@cache
def _loader(reference: Path):
    folder = reference / "contexts"
    index = json.loads((folder / "contexts.json").read_text("utf-8"))
    known = {url: json.loads((folder / entry["file"]).read_text("utf-8")) for url, entry in index.items()}
    return lambda url, _options: {"contextUrl": None, "documentUrl": url, "document": known[url]}


def _address(organisation: dict) -> dict:
    return organisation["location"]["address"]["countryCode"]


def _uri(concept: dict) -> str:
    return concept.get("notation") or concept["id"]


def _only(texts: dict[str, str]) -> str:
    (text,) = set(texts.values())
    return text


def _without_heading(note: dict) -> dict[str, str]:
    return {language: text.partition(": ")[2] for language, text in note["noteLiteral"].items()}


def _many(value) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
