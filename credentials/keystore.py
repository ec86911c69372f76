"""The institutions' signing keys: made, encrypted at rest, opened to sign. Nothing else opens them."""

import binascii
import os
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from credentials.formats import did
from credentials.models import SigningKey
from credentials.proofs import contexts, data_integrity, keys
from registry.models import Institution

NONCE = 12  # bytes; stands before the ciphertext


class KeyUnreadable(Exception):
    """A signing key cannot be opened: KEY_ENCRYPTION_KEY is not the one it was encrypted with."""

    code = "key_unreadable"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """An institution's active key, opened."""

    key: SigningKey
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def did(self) -> str:
        return self.key.did

    @property
    def verification_method(self) -> str:
        return self.key.verification_method

    def sign(self, document: dict, *, at: datetime) -> dict:
        """The document with the institution's proof. Raises proofs.canonical.NotCanonical."""
        return data_integrity.sign(
            document,
            key=self.private,
            verification_method=self.verification_method,
            created=at,
            contexts=contexts.known(),
        )

    def public(self, method: str) -> Ed25519PublicKey | None:
        """The published half, as a verifier finds it by the name of the method."""
        return keys.public_key(self.key.public_multibase) if method == self.verification_method else None


@transaction.atomic
def make(*, institution: Institution, at: datetime) -> SigningKey:
    """Make the institution's active key. The first key fixes the DID, whatever BASE_URL becomes later."""
    earlier = list(institution.signing_keys.order_by("pk"))
    private = keys.generate()
    key = SigningKey(
        institution=institution,
        did=earlier[0].did if earlier else did.did_for(settings.BASE_URL, institution.code),
        fragment=f"key-{len(earlier) + 1}",
        public_multibase=keys.public_multibase(private),
        created_at=at,
    )
    key.private = _seal(keys.to_seed(private), key.verification_method)
    key.save(force_insert=True)
    return key


@transaction.atomic
def active(*, institution: Institution, at: datetime) -> Signer:
    """The key to sign with now; made on first use. Raises KeyUnreadable."""
    key = institution.signing_keys.filter(retired_at=None).first()
    if key is None:
        Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
        key = institution.signing_keys.filter(retired_at=None).first() or make(institution=institution, at=at)
    return Signer(key=key, private=keys.from_seed(_open(bytes(key.private), key.verification_method)))


def public_keys(institution: Institution) -> list[SigningKey]:
    """Every key the institution ever signed with, oldest first."""
    return list(institution.signing_keys.order_by("pk"))


def did_document(institution: Institution) -> dict | None:
    """What did:web finds of the institution; None before its first key is made."""
    known = public_keys(institution)
    return (
        did.document(known[0].did, {key.fragment: key.public_multibase for key in known}) if known else None
    )


def _seal(seed: bytes, method: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, seed, method.encode())


def _open(sealed: bytes, method: str) -> bytes:
    try:
        return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], method.encode())
    except InvalidTag as error:
        raise KeyUnreadable(f"KEY_ENCRYPTION_KEY does not open {method}") from error


def _cipher() -> AESGCM:
    try:
        secret = urlsafe_b64decode(settings.KEY_ENCRYPTION_KEY)
    except binascii.Error as error:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEY is not base64url.") from error
    if len(secret) != 32:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEY must hold 32 bytes, base64url.")
    return AESGCM(secret)
