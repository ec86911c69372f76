"""Realisations: their rules and words (domain.md 5.1/5, 6.4, 6.7, N9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from registry.actions import codelists, realisations
from registry.errors import Invalid, Refused
from registry.models import OfferingVersion, Realisation, TrailEntry
from tests.factories import AT
from tests.factories.registry import (
    OfferingVersionFactory,
    RealisationFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


Status = Realisation.Status
FACTS = {"starts_on": date(2027, 1, 11), "ends_on": date(2027, 3, 31), "enrolment": "none"}


@pytest.fixture
def version():
    return OfferingVersionFactory(status=OfferingVersion.Status.PUBLISHED)


def added(version, **facts):
    return realisations.add(version=version, facts=FACTS | facts, by=UserFactory(), at=AT)


def refused(version, **facts) -> list:
    with pytest.raises(Invalid) as problem:
        added(version, **facts)
    return list(problem.value.reasons)


def test_realisation_is_planned_with_the_next_key(version):
    RealisationFactory(version=version, key="R7")

    one = added(version)

    assert (one.key, one.status) == ("R8", Status.PLANNED)
    assert list(TrailEntry.objects.filter(verb="planned").values_list("about", flat=True)) == [
        f"realisation:{version.offering.code}.v1.R8"
    ]


def test_dates_must_follow_each_other(version):
    """Task 5.1/5: enrolment end before start."""
    assert refused(version, ends_on=date(2027, 1, 10)) == [
        ("ends_on", "The realisation ends before it starts.")
    ]
    window = {"enrol_from": date(2027, 1, 5), "enrol_by": date(2027, 1, 4)}
    assert refused(version, **window) == [("enrol_by", "Enrolment ends before it starts.")]
    assert refused(version, enrol_by=date(2027, 4, 1)) == [
        ("enrol_by", "Enrolment closes after the realisation has ended.")
    ]
    assert not version.realisations.exists()


def test_price_over_the_cap_is_refused(version):
    """Task 5.1/5, C-06: "Enintään 75 € (15 €/op)." for 5 credits of avoin AMK."""
    with translation.override("fi"):
        assert refused(version, price_eur=80) == [("price_eur", "Enintään 75 € (15 €/op).")]
    assert added(version, price_eur=75).price_eur == 75


def test_shape_of_other_facts_is_checked(version):
    codelists.load()

    assert refused(version, enrolment="outside") == [
        ("enrolment_url", "Give the address where people enrol.")
    ]
    assert refused(version, languages=["xx"]) == [("languages", "“xx” is not in the list.")]
    assert refused(version, price_eur=-1) == [("price_eur", "A fee cannot be negative.")]
    assert refused(version, places=0) == [
        ("places", "Give at least one place, or leave it empty when there is no limit.")
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("suspended", "The offering is suspended: no new realisations before it goes on."),
        ("superseded", "A newer version has superseded this one: plan new realisations there."),
        ("retired", "The offering has ended: it gets no new realisations."),
        ("rejected", "The version was rejected: it gets no realisations."),
    ],
)
def test_version_not_in_force_gets_no_new_realisation(status, words):
    with pytest.raises(Refused, match=words):
        added(OfferingVersionFactory(status=status))


def test_unpublished_version_is_planned_for_and_opened_after_publication():
    """DIAK-011 (6.7): the realisation is planned while the version is in review, enrolment is not opened."""
    one = added(OfferingVersionFactory(status="in_review"))

    with pytest.raises(Refused, match="must be published before"):
        realisations.announce(realisation=one, by=UserFactory(), at=AT)


@pytest.mark.parametrize(("late", "is_stopped"), [(29, False), (30, True), (47, True)])
def test_late_check_stops_new_realisations(version, late, is_stopped):
    """6.7, VAMK-006: "Arviointi myöhässä 47 päivää"; from the thirtieth day on (6.5)."""
    one = added(version)
    StatementFactory(version=version, check_due_on=AT.date() - timedelta(days=late))

    said = realisations.why_not_open(version=version, today=AT.date())

    wanted = f"The check is {late} days late. New realisations wait until it has been done."
    assert said == (wanted if is_stopped else "")
    if is_stopped:
        with pytest.raises(Refused):
            realisations.announce(realisation=one, by=UserFactory(), at=AT)
        with pytest.raises(Refused):
            added(version)


def test_opened_realisation_is_announced(version):
    one = added(version)
    assert list(Realisation.objects.announced()) == []

    realisations.announce(realisation=one, by=UserFactory(), at=AT)

    assert list(Realisation.objects.announced()) == [one]


def test_places_do_not_go_under_those_taken(version):
    one = RealisationFactory(version=version, places=10, taken=4)

    with pytest.raises(Invalid) as problem:
        realisations.change(realisation=one, facts={"places": 3}, by=UserFactory(), at=AT)

    assert problem.value.reasons == (
        ("places", "4 people are enrolled already; there cannot be fewer places."),
    )


def test_ended_realisation_stays_as_it_is(version):
    one = RealisationFactory(version=version, status=Status.ENDED)

    with pytest.raises(Refused, match="it stays as it is"):
        realisations.change(realisation=one, facts={"places": 3}, by=UserFactory(), at=AT)


def test_day_ends_at_midnight_in_finland(time_machine):
    """N9: deadlines end 23:59:59 Europe/Helsinki; UTC is two hours behind in winter."""
    one = RealisationFactory(ends_on=date(2026, 12, 31))

    time_machine.move_to(datetime(2026, 12, 31, 21, 59, 59, tzinfo=UTC))
    assert realisations.end_due() == 0
    time_machine.move_to(datetime(2026, 12, 31, 22, 0, tzinfo=UTC))
    assert realisations.end_due() == 1
    one.refresh_from_db()
    assert one.status == Status.ENDED


def test_realisation_that_was_prolonged_meanwhile_does_not_end():
    one = RealisationFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1))
    Realisation.objects.filter(pk=one.pk).update(ends_on=date(2099, 1, 1))

    with pytest.raises(Refused, match=r"goes on until 1\.1\.2099"):
        realisations.end(realisation=one, by=None, at=AT)


def test_window_follows_the_days():
    one = RealisationFactory.build(
        version=None, enrol_from=date(2026, 11, 1), enrol_by=None, starts_on=date(2026, 12, 1)
    )

    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 2)]
    assert [str(one.window(day)) for day in days] == ["before", "open", "open", "closed"]


def test_teach_out_lasts_as_long_as_what_runs(version):
    RealisationFactory(version=version, ends_on=date(2027, 5, 31))
    RealisationFactory(version=version, ends_on=date(2027, 6, 30), status=Status.CANCELLED)

    assert realisations.taught_until(version) == date(2027, 5, 31)
