"""A learner's record goes into an account: a single-use link by e-mail, and the birth date."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credentials.actions import learners, shares
from credentials.models import Claim, Learner
from registry import trail
from registry.actions import accounts
from registry.errors import Refused
from registry.models import User

AGAIN_AFTER = timedelta(minutes=10)


class ClaimEnded(Refused):
    """The link does not work: never made, used, too old, or tried too often. The page does not tell which."""

    code = "claim_ended"
    status = 410


@transaction.atomic
def invite_again(*, email: str, at: datetime) -> None:
    """Mail again to whoever was invited at this address and has not claimed yet; tells nobody if any was."""
    waiting = Learner.objects.filter(email=email.strip().lower(), user=None, claims__isnull=False)
    for learner in (
        waiting.exclude(birth_date=None).exclude(claims__created_at__gt=at - AGAIN_AFTER).distinct()
    ):
        learners.invite(learner=learner, by=None, at=at)


def open_claim(*, secret: str, at: datetime) -> Claim:
    """The claim that the link opens. Raises ClaimEnded."""
    return _open(Claim.objects.all(), secret=secret, at=at)


def needs_sign_in(claim: Claim) -> bool:
    """Whether the learner's e-mail already has an account: its owner signs in instead of making another."""
    return accounts.is_known(claim.learner.email)


def claim(*, secret: str, birth_date: date, user: User | None, password: str, at: datetime) -> User | None:
    """Take the record into `user`'s account, or into a new one with the learner's e-mail and `password`.

    Returns the account; None when the birth date is wrong, which is counted. Raises ClaimEnded, and Refused
    when the e-mail has an account that nobody is signed in with.
    """
    with transaction.atomic():
        _lock_learner(secret)
        found = _open(Claim.objects.select_for_update(of=("self",)), secret=secret, at=at)
        if found.learner.birth_date != birth_date:
            found.wrong_tries += 1
            found.save(update_fields=["wrong_tries"])
            return None
        learner = found.learner
        if user is None:
            user = accounts.make(
                email=learner.email, name=learner.name, language=learner.language, password=password
            )
        if learner.has_safety_prohibition:
            shares.end_unconfirmed(user=user, at=at)
        accounts.keep_open(user)
        learner.user = user
        learner.save(update_fields=["user"])
        found.used_at = at
        found.save(update_fields=["used_at"])
        learner.claims.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
        trail.record(verb="claimed", row=learner, by=user, at=at, learner=learner.uid)
        return user


def _lock_learner(secret: str) -> None:
    """The learner before the claim, as learners.invite locks them; else each could wait for the other."""
    learners_ = Learner.objects.select_for_update(of=("self",))
    learners_.filter(claims__secret_hash=Claim.digest(secret)).first()


def _open(claims, *, secret: str, at: datetime) -> Claim:
    found = claims.select_related("learner__institution").filter(secret_hash=Claim.digest(secret)).first()
    usable = found is not None and found.is_open(at) and found.learner.is_claimable
    if not usable:
        raise ClaimEnded(_("This link no longer works."))
    return found
