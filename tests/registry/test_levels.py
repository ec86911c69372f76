"""Level steps for working life: three or five by the rule set, described by the institution (C-20)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from credentials import certificate
from registry import elements, rule_sets
from registry.access import Role
from registry.actions import codelists, levels, offerings
from registry.errors import Invalid, Refused
from registry.forms.offerings import BY_SLUG, TabForm
from registry.models import Code, Institution, OfferingVersion, TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member, texts

pytestmark = pytest.mark.django_db
OWN, NEWER = texts("Oma"), texts("Uudempi")


@pytest.fixture
def house() -> Institution:
    codelists.load()
    return InstitutionFactory(code="OAMK")


def version_of(house, **fields) -> OfferingVersion:
    return OfferingVersionFactory(offering__institution=house, competence_level="applied", **fields)


def describe(house, text, *, at=AT, code="applied"):
    return levels.describe(institution=house, descriptions={code: text}, by=UserFactory(), at=at)


def test_every_step_of_a_rule_set_is_in_the_code_list():
    codes = next(row["codes"] for row in codelists.read() if row["list"] == levels.LIST)

    assert {one.levels for one in rule_sets.read().values()} == {
        ("basic", "applied", "expert"),
        tuple(code["code"] for code in codes),
    }


def test_form_offers_the_steps_of_the_versions_rule_set(house):
    """Three steps now, five possible; each with what it means here."""
    describe(house, OWN)
    offered = {}
    with translation.override("fi"):
        for rule_set in ("eu-2022/2", "fi-draft-2024/1"):
            form = TabForm(tab=BY_SLUG["outcomes"], version=version_of(house, rule_set=rule_set))
            field = form.fields["competence_level"]
            offered[rule_set] = [label for _code, label in field.choices]
            assert "<b>Soveltamistaso:</b> Oma suomeksi" in field.help_text

    assert offered == {
        "eu-2022/2": ["Ei valittu", "Perustaso", "Soveltamistaso", "Asiantuntijataso"],
        "fi-draft-2024/1": [
            "Ei valittu", "Tutustumistaso", "Perustaso", "Soveltamistaso", "Syventävä taso",
            "Asiantuntijataso",
        ],
    }  # fmt: skip


def test_step_that_the_rule_set_lacks_is_remarked(house):
    version = version_of(house, rule_set="eu-2022/2")
    version.competence_level = "advanced"

    found = elements.of(version=version).mandatory

    said = [one.field for row in found for one in (*row.reasons, *row.warnings)]
    assert "competence_level" in said


def test_what_was_sent_to_review_keeps_its_words(house):
    """Rule 2: what a published version says never changes; its next version takes the newer words."""
    old = version_of(house, status="published", submitted_at=AT)
    draft = version_of(house)
    describe(house, OWN, at=AT - timedelta(days=1))
    describe(house, NEWER, at=AT + timedelta(days=1))
    other = version_of(InstitutionFactory(), status="published")

    assert levels.own_of([old, draft, other]) == {old.pk: OWN, draft.pk: NEWER, other.pk: {}}


def test_level_of_a_published_version_changes_in_a_new_version_only(house):
    old = version_of(house, status="published")
    author = member(house, Role.AUTHOR)

    with pytest.raises(Refused):
        offerings.save(version=old, content={"competence_level": "expert"}, outcomes=None, by=author, at=AT)
    new = offerings.revise(offering=old.offering, by=author, at=AT)
    offerings.save(version=new, content={"competence_level": "expert"}, outcomes=None, by=author, at=AT)

    steps = old.offering.versions.order_by("number").values_list("competence_level", flat=True)
    assert list(steps) == ["applied", "expert"]


def test_catalogue_and_certificate_say_the_words_of_the_version(client, house):
    describe(house, OWN, at=AT - timedelta(days=9))
    credential = issued(AttainmentFactory(institution=house))
    version = credential.version
    Code.objects.filter(list=levels.LIST).update(description=texts("Yhteinen"))

    page = client.get(reverse("catalogue-version", args=[version.offering.code, version.number]))

    assert page.context["level"]["text"] == "Oma suomeksi"
    assert certificate.read(credential, language="sv").step_meaning == "Oma på svenska"
    describe(house, {}, at=AT - timedelta(days=8))
    assert certificate.read(credential, language="sv").step_meaning == "Oma på svenska"  # as it was issued


def test_description_needs_all_languages(house):
    with pytest.raises(Invalid) as refusal:
        describe(house, {"fi": "Vain suomeksi"})

    assert ([field for field, _text in refusal.value.reasons], levels.current(house)) == (["applied"], {})


def test_page_saves_what_changed_and_lists_it(client, house):
    coordinator = member(house, Role.QUALITY)
    client.force_login(coordinator)
    page = reverse("level-steps", args=["oamk"])
    said = {f"applied_{language}": text for language, text in OWN.items()}

    answers = [client.post(page, said) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert levels.current(house) == {"applied": OWN}
    shown = client.get(page)
    assert [(row["step"], row["text"], row["by"]) for row in shown.context["changes"]] == [
        ("Soveltamistaso", OWN, coordinator)
    ]
    assert list(TrailEntry.objects.values_list("verb", "about", "by")) == [
        ("level_described", "leveldescriptor:applied", coordinator.pk)
    ]
    wrong = client.post(page, said | {"applied_sv": ""})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["applied"])
