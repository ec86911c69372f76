"""The parts of a credential that its owner may leave out when showing it to somebody.

What is no part is always shown: what was awarded, by whom, when, in which language and how its quality was
assured; without these there is nothing to rely on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.formats import sd_jwt


@dataclass(frozen=True, kw_only=True)
class Part:
    """`rows` are names of formats.narrative, `claims` concepts of formats.sd_jwt; both go with the part."""

    rows: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()


def _part(*, rows: str = "", claims: str) -> Part:
    return Part(rows=frozenset(rows.split()), claims=frozenset(claims.split()))


PARTS: dict[str, Part] = {
    "name": _part(rows="learner", claims="family_name given_names"),
    "identifier": _part(claims="birth_date identification sub"),
    "grade": _part(rows="grade", claims="grade grade_details"),
    "completed": _part(rows="completed", claims="completed_on"),
    "places": _part(rows="participation country", claims="participation place"),
    "outcomes": _part(rows="outcomes", claims="outcomes outcome_details"),
    "size": _part(rows="workload", claims="study_time workload"),
    "level": _part(rows="level", claims="level levels"),
    "assessment": _part(rows="assessment criteria identity", claims="assessment identity_verification"),
    "prerequisites": _part(rows="prerequisites", claims="prerequisites prerequisite_details"),
    "stacking": _part(rows="stackability parts", claims="stacks stackability parts"),
    "background": _part(
        rows="target_group field sdgs further",
        claims="target_group field_of_education sdgs further_information",
    ),
}
PLACES = "places"


def rows(names: Collection[str]) -> set[str]:
    """The rows of the narrative that go with these parts."""
    return {row for name in names for row in PARTS[name].rows}


def disclosed(claims: Mapping[str, Any], *, left_out: Collection[str]) -> set[str]:
    """Which claims of an SD-JWT are disclosed where these parts are left out."""
    profile = sd_jwt.PROFILES.get(claims["vct"], sd_jwt.EU_WALLET)
    concepts = {concept for name in left_out for concept in PARTS[name].claims}
    return sd_jwt.hidden(claims, profile=profile) - {profile.names.get(one, one) for one in concepts}
