"""A learner's credential for a wallet: offered by its owner, taken by whoever has the code and the digits.

Source: OpenID for Verifiable Credential Issuance 1.0, the Pre-Authorized Code Flow. What a wallet is refused
is told in the standard's words.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from celery import shared_task
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials import keystore
from credentials.actions.documents import ENDED
from credentials.facts import Incomplete
from credentials.formats.wallet_metadata import CONFIGURATIONS
from credentials.models import Credential, CredentialDocument, WalletOffer
from credentials.proofs import key_proof
from credentials.proofs.canonical import NotCanonical
from credentials.proofs.key_proof import Holder
from credentials.proofs.verdict import Rejected
from credentials.wallet_forms import WALLET_FORMS, WalletForm
from registry import trail
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Institution, User

log = logging.getLogger(__name__)
DIGITS = 6
MOST = 20  # offers of one learner in an hour
NONCE_LASTS = timedelta(minutes=5)
SIGNER = signing.Signer(salt="credentials.wallet_offers.nonce")


class WalletRefused(Exception):
    """What a wallet asked for cannot be given; `error` is a code of the standard, `detail` is in ASCII."""

    def __init__(self, error: str, detail: str, *, status: int = 400) -> None:
        super().__init__(f"{error}: {detail}")
        self.error, self.detail, self.status = error, detail, status


@transaction.atomic
def offer(*, credential: Credential, form: str, by: User, at: datetime) -> tuple[WalletOffer, str, str]:
    """Hold the credential ready for one wallet. The code and the digits are returned here and kept nowhere.

    An earlier offer of it that still waits is cancelled. Raises Invalid, NotAllowed, Refused.
    """
    held = by.learner_records.select_for_update(no_key=True).order_by("pk")  # one offer of a person at a time
    if credential.learner_id not in {one.pk for one in held}:
        raise NotAllowed(_("Only the learner may add their credential to a wallet."))
    if form not in WALLET_FORMS:
        said = _("Choose the kind of wallet.")
        raise Invalid(said, reasons=[("form", said)])
    if credential.status in ENDED:
        said = _("The credential is no longer in force, so it cannot be added to a wallet.")
        raise Refused(said, code="not_in_force")
    own = WalletOffer.objects.filter(credential__learner__user=by)
    if own.filter(made_at__gt=at - timedelta(hours=1)).count() >= MOST:
        raise Refused(_("You have made many offers within an hour. Try again later."), code="too_many")
    cancel_open(own.filter(credential=credential), at=at)
    code, digits = secrets.token_urlsafe(32), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    made = WalletOffer.objects.create(
        credential=credential,
        form=form,
        code_hash=WalletOffer.digest(code),
        digits_hash=_digits_hash(code, digits),
        made_at=at,
    )
    _record("wallet_offered", made, by=by, at=at)
    return made, code, digits


@transaction.atomic
def cancel(*, offer: WalletOffer, by: User, at: datetime) -> None:
    """End an offer that no wallet has taken yet; one that was taken stays in the wallet. One that has ended
    stays as it ended."""
    kept = _locked(pk=offer.pk)
    if kept.credential.learner.user_id != by.pk:
        raise NotAllowed(_("Only the learner may add their credential to a wallet."))
    if kept.taken_at:
        raise Refused(
            _("A wallet has already taken the credential. Remove it in the wallet."), code="taken_already"
        )
    if kept.state_at(at) in ("waiting", "opened"):
        kept.cancelled_at = at
        kept.save(update_fields=["cancelled_at"])
        _record("wallet_cancelled", kept, by=by, at=at)


def cancel_open(offers: QuerySet[WalletOffer], *, at: datetime) -> None:
    """Cancel those of the offers that no wallet has taken. One that is taken at this moment is waited for."""
    held = offers.open(at=at).select_for_update(of=("self",)).order_by("pk")
    WalletOffer.objects.filter(pk__in=[one.pk for one in held]).update(cancelled_at=at)


def find(*, institution: Institution, code: str, at: datetime) -> WalletOffer | None:
    """The offer that waits under this code. One that never was, or waits no more, is the same: none."""
    found = WalletOffer.objects.filter(
        code_hash=WalletOffer.digest(code), credential__institution=institution
    )
    one = found.select_related("credential__learner__user").first()
    return one if one and one.state_at(at) == "waiting" else None


def redeem(*, institution: Institution, code: str, digits: str, at: datetime) -> str:
    """The token for a code and its digits, once; wrong digits are counted. Raises WalletRefused."""
    with transaction.atomic():  # what was counted stays, also where the answer is no
        kept = _locked(code_hash=WalletOffer.digest(code), credential__institution=institution)
        token = _opened(kept, code=code, digits=digits, at=at) if kept else ""
    if not token:
        raise WalletRefused("invalid_grant", "The code or the transaction code is wrong, used or expired")
    return token


def nonce(*, at: datetime) -> str:
    """A challenge for the next proof. It is signed, so nothing is kept until a proof answers it."""
    return SIGNER.sign(f"{int(at.timestamp())}.{secrets.token_urlsafe(16)}")


def open_offer(*, institution: Institution, token: str, at: datetime) -> WalletOffer:
    """The offer whose credential the token stands for. Raises WalletRefused."""
    found = WalletOffer.objects.filter(
        token_hash=WalletOffer.digest(token), credential__institution=institution
    ).first()
    return _refuse_ended(found, at=at)


@transaction.atomic
def hand_over(
    *, offer: WalletOffer, configuration: str, proofs: Sequence[str], issuer: str, at: datetime
) -> str | dict:
    """The copy for the wallet that proved its key: made, signed, kept. `issuer` is whom the proof must name.

    Raises WalletRefused; then a wallet may ask again with the same token, until that ends.
    """
    kept = _refuse_ended(_locked(pk=offer.pk), at=at)
    form = WALLET_FORMS[kept.form]
    if configuration not in CONFIGURATIONS:
        raise WalletRefused("unknown_credential_configuration", "No such credential_configuration_id")
    if configuration != form.configuration:
        raise WalletRefused("insufficient_scope", "The offer was for another configuration", status=403)
    holder = _holder(proofs, issuer=issuer, at=at)
    credential = Credential.objects.select_for_update(no_key=True, of=("self",)).get(pk=kept.credential_id)
    if credential.status in ENDED:
        raise WalletRefused("credential_request_denied", "The credential is no longer in force")
    document = _document(credential, form=kept.form, holder=holder, at=at)
    kept.taken_at, kept.document = at, document
    kept.nonce_hash = WalletOffer.digest(holder.nonce)
    try:
        with transaction.atomic():
            kept.save(update_fields=["taken_at", "document", "nonce_hash"])
    except IntegrityError as error:
        raise WalletRefused("invalid_nonce", "The nonce was used already") from error
    owner = credential.learner.user
    _record("wallet_taken", kept, by=owner, at=at, content_hash=document.sha256)
    content = bytes(document.content).decode()
    return json.loads(content) if form.is_json else content


@shared_task(name="credentials.wallet_offers.forget_unused")
def forget_unused() -> int:
    """Drop offers that no wallet took and that are 30 days old; the trail keeps that they were made."""
    old = WalletOffer.objects.filter(taken_at=None, made_at__lt=timezone.now() - WalletOffer.KEPT_UNUSED)
    return old.delete()[0]


def _locked(**where) -> WalletOffer | None:
    rows = WalletOffer.objects.select_for_update(of=("self",)).select_related("credential__learner")
    return rows.filter(**where).first()


def _opened(kept: WalletOffer, *, code: str, digits: str, at: datetime) -> str:
    """A new token; nothing where the offer does not wait, or the digits are not its own."""
    if kept.state_at(at) != "waiting":
        return ""
    if not secrets.compare_digest(kept.digits_hash, _digits_hash(code, digits)):
        kept.wrong_tries += 1
        kept.save(update_fields=["wrong_tries"])
        return ""
    token = secrets.token_urlsafe(32)
    kept.opened_at, kept.token_hash = at, WalletOffer.digest(token)
    kept.save(update_fields=["opened_at", "token_hash"])
    return token


def _refuse_ended(found: WalletOffer | None, *, at: datetime) -> WalletOffer:
    if found is None or found.state_at(at) != "opened":
        raise WalletRefused("invalid_token", "The access token is wrong, used or expired", status=401)
    return found


def _holder(proofs: Sequence[str], *, issuer: str, at: datetime) -> Holder:
    """Who proved their key in answer to a nonce of ours that nobody has used."""
    if len(proofs) != 1:
        raise WalletRefused("invalid_proof", "Exactly one key proof of type jwt is needed")
    try:
        holder = key_proof.check(proofs[0], audience=issuer, at=at)
    except Rejected as refusal:
        log.info("a wallet's proof: %s %s", refusal.code, refusal.detail)
        raise WalletRefused("invalid_proof", f"The key proof does not hold: {refusal.code}") from refusal
    used = WalletOffer.objects.filter(nonce_hash=WalletOffer.digest(holder.nonce))
    if not _is_fresh(holder.nonce, at=at) or used.exists():
        raise WalletRefused("invalid_nonce", "The nonce is not ours, too old, or was used already")
    return holder


def _is_fresh(value: str, *, at: datetime) -> bool:
    try:
        made = int(SIGNER.unsign(value).partition(".")[0])
    except signing.BadSignature:
        return False
    return 0 <= at.timestamp() - made <= NONCE_LASTS.total_seconds()


def _document(credential: Credential, *, form: str, holder: Holder, at: datetime) -> CredentialDocument:
    """The copy for that key: the one that is kept, else a new one."""
    kind = WALLET_FORMS[form]
    kept = credential.documents.filter(form=form, holder=holder.digest).select_related("key")
    for one in kept.order_by("-pk"):
        if one.stands:
            return one
    content, key = _made(credential, kind, holder=holder, at=at)
    return CredentialDocument.objects.create(
        credential=credential,
        form=form,
        holder=holder.digest,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        key=key,
        made_at=at,
    )


def _made(credential: Credential, kind: WalletForm, *, holder: Holder, at: datetime):
    purpose, algorithm = kind.key
    try:
        signer = keystore.active(
            institution=credential.institution, purpose=purpose, algorithm=algorithm, at=at
        )
        return kind.make(credential.facts, holder, signer, at), signer.key
    except (keystore.KeyUnreadable, Incomplete, NotCanonical) as problem:
        log.exception("credential %s: no %s for a wallet", credential.pk, kind.configuration)
        raise WalletRefused("credential_request_denied", "The credential cannot be made") from problem


def _digits_hash(code: str, digits: str) -> str:
    return WalletOffer.digest(f"{code}.{digits}")


def _record(verb: str, kept: WalletOffer, *, by: User | None, at: datetime, content_hash: str = "") -> None:
    trail.record(
        verb=verb,
        row=kept.credential,
        by=by,
        at=at,
        became=kept.form,
        learner=kept.credential.learner.uid,
        content_hash=content_hash,
    )
