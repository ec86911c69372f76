import hashlib
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from credentials import verification
from credentials.actions import credentials
from credentials.models import Credential
from registry.errors import Invalid, StateChanged
from registry.models import Letter, OfferingVersion, TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued, run, started
from tests.factories.registry import OfferingVersionFactory, StatementFactory, UserFactory

pytestmark = pytest.mark.django_db


def outcome(attainment) -> tuple[str, str, str]:
    """What a batch says of an attainment: outcome, reason, detail."""
    batch = started(attainment)
    run(batch)
    item = batch.items.get()
    return item.outcome, item.error, item.error_detail


def revoke(credential, *, reason="assessment_error", at=AT + timedelta(days=1)):
    by = UserFactory()
    credentials.revoke(credential=credential, reason=reason, note="", by=by, at=at)
    return by


def test_issue_stores_what_it_signed():
    credential = issued()

    stored = Credential.objects.get(pk=credential.pk)
    document = json.loads(bytes(stored.document))
    assert document["id"] == f"urn:uuid:{stored.pk}"
    assert document["issuer"]["id"] == stored.key.did
    assert document["credentialStatus"]["statusListIndex"] == str(stored.status_index)
    assert document["credentialStatus"]["statusListCredential"] == stored.status_list.url
    assert hashlib.sha256(bytes(stored.document)).hexdigest() == stored.sha256
    assert (stored.issued_at, stored.statement) == (AT, stored.version.statements.get())


def test_issued_credential_is_valid_to_the_verifier():
    credential = issued()

    report = verification.verify(document=bytes(credential.document), at=AT)

    assert {check.name: check.outcome for check in report.checks if check.outcome == "invalid"} == {}
    assert report.credential == credential


def test_human_code_has_no_letters_that_look_alike():
    credential = issued()

    assert len(credential.human_code) == 12
    assert set(credential.human_code) <= set(credentials.LETTERS)
    assert not set("01OI") & set(credentials.LETTERS)


def test_issue_is_in_the_trail_with_the_learner():
    credential = issued()

    entry = TrailEntry.objects.get(about=f"credential:{credential.pk}")
    assert (entry.verb, entry.learner, entry.became, entry.content_hash) == (
        "issued",
        credential.learner.uid,
        "valid",
        credential.sha256,
    )


def test_stored_bytes_cannot_be_changed():
    """Item 8: the signed bytes are stored once and served as they are."""
    credential = issued()

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE credentials_credential SET document = %s", [b"{}"])

    assert bytes(Credential.objects.get(pk=credential.pk).document) == bytes(credential.document)


def test_failed_grade_is_not_issued():
    assert outcome(AttainmentFactory(grade="0")) == ("failed", "failed_grade", "")


def test_attainment_with_a_live_credential_is_not_issued_again():
    credential = issued()

    assert outcome(credential.attainment) == ("failed", "issued", "")


def test_version_without_quality_statement_is_not_issued():
    assert outcome(AttainmentFactory(statement=False)) == ("failed", "not_reviewed", "")


def test_who_begins_while_the_offering_is_suspended_is_not_issued_to():
    attainment = AttainmentFactory()
    StatementFactory(version=attainment.version, created_at=AT + timedelta(hours=1), suspended_at=AT)

    assert outcome(attainment) == ("failed", "began_late", "")


def test_who_began_before_the_suspension_is_issued_to():
    """T16: the learner may finish, and the credential's quality statement says that it is suspended."""
    attainment = AttainmentFactory(completed_on=AT.date() - timedelta(days=1))
    suspended = StatementFactory(version=attainment.version, created_at=AT, suspended_at=AT)
    OfferingVersion.objects.filter(pk=attainment.version.pk).update(status="suspended")

    credential = issued(attainment)

    assert (credential.status, credential.statement) == ("valid", suspended)
    assert b"the learner had begun before that" in bytes(credential.document)


def test_unpublished_version_is_not_issued():
    version = OfferingVersionFactory()

    assert outcome(AttainmentFactory(version=version)) == ("failed", "not_published", "")


def test_superseded_version_is_issued_as_it_was():
    """Rule 2: a credential shows the version it was issued on."""
    attainment = AttainmentFactory()
    OfferingVersion.objects.filter(pk=attainment.version.pk).update(status="superseded")

    assert outcome(attainment) == ("issued", "", "")


def test_missing_fact_is_named_and_the_others_go_on():
    nameless = AttainmentFactory(learner__family_name=" ")
    fine = AttainmentFactory(institution=nameless.institution, version=nameless.version)
    batch = started(nameless, fine)

    run(batch)

    assert list(batch.items.order_by("order").values_list("outcome", "error", "error_detail")) == [
        ("failed", "missing_fact", "learner.name"),
        ("issued", "", ""),
    ]


def test_newest_statement_is_kept():
    attainment = AttainmentFactory()
    newest = StatementFactory(version=attainment.version, created_at=AT + timedelta(minutes=1))

    assert issued(attainment).statement == newest


def test_learner_with_account_is_told_without_personal_data():
    """Item 9, N7."""
    learner = LearnerFactory(user=UserFactory(), language="fi", given_names="Aino", family_name="Esimerkki")

    credential = issued(AttainmentFactory(learner=learner, institution=learner.institution))

    letter = Letter.objects.get(to=learner.email)
    title = credential.version.title["fi"]
    for private in ("Aino", "Esimerkki", learner.email, title, credential.human_code):
        assert private not in letter.subject + letter.body
    assert "/fi/my/" in letter.body


def test_learner_without_account_gets_one_link_for_all():
    learner = LearnerFactory()
    first = AttainmentFactory(learner=learner, institution=learner.institution)
    second = AttainmentFactory(learner=learner, institution=learner.institution)

    run(started(first, second))

    assert learner.claims.count() == 1
    assert Letter.objects.filter(to=learner.email).count() == 1


def test_revoke_says_who_when_and_why():
    credential = issued()

    by = revoke(credential)

    stored = Credential.objects.get(pk=credential.pk)
    assert (stored.status, stored.revoked_by, stored.revoked_at, stored.revocation_reason) == (
        "revoked",
        by,
        AT + timedelta(days=1),
        "assessment_error",
    )
    entry = TrailEntry.objects.get(verb="revoked", about=f"credential:{credential.pk}")
    assert (entry.by, entry.reason, entry.learner) == (by, "assessment_error", credential.learner.uid)


def test_revoke_tells_the_learner():
    credential = issued()

    revoke(credential)

    letter = Letter.objects.filter(to=credential.learner.email).latest("pk")
    assert credential.learner.family_name not in letter.subject + letter.body


@pytest.mark.parametrize("reason", ["", "because"])
def test_revoke_refuses_without_a_known_reason(reason):
    """§5.1/7: revoking without reason refused."""
    credential = issued()

    with pytest.raises(Invalid):
        revoke(credential, reason=reason)

    assert Credential.objects.get(pk=credential.pk).status == "valid"


def test_revoke_twice_is_refused():
    credential = issued()
    same = Credential.objects.get(pk=credential.pk)
    revoke(credential)

    with pytest.raises(StateChanged):
        revoke(same)


def test_attainment_is_issued_again_after_revocation():
    """Item 7: after a revocation a corrected attainment can be issued again."""
    credential = issued()
    revoke(credential)

    again = issued(credential.attainment, at=AT + timedelta(days=2))

    assert again.pk != credential.pk
    assert (again.status, Credential.objects.get(pk=credential.pk).status) == ("valid", "revoked")


def test_letter_of_revocation_promises_rectification_of_no_assessment_that_was_not():
    """Whether there is time left, the learner's results say; who only attended was not assessed."""
    badge = {"documented_as": "participation_badge", "no_credits_reason": "Läsnä, ei arviointia"}
    assessed, attended = issued(), issued(AttainmentFactory(**badge, grade=""))

    for one in (assessed, attended):
        revoke(one)

    letters = [Letter.objects.filter(to=one.learner.email).latest("pk").body for one in (assessed, attended)]
    assert ["Omista tuloksistasi näet, voiko arvioinnista vielä" in body for body in letters] == [True, False]
    assert [("voit tehdä arvioinnista" in body) for body in letters] == [False, False]
