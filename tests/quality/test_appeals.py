"""T6: an author appeals against a rejection within 14 days, the rectorate answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from quality.actions import appeals, plans
from quality.models import Appeal, ReviewCycle
from registry.access import Role
from registry.errors import Invalid, NotAllowed, StateChanged
from registry.models import Letter, OfferingVersion, TrailEntry
from tests.factories import AT
from tests.factories.quality import LETTER, CycleFactory, chair_of, fresh, started
from tests.factories.registry import OfferingVersionFactory, member

pytestmark = pytest.mark.django_db
NOTE = "Paneeli luki vanhaa liitettä."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def cycle():
    """Rejected by its chair."""
    version = OfferingVersionFactory(
        offering__institution__rule_set="eu-2022/1", participation_modes=["onsite"]
    )
    author = member(version.offering.institution, Role.AUTHOR)
    version.authors.add(author)
    cycle = started(version, by=author)
    plans.reject(cycle=cycle, by=chair_of(cycle).user, at=AT, letter=LETTER)
    return fresh(cycle)


@pytest.fixture
def author(cycle):
    return cycle.version.authors.get()


@pytest.fixture
def rectorate(cycle):
    return member(cycle.offering.institution, Role.RECTORATE)


def sent(cycle, author) -> Appeal:
    return appeals.send(cycle=cycle, text=NOTE, by=author, at=AT)


def test_appeal_is_told_to_the_rectorate(cycle, author, rectorate):
    """T6: appeal note to RE; it is in the trail and in the rectorate's queue."""
    sent(cycle, author)

    assert NOTE in Letter.objects.get(to=rectorate.email).body
    assert TrailEntry.objects.filter(verb="appealed", by=author, reason=NOTE).exists()


@pytest.mark.parametrize(("days", "may"), [(14, True), (15, False)])
def test_appeal_is_sent_within_14_days(cycle, author, days, may):
    """T6, N9."""
    at = AT + timedelta(days=days)

    if may:
        appeals.send(cycle=cycle, text=NOTE, by=author, at=at)
    else:
        with pytest.raises(Invalid, match=r"An appeal could be sent until 6\.12\.2026"):
            appeals.send(cycle=cycle, text=NOTE, by=author, at=at)

    assert Appeal.objects.exists() is may


def test_appeal_is_sent_once_by_an_author_about_a_rejection(cycle, author, rectorate):
    """T6: each guard in its words."""
    with pytest.raises(NotAllowed, match="The authors of the rejected version appeal"):
        appeals.send(cycle=cycle, text=NOTE, by=rectorate, at=AT)
    with pytest.raises(Invalid, match="Write the appeal"):
        appeals.send(cycle=cycle, text=" ", by=author, at=AT)
    with pytest.raises(StateChanged, match="Only a rejection can be appealed against"):
        appeals.send(cycle=CycleFactory(status=ReviewCycle.Status.DO), text=NOTE, by=author, at=AT)
    sent(cycle, author)
    with pytest.raises(StateChanged, match="An appeal has been sent already"):
        sent(cycle, author)


def test_granted_appeal_copies_the_version_to_a_new_draft(cycle, author, rectorate):
    """T6: the round stays closed; the appellant mends the copy."""
    appeal = sent(cycle, author)

    appeals.answer(appeal=appeal, outcome="granted", answer="Aiheellinen.", by=rectorate, at=AT)

    copy = cycle.offering.versions.get(number=2)
    assert (copy.status, list(copy.authors.all())) == (OfferingVersion.Status.DRAFT, [author])
    assert fresh(cycle).status == ReviewCycle.Status.REJECTED
    assert "Aiheellinen." in Letter.objects.filter(to=author.email).latest("pk").body


def test_dismissed_appeal_leaves_the_rejection(cycle, author, rectorate):
    """T6."""
    appeal = sent(cycle, author)

    appeals.answer(appeal=appeal, outcome="dismissed", answer="Ei uutta.", by=rectorate, at=AT)

    assert cycle.offering.versions.count() == 1
    assert TrailEntry.objects.get(verb="appeal_dismissed").by == rectorate
    with pytest.raises(StateChanged, match="The appeal has been answered already"):
        appeals.answer(appeal=appeal, outcome="granted", answer="Sittenkin.", by=rectorate, at=AT)


def test_appeal_is_answered_by_somebody_else_of_the_rectorate(cycle, author, rectorate):
    """T6, rule 12."""
    appeal = sent(cycle, author)
    said = {"appeal": appeal, "outcome": "granted", "answer": "Aiheellinen.", "at": AT}

    with pytest.raises(NotAllowed, match="The rectorate or the head of the unit answers an appeal"):
        appeals.answer(by=chair_of(cycle).user, **said)
    ReviewCycle.objects.filter(pk=cycle.pk).update(decided_by=rectorate)
    with pytest.raises(NotAllowed, match="You decided on the rejection"):
        appeals.answer(by=rectorate, **said)
    cycle.version.authors.add(rectorate)
    with pytest.raises(NotAllowed, match="You cannot review your own plan"):
        appeals.answer(by=rectorate, **said)


def test_appeal_goes_by_its_pages(client, cycle, author, rectorate, time_machine):
    """T6: from the review to the rectorate's queue and back to the authors."""
    time_machine.move_to(AT, tick=False)
    house = cycle.offering.institution.code.lower()
    pages = {
        name: reverse(name, args=[house, cycle.uid])
        for name in ("review-detail", "review-appeal", "review-appeal-answer")
    }
    client.force_login(author)
    assert pages["review-appeal"] in client.get(pages["review-detail"]).text
    empty = client.post(pages["review-appeal"], {"text": ""})
    client.post(pages["review-appeal"], {"text": NOTE})
    again = client.get(pages["review-appeal"])

    client.force_login(rectorate)
    queue = client.get(reverse("review-list", args=[house]))
    form = client.get(pages["review-appeal-answer"])
    half = client.post(pages["review-appeal-answer"], {"answer": "Aiheellinen."})
    client.post(pages["review-appeal-answer"], {"outcome": "granted", "answer": "Aiheellinen."})

    assert list(empty.context["form"].errors) == ["text"]
    assert "on jo lähetetty" in again.text or "already" in again.text
    assert cycle.offering.code in queue.text
    assert NOTE in form.text
    assert list(half.context["form"].errors) == ["outcome"]
    assert "Aiheellinen." in client.get(pages["review-detail"]).text
    assert Appeal.objects.get().outcome == "granted"
