import hashlib
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q

from credentials.models.credential import Credential
from credentials.models.document import CredentialDocument


class WalletOfferQuerySet(models.QuerySet):
    def open(self, *, at):
        """Those that a wallet can still take: waiting, or opened."""
        since = at - WalletOffer.LASTS
        is_in_time = Q(opened_at=None, made_at__gt=since) | Q(opened_at__gt=since)
        return self.filter(is_in_time, taken_at=None, cancelled_at=None, wrong_tries__lt=WalletOffer.TRIES)


class WalletOffer(models.Model):
    """A credential that its owner holds ready for a wallet: one form, one code, one key, some minutes.

    A wallet gives the code of the offer and the digits that the owner types into it, gets a token, and with
    that `document`, the copy that is bound to its key. Code, digits and token are kept hashed; the digits
    together with the code, for there are only a million of them.
    """

    LASTS = timedelta(minutes=10)  # until the code is used; and then again until the token is
    TRIES = 5  # wrong digits
    KEPT_UNUSED = timedelta(days=30)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="wallet_offers")
    form = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64, unique=True)
    digits_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)  # when a wallet used the code
    token_hash = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    nonce_hash = models.CharField(max_length=64, blank=True)  # of the wallet's proof, which is good for once
    document = models.ForeignKey(
        CredentialDocument, models.PROTECT, null=True, blank=True, related_name="wallet_offers"
    )

    objects = WalletOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="wallet_token_once"
            ),
            models.UniqueConstraint(
                fields=["nonce_hash"], condition=~Q(nonce_hash=""), name="wallet_nonce_once"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, token_hash="")
                | Q(opened_at__isnull=False) & ~Q(token_hash=""),
                name="wallet_offer_opened_pair",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, document__isnull=True, nonce_hash="")
                | Q(taken_at__isnull=False, opened_at__isnull=False, document__isnull=False)
                & ~Q(nonce_hash=""),
                name="wallet_offer_taken_whole",
            ),
        ]

    def __str__(self):
        return str(self.uid)

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()

    @property
    def ends_at(self):
        return (self.opened_at or self.made_at) + self.LASTS

    def state_at(self, moment) -> str:
        """What has become of it: taken, cancelled, locked (too many wrong digits), ended, opened, waiting."""
        if self.taken_at or self.cancelled_at:
            return "taken" if self.taken_at else "cancelled"
        if self.wrong_tries >= self.TRIES:
            return "locked"
        if moment >= self.ends_at:
            return "ended"
        return "opened" if self.opened_at else "waiting"
