"""Frozen reports: the dashboard as it stood, with who, when and a hash; never changed, made anew instead."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import dashboards, indicators
from quality.actions import grants
from quality.models import Report, ReportGrant
from registry import trail
from registry.actions import words
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


# Readers outside


@transaction.atomic
def grant(
    *, report: Report, reader: str, purpose: str, ends_on: date, by: User, at: datetime
) -> tuple[ReportGrant, str]:
    """Let a named reader read the report until a day ends; the link's secret is kept nowhere."""
    kept, today = Report.objects.select_for_update(of=("self",)).get(pk=report.pk), timezone.localdate(at)
    purpose = words.needed(purpose, field="purpose", said=_("Tell what it is read for."))
    said = {"reader": reader, "ends_on": ends_on, "last": grants.last_day(today=today)}
    return grants.give(ReportGrant(report=kept, purpose=purpose), row=kept, **said, by=by, at=at)


@transaction.atomic
def withdraw(*, grant: ReportGrant, by: User, at: datetime) -> None:
    """End a reader's link at once."""
    kept = ReportGrant.objects.select_for_update(of=("self",)).select_related("report").get(pk=grant.pk)
    grants.withdraw(kept, row=kept.report, by=by, at=at)


def granted(*, secret: str, at: datetime) -> ReportGrant | None:
    """Whose link the secret is, while it works."""
    kept = ReportGrant.objects.select_related("report__institution", "report__made_by")
    return grants.working(kept, secret=secret, at=at).first()


def read(*, grant: ReportGrant, at: datetime) -> Report:
    """The report; that it was read is in the trail, by the name of the link."""
    report = grant.report
    trail.record(
        verb="report_read", row=report, by=None, at=at, reason=grant.reader, content_hash=report.sha256
    )
    return report


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, reasons=[(field, text)])
