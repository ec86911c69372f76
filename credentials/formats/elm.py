"""One award as a European Digital Credential: European Learning Model 3 in JSON-LD, all languages in one.

Source: https://github.com/european-commission-empl/European-Learning-Model (profile EDC, "generic").
"""

import base64
from collections.abc import Mapping, Sequence

from credentials.facts import Award, Body, Coded, Incomplete
from credentials.formats import elm_lists as lists
from credentials.formats import narrative
from credentials.formats.completeness import refuse_badge, refuse_incomplete
from credentials.formats.elm_claim import achievement
from credentials.formats.elm_nodes import LANGUAGES, Node, Nodes, day, present, said, web
from credentials.formats.encoding import encode
from credentials.formats.wording import HEADINGS
from credentials.proofs.moments import stamp

__all__ = ["CONTEXTS", "Pictures", "document", "encode"]

CONTEXTS = ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"]
SCHEMA = {"id": "http://data.europa.eu/snb/model/ap/edc-generic-full", "type": "ShaclValidator2017"}
FILES = {b"\x89PNG\r\n\x1a\n": lists.PNG, b"\xff\xd8\xff": lists.JPEG}

Pictures = Mapping[str, Sequence[bytes]]
"""The pages of the certificate by language, each a PNG or JPEG picture."""


def document(award: Award, *, pictures: Pictures, holder: str | None = None) -> Node:
    """The unsealed European Digital Credential for one award.

    `holder` is the organisation identifier in the seal's certificate, "NTRFI-1234567-8": the credential says
    that its issuer sealed it. Without one it is a draft, which the profile and `jades` refuse.
    The model's fields hold what they can; the rest of Annex I of 2022/C 243/02 stands in notes with headings.
    Credits are ECTS; moments are UTC. The same award and pictures give the same document.
    Raises Incomplete, naming the missing fact; so may be a country's address or the pictures in a language.
    Raises NotForBadges: here everything is a qualification.
    """
    refuse_badge(award)
    refuse_incomplete(award)
    nodes = Nodes(award)
    bodies = {body.code: _organisation(nodes, award, body, holder=holder) for body in award.awarding_bodies}
    if award.issuer.code not in bodies:
        raise Incomplete("awarding_bodies")
    issuer, houses = bodies[award.issuer.code], dict(bodies)
    for part in award.parts:
        if part.issuer.code not in houses:
            houses[part.issuer.code] = _organisation(nodes, award, part.issuer, holder=None)
    statement = _statement(nodes, award, issuer)
    credential: Node = {
        "@context": list(CONTEXTS),
        "id": f"urn:credential:{award.credential_id}",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": nodes.concept(lists.GENERIC, lists.PROFILE),
        "credentialSchema": dict(SCHEMA),
        "issuer": issuer,
    }
    credential |= {name: stamp(award.issued_at) for name in ("validFrom", "issued", "issuanceDate")}
    if award.valid_until:
        credential |= {name: stamp(award.valid_until) for name in ("validUntil", "expirationDate")}
    return credential | {
        "credentialStatus": _status(award),
        "displayParameter": _display(nodes, award, pictures),
        "evidence": _evidence(nodes, award, issuer, statement),
        "credentialSubject": _learner(nodes, award)
        | {
            "hasClaim": achievement(
                nodes, award, bodies=list(bodies.values()), statement=statement, houses=houses
            )
        },
    }


def _status(award: Award) -> Node:
    """Address of the list and place in it. The profile takes a value here; as the context has it, it would be
    a node."""
    return {"type": "xsd:anyURI", "@value": f"{award.status.list_url}#{award.status.index}"}


def _organisation(nodes: Nodes, award: Award, body: Body, *, holder: str | None) -> Node:
    """An awarding body; the issuer is the one whose country and region Annex I asks for, and that seals."""
    is_issuer = body.code == award.issuer.code
    country = nodes.concept(_country(award, body), lists.COUNTRY)
    address = nodes.node("Address", countryCode=country, fullAddress=_city(nodes, award, body))
    region = award.region if is_issuer else None
    organisation = nodes.node(
        "Organisation",
        legalName=said(body.name) or {award.language: body.code},
        identifier=present(
            nodes.identifier(body.oppilaitosnumero, "oppilaitosnumero"),
            nodes.identifier(body.code, "registry"),
        ),
        homepage=web(nodes, body.url),
        location=nodes.node(
            "Location", address=address, geographicName=nodes.label(region) if region else None
        ),
    )
    if is_issuer and holder:
        organisation["eIDASIdentifier"] = nodes.node("LegalIdentifier", notation=holder, spatial=country)
    return organisation | ({"id": body.did} if body.did else {})


def _country(award: Award, body: Body) -> Coded:
    if body.code == award.issuer.code or body.country == award.country.code:
        if not award.country.uri:
            raise Incomplete("country")
        return award.country
    if body.country not in lists.COUNTRIES:
        raise Incomplete(f"awarding_bodies.{body.code}.country")
    return lists.COUNTRIES[body.country]


def _city(nodes: Nodes, award: Award, body: Body) -> Node | None:
    return nodes.note({award.language: body.city}) if body.city else None


def _statement(nodes: Nodes, award: Award, issuer: Node) -> Node:
    """The published quality statement: an accreditation of the programme by the institution's own review."""
    quality = award.quality
    return nodes.node(
        "Accreditation",
        title={language: f"{HEADINGS['quality'][language]}: {quality.review_id}" for language in LANGUAGES},
        description={language: narrative.review(quality, language) for language in LANGUAGES},
        identifier=present(
            nodes.identifier(quality.review_id, "review"),
            nodes.identifier(quality.criteria_set, "criteria set"),
        ),
        dcType=nodes.concept(lists.PROGRAMME_QUALITY, lists.ACCREDITATION),
        accreditingAgent=issuer,
        dateIssued=day(quality.decided_on),
        expiryDate=day(quality.approved_until),
        reviewDate=day(quality.check_due_on),
        status=quality.standing,
    )


def _evidence(nodes: Nodes, award: Award, issuer: Node, statement: Node) -> Node:
    return nodes.node(
        "Evidence",
        dcType=nodes.concept(lists.ACCREDITED, lists.EVIDENCE),
        evidenceStatement=narrative.review(award.quality, award.language),
        evidenceTarget=issuer,
        accreditation=statement,
    )


def _display(nodes: Nodes, award: Award, pictures: Pictures) -> Node:
    """How a viewer shows the credential: the certificate as pictures, page by page in each language."""
    if odd := set(pictures) - set(LANGUAGES):
        raise ValueError(f"pictures in a language that documents do not speak: {', '.join(sorted(odd))}")
    if not pictures.get(award.language):
        raise Incomplete(f"pictures.{award.language}")
    shown = [language for language in LANGUAGES if pictures.get(language)]
    return nodes.node(
        "DisplayParameter",
        title=said(award.title),
        description=said(award.summary),
        primaryLanguage=nodes.concept(lists.SPOKEN[award.language], lists.LANGUAGE),
        language=nodes.concepts((lists.SPOKEN[language] for language in shown), lists.LANGUAGE),
        individualDisplay=[_shown(nodes, language, pictures[language]) for language in shown],
    )


def _shown(nodes: Nodes, language: str, pages: Sequence[bytes]) -> Node:
    return nodes.node(
        "IndividualDisplay",
        language=nodes.concept(lists.SPOKEN[language], lists.LANGUAGE),
        displayDetail=[
            nodes.node("DisplayDetail", page=number, image=_picture(nodes, page))
            for number, page in enumerate(pages, start=1)
        ],
    )


def _picture(nodes: Nodes, picture: bytes) -> Node:
    kind = next((kind for start, kind in FILES.items() if picture.startswith(start)), None)
    if kind is None:
        raise ValueError("a picture of the certificate is neither PNG nor JPEG")
    return nodes.node(
        "MediaObject",
        content=base64.b64encode(picture).decode("ascii"),
        contentEncoding=nodes.concept(lists.BASE64, lists.ENCODING),
        contentType=nodes.concept(kind, lists.FILE_TYPE),
    )


def _learner(nodes: Nodes, award: Award) -> Node:
    """The name, and the learner OID or else the birth date: no more than identifies the person."""
    learner = award.learner
    person = nodes.node(
        "Person",
        fullName={award.language: f"{learner.given_names} {learner.family_name}"},
        givenName={award.language: learner.given_names},
        familyName={award.language: learner.family_name},
        identifier=nodes.identifier(learner.oid, "oppijanumero"),
        dateOfBirth=None if learner.oid else day(learner.birth_date),
    )
    return person | {"id": learner.id}
