"""What wallets ask for over the wire, and what they are told when it is not right (issue D, 7, Bad input)."""

import json

import pytest

from credentials.actions import wallet_offers
from credentials.formats import open_badge, sd_jwt, wallet_metadata
from credentials.models import Credential, WalletOffer
from registry.models import Institution
from tests.factories import AT
from tests.factories.registry import InstitutionFactory
from tests.factories.shares import own
from tests.factories.wallets import proof

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SITE = "https://registry.example"
ISSUER = f"{SITE}/institutions/oamk"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _at(settings, time_machine):
    settings.SITE_URL = SITE
    time_machine.move_to(AT, tick=False)


@pytest.fixture(scope="module")
def issued_once(made_once):
    name = {"en": "Oulu UAS", "fi": "Oulun amk", "sv": ""}  # as PostgreSQL may give them
    with made_once(lambda: own(institution=InstitutionFactory(code="OAMK", name=name))):
        yield


@pytest.fixture
def credential(issued_once) -> Credential:
    return Credential.objects.get()


@pytest.fixture
def house(credential) -> Institution:
    return credential.institution


@pytest.fixture
def offer(credential):
    return wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=credential.learner.user, at=AT)


@pytest.fixture
def bearer(offer, house) -> str:
    _made, code, digits = offer
    return wallet_offers.redeem(institution=house, code=code, digits=digits, at=AT)


def said(answer) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    return answer.status_code, answer.json().get("error", "")


def request_token(client, offer, **values) -> tuple[int, str]:
    _made, code, digits = offer
    given = {"grant_type": wallet_metadata.GRANT, "pre-authorized_code": code, "tx_code": digits} | values
    body = "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
    return said(client.post("/institutions/oamk/wallet/token", body, content_type=FORM))


def request_copy(client, bearer, *, body=None, content_type="application/json", **values):
    answer = [proof(audience=ISSUER, nonce=wallet_offers.nonce(at=AT), at=AT)]
    wanted = {
        "credential_configuration_id": "learning-credential-sd-jwt",
        "proofs": {"jwt": answer},
    } | values
    text = json.dumps({name: value for name, value in wanted.items() if value is not None})
    return client.post(
        "/institutions/oamk/wallet/credential",
        text if body is None else body,
        content_type=content_type,
        headers={"Authorization": f"Bearer {bearer}"} if bearer else {},
    )


def test_issuer_metadata_stands_where_the_standard_puts_it(client, house):
    answer = client.get("/.well-known/openid-credential-issuer/institutions/oamk")

    bound = {
        "cryptographic_binding_methods_supported": ["jwk", "did:jwk", "did:key"],
        "proof_types_supported": {
            "jwt": {"proof_signing_alg_values_supported": ["ES256", "EdDSA", "Ed25519"]}
        },
        "credential_metadata": {
            "display": [
                {"name": "Todistus osaamisesta", "locale": "fi"},
                {"name": "Intyg över kompetens", "locale": "sv"},
                {"name": "Credential of learning", "locale": "en"},
            ]
        },
    }
    types = ["VerifiableCredential", "OpenBadgeCredential"]
    assert answer.json() == {
        "credential_issuer": ISSUER,
        "credential_endpoint": f"{ISSUER}/wallet/credential",
        "nonce_endpoint": f"{ISSUER}/wallet/nonce",
        "display": [{"name": "Oulun amk", "locale": "fi"}, {"name": "Oulu UAS", "locale": "en"}],
        "credential_configurations_supported": {
            "learning-credential-sd-jwt": bound
            | {
                "format": "dc+sd-jwt",
                "vct": sd_jwt.EU_WALLET.vct,
                "credential_signing_alg_values_supported": ["ES256"],
            },
            "open-badge-ldp": bound
            | {
                "format": "ldp_vc",
                "credential_definition": {"@context": open_badge.CONTEXTS, "type": types},
                "credential_signing_alg_values_supported": ["eddsa-rdfc-2022"],
            },
            "open-badge-jwt": bound
            | {
                "format": "jwt_vc_json",
                "credential_definition": {"type": types},
                "credential_signing_alg_values_supported": ["ES256"],
            },
        },
    }
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_authorization_server_metadata_stands_where_the_standard_puts_it(client, house):
    answer = client.get("/.well-known/oauth-authorization-server/institutions/oamk")

    assert answer.json() == {
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/wallet/token",
        "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


@pytest.mark.parametrize("code", ["OAMK", "nobody"])
def test_nobodys_metadata_is_not_there(client, house, code):
    for kind in ("openid-credential-issuer", "oauth-authorization-server"):
        assert client.get(f"/.well-known/{kind}/institutions/{code}").status_code == 404


def test_offer_is_fetched_while_it_waits_and_no_longer(client, offer, house):
    _made, code, digits = offer
    address = f"/institutions/oamk/wallet/offer/{code}"

    found = client.get(address)

    assert found.json() == {
        "credential_issuer": ISSUER,
        "credential_configuration_ids": ["learning-credential-sd-jwt"],
        "grants": {
            wallet_metadata.GRANT: {
                "pre-authorized_code": code,
                "tx_code": {
                    "input_mode": "numeric",
                    "length": 6,
                    "description": "Kuusi numeroa ovat sivulla, jolla teit tarjouksen.",
                },
            }
        },
    }
    assert digits not in found.content.decode()
    wallet_offers.redeem(institution=house, code=code, digits=digits, at=AT)
    assert client.get(address).status_code == 404
    assert client.get(f"/institutions/oamk/wallet/offer/{code[::-1]}").status_code == 404


def test_nonce_is_another_one_each_time(client, house):
    nonces = {client.post("/institutions/oamk/wallet/nonce").json()["c_nonce"] for _twice in range(2)}

    assert len(nonces) == 2


TOKENS = [
    ({"grant_type": None}, (400, "invalid_request")),
    ({"grant_type": "authorization_code"}, (400, "unsupported_grant_type")),
    ({"pre-authorized_code": None}, (400, "invalid_request")),
    ({"pre-authorized_code": "made-up"}, (400, "invalid_grant")),
    ({"tx_code": None}, (400, "invalid_request")),
    ({"tx_code": "%00"}, (400, "invalid_grant")),
    ({"tx_code": "1&tx_code=2"}, (400, "invalid_request")),
    ({"tx_code": "%ff"}, (400, "invalid_request")),
    ({"authorization_details": "[]"}, (400, "invalid_authorization_details")),
    ({"x": "y" * 20_000}, (413, "invalid_request")),
    ({"x": "&".join("abcdefghijklmnopqrstuvwxyz" * 3)}, (400, "invalid_request")),
    ({}, (200, "")),
    ({}, (400, "invalid_grant")),
]


def test_token_endpoint_answers_in_the_words_of_the_standard(client, offer):
    answers = [request_token(client, offer, **values) for values, _answer in TOKENS]

    assert answers == [answer for _values, answer in TOKENS]


def test_token_request_in_json_is_refused(client, offer):
    answer = client.post("/institutions/oamk/wallet/token", "{}", content_type="application/json")

    assert said(answer) == (400, "invalid_request")


def test_copy_comes_uncached_and_once(client, bearer):
    first, second = (request_copy(client, bearer) for _twice in range(2))

    assert said(first) == (200, "")
    assert [list(one) for one in first.json()["credentials"]] == [["credential"]]
    assert said(second) == (401, "invalid_token")
    assert second.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert WalletOffer.objects.get().taken_at == AT


def test_credential_request_without_a_token_is_challenged(client, house):
    answer = request_copy(client, "")

    assert (answer.status_code, answer.json(), answer.headers["WWW-Authenticate"]) == (401, {}, "Bearer")


BAD = {
    "no configuration": ({"credential_configuration_id": None}, 400, "invalid_credential_request"),
    "an unknown one": ({"credential_configuration_id": "mdl"}, 400, "unknown_credential_configuration"),
    "one not offered": ({"credential_configuration_id": "open-badge-jwt"}, 403, "insufficient_scope"),
    "an identifier": ({"credential_identifier": "x"}, 400, "unknown_credential_identifier"),
    "encryption": ({"credential_response_encryption": {}}, 400, "invalid_encryption_parameters"),
    "no proofs": ({"proofs": None}, 400, "invalid_proof"),
    "no proof": ({"proofs": {"jwt": []}}, 400, "invalid_proof"),
    "two kinds": ({"proofs": {"jwt": ["x"], "di_vp": [{}]}}, 400, "invalid_proof"),
    "another kind": ({"proofs": {"attestation": ["x"]}}, 400, "invalid_proof"),
    "no text": ({"proofs": {"jwt": [7]}}, 400, "invalid_proof"),
    "no token of JOSE": ({"proofs": {"jwt": ["x"]}}, 400, "invalid_proof"),
    "no JSON": ({"body": "{"}, 400, "invalid_credential_request"),
    "a list": ({"body": "[]"}, 400, "invalid_credential_request"),
    "a member twice": ({"body": '{"proofs":1,"proofs":2}'}, 400, "invalid_credential_request"),
    "depth": ({"body": '{"a":' + "[" * 900 + "]" * 900 + "}"}, 400, "invalid_credential_request"),
    "size": ({"body": " " * 30_000}, 413, "invalid_credential_request"),
    "a JWT": ({"body": "x.y.z", "content_type": "application/jwt"}, 400, "invalid_credential_request"),
}


def test_credential_endpoint_answers_in_the_words_of_the_standard(client, bearer):
    """What was refused can be asked for once more, rightly."""
    answers = {case: said(request_copy(client, bearer, **values)) for case, (values, *_told) in BAD.items()}

    assert answers == {case: (status, error) for case, (_values, status, error) in BAD.items()}
    assert said(request_copy(client, bearer)) == (200, "")
