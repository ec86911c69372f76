"""Credentials that were issued before the award was kept get theirs (docs/decisions/0200)."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from credentials.formats import open_badge
from credentials.models import Credential
from registry.models import LevelDescriptor, Pathway
from registry.triggers import thaw
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
migration = import_module("credentials.migrations.0010_award")
sealing = import_module("credentials.migrations.0011_award_sealed")


def migrated(credential: Credential) -> Credential:
    """The credential as it is after the migration, which found it without an award."""
    connection.check_constraints()
    thaw(connection.schema_editor(), table="credentials_credential")
    Credential.objects.update(award={})
    migration.keep_awards(apps, None)
    connection.check_constraints()
    sealing.seal(apps, connection.schema_editor())
    return Credential.objects.get(pk=credential.pk)


def rich(**learner) -> Credential:
    """Issued with everything that an award may hold, when its Check was late."""
    house = InstitutionFactory(code="OAMK", country="AX")
    InstitutionFactory(code="LAB")
    offering = OfferingFactory(institution=house)
    pathway = Pathway.objects.create(
        institution=house, code="PATH-1", name={"fi": "Polku", "en": "Path"}, status="published"
    )
    pathway.offerings.add(offering)
    version = OfferingVersionFactory(
        offering=offering,
        awarding_bodies=["LAB", "OAMK"],
        locations=["Oulu"],
        region="17",
        validity_months=12,
        further_information_url="https://oamk.example/more",
        outcomes=[],
        ects="7.5",
    )
    version.outcomes.create(
        order=1, kind="skill", text={"fi": "Tekee.", "en": "Does."}, skill_keywords=["python"]
    )
    linked = [{"uri": "http://data.europa.eu/esco/skill/1", "label": {"en": "data"}}]
    version.outcomes.create(order=0, kind="knowledge", text={"fi": "Tietää.", "en": "Knows."}, skills=linked)
    LevelDescriptor.objects.create(
        institution=house, code="applied", description={"fi": "Oma"}, since=AT, by=UserFactory()
    )
    type(version).objects.filter(pk=version.pk).update(
        status="published", published_at=AT, published_by=UserFactory()
    )
    version.refresh_from_db()
    StatementFactory(version=version, check_due_on=AT.date() - timedelta(days=1))
    record = LearnerFactory(institution=house, **learner)
    return issued(AttainmentFactory(institution=house, learner=record, version=version))


def test_earlier_credential_gets_the_award_it_was_made_of():
    credential = rich()

    after = migrated(credential)

    assert after.award == credential.award
    assert after.facts == credential.facts
    signed = json.loads(bytes(after.document))
    assert open_badge.document(after.facts) == {k: v for k, v in signed.items() if k != "proof"}


def test_plain_credential_gets_its_award_too():
    credential = issued(AttainmentFactory(grade="HYV"))

    assert migrated(credential).facts == credential.facts


def test_earlier_award_names_the_learner_as_it_was_signed():
    """What the record says today is not what was signed; with an OID no birth date was."""
    credential = issued(AttainmentFactory(learner=LearnerFactory(learner_oid="1.2.246.562.98.59428595753")))
    signed = credential.facts.learner
    credential.learner.family_name = "Uusinimi"
    credential.learner.save()

    learner = migrated(credential).facts.learner

    assert (learner.family_name, learner.oid, learner.birth_date) == (signed.family_name, signed.oid, None)


def test_award_cannot_be_changed():
    credential = issued()

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Credential.objects.filter(pk=credential.pk).update(award=credential.award | {"ects": "60"})
    assert Credential.objects.get(pk=credential.pk).award == credential.award
