"""Two wallets at once with what is good for once (issue D, 7): the row's lock lets one have it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from credentials.actions import erasures, wallet_offers
from credentials.actions.wallet_offers import WalletRefused
from credentials.models import CredentialDocument, WalletOffer
from tests.factories import AT
from tests.factories.shares import own
from tests.factories.wallets import key, proof

pytestmark = pytest.mark.django_db(transaction=True)
ISSUER = "https://registry.example/institutions/oamk"


def at_once(act, count: int = 3) -> list:
    """What each of some wallets gets: an answer, or the code of a refusal."""

    def ask(number):
        try:
            return act(number)
        except WalletRefused as refused:
            return refused.error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(ask, range(count)), key=len)


def taken(offer: WalletOffer, *, number: int = 1):
    """What the wallet with that key gets."""
    answer = proof(audience=ISSUER, nonce=wallet_offers.nonce(at=AT), at=AT, private=key(number=number))
    return wallet_offers.hand_over(
        offer=offer, configuration="learning-credential-sd-jwt", proofs=[answer], issuer=ISSUER, at=AT
    )


def test_wallets_with_one_code_get_one_token_and_with_that_one_copy():
    credential = own()
    house, by = credential.institution, credential.learner.user
    made, code, digits = wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=by, at=AT)

    *refused, token = at_once(
        lambda _number: wallet_offers.redeem(institution=house, code=code, digits=digits, at=AT)
    )

    assert refused == ["invalid_grant"] * 2
    offer = wallet_offers.open_offer(institution=house, token=token, at=AT)
    assert offer == made

    *refused, copy = at_once(lambda number: taken(offer, number=number + 1))

    assert refused == ["invalid_token"] * 2
    assert bytes(CredentialDocument.objects.get(form="wallet-sd-jwt").content).decode() == copy


def test_offer_that_is_taken_while_another_is_made_is_not_cancelled():
    credential = own()
    house, by = credential.institution, credential.learner.user
    made, code, digits = wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=by, at=AT)
    wallet_offers.redeem(institution=house, code=code, digits=digits, at=AT)

    def offer_again():
        wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=by, at=AT)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            taken(made)
            again = pool.submit(offer_again)
            time.sleep(0.3)  # it has come to the row that is locked here
        again.result()

    made.refresh_from_db()
    assert (made.taken_at, made.cancelled_at, WalletOffer.objects.count()) == (AT, None, 2)


def test_account_is_closed_while_a_wallet_takes_a_credential():
    """Neither waits for the other: the wallet has its copy, then the account is closed."""
    credential = own()
    house, by = credential.institution, credential.learner.user
    made, code, digits = wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=by, at=AT)
    wallet_offers.redeem(institution=house, code=code, digits=digits, at=AT)

    def close():
        erasures.close_account(user=by, at=AT)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            WalletOffer.objects.select_for_update().get(pk=made.pk)
            closing = pool.submit(close)
            time.sleep(0.3)  # it has come to the row that is locked here
            taken(made)
        closing.result()

    made.refresh_from_db()
    by.refresh_from_db()
    assert (made.taken_at, made.cancelled_at, by.is_active) == (AT, None, False)
