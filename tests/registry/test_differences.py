"""What differs between two versions: moonshot 4, rule 2."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from registry import catalogue, differences
from registry.access import Role
from registry.actions import codelists
from registry.differences.changes import marked
from registry.models import LearningOutcome, OfferingVersion
from tests.factories.catalogue import shown, titled
from tests.factories.quality import sent
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
    texts,
)

pytestmark = pytest.mark.django_db


def two(**fields) -> tuple[OfferingVersion, OfferingVersion]:
    """A superseded version and the published one that changes `fields`."""
    before = shown(status="superseded", number=1, title=titled("Robotiikka", sv="Robotik", en="Robotics"))
    content = {name: getattr(before, name) for name in OfferingVersion.CONTENT}
    after = shown(offering=before.offering, number=2, **{**content, **fields})
    return before, after


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("Osaa laatia", "Osaa laatia", (("same", "Osaa laatia"),)),
        ("", "Osaa", (("added", "Osaa"),)),
        ("Osaa", "", (("removed", "Osaa"),)),
        (
            "Osaa laatia raportin.",
            "Osaa kirjoittaa raportin.",
            (("same", "Osaa "), ("removed", "laatia"), ("added", "kirjoittaa"), ("same", " raportin.")),
        ),
        (
            "Yksi kaksi kolme",
            "Neljä viisi kolme",
            (("removed", "Yksi kaksi"), ("added", "Neljä viisi"), ("same", " kolme")),
        ),
    ],
)
def test_marked_text_says_word_by_word_what_changed(before, after, pieces):
    assert marked(before, after) == pieces


@pytest.mark.parametrize(
    ("before", "after"),
    [("a  b c", "a b d"), ("x y", "y x"), ("yksi, kaksi", "yksi; kolme kaksi"), ("", "")],
)
def test_marked_text_holds_both_texts_whole(before, after):
    pieces = marked(before, after)

    assert "".join(said for change, said in pieces if change != "added") == before
    assert "".join(said for change, said in pieces if change != "removed") == after


def test_equal_versions_have_no_change():
    """5 and 5.0, an empty language and a missing one say the same."""
    before, after = two(ects=Decimal("5.0"), badge_name={"fi": ""})

    assert differences.between(before, after) == []


@pytest.mark.parametrize("field", OfferingVersion.CONTENT)
def test_each_field_that_changes_is_listed_alone(field):
    """Issue B: the difference page lists exactly the changed elements."""
    version = OfferingVersionFactory()
    other = OfferingVersion.objects.get(pk=version.pk)
    value = getattr(version, field)
    kinds = {dict: {"fi": "Uusi"}, list: ["uusi"], bool: not value, str: "uusi"}
    setattr(other, field, kinds.get(type(value), 7))

    assert [one.field for one in differences.between(version, other)] == [field]


def test_outcomes_are_compared_one_by_one():
    """An outcome that has only moved is no change."""
    before, after = OfferingVersionFactory(), OfferingVersionFactory(outcomes=[])
    kind = LearningOutcome.Kind
    kept = list(before.outcomes.order_by("order"))
    for order, (which, text) in enumerate(
        [
            (kind.KNOWLEDGE, kept[0].text),
            (kind.SKILL, texts("Uusi")),
            (kind.SKILL, kept[1].text),
            (kind.COMPETENCE, texts("Selittää toisen asian")),
        ]
    ):
        LearningOutcome.objects.create(version=after, order=order, kind=which, text=text)

    found = [one for one in differences.between(before, after) if one.field == "outcomes"]

    assert [(one.item, one.before is None, one.after is None) for one in found] == [
        (2, True, False),
        (4, False, False),
    ]
    assert found[1].words["fi"] == (
        ("same", "Selittää"),
        ("added", " toisen"),
        ("same", " asian "),
        ("removed", "2 "),
        ("same", "suomeksi"),
    )


def test_rows_name_codes_in_the_readers_language():
    codelists.load()
    before, after = two(participation_modes=["contact", "online"], ects=Decimal("2.5"))

    with translation.override("fi"):
        rows = differences.rows(differences.between(before, after), shown=catalogue.current())

    assert [(row["element"], row["field"], row["label"]) for row in rows] == [
        ("M7", "ects", "Laajuus opintopisteinä"),
        ("M10", "participation_modes", "Osallistumismuodot"),
    ]
    assert [piece["change"] for piece in rows[1]["parts"][0]["pieces"]] == ["same", "added"]
    assert [piece["text"] for piece in rows[0]["parts"][0]["pieces"]] == ["5", "2,5"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_marks_changes_with_words(client, language):
    before, after = two(title=titled("Kestävä robotiikka", sv="Hållbar robotik", en="Sustainable robotics"))

    answer = client.get(
        f"/{language}/catalogue/{after.offering.code}/v{before.number}/difference/v{after.number}/"
    )

    assert answer.status_code == 200
    body = answer.content.decode()
    assert body.count("<ins>") == 3
    assert body.count("<del>") == 3
    with translation.override(language):
        assert translation.gettext("added:") in body


def test_page_keeps_bookkeeping_and_drafts_from_the_public(client):
    before, after = two(funding=[{"type": "esr", "share": 100}])
    OfferingVersionFactory(offering=after.offering, number=3, title=titled("Salainen luonnos"))
    address = f"/fi/catalogue/{after.offering.code}/v1/difference/"

    assert client.get(f"{address}v2/").context["rows"] == []
    assert client.get(f"{address}v3/").status_code == 404
    assert before.number == 1


def test_staff_page_compares_any_own_versions(client):
    """Another institution's version is a 404."""
    house = InstitutionFactory(code="OAMK")
    offering = OfferingFactory(institution=house)
    old = OfferingVersionFactory(offering=offering, number=1, status="rejected")
    funding = [{"type": "esr", "share": 40}]
    OfferingVersionFactory(offering=offering, number=2, funding=funding, title=old.title)
    client.force_login(member(house, Role.AUTHOR))

    page = client.get(reverse("version-difference", args=["oamk", offering.code, 1, 2]))
    foreign = OfferingVersionFactory().offering

    assert [row["field"] for row in page.context["rows"]] == ["funding"]
    assert client.get(reverse("version-difference", args=["oamk", foreign.code, 1, 1])).status_code == 404


def test_json_lists_changes_with_labels_in_every_language(client):
    before, after = two(eqf_level=7)

    body = client.get(f"/api/v1/offerings/{after.offering.code}/versions/1/difference/2/").json()

    assert body == {
        "code": before.offering.code,
        "before": 1,
        "after": 2,
        "changes": [
            {
                "element": "M8",
                "field": "eqf_level",
                "label": {
                    "fi": "EQF-taso (viitteellinen)",
                    "sv": "EQF-nivå (riktgivande)",
                    "en": "EQF level (indicative)",
                },
                "item": None,
                "before": 6,
                "after": 7,
                "words": {},
            }
        ],
    }
    assert client.get(f"/api/v1/offerings/{after.offering.code}/versions/1/difference/9/").status_code == 404


def test_review_page_shows_what_changes_since_the_published_version(client):
    house = InstitutionFactory(code="OAMK")
    published = shown(offering=OfferingFactory(institution=house))
    content = {name: getattr(published, name) for name in OfferingVersion.CONTENT}
    author, reviewer = UserFactory(), member(house, Role.REVIEWER)
    version = OfferingVersionFactory(offering=published.offering, number=2, **{**content, "eqf_level": 7})
    cycle = sent(version, by=author)
    client.force_login(reviewer)

    page = client.get(reverse("review-detail", args=["oamk", cycle.uid]))

    [since] = page.context["changes"]
    assert [row["field"] for row in since["rows"]] == ["eqf_level"]
