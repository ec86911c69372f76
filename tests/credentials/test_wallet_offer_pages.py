"""The learner adds a credential to a wallet, sees what became of it, cancels (issue D, 7)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.actions import wallet_offers
from credentials.models import Credential, WalletOffer
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.shares import own

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def issued_once(made_once):
    with made_once(own):
        yield


@pytest.fixture
def credential(issued_once, time_machine) -> Credential:
    time_machine.move_to(AT, tick=False)
    return Credential.objects.get()


@pytest.fixture
def learner(client, credential):
    client.force_login(credential.learner.user)
    return client


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_credential_leads_to_the_wallet(learner, credential):
    page = learner.get(f"/fi/my/credentials/{credential.pk}/").content.decode()

    assert f'href="/fi/my/credentials/{credential.pk}/wallet/"' in page
    assert "Lisää lompakkoon" in page


def test_code_and_digits_are_shown_once(learner, credential):
    address = f"/fi/my/credentials/{credential.pk}/wallet/"

    made = learner.post(address, {"form": "wallet-ldp"}).content.decode()

    kept = WalletOffer.objects.get()
    [link] = set(re.findall(r'href="(openid-credential-offer://[^"]+)"', made))
    [digits] = re.findall(r"<p class=\"code[^>]*>(\d{3} \d{3})</p>", made)
    code = link.rpartition("%2F")[2]
    assert (kept.form, kept.code_hash) == ("wallet-ldp", WalletOffer.digest(code))
    assert "<svg" in made
    assert wallet_offers.redeem(
        institution=credential.institution, code=code, digits=digits.replace(" ", ""), at=AT
    )
    for again in (address, "/fi/my/wallet/"):
        page = learner.get(again).content.decode()
        assert code not in page
        assert digits not in page


def test_kind_of_wallet_must_be_one_of_ours(learner, credential):
    answer = learner.post(f"/fi/my/credentials/{credential.pk}/wallet/", {"form": "mdoc"})

    assert (answer.status_code, WalletOffer.objects.count()) == (200, 0)


def test_list_tells_what_became_of_each_offer(learner, credential):
    user = credential.learner.user
    for form in ("wallet-jwt", "wallet-sd-jwt"):
        wallet_offers.offer(credential=credential, form=form, by=user, at=AT)

    shown = text(learner.get("/fi/my/wallet/"))

    assert "Odottaa lompakkoa" in shown
    assert "Tarjous peruttu" in shown
    assert shown.count("22.11.2026") >= 2


def test_list_costs_as_many_queries_for_three(learner, credential, django_assert_num_queries):
    user = credential.learner.user
    wallet_offers.offer(credential=credential, form="wallet-jwt", by=user, at=AT)
    with CaptureQueriesContext(connection) as one:
        learner.get("/fi/my/wallet/")
    attainment = AttainmentFactory(institution=credential.institution, learner=credential.learner)
    other = issued(attainment)
    for row in (credential, other):
        wallet_offers.offer(credential=row, form="wallet-ldp", by=user, at=AT)

    with django_assert_num_queries(len(one)):
        learner.get("/fi/my/wallet/")


def test_cancelled_offer_is_dead(learner, credential):
    made, code, digits = wallet_offers.offer(
        credential=credential, form="wallet-jwt", by=credential.learner.user, at=AT
    )

    answer = learner.post(f"/fi/my/wallet/{made.uid}/cancel/", follow=True)

    assert "Tarjous on peruttu" in text(answer)
    assert learner.get(f"/fi/my/wallet/{made.uid}/cancel/").status_code == 302  # nothing is left to ask
    with pytest.raises(wallet_offers.WalletRefused):
        wallet_offers.redeem(institution=credential.institution, code=code, digits=digits, at=AT)
