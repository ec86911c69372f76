"""One award as an Open Badges 3.0 credential.

Source: https://www.imsglobal.org/spec/ob/v3p0/, in its strict form: what may be many is an array.
"""

import base64
from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

import orjson

from credentials.facts import Award, Coded, Part, Person
from credentials.formats import narrative
from credentials.formats.alignments import alignments, body_name, filled, number, part
from credentials.formats.completeness import refuse_incomplete
from credentials.formats.encoding import encode as encode_all
from credentials.formats.encoding import encode_canonical
from credentials.proofs.moments import stamp
from credentials.proofs.plain import Shared

__all__ = ["CONTEXTS", "Common", "document", "encode"]

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
# A badge is another achievement than the micro-credential, with an address of its own.
TYPES = {None: "MicroCredential", "competence_badge": "Competency", "participation_badge": "Badge"}
WHOLE = "LearningProgram"  # of a pathway
SCALES: dict[str, dict[str, Any]] = {
    "0-5": {"resultType": "GradePointAverage", "requiredValue": "1", "valueMin": "0", "valueMax": "5"},
    "pass_fail": {"resultType": "Result", "requiredValue": "HYV", "allowedValue": ["HYL", "HYV"]},
}
# What differs from learner to learner: no word of it stands in the issuer or the achievement.
OWN = ("credential_id", "issued_at", "valid_until", "completed_on", "learner", "grade", "status", "parts")
ELSE = attrgetter(*(field.name for field in fields(Award) if field.name not in OWN))


class Common:
    """What the documents of a batch have in common, issuer and achievement: made once."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str, str | None], tuple[Any, Shared, Shared]] = {}

    def of(self, award: Award) -> tuple[Shared, Shared]:
        key, facts = (award.achievement_url, award.language, award.badge), ELSE(award)
        kept = self.made.get(key)
        if kept is None or kept[0] != facts:
            kept = self.made[key] = (facts, Shared(_issuer(award)), Shared(_achievement(award)))
        return kept[1:]


def encode(document: dict[str, Any]) -> bytes:
    """As every document is encoded; an achievement that stands in many is written once."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if not isinstance(subject, dict) or not isinstance(achievement, Shared):
        return encode_all(document)
    if achievement.encoded is None:
        achievement.encoded = encode_all(achievement)
    written = orjson.Fragment(achievement.encoded)
    return encode_canonical(document | {"credentialSubject": subject | {"achievement": written}})


def document(award: Award, *, common: Common | None = None) -> dict[str, Any]:
    """The unsigned Open Badges 3.0 credential for one award.

    Shape: AchievementCredential with achievementType MicroCredential, for a badge Competency or Badge, under
    its other name OpenBadgeCredential, which strict verifiers expect. Each element of Annex I of 2022/C
    243/02 is an alignment or a member of its own, and stands in the narrative. Credits are ECTS; moments
    are UTC, to the second. The same award gives the same document, sooner with what a batch has in `common`.
    Raises Incomplete, naming the missing fact.
    """
    refuse_incomplete(award)
    title = narrative.title(award, award.language)
    issuer, achievement = common.of(award) if common else (_issuer(award), _achievement(award))
    credential: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"urn:uuid:{award.credential_id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "issuer": issuer,
        "validFrom": stamp(award.issued_at),
        "awardedDate": stamp(award.issued_at),
    }
    if award.valid_until:
        credential["validUntil"] = stamp(award.valid_until)
    credential["credentialSubject"] = _subject(award) | {"achievement": achievement}
    credential["credentialStatus"] = {
        "id": f"{award.status.list_url}#{award.status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(award.status.index),
        "statusListCredential": award.status.list_url,
    }
    if award.parts:
        credential["relatedResource"] = [_related(one) for one in award.parts]
    return credential


def _related(one: Part) -> dict[str, Any]:
    """A part of a composite credential by its id and the hash of its signed file."""
    digest = base64.b64encode(bytes.fromhex(one.sha256)).decode("ascii")
    return {"id": f"urn:uuid:{one.credential_id}", "digestSRI": f"sha256-{digest}"}


def _issuer(award: Award) -> dict[str, Any]:
    issuer, language = award.issuer, award.language
    address = {
        "type": ["Address"],
        "addressCountry": narrative.label(award.country, language),
        "addressCountryCode": award.country.code,
        "addressRegion": narrative.label(award.region, language) if award.region else None,
        "addressLocality": issuer.city,
    }
    code = issuer.oppilaitosnumero
    return filled(
        {
            "id": issuer.did,
            "type": ["Profile"],
            "name": body_name(issuer, language),
            "url": issuer.url,
            "address": filled(address),
            "otherIdentifier": [_identifier(code, "ext:oppilaitosnumero")] if code else None,
        }
    )


def _subject(award: Award) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": award.learner.id,
        "type": ["AchievementSubject"],
        "identifier": list(_identities(award.learner)),
        "activityEndDate": f"{award.completed_on.isoformat()}T00:00:00Z",
        "creditsEarned": number(award.ects) if award.ects else None,
        "narrative": narrative.achieved(award),
    }
    subject = filled(subject)
    if award.grade:
        grade = {"resultDescription": part(award, "grade"), "value": award.grade.code, "status": "Completed"}
        subject["result"] = [{"type": ["Result"]} | grade]
    return subject


def _identities(learner: Person) -> Iterator[dict[str, Any]]:
    """The name, and the learner OID or else the birth date: no more than identifies the person."""
    named = (
        ("name", f"{learner.given_names} {learner.family_name}"),
        ("ext:givenName", learner.given_names),
        ("ext:familyName", learner.family_name),
        ("ext:learnerOid", learner.oid),
        ("ext:dateOfBirth", learner.birth_date.isoformat() if learner.birth_date and not learner.oid else ""),
    )
    for kind, value in named:
        if value:
            yield {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def _achievement(award: Award) -> dict[str, Any]:
    language = award.language
    keywords = sorted(
        {
            narrative.label(skill, language)
            for outcome in award.outcomes
            for skill in outcome.skills
            if not skill.uri
        }
    )
    return filled(
        {
            "id": part(award, award.badge) if award.badge else award.achievement_url,
            "type": ["Achievement"],
            "achievementType": WHOLE if award.composite else TYPES[award.badge],
            "name": narrative.title(award, language),
            "description": narrative.text(award.summary, language),
            "criteria": {"narrative": narrative.criteria(award)},
            "humanCode": award.offering_code,
            "version": str(award.version_number),
            "inLanguage": language,
            "fieldOfStudy": _field_of_study(award.isced_f, language),
            "creditsAvailable": number(award.ects) if award.ects else None,
            "resultDescription": [_scale(award, award.grading_scale)] if award.grading_scale else [],
            "tag": keywords,
            "alignment": list(alignments(award)),
        }
    )


def _scale(award: Award, scale: Coded) -> dict[str, Any]:
    name = narrative.label(scale, award.language)
    result = {"id": part(award, "grade"), "type": ["ResultDescription"], "name": name}
    return result | SCALES.get(scale.code, {"resultType": "Result"})


def _identifier(value: str, kind: str) -> dict[str, str]:
    return {"type": "IdentifierEntry", "identifier": value, "identifierType": kind}


def _field_of_study(field: Coded | None, language: str) -> str:
    return f"ISCED-F {field.code} {narrative.label(field, language)}" if field else ""
