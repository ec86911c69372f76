"""The export for the study-info system: what goes in, what cannot, who took it (domain.md 3.7, 3.8)."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from credentials.actions import composites, virta_exports
from credentials.formats import virta
from credentials.models import Attainment, Learner
from registry.access import Role
from registry.models import OfferingVersion, Pathway, TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, EnrolmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import (
    InstitutionFactory,
    OfferingVersionFactory,
    PathwayFactory,
    RealisationFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

OIDS = ("1.2.246.562.98.59428595753", "1.2.246.562.98.12345678910")
DAY = AT.date()


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT)


@pytest.fixture
def house():
    return InstitutionFactory(code="JAMK", oppilaitosnumero="02504")


@pytest.fixture
def clerk(client, house):
    person = member(house, Role.ISSUER)
    client.force_login(person)
    return person


@pytest.fixture
def page(house) -> str:
    return reverse("virta-export", args=[house.code.lower()])


def attained(house, *, learner_oid=OIDS[0], version=None, **changes) -> Attainment:
    learner = house.learners.filter(learner_oid=learner_oid).first() if learner_oid else None
    learner = learner or LearnerFactory(institution=house, learner_oid=learner_oid)
    offered = OfferingVersionFactory(
        offering__institution=house, status=OfferingVersion.Status.PUBLISHED, **version or {}
    )
    return AttainmentFactory(institution=house, learner=learner, version=offered, **changes)


def select(house, starts_on=DAY, ends_on=DAY):
    return virta_exports.select(institution=house, starts_on=starts_on, ends_on=ends_on)


def period(**changes) -> dict:
    return {"starts_on": "1.11.2026", "ends_on": "30.11.2026"} | changes


# What goes in


def test_study_says_what_the_rows_say(house):
    row = attained(house, grade="3")

    assert select(house).studies == [
        virta_exports.Study(
            key=str(row.uid),
            learner_key=str(row.learner.uid),
            learner_oid=OIDS[0],
            issuer="02504",
            code=row.version.offering.code,
            name=row.version.title,
            completed_on=DAY,
            ects=Decimal(5),
            scale="0-5",
            grade="3",
            field="7",
            classes=("1",),
            language="fi",
        )
    ]


def test_selection_is_of_the_institution_and_the_period(house):
    attained(InstitutionFactory())
    for days in (-1, 0, 5, 6):
        attained(house, completed_on=DAY + timedelta(days=days), version={"ects": 10 + days})

    assert [study.ects for study in select(house, ends_on=DAY + timedelta(days=5)).studies] == [10, 15]


@pytest.mark.parametrize(
    ("version", "classes"),
    [
        ({"education_form": "avoin_amk"}, ("1",)),
        ({"education_form": "polkuopinnot"}, ("1",)),
        ({"education_form": "tutkintokoulutuksesta_johdettu"}, ("1",)),
        ({"education_form": "taydennyskoulutus"}, ("13",)),
        ({"education_form": "taydennyskoulutus", "contains_degree_part": True}, ("13", "19")),
        ({"education_form": "erikoistumiskoulutus"}, ("11",)),
        ({"education_form": "vaylaopinnot"}, ("17",)),
        ({"virta": {"opintosuorituksen_luokittelu": ["12"]}}, ("12",)),
        ({"virta": {"opintosuorituksen_luokittelu": "3"}}, ("3",)),
        ({"funding": [{"type": "basic"}, {"type": "jotpa"}]}, ("1", "18")),
        ({"funding": [{"type": "ministry", "virta_rahoituslahde": "7"}]}, ("1", "18")),
    ],
)
def test_classes_follow_the_form_of_education(house, version, classes):
    """3.7: the pairing of forms with VIRTA's classes; what the version says wins."""
    attained(house, version=version)

    assert [study.classes for study in select(house).studies] == [classes]


def test_class_of_a_guest_is_that_of_cross_institutional_studies(house):
    row = attained(house)
    EnrolmentFactory(
        institution=house,
        learner=row.learner,
        realisation=RealisationFactory(version=row.version),
        attainment=row,
        status="completed",
        home_institution="Metropolia",
    )

    assert [study.classes for study in select(house).studies] == [("3",)]


@pytest.mark.parametrize(
    ("taught", "main", "said"),
    [
        (["fi", "en"], "fi", "fi"),
        (["en"], "fi", "en"),
        (["sv", "en"], "fi", "sv"),
        (["other"], "fi", ""),
        (["other", "se"], "fi", "se"),
    ],
)
def test_language_is_the_one_of_teaching(house, taught, main, said):
    attained(house, version={"teaching_languages": taught, "primary_language": main})

    assert [study.language for study in select(house).studies] == [said]


def test_language_of_the_realisation_wins(house):
    row = attained(house)
    row.realisation = RealisationFactory(version=row.version, languages=["en"])
    row.save()

    assert [study.language for study in select(house).studies] == ["en"]


def test_sixty_credits_are_no_micro_credential(house):
    """Rule 4: under 60 in national exports; the RDI share goes along."""
    attained(house, version={"ects": 60, "rdi": {"tki_ects": 4}})

    [study] = select(house).studies
    assert (study.is_micro_credential, study.tki_ects) == (False, Decimal(4))


# What cannot


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ({"learner_oid": ""}, ["The learner has no valid learner OID."]),
        ({"grade": "0"}, ["Failed: VIRTA takes passed attainments only."]),
        (
            {"version": {"okm_field": "", "education_form": "kurkistus"}},
            [
                "The offering has no field of steering (OKM).",
                "VIRTA has no class for this form of education; choose one in the offering's VIRTA tab.",
            ],
        ),
    ],
)
def test_rows_that_cannot_be_exported_say_why(house, row, reasons):
    good, bad = attained(house), attained(house, **row)
    selection = select(house)

    assert [one.row for one in selection.chosen] == [good]
    with translation.override("en"):
        said = [(one.row, [str(reason) for reason in one.reasons]) for one in selection.left_out]
    assert said == [(bad, reasons)]


# Who took it


def test_export_writes_who_took_what_and_on_what_ground(house):
    """3.8: no bulk export without a ground; N6: each learner sees it."""
    clerk, rows = member(house, Role.ISSUER), [attained(house), attained(house, learner_oid=OIDS[1])]
    attained(house, grade="0")

    data = virta_exports.export(
        institution=house, starts_on=DAY, ends_on=DAY, ground="Opintorekisteri", by=clerk, at=AT
    )

    about_house = TrailEntry.objects.get(verb="exported", about="institution:JAMK")
    assert (about_house.by, about_house.became, about_house.reason, about_house.content_hash) == (
        clerk,
        f"VIRTA {DAY}–{DAY}: 2",
        "Opintorekisteri",
        hashlib.sha256(data).hexdigest(),
    )
    seen = TrailEntry.objects.filter(verb="exported", by=clerk, role="issuer").exclude(learner=None)
    assert set(seen.values_list("about", "learner", "reason")) == {
        (f"attainment:{row.uid}", row.learner.uid, "Opintorekisteri") for row in rows
    }
    assert {one.get("avain") for one in ElementTree.fromstring(data).findall(".//{*}Opintosuoritus")} == {
        str(row.uid) for row in rows
    }


def test_export_takes_as_many_queries_for_3_as_for_1(house, django_assert_num_queries):
    attained(house)
    with CaptureQueriesContext(connection) as one:
        select(house)
    for _ in range(2):
        attained(house, learner_oid=OIDS[1])

    with django_assert_num_queries(len(one)):
        assert len(select(house).studies) == 3


# The page


def test_page_asks_for_a_period_first(client, clerk, page):
    response = client.get(page)

    assert response.status_code == 200
    assert "days" not in response.context
    assert TrailEntry.objects.filter(verb="listed").count() == 0


def test_page_shows_what_goes_in_and_what_cannot(client, clerk, house, page):
    attained(house)
    bad = attained(house, learner_oid="")

    response = client.get(page, period())

    assert response.context["count"] == 1
    assert [one.row for one in response.context["page"]] == [bad]
    assert bad.learner.family_name in response.content.decode()
    assert [entry.learner for entry in TrailEntry.objects.filter(verb="listed")] == [bad.learner.uid]


def test_page_gives_the_file(client, clerk, house, page):
    row = attained(house)

    response = client.post(page, period(ground="Opintorekisteri"))

    assert response["Content-Type"] == "application/xml"
    assert response["Content-Disposition"] == ('attachment; filename="virta-02504-2026-11-01-2026-11-30.xml"')
    [[study]] = ElementTree.fromstring(response.content).findall(".//{*}Opintosuoritukset")
    assert study.get("avain") == str(row.uid)
    assert row.learner.family_name not in response.content.decode()  # rule 10: OIDs alone
    assert TrailEntry.objects.filter(verb="exported", learner=row.learner.uid, by=clerk).count() == 1


def test_page_wants_a_ground(client, clerk, house, page):
    attained(house)

    response = client.post(f"{page}?starts_on=1.11.2026&ends_on=30.11.2026", period(ground=""))

    assert response.context["form"].errors.keys() == {"ground"}
    assert response.context["count"] == 1
    assert TrailEntry.objects.filter(verb="exported").count() == 0


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (period(starts_on="1.12.2026"), {"ends_on"}),
        (period(ends_on=""), {"ends_on"}),
        (period(starts_on="eilen"), {"starts_on"}),
        (period(starts_on="131052-308T"), {"starts_on"}),
    ],
)
def test_page_tells_what_is_wrong_with_the_days(client, clerk, page, days, wrong):
    response = client.get(page, days)

    assert response.context["period"].errors.keys() == wrong
    assert "days" not in response.context


def test_page_is_for_those_who_keep_attainments(client, house, page):
    client.force_login(member(house, Role.AUTHOR))

    assert client.get(page, period()).status_code == 403
    assert client.post(page, period(ground="x")).status_code == 403


def test_page_of_another_institution_is_not_found(client, clerk):
    other = InstitutionFactory()

    assert client.get(reverse("virta-export", args=[other.code.lower()])).status_code == 404


def test_page_is_not_before_the_first_day(client, clerk, house, page):
    attained(house, completed_on=date(2026, 10, 31))

    assert client.get(page, period()).context["count"] == 0


# Composite credentials


def of_pathway(house, other) -> list[Attainment]:
    """A pathway of the house, completed by one learner: the first part was had from the other."""
    rows = [
        attained(institution, version={"ects": ects, "okm_field": field})
        for institution, ects, field in ((other, "5", "3"), (house, "10", "9"))
    ]
    Learner.objects.update(user=UserFactory())
    PathwayFactory(
        institution=house, parts=[one.version.offering for one in rows], is_composite=True,
        status="published", name={"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"},
    )  # fmt: skip
    return rows


def test_composite_credential_contains_the_attainments_of_its_parts(house):
    """3.7: Sisaltyvyys from the whole to its parts."""
    parts = of_pathway(house, house)
    whole = composed(parts)

    found = select(house, ends_on=DAY + timedelta(days=1))

    [study] = [one for one in found.studies if one.parts]
    assert (study.key, study.code, study.ects, study.scale, study.grade) == (
        str(whole.pk), whole.pathway.code, 15, "pass_fail", "HYV",
    )  # fmt: skip
    assert (study.field, set(study.parts)) == ("9", {str(one.uid) for one in parts})
    data = ElementTree.fromstring(virta.document(found.studies))
    assert {one.get("sisaltyvaOpintosuoritusAvain") for one in data.iter() if "Sisaltyvyys" in one.tag} == {
        str(one.uid) for one in parts
    }


def test_whole_with_parts_of_another_institution_is_not_exported(client, clerk, house, page):
    """Each institution tells VIRTA its own attainments."""
    whole = composed(of_pathway(house, InstitutionFactory(code="KAMK")))

    response = client.get(page, period(ends_on="31.12.2026"))

    assert [(one.row, len(one.reasons)) for one in response.context["page"]] == [(whole, 1)]
    assert whole.pathway.code in response.content.decode()


def composed(rows):
    for row in rows:
        issued(row)
    learner, pathway, at = (
        Learner.objects.get(pk=rows[1].learner_id),
        Pathway.objects.get(),
        AT + timedelta(hours=1),
    )
    composites.ask(pathway=pathway, by=learner.user, at=at)
    return composites.issue(learner=learner, pathway=pathway, by=UserFactory(), at=at)
