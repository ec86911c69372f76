"""Words that a person gives with a deed: a reason, a comment, a note."""

from django.core.exceptions import ValidationError

from registry import henkilotunnus
from registry.errors import Invalid
from registry.models.texts import refuse_control_characters


def needed(text: str, *, field: str, said: str) -> str:
    """The text without outer spaces; Invalid (`said`) when there is none, or when it may not be kept."""
    text = optional(text, field=field)
    if not text:
        raise Invalid(said, reasons=[(field, said)])
    return text


def optional(text: str, *, field: str) -> str:
    """The text without outer spaces; Invalid when it holds control characters or a henkilötunnus."""
    text = text.strip()
    try:
        refuse_control_characters(text)
        henkilotunnus.refuse(text)
    except ValidationError as problem:
        raise Invalid(problem.message, reasons=[(field, problem.message)]) from problem
    return text
