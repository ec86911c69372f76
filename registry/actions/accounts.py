"""Accounts: made once the link of a letter is opened; the letter that people ask for themselves, to enrol."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from registry import mail
from registry.errors import Refused
from registry.models import User

HOLDS = timedelta(days=2)
SIGNER = signing.TimestampSigner(salt="registry.account", sep=".")


class LinkEnded(Refused):
    """The link of the letter is not whole, or older than two days."""

    code = "account_link"
    status = 410


@dataclass(frozen=True)
class Offer:
    """What the link holds: whose account it opens, and the page of ours that they came from."""

    email: str
    language: str
    back: str


def offer(*, email: str, language: str, back: str, at: datetime) -> None:
    """Write to the address: with the link that opens an account, or to sign in where there is one already.

    The page says the same in both cases, so that nobody learns whose address is known.
    """
    email = email.strip().lower()
    known = User.objects.filter(email__iexact=email).first()
    language = known.language if known else language
    with translation.override(language):
        if known:
            page = f"{reverse('account_login')}?next={back}"
        else:
            page = reverse("account-open", args=[_secret(Offer(email=email, language=language, back=back))])
        context = {"url": settings.SITE_URL + page, "is_known": known is not None, "days": HOLDS.days}
    mail.send(to=email, language=language, template="mail/account_offered.txt", context=context, at=at)


def read(*, secret: str) -> Offer:
    """What the link means. Raises LinkEnded; Refused when the address has an account by now."""
    try:
        said = SIGNER.unsign_object(secret, max_age=HOLDS)
    except signing.BadSignature as problem:
        raise LinkEnded(_("This link no longer works.")) from problem
    found = Offer(**said)
    if is_known(found.email):
        raise Refused(_("This e-mail already has an account. Sign in."), code="sign_in")
    return found


def open_account(*, secret: str, name: str, password: str) -> User:
    """Make the account of the address that the letter went to."""
    found = read(secret=secret)
    return make(email=found.email, name=name, language=found.language, password=password)


def keep_open(user: User) -> None:
    """Nobody closes the account until what is being given to it is written. Refused where it is closed.

    Asked last before that is written: who closes an account holds its records and links first.
    """
    held = User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True)
    if not held.values_list("pk").first():
        raise Refused(_("This account has been closed."), code="account_closed")


def is_known(email: str) -> bool:
    """Whether the address has an account: its owner signs in instead of making another."""
    return User.objects.filter(email__iexact=email).exists()


def make(*, email: str, name: str, language: str, password: str) -> User:
    """The account of an address that its owner has shown to have. Refused where there is one already, also
    when it is made in two windows at once."""
    known = Refused(
        _("This e-mail already has an account. Sign in first, then open the link again."), code="sign_in"
    )
    if is_known(email):
        raise known
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name.strip(), language=language)
    except IntegrityError as twice:
        raise known from twice


def _secret(found: Offer) -> str:
    return SIGNER.sign_object({"email": found.email, "language": found.language, "back": found.back})
