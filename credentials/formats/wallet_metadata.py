"""What a wallet reads of an institution before it fetches a credential: who issues, what and where.

The issuer's identifier is an address of ours with the institution's path, below which everything else stands.
Source: OpenID for Verifiable Credential Issuance 1.0, chapters 4 and 12.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from credentials.facts import LANGUAGES, Texts
from credentials.formats import open_badge, wording
from credentials.formats.sd_jwt import EU_WALLET
from credentials.proofs import key_proof

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
SCHEME = "openid-credential-offer://"
BADGE_TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
# The names by which an offer and a request say what is wanted, and how each comes.
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "learning-credential-sd-jwt": {
        "format": "dc+sd-jwt",
        "vct": EU_WALLET.vct,
        "credential_signing_alg_values_supported": ["ES256"],
    },
    "open-badge-ldp": {
        "format": "ldp_vc",
        "credential_definition": {"@context": list(open_badge.CONTEXTS), "type": BADGE_TYPES},
        "credential_signing_alg_values_supported": ["eddsa-rdfc-2022"],
    },
    "open-badge-jwt": {
        "format": "jwt_vc_json",
        "credential_definition": {"type": BADGE_TYPES},
        "credential_signing_alg_values_supported": ["ES256"],
    },
}


def issuer(identifier: str, *, name: Texts) -> dict[str, Any]:
    """The Credential Issuer Metadata. One key a request, nothing encrypted beyond TLS, nothing deferred."""
    bound = {
        "cryptographic_binding_methods_supported": list(key_proof.BINDING_METHODS),
        "proof_types_supported": {
            "jwt": {"proof_signing_alg_values_supported": list(key_proof.ALGORITHMS)},
        },
        "credential_metadata": {"display": _display(wording.WALLET_CARD)},
    }
    return {
        "credential_issuer": identifier,
        "credential_endpoint": f"{identifier}/wallet/credential",
        "nonce_endpoint": f"{identifier}/wallet/nonce",
        "display": _display(name),
        "credential_configurations_supported": {
            configuration: said | bound for configuration, said in CONFIGURATIONS.items()
        },
    }


def authorization_server(identifier: str) -> dict[str, Any]:
    """The OAuth 2.0 metadata of the same, who gives tokens for its own codes and to any wallet."""
    return {
        "issuer": identifier,
        "token_endpoint": f"{identifier}/wallet/token",
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def offer(identifier: str, *, configuration: str, code: str, digits: int, guidance: str) -> dict[str, Any]:
    """The Credential Offer that a wallet is led to. `guidance` tells where the learner sees the digits."""
    tx_code = {"input_mode": "numeric", "length": digits, "description": guidance}
    return {
        "credential_issuer": identifier,
        "credential_configuration_ids": [configuration],
        "grants": {GRANT: {"pre-authorized_code": code, "tx_code": tx_code}},
    }


def link(address: str) -> str:
    """Opens a wallet, which then fetches the offer from the address."""
    return f"{SCHEME}?{urlencode({'credential_offer_uri': address})}"


def _display(texts: Mapping[str, str]) -> list[dict[str, str]]:
    """In the order of our languages, whichever the database keeps them in: wallets may take the first."""
    return [{"name": texts[one], "locale": one} for one in LANGUAGES if texts.get(one)]
