"""Level steps for working life: which there are, and what an institution says they mean (C-20)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registry import rule_sets, trail
from registry.errors import Invalid
from registry.models import Code, Institution, LevelDescriptor, OfferingVersion, User
from registry.models.texts import LANGUAGES

LIST = "competence_level"


@transaction.atomic
def describe(*, institution: Institution, descriptions: dict[str, dict], by: User, at: datetime) -> list[str]:
    """Say what steps mean from now on; {} takes the words of the code list again. Returns what changed.

    A text is given in all three languages, because documents are read in each.
    """
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    reasons = [
        (code, _("Write the description in all three languages, or leave all of them empty."))
        for code, text in descriptions.items()
        if text and set(text) != set(LANGUAGES)
    ]
    if reasons:
        raise Invalid(_("Check what you entered."), reasons=reasons)
    now = current(institution)
    changed = [code for code, text in descriptions.items() if text != now.get(code, {})]
    for code in changed:
        row = LevelDescriptor.objects.create(
            institution=institution, code=code, description=descriptions[code], since=at, by=by
        )
        trail.record(verb="level_described", row=row, by=by, at=at)
    return changed


def current(institution: Institution) -> dict[str, dict]:
    """The institution's own words by step, as they stand now."""
    return {row.code: row.description for row in institution.level_descriptors.order_by("since", "pk")}


def own(version: OfferingVersion) -> dict:
    """What the institution says of the version's step; {} where it goes by the code list."""
    return own_of([version])[version.pk]


def own_of(versions: Iterable[OfferingVersion]) -> dict[int, dict]:
    """The same of several versions by their id; one query.

    A version that can still be written goes by the newest words, another by those it was sent to review with.
    """
    versions = list(versions)
    rows = LevelDescriptor.objects.filter(
        institution__in={version.offering.institution_id for version in versions},
        code__in={version.competence_level for version in versions},
    ).order_by("since", "pk")
    said: dict[int, dict] = {version.pk: {} for version in versions}
    for row in rows:
        for version in versions:
            if _is_of(row, version):
                said[version.pk] = row.description
    return said


def every() -> set[str]:
    """Every step that some rule set knows."""
    return {code for one in rule_sets.read().values() for code in one.levels}


def words(codes: Iterable[str]) -> list[Code]:
    """The steps of the code list, in their order."""
    return list(Code.objects.filter(list=LIST, code__in=list(codes)).order_by("order", "pk"))


def _is_of(row: LevelDescriptor, version: OfferingVersion) -> bool:
    is_written = version.status in OfferingVersion.EDITABLE
    fixed_at = None if is_written else version.submitted_at or version.published_at
    return (
        row.institution_id == version.offering.institution_id
        and row.code == version.competence_level
        and (fixed_at is None or row.since <= fixed_at)
    )
