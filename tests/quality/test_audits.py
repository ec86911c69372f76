"""Audits by area: the plan of a year, what was audited and how, recommendations (6.6, P-07, rule 17)."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.actions import audits, findings
from quality.actions.audits import Area
from quality.models import Audit, Finding
from registry.access import Role
from registry.errors import Invalid, StateChanged
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
OWN = Area(area="continuous_learning")
INSIDE = Area(area="continuous_learning", is_independent=False)
YEAR = AT.year


@pytest.fixture
def house():
    return InstitutionFactory()


def recorded(house, *, year=YEAR, kind=Audit.Kind.INTERNAL, covered=(OWN,), cycle=None) -> Audit:
    facts = {"kind": kind, "year": year, "cycle": cycle, "note": {}}
    return audits.record(institution=house, facts=facts, covered=list(covered), by=UserFactory(), at=AT)


def done(audit: Audit, grade: str = "good") -> Audit:
    results = {row.pk: grade for row in audit.areas.all()}
    audits.finish(audit=audit, results=results, decided_on=AT.date(), by=UserFactory(), at=AT)
    return audit


def test_plan_of_a_year_has_continuous_learning_as_an_area_of_its_own(house):
    """Rule 17."""
    with pytest.raises(Invalid) as refusal:
        audits.plan_year(
            institution=house, year=YEAR + 1, planned=[INSIDE, Area("rdi")], by=UserFactory(), at=AT
        )

    assert [field for field, _said in refusal.value.reasons] == ["areas"]
    assert not house.audits.exists()


def test_area_of_its_own_is_not_planned_away(house):
    """Rule 17: neither when the plan is changed."""
    plan = audits.plan_year(institution=house, year=YEAR, planned=[OWN], by=UserFactory(), at=AT)

    with pytest.raises(Invalid) as refusal:
        audits.change(audit=plan, facts={}, covered=[INSIDE, Area("rdi")], by=UserFactory(), at=AT)

    assert [field for field, _said in refusal.value.reasons] == ["areas"]
    assert plan.areas.get().is_independent


def test_year_is_planned_once(house):
    planned = {"institution": house, "year": YEAR, "planned": [OWN], "by": UserFactory(), "at": AT}
    audits.plan_year(**planned)

    with pytest.raises(Invalid) as refusal:
        audits.plan_year(**planned)

    assert [field for field, _said in refusal.value.reasons] == ["year"]


def test_years_are_planned_one_after_the_other(house):
    """Two at once: the second waits for the institution's row and then finds the plan of the first."""
    with CaptureQueriesContext(connection) as asked:
        audits.plan_year(institution=house, year=YEAR, planned=[OWN], by=UserFactory(), at=AT)

    tables = [re.search('FROM "(registry_institution|quality_audit)"', one["sql"]) for one in asked]
    assert [found[1] for found in tables if found][:2] == ["registry_institution", "quality_audit"]


@pytest.mark.parametrize(
    ("cycle", "scale"),
    [
        (3, ["insufficient", "good", "excellent"]),
        (4, ["insufficient", "satisfactory", "good", "excellent"]),
    ],
)
def test_external_audit_is_graded_on_the_scale_of_its_cycle(house, cycle, scale):
    """6.4: older external audits keep their three-point scale."""
    assert recorded(house, kind=Audit.Kind.EXTERNAL, cycle=cycle).scale == scale


def test_grade_outside_the_scale_is_refused_at_its_area(house):
    audit = recorded(house, kind=Audit.Kind.EXTERNAL, cycle=3)

    with pytest.raises(Invalid) as refusal:
        done(audit, "satisfactory")

    assert [field for field, _said in refusal.value.reasons] == [f"area_{audit.areas.get().pk}"]


def test_external_decision_is_valid_for_six_years(house):
    """6.6."""
    audit = done(recorded(house, kind=Audit.Kind.EXTERNAL, cycle=4))

    assert audit.valid_until == date(YEAR + 6, AT.month, AT.day)


def test_audit_that_is_done_is_not_decided_again(house):
    audit = done(recorded(house))

    with pytest.raises(StateChanged):
        done(Audit.objects.get(pk=audit.pk))


def test_coverage_tells_each_area_and_year(house):
    """6.6 AE: Savonia's own area counts as covered, VAMK's inside degree education does not."""
    done(recorded(house, year=YEAR - 1, covered=[INSIDE]))
    done(recorded(house, year=YEAR))
    recorded(house, year=YEAR + 1)

    rows = audits.coverage(house, years=[YEAR - 2, YEAR - 1, YEAR, YEAR + 1])

    assert rows[0] == {
        "area": "continuous_learning",
        "years": [
            {"year": YEAR - 2, "state": ""},
            {"year": YEAR - 1, "state": "inside"},
            {"year": YEAR, "state": "independent"},
            {"year": YEAR + 1, "state": "planned"},
        ],
    }


@pytest.mark.parametrize(
    ("covered", "never", "lacks"),
    [([INSIDE], True, False), ([INSIDE, INSIDE], True, True), ([INSIDE, OWN], False, False)],
)
def test_continuous_learning_inside_other_areas_is_told(house, covered, never, lacks):
    """5.2/7: twice running without an area of its own is a warning to the rectorate."""
    for years_ago, one in enumerate(reversed(covered)):
        done(recorded(house, year=YEAR - years_ago, covered=[one]))

    assert (audits.never_independent(house), audits.lacks_independence(house)) == (never, lacks)


def test_recommendation_becomes_a_finding_with_owner_and_day(house):
    """6.6: with the source of the audit."""
    audit, owner = recorded(house, kind=Audit.Kind.EXTERNAL, cycle=4), member(house, Role.QUALITY)
    found = findings.Found(
        severity="minor", source=audits.source_of(audit), text={"fi": "Palaute"}, owner=owner, audit=audit
    )

    finding = audits.recommend(audit=audit, found=found, by=owner, at=AT)

    assert (finding.source, finding.owner, finding.audit) == (Finding.Source.EXTERNAL_AUDIT, owner, audit)
    assert (finding.due_on - AT.date()).days == 180
