from datetime import timedelta

import pytest
import time_machine

from credentials.actions import batches, credentials
from credentials.models import Batch, BatchItem, Credential
from registry import trail
from registry.access import Role
from registry.errors import Invalid
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import run, started
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def many(count: int) -> list:
    first = AttainmentFactory()
    return [
        first,
        *AttainmentFactory.create_batch(count - 1, institution=first.institution, version=first.version),
    ]


def test_run_issues_every_item_once():
    batch = started(*many(3))

    run(batch)

    batch.refresh_from_db()
    assert (batch.status, batch.done_at) == ("done", AT)
    assert list(batch.items.values_list("outcome", flat=True)) == ["issued"] * 3
    assert Credential.objects.count() == 3


def test_start_leaves_a_line_with_the_role_that_issues():
    attainment = AttainmentFactory()
    issuer = member(attainment.institution, Role.ISSUER, Role.AUTHOR)

    batch = batches.start(institution=attainment.institution, attainments=[attainment], by=issuer, at=AT)

    said = trail.of(row=batch).values_list("verb", "by", "role", "became")
    assert list(said) == [("created", issuer.pk, "author, issuer", "waiting")]


def test_run_delivered_twice_issues_once():
    batch = started(*many(2))

    run(batch)
    run(batch)

    assert Credential.objects.count() == 2


def test_run_goes_in_portions(monkeypatch):
    monkeypatch.setattr(batches, "TOGETHER", 2)
    batch = started(*many(5))

    run(batch)

    places = Credential.objects.values_list("status_list", "status_index")
    assert (len(set(places)), Batch.objects.get().status) == (5, "done")


def test_run_leaves_a_batch_to_the_worker_that_is_at_it():
    batch = started(*many(2))
    Batch.objects.filter(pk=batch.pk).update(status="running", beat_at=AT)

    run(batch, at=AT + batches.LEASE)

    assert Credential.objects.count() == 0


def test_worker_that_lost_the_batch_stops():
    """Another worker has taken over while this one slept in its first portion."""
    batch = started(*many(2))
    taken = batches._take(pk=batch.pk, at=AT)
    Batch.objects.filter(pk=batch.pk).update(beat_at=AT + timedelta(minutes=1))

    assert batches._renew(taken, at=AT + timedelta(minutes=2)) is False


def resume(*, at) -> int:
    with time_machine.travel(at, tick=False):
        return batches.resume()


def test_resume_takes_over_from_a_dead_worker():
    batch = started(*many(3))
    taken = batches._take(pk=batch.pk, at=AT)
    with time_machine.travel(AT, tick=False):
        batches._issue(taken, pks=[taken.items.order_by("order").first().pk])

    assert resume(at=AT + batches.LEASE) == 0
    assert resume(at=AT + batches.LEASE + timedelta(seconds=1)) == 1

    assert Batch.objects.get().status == "done"
    assert Credential.objects.count() == 3


def test_resume_finds_a_batch_whose_message_was_lost():
    started(*many(1))

    assert resume(at=AT + timedelta(minutes=1)) == 1

    assert Batch.objects.get().status == "done"


def test_one_spoilt_item_does_not_stop_the_others(monkeypatch):
    """Together first; when that fails, one by one: only the spoilt item gets its reason."""
    attainments = many(3)
    batch = started(*attainments)
    sign = credentials._sign

    def spoil(credential, *, desk):
        if credential.attainment_id == attainments[1].pk:
            raise ZeroDivisionError
        sign(credential, desk=desk)

    monkeypatch.setattr(credentials, "_sign", spoil)

    run(batch)

    assert list(batch.items.order_by("order").values_list("outcome", "error", "error_detail")) == [
        ("issued", "", ""),
        ("failed", "unexpected", "ZeroDivisionError"),
        ("issued", "", ""),
    ]


def test_signature_that_does_not_verify_is_not_kept(monkeypatch):
    """Item 8: before an item is called done its signature has been checked on the stored bytes."""
    encode = credentials.open_badge.encode
    monkeypatch.setattr(
        credentials.open_badge, "encode", lambda document: encode(document).replace(b"suomeksi", b"Suomeksi")
    )
    batch = started(*many(1))

    run(batch)

    assert batch.items.values_list("outcome", "error").get() == ("failed", "check_failed")
    assert Credential.objects.count() == 0


def test_first_and_every_hundredth_go_through_the_whole_verifier(monkeypatch):
    monkeypatch.setattr(credentials, "WHOLE_CHECK_EVERY", 2)
    verify, checked = credentials.verification.verify, []
    monkeypatch.setattr(
        credentials.verification, "verify", lambda **kwargs: checked.append(1) or verify(**kwargs)
    )

    run(started(*many(5)))

    assert len(checked) == 3


def test_document_that_the_verifier_refuses_is_not_kept(monkeypatch):
    monkeypatch.setattr(credentials.keystore, "active", _of_another(credentials.keystore.active))
    batch = started(*many(1))

    run(batch)

    assert batch.items.values_list("outcome", "error").get() == ("failed", "check_failed")
    assert Credential.objects.count() == 0


def _of_another(active):
    """A key store that opens the key of the wrong institution."""
    return lambda *, institution, **kind: active(institution=InstitutionFactory(), **kind)


def test_start_leaves_what_waits_elsewhere_to_the_other_batch():
    attainments = many(2)
    started(attainments[0])

    batch = started(*attainments)

    assert list(batch.items.values_list("attainment", flat=True)) == [attainments[1].pk]


def test_start_again_with_the_same_is_refused():
    attainment = AttainmentFactory()
    started(attainment)

    with pytest.raises(Invalid):
        started(attainment)

    assert Batch.objects.count() == 1


def test_start_takes_only_the_institutions_own():
    foreign = AttainmentFactory()

    with pytest.raises(Invalid):
        batches.start(institution=InstitutionFactory(), attainments=[foreign], by=UserFactory(), at=AT)


def test_date_of_issue_may_be_earlier():
    attainment = AttainmentFactory()
    started(attainment)
    earlier = AT - timedelta(days=400)
    Batch.objects.update(issued_at=earlier)

    run(Batch.objects.get())

    assert Credential.objects.get().issued_at == earlier


def test_retry_takes_up_what_was_not_issued():
    good, poor = many(2)
    poor.grade = "0"
    poor.save(update_fields=["grade"])
    batch = started(good, poor)
    run(batch)
    poor.grade = "3"
    poor.save(update_fields=["grade"])
    batch.refresh_from_db()

    batches.retry(batch=batch, by=UserFactory(), at=AT)
    run(batch)

    assert set(BatchItem.objects.values_list("outcome", "error")) == {("issued", "")}
    assert Credential.objects.count() == 2


def test_retry_with_nothing_failed_is_refused():
    batch = started(AttainmentFactory())
    run(batch)
    batch.refresh_from_db()

    with pytest.raises(Invalid):
        batches.retry(batch=batch, by=UserFactory(), at=AT)
