"""Composite credentials of completed pathways (C-14, issue D build 4)."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from credentials import composable, verification
from credentials.actions import composites, corrections, credentials, documents, revocations, suspensions
from credentials.actions.composites import CannotCompose
from credentials.actions.revocations import CannotUndo
from credentials.models import Credential
from registry.errors import Refused
from registry.models import Letter, Pathway, TrailEntry
from tests.credentials.test_correction_actions import is_marked
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, MembershipFactory, PathwayFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def house():
    return InstitutionFactory(code="JAMK")


@pytest.fixture
def pathway(house):
    """Two parts of the awarding institution, one of another."""
    other = InstitutionFactory(code="KAMK")
    versions = [
        shown(ects=ects, offering__institution=institution)
        for ects, institution in ((1, house), (5, other), (10, house))
    ]
    return PathwayFactory(
        institution=house,
        parts=[one.offering for one in versions],
        is_composite=True,
        status="published",
        name={"fi": "Tekoälyosaaja", "sv": "AI-kunnig", "en": "AI practitioner"},
    )


def hold(person, pathway) -> list[Credential]:
    """The person gets a credential of every part, each from its institution."""
    records, found = {}, []
    for offering in pathway.offerings.order_by("pk"):
        house = offering.institution
        if house not in records:
            records[house] = LearnerFactory(institution=house, user=person)
        attainment = AttainmentFactory(institution=house, learner=records[house], version=offering.published)
        found.append(issued(attainment))
    return found


def who(at=LATER) -> dict:
    return {"by": UserFactory(), "at": at}


@pytest.fixture
def parts(pathway):
    return hold(UserFactory(), pathway)


@pytest.fixture
def whole(pathway, parts):
    composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    return composites.issue(learner=parts[0].learner, pathway=pathway, **who())


def completed(pathway) -> list[composable.Completed]:
    house = pathway.institution
    return composable.completed(composable.candidates(house, at=LATER)[:25], institution=house, at=LATER)


def stood(credential) -> tuple[str, bool]:
    return Credential.objects.get(pk=credential.pk).status, is_marked(credential)


def test_whole_is_issued_of_all_that_its_learner_has(whole, parts, pathway):
    """C-14: 1 + 5 + 10 is 16, whoever issued the parts."""
    assert (whole.facts.ects, whole.facts.offering_code) == (16, pathway.code)
    assert [(one.credential_id, one.sha256) for one in whole.facts.parts] == [
        (one.pk, one.sha256) for one in parts
    ]
    assert set(whole.parts.all()) == set(parts)
    assert (whole.attainment, whole.version, whole.learner) == (None, None, parts[0].learner)
    assert json.loads(bytes(whole.document))["name"] == "Tekoälyosaaja"


def test_whole_is_valid_to_the_verifier_who_sees_its_parts(whole):
    report = verification.verify(document=bytes(whole.document), at=LATER)

    assert {check.outcome for check in report.checks} == {"valid"}
    assert "3" in next(str(check.message) for check in report.checks if check.name == "offering")


def test_whole_is_told_in_the_trail_and_to_the_learner(whole):
    told = TrailEntry.objects.filter(at=LATER).order_by("pk").values_list("verb", "learner")

    assert list(told) == [("composite_asked", whole.learner.uid), ("issued", whole.learner.uid)]
    letter = Letter.objects.order_by("-pk").first()
    assert (letter.to, str(whole.pk) in letter.body) == (whole.learner.email, True)


@pytest.mark.once
def test_whole_is_had_in_every_form(whole):
    """Open badge, certificate, European credential, ELMO, SD-JWT."""
    forms = documents.offered(whole)

    sizes = {
        form: len(documents.fetch(credential=whole, form=form, by=None, at=LATER).content) for form in forms
    }

    assert set(sizes) >= {"badge", "pdf", "elm", "elmo", "sd-jwt"}
    assert all(size > 1000 for size in sizes.values())


def test_institution_sees_its_own_credentials_until_the_learner_asks(pathway, parts):
    """Rule 8: what another institution issued is the learner's to show."""
    before = completed(pathway)
    composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    after = completed(pathway)

    assert before == []
    assert [(one.learner, one.parts) for one in after] == [(parts[0].learner, tuple(parts))]


@pytest.mark.parametrize(("least", "found"), [(11, 1), (11.5, 0)])
def test_pathway_of_credits_is_completed_by_its_own_credits(pathway, parts, least, found):
    """1 + 10 of the institution itself; the 5 of another are not counted before the learner asks."""
    Pathway.objects.update(rule={"min_ects": least, "from": [one.code for one in pathway.offerings.all()]})
    pathway.refresh_from_db()

    assert len(composable.candidates(pathway.institution, at=LATER)) == found
    assert len(completed(pathway)) == found


def test_incomplete_pathway_is_neither_asked_for_nor_issued(pathway, parts):
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who(AT))

    with pytest.raises(CannotCompose) as refusal:
        composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    with pytest.raises(CannotCompose):
        composites.issue(learner=parts[0].learner, pathway=pathway, **who())

    assert refusal.value.code == "not_complete"
    assert pathway.composite_requests.count() == 0


@pytest.mark.parametrize(
    ("changes", "code"), [({"is_composite": False}, "not_awarded"), ({"status": "draft"}, "not_awarded")]
)
def test_composite_is_asked_for_where_one_is_awarded(pathway, parts, changes, code):
    Pathway.objects.update(**changes)

    with pytest.raises(CannotCompose) as refusal:
        composites.ask(pathway=Pathway.objects.get(), by=parts[0].learner.user, at=LATER)

    assert refusal.value.code == code


def test_whole_is_issued_once(whole, pathway):
    with pytest.raises(CannotCompose):
        composites.issue(learner=whole.learner, pathway=pathway, **who())
    with pytest.raises(CannotCompose) as refusal:
        composites.ask(pathway=pathway, by=whole.learner.user, at=LATER)

    assert refusal.value.code == "issued_already"
    assert completed(pathway) == []


def test_revoked_part_ends_the_whole_and_undoing_restores_it(whole, parts):
    """In the same transaction, and the learner is told why."""
    Letter.objects.all().delete()
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who())
    ended = stood(whole), Credential.objects.get(pk=whole.pk).revocation_reason
    told = [one.body for one in Letter.objects.order_by("pk") if "Tekoälyosaaja" in one.body]

    revocations.undo(credential=parts[1], reason="Väärä oppija.", **who())

    assert ended == (("revoked", True), "part_ended")
    assert len(told) == 1
    assert (stood(whole), stood(parts[1])) == (("valid", False), ("valid", False))


def test_suspended_part_suspends_the_whole(whole, parts):
    suspensions.suspend(credential=parts[0], reason="identity", until=None, **who())
    suspended = stood(whole)
    kept = Credential.objects.get(pk=whole.pk)
    with pytest.raises(Refused):
        suspensions.resume(credential=kept, reason="x", **who())

    suspensions.resume(credential=parts[0], reason="Selvitetty.", **who())

    assert suspended == ("suspended", True)
    assert stood(whole) == ("valid", False)


def test_whole_is_suspended_again_with_its_part(whole, parts):
    """The part was suspended before it was revoked, so that is what undoing brings back of both."""
    suspensions.suspend(credential=parts[0], reason="identity", until=None, **who())
    credentials.revoke(credential=parts[0], reason="fraud", note="", **who())
    ended = stood(whole)

    revocations.undo(credential=parts[0], reason="x", **who())
    suspended = stood(parts[0]), stood(whole)
    suspensions.resume(credential=Credential.objects.get(pk=parts[0].pk), reason="x", **who())

    assert (ended, suspended) == (("revoked", True), (("suspended", True), ("suspended", True)))
    assert (stood(parts[0]), stood(whole)) == (("valid", False), ("valid", False))


def test_whole_revoked_for_itself_comes_back_as_its_parts_stand(whole, parts):
    credentials.revoke(credential=whole, reason="issued_in_error", note="", **who())
    suspensions.suspend(credential=parts[0], reason="identity", until=None, **who())

    revocations.undo(credential=Credential.objects.get(pk=whole.pk), reason="x", **who())
    kept = Credential.objects.get(pk=whole.pk)

    assert (stood(whole), kept.suspension_reason) == (("suspended", True), "part")
    suspensions.resume(credential=parts[0], reason="x", **who())
    assert stood(whole) == ("valid", False)


def test_letters_name_the_part_that_keeps_the_whole_suspended(whole, parts, house):
    """A part was suspended while another was revoked: the whole comes back with that one, and waits."""
    keeper = MembershipFactory(institution=house, role="issuer").user
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who())
    suspensions.suspend(credential=parts[0], reason="identity", until=None, **who())
    Letter.objects.all().delete()

    revocations.undo(credential=parts[1], reason="x", **who())

    assert stood(whole) == ("suspended", True)
    [told] = Letter.objects.filter(to=whole.learner.email, body__contains=whole.grouped_code)
    assert told.subject == "Kokoavan osaamistodistuksesi voimassaolo on keskeytetty"
    [told] = Letter.objects.filter(to=keeper.email)
    assert house.short_name in told.body
    assert parts[1].institution.short_name not in told.body


def test_of_two_wholes_the_one_comes_back_that_was_in_force_last(pathway, parts, monkeypatch):
    """The second was issued of another part, in place of the first, which has all its parts again."""
    Pathway.objects.update(rule={"min_ects": 15, "from": [one.code for one in pathway.offerings.all()]})
    pathway.refresh_from_db()
    made, uuids = [], iter([UUID(int=1), UUID(int=2)])
    monkeypatch.setattr(composites, "uuid4", lambda: next(uuids))
    composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    made.append(composites.issue(learner=parts[0].learner, pathway=pathway, **who()))
    credentials.revoke(credential=parts[0], reason="fraud", note="", **who())
    composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    made.append(composites.issue(learner=parts[0].learner, pathway=pathway, **who()))
    revocations.undo(credential=parts[0], reason="x", **who())

    later = LATER + timedelta(hours=1)
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who(later))
    revocations.undo(credential=parts[1], reason="x", **who(later))

    assert [stood(one)[0] for one in made] == ["revoked", "valid"]


def test_house_of_the_whole_is_told_what_another_did(whole, parts, house):
    """Without the learner's name; not of what it did itself."""
    keeper = MembershipFactory(institution=house, role="issuer").user
    MembershipFactory(institution=house, role="author")
    Letter.objects.all().delete()

    for one in parts[:2]:
        credentials.revoke(credential=one, reason="fraud", note="", **who())
        revocations.undo(credential=one, reason="x", **who())

    told = Letter.objects.filter(to=keeper.email).order_by("pk")
    assert [one.subject for one in told] == [
        "Korkeakoulusi kokoava osaamistodistus on peruutettu",
        "Korkeakoulusi kokoava osaamistodistus on taas voimassa",
    ]
    for one in told:
        assert whole.grouped_code in one.body
        assert whole.learner.family_name not in one.body
    learners = {parts[0].learner.email, parts[1].learner.email, whole.learner.email}
    assert {one.to for one in Letter.objects.all()} == {keeper.email, *learners}


def test_whole_waits_for_its_last_part(whole, parts):
    for part in parts[:2]:
        credentials.revoke(credential=part, reason="fraud", note="", **who())

    revocations.undo(credential=parts[0], reason="x", **who())
    waiting = stood(whole)
    with pytest.raises(CannotUndo):
        revocations.undo(credential=Credential.objects.get(pk=whole.pk), reason="x", **who())
    revocations.undo(credential=parts[1], reason="x", **who())

    assert (waiting, stood(whole)) == (("revoked", True), ("valid", False))


def test_corrected_part_lets_a_new_whole_be_issued(whole, parts, pathway):
    """The old whole names the old part by its hash, so it ends; the pathway is complete again at once."""
    facts = corrections.recorded(parts[0])
    new = corrections.correct(
        credential=parts[0], facts=type(facts)(**{**vars(facts), "grade": "5"}), reason="x", **who()
    )
    composites.ask(pathway=pathway, by=whole.learner.user, at=LATER)

    again = composites.issue(learner=whole.learner, pathway=pathway, **who())

    assert stood(whole) == ("revoked", True)
    assert new.pk in {one.credential_id for one in again.facts.parts}
    corrections.undo(correction=parts[0].corrections.get(), reason="x", **who())
    assert (stood(again)[0], stood(whole)[0]) == ("revoked", "valid")


def test_whole_revoked_for_itself_is_not_restored_with_a_part(whole, parts):
    credentials.revoke(credential=whole, reason="issued_in_error", note="", **who())
    credentials.revoke(credential=parts[0], reason="fraud", note="", **who())

    revocations.undo(credential=parts[0], reason="x", **who())

    assert stood(whole) == ("revoked", True)
