"""The EU elements of a version: which are complete, what is missing, in which language. Saving goes on.

The rules of Annex I of Council Recommendation 2022/C 243/02 (annex.py), then what law and the register ask
for (further.py). How hard each rule bites is data: a version keeps the name of the rule set it is written
under (registry/rule_sets.py).
"""

from registry.elements.checklists import (
    NAMES,
    Checklist,
    Element,
    checklist,
    namesakes,
    of,
    over_cap,
    published,
    to_recheck,
)
from registry.elements.facts import Remark, languages_needed
from registry.rule_sets import Weight

__all__ = [
    "NAMES", "Checklist", "Element", "Remark", "Weight", "checklist", "languages_needed", "namesakes", "of",
    "over_cap", "published", "to_recheck",
]  # fmt: skip
