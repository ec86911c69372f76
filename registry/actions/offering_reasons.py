"""Why a row of a file of offerings is not taken in: stable codes, as the file's rows keep them, worded."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Reason(NamedTuple):
    """The column it belongs to ("" for the whole row), the code, what the wording needs. A list in JSON."""

    field: str
    code: str
    params: dict


WORDING = {
    "cells": _("The row has more cells than the header has columns."),
    "control": _("The text contains a control character. Remove it and try again."),
    "too_long": _("At most %(limit)s characters."),
    "title_missing": _("Give the title in the main language."),
    "title_length": _("A title has 5–120 characters."),
    "number": _("“%(value)s” is not a number."),
    "whole_number": _("“%(value)s” is not a whole number."),
    "ects_range": _("The size is 1–60 ECTS credits."),
    "ects_half": _("The size is given to half a credit."),
    "ects_several": _("The size is a range (%(value)s); a micro-credential has one size."),
    "unknown_code": _("“%(value)s” is not in the list."),
    "shape": _("The value has the wrong shape."),
    "unknown_field": _("Unknown field."),
    "outcome_lines": _("Each language needs as many learning outcomes, one a line, as the main language."),
    "outcome_kinds": _("Give one kind for each learning outcome, one a line."),
    "same_row": _("Row %(row)s of the file has the same title."),
    "title_taken": _("%(code)s has the same title. A file does not change what is there: write it there."),
    "code_unknown": _("Your institution has no offering %(value)s. Leave the code empty for a new offering."),
    "said": "%(text)s",
}


def worded(reason: Reason) -> str:
    """In the reader's language."""
    return str(WORDING[reason.code]) % reason.params
