import pytest
from django.urls import reverse

from credentials.models import Batch, BatchItem, Credential
from registry.access import Role
from registry.models import TrailEntry
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import run, started
from tests.factories.registry import InstitutionFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    return InstitutionFactory(code="OAMK")


@pytest.fixture
def issuer(client, institution):
    person = member(institution, Role.ISSUER)
    client.force_login(person)
    return person


def address(name: str, *arguments) -> str:
    return reverse(name, args=["oamk", *arguments])


def test_new_batch_shows_who_can_be_issued_and_why_others_cannot(client, issuer, institution):
    fine = AttainmentFactory(institution=institution)
    AttainmentFactory(institution=institution, grade="0")
    foreign = AttainmentFactory()

    page = client.get(address("batch-new"))

    assert [(row.grade, bool(hindrance)) for row, hindrance, _ in page.context["rows"]] == [
        ("0", True),
        ("4", False),
    ]
    assert str(fine.uid) in page.content.decode()
    assert foreign.learner.name not in page.content.decode()


def test_new_batch_page_is_written_down_for_each_learner(client, issuer, institution):
    """N6"""
    attainment = AttainmentFactory(institution=institution)

    client.get(address("batch-new"))

    entry = TrailEntry.objects.get(learner=attainment.learner.uid)
    assert (entry.verb, entry.by, entry.role) == ("listed", issuer, Role.ISSUER)


def test_picked_attainments_become_a_batch(client, issuer, institution):
    one = AttainmentFactory(institution=institution)
    AttainmentFactory(institution=institution)

    response = client.post(address("batch-new"), {"attainment": [str(one.uid)]})

    batch = Batch.objects.get()
    assert response.url == address("batch-detail", batch.uid)
    assert (batch.created_by, [item.attainment for item in batch.items.all()]) == (issuer, [one])


def test_everything_takes_only_what_can_be_issued(client, issuer, institution):
    fine = AttainmentFactory(institution=institution)
    AttainmentFactory(institution=institution, grade="0")

    client.post(address("batch-new"), {"everything": "on"})

    assert list(BatchItem.objects.values_list("attainment", flat=True)) == [fine.pk]


def test_nothing_picked_is_an_error_by_the_field(client, issuer, institution):
    AttainmentFactory(institution=institution)

    page = client.post(address("batch-new"), {})

    assert list(page.context["form"].errors) == ["attainment"]
    assert "id_attainment" in page.content.decode()


def test_foreign_or_broken_attainment_is_refused(client, issuer, institution):
    for value in (str(AttainmentFactory().uid), "x"):
        page = client.post(address("batch-new"), {"attainment": [value]})
        assert list(page.context["form"].errors) == ["attainment"]

    assert Batch.objects.count() == 0


def test_running_batch_asks_for_its_progress(client, issuer, institution):
    batch = started(AttainmentFactory(institution=institution))

    page = client.get(address("batch-detail", batch.uid)).content.decode()
    part = client.get(address("batch-progress", batch.uid))

    assert f'hx-get="{address("batch-progress", batch.uid)}"' in page
    assert 'value="0" max="1"' in part.content.decode()
    assert "HX-Refresh" not in part.headers


def test_finished_batch_shows_each_outcome_with_its_reason(client, issuer, institution):
    fine = AttainmentFactory(institution=institution)
    failed = AttainmentFactory(institution=institution, version=fine.version)
    batch = started(fine, failed)
    failed.grade = "HYL"
    failed.save(update_fields=["grade"])
    run(batch)

    page = client.get(address("batch-detail", batch.uid))
    part = client.get(address("batch-progress", batch.uid))

    content = page.content.decode()
    assert Credential.objects.get().grouped_code in content
    assert [reason != "" for _, reason in page.context["rows"]] == [False, True]
    assert "hx-get" not in content
    assert part.headers["HX-Refresh"] == "true"


def test_issued_batch_tells_how_many_certificates_are_made(client, issuer, institution):
    """While some wait the part asks again; when none does the page is loaded anew, and says why one was not
    made."""
    institution.certificate_moment, institution.certificate_mode = "in_batch", "pdf"
    institution.save()
    fine = AttainmentFactory(institution=institution)
    batch = started(fine, AttainmentFactory(institution=institution, version=fine.version))
    run(batch)
    batch.items.filter(attainment=fine).update(certificate="made")
    progress = address("batch-progress", batch.uid)

    waiting = client.get(address("batch-detail", batch.uid)).content.decode()
    part = client.get(f"{progress}?issued")
    at_issuing = client.get(progress)
    batch.items.exclude(attainment=fine).update(certificate="failed", certificate_error="no_seal")
    done = client.get(address("batch-detail", batch.uid)).content.decode()

    assert f'hx-get="{progress}?issued"' in waiting
    assert ("HX-Refresh" in part.headers, at_issuing.headers["HX-Refresh"]) == (False, "true")
    assert 'id="certificate-progress" value="1" max="2"' in part.content.decode()
    assert client.get(f"{progress}?issued").headers["HX-Refresh"] == "true"
    assert "Korkeakoululla ei ole täällä vielä sähköistä leimaa." in done
    assert "hx-get" not in done


def test_failed_items_can_be_tried_again(client, issuer, institution):
    batch = started(AttainmentFactory(institution=institution, grade="0"))
    run(batch)

    response = client.post(address("batch-retry", batch.uid))

    assert response.url == address("batch-detail", batch.uid)
    assert Batch.objects.get().status == "waiting"


def test_certificates_that_were_not_made_can_be_tried_again(client, issuer, institution):
    institution.certificate_moment, institution.certificate_mode = "in_batch", "pdf"
    institution.save()
    batch = started(AttainmentFactory(institution=institution))
    run(batch)
    again = address("batch-certificates-retry", batch.uid)
    without = client.get(address("batch-detail", batch.uid)).content.decode()
    batch.items.update(certificate="failed", certificate_error="unexpected")
    offered = client.get(address("batch-detail", batch.uid)).content.decode()

    response = client.post(again, follow=True)

    assert (again in without, again in offered) == (False, True)
    assert "1 todistusta yritetään uudelleen." in response.content.decode()
    assert [one.certificate for one in BatchItem.objects.all()] == ["waiting"]


@pytest.mark.parametrize("name", ["batch-detail", "batch-progress"])
def test_another_institutions_batch_is_not_there(client, issuer, name):
    batch = started(AttainmentFactory())

    assert client.get(address(name, batch.uid)).status_code == 404


def test_author_may_not_issue(client, institution):
    client.force_login(member(institution, Role.AUTHOR))

    assert client.get(address("batch-new")).status_code == 403


def test_batch_pages_cost_as_many_queries_for_three_rows_as_for_one(
    client, issuer, institution, django_assert_max_num_queries
):
    first = AttainmentFactory(institution=institution)
    one = _queries(client, address("batch-new"))
    AttainmentFactory.create_batch(2, institution=institution)

    assert _queries(client, address("batch-new")) == one

    batch = started(first)
    run(batch)
    one = _queries(client, address("batch-list")), _queries(client, address("batch-detail", batch.uid))
    run(started(*institution.attainments.exclude(pk=first.pk)))
    last = Batch.objects.latest("pk")

    assert _queries(client, address("batch-list")) == one[0]
    assert _queries(client, address("batch-detail", last.uid)) == one[1]


def _queries(client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)
