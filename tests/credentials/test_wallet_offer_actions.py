"""Offers to wallets: who makes them, what a wallet must know and prove, and that each thing is good for once
(issue D, 7; OpenID4VCI 1.0, Pre-Authorized Code Flow)."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from credentials import own_data, verification
from credentials.actions import credentials, erasures, keys, wallet_offers
from credentials.actions.wallet_offers import WalletRefused
from credentials.models import Credential, CredentialDocument, SigningKey, WalletOffer
from credentials.proofs import contexts, data_integrity, key_proof, sd_jwt, vc_jwt
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.registry import InstitutionFactory, UserFactory
from tests.factories.shares import own
from tests.factories.wallets import jwk, key, proof

pytestmark = pytest.mark.django_db
ISSUER = "https://registry.example/institutions/oamk"
FORMS = ("wallet-sd-jwt", "wallet-ldp", "wallet-jwt")
CONFIGURATION = dict(
    zip(FORMS, ("learning-credential-sd-jwt", "open-badge-ldp", "open-badge-jwt"), strict=True)
)


@pytest.fixture(scope="module")
def issued_once(made_once):
    with made_once(own):
        yield


@pytest.fixture
def credential(issued_once) -> Credential:
    return Credential.objects.get()


def offered(credential, form="wallet-sd-jwt", at=AT):
    return wallet_offers.offer(credential=credential, form=form, by=credential.learner.user, at=at)


def redeemed(made, code, digits, at=AT) -> str:
    return wallet_offers.redeem(institution=made.credential.institution, code=code, digits=digits, at=at)


def opened(credential, form="wallet-sd-jwt", at=AT) -> WalletOffer:
    made, code, digits = offered(credential, form, at)
    token = redeemed(made, code, digits, at)
    return wallet_offers.open_offer(institution=credential.institution, token=token, at=at)


def taken(made: WalletOffer, *, at=AT, configuration=None, proofs=None, private=None):
    nonce = wallet_offers.nonce(at=at)
    return wallet_offers.hand_over(
        offer=made,
        configuration=configuration or CONFIGURATION[made.form],
        proofs=[proof(audience=ISSUER, nonce=nonce, at=at, private=private)] if proofs is None else proofs,
        issuer=ISSUER,
        at=at,
    )


def refusal(act, *args, **values) -> str:
    with pytest.raises(WalletRefused) as refused:
        act(*args, **values)
    return refused.value.error


def public(method: str):
    return {str(one): one.public for one in SigningKey.objects.all()}.get(method)


def test_offer_keeps_only_hashes(credential):
    made, code, digits = offered(credential)

    kept = WalletOffer.objects.get()
    assert re.fullmatch(r"[\w-]{43}", code)
    assert re.fullmatch(r"[0-9]{6}", digits)
    assert (kept, kept.code_hash, kept.state_at(AT)) == (made, WalletOffer.digest(code), "waiting")
    assert kept.digits_hash not in {WalletOffer.digest(f"{number:06}") for number in (0, int(digits))}
    entry = TrailEntry.objects.get(verb="wallet_offered")
    assert (entry.by, entry.role, entry.learner) == (credential.learner.user, "", credential.learner.uid)


def test_account_that_was_closed_meanwhile_offers_nothing(credential):
    seen = Credential.objects.select_related("learner__user").get()
    erasures.close_account(user=credential.learner.user, at=AT)

    with pytest.raises(NotAllowed):
        offered(seen)

    assert WalletOffer.objects.count() == 0


def test_dump_of_the_database_opens_no_offer(credential):
    """What somebody finds in a stolen copy is neither a code nor a token (issue D, Shows)."""
    made, code, digits = offered(credential)
    token = redeemed(made, code, digits)
    dump = StringIO()
    call_command("dumpdata", "credentials.walletoffer", stdout=dump)
    found = set(re.findall(r"[\w-]{32,}", dump.getvalue()))

    assert code not in dump.getvalue()
    assert token not in dump.getvalue()
    assert len(found) >= 3
    house = credential.institution
    assert {refusal(wallet_offers.open_offer, institution=house, token=one, at=AT) for one in found} == {
        "invalid_token"
    }


def test_only_the_owner_offers_and_cancels(credential):
    made, _code, _digits = offered(credential)

    with pytest.raises(NotAllowed):
        wallet_offers.offer(credential=made.credential, form="wallet-ldp", by=UserFactory(), at=AT)
    with pytest.raises(NotAllowed):
        wallet_offers.cancel(offer=made, by=UserFactory(), at=AT)
    assert WalletOffer.objects.get().cancelled_at is None


def test_offer_of_an_unknown_form_is_refused(credential):
    with pytest.raises(Invalid):
        offered(credential, form="wallet-mdoc")


@pytest.mark.parametrize("act", ["offer", "hand_over"])
def test_credential_that_was_revoked_goes_to_no_wallet(credential, act):
    made = opened(credential)
    credentials.revoke(credential=credential, reason="issued_in_error", note="x", by=UserFactory(), at=AT)
    credential.refresh_from_db()

    if act == "offer":
        with pytest.raises(Refused) as refused:
            offered(credential)
        assert refused.value.code == "not_in_force"
    else:
        assert refusal(taken, made) == "credential_request_denied"


def test_new_offer_cancels_the_one_that_waits(credential):
    first, code, digits = offered(credential)

    offered(credential, "wallet-ldp")

    first.refresh_from_db()
    assert first.state_at(AT) == "cancelled"
    assert refusal(redeemed, first, code, digits) == "invalid_grant"


def test_offer_that_ended_stays_so_when_another_is_made_or_it_is_cancelled(credential):
    made, _code, _digits = offered(credential)
    later = AT + timedelta(hours=1)

    offered(credential, at=later)
    wallet_offers.cancel(offer=made, by=credential.learner.user, at=later)

    made.refresh_from_db()
    assert (made.state_at(later), TrailEntry.objects.filter(verb="wallet_cancelled").count()) == ("ended", 0)


def test_open_offers_are_those_whose_state_is_open(credential):
    """The query and the property say the same, at each state and each end."""
    for number, form in enumerate((*FORMS, "wallet-ldp", "wallet-jwt")):
        offered(credential, form, at=AT + timedelta(minutes=number))
    opened(credential, at=AT + timedelta(minutes=9))
    WalletOffer.objects.filter(form="wallet-ldp").update(cancelled_at=None)
    WalletOffer.objects.filter(form="wallet-jwt").update(cancelled_at=None, wrong_tries=WalletOffer.TRIES)
    rows = list(WalletOffer.objects.order_by("pk"))
    moments = [AT + timedelta(minutes=minutes) for minutes in (9, 10, 11, 12, 13, 18, 19, 20)]

    found = [set(WalletOffer.objects.open(at=moment)) for moment in moments]

    assert found == [{one for one in rows if one.state_at(at) in ("waiting", "opened")} for at in moments]
    assert [len(one) for one in found] == [3, 3, 2, 2, 1, 1, 0, 0]


def test_many_offers_within_an_hour_are_refused(credential, monkeypatch):
    monkeypatch.setattr(wallet_offers, "MOST", 2)
    offered(credential), offered(credential)

    with pytest.raises(Refused) as refused:
        offered(credential)

    assert refused.value.code == "too_many"
    assert offered(credential, at=AT + timedelta(hours=2))


def test_cancel_ends_the_offer_and_says_so_once(credential):
    made, code, digits = offered(credential)

    for _twice in range(2):
        wallet_offers.cancel(offer=made, by=made.credential.learner.user, at=AT)

    assert refusal(redeemed, made, code, digits) == "invalid_grant"
    assert TrailEntry.objects.filter(verb="wallet_cancelled").count() == 1


def test_what_a_wallet_has_taken_cannot_be_cancelled(credential):
    made = opened(credential)
    taken(made)

    with pytest.raises(Refused) as refused:
        wallet_offers.cancel(offer=made, by=made.credential.learner.user, at=AT)

    assert refused.value.code == "taken_already"


def test_code_is_good_for_once(credential):
    made, code, digits = offered(credential)
    redeemed(made, code, digits)

    assert refusal(redeemed, made, code, digits) == "invalid_grant"


def test_code_of_another_institution_is_none(credential):
    made, code, digits = offered(credential)

    assert (
        refusal(wallet_offers.redeem, institution=InstitutionFactory(), code=code, digits=digits, at=AT)
        == "invalid_grant"
    )
    assert wallet_offers.find(institution=InstitutionFactory(), code=code, at=AT) is None
    assert wallet_offers.find(institution=made.credential.institution, code=code, at=AT) == made


def test_code_ends_after_ten_minutes(credential):
    made, code, digits = offered(credential)
    late = AT + WalletOffer.LASTS

    assert refusal(redeemed, made, code, digits, at=late) == "invalid_grant"
    assert made.state_at(late) == "ended"
    assert wallet_offers.find(institution=made.credential.institution, code=code, at=late) is None


def test_five_wrong_digits_lock_the_offer(credential):
    made, code, digits = offered(credential)
    wrong = f"{(int(digits) + 1) % 10**6:06}"

    errors = [refusal(redeemed, made, code, wrong) for _try in range(5)]

    made.refresh_from_db()
    assert errors == ["invalid_grant"] * 5
    assert (made.wrong_tries, made.state_at(AT)) == (5, "locked")
    assert refusal(redeemed, made, code, digits) == "invalid_grant"


def test_four_wrong_digits_leave_the_fifth_try(credential):
    made, code, digits = offered(credential)
    for _try in range(4):
        refusal(redeemed, made, code, digits[::-1] + "0")

    assert redeemed(made, code, digits)


@pytest.mark.parametrize("form", FORMS)
def test_copy_is_bound_to_the_wallets_key_and_kept(credential, form):
    """Decision 207: the same award, sealed anew for that key; the same place in the status list."""
    holder = key_proof.did_jwk(jwk(key()))

    got = taken(opened(credential, form))

    row = CredentialDocument.objects.get(form=form)
    status = credential.facts.status
    if form == "wallet-ldp":
        kept, claims = json.loads(bytes(row.content)), got
        proven = data_integrity.verify(got, resolve=public, at=AT, contexts=contexts.known())
    elif form == "wallet-jwt":
        kept, claims = bytes(row.content).decode(), vc_jwt.read(got)
        proven = vc_jwt.verify(got, resolve=public, at=AT)
    else:
        kept, claims = bytes(row.content).decode(), sd_jwt.claims(sd_jwt.read(got))
        proven = sd_jwt.verify(got, resolve=public, at=AT)
        assert claims["cnf"] == {"jwk": jwk(key())}
        assert claims["status"]["status_list"]["idx"] == status.index
    assert kept == got
    assert proven.code == "verified"
    if form != "wallet-sd-jwt":
        assert claims["credentialSubject"]["id"] == holder
        assert claims["credentialStatus"]["statusListIndex"] == str(status.index)
    made = WalletOffer.objects.get()
    assert (made.state_at(AT), made.document, made.taken_at) == ("taken", row, AT)
    entry = TrailEntry.objects.get(verb="wallet_taken")
    assert (entry.by, entry.became, entry.content_hash) == (credential.learner.user, form, row.sha256)


def test_token_is_good_for_one_copy(credential):
    made = opened(credential)
    taken(made)

    assert refusal(taken, made) == "invalid_token"


def test_token_ends_after_ten_minutes(credential):
    made = opened(credential)

    assert refusal(taken, made, at=AT + WalletOffer.LASTS) == "invalid_token"


def test_same_key_gets_the_same_copy_again(credential):
    """A wallet that lost it, by a new offer: the bytes that are kept."""
    first, second = (taken(opened(credential)) for _twice in range(2))

    assert first == second
    assert CredentialDocument.objects.filter(form="wallet-sd-jwt").count() == 1


def test_another_key_gets_a_copy_of_its_own(credential):
    taken(opened(credential))
    taken(opened(credential), private=key(number=2))

    assert CredentialDocument.objects.filter(form="wallet-sd-jwt").count() == 2


def test_copy_under_a_leaked_key_is_made_anew(credential):
    first = taken(opened(credential))
    leaked = CredentialDocument.objects.get(form="wallet-sd-jwt").key
    later = AT + timedelta(days=1)
    keys.rotate(key=leaked, reason="x", by=UserFactory(), at=AT + timedelta(hours=1))
    leaked.refresh_from_db()
    keys.mark_leaked(key=leaked, since=AT, reason="x", by=UserFactory(), at=later)

    second = taken(opened(credential, at=later), at=later)

    assert first != second
    assert CredentialDocument.objects.last().key != leaked


def test_nonce_is_good_for_once(credential):
    nonce = wallet_offers.nonce(at=AT)
    answer = [proof(audience=ISSUER, nonce=nonce, at=AT)]
    taken(opened(credential), proofs=answer)

    assert refusal(taken, opened(credential), proofs=answer) == "invalid_nonce"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"nonce": "x"}, "invalid_nonce"),
        ({"audience": "https://other.example"}, "invalid_proof"),
        ({"header": {"jwk": jwk(key(number=2))}}, "invalid_proof"),
    ],
)
def test_proof_that_does_not_answer_us_is_refused(credential, values, error):
    made = opened(credential)
    said = {"audience": ISSUER, "nonce": wallet_offers.nonce(at=AT), "at": AT} | values

    assert refusal(taken, made, proofs=[proof(**said)]) == error
    assert taken(made)  # with the same token, once more and rightly


def test_old_nonce_is_refused(credential):
    at = AT + timedelta(minutes=6)
    made = opened(credential)

    answer = [proof(audience=ISSUER, nonce=wallet_offers.nonce(at=AT), at=at)]

    assert refusal(taken, made, proofs=answer, at=at) == "invalid_nonce"


@pytest.mark.parametrize("count", [0, 2])
def test_one_key_proof_is_wanted(credential, count):
    made = opened(credential)
    proofs = [proof(audience=ISSUER, nonce=wallet_offers.nonce(at=AT), at=AT)] * count

    assert refusal(taken, made, proofs=proofs) == "invalid_proof"


def test_unknown_and_other_configurations_are_refused(credential):
    made = opened(credential)

    assert refusal(taken, made, configuration="mdl") == "unknown_credential_configuration"
    assert refusal(taken, made, configuration="open-badge-ldp") == "insufficient_scope"


@pytest.mark.parametrize("form", FORMS)
def test_copy_is_verified_here_as_any_form(credential, form):
    copy = taken(opened(credential, form))
    shown = json.dumps(copy, indent=1) if form == "wallet-ldp" else copy

    report = verification.verify(document=shown.encode(), at=AT)

    assert {check.name: str(check.outcome) for check in report.checks if check.outcome != "valid"} == {}


@pytest.mark.parametrize("leaked_after", [True, False], ids=["from before", "from after"])
def test_copy_counts_after_a_leak_where_the_register_had_it_before(credential, leaked_after):
    """Decision 200: written anew by the wallet, it is still the one that was kept."""
    copy = taken(opened(credential, "wallet-ldp"))
    key_of = CredentialDocument.objects.get(form="wallet-ldp").key
    later = AT + timedelta(days=1)
    since = AT + timedelta(hours=1) if leaked_after else AT
    keys.mark_leaked(key=key_of, since=since, reason="x", by=UserFactory(), at=later)

    report = verification.verify(document=json.dumps(copy, indent=1).encode(), at=later)

    outcome = {check.name: str(check.outcome) for check in report.checks}["proof"]
    assert outcome == ("valid" if leaked_after else "invalid")


def test_offers_that_no_wallet_took_are_forgotten_after_thirty_days(credential):
    used = opened(credential)
    taken(used)
    offered(credential)

    with time_machine.travel(AT + timedelta(days=31), tick=False):
        dropped = wallet_offers.forget_unused()

    assert (dropped, WalletOffer.objects.get()) == (1, used)
    assert TrailEntry.objects.filter(verb="wallet_offered").count() == 2


def test_owner_gets_offers_and_copies_with_all_that_is_kept(credential):
    """Issue D, 8: a copy is a file of theirs, too."""
    for number, form in enumerate(FORMS):
        taken(opened(credential, form, at=AT + timedelta(minutes=number)), at=AT + timedelta(minutes=number))

    user = credential.learner.user
    [section] = [one for one in own_data.sections(user) if one.key == "wallets"]
    names = [name for name, _content in own_data.files(user) if name.startswith("documents/")]

    assert [row["form"].code for row in section.rows] == list(reversed(FORMS))
    assert sorted(name.rpartition(".")[2] for name in names) == ["json", "jwt", "sd-jwt"]
