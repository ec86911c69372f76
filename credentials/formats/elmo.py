"""Awards of one learner as EMREX ELMO 1.7, which student registers of other countries read.

A report for each issuer, in it a course for each award with the certificate attached. What ELMO has an
element for stands there, in all languages; the award stands once more, in full, in the instance's extension.
Source: https://github.com/emrex-eu/elmo-schemas/tree/v1, with the rules in its annotations.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from lxml import etree

from credentials.facts import Award, Body, Coded, Incomplete, Part, Person, Texts
from credentials.formats import award_xml, narrative, wording
from credentials.formats.award_xml import LANGUAGES, by_language
from credentials.formats.completeness import credits_of, is_complete, refuse_badge, refuse_incomplete, there
from credentials.proofs.moments import stamp

NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
ESI = "urn:schac:personalUniqueCode:int:esi:FI:"  # European Student Identifier: the learner OID behind it
COUNTRIES = {"AX": "FI"}  # the list of ELMO has no Åland; the extension says it
TWO_LETTERS = re.compile(r"[a-z]{2}")
BLANKS = re.compile(r"[ \t\r\n]+")
OF_THE_LEARNER = {"learner", "title", "completed", "issued", "valid_until", "grade"}

Certificates = Mapping[str, bytes]
"""The certificate of an award as PDF, by its language."""


class OtherLearner(ValueError):
    """The awards are not of one and the same person."""


def document(
    awards: Sequence[Award],
    *,
    certificates: Mapping[UUID, Certificates],
    generated_at: datetime | None = None,
) -> bytes:
    """One unsealed ELMO file of one or several awards of one learner; the same ones give the same bytes.

    `certificates`, by credential id: ELMO wants everything as a readable attachment too. `generated_at` is
    the moment when the newest one was issued, if not given. Raises Incomplete, naming the missing fact, and
    OtherLearner; NotForBadges, since ELMO's registers read every course as one with credits.
    """
    if not awards:
        raise Incomplete("awards")
    for award in awards:
        refuse_badge(award)
        refuse_incomplete(award)
    ordered = sorted(awards, key=lambda award: (award.issuer.code, award.issued_at, award.credential_id))
    newest = max(ordered, key=lambda award: award.issued_at)
    root = etree.Element(_name("elmo"), nsmap={None: NAMESPACE})
    _say(root, "generatedDate", stamp(generated_at or newest.issued_at))
    _learner(root, newest.learner, [award.learner for award in ordered])
    for _, of_issuer in groupby(ordered, key=lambda award: award.issuer.code):
        _report(root, list(of_issuer), certificates)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _learner(root: Any, learner: Person, known_as: Sequence[Person]) -> None:
    """As in the newest award. The birth date too, if known: abroad nobody knows a Finnish learner OID."""
    if not all(_is_same(learner, other) for other in known_as):
        raise OtherLearner("the awards are of several people")
    row = _add(root, "learner")
    if learner.oid:
        _say(row, "identifier", f"{ESI}{learner.oid}", type="esi")
        _say(row, "identifier", learner.oid, type="learnerOid")
    _token(row, "givenNames", learner.given_names)
    _token(row, "familyName", learner.family_name)
    if learner.birth_date:
        _say(row, "bday", learner.birth_date.isoformat())


def _is_same(one: Person, other: Person) -> bool:
    """By the OID where both have one, else by name and birth date; names may change."""
    if one.oid and other.oid:
        return one.oid == other.oid
    return (one.given_names, one.family_name, one.birth_date) == (
        other.given_names, other.family_name, other.birth_date,
    )  # fmt: skip


def _report(root: Any, awards: Sequence[Award], certificates: Mapping[UUID, Certificates]) -> None:
    newest = max(awards, key=lambda award: award.issued_at)
    row = _add(root, "report")
    _issuer(row, newest.issuer)
    for award in awards:
        _course(row, award)
    _say(row, "issueDate", stamp(newest.issued_at))
    scales = {_scale(award).code: award for award in awards}
    for code, award in sorted(scales.items()):
        scheme = _add(row, "gradingScheme", localId=code)
        _texts(scheme, "description", _with_key(award))
    for award in awards:
        _attachment(row, award, certificates.get(award.credential_id))


def _issuer(report: Any, issuer: Body) -> None:
    host = urlsplit(issuer.url or "").hostname
    if not issuer.url or not host:
        raise Incomplete("issuer.url")
    row = _add(report, "issuer")
    _say(row, "country", COUNTRIES.get(issuer.country, issuer.country))
    _say(row, "identifier", host.removeprefix("www."), type="schac")
    if issuer.oppilaitosnumero:
        _say(row, "identifier", issuer.oppilaitosnumero, type="oppilaitosnumero")
    if issuer.did:
        _say(row, "identifier", issuer.did, type="did")
    _titles(row, issuer.name, fact="issuer.name")
    _say(row, "url", issuer.url)


def _course(report: Any, award: Award) -> None:
    row = _add(report, "learningOpportunitySpecification")
    _say(row, "identifier", award.offering_code, type="local")
    _say(row, "identifier", award.achievement_url, type="version")
    _titles(row, award.title, fact="title")
    _say(row, "type", "Module" if award.parts else "Course")
    if award.isced_f:
        _say(row, "iscedCode", award.isced_f.code)
    _say(row, "url", award.url or award.achievement_url)
    for language in LANGUAGES:
        if is_complete(award, language):
            _say(row, "description", _description(award, language), language=language)
    _instance(_add(_add(row, "specifies"), "learningOpportunityInstance"), award)
    for part in award.parts:
        _part(_add(_add(row, "hasPart"), "learningOpportunitySpecification"), part, language=award.language)


def _part(row: Any, part: Part, *, language: str) -> None:
    """A course of a composite credential. Its code is local to its own issuer: no "local" one here."""
    _say(row, "identifier", part.offering_code, type="offering")
    _say(row, "identifier", f"urn:uuid:{part.credential_id}", type="credential")
    _say(row, "identifier", part.sha256, type="sha-256")
    _titles(row, part.title if any(by_language(part.title)) else {language: part.offering_code}, fact="title")
    _say(row, "type", "Course")
    instance = _add(_add(row, "specifies"), "learningOpportunityInstance")
    _say(instance, "date", part.completed_on.isoformat())
    _say(instance, "status", "passed")
    credit = _add(instance, "credit")
    _say(credit, "scheme", "ects")
    _say(credit, "value", f"{part.ects.normalize():f}")


def _instance(row: Any, award: Award) -> None:
    _say(row, "identifier", str(award.credential_id), type="local")
    _say(row, "date", award.completed_on.isoformat())
    _say(row, "status", "passed")
    _say(row, "gradingSchemeLocalId", _scale(award).code)
    if award.grade:
        _say(row, "resultLabel", award.grade.code)
    credit = _add(row, "credit")
    _say(credit, "scheme", "ects")
    _say(credit, "value", f"{credits_of(award).normalize():f}")
    for kind, level in (("EQF", award.eqf_level), ("NQF", award.nqf_level), ("QF-EHEA", award.ehea_cycle)):
        if level:
            _level(row, kind, level)
    languages = [language.code for language in award.teaching_languages]
    if len(languages) == 1 and TWO_LETTERS.fullmatch(languages[0]):  # ELMO wants one, or none
        _say(row, "languageOfInstruction", languages[0])
    _say(row, "engagementHours", str(award.workload_hours))
    _say(_add(row, "attachments"), "ref", _attachment_id(award))
    award_xml.add(_add(row, "extension"), award)


def _level(row: Any, kind: str, level: Coded) -> None:
    """A level of the learning; it is indicative and says so (rule 6)."""
    element = _add(row, "level")
    _say(element, "type", kind)
    said = f"{narrative.label(level, 'en')} ({wording.INDICATIVE['en']})"
    _say(element, "description", said, language="en")
    _say(element, "value", level.code)


def _attachment(report: Any, award: Award, certificates: Certificates | None) -> None:
    if not certificates:
        raise Incomplete("certificate")
    row = _add(report, "attachment")
    _say(row, "identifier", _attachment_id(award), type="internal")
    _titles(row, award.title, fact="title")
    _say(row, "type", "Micro Credential")
    for language, pdf in sorted(certificates.items()):
        content = f"data:application/pdf;base64,{b64encode(pdf).decode('ascii')}"
        _say(row, "content", content, language=language)


def _description(award: Award, language: str) -> str:
    """Everything about the course that is the same for all learners, as plain text."""
    said = narrative.rows(award, language)
    lines = [f"{heading}: {words}" for name, heading, words in said if name not in OF_THE_LEARNER]
    whole = "\n\n".join([narrative.text(award.summary, language), *lines])
    return whole.replace(": \n", ":\n")


def _with_key(award: Award) -> Texts:
    """The grading scale and how it is read."""
    return {
        language: f"{label}. {key}" if (key := narrative.text(award.grading_key, language)) else label
        for language, label in by_language(_scale(award).label)
    }


def _scale(award: Award) -> Coded:
    return there(award.grading_scale, fact="grading_scale")


def _attachment_id(award: Award) -> str:
    return f"certificate-{award.credential_id}"


def _titles(parent: Any, texts: Texts, *, fact: str) -> None:
    if not any(by_language(texts)):
        raise Incomplete(fact)
    for language, text in by_language(texts):
        _token(parent, "title", text, language=language)


def _texts(parent: Any, name: str, texts: Texts) -> None:
    for language, text in by_language(texts):
        _say(parent, name, text, language=language)


def _token(parent: Any, name: str, text: str, *, language: str = "") -> None:
    """A name on one line, as xs:token is read: single spaces."""
    _say(parent, name, BLANKS.sub(" ", text).strip(" "), language=language)


def _say(parent: Any, name: str, words: str, *, language: str = "", **attributes: str) -> None:
    award_xml.say(parent, _name(name), words, language=language, **attributes)


def _add(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _name(name), attributes)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
