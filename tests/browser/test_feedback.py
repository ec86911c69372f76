"""The pages of what is heard of an offering, looked at by axe and at 320 px (N1)."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from quality.actions import complaints, pilots, surveys, triggers
from quality.models import ReviewCycle, SurveyInvitation
from registry.access import Role
from tests.factories.credentials import LearnerFactory
from tests.factories.feedback import answered, ended, result
from tests.factories.quality import CycleFactory
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_pages_of_feedback_are_accessible(somebody, language):
    house = InstitutionFactory(code="OAMK")
    cycle = CycleFactory(version__offering__institution=house, status=ReviewCycle.Status.DO)
    version, now = cycle.version, timezone.now()
    code, run = version.offering.code, ended(version, on=date(2026, 1, 31))
    answered(run, 1, 2, 3, 4, 5, closes_on=date(2026, 3, 1), text="Pidempi jakso olisi ollut parempi.")
    answered(run, 4, kind="career_6", closes_on=date(2026, 3, 1))
    result(run, mean="4.20", answers=12)
    staff = member(house, Role.AUTHOR, Role.QUALITY)
    surveys.invite_employers(
        realisation=run, addresses=["a@firma.example"], language=language, by=staff, at=now
    )
    secret = surveys.secret_of(SurveyInvitation.objects.select_related("survey").get())
    complaint = complaints.make(
        offering=version.offering, kind="other", text="Myöhässä.", email="", language="fi", at=now
    )
    pilots.start(
        offering=version.offering,
        host="Paja",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 2, 1),
        by=staff,
        at=now,
    )
    cause = triggers.note(offering=version.offering, kind="rules", text="Laki muuttuu.", by=staff, at=now)
    learner = LearnerFactory(institution=house, user=UserFactory())
    with translation.override(language):
        public = [
            reverse("survey", args=[secret]),
            reverse("survey-thanks"),
            reverse("complaint-new", args=[code]),
            reverse("complaint-sent", args=[complaint.uid]),
        ]
        own = [
            reverse("offering-feedback", args=["oamk", code]),
            reverse("realisation-feedback", args=["oamk", code, 1, "R1"]),
            reverse("employer-survey", args=["oamk", code, 1, "R1"]),
            reverse("feedback-result-import", args=["oamk"]),
            reverse("complaint-list", args=["oamk"]),
            reverse("complaint-answer", args=["oamk", complaint.uid]),
            reverse("pilot-list", args=["oamk"]),
            reverse("pilot-new", args=["oamk"]),
            reverse("trigger-list", args=["oamk"]),
            reverse("trigger-new", args=["oamk"]),
            reverse("trigger-set-aside", args=["oamk", cause.pk]),
        ]
        of_learner = [reverse("my-wishes")]

    for user, addresses in ((None, public), (staff, own), (learner.user, of_learner)):
        person = somebody(user)
        for address in addresses:
            answer = person.page.goto(address)
            assert answer.status == 200, address
            person.look(person.page)
