"""H-1: what a micro-credential is, and the wizard's verdicts."""

from itertools import product

import pytest
from django.urls import reverse
from django.utils import translation

from registry.access import Role
from registry.concept import Answer, Question, Verdict, judge
from tests.factories.registry import InstitutionFactory, member

Q = Question


def test_judge_follows_the_rule_in_every_combination():
    """All 256: eight yes; 3 or 4 no; other no. The missing ones are listed in their order."""
    order = list(Question)
    found = {}
    for answers in product([True, False], repeat=8):
        yes = frozenset(question for question, is_yes in zip(order, answers, strict=True) if is_yes)
        found[answers] = judge(yes)

    assert len(found) == 256
    for answers, answer in found.items():
        _outcomes, _size, assessed, certified, *_rest = answers
        if all(answers):
            wanted = Verdict.MICRO_CREDENTIAL
        elif not assessed:
            wanted = Verdict.PARTICIPATION_BADGE
        elif not certified:
            wanted = Verdict.COURSE
        else:
            wanted = Verdict.NOT_YET
        missing = tuple(question for question, is_yes in zip(order, answers, strict=True) if not is_yes)
        assert answer == Answer(wanted, missing)


def test_judge_suggests_a_participation_badge_for_a_webinar():
    """H-1's example: two credits of webinar without assessment."""
    assert judge(frozenset(Question) - {Q.ASSESSMENT}) == Answer(Verdict.PARTICIPATION_BADGE, (Q.ASSESSMENT,))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_page_explains_in_every_language(client, language):
    page = client.get(f"/{language}/concept/")

    assert page.status_code == 200
    assert len(page.context["kinds"]) == 7
    assert list(page.context["form"].fields) == [question.value for question in Question]
    assert page.context["verdict"] == {}
    if language != "en":
        with translation.override(language):
            said = [str(field.label) for field in page.context["form"].fields.values()]
        assert all(f">{one}" in page.content.decode() or one in page.content.decode() for one in said)


@pytest.mark.django_db
def test_page_gives_the_verdict_with_its_reasons(client):
    answers = {question.value: "yes" for question in Question} | {"assessment": "no"}

    page = client.get("/en/concept/", answers)

    assert page.context["verdict"]["kind"] == "participation_badge"
    assert [str(one) for one in page.context["verdict"]["reasons"]] == [
        "Assessment is missing: describe how and by which criteria."
    ]
    assert "Participation is not competence." in page.content.decode()


@pytest.mark.django_db
def test_page_asks_for_the_questions_left_open(client):
    page = client.get("/en/concept/", {"outcomes": "yes", "size": "perhaps"})

    assert page.context["verdict"] == {}
    assert set(page.context["form"].errors) == {question.value for question in Question} - {"outcomes"}


@pytest.mark.django_db
def test_wizard_stands_in_the_new_offering_page(client):
    house = InstitutionFactory(code="OAMK")
    client.force_login(member(house, Role.AUTHOR))
    answers = {question.value: "yes" for question in Question}

    page = client.get(reverse("offering-new", args=["oamk"]), answers)

    assert page.context["verdict"]["kind"] == "micro_credential"
    assert page.context["wizard"].is_bound
    assert not page.context["form"].is_bound
