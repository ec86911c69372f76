from datetime import UTC, datetime, timedelta

import pytest

from credentials.award import Awards, language_of, valid_until
from credentials.facts import Incomplete, StatusEntry
from registry.actions import codelists
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, StatementFactory

pytestmark = pytest.mark.django_db
STATUS = StatusEntry(list_url="https://registry.example/status-lists/1", index=7)
DAY = timedelta(days=1)


def read(attainment):
    return Awards([attainment.version]).read(
        attainment,
        statement=attainment.version.statements.get(),
        credential_id=attainment.uid,
        issued_at=AT,
        did="did:web:registry.example",
        status=STATUS,
    )


def test_award_joint_offering_names_every_body():
    codelists.load()
    partner = InstitutionFactory(code="PARTNER")
    attainment = AttainmentFactory(version__awarding_bodies=["LEAD", "PARTNER"], institution__code="LEAD")

    award = read(attainment)

    assert [body.code for body in award.awarding_bodies if body.code == partner.code] == ["PARTNER"]
    assert award.issuer.did == "did:web:registry.example"


def test_award_is_refused_where_the_issuer_does_not_award():
    """M4: a document issued by A that names B alone would say what is not so."""
    codelists.load()
    InstitutionFactory(code="PARTNER")

    with pytest.raises(Incomplete) as refusal:
        read(AttainmentFactory(version__awarding_bodies=["PARTNER"]))

    assert refusal.value.fact == "awarding_bodies"


def test_body_that_the_register_does_not_know_is_not_left_out():
    """M4: a document that names fewer than award it would say what is not so."""
    codelists.load()
    attainment = AttainmentFactory(version__awarding_bodies=["LEAD", "NOBODY"], institution__code="LEAD")

    with pytest.raises(Incomplete) as refusal:
        read(attainment)

    assert refusal.value.fact == "awarding_bodies"


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({}, "in_force"),
        ({"approved_until": AT.date()}, "in_force"),
        ({"approved_until": AT.date() - DAY}, "lapsed"),
        ({"check_due_on": AT.date() - DAY}, "check_late"),
        ({"check_due_on": AT.date() - DAY, "approved_until": AT.date() - DAY}, "lapsed"),
        ({"approved_until": AT.date() - DAY, "suspended_at": AT}, "suspended"),
    ],
)
def test_award_says_how_the_approval_stood_on_the_day_of_issue(said, standing):
    """Rule 2, 6.5: for somebody who had begun while it was in force."""
    codelists.load()
    attainment = AttainmentFactory(statement=False)
    StatementFactory(version=attainment.version, decided_on=AT.date() - 9 * DAY, **said)

    assert read(attainment).quality.standing == standing


def test_award_carries_codes_with_their_addresses():
    codelists.load()

    award = read(AttainmentFactory(version__isced_f="061"))

    assert award.isced_f.uri == "http://data.europa.eu/snb/isced-f/061"
    assert (award.grade.code, award.grading_scale.code) == ("4", "0-5")
    assert [goal.code for goal in award.sdgs] == ["4"]


def test_award_refuses_a_code_that_no_list_has():
    codelists.load()
    attainment = AttainmentFactory(version__grading_scale="1-10")

    with pytest.raises(Incomplete) as gap:
        read(attainment)

    assert gap.value.fact == "grading_scale"


def test_award_costs_as_many_queries_for_three_versions_as_for_one(django_assert_num_queries):
    codelists.load()
    attainments = AttainmentFactory.create_batch(3)
    versions = OfferingVersion.objects.select_related("offering").in_bulk(
        [one.version_id for one in attainments]
    )

    with django_assert_num_queries(5):
        Awards(versions.values())


@pytest.mark.parametrize(("wished", "expected"), [("fi", "fi"), ("sv", "sv"), ("en", "en")])
def test_language_is_the_learners_when_every_text_has_it(wished, expected):
    assert language_of(OfferingVersionFactory(), wished=wished) == expected


def test_language_is_the_offerings_when_a_text_is_missing():
    """Rule 16: a text in another language is never put in its place."""
    version = OfferingVersionFactory(prerequisites={"fi": "Ei", "en": "None"}, primary_language="fi")

    assert language_of(version, wished="sv") == "fi"


def test_language_does_not_mind_texts_that_nobody_wrote():
    version = OfferingVersionFactory(target_group={}, stackability_towards={})

    assert language_of(version, wished="sv") == "sv"


@pytest.mark.parametrize(
    ("issued_at", "months", "last"),
    [
        (datetime(2027, 1, 31, 10, tzinfo=UTC), 1, "2027-02-28T23:59:59+02:00"),
        (datetime(2028, 1, 31, 10, tzinfo=UTC), 1, "2028-02-29T23:59:59+02:00"),
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), 7, "2027-06-23T23:59:59+03:00"),
    ],
)
def test_valid_until_is_the_end_of_a_day_in_finland(issued_at, months, last):
    """N9: 31.1. + 1 month, leap day, daylight saving; 22.30 UTC is the next day in Finland."""
    version = OfferingVersion(validity_months=months)

    assert valid_until(version, issued_at=issued_at).isoformat() == last


def test_no_validity_means_no_end():
    assert valid_until(OfferingVersion(validity_months=None), issued_at=AT) is None
