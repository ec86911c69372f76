"""Frozen reports: the dashboard as it stood, with who, when and a hash; never changed, made anew instead."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import dashboards, indicators
from quality.models import Report
from registry import trail
from registry.errors import Invalid
from registry.models import Institution, User

SCHEMA = "report/1"


@transaction.atomic
def freeze(*, institution: Institution, title: str, year: int, by: User, at: datetime) -> Report:
    """Keep the figures of a year, as far as it has come, for good."""
    on = timezone.localdate(at)
    if not title.strip():
        raise _wrong("title", _("Give the report a title."))
    if year not in dashboards.years(on):
        raise _wrong("year", _("Choose this year or an earlier one: there are no figures of a year to come."))
    begins_on, ends_on = date(year, 1, 1), min(date(year, 12, 31), on)
    content = {
        "schema": SCHEMA,
        "title": title.strip(),
        "begins_on": begins_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "made_at": at.isoformat(),
        "made_by": by.name,
        "figures": dashboards.figures(institution, year=year, on=on),
    }
    report = Report.objects.create(
        institution=institution, title=title.strip(), begins_on=begins_on, ends_on=ends_on, content=content,
        sha256=indicators.fingerprint(content), made_at=at, made_by=by,
    )  # fmt: skip
    trail.record(verb="report_frozen", row=report, by=by, at=at, content_hash=report.sha256)
    return report


def is_untouched(report: Report) -> bool:
    """The content still has the hash that it was frozen with."""
    return indicators.fingerprint(report.content) == report.sha256


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, reasons=[(field, text)])
