"""The award of a composite credential, put together from the awards of its parts (C-14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from uuid import UUID

from credentials.facts import (
    LANGUAGES,
    Award,
    Body,
    Coded,
    Incomplete,
    Outcome,
    Part,
    Person,
    Quality,
    StatusEntry,
    Texts,
)
from credentials.formats.completeness import credits_of, is_complete, there
from credentials.formats.wording import WHOLE

One = TypeVar("One")
HOURS_OF_A_YEAR, CREDITS_OF_A_YEAR = 1600, 60  # rule 5
WEAKEST_FIRST = ("suspended", "lapsed", "check_late", "in_force")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What a pathway says of the composite credential that is awarded for it. `ects` counts overlaps once."""

    code: str
    name: Texts
    address: str
    kind: str
    ects: Decimal
    counts_towards: Texts | None
    issuer: Body
    country: Coded
    scale: Coded
    accepted: Coded


@dataclass(frozen=True, kw_only=True)
class Source:
    """A part as it was issued: its award and the SHA-256 of its signed file."""

    award: Award
    sha256: str


def award(
    sources: Sequence[Source],
    *,
    whole: Whole,
    learner: Person,
    wished: str,
    credential_id: UUID,
    issued_at: datetime,
    status: StatusEntry,
) -> Award:
    """The award of the whole: its parts, what they say together, and nothing that none of them says.

    The levels are those of the lowest part, and it ends when the first part does. `wished` is the language
    it speaks if it can. Raises Incomplete, naming what no part says, or "language" where no language has it
    all.
    """
    parts = [one.award for one in sources]
    if not parts:
        raise Incomplete("parts")
    made = Award(
        credential_id=credential_id,
        language=wished,
        issued_at=issued_at,
        completed_on=max(one.completed_on for one in parts),
        valid_until=min((one.valid_until for one in parts if one.valid_until), default=None),
        learner=learner,
        issuer=whole.issuer,
        awarding_bodies=(whole.issuer,),
        country=whole.country,
        offering_code=whole.code,
        version_number=1,
        achievement_url=whole.address,
        title=whole.name,
        summary=WHOLE["summary"],
        outcomes=_outcomes(parts),
        ects=whole.ects,
        workload_hours=_hours(whole.ects),
        eqf_level=_lowest(one.eqf_level for one in parts),
        nqf_level=_lowest(one.nqf_level for one in parts),
        assessment_types=_each(one.assessment_types for one in parts),
        assessment_description=WHOLE["assessment_description"],
        assessment_criteria=WHOLE["assessment_criteria"],
        grading_scale=whole.scale,
        grade=whole.accepted,
        participation_modes=_each(one.participation_modes for one in parts),
        locations=tuple(dict.fromkeys(place for one in parts for place in one.locations)),
        teaching_languages=_each(one.teaching_languages for one in parts),
        assessment_languages=_each(one.assessment_languages for one in parts),
        quality_assurance_types=_each(one.quality_assurance_types for one in parts),
        quality_assurance=WHOLE["quality_assurance"],
        quality=_weakest(one.quality for one in parts),
        status=status,
        stackability_towards=whole.counts_towards,
        isced_f=_same([one.isced_f for one in parts]),
        identity_verification=_same([one.identity_verification for one in parts]),
        sdgs=_each(one.sdgs for one in parts),
        composite=whole.kind,
        parts=tuple(_part(one) for one in sources),
    )
    spoken = next((one for one in (wished, *LANGUAGES) if is_complete(made, one)), None)
    return replace(made, language=there(spoken, fact="language"))


def _part(source: Source) -> Part:
    said = source.award
    return Part(
        credential_id=said.credential_id,
        sha256=source.sha256,
        title=said.title,
        ects=credits_of(said),
        completed_on=said.completed_on,
        issuer=replace(said.issuer, city=None, url=None),
        offering_code=said.offering_code,
        version_number=said.version_number,
    )


def _hours(ects: Decimal) -> int:
    hours = ects * HOURS_OF_A_YEAR / CREDITS_OF_A_YEAR
    return int(hours.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _outcomes(parts: Sequence[Award]) -> tuple[Outcome, ...]:
    """Every outcome of every part, one that several have once."""
    found: list[Outcome] = []
    for outcome in (outcome for one in parts for outcome in one.outcomes):
        if outcome not in found:
            found.append(outcome)
    return tuple(found)


def _each(lists: Iterable[Sequence[Coded]]) -> tuple[Coded, ...]:
    return tuple({coded.code: coded for codes in lists for coded in codes}.values())


def _lowest(levels: Iterable[Coded | None]) -> Coded | None:
    """Indicative, and no higher than what the least part shows."""
    known = [level for level in levels if level]
    return min(known, key=lambda level: (len(level.code), level.code), default=None)


def _same(values: Sequence[One | None]) -> One | None:
    """What all say alike."""
    return values[0] if all(one == values[0] for one in values) else None


def _weakest(found: Iterable[Quality]) -> Quality:
    return min(found, key=_strength)


def _strength(quality: Quality) -> tuple[int, str]:
    """How much is assured: by its standing, then by how long it is approved."""
    until = quality.approved_until or quality.check_due_on or quality.decided_on
    return WEAKEST_FIRST.index(quality.standing), until.isoformat()
