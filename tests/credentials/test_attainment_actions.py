from contextlib import nullcontext
from datetime import date, timedelta

import pytest

from credentials.actions import attainments, credentials
from credentials.models import Attainment
from registry import trail
from registry.errors import Invalid, Refused
from registry.models import OfferingVersion, Realisation
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = AT.date()  # the day on which the factory's versions are published


def published(institution=None, **values):
    if institution:
        values["offering__institution"] = institution
    return OfferingVersionFactory(status=OfferingVersion.Status.PUBLISHED, **values)


def record(learner, version, **values):
    facts = {
        "institution": learner.institution, "realisation": None, "completed_on": TODAY, "grade": "4",
        "by": UserFactory(), "at": AT + timedelta(days=3),
    } | values  # fmt: skip
    return attainments.record(learner=learner, version=version, **facts)


def reasons(refusal) -> list[tuple]:
    return [(field, text) for field, text in refusal.value.reasons]


def test_record_keeps_who_recorded_what():
    learner, clerk = LearnerFactory(), UserFactory()
    version = published(learner.institution)

    attainment = record(learner, version, by=clerk)

    assert Attainment.objects.get() == attainment
    assert (attainment.grade, attainment.recorded_by, attainment.recorded_at) == (
        "4",
        clerk,
        AT + timedelta(days=3),
    )
    assert [(one.verb, one.learner) for one in trail.of(row=attainment)] == [("recorded", learner.uid)]


@pytest.mark.parametrize(
    ("scale", "grade", "is_recorded"),
    [
        ("0-5", "0", True), ("0-5", "5", True), ("0-5", "HYV", True), ("0-5", "6", False),
        ("0-5", "HYL", False),
        ("pass_fail", "HYV", True), ("pass_fail", "HYL", True), ("pass_fail", "4", False), ("", "4", False),
    ],
)  # fmt: skip
def test_grade_is_of_the_versions_scale(scale, grade, is_recorded):
    """domain 3.4"""
    learner = LearnerFactory()
    version = published(learner.institution, grading_scale=scale)

    with nullcontext() if is_recorded else pytest.raises(Invalid, match="sellaisinaan"):
        record(learner, version, grade=grade)

    assert Attainment.objects.exists() is is_recorded


@pytest.mark.parametrize(("grade", "is_passed"), [("0", False), ("HYL", False), ("1", True), ("HYV", True)])
def test_failed_attainment_is_kept_and_not_issued(grade, is_passed):
    scale = "pass_fail" if grade == "HYL" else "0-5"
    version = published(grading_scale=scale)
    one = AttainmentFactory(version=version, institution=version.offering.institution, grade=grade)

    assert one.is_passed is is_passed
    assert list(Attainment.objects.not_issued()) == ([one] if is_passed else [])


@pytest.mark.parametrize("days", [-1, 4])
def test_day_is_neither_before_publication_nor_in_the_future(days):
    learner = LearnerFactory()
    version = published(learner.institution)

    with pytest.raises(Invalid) as refusal:
        record(learner, version, completed_on=TODAY + timedelta(days=days))

    assert [field for field, _text in refusal.value.reasons] == ["completed_on"]


def test_day_is_not_before_the_realisation_starts():
    learner = LearnerFactory()
    version = published(learner.institution)
    run = Realisation.objects.create(
        version=version, key="R1", starts_on=TODAY + timedelta(days=2), ends_on=TODAY + timedelta(days=9)
    )

    with pytest.raises(Invalid) as refusal:
        record(learner, version, realisation=run, completed_on=TODAY + timedelta(days=1))

    assert reasons(refusal) == [("completed_on", "Suorituspäivä on ennen toteutuksen alkua (24.11.2026).")]


def test_realisation_is_of_the_same_version():
    learner = LearnerFactory()
    run = Realisation.objects.create(version=published(), key="R1", starts_on=TODAY, ends_on=TODAY)

    with pytest.raises(Invalid) as refusal:
        record(learner, published(learner.institution), realisation=run)

    assert [field for field, _text in refusal.value.reasons] == ["realisation"]


def test_same_attainment_is_recorded_once():
    learner = LearnerFactory()
    version = published(learner.institution)
    record(learner, version)

    with pytest.raises(Invalid) as refusal:
        record(learner, version, grade="5")

    assert reasons(refusal) == [("completed_on", "Oppijalla on jo tämän version suoritus tältä päivältä.")]


def test_institution_records_its_own_offerings_and_those_it_awards():
    learner = LearnerFactory()
    own = published(learner.institution)
    awarded = published(awarding_bodies=["OTHER", learner.institution.code])
    of_others = published(awarding_bodies=[f"{learner.institution.code}X"])
    draft = OfferingVersionFactory(offering__institution=learner.institution)

    assert set(attainments.versions(institution=learner.institution)) == {own, awarded}
    for version in (of_others, draft):
        with pytest.raises(Invalid):
            record(learner, version)


def test_institution_records_for_its_own_learners():
    learner = LearnerFactory()
    version = published()

    with pytest.raises(Invalid) as refusal:
        record(learner, version, institution=version.offering.institution)

    assert [field for field, _text in refusal.value.reasons] == ["learner_oid"]


def test_correct_changes_the_row_and_the_trail_keeps_what_it_was():
    one = AttainmentFactory(grade="2")
    clerk = UserFactory()

    attainments.correct(
        attainment=one, realisation=None, completed_on=TODAY + timedelta(days=1), grade="3",
        reason="Kirjausvirhe", by=clerk, at=AT + timedelta(days=2),
    )  # fmt: skip

    entry = trail.of(row=one).get()
    assert (one.grade, one.completed_on) == ("3", TODAY + timedelta(days=1))
    assert (entry.verb, entry.was, entry.became) == ("corrected", "2026-11-22 2", "2026-11-23 3")
    assert (entry.reason, entry.by) == ("Kirjausvirhe", clerk)


def correct(one, **values):
    facts = {
        "realisation": None, "completed_on": TODAY, "grade": "5", "reason": "Kirjausvirhe",
        "by": UserFactory(), "at": AT,
    } | values  # fmt: skip
    attainments.correct(attainment=one, **facts)


def test_correct_waits_until_the_credential_is_revoked():
    one = AttainmentFactory(grade="2")
    credential = issued(one)

    with pytest.raises(Refused) as refusal:
        correct(one)
    credentials.revoke(credential=credential, reason="assessment_error", note="", by=UserFactory(), at=AT)
    correct(one)

    assert (refusal.value.code, one.grade) == ("issued", "5")
    assert list(Attainment.objects.not_issued()) == [one]


def test_correct_keeps_the_rules():
    one = AttainmentFactory(grade="2")
    other = AttainmentFactory(
        learner=one.learner,
        version=one.version,
        institution=one.institution,
        completed_on=TODAY - timedelta(days=1),
    )

    found = []
    for values in ({"grade": "9"}, {"completed_on": other.completed_on}, {"reason": "131052-308T"}):
        with pytest.raises(Invalid) as refusal:
            correct(one, **values)
        found.append(refusal.value.reasons[0][0])

    assert found == ["grade", "completed_on", "reason"]


def test_day_before_publication_is_refused_with_the_day():
    learner = LearnerFactory(institution=InstitutionFactory())
    version = published(learner.institution)

    with pytest.raises(Invalid) as refusal:
        record(learner, version, completed_on=date(2026, 1, 1))

    assert reasons(refusal) == [("completed_on", "Suorituspäivä on ennen version julkaisua (22.11.2026).")]
