"""Content in rows: funding (F-01), shares (C-27), courses of a degree (C-09), criteria (P-06)."""

import pytest
from django.urls import reverse
from django.utils import translation

from registry.access import Role
from registry.actions import codelists, offerings
from registry.errors import Invalid
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    codelists.load()
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def version(house):
    return OfferingVersionFactory(offering=OfferingFactory(institution=house))


def tab(version, slug):
    with translation.override("en"):
        return reverse("version-edit", args=["oamk", version.offering.code, version.number, slug])


def rows(prefix, *found):
    """POST data of a list of new rows."""
    data = {f"{prefix}-TOTAL_FORMS": len(found), f"{prefix}-INITIAL_FORMS": 0}
    return data | {f"{prefix}-{n}-{key}": value for n, row in enumerate(found) for key, value in row.items()}


@pytest.mark.parametrize(
    "content",
    [
        {"funding": [{"type": "basic", "share": 120}]},
        {"funding": [{"starts_on": "2026-05-01", "ends_on": "2026-04-01"}]},
        {"funding": ["basic"]},
        {"shares": [{"institution": "NOWHERE", "ects": 5}]},
        {"shares": [{"institution": "OAMK", "ects": 2.3}]},
        {"shares": [{"institution": "OAMK", "ects": 1}, {"institution": "OAMK", "ects": 4}]},
        {"shares": [{"ects": 1}]},
        {"parent_courses": [{"code": 7}]},
        {"parent_courses": [{"code": "A", "ects": -1}]},
        {"parent_courses": [{"name": {"de": "Kurs"}}]},
        {"digital_pedagogy": {"nonsense": {"fi": "Näin"}}},
        {"digital_pedagogy": {"guidance": "Näin"}},
        {"meetings": ["x"]},
        {"foresight": "x"},
    ],
)
def test_wrong_shape_is_refused_by_its_field(version, content):
    with pytest.raises(Invalid) as refusal:
        offerings.save(version=version, content=content, by=UserFactory(), at=AT)

    assert {field for field, _text in refusal.value.reasons} == set(content)


def test_content_of_no_version_yet_has_no_evidence():
    """What a file brings is checked before there is a version."""
    content = {"shares": [], "meetings": [], "foresight": []}

    assert offerings.faults(institution=InstitutionFactory(), content=content, outcomes=[]) == []


def test_funding_tab_saves_rows_with_dates(client, house, version):
    client.force_login(member(house, Role.AUTHOR))

    client.post(
        tab(version, "funding"),
        rows(
            "funding",
            {
                "type": "esf_plus",
                "programme": "UURA",
                "case_no": "S1",
                "share": "60",
                "starts_on": "2026-01-01",
            },
            {"type": "company", "share": "40"},
        ),
    )

    version.refresh_from_db()
    assert version.funding == [
        {"type": "esf_plus", "programme": "UURA", "case_no": "S1", "share": 60, "starts_on": "2026-01-01"},
        {"type": "company", "share": 40},
    ]


def test_shares_and_partners_are_saved_on_their_tab(client, house, version):
    InstitutionFactory(code="LAB")
    version.awarding_bodies = ["OAMK", "LAB"]
    version.save(update_fields=["awarding_bodies"])
    client.force_login(member(house, Role.AUTHOR))

    client.post(
        tab(version, "cooperation"),
        {
            "partners": "LAB",
            "vet_partner": "Koulutuskeskus",
            "cooperation_direction": "vet_to_uas",
            **rows("shares", {"institution": "OAMK", "ects": "2.5"}, {"institution": "LAB", "ects": "2.5"}),
        },
    )

    version.refresh_from_db()
    assert version.shares == [{"institution": "OAMK", "ects": 2.5}, {"institution": "LAB", "ects": 2.5}]
    assert (version.partners, version.vet_partner, version.cooperation_direction) == (
        ["LAB"],
        "Koulutuskeskus",
        "vet_to_uas",
    )


def test_share_of_who_has_not_agreed_is_refused(house, version):
    """C-27: nobody gives another institution a share in its place."""
    InstitutionFactory(code="LAB")
    content = {"shares": [{"institution": "OAMK", "ects": 2.5}, {"institution": "LAB", "ects": 2.5}]}

    with translation.override("en"), pytest.raises(Invalid) as refusal:
        offerings.save(version=version, content=content, by=UserFactory(), at=AT)

    assert refusal.value.reasons == (
        ("shares", "LAB has not agreed to award this offering, so it cannot be named here."),
    )


def test_share_without_credits_is_refused_at_its_field(client, house, version):
    client.force_login(member(house, Role.AUTHOR))

    page = client.post(tab(version, "cooperation"), rows("shares", {"institution": "OAMK"}))

    assert page.context["formset"].errors == [{"ects": ["Give the share in credits."]}]


def test_basics_tab_saves_tags_and_courses_and_the_public_page_tells_them(client, house):
    """C-09, C-21, C-31, C-40: "Derived: Data analytics, 10 credits"."""
    client.force_login(member(house, Role.AUTHOR))
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))

    client.post(
        tab(version, "basics"),
        {
            "title_fi": "Datan käyttö",
            "title_en": "Using data",
            "primary_language": "fi",
            "ects": "5",
            "origins": ["degree_derived", "rdi_derived", "new_design"],
            "target_groups": ["immigrants"],
            "target_situations": ["induction"],
            "language_support": ["finnish"],
            **rows("parent_courses", {"code": "TT00", "name_en": "Data analytics", "ects": "10"}),
        },
    )
    with translation.override("en"):
        page = client.get(
            reverse("version-preview", args=["oamk", version.offering.code, version.number]) + "?in=en"
        )

    version.refresh_from_db()
    assert version.origins == ["degree_derived", "rdi_derived", "new_design"]
    assert version.parent_courses == [{"code": "TT00", "name": {"en": "Data analytics"}, "ects": 10}]
    for words in ("Data analytics, 10 ECTS credits", "Immigrants", "Induction to work", "Support in Finnish"):
        assert words in page.context["body"]


def test_delivery_tab_asks_each_criterion_by_its_name_and_keeps_the_answers(client, house, version):
    """P-06."""
    client.force_login(member(house, Role.AUTHOR))

    form = client.get(tab(version, "delivery")).context["form"]
    client.post(tab(version, "delivery"), {"digital_pedagogy_feedback_fi": "Viikoittain"})

    version.refresh_from_db()
    assert [
        str(form.fields[f"digital_pedagogy_{one}"].label) for one in OfferingVersion.DIGITAL_CRITERIA
    ] == [
        "Research-based",
        "Modular",
        "Alternative ways to complete",
        "Feedback both ways",
        "Guidance",
        "Accessible",
    ]
    assert version.digital_pedagogy == {"feedback": {"fi": "Viikoittain"}}


def test_public_page_names_the_european_union_where_it_pays(client, house):
    """F-01."""
    paid = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), status="published", funding=[{"type": "erdf"}]
    )
    other = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), status="published", funding=[{"type": "basic"}]
    )

    pages = [client.get(f"/en/catalogue/{one.offering.code}/") for one in (paid, other)]

    assert ["Co-funded by the European Union" in page.content.decode() for page in pages] == [True, False]


def test_public_api_leaves_out_what_is_the_institution_s_own(client, house):
    version = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), status="published", commissioner="Paja Oy"
    )

    answer = client.get(f"/api/v1/offerings/{version.offering.code}/").json()

    assert {"funding", "rdi", "virta", "meetings", "foresight", "commissioner"} & set(answer) == set()
    assert (answer["shares"], answer["parent_courses"], answer["digital_pedagogy"]) == ([], [], {})
