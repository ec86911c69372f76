"""The forms in which a wallet may have a credential: each a copy that is bound to the wallet's key.

Open Badges name the holder as the subject, by a DID that is the key; an SD-JWT names the key beside it. A new
form is a row of WALLET_FORMS, and of formats.wallet_metadata.CONFIGURATIONS.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.facts import Award
from credentials.formats import open_badge, sd_jwt
from credentials.formats.encoding import encode
from credentials.keystore import Algorithm, Purpose, Signer
from credentials.proofs import sd_jwt as disclosable
from credentials.proofs import vc_jwt
from credentials.proofs.key_proof import Holder


@dataclass(frozen=True, kw_only=True)
class WalletForm:
    """One form. `configuration` is its name between wallets and us, `key` the purpose and algorithm of the
    key that signs it. `make` gives the bytes that are kept; with `is_json` they are handed over as an object.
    """

    label: Promise
    text: Promise
    configuration: str
    suffix: str
    key: tuple[str, str]
    make: Callable[[Award, Holder, Signer, datetime], bytes]
    is_json: bool = False


def _sd_jwt(award: Award, holder: Holder, signer: Signer, _at: datetime) -> bytes:
    claims = sd_jwt.document(award, holder=holder.jwk)
    hidden = sd_jwt.hidden(claims)
    return disclosable.issue(claims, hidden=hidden, seal=signer.seal, salt=_salt).encode()


def _badge(award: Award, holder: Holder, signer: Signer, at: datetime) -> bytes:
    return encode(signer.sign(open_badge.document(_held(award, holder)), at=at))


def _badge_jwt(award: Award, holder: Holder, signer: Signer, _at: datetime) -> bytes:
    return vc_jwt.sign(open_badge.document(_held(award, holder)), seal=signer.seal).encode()


def _held(award: Award, holder: Holder) -> Award:
    """The award to the same person, by the name that their wallet can prove."""
    return replace(award, learner=replace(award.learner, id=holder.did))


def _salt() -> str:
    return secrets.token_urlsafe(16)


WALLET_FORMS: dict[str, WalletForm] = {
    "wallet-sd-jwt": WalletForm(
        label=_("European digital identity wallet (SD-JWT)"),
        text=_("You choose in the wallet which parts you show. Choose this if you are not sure."),
        configuration="learning-credential-sd-jwt",
        suffix="sd-jwt",
        key=(Purpose.ASSERTION, Algorithm.P256),
        make=_sd_jwt,
    ),
    "wallet-ldp": WalletForm(
        label=_("Open Badges wallet (JSON-LD)"),
        text=_("The whole badge with the issuer's signature, as badge services read it."),
        configuration="open-badge-ldp",
        suffix="json",
        key=(Purpose.ASSERTION, Algorithm.ED25519),
        make=_badge,
        is_json=True,
    ),
    "wallet-jwt": WalletForm(
        label=_("Open Badges wallet (JWT)"),
        text=_("The same badge as a signed token, for wallets that want one."),
        configuration="open-badge-jwt",
        suffix="jwt",
        key=(Purpose.ASSERTION, Algorithm.P256),
        make=_badge_jwt,
    ),
}
