"""Offerings as the public sees them: the current list with its search and facets, and single versions.

`current()` once per request, then `find` and `cards` on it; `index` and `forget` when something is published.
"""

from registry.catalogue.cards import Card, Run
from registry.catalogue.changes import (
    OPEN_TO_PARTNERS,
    changed_realisations,
    changed_versions,
    own_realisations,
    own_versions,
)
from registry.catalogue.evidence import foresight_of, meetings_of
from registry.catalogue.exported import exported
from registry.catalogue.search import index, index_all
from registry.catalogue.shown import FACETS, SIZES, SORTS, Found, Query, Shown, current, drop, forget
from registry.catalogue.versions import (
    in_force,
    listed,
    offered_by_others,
    pathways,
    public_versions,
    statement,
    with_parts,
)
from registry.catalogue.words import warm

__all__ = [
    "FACETS",
    "OPEN_TO_PARTNERS",
    "SIZES",
    "SORTS",
    "Card",
    "Found",
    "Query",
    "Run",
    "Shown",
    "changed_realisations",
    "changed_versions",
    "current",
    "drop",
    "exported",
    "foresight_of",
    "forget",
    "in_force",
    "index",
    "index_all",
    "listed",
    "meetings_of",
    "offered_by_others",
    "own_realisations",
    "own_versions",
    "pathways",
    "public_versions",
    "statement",
    "warm",
    "with_parts",
]  # fmt: skip
