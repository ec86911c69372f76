"""The institutions' keys over time: changed for a new one, retired, marked as leaked."""

from datetime import datetime

from cryptography.x509 import Certificate
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from credentials import keystore
from credentials.actions import status_lists
from credentials.keystore import Algorithm, Purpose
from credentials.models import Credential, SigningKey
from credentials.proofs import keys
from credentials.proofs.sealing import Private
from registry import trail
from registry.actions import words
from registry.errors import Invalid, StateChanged
from registry.models import Institution, User


@transaction.atomic
def rotate(*, key: SigningKey, reason: str, by: User | None, at: datetime) -> SigningKey:
    """Sign with a new key from now on. What the old one has signed stays signed."""
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    kept = _active(key)
    _retire(kept, at=at)
    new = keystore.make(institution=kept.institution, purpose=kept.purpose, algorithm=kept.algorithm, at=at)
    trail.record(
        verb="signing_key_made", row=new, by=by, at=at, was=kept.fragment, became=new.fragment, reason=reason
    )
    return new


@transaction.atomic
def retire(*, key: SigningKey, reason: str, by: User | None, at: datetime) -> None:
    """Sign no more with the key; another is made when one is needed. What it has signed stays signed."""
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    kept = _active(key)
    _retire(kept, at=at)
    trail.record(verb="signing_key_retired", row=kept, by=by, at=at, reason=reason)


@transaction.atomic
def mark_leaked(*, key: SigningKey, since: datetime, reason: str, by: User | None, at: datetime) -> None:
    """From `since` on somebody else may have had the key: it signs no more, and what it signed later proves
    nothing. What is in the register from before stays good. A leak may be found to be older, never younger.
    """
    reason = words.needed(reason, field="reason", said=_("Give the reason."))
    if since > at:
        said = _("The day of the leak cannot be in the future.")
        raise Invalid(said, code="leak_in_future", reasons=[("since", said)])
    kept = _locked(key)
    if kept.compromised_at and kept.compromised_at <= since:
        raise StateChanged(_("The key has already been marked as leaked from that day or an earlier one."))
    was_active = kept.retired_at is None
    kept.compromised_at = max(since, kept.created_at)
    kept.retired_at = kept.retired_at or at
    kept.save(update_fields=["compromised_at", "retired_at"])
    trail.record(
        verb="signing_key_leaked",
        row=kept,
        by=by,
        at=at,
        became=f"{kept.compromised_at:%Y-%m-%d}",
        reason=reason,
    )
    if (kept.purpose, kept.algorithm) == (Purpose.ASSERTION, Algorithm.ED25519):
        if was_active:
            keystore.make(institution=kept.institution, at=at)
        status_lists.sign_anew(institution=kept.institution, at=at)


@transaction.atomic
def put_in(
    *,
    institution: Institution,
    chain: tuple[Certificate, ...],
    private: Private | None = None,
    kept_as: str = "",
    by: User | None,
    at: datetime,
) -> SigningKey:
    """Seal with a key that a trust service has certified, kept here or outside; an earlier one is retired.

    `chain` has the key's own certificate first.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    algorithm = keys.algorithm_of(chain[0].public_key())
    for earlier in institution.signing_keys.active().filter(purpose=Purpose.SEAL, algorithm=algorithm):
        _retire(earlier, at=at)
    key = keystore.put_in(institution=institution, chain=chain, private=private, kept_as=kept_as, at=at)
    trail.record(verb="signing_key_made", row=key, by=by, at=at, became=key.fragment)
    return key


def of(institution: Institution) -> QuerySet[SigningKey]:
    """The institution's keys, those that sign now first, then the newest."""
    return institution.signing_keys.order_by(F("retired_at").desc(nulls_first=True), "-pk")


def signed_after_leak(key: SigningKey) -> QuerySet[Credential]:
    """What has to be issued again: live credentials signed with the key when others may have had it."""
    if key.compromised_at is None:
        return Credential.objects.none()
    return Credential.objects.live().filter(key=key, issued_at__gte=key.compromised_at)


def _active(key: SigningKey) -> SigningKey:
    kept = _locked(key)
    if kept.retired_at:
        raise StateChanged(_("The key has already been retired."))
    return kept


def _locked(key: SigningKey) -> SigningKey:
    """The key as it is now; the lock on its institution keeps others from making one meanwhile.

    What is being signed with it may go on to name it: its writer holds a status list, which comes after.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=key.institution_id)
    rows = SigningKey.objects.select_for_update(of=("self",), no_key=True).select_related("institution")
    return rows.get(pk=key.pk)


def _retire(key: SigningKey, *, at: datetime) -> None:
    key.retired_at = max(at, key.created_at)
    key.save(update_fields=["retired_at"])
