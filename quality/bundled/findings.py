"""The findings of a period, and the evidence by its marking (6.4)."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from quality.bundled.period import Period, coded, day, texts, who
from quality.exports.facts import Cell, Column, Table
from quality.models import Evidence, Finding
from registry.models import Institution

Visibility = Evidence.Visibility
Status = Finding.Status


def tables(house: Institution, *, period: Period) -> Iterator[Table]:
    found = _findings(house, period=period)
    yield _severity_table(found, period=period)
    yield _finding_table(found, house=house)
    yield _evidence_table(house, period=period)


def _findings(house: Institution, *, period: Period) -> list[Finding]:
    """Those that were open on some day of the period, or verified in it."""
    found = house.findings.filter(found_at__lt=period.end).exclude(
        status=Status.VERIFIED, verified_at__lt=period.start
    )
    people = ("owner", "found_by", "acted_by", "verified_by")
    return list(found.select_related("offering", "cycle", "audit", *people).order_by("found_at", "pk"))


def _severity_table(found: list[Finding], *, period: Period) -> Table:
    states = [(one.severity, one.status, one.due_on < period.made_on) for one in found]

    def row(severity: str) -> tuple[Cell, ...]:
        mine = [(status, is_due) for name, status, is_due in states if name == severity]
        statuses = [status for status, _is_due in mine]
        late = sum(status == Status.OPEN and is_due for status, is_due in mine)
        return (
            coded(severity, Finding.Severity), len(mine),
            *(statuses.count(status) for status in Status), late,
        )  # fmt: skip

    return Table(
        key="severities",
        title=_("Findings by severity"),
        about=_("How many findings there are of each severity, and how far they are."),
        columns=(
            Column("severity", _("Severity"), width=4),
            Column("all", _("In all"), width=2),
            *(Column(status.value, str(status.label), width=3) for status in Status),
            Column("late", _("Open and late"), width=2),
        ),
        rows=tuple(row(severity) for severity in Finding.Severity),
    )


def _finding_table(found: list[Finding], *, house: Institution) -> Table:
    def row(one: Finding) -> tuple[Cell, ...]:
        return (
            str(one.uid), one.offering.code if one.offering else _("The whole institution"),
            one.cycle.number if one.cycle else None, one.audit.year if one.audit else None,
            coded(one.severity, Finding.Severity), coded(one.status, Finding.Status),
            coded(one.source, Finding.Source), one.principle,
            texts(one.text, main=house.main_language), who(one.owner), day(one.found_at), who(one.found_by),
            one.due_on, one.level, texts(one.action, main=house.main_language), day(one.acted_at),
            who(one.acted_by), day(one.verified_at), who(one.verified_by), one.verification_note,
        )  # fmt: skip

    return Table(
        key="findings",
        title=_("Findings"),
        about=_("The findings that were open on some day of the period, or verified in it."),
        columns=(
            Column("id", _("Identifier")),
            Column("offering", _("Offering"), width=4),
            Column("round", _("Round")),
            Column("audit_year", _("Year of the audit")),
            Column("severity", _("Severity"), width=3),
            Column("status", _("State"), width=4),
            Column("source", _("Source")),
            Column("principle", _("Principle")),
            Column("text", _("What was found"), width=8, is_texts=True),
            Column("owner", _("Owner"), width=4),
            Column("found_on", _("Found")),
            Column("found_by", _("Found by")),
            Column("due_on", _("Due"), width=3),
            Column("level", _("Escalated")),
            Column("action", _("Action taken"), width=8, is_texts=True),
            Column("acted_on", _("Done on")),
            Column("acted_by", _("Done by")),
            Column("verified_on", _("Verified"), width=3),
            Column("verified_by", _("Verified by")),
            Column("verification_note", _("Note of the verification")),
        ),
        rows=tuple(row(one) for one in found),
    )


def _evidence_table(house: Institution, *, period: Period) -> Table:
    """Public evidence whole; the institution's own without its address; with personal data by its title
    alone; confidential not at all."""
    in_period = Q(dated_on__range=period.days) | Q(added_at__gte=period.start, added_at__lt=period.end)
    found = (
        house.evidence.filter(in_period)
        .exclude(visibility=Visibility.CONFIDENTIAL)
        .select_related("cycle__offering", "finding__offering")
        .order_by("dated_on", "pk")
    )
    return Table(
        key="evidence",
        title=_("Evidence"),
        about=_(
            "The evidence dated or added in the period. Confidential evidence is left out; of evidence that"
            " holds personal data there is the title only; the institution's own has no address here."
        ),
        columns=(
            Column("title", _("Title"), width=8),
            Column("marking", _("Marking"), width=4),
            Column("kind", _("Kind"), width=3),
            Column("dated_on", _("Date"), width=3),
            Column("offering", _("Offering"), width=4),
            Column("finding", _("Finding")),
            Column("media_type", _("Type of the file")),
            Column("size", _("Bytes")),
            Column("sha256", _("Fingerprint (SHA-256)")),
            Column("url", _("Address"), width=8),
        ),
        rows=tuple(_evidence(one) for one in found),
    )


def _evidence(one: Evidence) -> tuple[Cell, ...]:
    if one.has_personal_data:
        return (one.title, _("Holds personal data"), None, None, "", "", "", None, "", "")
    cycle = one.cycle or (one.finding and one.finding.cycle)
    offering = (cycle and cycle.offering) or (one.finding and one.finding.offering)
    return (
        one.title, str(one.get_visibility_display()), coded(one.kind, Evidence.Kind), one.dated_on,
        offering.code if offering else "", str(one.finding.uid) if one.finding else "", one.media_type,
        one.size or None, one.sha256, one.url if one.visibility == Visibility.PUBLIC else "",
    )  # fmt: skip
