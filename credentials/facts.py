"""What a document about one credential has to know: plain frozen values, no database, no framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

Texts = Mapping[str, str]
"""One text by language: {"fi": "…", "sv": "…", "en": "…"}; an absent or empty one is not there."""


class Incomplete(ValueError):
    """A fact that the document must carry is missing; `fact` is its field in `Award`."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"missing: {fact}")
        self.fact = fact


@dataclass(frozen=True, kw_only=True)
class Coded:
    """One value of a code list; `uri` is its address in the EU vocabulary, when it has one."""

    code: str
    label: Texts
    uri: str | None = None


@dataclass(frozen=True, kw_only=True)
class Body:
    """An awarding institution. `country` is ISO 3166-1 alpha-2; only the issuer must have a DID."""

    code: str
    name: Texts
    did: str | None = None
    url: str | None = None
    country: str = "FI"
    city: str | None = None
    oppilaitosnumero: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """The learner; `id` is a urn:uuid that means nothing outside. One of `birth_date` and `oid` is needed."""

    id: str
    given_names: str
    family_name: str
    birth_date: date | None = None
    oid: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One learning outcome; `kind` is knowledge, skill or competence."""

    kind: Coded
    text: Texts
    skills: tuple[Coded, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """A larger whole that the micro-credential counts towards."""

    code: str
    name: Texts


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The published quality statement the credential was issued on, and how it stood on that day.

    `standing`: in_force, check_late; lapsed or suspended (for a learner who had begun before).
    """

    review_id: str
    criteria_set: str
    decided_on: date
    approved_until: date | None = None
    check_due_on: date | None = None
    standing: str = "in_force"


@dataclass(frozen=True, kw_only=True)
class StatusEntry:
    """The credential's place in a Bitstring Status List."""

    list_url: str
    index: int


@dataclass(frozen=True, kw_only=True)
class Award:
    """One micro-credential awarded to one learner, with every element of Annex I of 2022/C 243/02.

    Moments are aware, `ects` is in ECTS credits, `workload_hours` in whole hours.
    `language` is the one that the document speaks first: "fi", "sv" or "en".
    `achievement_url` is the permanent address of the offering version, `url` further information about it.
    `issuer` is the lead institution; it is among `awarding_bodies`. Code lists travel as `Coded`, with the EU
    address where there is one; `isced_f`, levels, languages and goals are codes of the EU and UN lists.
    """

    credential_id: UUID
    language: str
    issued_at: datetime
    completed_on: date
    learner: Person
    issuer: Body
    awarding_bodies: tuple[Body, ...]
    country: Coded
    offering_code: str
    version_number: int
    achievement_url: str
    title: Texts
    summary: Texts
    outcomes: tuple[Outcome, ...]
    ects: Decimal
    workload_hours: int
    eqf_level: Coded
    nqf_level: Coded
    assessment_types: tuple[Coded, ...]
    assessment_description: Texts
    assessment_criteria: Texts
    grading_scale: Coded
    participation_modes: tuple[Coded, ...]
    teaching_languages: tuple[Coded, ...]
    quality_assurance_types: tuple[Coded, ...]
    quality_assurance: Texts
    quality: Quality
    status: StatusEntry
    valid_until: datetime | None = None
    region: Coded | None = None
    ehea_cycle: Coded | None = None
    competence_level: Coded | None = None
    identity_verification: Coded | None = None
    grade: Coded | None = None
    locations: tuple[str, ...] = ()
    assessment_languages: tuple[Coded, ...] = ()
    prerequisites: Texts | None = None
    stackability: Coded | None = None
    stackability_towards: Texts | None = None
    pathways: tuple[Pathway, ...] = ()
    isced_f: Coded | None = None
    sdgs: tuple[Coded, ...] = ()
    url: str | None = None
    target_group: Texts | None = None
