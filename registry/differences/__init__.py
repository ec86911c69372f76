"""What differs between two versions: the facts, and the same in words for pages and people."""

from registry.differences.changes import PRIVATE, Change, between, field_name
from registry.differences.rows import outcome_lines, rows, value_lines

__all__ = ["PRIVATE", "Change", "between", "field_name", "outcome_lines", "rows", "value_lines"]
