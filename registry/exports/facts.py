"""What an export is made of: frozen values; texts are {"fi", "sv", "en"}, codes those of the code lists."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Code:
    """One code with what other vocabularies call it; empty where they have nothing near."""

    code: str
    label: dict
    uri: str
    national: str


@dataclass(frozen=True, slots=True)
class House:
    """An institution."""

    code: str
    oppilaitosnumero: str
    oid: str
    name: dict
    city: str
    country: Code | None
    domain: str


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: str
    text: dict
    skills: tuple[dict, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A realisation."""

    key: str
    starts_on: date
    ends_on: date
    enrol_from: date | None
    enrol_by: date | None
    enrolment_url: str
    places: int | None
    price_eur: Decimal | None
    languages: tuple[Code, ...]
    network: str
    ripa_id: str


@dataclass(frozen=True, slots=True)
class Offered:
    """One version in force with what the exports say of it. `address` names it for ever, `page` shows it."""

    code: str
    number: int
    address: str
    page: str
    house: House
    awarding: tuple[House, ...]
    title: dict
    summary: dict
    target_group: dict
    prerequisites: dict
    assessment: dict
    primary_language: str
    ects: Decimal | None
    hours: int | None
    is_micro_credential: bool
    eqf: Code | None
    isced: Code | None
    okm_field: Code | None
    education_form: Code | None
    modes: tuple[Code, ...]
    times: tuple[Code, ...]
    languages: tuple[Code, ...]
    country: Code | None
    fee_eur: Decimal | None
    fee_rule: Code | None
    free_for: tuple[Code, ...]
    funding: tuple[str, ...]
    parent_courses: tuple[str, ...]
    network: str
    keywords: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    runs: tuple[Run, ...]
    published_at: datetime
    updated_at: datetime
