"""Certificates made with their batch, by the institution's choice (issue D, build 10; decision 209)."""

from datetime import timedelta

import pytest
import time_machine

from credentials.actions import batch_certificates, batches, credentials, documents
from credentials.models import Batch, Credential, CredentialDocument, PlainCertificate
from credentials.proofs import pades
from registry import trail
from registry.actions import institutions
from registry.errors import Invalid
from registry.models import Institution
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import run, started
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
Mode, Moment = Institution.CertificateMode, Institution.CertificateMoment
LATER = AT + timedelta(minutes=10)


def batch_of(count: int, *, mode: str = Mode.PDF, moment: str = Moment.IN_BATCH) -> Batch:
    """Issued; its certificates wait for a worker."""
    house = InstitutionFactory(certificate_mode=mode, certificate_moment=moment)
    first = AttainmentFactory(institution=house)
    more = AttainmentFactory.create_batch(count - 1, institution=house, version=first.version)
    batch = started(first, *more)
    run(batch)
    return batch


def states(batch: Batch) -> list[str]:
    return list(batch.items.order_by("order").values_list("certificate", flat=True))


def worked(batch: Batch, *, at=AT) -> None:
    with time_machine.travel(at, tick=False):
        batch_certificates.make(batch.pk)


def fetched(credential: Credential) -> bytes:
    return documents.fetch(credential=credential, form="pdf", by=UserFactory(), at=LATER).content


def test_moment_is_chosen_and_written_down():
    house, admin = InstitutionFactory(), UserFactory()

    for _again in range(2):
        institutions.choose_certificate_moment(institution=house, moment=Moment.IN_BATCH, by=admin, at=AT)

    house.refresh_from_db()
    assert house.certificate_moment == Moment.IN_BATCH
    assert [(one.verb, one.was, one.became, one.by) for one in trail.of(row=house)] == [
        ("certificate_moment_chosen", "on_need", "in_batch", admin)
    ]
    with pytest.raises(Invalid):
        institutions.choose_certificate_moment(institution=house, moment="never", by=admin, at=AT)


def test_issuing_leaves_certificates_to_workers_and_calls_two(
    django_capture_on_commit_callbacks, monkeypatch
):
    """Issuing itself makes none, so it takes as long as before."""
    called = []
    monkeypatch.setattr(batch_certificates.make, "apply_async", lambda args, **_: called.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        batch = batch_of(2)

    assert (states(batch), called) == (["waiting"] * 2, [(batch.pk,)] * 2)
    assert not PlainCertificate.objects.exists()


@pytest.mark.parametrize(("mode", "moment"), [(Mode.PDF, Moment.ON_NEED), (Mode.PAPER, Moment.IN_BATCH)])
def test_nothing_waits_where_the_institution_wants_none(mode, moment):
    batch = batch_of(1, mode=mode, moment=moment)

    assert states(batch) == [""]


def test_learner_is_given_the_certificate_that_was_made(monkeypatch):
    batch = batch_of(2)
    worked(batch)
    one = Credential.objects.first()
    kept = bytes(one.plain_certificates.get().content)
    PlainCertificate.objects.filter(credential=one).update(content=kept + b"\n")

    assert states(batch) == ["made"] * 2
    assert fetched(one) == kept + b"\n"
    assert pades.check(kept, known=[]).badge == bytes(one.document)


def test_certificate_made_with_the_batch_is_the_one_that_is_made_on_need():
    batch = batch_of(1)
    worked(batch)
    made = PlainCertificate.objects.get()
    kept = bytes(made.content)
    credential = made.credential
    made.delete()

    assert fetched(credential) == kept


def test_sealed_certificates_are_written_down_once_and_given_as_they_are():
    batch = batch_of(2, mode=Mode.ELECTRONIC_SEAL)

    worked(batch)
    worked(batch)

    rows = {row.credential: row for row in CredentialDocument.objects.select_related("credential", "key")}
    assert (len(rows), states(batch)) == (2, ["made"] * 2)
    for credential, row in rows.items():
        content = bytes(row.content)
        assert (fetched(credential), row.made_at) == (content, AT)
        assert pades.check(content, known=row.key.certificates).code == "verified"
        said = trail.of(row=credential).filter(verb="document_made")
        assert list(said.values_list("by", "became", "content_hash", "learner")) == [
            (batch.created_by_id, "pdf fi", row.sha256, credential.learner.uid)
        ]


def test_one_that_fails_is_told_and_stops_no_other(monkeypatch):
    batch = batch_of(3)
    bad, worse, _fine = batch.items.order_by("order")
    make = documents.draft_certificate

    def failing(*, credential, **rest):
        if credential.pk == bad.credential_id:
            raise documents.CannotMake("x", code="form_incomplete")
        if credential.pk == worse.credential_id:
            raise ZeroDivisionError
        return make(credential=credential, **rest)

    monkeypatch.setattr(documents, "draft_certificate", failing)
    worked(batch)

    assert list(batch.items.order_by("order").values_list("certificate", "certificate_error")) == [
        ("failed", "form_incomplete"),
        ("failed", "unexpected"),
        ("made", ""),
    ]


def test_without_a_seal_all_are_told(settings):
    settings.SELF_MADE_SEALS = False
    batch = batch_of(2, mode=Mode.ELECTRONIC_SEAL)

    worked(batch)

    found = set(batch.items.values_list("certificate", "certificate_error"))
    assert (found, CredentialDocument.objects.count()) == ({("failed", "no_seal")}, 0)


def test_what_a_dead_worker_held_is_made_by_the_next_one(monkeypatch):
    """kill -9 between taking some and keeping them; the sweep waits until the lease has ended."""
    batch = batch_of(3)
    batch_certificates._take(batch, at=AT + batch_certificates.LEASE)

    with time_machine.travel(AT + 2 * batch_certificates.LEASE, tick=False):
        held = batch_certificates.resume(), states(batch)
    with time_machine.travel(AT + 3 * batch_certificates.LEASE, tick=False):
        found = batch_certificates.resume(), states(batch)

    assert held == (0, ["waiting"] * 3)
    assert found == (1, ["made"] * 3)
    assert PlainCertificate.objects.count() == 3


def test_two_workers_share_a_batch(monkeypatch):
    """One comes while the other is at some: it takes the others."""
    monkeypatch.setattr(batch_certificates, "TOGETHER", 2)
    batch = batch_of(3)
    first = batch_certificates._take(batch, at=AT)
    worked(batch)
    between = states(batch)

    batch_certificates._make(first, batch=batch, at=AT)

    assert (between, states(batch)) == (["waiting", "waiting", "made"], ["made"] * 3)


def test_a_worker_leaves_after_its_turn_and_comes_again(monkeypatch):
    """What else waits in the queue, such as another batch to be issued, goes first."""
    called = []
    monkeypatch.setattr(batch_certificates, "TURN", 1)
    monkeypatch.setattr(batch_certificates, "TOGETHER", 1)
    monkeypatch.setattr(batch_certificates.queue, "later", lambda task, *args: called.append(args))
    batch = batch_of(2)
    called.clear()

    seen = []
    for _turn in range(3):
        worked(batch)
        seen.append((states(batch), len(called)))

    assert seen == [(["made", "waiting"], 1), (["made", "made"], 2), (["made", "made"], 2)]


def test_certificate_that_was_fetched_meanwhile_is_not_made_again():
    batch = batch_of(1, mode=Mode.ELECTRONIC_SEAL)
    items = batch_certificates._take(batch, at=AT)
    first = fetched(items[0].credential)

    batch_certificates._make(items, batch=batch, at=AT)

    assert [bytes(one.content) for one in CredentialDocument.objects.all()] == [first]
    assert states(batch) == ["made"]


def test_none_is_made_of_what_was_revoked_nor_on_paper():
    batch = batch_of(2)
    house = batch.institution
    gone = batch.items.first().credential
    credentials.revoke(credential=gone, reason="assessment_error", note="", by=UserFactory(), at=AT)
    worked(batch)
    assert states(batch) == ["", "made"]

    other = batches.start(
        institution=house, attainments=[AttainmentFactory(institution=house)], by=UserFactory(), at=AT
    )
    run(other)
    institutions.choose_certificate_mode(institution=house, mode=Mode.PAPER, by=UserFactory(), at=AT)
    worked(other)
    assert states(other) == [""]


def test_those_that_failed_are_tried_again_and_those_that_were_made_stay():
    """What was in the way is mended: nobody has to wait until each learner asks for the certificate."""
    batch = batch_of(2)
    worked(batch)
    made, failed = batch.items.order_by("order")
    kept = bytes(made.credential.plain_certificates.get().content)
    failed.credential.plain_certificates.all().delete()
    batch.items.filter(pk=failed.pk).update(certificate="failed", certificate_error="no_seal")
    issuer = UserFactory()

    count = batch_certificates.retry(batch=batch, by=issuer, at=LATER)
    waiting = list(batch.items.order_by("order").values_list("certificate", "certificate_error"))
    worked(batch, at=LATER)

    assert (count, waiting, states(batch)) == (1, [("made", ""), ("waiting", "")], ["made"] * 2)
    assert bytes(made.credential.plain_certificates.get().content) == kept
    assert list(
        trail.of(row=batch).filter(verb="certificates_tried_again").values_list("by", "at", "became")
    ) == [(issuer.pk, LATER, "1")]


def test_nothing_is_tried_again_where_none_failed_nor_on_paper():
    batch = batch_of(1)
    worked(batch)
    with pytest.raises(Invalid) as none:
        batch_certificates.retry(batch=batch, by=UserFactory(), at=LATER)
    batch.items.update(certificate="failed", certificate_error="unexpected")
    batch.institution.certificate_mode = Mode.PAPER

    with pytest.raises(Invalid) as paper:
        batch_certificates.retry(batch=batch, by=UserFactory(), at=LATER)

    assert (none.value.code, paper.value.code) == ("no_certificate_to_make", "on_paper")
    assert (states(batch), trail.of(row=batch).filter(verb="certificates_tried_again").count()) == (
        ["failed"],
        0,
    )
