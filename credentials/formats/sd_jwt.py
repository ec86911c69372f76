"""One award as the claims of an SD-JWT VC, of which a learner shows some in a wallet.

Where wallets have a plain claim for a fact it stands twice: in the words of the award's language under the
wallet's name, and whole, with codes, EU addresses and every language, as `facts.to_json` writes it.
Sources: draft-ietf-oauth-sd-jwt-vc; the micro-credential of the EU wallet's reference issuer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from credentials import facts
from credentials.facts import Award, Incomplete
from credentials.formats import narrative
from credentials.formats.alignments import body_name, filled
from credentials.formats.completeness import refuse_incomplete
from credentials.formats.narrative import HELSINKI, label, text
from credentials.proofs.moments import stamp

ALWAYS_SEEN = {"iss", "vct", "jti", "iat", "nbf", "exp", "cnf", "status"}
MAX_SECONDS = 253_402_300_799  # the last second of the year 9999

# The whole facts: concept → fields of Award. A concept of one field is its value, another an object.
WHOLE: dict[str, tuple[str, ...]] = {
    "achievement": ("achievement_url", "offering_code", "version_number", "title", "summary", "language"),
    "issuer": ("issuer",),
    "awarding_bodies": ("awarding_bodies",),
    "place": ("country", "region"),
    "completed_on": ("completed_on",),
    "outcome_details": ("outcomes",),
    "workload": ("ects", "workload_hours"),
    "levels": ("eqf_level", "nqf_level", "ehea_cycle", "competence_level", "competence_meaning"),
    "assessment": (
        "assessment_types",
        "assessment_description",
        "assessment_criteria",
        "grading_scale",
        "grading_key",
    ),
    "grade_details": ("grade",),
    "participation": ("participation_modes", "locations"),
    "languages": ("teaching_languages", "assessment_languages"),
    "quality_assurance": ("quality_assurance_types", "quality_assurance", "quality"),
    "prerequisite_details": ("prerequisites",),
    "identity_verification": ("identity_verification",),
    "stackability": ("stackability", "stackability_towards", "pathways"),
    "field_of_education": ("isced_f",),
    "sdgs": ("sdgs",),
    "further_information": ("url",),
    "target_group": ("target_group",),
    "badge": ("badge",),
    "acquired_by": ("acquired_by",),
    "composite": ("composite",),
    "parts": ("parts",),
}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How one kind of wallet names the claims: concept → claim name; `seen` are never left out."""

    vct: str
    names: Mapping[str, str]
    seen: frozenset[str]


EU_WALLET = Profile(
    vct="urn:eu.europa.ec.eudi:learning:credential:1",
    names={
        "family_name": "family_name",
        "given_names": "given_name",
        "birth_date": "birthdate",
        "identification": "learner_identification",
        "authority": "issuing_authority",
        "country": "issuing_country",
        "issued_on": "date_of_issuance",
        "valid_until": "date_of_expiry",
        "title": "achievement_title",
        "summary": "achievement_description",
        "outcomes": "learning_outcomes",
        "outcome_details": "learning_outcome_details",
        "grade": "assessment_grade",
        "grade_details": "assessment_grade_details",
        "teaching_languages": "language_of_classes",
        "study_time": "expected_study_time",
        "level": "level_of_learning_experience",
        "quality_types": "types_of_quality_assurance",
        "prerequisites": "prerequisites_to_enroll",
        "prerequisite_details": "prerequisites_to_enroll_details",
        "stacks": "integration_stackability_options",
        "completed_on": "date_of_completion",
    },
    seen=frozenset(
        {
            "authority",
            "country",
            "issued_on",
            "valid_until",
            "title",
            "summary",
            "teaching_languages",
            "achievement",
            "issuer",
            "badge",
            "acquired_by",
            "composite",
        }
    ),
)
"""As the EU wallet's reference issuer names them; what it has no name for keeps the name of the concept."""

PROFILES = {EU_WALLET.vct: EU_WALLET}


class BadClaims(ValueError):
    """Claims that no credential can be read from; the text says which."""


def document(
    award: Award,
    *,
    profile: Profile = EU_WALLET,
    holder: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """The claims, all of them open; `hidden` says which ones the learner may leave out.

    `holder` is the public JWK of the learner's wallet. `expires_at` ends this copy, where a wallet wants an
    end though the credential has none. The same award gives the same claims. Raises Incomplete.
    """
    refuse_incomplete(award)
    ends = min((end for end in (award.valid_until, expires_at) if end), default=None)
    registered = {
        "iss": award.issuer.did,
        "vct": profile.vct,
        "jti": f"urn:uuid:{award.credential_id}",
        "iat": int(award.issued_at.timestamp()),
        "nbf": int(award.issued_at.timestamp()),
        "exp": int(ends.timestamp()) if ends else None,
        "cnf": {"jwk": dict(holder)} if holder else None,
        "status": {"status_list": {"idx": award.status.index, "uri": award.status.list_url}},
        "sub": award.learner.id,
    }
    concepts = _learner(award) | _plain(award) | _whole(award)
    return filled(registered) | {
        _name(profile, concept): value for concept, value in filled(concepts).items()
    }


def hidden(claims: Mapping[str, Any], *, profile: Profile = EU_WALLET) -> set[str]:
    """The claims that the learner may leave out: everything personal and every element of Annex I beyond what
    the profile lets everybody see."""
    seen = {_name(profile, concept) for concept in profile.seen} | ALWAYS_SEEN
    return set(claims) - seen


def credential(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the claims say, in the members of a Verifiable Credential, for those who check one.

    What is hidden, or has another name than in our profiles, is not there. Raises BadClaims.
    """
    for name in ("iss", "vct"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise BadClaims(f"no {name}")
    profile = PROFILES.get(claims["vct"], EU_WALLET)
    said = {concept: claims.get(_name(profile, concept)) for concept in ("authority", "title", "achievement")}
    achievement = said["achievement"] if isinstance(said["achievement"], dict) else {}
    parts = [claims.get(_name(profile, concept)) for concept in ("given_names", "family_name")]
    person = " ".join(part for part in parts if isinstance(part, str))
    return filled(
        {
            "id": claims.get("jti"),
            "type": ["VerifiableCredential"],
            "issuer": filled({"id": claims.get("iss"), "name": said["authority"]}),
            "name": said["title"],
            "validFrom": _moment(claims, "nbf" if "nbf" in claims else "iat"),
            "validUntil": _moment(claims, "exp"),
            "credentialSubject": {
                "identifier": [{"identityType": "name", "identityHash": person}] if person else [],
                "achievement": {
                    "humanCode": achievement.get("offering_code"),
                    "version": achievement.get("version_number"),
                },
            },
            "credentialStatus": _status(claims),
        }
    )


def _name(profile: Profile, concept: str) -> str:
    return profile.names.get(concept, concept)


def _learner(award: Award) -> dict[str, Any]:
    """The name, and the learner OID or else the birth date: no more than identifies the person."""
    learner = award.learner
    born = learner.birth_date.isoformat() if learner.birth_date and not learner.oid else None
    return {
        "family_name": learner.family_name,
        "given_names": learner.given_names,
        "birth_date": born,
        "identification": learner.oid or learner.id,
    }


def _plain(award: Award) -> dict[str, Any]:
    """What wallets show without knowing our code lists: words in the award's language."""
    language = award.language
    if award.eqf_level and not award.eqf_level.code.isdigit():
        raise Incomplete("eqf_level")
    prerequisites = text(award.prerequisites, language)
    return {
        "authority": body_name(award.issuer, language),
        "country": award.issuer.country,
        "issued_on": _day(award.issued_at),
        "valid_until": _day(award.valid_until) if award.valid_until else None,
        "title": narrative.title(award, language),
        "summary": text(award.summary, language),
        "outcomes": [text(outcome.text, language) for outcome in award.outcomes],
        "grade": label(award.grade, language) if award.grade else None,
        "teaching_languages": [one.code for one in award.teaching_languages],
        "study_time": narrative.size(award, language),
        "level": int(award.eqf_level.code) if award.eqf_level else None,
        "quality_types": [label(one, language) for one in award.quality_assurance_types],
        "prerequisites": [prerequisites] if prerequisites else None,
        "stacks": award.stackability.code != "stand_alone" if award.stackability else None,
    }


def _whole(award: Award) -> dict[str, Any]:
    written = facts.to_json(award)
    groups: dict[str, Any] = {}
    for concept, names in WHOLE.items():
        found = {name: written[name] for name in names if name in written}
        groups[concept] = found.get(names[0]) if len(names) == 1 else found
    return {concept: value for concept, value in groups.items() if value}


def _day(moment: datetime) -> str:
    return moment.astimezone(HELSINKI).date().isoformat()


def _moment(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_SECONDS:
        raise BadClaims(f"{name} is no moment")
    return stamp(datetime.fromtimestamp(value, UTC))


def _status(claims: Mapping[str, Any]) -> dict[str, Any] | None:
    """The place in a status list, in the words of the Bitstring Status List."""
    status = claims.get("status")
    entry = status.get("status_list") if isinstance(status, dict) else None
    if "status" not in claims:
        return None
    entry = entry if isinstance(entry, dict) else {}
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(entry.get("idx")),
        "statusListCredential": entry.get("uri"),
    }
