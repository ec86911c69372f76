"""What a document about one credential has to know: plain frozen values, no database, no framework."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

Texts = Mapping[str, str]
"""One text by language: {"fi": "…", "sv": "…", "en": "…"}; an absent or empty one is not there."""
LANGUAGES = ("fi", "sv", "en")
Reader = Callable[[Any, str], Any]
"""Gives the fact that a JSON value says; takes its place, too, for BadFacts."""
PARSERS: dict[type, Callable[[str], Any]] = {
    UUID: UUID,
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


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
class Part:
    """A credential that a composite one is made of, known by its id and the SHA-256 of its signed file."""

    credential_id: UUID
    sha256: str
    title: Texts
    ects: Decimal
    completed_on: date
    issuer: Body
    offering_code: str
    version_number: int


@dataclass(frozen=True, kw_only=True)
class StatusEntry:
    """The credential's place in a Bitstring Status List."""

    list_url: str
    index: int


@dataclass(frozen=True, kw_only=True)
class Award:
    """One micro-credential awarded to one learner, with every element of Annex I of 2022/C 243/02; or a badge
    for what gave no credits.

    Moments are aware, `ects` is in ECTS credits, `workload_hours` in whole hours.
    `language` is the one that the document speaks first: "fi", "sv" or "en".
    `achievement_url` is the permanent address of the offering version, `url` further information about it.
    `issuer` is the lead institution; it is among `awarding_bodies`. Code lists travel as `Coded`, with the EU
    address where there is one; `isced_f`, levels, languages and goals are codes of the EU and UN lists.
    `grading_key` says how the scale is read, `competence_meaning` what the step of the proposal means.
    `badge` is "competence_badge", which has no credits, or "participation_badge", which besides says nothing
    of outcomes, assessment, level and stacking: who attended was not assessed. `acquired_by` is
    "demonstration" where the competence was there before and was only shown.
    `composite` is "composite" or, for a higher education diploma, "diploma": it was awarded for the pathway
    whose code is `offering_code`, made of `parts`. Its `quality` is that of the part that stands weakest.
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
    outcomes: tuple[Outcome, ...] = ()
    ects: Decimal | None = None
    workload_hours: int
    eqf_level: Coded | None = None
    nqf_level: Coded | None = None
    assessment_types: tuple[Coded, ...] = ()
    assessment_description: Texts | None = None
    assessment_criteria: Texts | None = None
    grading_scale: Coded | None = None
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
    grading_key: Texts | None = None
    competence_meaning: Texts | None = None
    badge: str | None = None
    acquired_by: str | None = None
    composite: str | None = None
    parts: tuple[Part, ...] = ()


# As JSON, to be kept with the credential


class BadFacts(ValueError):
    """What was read is not an award as `to_json` writes it; the message says where."""


def to_json(award: Award, *, common: dict[int, Any] | None = None) -> dict[str, Any]:
    """The award as JSON-ready values, without what has its default. `from_json` gives the same award back.

    Moments are written in UTC, decimals and ids as text. Raises BadFacts on a moment without its zone.
    `common` keeps, for awards of a batch, what was written of the very objects that they share.
    """
    common = {} if common is None else common
    written = {}
    for name, default in _defaults(Award):
        fact = getattr(award, name)
        kept = common.get(id(fact))
        if kept is not None:
            written[name] = kept[1]
        elif fact != default:
            written[name] = _once(fact, common)
    return written


def from_json(data: Mapping[str, Any]) -> Award:
    """The award that `to_json` wrote. Raises BadFacts: an unknown, missing or misshapen member is refused."""
    award: Award = _reader(Award)(data, "award")
    return award


def _once(value: Any, common: dict[int, Any]) -> Any:
    """What many awards hold is written once; the object is kept, so that its id comes to no other."""
    plain = _plain(value)
    if value and isinstance(value, tuple | Mapping | Coded | Body | Quality):  # () is one for all of them
        common[id(value)] = (value, plain)
    return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kind: Any = type(value)
        said = ((name, default, getattr(value, name)) for name, default in _defaults(kind))
        return {name: _plain(fact) for name, default, fact in said if fact != default}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadFacts(f"a moment without its zone: {value}")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


@cache
def _reader(kind: Any) -> Reader:
    """Reads a fact of that kind: a class of this module, a text, a number, a list or texts."""
    if get_origin(kind) is UnionType:  # an absent one is not written, so what is written is there
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is tuple:
        return partial(_list, _reader(get_args(kind)[0]))
    if kind == Texts:
        return _texts
    if is_dataclass(kind):
        return partial(_object, kind)
    return partial(_parsed if kind in PARSERS else _shaped, kind)


def _list(read: Reader, value: Any, place: str) -> tuple[Any, ...]:
    return tuple(read(one, f"{place}.{order}") for order, one in enumerate(_shaped(list, value, place)))


def _object(kind: Any, value: Any, place: str) -> Any:
    members, (readers, needed) = _shaped(dict, value, place), _members(kind)
    if odd := (members.keys() - readers.keys()) | (needed - members.keys()):
        raise BadFacts(f"{place}: unknown or missing: {', '.join(sorted(odd))}")
    return kind(**{name: readers[name](one, f"{place}.{name}") for name, one in members.items()})


@cache
def _members(kind: Any) -> tuple[dict[str, Reader], frozenset[str]]:
    """How each member of a class is read, and those that must be there."""
    kinds = get_type_hints(kind)
    readers = {field.name: _reader(kinds[field.name]) for field in fields(kind)}
    return readers, frozenset(field.name for field in fields(kind) if field.default is MISSING)


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a class, each with what need not be written."""
    return tuple((field.name, field.default) for field in fields(kind))


def _texts(value: Any, place: str) -> dict[str, str]:
    """Always in the same order, whatever a database made of it: fi, sv, en, then others by their name."""
    written = {name: _shaped(str, text, place) for name, text in _shaped(dict, value, place).items()}
    ordered = [*(name for name in LANGUAGES if name in written), *sorted(set(written) - set(LANGUAGES))]
    return {name: written[name] for name in ordered}


def _parsed(kind: Any, value: Any, place: str) -> Any:
    text = _shaped(str, value, place)
    try:
        value = PARSERS[kind](text)
    except (ValueError, ArithmeticError) as fault:
        raise BadFacts(f"{place}: not a {kind.__name__}") from fault
    if _plain(value) != text or (kind is Decimal and not value.is_finite()):
        raise BadFacts(f"{place}: not a {kind.__name__} as it is written here")
    return value


def _shaped(kind: Any, value: Any, place: str) -> Any:
    """The value, which must be of exactly that type: True is no number."""
    if type(value) is not kind:
        raise BadFacts(f"{place}: not a {kind.__name__}")
    return value
