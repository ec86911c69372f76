"""Windows of rectification: 14 days from being told, then closed; learner and handler are reminded (6.5)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from quality import deadlines
from quality.actions import notices, rectifications
from quality.models import QualitySettings, RectificationWindow
from registry import trail
from registry.access import Role
from registry.errors import Invalid
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.credentials import LearnerFactory
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAY = AT.date()
TOLD, ENDS = date(2026, 11, 12), date(2026, 11, 26)  # of A3 in the example data


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK", short_name="Oamk")


@pytest.fixture
def handler(house):
    return member(house, Role.ISSUER)


@pytest.fixture
def learner(house):
    return LearnerFactory(institution=house, email="oppija@example.com", language="sv")


def opened(learner, handler, **more) -> RectificationWindow:
    said = {"kind": "recognition", "about": "Sairaanhoitaja (AMK), 3 op", "told_on": TOLD, **more}
    return rectifications.open_window(learner=learner, handler=handler, **said, by=handler, at=AT)


def change(window, **more):
    said = {"handler": window.handler, "asked_on": None, **more}
    rectifications.change(window=window, **said, by=window.handler, at=AT)


def told(on: date) -> list[str]:
    return sorted(one.reader.email for one in deadlines.due(on) if one.kind == "rectification")


def test_window_is_open_for_fourteen_days_or_the_institution_s_own(house, learner, handler):
    """Rule 14: demo A3 until 26.11.2026."""
    first = opened(learner, handler)
    QualitySettings.objects.create(
        institution=house, numbers={"rectification_days": 20}, changed_at=AT, changed_by=handler
    )

    assert (first.ends_on, opened(learner, handler, about="Toinen").ends_on) == (ENDS, TOLD + timedelta(20))


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("about", {"about": " "}),  # Name the decision.
        ("about", {}),  # This decision is noted already.
        ("told_on", {"told_on": DAY + timedelta(1)}),  # The learner has not been told yet.
    ],
)
def test_window_that_cannot_be_is_refused_at_its_field(learner, handler, field, what):
    opened(learner, handler)

    with pytest.raises(Invalid) as refusal:
        opened(learner, handler, **what)

    assert [name for name, _said in refusal.value.reasons] == [field]


@pytest.mark.parametrize("asked_on", [TOLD - timedelta(1), DAY + timedelta(1)])
def test_asking_out_of_time_is_refused_at_its_field(learner, handler, asked_on):
    """5.3/7: Rectification could be asked for until …; The day is not yet here."""
    window = opened(learner, handler, told_on=TOLD)

    with pytest.raises(Invalid) as refusal:
        change(window, asked_on=asked_on)

    assert [name for name, _said in refusal.value.reasons] == ["asked_on"]


def test_no_door_stores_an_asking_out_of_time(learner, handler):
    opened(learner, handler)

    with pytest.raises(IntegrityError), transaction.atomic():
        RectificationWindow.objects.update(asked_on=ENDS + timedelta(1))


def test_last_days_are_told_once_to_learner_and_handler(learner, handler):
    """6.5: −3; each in their own language, without the learner's name to the handler."""
    opened(learner, handler)
    written = [notices.write(on=date(2026, 11, day), at=AT) for day in range(22, 29)]

    assert written == [0, 2, 0, 0, 0, 0, 0]
    bodies = dict(Letter.objects.values_list("to", "body"))
    assert "Du kan begära omprövning till och med 26.11.2026" in bodies["oppija@example.com"]
    assert learner.name not in bodies[handler.email]


def test_nobody_is_told_once_the_learner_has_asked(learner, handler):
    window = opened(learner, handler)
    assert told(date(2026, 11, 24)) == sorted([learner.email, handler.email])

    change(window, asked_on=date(2026, 11, 20))

    assert told(date(2026, 11, 24)) == []
    assert TrailEntry.objects.filter(verb="rectification_asked").count() == 1


def test_handler_who_has_left_is_not_told(learner, handler):
    opened(learner, handler)
    handler.memberships.all().delete()

    assert told(date(2026, 11, 24)) == [learner.email]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("kuka@example.com", "Korkeakoulussa ei ole oppijaa, jolla on tämä oppijanumero tai sähköposti."),
        ("oppija@example.com", "Usealla oppijalla on tämä sähköposti. Anna oppijanumero."),
    ],
)
def test_page_tells_at_the_field_who_is_not_found(house, learner, handler, named, said):
    LearnerFactory(institution=house, email="oppija@example.com", birth_date=date(1990, 1, 1))
    client = Client()
    client.force_login(handler)
    entered = {"learner": named, "kind": "assessment", "about": "x", "told_on": TOLD, "handler": handler.pk}

    page = client.post(reverse("rectification-new", args=["oamk"]), entered)

    assert page.context["form"].errors == {"learner": [said]}


def test_pages_write_a_decision_and_note_that_the_learner_asked(learner, handler):
    client = Client()
    client.force_login(handler)
    entered = {
        "learner": learner.email, "kind": "assessment", "about": "OAMK-001: HYL", "told_on": TOLD,
        "handler": handler.pk,
    }  # fmt: skip
    client.post(reverse("rectification-new", args=["oamk"]), entered)
    window = RectificationWindow.objects.get()
    before = client.get(reverse("rectification-list", args=["oamk"])).text
    client.post(
        reverse("rectification-edit", args=["oamk", window.uid]),
        {"handler": handler.pk, "asked_on": "2026-11-20"},
    )

    after = client.get(reverse("rectification-list", args=["oamk"])).text

    assert "26.11.2026 asti" in before
    assert ("Oikaisua pyydetty" in after, "20.11.2026" in after) == (True, True)


def test_learner_reads_who_saw_and_wrote_of_the_window(learner, handler):
    """N6: the list, its page, the deed."""
    client = Client()
    client.force_login(handler)
    window = opened(learner, handler)

    client.get(reverse("rectification-list", args=["oamk"]))
    client.get(reverse("rectification-edit", args=["oamk", window.uid]))
    change(window, asked_on=TOLD)

    verbs = [one.verb for one in trail.of_learner(learner=learner.uid)]
    assert sorted(verbs) == ["listed", "looked_at", "rectification_asked", "rectification_opened"]


def test_window_of_another_institution_is_not_found(learner, handler):
    """N5."""
    window = opened(learner, handler)
    client = Client()
    client.force_login(member(InstitutionFactory(code="LAB"), Role.ISSUER))

    assert client.get(reverse("rectification-edit", args=["lab", window.uid])).status_code == 404


def test_only_who_keeps_attainments_may_handle(house, handler):
    member(house, Role.AUTHOR), UserFactory()

    assert rectifications.handlers(house) == [handler]
