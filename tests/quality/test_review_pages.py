"""Pages of the review: the queue, the text with its comments, decisions, publishing; who may, and why not."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from quality import criteria, reviews
from quality.actions import evidence, panels, plans, publishing, seats
from quality.models import (
    Decision,
    Evidence,
    FieldComment,
    PanelMeeting,
    PanelMember,
    Rating,
    ReviewCycle,
    StandingPanel,
)
from quality.views import plan
from registry.actions import codelists, offerings
from registry.models import Letter, OfferingVersion
from tests.factories import AT
from tests.factories.quality import (
    LETTER,
    CycleFactory,
    FindingFactory,
    PanelMemberFactory,
    chair_of,
    fresh,
    rated,
    sent,
)
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    UserFactory,
    member,
)

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]
Version = OfferingVersion.Status


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def people(house):
    roles = ("author", "quality", "reviewer", "publisher", "rectorate", "issuer")
    return {role: member(house, role) for role in roles}


@pytest.fixture
def version(house, people):
    version = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), participation_modes=["onsite"]
    )
    version.authors.add(people["author"])
    return version


def address(name: str, *arguments) -> str:
    return reverse(name, args=["oamk", *arguments])


def of_version(name: str, version: OfferingVersion) -> str:
    return address(name, version.offering.code, version.number)


def send(version, people) -> ReviewCycle:
    return sent(version, by=people["author"])


def take(version, people) -> ReviewCycle:
    """Sent, and read by a panel whose chair is the quality coordinator and whose peer is the reviewer."""
    cycle = send(version, people)
    PanelMemberFactory(cycle=cycle, user=people["quality"], seat="chair", origin="own_unit")
    PanelMemberFactory(cycle=cycle, user=people["reviewer"])
    PanelMemberFactory(cycle=cycle, user=None, seat="working_life", origin="working_life")
    plans.start(cycle=fresh(cycle), by=people["quality"], at=AT)
    return fresh(cycle)


def rate(version, people) -> ReviewCycle:
    return rated(take(version, people))


def send_back(version, people) -> ReviewCycle:
    cycle = take(version, people)
    seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)
    plans.send_back(cycle=cycle, by=people["quality"], at=AT, letter=LETTER)
    return fresh(cycle)


def approve(version, people) -> ReviewCycle:
    cycle = rate(version, people)
    plans.approve(cycle=cycle, by=people["quality"], at=AT, letter=LETTER)
    return fresh(cycle)


def publish(version, people) -> ReviewCycle:
    cycle = approve(version, people)
    publishing.publish(version=OfferingVersion.objects.get(pk=version.pk), by=people["publisher"], at=AT)
    return fresh(cycle)


def late(version, people) -> ReviewCycle:
    """Running, its Check long overdue."""
    ReviewCycle.objects.filter(pk=publish(version, people).pk).update(
        due_on=AT.date() - timedelta(days=47), check_due_on=AT.date() - timedelta(days=47)
    )
    return version.cycles.get()


def status(version) -> str:
    return OfferingVersion.objects.get(pk=version.pk).status


def acts(page) -> dict[str, str]:
    return {act.label: act.why_not for act in page.context["acts"]}


# The whole way, by its pages


def principles() -> list[str]:
    return [one.key for one in criteria.read()["EU-10/1"].principles]


def assessment() -> dict:
    return {
        f"{key}-{field}": value
        for key in principles()
        for field, value in (("grade", "3"), ("text", "Toteutuu."))
    }


def ratings(grade: str = "3") -> dict:
    return {f"{key}-grade": grade for key in principles()}


def decide(client, review: str, what: str) -> str:
    """The letter as it is suggested, previewed and sent."""
    page = client.get(f"{review}{what}/")
    letter = {f"letter_{one}": text for one, text in page.context["form"]["letter"].value().items()}
    preview = client.post(f"{review}{what}/", letter)
    assert preview.context["is_preview"] is True
    return client.post(f"{review}{what}/", {**letter, "send": "1"})["Location"]


@pytest.mark.on_each
def test_version_goes_from_draft_to_the_catalogue_by_its_pages(client, version, people):
    """Issue C: authors assess and send, a panel is appointed, reads, returns, reads again and approves."""
    client.force_login(people["author"])
    client.post(of_version("version-assess", version), assessment())
    review = client.post(of_version("version-submit", version))["Location"]

    client.force_login(people["quality"])
    client.post(
        f"{review}panel/",
        {"user": people["quality"].pk, "seat": "chair", "origin": "own_unit", "language": "fi"},
    )
    client.post(
        f"{review}panel/",
        {"user": people["reviewer"].pk, "seat": "peer", "origin": "other_unit", "language": "fi"},
    )
    guest = {
        "name": "Tuuli",
        "email": "tuuli@company.example",
        "seat": "working_life",
        "origin": "working_life",
    }
    client.post(f"{review}panel/", {**guest, "language": "fi"})
    client.post(f"{review}declare/", {"answer": "no"})
    client.force_login(people["reviewer"])
    client.post(f"{review}declare/", {"answer": "no"})
    visitor = enter()
    visitor.post(reverse("panel-declare"), {"answer": "no"})
    client.force_login(people["quality"])
    client.post(f"{review}start/")
    client.post(f"{review}comments/", {"field": "title", "text": "Miksi?"})
    decide(client, review, "return")
    assert status(version) == Version.CHANGES_REQUESTED

    client.force_login(people["author"])
    comment = FieldComment.objects.get()
    client.post(f"{review}comments/{comment.uid}/answer/", {f"{comment.uid}-answer": "Korjattu."})
    client.post(of_version("version-submit", version))
    visitor = enter()  # by the link of the new reading
    visitor.post(reverse("panel-rate"), {**ratings(), "give": "1"})
    for one in ("reviewer", "quality"):
        client.force_login(people[one])
        client.post(f"{review}rate/", {**ratings(), "give": "1"})
    assert decide(client, review, "approve") == review

    client.force_login(people["publisher"])
    client.post(of_version("version-publish", version), {"seen": "on"})

    assert status(version) == Version.PUBLISHED
    assert client.get(reverse("catalogue-offering", args=[version.offering.code])).status_code == 200


def enter() -> Client:
    """A visitor who opens the link of the newest invitation."""
    visitor = Client()
    link = re.search(r"/panel/([^/]+)/", Letter.objects.filter(body__contains="/panel/").latest("pk").body)[1]
    visitor.post(reverse("panel-invitation", args=[link]))
    return visitor


# The queue


@pytest.mark.on_each
@pytest.mark.parametrize(
    ("who", "state", "mine"),
    [
        ("quality", send, 1),
        ("reviewer", send, 0),
        ("author", send, 0),
        ("publisher", send, 0),
        ("reviewer", take, 1),
        ("quality", take, 1),
        ("author", take, 0),
        ("rectorate", take, 0),
        ("reviewer", rate, 0),
        ("quality", rate, 1),
        ("author", send_back, 1),
        ("reviewer", send_back, 0),
        ("publisher", approve, 1),
        ("author", approve, 0),
        ("publisher", publish, 0),
    ],
)
def test_queue_shows_what_waits_for_the_person(client, version, people, who, state, mine):
    """5.2/1: waiting for me."""
    state(version, people)
    client.force_login(people[who])

    page = client.get(address("review-list"), {"show": "mine"})

    assert [row["code"] for row in page.context["rows"]] == [version.offering.code] * mine


@pytest.mark.parametrize(
    ("who", "state", "label"),
    [
        ("quality", send, "Waiting for me (1)"),
        ("reviewer", send, "In review (1)"),
        ("reviewer", publish, "All reviews (1)"),
        ("quality", late, "Waiting for me (1)"),
        ("rectorate", late, "Waiting for me (1)"),
        ("author", late, "Late (1)"),
    ],
)
def test_queue_opens_on_the_first_part_that_holds_something(client, version, people, who, state, label):
    """5.2/1."""
    state(version, people)
    client.force_login(people[who])

    with translation.override("en"):
        page = client.get(address("review-list"))

    assert [tab["label"] for tab in page.context["tabs"] if tab["is_current"]] == [label]


@pytest.mark.parametrize(
    ("who", "severity", "mine"),
    [("rectorate", "major", 1), ("rectorate", "critical", 0), ("quality", "major", 0)],
)
def test_suspended_offering_waits_for_the_rectorate(client, version, people, who, severity, mine):
    """T17: while a critical finding is open, for those who work it off first."""
    cycle = publish(version, people)
    FindingFactory(cycle=cycle, severity=severity)
    publishing.suspend(version=fresh(cycle).version, by=people["rectorate"], at=AT, reason="Epäily.")
    client.force_login(people[who])

    found = client.get(address("review-list"), {"show": "mine"}).context["rows"]
    tasks = client.get(address("staff-home")).context["tasks"]

    assert (len(found), [task["count"] for task in tasks if task["url"].endswith("mine")]) == (
        mine,
        [1] * mine,
    )


def test_days_of_a_suspended_round_stand_still(client, version, people):
    """T17: nobody is late with what nobody may do."""
    cycle = publish(version, people)
    publishing.suspend(version=fresh(cycle).version, by=people["rectorate"], at=AT, reason="Epäily.")
    ReviewCycle.objects.filter(pk=cycle.pk).update(due_on=AT.date() - timedelta(days=47))
    client.force_login(people["quality"])

    page = client.get(address("review-detail", cycle.uid))
    late = client.get(address("review-list"), {"show": "late"}).context["rows"]

    assert (page.context["due"], late) == ({}, [])


@pytest.mark.on_each
def test_queue_of_the_rectorate_holds_what_was_read_three_times(client, version, people):
    """T5."""
    ReviewCycle.objects.filter(pk=take(version, people).pk).update(round=4)
    PanelMember.objects.update(answered_round=4)
    client.force_login(people["rectorate"])

    assert len(client.get(address("review-list")).context["rows"]) == 1


@pytest.mark.on_each
@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("review", 1), ("returned", 0), ("approved", 0), ("late", 1), ("today", 0), ("fast", 1),
        ("check", 0), ("act", 0), ("all", 1), ("nonsense", 1),
    ],
)  # fmt: skip
def test_queue_has_its_parts(client, version, people, part, found):
    """5.2/1: today, late, waiting for me, fast track."""
    ReviewCycle.objects.filter(pk=send(version, people).pk).update(
        is_fast=True, due_on=AT.date() - timedelta(days=1)
    )
    client.force_login(people["quality"])

    assert len(client.get(address("review-list"), {"show": part}).context["rows"]) == found


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0, "28 päivää jäljellä"),
        (27, "1 päivä jäljellä"),
        (28, "Määräpäivä tänään"),
        (30, "2 päivää myöhässä"),
    ],
)
def test_queue_says_how_long_there_is(client, version, people, time_machine, days, label):
    """5.2: days left, by text."""
    send(version, people)
    time_machine.move_to(AT + timedelta(days=days), tick=False)
    client.force_login(people["quality"])

    with translation.override("fi"):
        page = client.get(address("review-list"))

    assert page.context["rows"][0]["due"]["label"] == label
    assert label in page.text


@pytest.mark.on_each
def test_queue_costs_at_most_twelve_queries_for_any_number_of_rows(client, house, version, people):
    """Issue C 8: queue page ≤ 12 queries at any size."""

    def taken():
        other = OfferingVersionFactory(
            offering=OfferingFactory(institution=house), participation_modes=["onsite"]
        )
        take(other, people)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address("review-list")).status_code == 200
        return len(caught)

    client.force_login(people["quality"])
    taken()
    client.get(address("review-list"))
    one = queries()
    taken()
    taken()

    assert queries() == one <= 12


# The review


def test_review_of_another_institution_is_not_found(client, version, people):
    """5.2: opening a review of another institution by URL: 404."""
    other = InstitutionFactory(code="LAPINAMK")
    cycle = send(version, people)
    client.force_login(member(other, "quality"))

    assert client.get(reverse("review-detail", args=["lapinamk", cycle.uid])).status_code == 404
    assert client.get(address("review-detail", cycle.uid)).status_code == 404
    assert client.post(reverse("review-start", args=["lapinamk", cycle.uid])).status_code == 404


def test_every_field_of_a_version_is_under_review_once():
    fields = [field for names in plan.FIELDS.values() for field in names]

    assert sorted(fields) == sorted([*OfferingVersion.CONTENT, "outcomes"])


def test_review_shows_every_text_in_every_language_and_codes_by_their_labels(client, version, people):
    codelists.load()
    OfferingVersion.objects.filter(pk=version.pk).update(
        rdi={"project_name": "Arktinen", "tki_ects": 2}, funding=[{"type": "base_funding", "share": 100.0}]
    )
    client.force_login(people["reviewer"])
    cycle = take(version, people)

    with translation.override("fi"):
        page = client.get(address("review-detail", cycle.uid))

    said = {
        field["name"]: [value["text"] for value in field["values"]]
        for section in page.context["sections"]
        for field in section["fields"]
    }
    assert said["summary"] == ["Kuvaus suomeksi", "Kuvaus på svenska", "Kuvaus in English"]
    assert said["outcomes"][:4] == [
        "1. Tiedot",
        "Selittää asian 0 suomeksi",
        "Selittää asian 0 på svenska",
        "Selittää asian 0 in English",
    ]  # fmt: skip
    assert said["ects"] == ["5"]
    assert said["education_form"] == ["Avoin ammattikorkeakoulu"]
    assert said["rdi"] == ["Hankkeen nimi: Arktinen, TKI-osuus opintopisteinä: 2"]
    assert '<div class="plan-value" lang="sv">' in page.text


def test_comment_stands_at_its_field(client, version, people):
    cycle = take(version, people)
    client.force_login(people["reviewer"])

    answer = client.post(address("review-comment", cycle.uid), {"field": "summary", "text": "Lyhennä."})
    page = client.get(address("review-detail", cycle.uid))

    assert answer["Location"] == address("review-detail", cycle.uid) + "#field-summary"
    at = {
        field["name"]: [row["comment"].text for row in field["comments"]]
        for section in page.context["sections"]
        for field in section["fields"]
        if field["comments"]
    }
    assert at == {"summary": ["Lyhennä."]}


@pytest.mark.parametrize("text", ["", "a\x00b"])
def test_comment_without_words_comes_back_with_its_error(client, version, people, text):
    cycle = take(version, people)
    client.force_login(people["reviewer"])

    page = client.post(address("review-comment", cycle.uid), {"field": "summary", "text": text})

    assert (page.status_code, list(page.context["form"].errors), page.context["writing"]) == (
        200, ["text"], "summary",
    )  # fmt: skip
    assert FieldComment.objects.count() == 0


def test_comment_can_be_taken_back(client, version, people):
    cycle = take(version, people)
    own = reviews.seat(cycle, user=people["reviewer"])
    comment = seats.comment(member=own, field="title", text="?", language="fi", at=AT)
    client.force_login(people["reviewer"])

    client.post(address("review-comment-withdraw", cycle.uid, comment.uid))

    assert FieldComment.objects.count() == 0


def test_comment_of_another_review_is_not_found(client, version, people, house):
    other = OfferingVersionFactory(
        offering=OfferingFactory(institution=house), participation_modes=["onsite"]
    )
    comment = send_back(other, people).comments.get()
    cycle = take(version, people)
    client.force_login(people["reviewer"])

    assert client.post(address("review-comment-withdraw", cycle.uid, comment.uid)).status_code == 404


def test_authors_see_comments_when_the_version_is_returned(client, version, people):
    cycle = take(version, people)
    seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)
    client.force_login(people["author"])
    before = client.get(address("review-detail", cycle.uid)).text

    plans.send_back(cycle=cycle, by=people["quality"], at=AT, letter={"fi": "Palautetaan."})
    after = client.get(address("review-detail", cycle.uid)).text

    assert ("Miksi?" in before, "Miksi?" in after) == (False, True)


def test_empty_answer_comes_back_with_its_error(client, version, people):
    cycle = send_back(version, people)
    comment = cycle.comments.get()
    client.force_login(people["author"])

    page = client.post(address("review-answer", cycle.uid, comment.uid), {f"{comment.uid}-answer": " "})

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["answer"])
    assert FieldComment.objects.get().answered_at is None


# Why not, instead of silence


def test_author_reads_why_they_do_not_review(client, house, version):
    """5.1/3: "Et voi katselmoida omaa suunnitelmaasi." """
    both = member(house, "author", "quality")
    version.authors.add(both)
    cycle = sent(version, by=both)
    client.force_login(both)

    with translation.override("fi"):
        page = client.get(address("review-detail", cycle.uid))

    assert acts(page) == {"Aloita lukeminen": "Et voi katselmoida omaa suunnitelmaasi."}
    assert "Et voi katselmoida omaa suunnitelmaasi." in page.text


def test_reviewer_reads_what_the_reading_waits_for_when_the_panel_is_named(client, version, people):
    """T3: not that a panel is still to be named."""
    cycle = send(version, people)
    PanelMemberFactory(cycle=cycle, user=people["quality"], seat="chair", origin="own_unit")
    PanelMemberFactory(cycle=cycle, user=people["reviewer"], name="Petra Peer", declared_at=None)
    PanelMemberFactory(cycle=cycle, user=None, seat="working_life", origin="working_life")
    client.force_login(people["reviewer"])

    with translation.override("en"):
        page = client.get(address("review-detail", cycle.uid))

    assert acts(page)["Begin the reading"] == (
        "A quality coordinator of your institution begins the reading."
        " Not yet declared free of conflicts: Petra Peer."
    )


LACKING = (
    "A panel has at least three members. Name a chair who answers for quality. The panel needs a member from"
    " outside the authors' own unit. The panel needs a member from working life."
)
THE_CHAIR = "The chair of the panel decides. Ask the quality coordinator for a substitute."


@pytest.mark.parametrize(
    ("state", "who", "said"),
    [
        (send, "quality", {"Begin the reading": LACKING, "Panel": ""}),
        (
            send,
            "author",
            {"Begin the reading": "A quality coordinator of your institution appoints the panel."},
        ),
        (take, "reviewer", {"Rate by principle": ""}),
        (rate, "reviewer", {"See and change your ratings": ""}),
        (
            rate,
            "quality",
            {
                "See and change your ratings": "",
                "Approve": "",
                "Return for changes": "Write at least one comment at a field before returning the version.",
                "Reject": "",
                "Panel": "",
            },
        ),
        (take, "author", {"Decide": "You cannot review your own plan."}),
        (take, "rectorate", {"Decide": THE_CHAIR}),
        (
            send_back,
            "author",
            {
                "Send to review again": (
                    "Answer every comment of the reviewers before sending the version again."
                ),
                "Assess by principle": "",
                "Go on writing": "",
                "Take back to draft": "",
            },
        ),
        (
            send_back,
            "reviewer",
            {"Send to review again": "The authors answer the comments and send the version again."},
        ),
        (
            approve,
            "author",
            {"Publish": "A publisher of your institution publishes the version.", "Take back to draft": ""},
        ),
        (approve, "publisher", {"Publish": ""}),
        (
            publish,
            "author",
            {
                "Open the Check": "A quality coordinator of your institution opens the Check.",
                "See it in the catalogue": "",
                "Propose to end": "",
            },
        ),
        (
            publish,
            "rectorate",
            {
                "Open the Check": "A quality coordinator of your institution opens the Check.",
                "See it in the catalogue": "",
                "Suspend": "",
            },
        ),
    ],
)
def test_review_says_what_can_be_done_and_why_not(client, version, people, state, who, said):
    cycle = state(version, people)
    client.force_login(people[who])

    with translation.override("en"):
        page = client.get(address("review-detail", cycle.uid))

    assert acts(page) == said


def test_unanswered_comment_keeps_the_version_with_its_author(client, version, people):
    """5.1/4."""
    send_back(version, people)
    client.force_login(people["author"])

    answer = client.post(of_version("version-submit", version))

    assert (answer.status_code, status(version)) == (409, Version.CHANGES_REQUESTED)
    assert "Miksi?" in answer.text


# Who may


MEMBERS = {"reviewer", "quality"}


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("review-panel", {"quality"}),
        ("review-panel-use", {"quality"}),
        ("review-start", {"quality"}),
        ("review-comment", MEMBERS),
        ("review-rate", MEMBERS),
        ("review-declare", MEMBERS),
    ],
)
def test_reviewing_needs_the_role(client, version, people, name, may):
    cycle = take(version, people)

    refused = {
        role for role, person in people.items() if _status(client, person, address(name, cycle.uid)) == 403
    }

    assert refused == set(people) - may


@pytest.mark.parametrize("name", ["review-return", "review-approve", "review-reject"])
def test_decision_page_is_the_chairs(client, version, people, name):
    """T4, T6, T7: wrong role is told whose decision it is."""
    cycle = rate(version, people)
    seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)

    found = {}
    for role, person in people.items():
        client.force_login(person)
        found[role] = client.get(address(name, cycle.uid)).status_code

    assert found == dict.fromkeys(people, 403) | {"quality": 200}


def test_decision_page_says_what_keeps_it_from_being_made(client, version, people):
    """T4, T7: before the members have answered there is no letter to write; and none after the decision."""
    cycle = take(version, people)
    client.force_login(people["quality"])
    names = ("review-approve", "review-return", "review-reject", "review-act")

    with translation.override("en"):
        before = [client.get(address(name, cycle.uid)).context["why_not"] for name in names]
        PanelMember.objects.update(answered_round=1)
        plans.approve(cycle=fresh(cycle), by=people["quality"], at=AT, letter=LETTER)
        page = client.get(address("review-reject", cycle.uid))

    answered = [one.name for one in panels.members(cycle, "plan")]
    assert before == [
        [f"These members have not answered yet: {', '.join(answered)}."],
        ["Write at least one comment at a field before returning the version."],
        [],
        ["This cannot be done now: the state is “Plan in review”."],
    ]
    assert page.context["why_not"] == ["This cannot be done now: the state is “Approved for publication”."]
    assert ('name="letter_fi"' in page.text, "Back to the review" in page.text) == (False, True)


def test_letter_of_a_return_carries_the_comments_and_names_nobody(client, version, people):
    """T4: comments per field; 5.2/4: as it was previewed."""
    cycle = take(version, people)
    peer = cycle.panel.get(user=people["reviewer"])
    seats.comment(member=peer, field="title", text="Kenelle?\nMiksi?", language="fi", at=AT)
    seats.comment(member=peer, field="title", text="Liian pitkä.", language="fi", at=AT)
    seats.rate(member=peer, principle="quality", grade=1, comment="Mittarit puuttuvat.", at=AT)
    client.force_login(people["quality"])
    url = address("review-return", cycle.uid)

    draft = client.get(url).context["form"]["letter"].value()["fi"]
    own = {"letter_fi": "Palautamme. Kenelle? Miksi?", "letter_sv": "", "letter_en": ""}
    preview = client.post(url, own).context["letter"]
    client.post(url, own | {"send": "1"})

    sent_letter = Decision.objects.get().letter
    assert "Q1 Laatu: Puutteellinen\n– Mittarit puuttuvat." in draft
    assert "Nimi:\n– Kenelle?\nMiksi?\n– Liian pitkä." in draft
    assert people["reviewer"].name not in draft
    assert sent_letter == {
        "fi": "Palautamme. Kenelle? Miksi?\n\nMitä paneeli sanoo kentistä\nNimi:\n– Liian pitkä."
    }
    assert [one["text"] for one in preview] == [sent_letter["fi"]]
    assert "– Liian pitkä." in Letter.objects.get(to=people["author"].email).body


@pytest.mark.parametrize("who", ["reviewer", "author", "rectorate"])
def test_decision_posted_by_another_is_refused(client, version, people, who):
    cycle = rate(version, people)
    client.force_login(people[who])

    answer = client.post(address("review-approve", cycle.uid), {"letter_fi": "Hyväksytään.", "send": "1"})

    assert (answer.status_code, status(version)) == (403, Version.IN_REVIEW)


def test_decision_letter_is_previewed_before_it_is_sent(client, version, people):
    """5.2/4: decision letter text (fi/sv/en) before sending."""
    cycle = rate(version, people)
    client.force_login(people["quality"])
    letter = {"letter_fi": "Hyväksytään.", "letter_sv": "Godkänns.", "letter_en": ""}

    preview = client.post(address("review-approve", cycle.uid), letter)
    before = (status(version), Decision.objects.count())
    client.post(address("review-approve", cycle.uid), {**letter, "send": "1"})

    assert [one["text"] for one in preview.context["letter"]] == ["Hyväksytään.", "Godkänns."]
    assert before == (Version.IN_REVIEW, 0)
    assert Decision.objects.get().letter == {"fi": "Hyväksytään.", "sv": "Godkänns."}


def test_letter_begins_with_the_grades_in_every_language(client, version, people):
    cycle = rate(version, people)
    client.force_login(people["quality"])

    draft = client.get(address("review-approve", cycle.uid)).context["form"]["letter"].value()

    assert list(draft) == ["fi", "sv", "en"]
    assert ("Q1 Laatu: Hyvä" in draft["fi"], "Q1 Quality: Good" in draft["en"]) == (True, True)


def test_rejecting_without_finnish_or_swedish_comes_back_with_its_error(client, version, people):
    """T6, 5.2/4."""
    cycle = take(version, people)
    client.force_login(people["quality"])

    page = client.post(address("review-reject", cycle.uid), {"letter_en": "No need.", "send": "1"})

    assert (list(page.context["form"].errors), status(version)) == (["letter"], Version.IN_REVIEW)


# Ratings


def test_members_see_their_own_ratings_until_all_have_answered(client, version, people):
    cycle = take(version, people)
    for one in cycle.panel.all():
        seats.rate(member=one, principle="quality", grade=3, comment=f"Sanoo {one.seat}.", at=AT)

    def seen(who: str) -> list[str]:
        client.force_login(people[who])
        page = client.get(address("review-detail", cycle.uid))
        return [seat for seat in ("chair", "peer", "working_life") if f"Sanoo {seat}." in page.text]

    before = {who: seen(who) for who in ("quality", "reviewer", "author", "rectorate")}
    PanelMember.objects.update(answered_round=1)

    assert before == {
        "quality": ["chair", "peer", "working_life"], "reviewer": ["peer"], "author": [], "rectorate": [],
    }  # fmt: skip
    assert (len(seen("reviewer")), len(seen("author"))) == (3, 0)


def test_ratings_are_saved_and_given_in_when_whole(client, version, people):
    cycle = take(version, people)
    client.force_login(people["reviewer"])
    part = {"quality-grade": "4", "quality-comment": "Hyvä.", "quality-evidence_url": "https://example.com/x"}

    client.post(address("review-rate", cycle.uid), part)
    partly = client.post(address("review-rate", cycle.uid), {**part, "give": "1"})
    client.post(address("review-rate", cycle.uid), {**ratings(), "give": "1"})

    errors = [form.principle.code for form in partly.context["page"] if form.errors]
    assert errors == [f"Q{n}" for n in range(2, 11)]
    own = reviews.seat(cycle, user=people["reviewer"])
    assert (own.answered_round, own.ratings.count()) == (1, 10)


@pytest.mark.parametrize(
    ("declared_at", "states", "said", "leads_to"),
    [
        (None, {}, "Say first that you have no conflict of interest.", "review-declare"),
        (AT, {}, "The reading has not begun. You can rate when the quality coordinator has begun it.", ""),
        (
            AT,
            {"status": "check_open"},
            "The authors evaluate the offering first. You can rate when they have sent it to the panel.",
            "",
        ),
        (
            AT,
            {"status": "plan_approved"},
            "The panel's reading has ended: the ratings stay as they were given.",
            "",
        ),
    ],
)
def test_rating_page_says_why_not_yet_and_what_to_do(
    client, version, people, declared_at, states, said, leads_to
):
    seat = PanelMemberFactory(
        cycle=send(version, people), user=people["reviewer"], declared_at=declared_at,
        stage="check" if states.get("status") == "check_open" else "plan",
    )  # fmt: skip
    ReviewCycle.objects.filter(pk=seat.cycle_id).update(**states)
    client.force_login(people["reviewer"])

    with translation.override("en"):
        page = client.get(address("review-rate", seat.cycle.uid))

    next_url = address(leads_to or "review-detail", seat.cycle.uid).partition("/staff/")[2]
    assert page.context["why_not"] == said
    assert (said in unescape(page.text), next_url in page.text, "-grade" in page.text) == (True, True, False)


def test_error_summary_says_which_principle(client, version, people):
    """N1: ten rows ask the same; each error leads to its own."""
    cycle = take(version, people)
    client.force_login(people["reviewer"])
    said = {"recognition-grade": "1", "quality-comment": "Hyvä."}
    why = "Kerro, miksi se on puutteellinen, jotta laatijat tietävät, mitä korjata."

    with translation.override("fi"):
        page = unescape(client.post(address("review-rate", cycle.uid), said).text)

    assert re.findall(r'<li><a href="(#id_[^"]+)">([^<]+)</a>', page) == [
        ("#id_quality-grade_0", "Q1 Laatu, Arvio: Arvioi tämä periaate."),
        (
            "#id_recognition-comment",
            f"Q6 Tunnustaminen, Kommentti: {why}",
        ),
    ]


def test_insufficient_without_a_comment_comes_back_at_its_field(client, version, people):
    """5.2/3."""
    cycle = take(version, people)
    client.force_login(people["reviewer"])

    page = client.post(address("review-rate", cycle.uid), {"recognition-grade": "1"})

    wrong = {form.principle.key: list(form.errors) for form in page.context["page"] if form.errors}
    assert (wrong, Rating.objects.count()) == ({"recognition": ["comment"]}, 0)


def test_detail_shows_what_changed_since_the_last_round(client, version, people):
    """T5: diff between rounds."""
    cycle = send_back(version, people)
    offerings.save(version=cycle.version, content={"ects": Decimal(4)}, by=people["author"], at=AT)
    client.force_login(people["quality"])

    page = client.get(address("review-detail", cycle.uid))

    [since] = page.context["changes"]
    assert [str(row["label"]) for row in since["rows"]] == [str(OfferingVersion.label("ects"))]


# The panel's page


def test_panel_page_says_what_is_lacking(client, version, people):
    cycle = send(version, people)
    client.force_login(people["quality"])

    page = client.get(address("review-panel", cycle.uid))

    assert (len(page.context["faults"]), page.context["is_open"]) == (4, True)
    assert people["author"].pk not in page.context["form"].people


def test_panel_form_tells_the_refusal_at_its_field(client, version, people):
    cycle = send(version, people)
    client.force_login(people["quality"])
    both = {"seat": "peer", "origin": "other_unit", "language": "fi"}

    nameless = client.post(address("review-panel", cycle.uid), {**both, "user": ""})
    author = client.post(
        address("review-panel", cycle.uid), {**both, "name": "X", "email": people["author"].email}
    )

    assert list(nameless.context["form"].errors) == ["name", "email"]
    assert len(author.context["form"].non_field_errors()) == 1
    assert PanelMember.objects.count() == 0


def test_own_plan_has_no_panel_form(client, version, people):
    cycle = send(version, people)
    version.authors.add(people["quality"])
    client.force_login(people["quality"])

    page = client.get(address("review-panel", cycle.uid))

    assert (page.context["is_own"], page.context["is_open"]) == (True, False)


def test_standing_panel_is_made_and_used_by_its_pages(client, version, people):
    cycle = send(version, people)
    client.force_login(people["quality"])
    made = client.post(address("panel-list"), {"name": "Tekniikka"})["Location"]
    person = {"member-seat": "chair", "member-origin": "own_unit", "member-language": "fi"}
    client.post(f"{made}members/", {**person, "member-user": people["quality"].pk})
    panel = StandingPanel.objects.get()

    client.post(address("review-panel-use", cycle.uid), {"panel": str(panel.uid)})

    assert [one.user for one in panels.members(cycle, "plan")] == [people["quality"]]
    assert client.get(made).context["rows"][0]["member"].seat == "chair"


def test_member_is_released_and_stood_in_for_by_the_pages(client, version, people, house):
    cycle = take(version, people)
    other = member(house, "reviewer")
    peer = reviews.seat(cycle, user=people["reviewer"])
    client.force_login(people["quality"])

    said = {"user": other.pk, "origin": "other_unit", "language": "fi", "reason": "Loma"}
    client.post(address("review-member-substitute", cycle.uid, peer.uid), said)
    seated = PanelMember.objects.get(user=other)
    client.post(address("review-member-release", cycle.uid, seated.uid), {"reason": "Sairas"})

    assert (seated.stood_in_for, PanelMember.objects.get(pk=seated.pk).left_at) == (peer, AT)


# By invitation


def test_guest_reads_rates_and_comments_without_an_account(client, version, people):
    """Issue C 3: members by one-time invitation link; sees no learner data."""
    cycle = take(version, people)
    guest_seat = cycle.panel.get(user=None)
    panels.invite_again(member=guest_seat, by=people["quality"], at=AT)

    guest = enter()
    page = guest.get(reverse("panel-detail"))
    guest.post(reverse("panel-comment"), {"field": "title", "text": "Selkeämmin."})
    guest.post(reverse("panel-rate"), {"quality-grade": "4"})

    assert page.context["version"] == version
    assert FieldComment.objects.get().member == guest_seat
    assert Rating.objects.get().member == guest_seat
    assert guest.get(address("review-detail", cycle.uid)).status_code == 302  # no sign-in
    assert guest.get(reverse("my-credentials")).status_code == 302


@pytest.mark.on_each
def test_invitation_is_used_by_its_button_once(version, people):
    cycle = take(version, people)
    panels.invite_again(member=cycle.panel.get(user=None), by=people["quality"], at=AT)
    link = reverse(
        "panel-invitation", args=[re.search(r"/panel/([^/]+)/", Letter.objects.latest("pk").body)[1]]
    )

    looked = [Client().get(link).status_code for _number in range(2)]
    first, second = Client(), Client()
    first.post(link)

    assert looked == [200, 200]
    assert (second.post(link).status_code, Client().get(link).status_code) == (410, 410)
    assert first.get(reverse("panel-detail")).status_code == 200
    assert second.get(reverse("panel-detail")).status_code == 410


def test_guest_opens_the_files_that_the_reading_shows(version, people, settings, tmp_path):
    """Nothing confidential or personal, and nothing of another offering."""
    settings.EVIDENCE_DIR = tmp_path
    cycle = take(version, people)
    panels.invite_again(member=cycle.panel.get(user=None), by=people["quality"], at=AT)
    shown, secret, elsewhere = (
        filed(one, visibility=visibility)
        for one, visibility in ((cycle, "internal"), (cycle, "confidential"), (CycleFactory(), "internal"))
    )
    guest = enter()

    page = guest.get(reverse("panel-detail"))
    answers = [guest.get(reverse("panel-evidence", args=[one.uid])) for one in (shown, secret, elsewhere)]

    assert page.context["evidence"] == [shown]
    assert reverse("panel-evidence", args=[shown.uid]) in page.content.decode()
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0]["Content-Disposition"].startswith("attachment")


def filed(cycle, *, visibility: str) -> Evidence:
    about = evidence.About(
        title="Lausunto", kind="employer", dated_on=AT.date(), visibility=visibility, cycle=cycle
    )
    who = {"institution": cycle.offering.institution, "by": cycle.version.authors.first() or UserFactory()}
    return evidence.add_file(about=about, name="lausunto.pdf", data=b"%PDF-1.7\n%%EOF", at=AT, **who)


def test_visit_ends_when_the_guest_says_so(version, people):
    cycle = take(version, people)
    panels.invite_again(member=cycle.panel.get(user=None), by=people["quality"], at=AT)
    guest = enter()

    guest.post(reverse("panel-end"))

    assert guest.get(reverse("panel-detail")).status_code == 410


def test_guest_with_a_conflict_leaves(version, people):
    cycle = take(version, people)
    panels.invite_again(member=cycle.panel.get(user=None), by=people["quality"], at=AT)
    guest = enter()

    silent = guest.post(reverse("panel-declare"), {"answer": "yes"})
    gone = guest.post(reverse("panel-declare"), {"answer": "yes", "conflict": "Opetan."})

    assert list(silent.context["form"].errors) == ["conflict"]
    assert (gone["Location"], guest.get(reverse("panel-detail")).status_code) == (reverse("panel-left"), 410)


# Meetings


def test_meeting_is_called_decided_from_and_closed_by_its_pages(client, version, people):
    """Issue C 3: one meeting handles many offerings from an agenda pack and decides each."""
    cycle = rate(version, people)
    client.force_login(people["quality"])
    said = {"held_at": "2026-12-01T13:00", "place": "Teams", "cycles": [str(cycle.uid)]}

    made = client.post(address("panel-meeting-new"), said)["Location"]
    act = next(one for one in client.get(made).context["rows"][0]["acts"] if one.is_main)
    meeting = PanelMeeting.objects.get()
    pack = client.get(f"{made}pack/")
    back = client.post(
        act.url.split("?")[0], {"letter_fi": "Hyväksytään.", "send": "1", "meeting": str(meeting.uid)}
    )
    client.post(f"{made}close/")

    assert act.url.endswith(f"/approve/?meeting={meeting.uid}")
    assert (pack.status_code, len(pack.context["items"]), "Kuvaus suomeksi" in pack.text) == (200, 1, True)
    assert (back["Location"], Decision.objects.get().meeting) == (made, meeting)
    assert PanelMeeting.objects.get().closed_by == people["quality"]


@pytest.mark.on_each
@pytest.mark.parametrize("name", ["panel-meeting", "panel-meeting-pack"])
def test_agenda_costs_the_same_for_any_number_of_reviews(client, house, version, people, name):
    """Architecture 2: as many queries for three rows as for one."""

    def readable() -> ReviewCycle:
        other = OfferingVersionFactory(
            offering=OfferingFactory(institution=house), participation_modes=["onsite"]
        )
        cycle = rate(other, people)
        seats.comment(member=chair_of(cycle), field="title", text="Miksi?", language="fi", at=AT)
        FindingFactory(cycle=cycle)
        return cycle

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(name, meeting.uid)).status_code == 200
        return len(caught)

    meeting = PanelMeeting.objects.create(institution=house, held_at=AT)
    meeting.items.create(cycle=readable(), order=1)
    client.force_login(people["quality"])
    client.get(address(name, meeting.uid))
    of_one = queries()
    meeting.items.create(cycle=readable(), order=2)
    meeting.items.create(cycle=readable(), order=3)

    assert queries() == of_one


@pytest.mark.on_each
@pytest.mark.parametrize("uid", ["nonsense", "6f6d6f6e-0000-4000-8000-000000000000"])
def test_decision_of_no_such_meeting_is_not_found(client, version, people, uid):
    cycle = rate(version, people)
    client.force_login(people["quality"])

    assert client.get(address("review-approve", cycle.uid), {"meeting": uid}).status_code == 404


# Sending


def test_send_page_names_the_principles_that_are_open(client, version, people):
    client.force_login(people["author"])
    client.post(of_version("version-assess", version), {"quality-grade": "3", "quality-text": "Toteutuu."})

    page = client.get(of_version("version-submit", version))

    assert page.context["unassessed"] == [f"Q{n}" for n in range(2, 11)]
    assert "Q2, Q3" in page.context["why_not"]


def test_half_an_assessment_comes_back_at_its_field(client, version, people):
    client.force_login(people["author"])

    page = client.post(
        of_version("version-assess", version), {"quality-grade": "3", "portable-text": "Siirtyy."}
    )

    wrong = {form.principle.key: list(form.errors) for form in page.context["page"] if form.errors}
    assert wrong == {"quality": ["text"], "portable": ["grade"]}


def test_fast_track_is_chosen_when_sending(client, version, people):
    """W-02."""
    client.force_login(people["author"])
    client.post(of_version("version-assess", version), assessment())

    client.post(of_version("version-submit", version), {"is_fast": "on"})

    assert ReviewCycle.objects.get().is_fast is True


def _status(client, person, where) -> int:
    client.force_login(person)
    return client.post(where, {}).status_code


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("version-assess", {"author"}),
        ("version-submit", {"author"}),
        ("version-reopen", {"author"}),
        ("version-publish", {"publisher"}),
        ("version-suspend", {"quality", "rectorate"}),
        ("version-resume", {"rectorate"}),
        ("version-end-propose", {"author"}),
        ("version-retire", {"quality"}),
    ],
)
def test_moving_a_version_needs_the_role(client, version, people, name, may):
    approve(version, people)

    refused = {
        role for role, person in people.items() if _status(client, person, of_version(name, version)) == 403
    }

    assert refused == set(people) - may


# Publishing and stopping


def test_publish_page_says_what_happens(client, version, people):
    approve(version, people)
    client.force_login(people["publisher"])

    page = client.get(of_version("version-publish", version))

    assert (page.context["why_not"], page.context["check_due_on"].isoformat()) == ("", "2027-11-22")
    assert of_version("version-preview", version) in page.text


def test_publishing_without_the_preview_is_asked_again(client, version, people):
    """T8: preview seen."""
    approve(version, people)
    client.force_login(people["publisher"])

    page = client.post(of_version("version-publish", version))

    assert (list(page.context["form"].errors), status(version)) == (["seen"], Version.APPROVED)


def test_publishing_without_approval_is_forbidden_with_the_reason(client, version, people):
    """5.1/5: 403 with reason."""
    client.force_login(people["publisher"])

    with translation.override("en"):
        page = client.get(of_version("version-publish", version))
        answer = client.post(of_version("version-publish", version), {"seen": "on"})

    said = "The version has not been approved: it must go through review first."
    assert (page.context["why_not"], answer.status_code) == (said, 403)
    assert said in answer.text


@pytest.mark.on_each
def test_second_publisher_gets_a_conflict(client, version, people):
    """Issue A: two people publishing at once: the second gets 409 "Tila on jo muuttunut"."""
    approve(version, people)
    stale = OfferingVersion.objects.get(pk=version.pk)
    publishing.publish(version=OfferingVersion.objects.get(pk=version.pk), by=people["publisher"], at=AT)
    client.force_login(people["publisher"])

    from quality.views import versions

    with pytest.MonkeyPatch.context() as patch, translation.override("fi"):
        patch.setattr(versions.ReviewedVersion, "version", stale)
        answer = client.post(of_version("version-publish", version), {"seen": "on"})

    assert answer.status_code == 409
    assert "Tila on jo muuttunut" in answer.text


@pytest.mark.parametrize(
    ("name", "after"), [("version-suspend", Version.SUSPENDED), ("version-retire", Version.RETIRED)]
)
def test_published_offering_is_stopped_with_a_reason(client, version, people, name, after):
    publish(version, people)
    client.force_login(people["author"])
    client.post(of_version("version-end-propose", version), {"reason": "Vanhentunut", "ground": "outdated"})
    client.force_login(people["quality"])

    empty = client.post(of_version(name, version), {"reason": ""})
    before = status(version)
    client.post(of_version(name, version), {"reason": "Virhe sisällössä", "ground": "outdated"})

    fields = ["ground", "reason"] if name == "version-retire" else ["reason"]
    assert (list(empty.context["form"].errors), before, status(version)) == (
        fields,
        Version.PUBLISHED,
        after,
    )


def test_proposal_to_end_is_read_where_it_is_decided(client, version, people):
    """T18: who proposed it when, and the ground with the reason, to be changed or kept."""
    publish(version, people)
    client.force_login(people["author"])
    client.post(
        of_version("version-end-propose", version), {"reason": "Ei hakijoita: ei", "ground": "demand"}
    )
    client.force_login(people["quality"])

    with translation.override("en"):
        page = client.get(of_version("version-retire", version))

    said = f"Proposed by {people['author'].name} on {timezone.localdate().strftime('%-d.%-m.%Y')}."
    assert said in page.context["text"]
    assert page.context["form"].initial == {"ground": "demand", "reason": "Ei hakijoita: ei"}


def test_page_of_ending_takes_no_reason_before_the_proposal(client, version, people):
    """T18: what somebody wrote there would be lost."""
    publish(version, people)
    client.force_login(people["quality"])

    page = client.get(of_version("version-retire", version))

    assert page.context["why_not"] == "Tarjonnan laatija ehdottaa ensin sen päättämistä."
    assert (page.context["why_not"] in page.text, 'name="reason"' in page.text) == (True, False)


def test_suspended_offering_is_resumed(client, version, people):
    publish(version, people)
    publishing.suspend(
        version=OfferingVersion.objects.get(pk=version.pk), by=people["quality"], at=AT, reason="Virhe"
    )
    client.force_login(people["rectorate"])

    client.post(of_version("version-resume", version), {"reason": "Korjattu"})

    assert status(version) == Version.PUBLISHED


def test_approved_version_is_taken_back_to_draft(client, version, people):
    """T20."""
    approve(version, people)
    client.force_login(people["author"])

    client.post(of_version("version-reopen", version), {"reason": "Muutetaan vielä"})

    assert status(version) == Version.DRAFT


def test_sending_leads_to_the_review_and_so_does_the_page_behind_it(client, version, people):
    """5.1/3: the browser's way back ends at the form; the version is being read by then."""
    send(version, people)
    client.force_login(people["author"])

    page = client.get(of_version("version-submit", version))

    assert f'href="{of_version("version-review", version)}"' in page.text


def test_version_leads_to_its_review(client, version, people):
    cycle = send(version, people)
    client.force_login(people["author"])

    answer = client.get(of_version("version-review", version))

    assert answer["Location"] == address("review-detail", cycle.uid)


def test_version_without_a_review_leads_nowhere(client, version, people):
    client.force_login(people["author"])

    assert client.get(of_version("version-review", version)).status_code == 404
