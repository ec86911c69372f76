"""Other people's wallet, npm's @openid4vc/openid4vci, takes credentials from us (issue D, 7 and Shows)."""

import json
import subprocess
from urllib.parse import urlsplit

import pytest
from django.test import Client

from credentials.actions import wallet_offers
from credentials.formats import wallet_metadata
from credentials.formats.encoding import encode
from credentials.models import Credential, SigningKey, WalletOffer
from credentials.proofs import contexts, data_integrity, sd_jwt, vc_jwt
from credentials.views.wallet_protocol import offer_address
from tests.factories import AT
from tests.factories.shares import own

pytestmark = [pytest.mark.peers, pytest.mark.django_db, pytest.mark.once]
FORMATS = {"wallet-sd-jwt": "dc+sd-jwt", "wallet-ldp": "ldp_vc", "wallet-jwt": "jwt_vc_json"}
SITE = "https://registry.example"
ENCRYPTED = {"credential_response_encryption": {"jwk": {"kty": "EC"}, "alg": "ECDH-ES", "enc": "A256GCM"}}


@pytest.fixture
def wallet(wallet_peer, settings, time_machine):
    """What comes of a wallet's try to take an offered credential; it reaches the register through here."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = SITE, ["registry.example"]
    time_machine.move_to(AT, tick=False)

    def take(made, code, digits, *, alg="ES256", method="jwk", **wish) -> dict:
        link = wallet_metadata.link(offer_address(made, code))
        said = {"link": link, "txCode": digits, "alg": alg, "method": method, "now": AT.isoformat()} | wish
        command = ["node", "wallet.mjs", json.dumps(said)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        with subprocess.Popen(command, cwd=wallet_peer, **pipes) as node:
            for line in node.stdout:
                asked = json.loads(line)
                if "method" not in asked:
                    return asked.get("result", asked)
                node.stdin.write(json.dumps(_answered(asked)) + "\n")
        raise AssertionError("the wallet said nothing at the end")

    return take


def _answered(asked: dict) -> dict:
    """What our register answers, asked over https."""
    address = urlsplit(asked["address"])
    assert f"{address.scheme}://{address.netloc}" == SITE
    headers = {name: value for name, value in asked["headers"].items() if name != "content-type"}
    answer = Client(headers={"host": address.netloc} | headers).generic(
        asked["method"],
        address.path,
        asked["body"],
        content_type=asked["headers"].get("content-type", ""),
        secure=True,
    )
    return {"status": answer.status_code, "headers": dict(answer.items()), "body": answer.content.decode()}


@pytest.fixture(scope="module", autouse=True)
def issued_once(made_once):
    with made_once(own):
        yield


def offered(form: str = "wallet-sd-jwt"):
    credential = Credential.objects.get()
    return wallet_offers.offer(credential=credential, form=form, by=credential.learner.user, at=AT)


def public(method: str):
    return {str(one): one.public for one in SigningKey.objects.all()}.get(method)


@pytest.mark.parametrize(
    ("form", "alg", "method"),
    [
        ("wallet-sd-jwt", "ES256", "jwk"),
        ("wallet-ldp", "EdDSA", "did:jwk"),
        ("wallet-jwt", "ES256", "did:jwk"),
    ],
)
def test_wallet_takes_a_credential_in_each_format(wallet, form, alg, method):
    got = wallet(*offered(form), alg=alg, method=method)

    copy = got["credentials"][0]["credential"]
    assert (got["version"], got["format"], len(got["credentials"])) == ("V1", FORMATS[form], 1)
    if form == "wallet-sd-jwt":
        proven, held = sd_jwt.verify(copy, resolve=public, at=AT), sd_jwt.claims(sd_jwt.read(copy))["cnf"]
        assert held == {"jwk": {name: got["publicJwk"][name] for name in ("kty", "crv", "x", "y")}}
    elif form == "wallet-jwt":
        proven, held = vc_jwt.verify(copy, resolve=public, at=AT), vc_jwt.read(copy)
        assert held["credentialSubject"]["id"] == got["did"]
    else:
        proven = data_integrity.verify(copy, resolve=public, at=AT, contexts=contexts.known())
        assert copy["credentialSubject"]["id"] == got["did"]
    assert proven.code == "verified"
    assert WalletOffer.objects.get().state_at(AT) == "taken"


def test_npm_peers_accept_what_the_wallet_took(wallet, peers, tmp_path):
    """Two other implementations: one fetched it, another verifies it; altered, it is refused."""
    from credentials import keystore

    made, code, digits = offered("wallet-ldp")
    copy = wallet(made, code, digits, alg="EdDSA", method="did:jwk")["credentials"][0]["credential"]
    credential = made.credential
    files = {
        "did.json": encode(keystore.did_document(credential.institution)),
        "status.json": bytes(credential.status_list.document),
        "good.json": encode(copy),
        "bad.json": encode(copy).replace(b"did:jwk:", b"did:jwk:x"),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def verdict(name: str) -> str:
        files = (tmp_path / name, tmp_path / "did.json", "--status", tmp_path / "status.json")
        _code, said = peers.says("verify_openbadge.mjs", *files, "--now", AT.isoformat(), "--quiet")
        return said[-1]

    assert (verdict("good.json"), verdict("bad.json")[:11]) == ("RESULT PASS", "RESULT FAIL")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"again": "code"}, "invalid_grant"),
        ({"spoil": {"txCode": "no-six"}}, "invalid_grant"),
        ({"spoil": {"nonce": "made-up"}}, "invalid_nonce"),
        ({"spoil": {"audience": "https://other.example/x"}}, "invalid_proof"),
        ({"spoil": {"payload": ENCRYPTED}}, "invalid_encryption_parameters"),
    ],
    ids=["replayed code", "wrong tx_code", "made-up nonce", "other audience", "encryption"],
)
def test_wallet_is_told_the_standards_error(wallet, wish, error):
    got = wallet(*offered(), **wish)

    assert got.get("error", got) == error


def test_wallet_is_told_that_its_token_was_used(wallet):
    got = wallet(*offered(), again="token")

    assert got.get("challenge", got) == 'Bearer error="invalid_token"'
