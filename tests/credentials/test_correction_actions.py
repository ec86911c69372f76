"""Correction, suspension and their undoing (rule 14, issue D build 3)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from credentials import own_data, verification
from credentials.actions import attainments, corrections, credentials, revocations, suspensions
from credentials.actions.corrections import CannotCorrect
from credentials.actions.revocations import CannotUndo
from credentials.formats import status_list
from credentials.models import Credential, Learner
from registry.errors import Invalid, StateChanged
from registry.models import Letter, TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import UserFactory

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=40)


@pytest.fixture
def wrong():
    return issued(AttainmentFactory(learner__family_name="Virtane", version__validity_months=12))


def who(at=LATER) -> dict:
    return {"by": UserFactory(), "at": at}


def correct(credential, *, at=LATER, **changes) -> Credential:
    facts = replace(corrections.recorded(credential), **changes)
    return corrections.correct(credential=credential, facts=facts, reason="Kirjoitusvirhe.", **who(at))


def is_marked(credential) -> bool:
    """Whether its place in the status list says that it is not to be relied on."""
    kept = Credential.objects.select_related("status_list").get(pk=credential.pk)
    bits = bytes(kept.status_list.bits)
    return status_list.StatusList(purpose="revocation", bits=bits).bit(kept.status_index)


def stands(*found) -> list[tuple[str, bool]]:
    return [(Credential.objects.get(pk=one.pk).status, is_marked(one)) for one in found]


def letters() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


def test_correction_replaces_with_the_right_name(wrong):
    new = correct(wrong, family_name="Virtanen")

    assert stands(wrong, new) == [("replaced", True), ("valid", False)]
    assert (wrong.facts.learner.family_name, new.facts.learner.family_name) == ("Virtane", "Virtanen")
    assert Learner.objects.get().family_name == "Virtanen"
    assert wrong.corrections.get().replacement == new
    assert (new.attainment, new.version) == (wrong.attainment, wrong.version)


def test_corrected_credential_ends_when_the_old_one_would_have(wrong):
    """A correction gives nobody more time."""
    new = correct(wrong, family_name="Virtanen")

    assert (new.issued_at, new.valid_until) == (LATER, wrong.valid_until)
    assert json.loads(bytes(new.document))["validUntil"] == json.loads(bytes(wrong.document))["validUntil"]


def test_correction_is_told_in_the_trail_and_to_the_learner(wrong):
    Letter.objects.all().delete()

    correct(wrong, family_name="Virtanen", grade="5")

    told = TrailEntry.objects.filter(at=LATER, learner=wrong.learner.uid).order_by("pk")
    assert [(one.verb, one.was, one.became) for one in told] == [
        ("replaced", "valid", "replaced"),
        ("updated", "", ""),
        ("corrected", f"{AT:%Y-%m-%d} 4", f"{AT:%Y-%m-%d} 5"),
        ("issued", "", "valid"),
    ]
    assert [one.to for one in Letter.objects.all()] == [wrong.learner.email]
    assert "Kirjoitusvirhe." in Letter.objects.get().body


def test_verifier_is_told_that_another_counts(wrong):
    correct(wrong, family_name="Virtanen")

    report = verification.verify(document=bytes(wrong.document), at=LATER)

    said = {check.name: (check.outcome, str(check.message)) for check in report.checks}
    assert said["status"][0] == "invalid"
    assert "Virtanen" not in str(said)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"family_name": "  "}, "given_names"),
        ({"completed_on": date(2099, 1, 1)}, "completed_on"),
        ({"family_name": "010203-123A"}, "family_name"),
        ({"grade": "HYL"}, "grade"),
    ],
)
def test_correction_that_is_none_or_wrong_changes_nothing(wrong, changes, field):
    with pytest.raises(Invalid) as refusal:
        correct(wrong, **changes)

    assert refusal.value.reasons[0][0] == field
    assert stands(wrong) == [("valid", False)]
    assert Learner.objects.get().family_name == "Virtane"


def test_correction_to_a_fail_is_refused(wrong):
    """It is revoked instead."""
    with pytest.raises(CannotCorrect) as refusal:
        correct(wrong, grade="0")

    assert refusal.value.code == "failed_grade"
    assert stands(wrong) == [("valid", False)]


def test_correction_needs_what_was_wrong(wrong):
    facts = replace(corrections.recorded(wrong), family_name="Virtanen")

    with pytest.raises(Invalid):
        corrections.correct(credential=wrong, facts=facts, reason=" ", **who())

    assert stands(wrong) == [("valid", False)]


def test_replaced_credential_is_not_corrected_again(wrong):
    correct(wrong, family_name="Virtanen")

    with pytest.raises(StateChanged):
        correct(Credential.objects.get(pk=wrong.pk), family_name="Virta")


def test_undone_correction_restores_everything(wrong):
    """Both credentials, both bits, the learner's record and the attainment, in one act."""
    new = correct(wrong, family_name="Virtanen", grade="5")
    Letter.objects.all().delete()

    corrections.undo(correction=wrong.corrections.get(), reason="Nimi oli oikein.", **who(LATER))

    assert stands(wrong, new) == [("valid", False), ("revoked", True)]
    wrong = Credential.objects.get(pk=wrong.pk)
    assert (wrong.learner.family_name, wrong.attainment.grade) == ("Virtane", "4")
    kept = wrong.corrections.get()
    assert (kept.undone_at, kept.undo_reason) == (LATER, "Nimi oli oikein.")
    [letter] = Letter.objects.all()  # one, of both
    assert (wrong.grouped_code in letter.body, new.grouped_code in letter.body) == (True, True)
    assert verification.verify(document=bytes(wrong.document), at=LATER).checks[0].outcome == "valid"


def test_undone_correction_keeps_the_suspension_of_the_new_one(wrong):
    """Whose identity is being examined gets no way out by it."""
    new = correct(wrong, family_name="Virtanen")
    suspend(Credential.objects.get(pk=new.pk), until=date(2099, 1, 1))

    corrections.undo(correction=wrong.corrections.get(), reason="x", **who())

    assert stands(wrong, new) == [("suspended", True), ("revoked", True)]
    assert suspension(wrong) == suspension(new)


def test_correction_is_not_undone_over_a_later_change(wrong):
    new = correct(wrong, family_name="Virtanen")
    correct(new, family_name="Virta")

    with pytest.raises(StateChanged):
        corrections.undo(correction=wrong.corrections.get(), reason="x", **who())

    Learner.objects.update(family_name="Muu")
    with pytest.raises(CannotUndo) as refusal:
        corrections.undo(correction=new.corrections.get(), reason="x", **who())
    assert refusal.value.code == "changed_since"


def revoke(credential) -> None:
    credentials.revoke(credential=credential, reason="issued_in_error", note="", **who(AT))


def test_undone_revocation_restores_credential_and_bit(wrong):
    revoke(wrong)

    revocations.undo(credential=wrong, reason="Väärä henkilö.", **who())

    assert stands(wrong) == [("valid", False)]
    kept = Credential.objects.get()
    assert (kept.revoked_at, kept.revoked_by, kept.revocation_reason) == (None, None, "")
    entry = TrailEntry.objects.get(verb="valid")
    assert (entry.was, entry.reason, entry.learner) == ("revoked", "Väärä henkilö.", wrong.learner.uid)


def test_revocation_is_undone_with_a_reason_only(wrong):
    revoke(wrong)

    with pytest.raises(Invalid):
        revocations.undo(credential=wrong, reason="", **who())

    assert stands(wrong) == [("revoked", True)]


def test_revocation_is_not_undone_where_another_stands(wrong):
    revoke(wrong)
    issued(wrong.attainment, at=LATER)

    with pytest.raises(CannotUndo) as refusal:
        revocations.undo(credential=wrong, reason="x", **who())

    assert refusal.value.code == "another_issued"


def test_revocation_is_not_undone_when_it_would_not_be_true(wrong):
    revoke(wrong)
    attainments.correct(
        attainment=wrong.attainment, realisation=None, completed_on=wrong.attainment.completed_on, grade="2",
        reason="x", **who(),
    )  # fmt: skip

    with pytest.raises(CannotUndo) as refusal:
        revocations.undo(credential=wrong, reason="x", **who())

    assert refusal.value.code == "attainment_changed"
    assert stands(wrong) == [("revoked", True)]


def test_revocation_is_undone_under_the_name_of_that_time(wrong):
    """Who has married keeps what was issued before."""
    revoke(wrong)
    Learner.objects.update(family_name="Lahti")

    revocations.undo(credential=wrong, reason="x", **who())

    assert stands(wrong) == [("valid", False)]


def suspend(credential, **changes) -> None:
    suspensions.suspend(**{"credential": credential, "reason": "identity", "until": None, **who(), **changes})


def suspension(credential) -> tuple:
    fields = "suspended_at", "suspended_by", "suspension_reason", "suspended_until"
    return Credential.objects.values_list(*fields).get(pk=credential.pk)


def test_undone_revocation_leaves_the_suspension_before_it(wrong):
    """Its reason, its days, who did it, and its bit."""
    suspend(wrong, until=date(2099, 1, 1))
    before = suspension(wrong)
    revoke(wrong)
    Letter.objects.all().delete()

    revocations.undo(credential=wrong, reason="Väärä henkilö.", **who())

    assert stands(wrong) == [("suspended", True)]
    assert (suspension(wrong), before[2:]) == (before, ("identity", date(2099, 1, 1)))
    entry = TrailEntry.objects.order_by("pk").last()
    assert (entry.verb, entry.was, entry.became) == ("suspended", "revoked", "suspended")
    assert Letter.objects.get().subject == "Todistuksesi peruutus on kumottu"
    suspensions.resume(credential=Credential.objects.get(), reason="x", **who())
    assert (stands(wrong), suspension(wrong)) == ([("valid", False)], (None, None, "", None))


def test_undone_revocation_is_valid_where_the_suspension_would_have_ended(wrong):
    suspend(wrong, until=LATER.date())
    revoke(wrong)

    revocations.undo(credential=wrong, reason="x", **who(LATER + timedelta(days=1)))

    assert (stands(wrong), suspension(wrong)) == ([("valid", False)], (None, None, "", None))


def test_revoked_credential_is_not_suspended(wrong):
    revoke(wrong)

    with pytest.raises(StateChanged):
        suspend(wrong)

    assert stands(wrong) == [("revoked", True)]


def test_letter_names_the_credential(wrong):
    revoke(wrong)

    letter = Letter.objects.order_by("pk").last()
    assert wrong.grouped_code in letter.body
    assert str(wrong.pk) in letter.body


def test_suspension_marks_and_resuming_clears(wrong):
    suspend(wrong)
    suspended = stands(wrong)

    suspensions.resume(credential=wrong, reason="Selvitetty.", **who())

    assert suspended == [("suspended", True)]
    assert stands(wrong) == [("valid", False)]
    assert len(letters()) == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"reason": ""}, "reason"), ({"reason": "part"}, "reason"), ({"until": date(2020, 1, 1)}, "until")],
)
def test_suspension_is_refused_without_a_reason_or_after_its_end(wrong, changes, field):
    with pytest.raises(Invalid) as refusal:
        suspend(wrong, **changes)

    assert refusal.value.reasons[0][0] == field
    assert stands(wrong) == [("valid", False)]


def test_suspension_ends_after_its_last_day(wrong):
    suspend(wrong, until=LATER.date())

    with time_machine.travel(LATER, tick=False):
        assert suspensions.end_due() == 0
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        assert (suspensions.end_due(), suspensions.end_due()) == (1, 0)

    assert stands(wrong) == [("valid", False)]


def test_suspended_credential_can_be_revoked(wrong):
    suspend(wrong)

    revoke(wrong)

    assert stands(wrong) == [("revoked", True)]


def test_correction_is_in_what_its_learner_may_have(wrong):
    """GDPR 15 §: what was changed, when and why."""
    Learner.objects.update(user=UserFactory())
    new = correct(wrong, family_name="Virtanen", grade="5")

    [section] = [one for one in own_data.sections(Learner.objects.get().user) if one.key == "corrections"]

    assert section.rows == [
        {
            "credential": wrong.grouped_code,
            "replacement": new.grouped_code,
            "made_at": LATER,
            "was": "Virtane, 4",
            "became": "Virtanen, 5",
            "reason": "Kirjoitusvirhe.",
            "undone_at": None,
            "undo_reason": "",
        }
    ]
