"""Credentials: issued out of the items of a batch, and revoked."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credentials import issuable, keystore, verification
from credentials.actions import credential_letters, learners, status_lists, wholes
from credentials.award import Awards
from credentials.facts import Incomplete, StatusEntry, to_json
from credentials.formats import open_badge
from credentials.issuable import Obstacle
from credentials.models import Attainment, BatchItem, Credential, Learner, StatusList
from credentials.proofs import contexts, data_integrity
from credentials.proofs.canonical import NotCanonical
from registry import mail, storing, trail
from registry.errors import Invalid
from registry.models import Code, Institution, Letter, OfferingVersion, Statement, User
from registry.workflow import advance

# Of a code that people read aloud: no 0 and O, no 1 and I. There are 32, so that each is as likely.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
WHOLE_CHECK_EVERY = 100  # items of a batch, beginning with the first
MUST_HOLD = {"readable", "proof", "issuer", "register", "status"}  # of a new credential, whatever its dates


class CheckFailed(Exception):
    """A document that was just signed does not pass its check."""

    code = Obstacle.CHECK_FAILED


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What the items that are issued together share."""

    institution: Institution
    signer: keystore.Signer
    status_list: StatusList
    awards: Awards
    common: open_badge.Common
    written: dict  # facts that have been written as JSON
    statements: dict[int, Statement]
    issued_at: datetime
    by: User
    at: datetime
    instead_of: Credential | None = None


@transaction.atomic
def issue(
    *,
    items: list[BatchItem],
    institution: Institution,
    issued_at: datetime,
    by: User,
    at: datetime,
    instead_of: Credential | None = None,
) -> None:
    """Issue what can be issued of some locked, open items of one batch; each of the others gets its reason.

    What is issued `instead_of` another ends when that would have ended, and its letter is the caller's.
    All is written or nothing: CheckFailed, KeyUnreadable and the unexpected leave the items as they were.
    """
    attainments = _held([item.attainment_id for item in items])
    status_list, places = status_lists.take(institution=institution, count=len(items), at=at)
    signer = keystore.active(institution=institution, at=at)
    statements = issuable.statements({row.version_id for row in attainments.values()})
    obstacles = issuable.obstacles(attainments.values(), statements=statements)
    desk = _Desk(
        institution=institution,
        signer=signer,
        status_list=status_list,
        awards=Awards({row.version_id: row.version for row in attainments.values()}.values()),
        common=open_badge.Common(),
        written={},
        statements={version: said[-1] for version, said in statements.items()},
        issued_at=issued_at.replace(microsecond=0),
        by=by,
        at=at,
        instead_of=instead_of,
    )
    for item, place in zip(items, places, strict=True):
        item.attainment = attainments[item.attainment_id]
        if reason := obstacles.get(item.attainment_id):
            _fail(item, reason)
        else:
            _issue(item, place=place, desk=desk)
    _keep(items, by=by, at=at)
    if instead_of is None:
        _tell({item.credential.learner for item in items if item.credential}, by=by, at=at)


@transaction.atomic
def revoke(*, credential: Credential, reason: str, note: str, by: User, at: datetime) -> None:
    """Take a credential back: its place in the status list is marked and the learner is told. What is made of
    it goes with it. One that was suspended keeps why: undone, it is suspended again."""
    moved = take_back(credential=credential, reason=reason, note=note, by=by, at=at)
    is_assessed = credential.attainment_id is not None and credential.facts.grade is not None
    credential_letters.send(
        credential=credential, template="mail/revoked.txt", at=at, is_assessed=is_assessed
    )
    status_lists.follow(credentials=[credential, *moved], at=at)


def take_back(*, credential: Credential, reason: str, note: str, by: User, at: datetime) -> list[Credential]:
    """The part of `revoke` that other acts share, which tell the learner themselves and bring the bits along
    last. Returns the composite credentials that went with it."""
    if not Code.objects.filter(list="revocation_reason", code=reason).exists():
        text = _("Choose the reason for revoking.")
        raise Invalid(text, code="reason_missing", reasons=[("reason", text)])
    advance(
        credential,
        Credential.Status.REVOKED,
        by=by,
        at=at,
        reason=reason,
        learner=credential.learner.uid,
        content_hash=credential.sha256,
        revoked_at=at,
        revoked_by=by,
        revocation_reason=reason,
        revocation_note=note,
    )
    return wholes.end(part=credential, by=by, at=at)


def _held(ids: list[int]) -> dict[int, Attainment]:
    """The attainments, locked, and their versions, which every quality decision about them locks too; then
    their learners, in the order in which a correction takes them."""
    found = Attainment.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    # The institution is read once, not once for each.
    found = found.select_related("learner").prefetch_related("institution", "learner__institution")
    attainments = {row.pk: row for row in found}
    wanted = {row.version_id for row in attainments.values()}
    locking = OfferingVersion.objects.select_for_update(of=("self",), no_key=True)
    versions = locking.select_related("offering").filter(pk__in=wanted).order_by("pk").in_bulk()
    learners_ = Learner.objects.select_for_update(no_key=True).order_by("pk")  # before any status list
    list(learners_.filter(pk__in={row.learner_id for row in attainments.values()}).values_list("pk"))
    for row in attainments.values():
        row.version = versions[row.version_id]
    return attainments


def _issue(item: BatchItem, *, place: int, desk: _Desk) -> None:
    """Fill the item with its credential, not stored yet, or with the reason why there is none."""
    attainment = item.attainment
    credential = Credential(
        human_code="".join(LETTERS[byte % len(LETTERS)] for byte in secrets.token_bytes(12)),
        institution=desk.institution,
        learner=attainment.learner,
        attainment=attainment,
        version=attainment.version,
        statement=desk.statements[attainment.version_id],
        key=desk.signer.key,
        status_list=desk.status_list,
        status_index=place,
        issued_at=desk.issued_at,
        issued_by=desk.by,
    )
    try:
        _sign(credential, desk=desk)
    except Incomplete as gap:
        _fail(item, Obstacle.MISSING_FACT, detail=gap.fact)
    except NotCanonical as refusal:
        _fail(item, Obstacle.NOT_SIGNABLE, detail=f"{refusal.code}: {refusal.detail}")
    else:
        item.outcome, item.credential, item.error, item.error_detail = item.Outcome.ISSUED, credential, "", ""


def _sign(credential: Credential, *, desk: _Desk) -> None:
    """Make the document and check its signature on the bytes that will be stored and served."""
    award = desk.awards.read(
        credential.attainment,
        statement=credential.statement,
        credential_id=credential.pk,
        issued_at=credential.issued_at,
        did=desk.signer.did,
        status=StatusEntry(list_url=desk.status_list.url, index=credential.status_index),
    )
    if desk.instead_of is not None:
        award = replace(award, valid_until=desk.instead_of.valid_until)
    signed = desk.signer.sign(open_badge.document(award, common=desk.common), at=desk.at)
    credential.document = open_badge.encode(signed)
    credential.award = to_json(award, common=desk.written)
    credential.sha256 = hashlib.sha256(credential.document).hexdigest()
    credential.language, credential.valid_until = award.language, award.valid_until
    result = data_integrity.verify(
        json.loads(credential.document),  # what is unsafe in it has no canonical form
        resolve=desk.signer.public,
        at=desk.at,
        contexts=contexts.known(),
        controller=desk.signer.did,
    )
    if not result.is_verified:
        raise CheckFailed(result.code)


def _fail(item: BatchItem, reason: Obstacle, *, detail: str = "") -> None:
    item.outcome, item.error, item.error_detail = item.Outcome.FAILED, reason, detail[:300]


def _keep(items: list[BatchItem], *, by: User, at: datetime) -> None:
    """Store what came of the items, put it down in the trail and check some wholly."""
    issued = [item for item in items if item.outcome == item.Outcome.ISSUED]
    storing.insert([item.credential for item in issued])
    _keep_outcomes(items)
    trail.record_each(
        verb="issued",
        pairs=[(item.credential, item.credential.learner.uid) for item in issued],
        by=by,
        at=at,
        became=Credential.Status.VALID,
        hashes={item.credential.pk: item.credential.sha256 for item in issued},
    )
    for item in issued:
        if item.order % WHOLE_CHECK_EVERY == 0:
            _check_wholly(item.credential, at=at)


def _keep_outcomes(items: list[BatchItem]) -> None:
    """In one statement what was issued, for that is the same for all but their credentials."""
    live = Credential.objects.live().filter(attainment=OuterRef("attainment")).values("pk")
    issued = [item.pk for item in items if item.outcome == item.Outcome.ISSUED]
    BatchItem.objects.filter(pk__in=issued).update(
        outcome=BatchItem.Outcome.ISSUED, error="", error_detail="", credential=Subquery(live)
    )
    failed = [item for item in items if item.outcome == item.Outcome.FAILED]
    BatchItem.objects.bulk_update(failed, ["outcome", "error", "error_detail"])


def _check_wholly(credential: Credential, *, at: datetime) -> None:
    """As anybody's verifier sees it, with everything it stands on."""
    report = verification.verify(document=credential.document, at=at)
    broken = [one.name for one in report.checks if one.name in MUST_HOLD and one.outcome != "valid"]
    if broken:
        raise CheckFailed(", ".join(broken))


def _tell(told: Iterable[Learner], *, by: User, at: datetime) -> None:
    """One letter each; who has no account yet gets the link to claim it."""
    told = sorted(told, key=lambda one: one.pk)
    learners.invite_each(learners=[one for one in told if one.is_claimable], by=by, at=at)
    mail.post([_letter_to(one, template="mail/issued.txt", at=at) for one in told if not one.is_claimable])


def _wallet(language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse("my-credentials")


def _letter_to(learner: Learner, *, template: str, at: datetime) -> Letter:
    return mail.composed(
        to=learner.email,
        language=learner.language,
        template=template,
        context={"institution": learner.institution.short_name, "address": _wallet(learner.language)},
        at=at,
    )
