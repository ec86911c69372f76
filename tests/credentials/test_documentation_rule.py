"""The documentation rule: credits, competence badge or participation badge (C-15; C-10, C-18; rules 4, 9)."""

import json
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from credentials import issuable, progress
from credentials.actions import attainment_rows, attainments, credentials, documents, virta_exports
from credentials.actions.attainment_csv import Line
from credentials.actions.attainments import Documentation
from credentials.issuable import Obstacle
from credentials.models import Attainment, BatchItem, Credential, Learner
from quality import indicators
from registry import trail
from registry.errors import Invalid
from registry.models import Membership, OfferingVersion
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued, run, started
from tests.factories.registry import (
    InstitutionFactory,
    OfferingVersionFactory,
    PathwayFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

COMPETENCE = Documentation(documented_as="competence_badge", no_credits_reason="Ei opinto-oikeutta")
ATTENDED = Documentation(documented_as="participation_badge", no_credits_reason="Läsnä, ei arviointia")
SHOWN = Documentation(acquired_by="demonstration")
BADGES = [(COMPETENCE, "4"), (ATTENDED, "")]
LATER = AT + timedelta(days=3)


def published(institution, **values):
    return OfferingVersionFactory(
        status=OfferingVersion.Status.PUBLISHED, offering__institution=institution, **values
    )


def record(learner, version, *, documentation, grade="4", **values) -> Attainment:
    facts = {"realisation": None, "completed_on": AT.date(), "by": UserFactory(), "at": LATER} | values
    return attainments.record(
        institution=learner.institution, learner=learner, version=version, grade=grade,
        documentation=documentation, **facts,
    )  # fmt: skip


def earned(documentation: Documentation, *, grade: str, **values) -> Credential:
    """A credential, issued of an attainment that is documented so."""
    return issued(AttainmentFactory(grade=grade, **asdict(documentation), **values))


@pytest.mark.parametrize(
    ("documentation", "grade", "became"),
    [(COMPETENCE, "4", "competence"), (ATTENDED, "", "participation"), (SHOWN, "4", "demonstration")],
)
def test_record_keeps_what_the_learner_gets_and_why(documentation, grade, became):
    learner = LearnerFactory()

    attainment = record(learner, published(learner.institution), documentation=documentation, grade=grade)

    assert attainments.documentation_of(Attainment.objects.get()) == documentation
    [entry] = trail.of(row=attainment)
    assert (entry.verb, entry.became, entry.reason) == (
        "recorded", became, documentation.no_credits_reason,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("documentation", "grade", "version", "fields"),
    [
        (replace(COMPETENCE, no_credits_reason=""), "4", {}, ["no_credits_reason"]),
        (replace(COMPETENCE, no_credits_reason=" "), "4", {}, ["no_credits_reason"]),
        (replace(ATTENDED, no_credits_reason=""), "", {}, ["no_credits_reason"]),
        (Documentation(no_credits_reason="Syy"), "4", {}, ["no_credits_reason"]),
        (COMPETENCE, "", {}, ["grade"]),
        (COMPETENCE, "6", {}, ["grade"]),
        (ATTENDED, "4", {}, ["grade"]),
        (replace(ATTENDED, acquired_by="demonstration"), "", {}, ["acquired_by"]),
        (Documentation(), "4", {"ects": Decimal("0.5")}, ["documented_as"]),
        (Documentation(), "4", {"education_form": "kurkistus"}, ["documented_as"]),
        (COMPETENCE, "4", {"education_form": "kurkistus"}, ["documented_as"]),
        (replace(COMPETENCE, no_credits_reason="131052-308T"), "4", {}, ["no_credits_reason"]),
    ],
)  # fmt: skip
def test_rule_is_refused_at_its_field(documentation, grade, version, fields):
    """C-10: a taster course gives a participation badge only. Rule 4: under one credit, no credential."""
    learner = LearnerFactory()

    with pytest.raises(Invalid) as refusal:
        record(learner, published(learner.institution, **version), documentation=documentation, grade=grade)

    assert [field for field, _text in refusal.value.reasons] == fields
    assert not Attainment.objects.exists()


@pytest.mark.parametrize(
    ("version", "documentation", "grade"),
    [({"ects": Decimal("0.5")}, COMPETENCE, "4"), ({"education_form": "kurkistus"}, ATTENDED, "")],
)
def test_what_gives_no_credits_gives_a_badge(version, documentation, grade):
    learner = LearnerFactory()

    record(learner, published(learner.institution, **version), documentation=documentation, grade=grade)

    assert Attainment.objects.get().is_badge


@pytest.mark.parametrize(
    "values",
    [
        {"documented_as": "competence_badge"},
        {"no_credits_reason": "Syy"},
        {"documented_as": "participation_badge", "no_credits_reason": "Syy"},
        {"grade": ""},
        asdict(ATTENDED) | {"grade": "", "acquired_by": "demonstration"},
    ],
)
def test_database_refuses_what_the_rule_forbids(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        AttainmentFactory(**values)


def test_correct_turns_a_badge_into_credits():
    attainment = AttainmentFactory(grade="", **asdict(ATTENDED))

    attainments.correct(
        attainment=attainment, realisation=None, completed_on=AT.date(), grade="3", reason="Arvioitiin",
        documentation=Documentation(), by=UserFactory(), at=LATER,
    )  # fmt: skip

    assert (attainment.is_badge, attainment.grade, attainment.no_credits_reason) == (False, "3", "")
    [entry] = trail.of(row=attainment)
    assert (entry.was, entry.became) == (f"{AT.date()} participation", f"{AT.date()} 3")


def test_correct_of_the_grade_alone_keeps_the_badge():
    attainment = AttainmentFactory(**asdict(COMPETENCE))

    attainments.correct(
        attainment=attainment, realisation=None, completed_on=AT.date(), grade="3", reason="Kirjausvirhe",
        by=UserFactory(), at=LATER,
    )  # fmt: skip

    assert attainments.documentation_of(attainment) == COMPETENCE


# Issued


@pytest.mark.parametrize(("documentation", "grade"), BADGES)
def test_badge_is_signed_as_a_badge(documentation, grade):
    credential = earned(documentation, grade=grade)

    award, document = credential.facts, json.loads(bytes(credential.document))
    assert (award.badge, award.ects, credential.is_badge) == (documentation.documented_as, None, True)
    assert award.workload_hours == credential.version.workload_hours
    assert bool(award.outcomes) == bool(award.grade) == (documentation is COMPETENCE)
    assert "creditsEarned" not in document["credentialSubject"]
    assert documentation.no_credits_reason not in bytes(credential.document).decode()


def test_demonstration_is_the_same_credential_and_says_so():
    """C-18."""
    credential = earned(SHOWN, grade="4")

    assert (credential.is_badge, credential.is_shown) == (False, True)
    assert credential.facts.ects == credential.version.ects
    assert "Osoitettu näytöllä" in bytes(credential.document).decode()


def test_failed_assessment_gives_no_competence_badge():
    """Rule 9: a badge is issued only on an accepted assessment."""
    attainment = AttainmentFactory(grade="0", **asdict(COMPETENCE))

    run(started(attainment))

    assert BatchItem.objects.get().error == Obstacle.FAILED_GRADE
    assert list(issuable.ready(attainment.institution)) == []


@pytest.mark.parametrize(("documentation", "grade"), BADGES)
def test_badge_waits_for_the_quality_approval_too(documentation, grade):
    attainment = AttainmentFactory(grade=grade, statement=False, **asdict(documentation))

    run(started(attainment))

    assert BatchItem.objects.get().error == Obstacle.NOT_REVIEWED


@pytest.mark.parametrize("form", ["elm", "elmo"])
def test_form_of_qualifications_refuses_a_badge_with_words(form):
    credential = earned(COMPETENCE, grade="4")

    with pytest.raises(documents.CannotMake) as refusal:
        documents.fetch(credential=credential, form=form, by=None, at=LATER)

    assert refusal.value.code == "not_for_badges"


def test_badge_counts_towards_nothing_that_is_made_of_credits():
    """Rule 9: neither on a pathway nor in the figures; the credential of the same version does."""
    person, house = UserFactory(), InstitutionFactory()
    version = published(house)
    PathwayFactory(institution=house, parts=[version.offering], status="published")

    found = []
    for documentation, grade in (*BADGES, (Documentation(), "4")):
        credential = earned(documentation, grade=grade, institution=house, version=version)
        Learner.objects.filter(pk=credential.learner_id).update(user=person)
        counted = indicators.of_offering(version.offering, on=LATER.date())["credentials"]
        found.append((len(progress.of(person, at=LATER)), counted))

    assert found == [(0, 0), (0, 0), (1, 1)]


def test_badge_is_left_out_of_virta_with_the_reason():
    house = InstitutionFactory()
    learner = LearnerFactory(institution=house, learner_oid="1.2.246.562.98.59428595753")
    for documentation, grade in BADGES:
        AttainmentFactory(
            institution=house, learner=learner, grade=grade, version__okm_field="7",
            version__education_form="avoin_amk", **asdict(documentation),
        )  # fmt: skip

    found = virta_exports.select(institution=house, starts_on=AT.date(), ends_on=AT.date())

    assert found.studies == []
    assert {reason for one in found.left_out for reason in one.reasons} == {virta_exports.FAULTS["badge"]}


def test_file_does_not_turn_a_badge_into_credits():
    attainment = AttainmentFactory(grade="", **asdict(ATTENDED))
    learner = attainment.learner
    values = {
        "email": learner.email, "birth_date": learner.birth_date.isoformat(), "grade": "4",
        "offering": attainment.version.offering.code, "completed_on": AT.date().isoformat(),
    }  # fmt: skip
    names = ("learner_oid", "given_names", "family_name", "language", "version", "realisation")
    line = Line(2, dict.fromkeys(names, "") | values, cells=11, columns=11)

    [verdict] = attainment_rows.judge(institution=attainment.institution, lines=[line], at=LATER)

    assert [one.code for one in verdict.reasons] == ["badge_here"]


def test_revoked_badge_may_become_a_credential():
    """Who attended first and was assessed later."""
    credential = earned(ATTENDED, grade="")
    credentials.revoke(
        credential=credential,
        reason="assessment_error",
        note="",
        by=UserFactory(),
        at=AT + timedelta(hours=1),
    )
    attainments.correct(
        attainment=credential.attainment, realisation=None, completed_on=AT.date(), grade="5",
        reason="Arvioitiin", documentation=Documentation(), by=UserFactory(), at=LATER,
    )  # fmt: skip

    second = issued(credential.attainment, at=LATER)

    assert [one.documented_as for one in (Credential.objects.get(pk=credential.pk), second)] == [
        "participation_badge", "micro_credential",
    ]  # fmt: skip


# On the pages


@pytest.fixture
def house():
    return InstitutionFactory()


def test_staff_record_a_badge_by_form(client, house):
    learner = LearnerFactory(institution=house)
    version = published(house)
    client.force_login(member(house, Membership.Role.ISSUER))
    page = reverse("learner-attainment-new", args=[house.code.lower(), learner.uid])

    shown = client.get(page).content.decode()
    response = client.post(
        page,
        asdict(ATTENDED) | {"version": version.pk, "completed_on": AT.date().isoformat(), "grade": ""},
        follow=True,
    )

    assert "Participation is not competence" in shown or "Osallistuminen ei ole" in shown
    assert attainments.documentation_of(Attainment.objects.get()) == ATTENDED
    assert "Osallistumismerkki" in response.content.decode()


@pytest.mark.parametrize(("documentation", "grade"), BADGES)
def test_every_page_shows_that_it_is_a_badge(client, house, documentation, grade):
    """C-15: nobody takes it for a credential with credits, wherever they see it."""
    person, clerk = UserFactory(), member(house, Membership.Role.ISSUER)
    learner = LearnerFactory(institution=house, user=person)
    credential = earned(documentation, grade=grade, institution=house, learner=learner)
    code, pk = house.code.lower(), credential.pk
    word = {"competence_badge": "Osaamismerkki", "participation_badge": "Osallistumismerkki"}
    pages = {
        person: [
            reverse("my-credentials"), reverse("my-credential", args=[pk]),
            reverse("my-certificate", args=[pk]), reverse("my-downloads", args=[pk]),
            reverse("verify-code", args=[credential.grouped_code]),
        ],
        clerk: [
            reverse("credential-list", args=[code]), reverse("credential-detail", args=[code, pk]),
            reverse("learner-detail", args=[code, learner.uid]),
            reverse("attainment-list", args=[code]) + "?state=all",
        ],
    }  # fmt: skip

    for reader, addresses in pages.items():
        client.force_login(reader)
        for address in addresses:
            text = client.get(address.replace("/en/", "/fi/")).content.decode()
            assert word[documentation.documented_as] in text, address
            assert "Todistus pienestä osaamiskokonaisuudesta" not in text, address
            assert documentation.no_credits_reason not in text or "/staff/" in address, address


def test_downloads_of_a_badge_leave_out_the_forms_of_qualifications(client, house):
    learner = LearnerFactory(institution=house, user=UserFactory())
    credential = earned(COMPETENCE, grade="4", institution=house, learner=learner)
    client.force_login(learner.user)

    page = client.get(reverse("my-downloads", args=[credential.pk]))
    refused = client.get(reverse("my-download", args=[credential.pk, "elm"]))

    assert len(page.context["forms"]) == len(documents.FORMS) - 2
    assert refused.status_code == 409
