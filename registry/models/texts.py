"""Content texts in three languages, stored as one JSON object: {"fi": "…", "sv": "…", "en": "…"}."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("fi", "sv", "en")
# U+0000–1F except tab, newline and return, and U+007F: they break the canonical form of a signed document.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def refuse_control_characters(value) -> None:
    """Raise ValidationError when any string inside the value holds a control character."""
    if isinstance(value, dict):
        for key, item in value.items():
            refuse_control_characters(key)
            refuse_control_characters(item)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_control_characters(item)
    elif isinstance(value, str) and CONTROL.search(value):
        raise ValidationError(
            _("The text contains a control character. Remove it and try again."), code="control"
        )


def check_texts(value) -> None:
    """Raise ValidationError unless the value maps languages to strings."""
    if not isinstance(value, dict) or set(value) - set(LANGUAGES):
        raise ValidationError(_("Texts are given as an object with the keys fi, sv and en."), code="texts")
    if any(not isinstance(text, str) for text in value.values()):
        raise ValidationError(_("Each language of a text is a string."), code="texts")
    refuse_control_characters(value)


def chosen(value: dict | None, *, main: str = "") -> tuple[str, str]:
    """Language and text to show: the reader's language, else the main one, else the first that is filled."""
    for language in (get_language(), main, *LANGUAGES):
        if text := (value or {}).get(language):
            return language, text
    return "", ""


class TextsField(models.JSONField):
    """A text in fi, sv and en; languages that are not filled are missing or empty, never a copy of
    another."""

    default_validators = [check_texts]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class CodesField(models.JSONField):
    """A list of codes of one code list (`code_list`), or of plain words where `code_list` is empty."""

    default_validators = [refuse_control_characters]

    def __init__(self, *args, code_list: str = "", **kwargs):
        self.code_list = code_list
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "code_list": self.code_list}
