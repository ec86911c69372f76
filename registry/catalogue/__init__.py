"""Offerings as the public sees them: the current list with its search and facets, and single versions.

`current()` once per request, then `find` and `cards` on it; `index` and `forget` when something is published.
"""

from registry.catalogue.cards import Card, Run
from registry.catalogue.search import index
from registry.catalogue.shown import FACETS, SIZES, SORTS, Found, Query, Shown, current, drop, forget
from registry.catalogue.versions import offered_by_others, pathways, public_versions, statement, with_parts
from registry.catalogue.words import warm

__all__ = [
    "FACETS", "SIZES", "SORTS", "Card", "Found", "Query", "Run", "Shown", "current", "drop", "forget",
    "index", "offered_by_others", "pathways", "public_versions", "statement", "warm", "with_parts",
]  # fmt: skip
