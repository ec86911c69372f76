"""Making, publishing and taking back a pathway (C-14, P-19)."""

import pytest
from django.utils import translation

from registry import trail
from registry.actions import pathways
from registry.errors import Invalid, StateChanged
from registry.models import Pathway
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.registry import InstitutionFactory, OfferingFactory, PathwayFactory, UserFactory, texts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def content(*codes: str, **changes) -> dict:
    return {
        "model": "paketti",
        "name": texts("Tekoälyosaaja"),
        "is_composite": True,
        "is_diploma": False,
        "is_ordered": True,
        "total_ects": 16,
        "rule": {"all_of": list(codes)},
        "counts_towards": {},
    } | changes


def create(institution=None, **kwargs) -> Pathway:
    house = institution or InstitutionFactory()
    return pathways.create(institution=house, code="PATH-1", by=UserFactory(), at=AT, **kwargs)


def refused(**changes) -> tuple:
    one = OfferingFactory(code="A-1")
    with pytest.raises(Invalid) as refusal:
        create(content=content(one.code, **changes))
    return [(field, str(said)) for field, said in refusal.value.reasons]


def test_create_makes_a_draft_of_offerings_of_several_institutions():
    one, two = OfferingFactory(), OfferingFactory()

    pathway = create(content=content(one.code, two.code))

    assert (pathway.status, set(pathway.offerings.all())) == ("draft", {one, two})
    assert [entry.verb for entry in trail.of(row=pathway)] == ["created"]


def test_create_refuses_a_code_in_use():
    OfferingFactory(code="A-1")
    create(content=content("A-1"))

    with pytest.raises(Invalid) as refusal:
        create(content=content("A-1"))

    assert refusal.value.code == "code_in_use"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"rule": {"all_of": ["A-1", "X-9"]}}, [("", "There is no offering X-9.")]),
        (
            {"rule": {"all_of": ["A-1", "A-1"]}},
            [("", "A-1 stands in the rule twice. Each offering is named once.")],
        ),
        (
            {"is_composite": False, "is_diploma": True},
            [("is_diploma", "A higher education diploma is a composite credential: mark that too.")],
        ),
        (
            {"model": "suppilo"},
            [("is_composite", "A funnel leads onwards; it has no composite credential.")],
        ),
    ],
)
def test_create_says_what_does_not_go_together(changes, fields):
    assert refused(**changes) == fields


def test_create_refuses_an_overlap_larger_than_the_offering():
    one, two = shown(ects=1).offering, shown(ects=5).offering
    rule = {"all_of": [one.code, two.code], "overlaps": [{"parts": [one.code, two.code], "ects": 2}]}

    with pytest.raises(Invalid) as refusal:
        create(content=content(rule=rule))

    assert [(field, str(said)) for field, said in refusal.value.reasons] == [
        ("overlaps", f"{one.code} overlaps by more credits than it has.")
    ]


def test_publish_needs_names_in_three_languages_and_offerings_in_the_catalogue():
    unpublished = OfferingFactory()
    pathway = PathwayFactory(parts=[shown().offering, unpublished], name={"fi": "Polku"})

    with pytest.raises(Invalid) as refusal:
        pathways.publish(pathway=pathway, by=UserFactory(), at=AT)

    assert [(field, str(said)) for field, said in refusal.value.reasons] == [
        ("name", "The name is missing in: sv, en."),
        ("", f"{unpublished.code} is not in the catalogue."),
    ]


def test_publish_records_who_and_when_and_taking_back_clears_it():
    pathway, person = PathwayFactory(parts=[shown().offering]), UserFactory()

    pathways.publish(pathway=pathway, by=person, at=AT)
    assert Pathway.objects.published().get(published_by=person, published_at=AT) == pathway

    pathways.take_back(pathway=pathway, by=person, at=AT)
    pathway.refresh_from_db()
    assert (pathway.status, pathway.published_at, pathway.published_by) == ("draft", None, None)
    assert [(one.was, one.became) for one in trail.of(row=pathway)] == [
        ("published", "draft"),
        ("draft", "published"),
    ]


def test_save_refuses_a_published_pathway():
    one = shown().offering
    pathway = PathwayFactory(parts=[one], status="published")

    with pytest.raises(StateChanged):
        pathways.save(pathway=pathway, content=content(one.code), by=UserFactory(), at=AT)


def test_save_changes_a_draft_and_names_what_changed():
    one, two = OfferingFactory(), OfferingFactory()
    pathway = PathwayFactory(parts=[one])

    pathways.save(pathway=pathway, content=content(one.code, two.code), by=UserFactory(), at=AT)

    kept = Pathway.objects.get(pk=pathway.pk)
    assert (kept.rule, set(kept.offerings.all())) == ({"all_of": [one.code, two.code]}, {one, two})
    assert trail.of(row=kept).get().reason == "name, is_composite, is_ordered, total_ects, rule"
