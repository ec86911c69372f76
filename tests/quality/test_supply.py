"""How far offerings have come, the supply calendar, and one deed for several (issue B item 10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.models import Enrolment
from quality import stages
from quality.actions import demo, plans, several
from registry import terms, trail
from registry.access import Role
from registry.actions import codelists, supply
from registry.errors import Invalid
from registry.models import Contact, Offering, OfferingVersion
from registry.terms import Term
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.evidence import ContactFactory, MeetingFactory
from tests.factories.issuing import issued
from tests.factories.quality import CycleFactory, assessed
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    RealisationFactory,
    UserFactory,
    member,
)
from tests.registry import offering_typing

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def oamk():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def author(client, oamk):
    person = member(oamk, Role.AUTHOR)
    client.force_login(person)
    return person


def address(name, *args):
    return offering_typing.address(name, "oamk", *args)


def version(oamk, **fields):
    return OfferingVersionFactory(offering__institution=oamk, **fields)


def days(offering: Offering) -> list[date | None]:
    return [stage.on for stage in stages.of([offering])[offering.pk]]


# The five stages


def test_stages_follow_an_offering_to_its_first_credential(oamk):
    """W-01, P-17; the next step is the first that has not been reached."""
    draft = version(oamk)
    taught = AttainmentFactory(institution=oamk)
    issued(AttainmentFactory(institution=oamk, version=taught.version), at=AT + timedelta(days=3))

    planned, done = draft.offering, taught.version.offering

    assert days(planned) == [TODAY, None, None, None, None]
    assert days(done) == [TODAY] * 4 + [TODAY + timedelta(days=3)]
    assert [one.slug for one in stages.of([planned])[planned.pk] if one.is_next] == ["reviewed"]


def test_first_learner_is_whoever_enrolled_first_or_completed_without_enrolling_here(oamk):
    run = RealisationFactory(version=version(oamk, status="published"))
    said = {"institution": oamk, "realisation": run, "enrolled_by": UserFactory()}
    learners = LearnerFactory.create_batch(2, institution=oamk)
    Enrolment.objects.create(learner=learners[0], status="cancelled", enrolled_at=AT, **said)
    Enrolment.objects.create(learner=learners[1], enrolled_at=AT + timedelta(days=2), **said)
    offering = run.version.offering

    enrolled = days(offering)[3]
    AttainmentFactory(institution=oamk, version=run.version, completed_on=TODAY - timedelta(days=9))

    assert (enrolled, days(offering)[3]) == (TODAY + timedelta(days=2), TODAY - timedelta(days=9))


def test_stages_cost_as_many_queries_for_three_offerings_as_for_one(oamk, django_assert_num_queries):
    offerings = [version(oamk).offering for _ in range(3)]

    with django_assert_num_queries(4):
        stages.of(offerings[:1])
    with django_assert_num_queries(4):
        stages.of(offerings)


def test_stages_page_shows_the_bar_and_plans_the_term(client, author, oamk, time_machine):
    time_machine.move_to(AT)
    offering = version(oamk).offering

    saved = client.post(address("offering-term", offering.code), {"term": "2027/1"})
    refused = client.post(address("offering-term", offering.code), {"term": "1999/1"})
    page = client.get(address("offering-stages", offering.code))

    offering.refresh_from_db()
    assert (saved.status_code, refused.status_code, offering.planned_term) == (302, 302, "2027/1")
    assert [stage.on for stage in page.context["stages"]][:2] == [TODAY, None]
    assert trail.of(row=offering).get().reason == "– → 2027/1"


# Terms


def test_terms_turn_with_the_academic_year():
    spring, autumn = terms.of(date(2027, 7, 31)), terms.of(date(2027, 8, 1))

    assert (str(spring), str(autumn), spring.later(1), autumn.later(-2)) == (
        "2027/1",
        "2027/2",
        autumn,
        Term(2026, 2),
    )
    assert (spring.starts_on, spring.ends_on, autumn.starts_on, autumn.ends_on) == (
        date(2027, 1, 1),
        date(2027, 7, 31),
        date(2027, 8, 1),
        date(2027, 12, 31),
    )
    assert [terms.written(text) for text in ("2027/1", "2027/3", "27/1", "")] == [spring, None, None, None]


def test_term_that_is_none_is_refused(oamk):
    with pytest.raises(Invalid):
        supply.plan(offering=OfferingFactory(), term="2027/3", by=UserFactory(), at=AT)


# The calendar


def test_calendar_shows_the_stage_of_every_proposal_of_the_term(client, author, oamk, time_machine):
    """C-24: planned for the term, or with a realisation that starts in it; others' are not ours."""
    time_machine.move_to(AT)
    for code, status in (("A", "draft"), ("B", "in_review"), ("C", "approved"), ("D", "rejected")):
        version(oamk, offering__code=code, offering__planned_term="2027/1", status=status)
    running = version(oamk, offering__code="E", status="published")
    RealisationFactory(version=running, starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 1))
    cancelled = version(oamk, offering__code="F", status="published")
    RealisationFactory(
        version=cancelled, status="cancelled", starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 1)
    )
    OfferingVersionFactory(offering__planned_term="2027/1")

    page = client.get(address("supply-calendar"), {"term": "2027/1"})

    assert [(row["version"].offering.code, str(row["stage"])) for row in page.context["rows"]] == [
        ("A", "Proposal"),
        ("B", "Evaluation"),
        ("C", "Supply of the term"),
        ("E", "Published"),
        ("D", "Ended"),
    ]
    assert [one["number"] for one in page.context["counts"]] == [1, 1, 1, 1, 1]
    nexts = [[stage.slug for stage in row["stages"] if stage.is_next] for row in page.context["rows"]]
    assert nexts == [["evaluation"], ["supply"], ["published"], [], []]


def test_calendar_begins_with_the_coming_term_and_keeps_what_has_none(client, author, oamk, time_machine):
    time_machine.move_to(AT)
    version(oamk, offering__code="A")

    first = client.get(address("supply-calendar"))
    without = client.get(address("supply-calendar"), {"term": "none"})

    assert str(first.context["term"]) == str(terms.of(TODAY).later(1))
    assert [row["version"].offering.code for row in without.context["rows"]] == ["A"]


def test_calendar_costs_as_many_queries_for_three_rows_as_for_one(client, author, oamk):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(address("supply-calendar"), {"term": "2027/1"})
        return len(found)

    version(oamk, offering__planned_term="2027/1")
    queries()
    one = queries()
    for _ in range(2):
        version(oamk, offering__planned_term="2027/1")

    assert queries() == one


# Several at once


def name(one: OfferingVersion) -> str:
    return f"{one.offering.code}.v{one.number}"


@pytest.fixture
def ready(oamk):
    """Drafts that can be sent to review."""
    codelists.load()
    meeting = MeetingFactory(institution=oamk)

    def make(*, is_assessed: bool = True, **fields):
        made = version(oamk, meetings=[str(meeting.uid)], **fields)
        for function in (Contact.Function.STUDY_AFFAIRS, Contact.Function.TEACHING, Contact.Function.RDI):
            ContactFactory(offering=made.offering, function=function)
        if is_assessed:
            assessed(CycleFactory(version=made))
        return made

    return make


def test_several_are_sent_to_review_and_each_refusal_is_told_in_its_row(client, author, oamk, ready):
    complete, incomplete, gone = ready(), ready(title={"fi": "Vain suomeksi"}), ready(status="in_review")
    asked = {"do": "submit", "chosen": [name(one) for one in (complete, incomplete, gone)]}

    confirmed = client.get(address("offering-several"), asked)
    told = client.post(address("offering-several"), asked)

    rows = {row["name"]: row["outcome"] for row in told.context["rows"]}
    statuses = OfferingVersion.objects.in_bulk([complete.pk, incomplete.pk, gone.pk])
    assert [row["name"] for row in confirmed.context["rows"]] == sorted(asked["chosen"])
    assert (told.context["done"], rows[name(complete)].is_done) == (1, True)
    assert any("English" in reason for reason in rows[name(incomplete)].reasons)
    assert "state has already changed" in rows[name(gone)].refusal
    found = [statuses[one.pk].status for one in (complete, incomplete, gone)]
    assert found == ["submitted", "draft", "in_review"]


def test_several_tells_in_its_row_what_the_authors_have_not_assessed(client, author, ready):
    """T2: who sends has said how the offering meets each principle."""
    both = [ready(), ready(is_assessed=False)]

    told = client.post(address("offering-several"), {"do": "submit", "chosen": [name(one) for one in both]})

    rows = {row["name"]: row["outcome"] for row in told.context["rows"]}
    assert [rows[name(one)].is_done for one in both] == [True, False]
    assert rows[name(both[1])].refusal.startswith("Assess the offering by each principle")
    assert rows[name(both[1])].reasons == ()  # the refusal names the principles
    assert OfferingVersion.objects.get(pk=both[1].pk).status == "draft"


def test_several_confirms_before_anything_is_done(client, author, oamk, ready):
    client.get(address("offering-several"), {"do": "submit", "chosen": [name(ready())]})

    assert OfferingVersion.objects.get().status == "draft"


def test_several_names_what_is_another_version_by_now_and_never_touches_anothers(client, author, oamk):
    other, own = OfferingVersionFactory(), version(oamk)
    asked = {"do": "term", "term": "", "chosen": [name(other), f"{own.offering.code}.v7"]}

    told = client.post(address("offering-several"), asked)

    assert (told.context["rows"], told.context["lost"]) == ([], sorted(asked["chosen"]))


def test_several_are_ended_by_whoever_may_with_a_reason(client, oamk):
    both = [version(oamk, status="published") for _ in range(2)]
    for one in both:
        OfferingVersion.objects.filter(pk=one.pk).update(status="approved")
    asked = {"do": "retire", "chosen": [name(one) for one in both]}
    client.force_login(member(oamk, Role.AUTHOR))
    not_author = client.post(address("offering-several"), asked)
    client.force_login(member(oamk, Role.QUALITY))

    without = client.post(address("offering-several"), asked)

    assert (not_author.status_code, without.status_code) == (403, 200)
    assert without.context["form"].errors["reason"]


def test_several_get_the_same_contact_but_not_where_there_are_two(client, author, oamk):
    first, second, third = (version(oamk) for _ in range(3))
    ContactFactory(offering=first.offering, name="Vanha")
    ContactFactory.create_batch(2, offering=third.offering)
    asked = {
        "do": "contact",
        "chosen": [name(first), name(second), name(third)],
        "function": "teaching",
        "name": "Uusi Opettaja",
        "email": "uusi@example.com",
    }

    told = client.post(address("offering-several"), asked)

    names = [list(one.offering.contacts.values_list("name", flat=True)) for one in (first, second)]
    assert names == [["Uusi Opettaja"], ["Uusi Opettaja"]]
    assert [row["outcome"].is_done for row in told.context["rows"]] == [True, True, False]


def test_deed_that_is_refused_half_way_leaves_nothing_of_itself(oamk, ready, monkeypatch):
    """Each is a transaction of its own: the version does not move without its review."""
    one = ready()

    def broken(*_row, **_said):
        raise Invalid("no")

    monkeypatch.setattr(plans, "advance", broken)
    outcomes = several.submit(versions=[one], by=UserFactory(), at=AT)

    assert (outcomes[0].refusal, OfferingVersion.objects.get().status) == ("no", "draft")


@pytest.mark.parametrize("query", [{}, {"do": "submit"}])
def test_several_without_a_choice_leads_back_to_the_list(client, author, query):
    assert client.get(address("offering-several"), query)["Location"] == address("offering-list")


def test_several_knows_no_other_deed(client, author):
    assert client.get(address("offering-several"), {"do": "publish", "chosen": ["x.v1"]}).status_code == 404


def test_demo_shows_all_five_stages_of_its_oldest_offering_and_proposals_of_the_coming_term():
    """P-17: SEAMK-004; C-24: 2027/1 on the day of the demo's file."""
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    demo.load(at=now)
    item = next(one for one in demo.to_issue() if one.attainment.institution.code == "SEAMK")
    issued(item.attainment, at=item.issued_at)
    offering = item.attainment.version.offering
    planned = Offering.objects.exclude(planned_term="").order_by("code")

    found = days(offering)

    assert None not in found
    assert found == sorted(found)
    assert {one.planned_term for one in planned} == {"2027/1"}
    assert [[supplied.status for supplied in one.versions.all()] for one in planned] == [
        ["changes_requested"],
        ["in_review"],
    ]
    houses = {one.institution for one in planned}
    term = terms.written("2027/1")
    assert all(stages.proposals(house, term=term) for house in houses)
