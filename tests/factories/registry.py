from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from registry import stacking
from registry.access import Role
from registry.actions import offerings
from registry.models import (
    Institution,
    LearningOutcome,
    Membership,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    Statement,
    User,
)
from tests.factories import AT

S = OfferingVersion.Status
SUBMITTED = (S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED, S.REJECTED, *OfferingVersion.PUBLIC)
APPROVED = (S.APPROVED, *OfferingVersion.PUBLIC)


def texts(word: str) -> dict:
    return {"fi": f"{word} suomeksi", "sv": f"{word} på svenska", "en": f"{word} in English"}


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    code = factory.Sequence(lambda n: f"AMK{n}")
    oppilaitosnumero = factory.Sequence(lambda n: f"{20000 + n}")
    name = factory.LazyAttribute(lambda o: texts(o.code))
    short_name = factory.LazyAttribute(lambda o: o.code.title())
    city = "Oulu"
    domain = factory.LazyAttribute(lambda o: f"{o.code.lower()}.example")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("password")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    institution = factory.SubFactory(InstitutionFactory)
    role = Role.AUTHOR


def member(institution, *roles) -> User:
    """A person who holds the roles in the institution."""
    user = UserFactory()
    for role in roles:
        MembershipFactory(user=user, institution=institution, role=role)
    return user


class OfferingFactory(DjangoModelFactory):
    class Meta:
        model = Offering

    institution = factory.SubFactory(InstitutionFactory)
    code = factory.Sequence(lambda n: f"TEST-MC-2026-{n:03}")
    created_at = AT
    created_by = factory.SubFactory(UserFactory)


class OfferingVersionFactory(DjangoModelFactory):
    """A version with every mandatory element; its moments and people follow from `status`, and it has 3
    outcomes."""

    class Meta:
        model = OfferingVersion
        skip_postgeneration_save = True

    offering = factory.SubFactory(OfferingFactory)
    number = 1
    status = S.DRAFT
    rule_set = "eu-2022/1"
    title = factory.Sequence(lambda n: texts(f"Nimi {n}"))
    summary = texts("Kuvaus")
    target_group = texts("Kohderyhmä")
    relevance = texts("Tarve")
    relevance_source = "employer_survey"
    awarding_bodies = factory.LazyAttribute(lambda o: [o.offering.institution.code])
    ects = 5
    eqf_level = 6
    nqf_level = 6
    ehea_cycle = "first"
    competence_level = "applied"
    education_form = "avoin_amk"
    assessment_types = ["project"]
    assessment_description = texts("Arviointi")
    assessment_criteria = texts("Kriteerit")
    grading_scale = "0-5"
    identity_verification = "supervised_online_id"
    participation_modes = ["online"]
    teaching_times = ["any_time"]
    teaching_languages = ["fi"]
    assessment_languages = ["fi"]
    prerequisites = texts("Ei vaatimuksia")
    stackability = "stand_alone"
    quality_assurance_types = ["internal_review"]
    quality_assurance = texts("Laatu")
    sdgs = ["4"]
    isced_f = "061"
    okm_field = "7"
    fee_eur = 0
    fee_rule = "free"
    guidance = texts("Ohjaus")
    created_at = AT
    updated_at = AT
    submitted_at = factory.LazyAttribute(lambda o: AT if o.status in SUBMITTED else None)
    submitted_by = factory.Maybe("submitted_at", factory.SubFactory(UserFactory))
    approved_at = factory.LazyAttribute(lambda o: AT if o.status in APPROVED else None)
    approved_by = factory.Maybe("approved_at", factory.SubFactory(UserFactory))
    published_at = None
    published_by = None

    @factory.post_generation
    def outcomes(self, create, extracted, **kwargs):
        kinds = LearningOutcome.Kind
        for order, kind in enumerate(extracted if extracted is not None else kinds):
            LearningOutcome.objects.create(
                version=self, order=order, kind=kind, text=texts(f"Selittää asian {order}")
            )

    @factory.post_generation
    def freeze(self, create, extracted, **kwargs):
        """Publish last: the outcomes of a published version are frozen, and the offering points to it."""
        if self.status in APPROVED:
            self.content_hash = offerings.content_hash(self)
            self.save(update_fields=["content_hash"])
        if self.status in self.PUBLIC:
            self.published_at, self.published_by = AT, UserFactory()
            self.save(update_fields=["status", "published_at", "published_by"])
        if self.status in (S.PUBLISHED, S.SUSPENDED):
            self.offering.published = self
            self.offering.save(update_fields=["published"])

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """A published row needs its moment at once (constraint); the trigger freezes it only after
        `freeze`."""
        status = kwargs["status"]
        if status in model_class.PUBLIC:
            row = super()._create(model_class, *args, **{**kwargs, "status": S.APPROVED})
            row.status = status
            return row
        return super()._create(model_class, *args, **kwargs)


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement

    version = factory.SubFactory(OfferingVersionFactory, status=S.PUBLISHED)
    review_id = factory.Faker("uuid4")
    criteria_set = "EU-10/1"
    decided_on = AT.date()
    created_at = AT

    @factory.lazy_attribute
    def opens_until(self):
        due = self.check_due_on
        return due and date.fromisoformat(str(due)) + timedelta(days=29)

    check_due_on = None


class PathwayFactory(DjangoModelFactory):
    """A draft of all the offerings given by `parts`, in their order."""

    class Meta:
        model = Pathway
        skip_postgeneration_save = True

    institution = factory.SubFactory(InstitutionFactory)
    code = factory.Sequence(lambda n: f"PATH-TEST-{n}")
    model = Pathway.Model.PAKETTI
    name = texts("Polku")
    rule = factory.LazyAttribute(lambda o: {"all_of": [one.code for one in o.parts]})

    class Params:
        parts = ()

    @factory.post_generation
    def offerings(self, create, extracted, **kwargs):
        self.offerings.set(Offering.objects.filter(code__in=stacking.read(self.rule).codes))


class RealisationFactory(DjangoModelFactory):
    """Open for enrolment here on the day of AT, without a limit of places."""

    class Meta:
        model = Realisation

    version = factory.SubFactory(OfferingVersionFactory, status=S.PUBLISHED)
    key = factory.Sequence(lambda n: f"R{n + 1}")
    starts_on = date(2026, 12, 1)
    ends_on = date(2026, 12, 31)
    enrolment = Realisation.Enrolment.HERE
    enrol_from = date(2026, 11, 1)
    enrol_by = date(2026, 11, 30)
