"""Why values of a learner or an attainment are refused: stable codes, as a file's rows keep them, worded."""

from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from registry import days, henkilotunnus
from registry.errors import Invalid
from registry.models.texts import CONTROL


class Reason(NamedTuple):
    """The field it belongs to ("" for the whole row), the code, what the wording needs. A list in JSON."""

    field: str
    code: str
    params: dict


WORDING = {
    "henkilotunnus": _(
        "This looks like a personal identity code (henkilötunnus). It is not stored here: give the "
        "learner OID, or the e-mail and the birth date."
    ),
    "control": _("The text contains a control character. Remove it and try again."),
    "too_long": _("At most %(limit)s characters."),
    "email_shape": _("Enter a valid e-mail address."),
    "language_unknown": _("The language is fi, sv or en."),
    "date_shape": days.with_today(_("Give the day in the form %(day)s or %(iso)s.")),
    "birth_date_range": _("Check the birth date: it is in the future or more than 120 years ago."),
    "oid_shape": _("A learner OID is 1.2.246.562.24. and eleven digits."),
    "oid_check": _("The check digit of the learner OID is wrong. Check the number."),
    "not_identified": _(
        "The learner is not identified. Give the learner OID, or the e-mail and the birth date."
    ),
    "unknown_learner": _("No learner has these identifiers. Add the learner first."),
    "new_incomplete": _(
        "The learner is not in the register. To add a new one, given names, family name and e-mail are "
        "needed too."
    ),
    "ambiguous": _("Several learners have this e-mail and birth date. Give the learner OID."),
    "birth_date_differs": _("The learner with this learner OID has another birth date in the register."),
    "oid_differs": _("The learner with this e-mail and birth date has another learner OID in the register."),
    "oid_taken": _("Your institution already has a learner with this learner OID."),
    "email_taken": _("Your institution already has a learner with this e-mail and birth date."),
    "unknown_offering": _(
        "No published offering of your institution, nor one that it awards, has this code."
    ),
    "unknown_version": _("The offering has no published version with this number."),
    "unknown_realisation": _("The version has no realisation with this key."),
    "grade_missing": _("The grade is missing."),
    "grade_scale": _("The grade is not on the scale of the version. Possible grades: %(grades)s."),
    "why_missing": _("Say why."),
    "reason_missing": _("Say why no credits are given. A badge alone needs a reason."),
    "reason_with_credits": _("A micro-credential has credits: leave the reason empty, or choose a badge."),
    "no_credits": _("The version has less than one credit: choose a competence badge."),
    "taster": _("A taster course gives a participation badge only."),
    "attended_graded": _("Who attended only is not graded. Leave the grade empty, or change what they get."),
    "attended_shown": _("A demonstration is assessed: it gives no participation badge."),
    "badge_here": _(
        "The register has a badge of this version for the learner on this day. Correct it on its own page."
    ),
    "day_missing": _("The completion date is missing."),
    "day_future": _("The completion date is in the future."),
    "day_before_start": _("The completion date is before the realisation starts (%(day)s)."),
    "day_before_publication": _("The completion date is before the version was published (%(day)s)."),
    "recorded": _("The learner already has an attainment of this version on this day."),
    "same_line": _("The same attainment is already on line %(line)s."),
    "same_person": _("The same person is already on line %(line)s."),
    "differs": _(
        "The register already has this attainment of the same day with another grade (%(grade)s) or "
        "realisation. Correct it on its own page."
    ),
    "issued": _(
        "A credential has been issued for this attainment with the grade %(grade)s. Revoke the credential "
        "first if the attainment is wrong."
    ),
    "cells": _("The line has %(found)s cells, the header %(expected)s."),
    # Notes: the row goes in all the same.
    "name_differs": _("The name differs from the one in the register; the register stays as it is."),
    "oid_added": _("The learner OID is added to the learner's record."),
    "was": _("Corrects the attainment of %(day)s with the grade %(grade)s."),
}


def worded(reason: Reason) -> str:
    """The reason in the reader's language."""
    params = dict(reason.params)
    if "day" in params:
        params["day"] = date_format(date.fromisoformat(params["day"]), "j.n.Y")
    return str(WORDING[reason.code]) % params


def refuse(reasons: list[Reason]) -> None:
    """Raise Invalid when there is any reason; each names its field."""
    if reasons:
        pairs = [(reason.field, worded(reason)) for reason in reasons]
        raise Invalid(_("The information cannot be saved as it is."), reasons=pairs)


def of_texts(values: dict[str, str]) -> list[Reason]:
    """What no text of ours may hold, whatever its field."""
    found = [Reason(field, "control", {}) for field, text in values.items() if CONTROL.search(text)]
    return found + [
        Reason(field, "henkilotunnus", {}) for field, text in values.items() if henkilotunnus.is_in(text)
    ]


def of_why(reason: str, *, field: str = "reason") -> list[Reason]:
    """What is wrong with the words by which somebody says why."""
    if not reason.strip():
        return [Reason(field, "why_missing", {})]
    found = [Reason(field, "too_long", {"limit": 300})] if len(reason) > 300 else []
    return found + of_texts({field: reason})
