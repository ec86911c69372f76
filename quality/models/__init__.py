"""Models of quality; import them from here."""

from quality.models.comment import FieldComment
from quality.models.cycle import ReviewCycle

__all__ = ["FieldComment", "ReviewCycle"]
