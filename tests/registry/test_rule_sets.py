"""Rule sets as versioned data (C-04) and what the newer ones ask for."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from registry import elements, rule_sets
from registry.access import Role
from registry.actions import institutions, offerings
from registry.errors import Invalid
from registry.models import Contact, OfferingVersion
from tests.factories import AT
from tests.factories.evidence import ContactFactory
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
    texts,
)

pytestmark = pytest.mark.django_db
CRITERIA = {criterion: {"fi": "Näin"} for criterion in OfferingVersion.DIGITAL_CRITERIA}
ALL = {"study_affairs", "teaching", "rdi"}
COMPLETE = {"rule_set": "eu-2022/2", "meetings": ["x"], "digital_pedagogy": CRITERIA}


def checklist(contacts=ALL, **fields):
    version = OfferingVersionFactory(offering__institution__code="OAMK")
    for name, value in {**COMPLETE, **fields}.items():
        setattr(version, name, value)
    with translation.override("en"):
        return elements.checklist(
            version=version,
            outcomes=list(version.outcomes.all()),
            institution=version.offering.institution,
            contacts=contacts,
        )


def said(remarks):
    return [(one.field, one.text) for one in remarks]


def test_every_set_names_the_same_rules_and_limits():
    names = {(frozenset(one.weights), frozenset(one.limits)) for one in rule_sets.read().values()}

    assert (list(rule_sets.read()), len(names)) == (["eu-2022/1", "eu-2022/2", "fi-draft-2024/1"], 1)


def test_complete_version_meets_the_newer_set_without_a_remark():
    found = checklist()

    assert (found.reasons, found.warnings, found.ready) == ((), (), True)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # C-26
        (
            {"sdgs": []},
            [("sdgs", "Choose the Sustainable Development Goals it serves, or tell why none applies.")],
        ),
        ({"sdgs": [], "sdg_not_applicable": texts("Ei sovellu")}, []),
        # P-04, P-05
        ({"relevance_source": ""}, [("relevance_source", "Choose where the need became known.")]),
        (
            {"meetings": []},
            [("meetings", "Show the need: pick a meeting with working life or a foresight note.")],
        ),
        ({"meetings": [], "foresight": ["x"]}, []),
        ({"meetings": [], "relevance_source": "commission", "commissioner": "Paja Oy"}, []),
        # P-06
        (
            {"digital_pedagogy": {}},
            [
                (
                    "digital_pedagogy",
                    "Answer each criterion of online and distance teaching: 6 of 6 are open.",
                )
            ],
        ),
        ({"digital_pedagogy": {}, "participation_modes": ["contact"], "locations": ["Oulu"]}, []),
        # C-27
        (
            {"shares": [{"institution": "OAMK", "ects": 2}, {"institution": "LAB", "ects": 2.5}]},
            [("shares", "The shares make 4.5 credits together, the size is 5.")],
        ),
        ({"shares": [{"institution": "OAMK", "ects": 2.5}, {"institution": "LAB", "ects": 2.5}]}, []),
        # F-01
        ({"funding": [{"type": "basic", "share": 60}]}, [
            ("funding", "The shares of funding make 100 % together."),
        ]),
        ({"guidance": {}}, [("guidance", "Tell where a learner gets guidance.")]),
    ],
)  # fmt: skip
def test_newer_set_blocks(fields, expected):
    assert said(checklist(**fields).reasons) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # C-07, C-09, C-10, C-11, C-27, F-01
        ({"origins": ["employer_commissioned"]}, [("commissioner", "Tell who commissioned it.")]),
        (
            {"origins": ["degree_derived"]},
            [("parent_courses", "Name the courses of the degree that it is derived from.")],
        ),
        ({"origins": ["degree_derived"], "parent_courses": [{"code": "A1"}]}, []),
        (
            {"education_form": "vaylaopinnot"},
            [("vet_partner", "Tell the partner in vocational or general upper secondary education.")],
        ),
        (
            {"education_form": "polkuopinnot"},
            [
                (
                    "stackability_towards",
                    "Path studies lead to a degree programme: tell which, and how one is admitted.",
                )
            ],
        ),
        (
            {"awarding_bodies": ["OAMK", "LAB"]},
            [("shares", "Tell each institution's share of the credits.")],
        ),
        ({"funding": [{"type": "basic"}]}, [("funding", "Tell the share of each source of funding.")]),
    ],
)
def test_newer_set_warns(fields, expected):
    found = checklist(**fields)

    assert (said(found.reasons), said(found.warnings)) == ([], expected)


def test_newer_set_asks_for_contacts_of_three_functions():
    """A-04."""
    assert said(checklist(contacts={"teaching", "guidance"}).reasons) == [
        ("contacts", "Name a contact from study affairs."),
        ("contacts", "Name a contact from RDI."),
    ]


def test_national_draft_ends_at_59_credits():
    """Rule 4."""
    assert said(checklist(rule_set="fi-draft-2024/1", ects=Decimal(60), fee_eur=0).reasons)[:1] == [
        ("ects", "The size is 1–59 ECTS credits.")
    ]


def test_first_set_asks_for_none_of_it():
    found = checklist(
        rule_set="eu-2022/1", meetings=[], digital_pedagogy={}, contacts=set(), origins=["degree_derived"]
    )

    assert (found.reasons, found.warnings) == ((), ())
    assert [one.code for one in found.further] == [
        "language", "description", "need", "form", "joint", "fee", "funding", "rdi",
    ]  # fmt: skip


def test_new_version_is_written_under_the_set_of_its_institution():
    institution, author = InstitutionFactory(), UserFactory()
    institutions.choose_rule_set(institution=institution, rule_set="fi-draft-2024/1", by=author, at=AT)

    version = offerings.create(
        institution=institution, title={"fi": "Datan käyttö"}, primary_language="fi", by=author, at=AT
    )

    assert version.rule_set == "fi-draft-2024/1"
    assert list(institution.trail.filter(verb="rule_set_chosen").values_list("was", "became", "by")) == [
        ("eu-2022/2", "fi-draft-2024/1", author.pk)
    ]


def test_unknown_rule_set_is_refused():
    with pytest.raises(Invalid) as refusal:
        institutions.choose_rule_set(institution=InstitutionFactory(), rule_set="x", by=UserFactory(), at=AT)

    assert [field for field, _text in refusal.value.reasons] == ["rule_set"]


def test_page_lists_published_versions_that_need_a_recheck(client):
    """C-04: what was written under another set and misses something under this one; it stays published."""
    institution = InstitutionFactory(code="OAMK")
    client.force_login(member(institution, Role.QUALITY))
    old = OfferingVersionFactory(offering=OfferingFactory(institution=institution), status="published")
    fine = OfferingVersionFactory(
        offering=OfferingFactory(institution=institution),
        status="published",
        meetings=["x"],
        participation_modes=["contact"],
        locations=["Oulu"],
    )
    for function in ALL:
        ContactFactory(offering=fine.offering, function=function)
    OfferingVersionFactory(offering=OfferingFactory(institution=institution), status="draft")
    with translation.override("en"):
        url = reverse("rule-set", args=["oamk"])

    page = client.get(url)
    under_own = client.get(f"{url}?under=eu-2022/1")

    [row] = page.context["rows"]
    assert (row["version"], len(row["reasons"])) == (old, 5)
    assert under_own.context["rows"] == []
    assert OfferingVersion.objects.filter(status="published").count() == 2


def test_page_shows_a_set_before_it_is_chosen_and_chooses_it(client):
    institution = InstitutionFactory(code="OAMK")
    client.force_login(member(institution, Role.QUALITY))
    with translation.override("en"):
        url = reverse("rule-set", args=["oamk"])

    look = client.post(url, {"rule_set": "eu-2022/1", "look": "1"})
    institution.refresh_from_db()
    assert (look["Location"], institution.rule_set) == (f"{url}?under=eu-2022/1#recheck", "eu-2022/2")

    client.post(url, {"rule_set": "eu-2022/1", "choose": "1"})
    institution.refresh_from_db()
    assert institution.rule_set == "eu-2022/1"


def test_published_version_tells_on_its_page_that_it_needs_a_recheck(client):
    institution = InstitutionFactory(code="OAMK")
    client.force_login(member(institution, Role.AUTHOR))
    version = OfferingVersionFactory(offering=OfferingFactory(institution=institution), status="published")

    with translation.override("en"):
        page = client.get(reverse("version-detail", args=["oamk", version.offering.code, 1]))

    assert page.context["recheck"][0] == (
        "Show the need: pick a meeting with working life or a foresight note."
    )
    assert Contact.objects.count() == 0
