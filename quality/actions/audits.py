"""Audits of an institution: planned, recorded, graded by area; recommendations become findings (6.6)."""

from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import areas
from quality.actions import findings
from quality.models import Audit, AuditedArea, Finding
from registry import trail
from registry.actions import words
from registry.errors import Invalid
from registry.models import Institution, User
from registry.workflow import advance, hold

Kind = Audit.Kind
Status = Audit.Status
VALID = relativedelta(years=6)  # an external audit
SOURCES = {Kind.INTERNAL: Finding.Source.INTERNAL_AUDIT}
FIELDS = (
    "kind", "body", "year", "cycle", "agreed_on", "self_assessed_on", "visited_on", "follow_up_on",
    "report_url", "report_language", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Area:
    """One area of an audit. `is_independent`: audited by itself, not inside another area."""

    area: str
    unit: str = ""
    is_independent: bool = True


@transaction.atomic
def plan_year(*, institution: Institution, year: int, planned: list[Area], by: User, at: datetime) -> Audit:
    """The internal audits of a year; continuous learning is always among the areas, by itself."""
    if year < timezone.localdate(at).year:
        raise _wrong("year", _("Plan this year or a later one."))
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)  # two at once: one plan
    if institution.audits.filter(kind=Kind.INTERNAL, year=year).exists():
        raise _wrong("year", _("This year has a plan already. Change that one."))
    _refuse_without_always(planned)
    audit = Audit.objects.create(
        institution=institution,
        kind=Kind.INTERNAL,
        year=year,
        scale=areas.scale(kind=Kind.INTERNAL, cycle=None),
        recorded_at=at,
        recorded_by=by,
    )
    _cover(audit, planned)
    trail.record(verb="audit_planned", row=audit, by=by, at=at, became=audit.status)
    return audit


@transaction.atomic
def record(*, institution: Institution, facts: dict, covered: list[Area], by: User, at: datetime) -> Audit:
    """Write down an audit that somebody makes or has made; `facts` by FIELDS."""
    audit = Audit(institution=institution, recorded_at=at, recorded_by=by)
    _write(audit, facts)
    audit.save()
    _cover(audit, covered)
    trail.record(verb="audit_planned", row=audit, by=by, at=at, became=audit.status)
    return audit


@transaction.atomic
def change(*, audit: Audit, facts: dict, covered: list[Area], by: User, at: datetime) -> None:
    """Change what is known of an audit until it is done."""
    kept = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    if kept.status != Status.PLANNED:
        raise Invalid(_("The audit is done: it stays as it was recorded."), code="done")
    if kept.kind == Kind.INTERNAL and kept.areas.filter(area=areas.ALWAYS, is_independent=True).exists():
        _refuse_without_always(covered)
    _write(kept, facts)
    kept.save()
    kept.areas.all().delete()
    _cover(kept, covered)
    trail.record(verb="edited", row=kept, by=by, at=at)


@transaction.atomic
def finish(*, audit: Audit, results: dict[int, str], decided_on, by: User, at: datetime) -> None:
    """The decision: a grade for every area, by the id of its row; an external one is valid for six years."""
    kept = hold(audit, Status.DONE)
    if decided_on > timezone.localdate(at):
        raise _wrong("decided_on", _("The day of the decision is not yet here."))
    rows = {row.pk: row for row in kept.areas.all()}
    for pk, row in rows.items():
        if results.get(pk) not in kept.scale:
            raise _wrong(f"area_{pk}", _("Choose a grade of this audit's scale."))
        row.result = results[pk]
    AuditedArea.objects.bulk_update(rows.values(), ["result"])
    is_external = kept.kind == Kind.EXTERNAL
    advance(
        audit, Status.DONE, by=by, at=at, decided_on=decided_on,
        valid_until=decided_on + VALID if is_external else None,
    )  # fmt: skip


@transaction.atomic
def recommend(*, audit: Audit, found: findings.Found, by: User, at: datetime) -> Finding:
    """A recommendation of the audit, as a finding of the institution or of one offering."""
    Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
    return findings.write(institution=audit.institution, found=found, by=by, at=at)


def source_of(audit: Audit) -> str:
    """What a finding of the audit names as its source."""
    return SOURCES.get(audit.kind, Finding.Source.EXTERNAL_AUDIT)


def of(institution: Institution) -> QuerySet[Audit]:
    """The institution's audits, the newest first."""
    return institution.audits.prefetch_related("areas").order_by("-year", "-pk")


def coverage(institution: Institution, *, years: list[int]) -> list[dict]:
    """Area × year: {"area", "years": [{"year", "state", "unit"}]}.

    `state`: independent (done as an area of its own), inside (done only inside another), planned, or none.
    """
    rows = AuditedArea.objects.filter(audit__institution=institution, audit__year__in=years)
    best: dict[tuple[str, int], str] = {}
    rank = ("", "planned", "inside", "independent")
    for row in rows.select_related("audit"):
        key, state = (row.area, row.audit.year), _state(row)
        best[key] = max(best.get(key, ""), state, key=rank.index)
    return [
        {"area": area, "years": [{"year": year, "state": best.get((area, year), "")} for year in years]}
        for area in areas.names()
    ]


def lacks_independence(institution: Institution) -> bool:
    """Whether continuous learning was audited twice running, each time only inside another area (5.2/7)."""
    done = AuditedArea.objects.filter(
        audit__institution=institution, audit__status=Status.DONE, area=areas.ALWAYS
    ).order_by("-audit__year", "-pk")
    last = list(done.values_list("is_independent", flat=True)[:2])
    return len(last) == 2 and not any(last)


def never_independent(institution: Institution) -> bool:
    """Whether continuous learning has not been audited as an area of its own at all (rule 17)."""
    return not AuditedArea.objects.filter(
        audit__institution=institution, audit__status=Status.DONE, area=areas.ALWAYS, is_independent=True
    ).exists()


# Parts


def _state(row: AuditedArea) -> str:
    if row.audit.status == Status.PLANNED:
        return "planned"
    return "independent" if row.is_independent else "inside"


def _write(audit: Audit, facts: dict) -> None:
    for name in FIELDS:
        if name in facts:
            setattr(audit, name, facts[name])
    note = audit.note or {}
    audit.note = {
        language: words.optional(text, field="note") for language, text in note.items() if text.strip()
    }
    audit.scale = areas.scale(kind=audit.kind, cycle=audit.cycle)
    if audit.visited_on and audit.self_assessed_on and audit.visited_on < audit.self_assessed_on:
        raise _wrong("visited_on", _("The visit comes after the self-assessment."))


def _refuse_without_always(planned: list[Area]) -> None:
    """Rule 17."""
    if not any(one.area == areas.ALWAYS and one.is_independent for one in planned):
        said = _(
            "Continuous learning and micro-credentials are always an area of their own in the plan of"
            " internal audits."
        )
        raise _wrong("areas", said)


def _cover(audit: Audit, covered: list[Area]) -> None:
    if not covered:
        raise _wrong("areas", _("Choose at least one area."))
    AuditedArea.objects.bulk_create(
        AuditedArea(audit=audit, area=one.area, unit=one.unit, is_independent=one.is_independent)
        for one in covered
    )


def _wrong(field: str, said: str) -> Invalid:
    return Invalid(said, reasons=[(field, said)])
