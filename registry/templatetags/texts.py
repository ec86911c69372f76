"""Content texts in templates: in the reader's language, or with a note that they are not (rule 16)."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.models.texts import LANGUAGES, chosen

register = template.Library()

ONLY_IN = {
    ("fi",): _("Available only in Finnish"),
    ("sv",): _("Available only in Swedish"),
    ("en",): _("Available only in English"),
    ("fi", "sv"): _("Available only in Finnish and Swedish"),
    ("fi", "en"): _("Available only in Finnish and English"),
    ("sv", "en"): _("Available only in Swedish and English"),
}


@register.inclusion_tag("components/texts.html")
def texts(value: dict | None, main: str = "", *, note: bool = True, lines: bool = False) -> dict:
    """A text with its `lang` and, where it is not in the reader's language, a note that says so.

    `main`: the language to prefer when the reader's is missing. `note=False`: the page says it elsewhere.
    `lines=True`: paragraphs instead of a phrase.
    """
    shown = in_reader_language(value, main=main)
    return {**shown, "note": shown["note"] if note else "", "lines": lines}


def in_reader_language(value: dict | None, *, main: str = "") -> dict:
    """A text as pages show it: text, its language where that is not the reader's, and the note that says
    so."""
    language, text = chosen(value, main=main)
    is_other = bool(text) and language != get_language()
    filled = tuple(one for one in LANGUAGES if (value or {}).get(one))
    return {
        "text": text,
        "language": language if is_other else "",
        "note": ONLY_IN[filled] if is_other else "",
    }


@register.filter
def plain_text(value: dict | None) -> str:
    """The text alone, for a page title or an attribute; the page itself shows it with {% texts %}."""
    return chosen(value)[1]
