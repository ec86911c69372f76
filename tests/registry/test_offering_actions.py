"""Offerings: written, frozen, moved from state to state (rules 2, 3 and 12; transitions of domain.md 6.2)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from registry import trail
from registry.actions import codelists, offerings, stamps
from registry.errors import Invalid, NotAllowed, Refused, StateChanged
from registry.models import CatalogueState, OfferingVersion, SearchText
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    texts,
)

pytestmark = pytest.mark.django_db
S = OfferingVersion.Status
LATER = AT + timedelta(hours=1)
OUTCOME = {
    "kind": "skill",
    "text": texts("Laatii suunnitelman"),
    "skill_keywords": ["suunnittelu"],
    "skills": [],
}


@pytest.fixture(autouse=True)
def codes(db):
    codelists.load()


def verbs(version):
    return [
        (entry.verb, entry.by_id, entry.was, entry.became, entry.reason) for entry in trail.of(row=version)
    ]


def new(institution=None, at=AT, by=None, **title):
    return offerings.create(
        institution=institution or InstitutionFactory(),
        title=title or texts("Uusi"),
        primary_language="fi",
        by=by or UserFactory(),
        at=at,
    )


# Writing


def test_create_makes_a_draft_with_its_author_and_country():
    institution, author = InstitutionFactory(code="OAMK", country="AX"), UserFactory()

    version = new(institution, by=author)

    assert (version.offering.code, version.number, version.status) == ("OAMK-MC-2026-001", 1, "draft")
    assert (version.country, version.awarding_bodies, version.rule_set) == ("AX", ["OAMK"], "eu-2022/2")
    assert list(version.authors.all()) == [author]
    assert verbs(version) == [
        ("edited", author.pk, "", "", "title"),
        ("created", author.pk, "", "draft", ""),
    ]


def test_create_counts_codes_by_institution_and_local_year():
    """N9: the year is Finland's."""
    institution = InstitutionFactory(code="OAMK")
    OfferingFactory(institution=institution, code="OAMK-MC-2027-041")

    made = [
        new(institution, at=datetime(2026, 12, 31, 21, 59, tzinfo=UTC)),
        new(institution, at=datetime(2026, 12, 31, 22, tzinfo=UTC)),
    ]

    assert [version.offering.code for version in made] == ["OAMK-MC-2026-001", "OAMK-MC-2027-042"]


def test_create_needs_a_title_in_the_main_language():
    with pytest.raises(Invalid) as refusal:
        new(en="Only English")

    assert refusal.value.reasons[0][0] == "title"


def test_save_takes_half_of_the_content_and_leaves_the_rest():
    """Rule 3: what is missing never stops saving."""
    version, other = new(), UserFactory()

    offerings.save(
        version=version,
        content={"ects": Decimal("7.3"), "summary": {"fi": " Teksti ", "en": ""}},
        by=other,
        at=LATER,
    )

    kept = OfferingVersion.objects.get(pk=version.pk)
    assert (kept.ects, kept.summary, kept.title, kept.updated_at) == (
        Decimal("7.3"),
        {"fi": "Teksti"},
        texts("Uusi"),
        LATER,
    )


def test_save_makes_the_writer_an_author_and_leaves_a_trace():
    version, other = new(), UserFactory()

    offerings.save(
        version=version, content={"ects": Decimal(5), "country": "FI"}, outcomes=[OUTCOME], by=other, at=LATER
    )

    assert version.authors.filter(pk=other.pk).exists()
    assert verbs(version)[0] == ("edited", other.pk, "", "", "ects, outcomes")


def test_save_without_a_change_makes_nobody_an_author():
    version, other = OfferingVersionFactory(), UserFactory()

    offerings.save(version=version, content={"ects": Decimal("5.0"), "country": "FI"}, by=other, at=LATER)

    assert (list(version.authors.all()), verbs(version)) == ([], [])


def test_save_replaces_the_outcomes_in_their_order():
    version = OfferingVersionFactory()
    second = {
        "kind": "knowledge",
        "text": {"fi": "Selittää"},
        "skills": [{"uri": "http://data.europa.eu/esco/skill/1", "label": {}}],
    }

    offerings.save(version=version, content={}, outcomes=[OUTCOME, second], by=UserFactory(), at=LATER)

    assert [
        (row.order, row.kind, row.text, row.skill_keywords, row.skills)
        for row in version.outcomes.order_by("order")
    ] == [
        (0, "skill", OUTCOME["text"], ["suunnittelu"], []),
        (1, "knowledge", {"fi": "Selittää"}, [], second["skills"]),
    ]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"title": {"fi": "Nimi\x07"}}, "title"),
        ({"region": "0\x001"}, "region"),
        ({"rdi": {"project_name": "\x1b"}}, "rdi"),
        ({"title": {"de": "Name"}}, "title"),
        ({"title": "Nimi"}, "title"),
        ({"ects": Decimal("7.25")}, "ects"),
        ({"ects": Decimal(61)}, "ects"),
        ({"ects": "viisi"}, "ects"),
        ({"eqf_level": 3}, "eqf_level"),
        ({"country": "SE"}, "country"),
        ({"assessment_types": ["quiz", "guess"]}, "assessment_types"),
        ({"awarding_bodies": ["NOWHERE"]}, "awarding_bodies"),
        ({"primary_language": "de"}, "primary_language"),
        ({"further_information_url": "javascript:alert(1)"}, "further_information_url"),
        ({"fee_eur": Decimal(-1)}, "fee_eur"),
        ({"rdi": {"tki_ects": 6}}, "rdi"),
        ({"status": "published"}, "status"),
    ],
)
def test_save_refuses_a_wrong_shape_by_field_and_saves_nothing(content, field):
    """Page, API and import agree; control characters are refused at every input."""
    version = OfferingVersionFactory()
    before = offerings.content_hash(version)

    with pytest.raises(Invalid) as refusal:
        offerings.save(version=version, content=content, by=UserFactory(), at=LATER)

    assert {name for name, _text in refusal.value.reasons} == {field}
    assert offerings.content_hash(version) == before


def test_save_names_no_institution_that_has_not_agreed():
    """Nobody awards in another's name: who is named already stays, also in the next version; none is new."""
    named, other = InstitutionFactory(), InstitutionFactory()
    offering = OfferingFactory()
    lead = offering.institution.code
    OfferingVersionFactory(offering=offering, status="published", awarding_bodies=[named.code, lead])
    version = offerings.revise(offering=offering, by=UserFactory(), at=LATER)

    offerings.save(
        version=version, content={"awarding_bodies": [lead, named.code]}, by=UserFactory(), at=LATER
    )
    with pytest.raises(Invalid) as refusal:
        offerings.save(
            version=version, content={"awarding_bodies": [lead, other.code]}, by=UserFactory(), at=LATER
        )

    said = f"{other.code} ei ole sopinut myöntävänsä tätä kokonaisuutta, joten sitä ei voi nimetä tässä."
    assert refusal.value.reasons == (("awarding_bodies", said),)
    assert OfferingVersion.objects.get(pk=version.pk).awarding_bodies == [lead, named.code]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**OUTCOME, "kind": "magic"}, "outcomes.0.kind"),
        ({**OUTCOME, "text": {"fi": "\x00"}}, "outcomes.0.text"),
        ({**OUTCOME, "text": {}}, "outcomes.0.text"),
        ({**OUTCOME, "skill_keywords": ["\x08"]}, "outcomes.0"),
    ],
)
def test_save_refuses_a_wrong_outcome(row, field):
    with pytest.raises(Invalid) as refusal:
        offerings.save(
            version=OfferingVersionFactory(), content={}, outcomes=[row], by=UserFactory(), at=LATER
        )

    assert [name for name, _text in refusal.value.reasons] == [field]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("submitted", "locked"),
        ("in_review", "locked"),
        ("approved", "locked"),
        ("published", "frozen"),
        ("superseded", "frozen"),
        ("retired", "frozen"),
        ("rejected", "frozen"),
    ],
)
def test_save_refuses_what_is_not_open_for_writing(status, code):
    """Rule 2; T2 locks the text for its authors."""
    version = OfferingVersionFactory(status=status)

    with pytest.raises(Refused) as refusal:
        offerings.save(version=version, content={"ects": Decimal(4)}, by=UserFactory(), at=LATER)

    assert (refusal.value.code, refusal.value.status) == (code, 409)
    assert OfferingVersion.objects.get(pk=version.pk).ects == 5


def test_save_opens_again_when_changes_were_asked_for():
    version = OfferingVersionFactory(status="changes_requested")

    offerings.save(version=version, content={"ects": Decimal(4)}, by=UserFactory(), at=LATER)

    assert OfferingVersion.objects.get(pk=version.pk).ects == 4


def test_published_version_is_frozen_by_the_database_too():
    """Rule 2, by constraint."""
    version = OfferingVersionFactory(status="published")

    with pytest.raises(DatabaseError), transaction.atomic():
        OfferingVersion.objects.filter(pk=version.pk).update(ects=4)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.outcomes.update(kind="skill")


def test_save_of_a_part_that_somebody_changed_meanwhile_is_refused():
    version = OfferingVersionFactory()
    seen = stamps.of(version=version, fields=["ects"])
    offerings.save(version=version, content={"ects": Decimal(3)}, by=UserFactory(), at=AT)

    with pytest.raises(StateChanged) as refusal:
        offerings.save(version=version, content={"ects": Decimal(4)}, by=UserFactory(), at=LATER, seen=seen)

    assert (refusal.value.code, OfferingVersion.objects.get(pk=version.pk).ects) == ("edited_meanwhile", 3)


def test_save_of_another_part_goes_through_meanwhile():
    version = OfferingVersionFactory()
    seen = stamps.of(version=version, fields=["ects"], with_outcomes=True)
    offerings.save(version=version, content={"sdgs": ["1"]}, by=UserFactory(), at=AT)

    offerings.save(
        version=version, content={"ects": Decimal(4)}, outcomes=[], by=UserFactory(), at=LATER, seen=seen
    )

    assert OfferingVersion.objects.get(pk=version.pk).ects == 4


def test_content_hash_is_the_same_for_the_same_content():
    version = OfferingVersionFactory(ects=5)
    before = offerings.content_hash(version)

    OfferingVersion.objects.filter(pk=version.pk).update(ects=Decimal("5.0"), updated_at=LATER)

    assert offerings.content_hash(version) == before


def test_content_hash_changes_with_an_outcome():
    version = OfferingVersionFactory()
    before = offerings.content_hash(version)

    version.outcomes.filter(order=0).update(skill_keywords=["uusi"])

    assert offerings.content_hash(version) != before


# A new version


def test_revise_copies_the_shown_version_into_a_draft():
    """T1 for version n+1; whoever wrote the text stays its author (rule 12)."""
    version, author, other = OfferingVersionFactory(status="published"), UserFactory(), UserFactory()
    version.authors.add(author)

    made = offerings.revise(offering=version.offering, by=other, at=LATER)

    assert (made.number, made.status, made.published_at, made.submitted_by) == (2, "draft", None, None)
    assert offerings.content_hash(made) == offerings.content_hash(version)
    assert set(made.authors.all()) == {author, other}
    assert verbs(made) == [("revised", other.pk, "", "draft", "v1")]


def test_revise_goes_on_from_what_was_rejected():
    """T6: "a copy may start again"; the version that is shown does not have the work that was refused."""
    shown = OfferingVersionFactory(status="published")
    rejected = OfferingVersionFactory(offering=shown.offering, number=2, status="rejected")

    made = offerings.revise(offering=shown.offering, by=UserFactory(), at=LATER)

    assert (made.number, made.title) == (3, rejected.title)
    assert verbs(made)[0][-1] == "v2"


@pytest.mark.parametrize("status", ["draft", "submitted", "in_review", "changes_requested", "approved"])
def test_revise_is_refused_while_a_version_is_in_the_making(status):
    """T1: no other open draft of the same offering."""
    version = OfferingVersionFactory(status=status)

    with pytest.raises(Refused) as refusal:
        offerings.revise(offering=version.offering, by=UserFactory(), at=LATER)

    assert refusal.value.code == "open_version"


# From state to state


def test_version_walks_from_draft_to_the_catalogue():
    """T2, T3, T7, T8: each step says who and when; the shown version follows."""
    version, author, reviewer, publisher = OfferingVersionFactory(), *(UserFactory() for _ in range(3))
    number = CatalogueState.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    offerings.submit(version=version, by=author, at=AT)
    offerings.take(version=version, by=reviewer, at=AT)
    offerings.approve(version=version, by=reviewer, at=AT)
    offerings.publish(version=version, by=publisher, at=LATER)

    kept = OfferingVersion.objects.get(pk=version.pk)
    assert (kept.submitted_at, kept.submitted_by, kept.approved_at, kept.approved_by) == (
        AT,
        author,
        AT,
        reviewer,
    )
    assert (kept.published_at, kept.published_by, kept.offering.published) == (LATER, publisher, kept)
    assert kept.content_hash == offerings.content_hash(kept)
    assert [verb[0] for verb in verbs(version)] == ["published", "approved", "in_review", "submitted"]
    assert {entry.content_hash for entry in trail.of(row=version)} == {kept.content_hash}
    assert (SearchText.objects.filter(version=kept).count(), CatalogueState.objects.get(pk=1).number) == (
        3,
        number + 1,
    )


def test_submit_names_everything_that_is_missing():
    """Rule 3."""
    version = OfferingVersionFactory(country="", awarding_bodies=[])

    with pytest.raises(Invalid) as refusal:
        offerings.submit(version=version, by=UserFactory(), at=AT)

    assert ([field for field, _text in refusal.value.reasons], refusal.value.code) == (
        ["country", "awarding_bodies"],
        "incomplete",
    )
    assert OfferingVersion.objects.get(pk=version.pk).status == "draft"


def test_submit_is_blocked_by_own_rules_where_the_institution_says_so():
    version = OfferingVersionFactory(sdgs=[], offering__institution__own_rules_block=True)

    with pytest.raises(Invalid) as refusal:
        offerings.submit(version=version, by=UserFactory(), at=AT)

    assert [field for field, _text in refusal.value.reasons] == ["sdgs"]


@pytest.mark.parametrize(
    ("status", "move"),
    [
        ("submitted", lambda version, by: offerings.take(version=version, by=by, at=AT)),
        ("in_review", lambda version, by: offerings.send_back(version=version, by=by, at=AT, reason="Syy")),
        ("in_review", lambda version, by: offerings.approve(version=version, by=by, at=AT)),
        ("in_review", lambda version, by: offerings.reject(version=version, by=by, at=AT, reason="Syy")),
        ("approved", lambda version, by: offerings.publish(version=version, by=by, at=AT)),
    ],
)
@pytest.mark.parametrize("own", ["wrote", "sent"])
def test_nobody_reviews_approves_or_publishes_their_own(status, move, own):
    """Rule 12."""
    version = OfferingVersionFactory(status=status)
    if own == "wrote":
        person = UserFactory()
        version.authors.add(person)
    else:
        person = version.submitted_by

    with pytest.raises(NotAllowed) as refusal:
        move(version, person)

    assert (refusal.value.code, refusal.value.status) == ("own_work", 403)
    assert OfferingVersion.objects.get(pk=version.pk).status == status


@pytest.mark.parametrize(
    ("status", "move"),
    [
        ("in_review", offerings.send_back),
        ("in_review", offerings.reject),
        ("approved", offerings.reopen),
        ("published", offerings.suspend),
        ("published", offerings.retire),
    ],
)
@pytest.mark.parametrize("reason", [" ", "\x00"])
def test_moves_that_need_a_reason_refuse_without(status, move, reason):
    version = OfferingVersionFactory(status=status)

    with pytest.raises(Invalid) as refusal:
        move(version=version, by=UserFactory(), at=AT, reason=reason)

    assert [field for field, _text in refusal.value.reasons] == ["reason"]


def test_sent_back_version_may_be_written_and_sent_again():
    """T4, T5."""
    version, author, reviewer = OfferingVersionFactory(status="in_review"), UserFactory(), UserFactory()

    offerings.send_back(version=version, by=reviewer, at=AT, reason="Tarkenna kriteerejä")
    offerings.save(version=version, content={"ects": Decimal(4)}, by=author, at=AT)
    offerings.submit(version=version, by=author, at=LATER)

    assert OfferingVersion.objects.get(pk=version.pk).submitted_at == LATER
    assert [verb[::4] for verb in verbs(version)] == [
        ("submitted", ""),
        ("edited", "ects"),
        ("changes_requested", "Tarkenna kriteerejä"),
    ]


def test_reopened_version_has_no_approval_left():
    """T20."""
    version = OfferingVersionFactory(status="approved")

    offerings.reopen(version=version, by=UserFactory(), at=LATER, reason="Teksti muuttuu")

    kept = OfferingVersion.objects.get(pk=version.pk)
    assert (kept.status, kept.approved_at, kept.approved_by, kept.submitted_at, kept.content_hash) == (
        "draft",
        None,
        None,
        None,
        "",
    )


def test_publish_is_refused_after_the_ninetieth_day_of_the_approval():
    """T8; N9: the day counts to its end in Finland."""
    approved_at = datetime(2026, 8, 24, 6, tzinfo=UTC)
    in_time, late = (OfferingVersionFactory(status="approved", approved_at=approved_at) for _ in range(2))

    offerings.publish(version=in_time, by=UserFactory(), at=datetime(2026, 11, 22, 21, 59, tzinfo=UTC))
    with pytest.raises(Refused) as refusal:
        offerings.publish(version=late, by=UserFactory(), at=datetime(2026, 11, 22, 22, tzinfo=UTC))

    assert (in_time.status, refusal.value.code) == ("published", "approval_lapsed")


def test_publish_is_refused_when_the_text_is_not_the_approved_one():
    """T8: hash equal to the approved content."""
    version = OfferingVersionFactory(status="approved")
    version.outcomes.filter(order=0).update(text=texts("Muu"))

    with pytest.raises(Refused) as refusal:
        offerings.publish(version=version, by=UserFactory(), at=AT)

    assert refusal.value.code == "content_changed"


def test_publish_without_approval_is_forbidden_with_a_reason():
    """Journey 5.1/5: 403 with reason."""
    version = OfferingVersionFactory()

    with pytest.raises(NotAllowed) as refusal:
        offerings.publish(version=version, by=UserFactory(), at=AT)

    assert (refusal.value.code, refusal.value.status) == ("not_approved", 403)


def test_second_of_two_who_publish_at_once_gets_state_changed():
    """Bad input of the issue: "Tila on jo muuttunut"; one trace only."""
    version = OfferingVersionFactory(status="approved")
    same = OfferingVersion.objects.get(pk=version.pk)
    offerings.publish(version=version, by=UserFactory(), at=AT)

    with pytest.raises(StateChanged):
        offerings.publish(version=same, by=UserFactory(), at=LATER)

    assert [verb[0] for verb in verbs(version)] == ["published"]


def test_publish_supersedes_the_older_version():
    """T19: v(n) stays readable."""
    older = OfferingVersionFactory(status="published")
    version = OfferingVersionFactory(status="approved", offering=older.offering, number=2)

    offerings.publish(version=version, by=UserFactory(), at=LATER)

    older = OfferingVersion.objects.get(pk=older.pk)
    assert (older.status, older.superseded_at, older.offering.published) == ("superseded", LATER, version)


def test_suspended_version_resumes():
    """T16, T17."""
    version = OfferingVersionFactory(status="published")

    offerings.suspend(version=version, by=UserFactory(), at=AT, reason="Vilppiepäily")
    offerings.resume(version=version, by=UserFactory(), at=LATER)

    assert [verb[0::4] for verb in verbs(version)] == [("published", ""), ("suspended", "Vilppiepäily")]


def test_approved_version_is_not_published_by_resuming():
    version = OfferingVersionFactory(status="approved")

    with pytest.raises(StateChanged):
        offerings.resume(version=version, by=UserFactory(), at=AT)


def test_retired_version_leaves_the_list():
    """T18."""
    version = OfferingVersionFactory(status="published")

    offerings.retire(version=version, by=UserFactory(), at=AT, reason="Kysyntä loppui")

    kept = OfferingVersion.objects.get(pk=version.pk)
    assert (kept.status, kept.offering.published) == ("retired", None)
