"""Pages of the review: the queue, the text with its comments, decisions, publishing; who may, and why not."""

import pytest
from django.urls import reverse
from django.utils import translation

from quality.actions import cycles
from quality.models import FieldComment, ReviewCycle
from quality.views import plan
from registry.actions import codelists
from registry.models import OfferingVersion
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, member

pytestmark = pytest.mark.django_db
Version = OfferingVersion.Status


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def house():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def people(house):
    return {role: member(house, role) for role in ("author", "quality", "reviewer", "publisher", "issuer")}


@pytest.fixture
def version(house, people):
    version = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    version.authors.add(people["author"])
    return version


def address(name: str, *arguments) -> str:
    return reverse(name, args=["oamk", *arguments])


def of_version(name: str, version: OfferingVersion) -> str:
    return address(name, version.offering.code, version.number)


def send(version, people) -> ReviewCycle:
    return cycles.submit(version=version, by=people["author"], at=AT)


def take(version, people) -> ReviewCycle:
    cycle = send(version, people)
    cycles.take(cycle=cycle, by=people["reviewer"], at=AT)
    return cycle


def send_back(version, people) -> ReviewCycle:
    cycle = take(version, people)
    cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people["reviewer"], at=AT)
    cycles.send_back(cycle=cycle, by=people["reviewer"], at=AT)
    return cycle


def approve(version, people) -> ReviewCycle:
    cycle = take(version, people)
    cycles.approve(cycle=cycle, by=people["reviewer"], at=AT)
    return cycle


def publish(version, people) -> ReviewCycle:
    cycle = approve(version, people)
    cycles.publish(version=OfferingVersion.objects.get(pk=version.pk), by=people["publisher"], at=AT)
    return cycle


def status(version) -> str:
    return OfferingVersion.objects.get(pk=version.pk).status


def acts(page) -> dict[str, str]:
    return {act.label: act.why_not for act in page.context["acts"]}


# The whole way, by its pages


def test_version_goes_from_draft_to_the_catalogue_by_its_pages(client, version, people):
    """Issue A: author sends, another returns, author answers, is approved, a third publishes."""
    client.force_login(people["author"])
    sent = client.post(of_version("version-submit", version))
    review = sent["Location"]

    client.force_login(people["reviewer"])
    client.post(f"{review}take/")
    client.post(f"{review}comments/", {"field": "title", "text": "Miksi?"})
    client.post(f"{review}return/", {"note": "Hyvä alku"})
    assert status(version) == Version.CHANGES_REQUESTED

    client.force_login(people["author"])
    comment = FieldComment.objects.get()
    client.post(f"{review}comments/{comment.uid}/answer/", {f"{comment.uid}-answer": "Korjattu."})
    client.post(of_version("version-submit", version))

    client.force_login(people["reviewer"])
    client.post(f"{review}take/")
    client.post(f"{review}approve/", {"note": ""})

    client.force_login(people["publisher"])
    client.post(of_version("version-publish", version), {"seen": "on"})

    assert status(version) == Version.PUBLISHED
    assert client.get(reverse("catalogue-offering", args=[version.offering.code])).status_code == 200


# The queue


@pytest.mark.parametrize(
    ("who", "state", "mine"),
    [
        ("reviewer", send, 1),
        ("quality", send, 1),
        ("author", send, 0),
        ("publisher", send, 0),
        ("reviewer", take, 1),
        ("quality", take, 0),
        ("author", send_back, 1),
        ("reviewer", send_back, 0),
        ("publisher", approve, 1),
        ("author", approve, 0),
        ("publisher", publish, 0),
    ],
)
def test_queue_shows_what_waits_for_the_person(client, version, people, who, state, mine):
    state(version, people)
    client.force_login(people[who])

    page = client.get(address("review-list"))

    assert [row["code"] for row in page.context["rows"]] == [version.offering.code] * mine


@pytest.mark.parametrize(
    ("part", "found"), [("review", 1), ("returned", 0), ("approved", 0), ("all", 1), ("nonsense", 1)]
)
def test_queue_has_its_parts(client, version, people, part, found):
    send(version, people)
    client.force_login(people["reviewer"])

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
    from datetime import timedelta

    send(version, people)
    time_machine.move_to(AT + timedelta(days=days), tick=False)
    client.force_login(people["reviewer"])

    with translation.override("fi"):
        page = client.get(address("review-list"))

    assert page.context["rows"][0]["due"]["label"] == label
    assert label in page.text


def test_queue_costs_as_many_queries_for_three_rows_as_for_one(
    client, house, version, people, django_assert_num_queries
):
    def sent():
        other = OfferingVersionFactory(offering=OfferingFactory(institution=house))
        other.authors.add(people["author"])
        send(other, people)

    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address("review-list")).status_code == 200
        return len(caught)

    client.force_login(people["reviewer"])
    sent()
    client.get(address("review-list"))
    one = queries()
    sent()
    sent()

    assert queries() == one


# The review


def test_review_of_another_institution_is_not_found(client, version, people):
    """5.2: opening a review of another institution by URL: 404."""
    other = InstitutionFactory(code="LAPINAMK")
    cycle = send(version, people)
    client.force_login(member(other, "quality"))

    assert client.get(reverse("review-detail", args=["lapinamk", cycle.uid])).status_code == 404
    assert client.get(address("review-detail", cycle.uid)).status_code == 404
    assert client.post(reverse("review-take", args=["lapinamk", cycle.uid])).status_code == 404


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
    comment = cycles.comment(
        cycle=cycle, field="title", text="?", language="fi", by=people["reviewer"], at=AT
    )
    client.force_login(people["reviewer"])

    client.post(address("review-comment-withdraw", cycle.uid, comment.uid))

    assert FieldComment.objects.count() == 0


def test_comment_of_another_review_is_not_found(client, version, people, house):
    other = OfferingVersionFactory(offering=OfferingFactory(institution=house))
    comment = send_back(other, people).comments.get()
    cycle = take(version, people)
    client.force_login(people["reviewer"])

    assert client.post(address("review-comment-withdraw", cycle.uid, comment.uid)).status_code == 404


def test_authors_see_comments_when_the_version_is_returned(client, version, people):
    cycle = take(version, people)
    cycles.comment(cycle=cycle, field="title", text="Miksi?", language="fi", by=people["reviewer"], at=AT)
    client.force_login(people["author"])
    before = client.get(address("review-detail", cycle.uid)).text

    cycles.send_back(cycle=cycle, by=people["reviewer"], at=AT)
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
    both = member(house, "author", "reviewer")
    version.authors.add(both)
    cycle = cycles.submit(version=version, by=both, at=AT)
    client.force_login(both)

    with translation.override("fi"):
        page = client.get(address("review-detail", cycle.uid))

    assert acts(page) == {"Ota katselmoitavaksi": "Et voi katselmoida omaa suunnitelmaasi."}
    assert "Et voi katselmoida omaa suunnitelmaasi." in page.text


@pytest.mark.parametrize(
    ("state", "who", "said"),
    [
        (send, "reviewer", {"Take the review": ""}),
        (
            send,
            "author",
            {"Take the review": "A reviewer or a quality coordinator of your institution takes the review."},
        ),
        (
            take,
            "reviewer",
            {
                "Approve": "",
                "Return for changes": "Write at least one comment at a field before returning the version.",
                "Reject": "",
            },
        ),
        (take, "quality", {"Take over the review": ""}),
        (
            send_back,
            "author",
            {
                "Send to review again": (
                    "Answer every comment of the reviewer before sending the version again."
                ),
                "Go on writing": "",
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
        (publish, "quality", {"See it in the catalogue": "", "Suspend": "", "End the offering": ""}),
        (publish, "author", {"See it in the catalogue": ""}),
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


@pytest.mark.parametrize(
    ("name", "state", "may"),
    [
        ("review-take", send, {"reviewer", "quality"}),
        ("review-comment", take, {"reviewer", "quality"}),
        ("review-return", take, {"reviewer", "quality"}),
        ("review-approve", take, {"reviewer", "quality"}),
        ("review-reject", take, {"reviewer", "quality"}),
        ("review-take-over", take, {"reviewer", "quality"}),
    ],
)
def test_reviewing_needs_the_role(client, version, people, name, state, may):
    cycle = state(version, people)

    for role, person in people.items():
        client.force_login(person)
        refused = client.post(address(name, cycle.uid), {"reason": "x", "note": ""}).status_code == 403
        assert refused == (role not in may) or role in may
        if role in may:
            break
    assert all(
        _status(client, person, address(name, cycle.uid)) == 403
        for role, person in people.items()
        if role not in may
    )


def _status(client, person, where) -> int:
    client.force_login(person)
    return client.post(where, {}).status_code


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("version-submit", {"author"}),
        ("version-reopen", {"author"}),
        ("version-publish", {"publisher"}),
        ("version-suspend", {"publisher", "quality"}),
        ("version-resume", {"publisher", "quality"}),
        ("version-retire", {"publisher", "quality"}),
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


def test_second_publisher_gets_a_conflict(client, version, people):
    """Issue A: two people publishing at once: the second gets 409 "Tila on jo muuttunut"."""
    approve(version, people)
    stale = OfferingVersion.objects.get(pk=version.pk)
    cycles.publish(version=OfferingVersion.objects.get(pk=version.pk), by=people["publisher"], at=AT)
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
    client.force_login(people["quality"])

    empty = client.post(of_version(name, version), {"reason": ""})
    before = status(version)
    client.post(of_version(name, version), {"reason": "Virhe sisällössä"})

    assert (list(empty.context["form"].errors), before, status(version)) == (
        ["reason"],
        Version.PUBLISHED,
        after,
    )


def test_suspended_offering_is_resumed(client, version, people):
    publish(version, people)
    cycles.suspend(
        version=OfferingVersion.objects.get(pk=version.pk), by=people["quality"], at=AT, reason="Virhe"
    )
    client.force_login(people["quality"])

    client.post(of_version("version-resume", version), {"reason": "Korjattu"})

    assert status(version) == Version.PUBLISHED


def test_approved_version_is_taken_back_to_draft(client, version, people):
    """T20."""
    approve(version, people)
    client.force_login(people["author"])

    client.post(of_version("version-reopen", version), {"reason": "Muutetaan vielä"})

    assert status(version) == Version.DRAFT


def test_version_leads_to_its_review(client, version, people):
    cycle = send(version, people)
    client.force_login(people["author"])

    answer = client.get(of_version("version-review", version))

    assert answer["Location"] == address("review-detail", cycle.uid)


def test_version_without_a_review_leads_nowhere(client, version, people):
    client.force_login(people["author"])

    assert client.get(of_version("version-review", version)).status_code == 404
