"""A learner asks for rectification: 14 days, the decider, the examination board (rule 14, §3.8, 5.3/7)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from credentials.actions import attainments, rectifications
from credentials.actions.rectifications import TooLate
from credentials.models import Attainment, Rectification
from quality import causes, deadlines, rectifying
from quality.actions import notices
from quality.actions import rectifications as windows
from registry.access import Role
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Code, Letter, TrailEntry
from tests.factories import AT
from tests.factories.agreements import RectificationWindowFactory
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = AT.date()
Status = Rectification.Status


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK", short_name="Oamk")


@pytest.fixture
def assessor(house):
    return member(house, Role.ISSUER)


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def attainment(house, assessor, owner):
    learner = LearnerFactory(institution=house, user=owner, email="oppija@example.com", language="fi")
    return AttainmentFactory(institution=house, learner=learner, grade="1", recorded_by=assessor)


def decision(owner):
    [found] = rectifying.decisions(owner)
    return found


def asked(owner, *, at=AT) -> Rectification:
    return windows.ask(decision=decision(owner), grounds="Kolme tehtävää puuttuu.", by=owner, at=at)


def answered(found, by, *, is_granted=False, at=AT):
    windows.answer(rectification=found, is_granted=is_granted, answer="Perustelut.", by=by, at=at)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_result_can_be_rectified_for_fourteen_days_from_its_recording(attainment, owner):
    found = decision(owner)

    assert (found.told_on, found.until) == (AT.date(), AT.date() + 14 * DAY)
    assert [found.can_be_asked(found.until), found.can_be_asked(found.until + DAY)] == [True, False]


def test_days_begin_again_when_the_attainment_is_corrected(attainment, owner, assessor):
    attainments.correct(
        attainment=attainment, realisation=None, completed_on=attainment.completed_on, grade="2", reason="",
        by=assessor, at=AT + 5 * DAY,
    )  # fmt: skip

    assert decision(owner).until == AT.date() + 19 * DAY


def test_asking_is_kept_told_to_the_assessor_and_written_down(attainment, owner, assessor):
    member(attainment.institution, Role.ISSUER)

    found = asked(owner)

    assert (found.status, found.attainment, found.until) == (Status.ASKED, attainment, decision(owner).until)
    assert list(Letter.objects.values_list("to", flat=True)) == [assessor.email]
    entry = TrailEntry.objects.get(verb="rectification_asked")
    assert (entry.learner, entry.role) == (attainment.learner.uid, "learner")


def test_asking_after_the_last_day_is_refused_with_advice(attainment, owner):
    with pytest.raises(TooLate) as refusal:
        asked(owner, at=AT + 15 * DAY)

    assert "6.12.2026" in str(refusal.value.message)


def test_only_the_learner_asks_and_once(attainment, owner, assessor):
    with pytest.raises(NotAllowed):
        windows.ask(decision=decision(owner), grounds="x", by=assessor, at=AT)
    asked(owner)

    with pytest.raises(Refused) as refusal:
        asked(owner)

    assert refusal.value.code == "asked_already"


@pytest.mark.parametrize("ends", ["denied", "withdrawn"])
def test_answered_or_withdrawn_request_is_not_made_again_about_the_same(attainment, owner, assessor, ends):
    found = asked(owner)
    if ends == "denied":
        answered(found, assessor)
    else:
        rectifications.withdraw(rectification=found, by=owner, at=AT)

    answer = signed_in(owner).post(
        reverse("my-rectification-new", args=[attainment.uid]), {"grounds": "Vielä kerran."}
    )

    assert (answer.status_code, Rectification.objects.count()) == (409, 1)


def test_window_that_was_asked_elsewhere_is_not_asked_again(house, owner, assessor):
    learner = LearnerFactory(institution=house, user=owner)
    window = RectificationWindowFactory(learner=learner, handler=assessor, asked_on=AT.date())

    answer = signed_in(owner).post(
        reverse("my-rectification-new", args=[window.uid]), {"grounds": "Vielä kerran."}
    )

    assert (answer.status_code, Rectification.objects.count()) == (409, 0)


def test_request_about_one_window_is_not_taken_for_one_about_another(house, owner, assessor):
    """The same words stand in windows of two institutions."""
    about = {"handler": assessor, "kind": "recognition", "about": "3 op"}
    here = RectificationWindowFactory(learner=LearnerFactory(institution=house, user=owner), **about)
    elsewhere = LearnerFactory(institution=InstitutionFactory(code="LAB"), user=owner)
    RectificationWindowFactory(learner=elsewhere, **about)
    [first] = [one for one in rectifying.decisions(owner) if one.uid == here.uid]
    windows.ask(decision=first, grounds="x", by=owner, at=AT)

    found = {one.institution.code: one.request is not None for one in rectifying.decisions(owner)}

    assert found == {"OAMK": True, "LAB": False}


def test_nobody_decides_their_own_request(attainment, owner):
    with pytest.raises(NotAllowed):
        answered(asked(owner), owner)


def test_coordinator_watches_without_names_and_decides_nothing(attainment, owner):
    found, client = asked(owner), signed_in(member(attainment.institution, Role.QUALITY))

    listed = client.get(reverse("rectification-list", args=["oamk"]))
    page = client.get(reverse("rectification-request", args=["oamk", found.uid]))

    assert (found.about in listed.text, found.learner.name in listed.text) == (True, False)
    assert (str(found.uid) in listed.text, page.status_code) == (False, 403)
    assert not TrailEntry.objects.filter(verb="listed").exists()


def test_grade_cannot_be_changed_while_it_is_open(attainment, owner, assessor):
    """§3.8: no change of a grade while open."""
    found = asked(owner)
    change = {
        "attainment": attainment, "realisation": None, "completed_on": attainment.completed_on,
        "grade": "3", "reason": "", "by": assessor, "at": AT,
    }  # fmt: skip
    with pytest.raises(Refused) as refusal:
        attainments.correct(**change)
    answered(found, assessor, is_granted=True)

    attainments.correct(**change)

    assert (refusal.value.code, attainment.grade) == ("under_rectification", "3")


def test_answer_tells_until_when_the_board_can_be_asked(attainment, owner, assessor):
    found = asked(owner)

    answered(found, assessor, at=AT + 3 * DAY)

    letter = Letter.objects.get(to="oppija@example.com")
    assert (found.status, found.board_until) == (Status.DENIED, AT.date() + 17 * DAY)
    assert "9.12.2026" in letter.body


def test_board_is_asked_in_time_and_answered_by_somebody_else(attainment, owner, assessor):
    found, other = asked(owner), member(attainment.institution, Role.ISSUER)
    answered(found, assessor)
    with pytest.raises(TooLate):
        windows.ask_board(rectification=found, grounds="Ei.", by=owner, at=AT + 15 * DAY)
    windows.ask_board(rectification=found, grounds="Ei.", by=owner, at=AT + 14 * DAY)
    with pytest.raises(NotAllowed):
        answered(found, assessor)

    answered(found, other, is_granted=True)

    assert found.status == Status.BOARD_GRANTED


def test_withdrawn_request_ends_and_leaves_the_decision(attainment, owner):
    found = asked(owner)

    rectifications.withdraw(rectification=found, by=owner, at=AT)

    assert (found.is_open, attainment.rectifications.open().count()) == (False, 0)


def test_window_of_the_staff_is_asked_by_the_learner_too(house, owner, assessor):
    """W-05: a decision on recognition."""
    learner = LearnerFactory(institution=house, user=owner)
    window = RectificationWindowFactory(learner=learner, handler=assessor, kind="recognition", about="3 op")

    found = asked(owner)

    window.refresh_from_db()
    assert (found.attainment, found.about, window.asked_on) == (None, "3 op", AT.date())
    assert decision(owner).request == found


def test_granted_request_is_a_cause_for_a_check(attainment, owner, assessor, monkeypatch):
    """6.3: one upheld rectification on assessment."""
    answered(asked(owner), assessor, is_granted=True)
    offering = attainment.version.offering
    cycle = type("Cycle", (), {"offering_id": offering.pk, "offering": offering, "opened_at": AT - DAY})
    running = [type("Running", (), {"cycle": cycle})]

    [cause] = causes._rectifications(running, AT.date())

    assert cause.detail == {"rectified": True}


def test_learner_asks_and_staff_answer_on_their_pages(attainment, owner, assessor):
    learner, staff = signed_in(owner), signed_in(assessor)
    before = learner.get(reverse("my-results"))
    learner.post(reverse("my-rectification-new", args=[attainment.uid]), {"grounds": "Laskettu väärin."})
    found = Rectification.objects.get()
    listed = staff.get(reverse("rectification-list", args=["oamk"]))
    page = reverse("rectification-request", args=["oamk", found.uid])
    staff.get(page)
    staff.post(page, {"is_granted": "no", "answer": "Laskettu oikein."})

    after = learner.get(reverse("my-rectification", args=[found.uid]))

    assert "Voit pyytää oikaisua 6.12.2026 asti." in before.text
    assert ("14 päivää jäljellä" in listed.text, found.learner.name in listed.text) == (True, True)
    assert ("Laskettu oikein." in after.text, "6.12.2026" in after.text) == (True, True)


def test_page_gives_advice_in_place_of_the_form_after_the_last_day(attainment, owner, time_machine):
    time_machine.move_to(AT + 20 * DAY, tick=False)

    page = signed_in(owner).get(reverse("my-rectification-new", args=[attainment.uid]))

    assert ("<textarea" in page.text, "6.12.2026" in page.text) == (False, True)


def test_page_of_a_failed_result_speaks_of_no_credential(attainment, owner):
    address = reverse("my-rectification-new", args=[attainment.uid])
    Attainment.objects.update(grade="HYL")
    failed = signed_in(owner).get(address).text
    Attainment.objects.update(grade="1")
    issued(attainment)
    passed = signed_in(owner).get(address).text

    assert ["saamasi todistus" in page for page in (failed, passed)] == [False, True]
    assert "Siihen asti päätös pysyy ennallaan." in failed


def test_pages_name_what_is_missing_at_its_field(attainment, owner, assessor):
    page = signed_in(owner).post(reverse("my-rectification-new", args=[attainment.uid]), {"grounds": " "})
    found = asked(owner)
    staff = signed_in(assessor).post(
        reverse("rectification-request", args=["oamk", found.uid]), {"is_granted": "", "answer": ""}
    )

    assert set(page.context["form"].errors) == {"grounds"}
    assert set(staff.context["form"].errors) == {"is_granted", "answer"}


def test_request_is_withdrawn_after_asking_once_more(attainment, owner):
    found, learner = asked(owner), signed_in(owner)
    address = reverse("my-rectification-withdraw", args=[found.uid])

    page = learner.get(reverse("my-rectification", args=[found.uid]))
    question = learner.get(address)
    found.refresh_from_db()

    assert (f'action="{address}"' in page.text, f'href="{address}"' in page.text) == (False, True)
    assert ("Peru pyyntö" in question.text, found.is_open) == (True, True)
    learner.post(address)
    found.refresh_from_db()
    assert (found.is_open, learner.get(address).status_code) == (False, 302)


def test_another_s_result_is_not_found(attainment, owner):
    found, other = asked(owner), signed_in(UserFactory())

    codes = [
        other.get(reverse("my-rectification-new", args=[attainment.uid])).status_code,
        other.get(reverse("my-rectification", args=[found.uid])).status_code,
        other.post(reverse("my-rectification-withdraw", args=[found.uid])).status_code,
    ]

    assert codes == [404, 404, 404]


def test_results_cost_as_many_queries_for_three_as_for_one(attainment, owner, django_assert_num_queries):
    client = signed_in(owner)
    client.get(reverse("my-results"))
    with django_assert_num_queries(11) as one:
        client.get(reverse("my-results"))
    for number in (2, 3):
        AttainmentFactory(
            institution=attainment.institution,
            learner=attainment.learner,
            completed_on=date(2026, 11, number),
        )

    with django_assert_num_queries(len(one)):
        client.get(reverse("my-results"))


def test_results_say_a_grade_in_words(attainment, owner):
    """The code of a pass is for programs; the reader's language names it."""
    Attainment.objects.update(grade="HYV")
    Code.objects.update_or_create(
        list="grade", code="HYV", defaults={"label": {"fi": "Hyväksytty", "sv": "Godkänd"}}
    )
    client = signed_in(owner)

    pages = {one: client.get(f"/{one}/my/results/").text for one in ("fi", "sv")}

    assert "<dd>Hyväksytty</dd>" in pages["fi"]
    assert "<dd>Godkänd</dd>" in pages["sv"]


# Reminders, three days before the answer is due


def reminded(on) -> list[tuple]:
    found = [one for one in deadlines.due(on) if one.kind == "rectification_answer"]
    return sorted((one.reader.email, one.context["left"]) for one in found)


def test_whoever_must_answer_is_reminded_three_days_before_the_due_day(attainment, owner, assessor):
    """Once; nobody any more after the answer."""
    member(attainment.institution, Role.ISSUER)
    found = asked(owner)
    due = AT.date() + 14 * DAY

    assert [reminded(due - 4 * DAY), reminded(due - 3 * DAY)] == [[], [(assessor.email, 3)]]
    assert [notices.write(on=due - days * DAY, at=AT) for days in (3, 2)] == [1, 0]
    letter = Letter.objects.get(to=assessor.email, subject__contains="odottaa vastausta")
    assert reverse("rectification-request", args=["oamk", found.uid]) in letter.body
    answered(found, assessor)
    assert reminded(due) == []


def test_board_stage_reminds_those_who_did_not_answer_first(attainment, owner, assessor):
    other = member(attainment.institution, Role.ISSUER)
    found = asked(owner)
    answered(found, assessor)
    windows.ask_board(rectification=found, grounds="Edelleen.", by=owner, at=AT + DAY)

    assert reminded(AT.date() + 12 * DAY) == [(other.email, 3)]


def test_handler_of_a_decision_that_was_written_down_is_reminded(house, owner, assessor):
    other = member(house, Role.ISSUER)
    learner = LearnerFactory(institution=house, user=owner)
    RectificationWindowFactory(institution=house, learner=learner, handler=other, told_on=AT.date())
    asked(owner)

    assert reminded(AT.date() + 11 * DAY) == [(other.email, 3)]


# On paper or by e-mail


def written(found, by, *, came_on=TODAY, at=AT):
    return windows.write_down(decision=found, grounds="Kirje.", came_on=came_on, by=by, at=at)


def test_request_on_paper_is_written_down_and_its_days_run_from_the_day_it_came(house, assessor):
    """§3.8, 5.3/8: of somebody without an account, too."""
    learner = LearnerFactory(institution=house, user=None, email="oppija@example.com", language="fi")
    AttainmentFactory(institution=house, learner=learner, recorded_by=assessor)
    other = member(house, Role.ISSUER)
    [before] = rectifying.decisions_of(learner)

    found = written(before, other, came_on=AT.date() + 2 * DAY, at=AT + 5 * DAY)

    assert (found.status, found.written_by, found.answer_due_on) == (
        Status.ASKED,
        other,
        AT.date() + 16 * DAY,
    )
    [after] = rectifying.decisions_of(learner)
    assert (after.request, after.can_be_asked(AT.date())) == (found, False)
    entry = TrailEntry.objects.get(verb="rectification_asked")
    assert (entry.by, entry.role, entry.learner) == (other, "issuer", learner.uid)
    letters = dict(Letter.objects.values_list("to", "subject"))
    assert letters == {
        assessor.email: "Oppija pyytää oikaisua",
        "oppija@example.com": "Oikaisupyyntösi on käsittelyssä",
    }
    assert reminded(AT.date() + 13 * DAY) == [(assessor.email, 3)]


@pytest.mark.parametrize(("came", "said"), [(-1, "ei ole vielä"), (3, "vasta tulossa"), (15, "6.12.2026")])
def test_day_on_which_a_request_cannot_have_come_is_refused(attainment, owner, assessor, came, said):
    with pytest.raises(Invalid) as refusal:
        written(
            decision(owner), assessor, came_on=AT.date() + came * DAY, at=AT + (20 if came > 3 else 2) * DAY
        )

    [(field, text)] = refusal.value.reasons
    assert (field, said in text, Rectification.objects.count()) == ("came_on", True, 0)


def test_request_is_written_down_once_and_never_ones_own(attainment, owner, assessor):
    with pytest.raises(NotAllowed):
        written(decision(owner), owner)
    found = decision(owner)
    written(found, assessor)

    with pytest.raises(Refused) as refusal:
        written(found, assessor)

    assert refusal.value.code == "asked_already"


def test_window_of_a_written_request_is_asked_on_the_day_it_came(house, owner, assessor):
    learner = LearnerFactory(institution=house, user=owner)
    window = RectificationWindowFactory(institution=house, learner=learner, handler=assessor)

    written(decision(owner), assessor, came_on=AT.date() + DAY, at=AT + 3 * DAY)

    window.refresh_from_db()
    assert window.asked_on == AT.date() + DAY


def test_officer_writes_a_request_down_on_two_pages(attainment, assessor):
    client, learner = signed_in(assessor), attainment.learner
    first = reverse("rectification-paper", args=["oamk"])
    second = reverse("rectification-paper-new", args=["oamk", learner.uid])
    [found] = rectifying.decisions_of(learner)
    facts = {"decision": str(found.uid), "came_on": "2027-01-01", "grounds": "Kirje."}

    unknown = client.post(first, {"learner": "tuntematon@example.com"})
    led = client.post(first, {"learner": learner.email})
    page = client.get(second).content.decode()
    refused = client.post(second, facts)
    sent = client.post(second, facts | {"came_on": AT.date().isoformat()}, follow=True)

    assert (set(unknown.context["form"].errors), led.url) == ({"learner"}, second)
    assert (found.about in page, set(refused.context["form"].errors)) == (True, {"came_on"})
    assert sent.redirect_chain[0][0] == reverse(
        "rectification-request", args=["oamk", Rectification.objects.get().uid]
    )
    assert "paperilla tai sähköpostilla" in sent.content.decode()
    assert TrailEntry.objects.filter(verb="looked_at", learner=learner.uid).exists()
    assert first in client.get(reverse("rectification-list", args=["oamk"])).content.decode()
