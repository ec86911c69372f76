"""Values and goals of indicators that people keep: with a source, and in the trail."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import dashboards, goals, indicator_set
from quality.indicator_set import Indicator
from quality.models import IndicatorTarget, IndicatorValue
from registry import trail
from registry.errors import Invalid
from registry.models import Institution, User

Kind = IndicatorTarget.Kind
EARLIEST = 2000


@dataclass(frozen=True)
class Place:
    """What a value or a goal is of: an indicator in a year, of the institution or of an alliance of its."""

    indicator: str
    year: int
    network: str = ""
    theme: str = ""

    def __str__(self):
        return " ".join(filter(None, [self.indicator, str(self.year), self.network, self.theme]))

    def key(self, institution: Institution) -> dict:
        return {
            "institution": None if self.network else institution,
            "network": self.network,
            "indicator": self.indicator,
            "year": self.year,
        }


@transaction.atomic
def record(
    *,
    institution: Institution,
    place: Place,
    value: Decimal,
    whole: Decimal | None,
    source: str,
    by: User,
    at: datetime,
) -> IndicatorValue:
    """Write down a value that the register cannot count, or correct it; the trail keeps what it was."""
    indicator = _check(institution, place)
    if place.year > timezone.localdate(at).year:
        raise _wrong("year", _("Choose this year or an earlier one: the year has not begun yet."))
    if whole is not None and not indicator.is_share:
        raise _wrong("whole", _("This indicator is no share of a whole: leave this empty."))
    if whole is not None and not (0 <= value <= whole and whole > 0):
        raise _wrong("whole", _("Give the whole of which the value is a part: it is not smaller."))
    if whole is None and (said := _off_scale(value, indicator)):
        raise _wrong("value", said)
    if not source.strip():
        raise _wrong("source", _("Tell where the value comes from."))
    key = place.key(institution) | {"theme": place.theme}
    was = IndicatorValue.objects.select_for_update(of=("self",)).filter(**key).first()
    said = {"value": value, "whole": whole, "source": source.strip(), "recorded_at": at, "recorded_by": by}
    row, _is_new = IndicatorValue.objects.update_or_create(**key, defaults=said)
    told = {"was": _said(was), "became": _said(row)}
    _note("indicator_recorded", institution, place, source=row.source, by=by, at=at, **told)
    return row


@transaction.atomic
def forget(*, institution: Institution, place: Place, by: User, at: datetime) -> None:
    """Take a recorded value away; the trail keeps it."""
    _check(institution, place)
    found = IndicatorValue.objects.filter(**place.key(institution), theme=place.theme).first()
    if found is None:
        raise Invalid(_("There is no such value any more."))
    _note("indicator_forgotten", institution, place, source=found.source, by=by, at=at, was=_said(found))
    found.delete()


@transaction.atomic
def aim(
    *,
    institution: Institution,
    place: Place,
    kind: str,
    value: Decimal,
    highest: Decimal | None,
    is_percent: bool,
    themes: list[str],
    source: str,
    by: User,
    at: datetime,
) -> None:
    """Set the goal of a year, or its baseline; themes share it evenly."""
    indicator = _check(institution, place)
    faults = list(_faults(kind, value=value, highest=highest, is_percent=is_percent, themes=themes))
    if not is_percent:
        faults += _beyond(indicator, value=value, highest=highest)
    if faults:
        raise Invalid(faults[0][1], reasons=faults)
    key = place.key(institution)
    one_of_year = [kind] if kind == Kind.BASELINE else [Kind.INTERIM, Kind.FINAL]
    IndicatorTarget.objects.filter(**key, kind__in=one_of_year).delete()
    said = {"kind": kind, "is_percent": is_percent, "source": source}
    parts = goals.shares(value, among=len(themes)) if themes else []
    IndicatorTarget.objects.bulk_create(
        [
            IndicatorTarget(**key, **said, value=value, highest=highest),
            *(
                IndicatorTarget(**key, **said, theme=theme, value=part)
                for theme, part in zip(themes, parts, strict=True)
            ),
        ]
    )
    became = f"{value:f}" + (f"–{highest:f}" if highest is not None else "") + (" %" if is_percent else "")
    _note("indicator_aimed", institution, place, source=source, by=by, at=at, became=became)


def _faults(kind: str, *, value: Decimal, highest: Decimal | None, is_percent: bool, themes: list[str]):
    if highest is not None and highest <= value:
        yield "highest", _("The upper end of the range is greater than the lower end.")
    if is_percent and value < 0:
        yield "value", _at_least(0)
    if kind == Kind.BASELINE and (is_percent or highest is not None or themes):
        yield "kind", _("A baseline is one number: no range, no percent, no themes.")
    if themes and (is_percent or highest is not None):
        yield "themes", _("Only a goal that is one number can be shared among themes.")
    if len(set(themes)) != len(themes):
        yield "themes", _("Each theme is named once.")
    if any(len(theme) > 60 for theme in themes):
        yield "themes", _("The name of a theme has at most 60 characters.")


def _beyond(indicator: Indicator, **goal: Decimal | None) -> list[tuple[str, str]]:
    """The ends of a goal that lie outside the scale, by field."""
    found = {field: _off_scale(value, indicator) for field, value in goal.items() if value is not None}
    return [(field, said) for field, said in found.items() if said]


def _off_scale(value: Decimal, indicator: Indicator) -> str:
    """Why the indicator cannot have the value; "" when it can."""
    if indicator.most is None:
        return "" if value >= indicator.least else _at_least(indicator.least)
    if indicator.least <= value <= indicator.most:
        return ""
    return _("The value of this indicator is from %(least)s to %(most)s.") % vars(indicator)


def _at_least(least: int) -> str:
    return _("Give a value of at least %(least)s.") % {"least": least}


def _check(institution: Institution, place: Place) -> Indicator:
    if place.indicator not in indicator_set.read():
        raise _wrong("indicator", _("Choose an indicator of the list."))
    if place.network and place.network not in dashboards.networks(institution):
        raise _wrong("network", _("Your institution offers nothing in the name of this alliance."))
    if place.year < EARLIEST:
        raise _wrong("year", _("Choose a year from 2000 on."))
    return indicator_set.read()[place.indicator]


def _said(row: IndicatorValue | None) -> str:
    if row is None:
        return ""
    return f"{row.value}" if row.whole is None else f"{row.value} / {row.whole}"


def _note(verb: str, institution: Institution, place: Place, *, source: str, **told) -> None:
    """In the trail of the institution: the row itself may belong to an alliance."""
    trail.record(verb=verb, row=institution, reason=f"{place}: {source}".removesuffix(": "), **told)


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, reasons=[(field, text)])
