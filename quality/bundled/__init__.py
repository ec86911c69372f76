"""What an evidence bundle of one institution and a period holds: rows become quality.exports.facts.

No learner's data is read, neither names nor answers nor the texts of complaints.
"""

from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from quality.bundled import findings, institution, rounds
from quality.bundled.period import Period, texts
from quality.exports.facts import Column, Evidence, Table
from registry.models import Institution


def evidence(house: Institution, *, begins_on: date, ends_on: date, language: str, at: datetime) -> Evidence:
    """Everything of the period as it stands now, in one language's words; as many queries at any size."""
    period = Period(begins_on=begins_on, ends_on=ends_on, made_on=timezone.localdate(at))
    with translation.override(language):
        tables = (
            *rounds.tables(house, period=period),
            *findings.tables(house, period=period),
            *institution.tables(house, period=period),
        )
        days = {"begin": _day(begins_on), "end": _day(ends_on)}
        return Evidence(
            title=_("Evidence of quality: %(name)s, %(begin)s–%(end)s") % {"name": house.short_name, **days},
            institution=house.code,
            name=texts(house.name, main=house.main_language).text or house.short_name,
            begins_on=begins_on,
            ends_on=ends_on,
            made_at=timezone.localtime(at),
            language=language,
            notes=_notes(house, at=at, **days),
            words={"contents": _("Contents"), "nothing": _("There is nothing of this in the period.")},
            tables=(_figures(tables), *tables),
        )


def _notes(house: Institution, *, at: datetime, begin: str, end: str) -> tuple[str, ...]:
    made = timezone.localtime(at)
    return (
        _(
            "The evidence of %(name)s for %(begin)s–%(end)s, both days included, made on %(day)s at %(time)s"
            " (Finland) from the registry. States are those of the moment it was made, unless the column says"
            " otherwise."
        )
        % {"name": house, "begin": begin, "end": end, "day": _day(made), "time": f"{made:%H.%M}"},
        _(
            "Left out: learners' data, the texts of complaints and of answers to surveys, ratings that are"
            " not decided yet, reasons that are for the institution alone, confidential evidence. Means of"
            " fewer than five answers are hidden."
        ),
        _(
            "The letters of decisions and every single rating are in the files beside this one (CSV and"
            " JSON). manifest.json names each file with its SHA-256."
        ),
    )


def _figures(tables: tuple[Table, ...]) -> Table:
    """How many rows each table has."""
    return Table(
        key="figures",
        title=_("In figures"),
        about=_("How much there is of each in the period."),
        columns=(
            Column("key", _("File")),
            Column("what", _("Contents"), width=4),
            Column("number", _("In all"), width=1),
        ),
        rows=tuple((table.key, table.title, len(table.rows)) for table in tables),
    )


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
