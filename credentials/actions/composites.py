"""Composite credentials: asked for by the learner, issued for a completed pathway (C-14)."""

import hashlib
import secrets
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from credentials import composable, keystore, verification
from credentials.actions import credential_letters, status_lists
from credentials.actions.credentials import LETTERS, MUST_HOLD, CheckFailed
from credentials.award import body, person
from credentials.composable import Completed
from credentials.facts import Award, Coded, Incomplete, StatusEntry, to_json
from credentials.formats import composite, open_badge
from credentials.models import CompositeRequest, Credential, Learner
from registry import trail
from registry.errors import Refused
from registry.models import Code, Pathway, User

HALF = 2  # credits are counted in halves
Status = Credential.Status


class CannotCompose(Refused):
    """No composite credential can be issued or asked for. Codes: not_awarded, no_record, asked_already,
    issued_already, not_complete, missing_fact."""

    code = "cannot_compose"


@transaction.atomic
def ask(*, pathway: Pathway, by: User, at: datetime) -> CompositeRequest:
    """A learner asks the awarding institution for the composite credential. Raises CannotCompose."""
    if pathway.awarding_body is None or pathway.status != Pathway.Status.PUBLISHED:
        raise CannotCompose(_("No composite credential is awarded for this pathway."), code="not_awarded")
    records = Learner.objects.select_for_update(of=("self",)).filter(user=by)
    learner = records.filter(institution=pathway.awarding_body).order_by("pk").first()
    if learner is None:
        said = _("%(house)s has no record of you. Ask its study affairs to add you, then ask again.")
        raise CannotCompose(said % {"house": pathway.awarding_body.short_name}, code="no_record")
    if learner.composite_requests.filter(pathway=pathway, credential=None).exists():
        raise CannotCompose(_("You have asked for it already."), code="asked_already")
    if learner.credentials.live().filter(pathway=pathway).exists():
        raise CannotCompose(_("You have it already."), code="issued_already")
    request = CompositeRequest.objects.create(learner=learner, pathway=pathway, asked_at=at)
    if composable.of_learner(learner, pathway=pathway, at=at) is None:
        raise CannotCompose(_("The pathway is not complete yet."), code="not_complete")
    trail.record(
        verb="composite_asked", row=learner, by=by, at=at, role=trail.LEARNER, learner=learner.uid,
        reason=pathway.code,
    )  # fmt: skip
    return request


@transaction.atomic
def issue(*, learner: Learner, pathway: Pathway, by: User, at: datetime) -> Credential:
    """Issue the composite credential of a pathway that the learner has completed; its parts stay locked, so
    that none of them is taken back meanwhile. The learner is told. Raises CannotCompose.
    """
    done = _locked(_done(learner, pathway=pathway, at=at), at=at)
    learner, whole = done.learner, _signed(done, by=by, at=at)
    whole.save(force_insert=True)
    whole.parts.set(done.parts)
    if done.request is not None:
        CompositeRequest.objects.filter(pk=done.request.pk).update(credential=whole)
    trail.record(
        verb="issued", row=whole, by=by, at=at, became=whole.status, learner=learner.uid,
        content_hash=whole.sha256,
    )  # fmt: skip
    report = verification.verify(document=whole.document, at=at)
    if broken := [one.name for one in report.checks if one.name in MUST_HOLD and one.outcome != "valid"]:
        raise CheckFailed(", ".join(broken))
    credential_letters.send(credential=whole, template="mail/whole_issued.txt", at=at)
    return whole


def _done(learner: Learner, *, pathway: Pathway, at: datetime) -> Completed:
    done = composable.of_learner(learner, pathway=pathway, at=at)
    if done is None:
        raise CannotCompose(_("The pathway is not complete, or it has been issued."), code="not_complete")
    return done


def _locked(seen: Completed, *, at: datetime) -> Completed:
    """The same, read again under locks: first of the parts, then of the learner, as whoever acts on a part
    takes them."""
    parts = Credential.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in seen.parts])
    kept = {one.pk: one.status for one in parts.order_by("pk")}
    learners = Learner.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    learner = learners.get(pk=seen.learner.pk)
    done = _done(learner, pathway=seen.pathway, at=at)
    if any(kept.get(one.pk) != Status.VALID for one in done.parts):
        raise CannotCompose(_("A part of it is not in force."), code="not_complete")
    return done


def _signed(done: Completed, *, by: User, at: datetime) -> Credential:
    """The credential with its signed document, not stored yet."""
    house = done.pathway.institution
    status_list, [place] = status_lists.take(institution=house, count=1, at=at)
    signer = keystore.active(institution=house, at=at)
    whole = Credential(
        pk=uuid4(),
        human_code="".join(secrets.choice(LETTERS) for _ in range(12)),
        institution=house,
        learner=done.learner,
        pathway=done.pathway,
        key=signer.key,
        status_list=status_list,
        status_index=place,
        issued_at=at.replace(microsecond=0),
        issued_by=by,
    )
    try:
        award = _award(done, whole=whole, did=signer.did)
        signed = signer.sign(open_badge.document(award), at=at)
    except Incomplete as gap:
        said = _("The composite credential cannot be put together: a fact is missing (%(fact)s).")
        raise CannotCompose(said % {"fact": gap.fact}, code="missing_fact") from gap
    whole.document, whole.award = open_badge.encode(signed), to_json(award)
    whole.sha256 = hashlib.sha256(whole.document).hexdigest()
    whole.language, whole.valid_until = award.language, award.valid_until
    return whole


def _award(done: Completed, *, whole: Credential, did: str) -> Award:
    pathway = done.pathway
    said = composite.Whole(
        code=pathway.code,
        name=pathway.name,
        address=f"{settings.BASE_URL}/pathways/{pathway.code}",
        kind="diploma" if pathway.is_diploma else "composite",
        ects=_credits(done.ects),
        counts_towards=pathway.counts_towards or None,
        issuer=body(pathway.institution, did=did),
        country=_coded("country", pathway.institution.country),
        scale=_coded("grading_scale", "pass_fail"),
        accepted=_coded("grade", "HYV"),
    )
    return composite.award(
        [composite.Source(award=one.facts, sha256=one.sha256) for one in done.parts],
        whole=said,
        learner=person(done.learner),
        wished=done.learner.language,
        credential_id=whole.pk,
        issued_at=whole.issued_at,
        status=StatusEntry(list_url=whole.status_list.url, index=whole.status_index),
    )


def _credits(ects: Fraction) -> Decimal:
    """Down to whole halves."""
    return Decimal(ects * HALF // 1) / HALF


def _coded(code_list: str, code: str) -> Coded:
    row = Code.objects.filter(list=code_list, code=code).first()
    if row is None:
        raise Incomplete(code_list)
    return Coded(code=row.code, label=row.label, uri=row.uri or None)
