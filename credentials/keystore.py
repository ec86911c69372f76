"""The institutions' keys: made, encrypted at rest, opened to sign. Nothing else opens them."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from credentials import encryption
from credentials.formats import did
from credentials.models import SigningKey
from credentials.proofs import certificates, contexts, data_integrity, keys, outside
from credentials.proofs.sealing import Private, Seal
from registry.errors import Refused
from registry.models import Institution

ALGORITHMS = {"Ed25519": "Ed25519", "P-256": "ES256", "RSA": "RS256"}  # of a key → of its seal
Purpose, Algorithm = SigningKey.Purpose, SigningKey.Algorithm


class KeyUnreadable(Exception):
    """A private key cannot be opened: it was encrypted with another KEY_ENCRYPTION_KEY, or its outside signer
    is gone."""

    code = "key_unreadable"


class NoSeal(Refused):
    """The institution has no seal, and none may be made by ourselves."""

    code = "no_seal"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """An institution's active key, opened."""

    key: SigningKey
    private: Private = field(repr=False)

    @property
    def did(self) -> str:
        return self.key.did

    @property
    def verification_method(self) -> str:
        return self.key.verification_method

    @property
    def seal(self) -> Seal:
        """The key as the proofs take it."""
        return Seal(
            private=self.private,
            algorithm=ALGORITHMS[self.key.algorithm],
            method=self.verification_method,
            chain=self.key.certificates,
        )

    def sign(self, document: dict, *, at: datetime) -> dict:
        """The document with the proof of an Ed25519 key. Raises proofs.canonical.NotCanonical."""
        return data_integrity.sign(
            document,
            key=self.private,
            verification_method=self.verification_method,
            created=at,
            contexts=contexts.known(),
        )

    def public(self, method: str) -> Ed25519PublicKey | None:
        """The published half, as a verifier finds it by the name of the method."""
        return self.key.public if method == self.verification_method else None


def active(
    *,
    institution: Institution,
    at: datetime,
    purpose: str = Purpose.ASSERTION,
    algorithm: str = Algorithm.ED25519,
) -> Signer:
    """The key to sign with now; made on first use. Raises KeyUnreadable, NoSeal."""
    key = need(institution=institution, at=at, purpose=purpose, algorithm=algorithm)
    return Signer(key=key, private=_private(key))


@transaction.atomic
def need(
    *, institution: Institution, at: datetime, purpose: str = Purpose.ASSERTION, algorithm: str
) -> SigningKey:
    """The key that `active` opens. The institution is locked where it has to be made: who is going to lock a
    status list, which comes after, asks for it before."""
    wanted = institution.signing_keys.active().filter(purpose=purpose, algorithm=algorithm)
    key = wanted.first()
    if key is None:
        Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
        kind = {"purpose": purpose, "algorithm": algorithm}
        key = wanted.first() or make(institution=institution, at=at, **kind)
    return key


@transaction.atomic
def make(
    *,
    institution: Institution,
    at: datetime,
    purpose: str = Purpose.ASSERTION,
    algorithm: str = Algorithm.ED25519,
) -> SigningKey:
    """Make the institution's active key. The first key fixes the DID, whatever BASE_URL becomes later.

    A seal gets a certificate that only we vouch for: raises NoSeal where such are not wanted.
    """
    private = keys.generated(algorithm)
    chain: tuple[Certificate, ...] = ()
    if purpose == Purpose.SEAL:
        if not settings.SELF_MADE_SEALS:
            raise NoSeal(
                _("The institution has no electronic seal here yet. Ask its admin to have it put in.")
            )
        name = institution.name.get("fi") or institution.short_name
        own = certificates.self_made(
            private=private,
            organisation=name,
            identifier=f"ON:{institution.country}-{institution.oppilaitosnumero}",
            country=institution.country,
            at=at,
        )
        chain = (own,)
    return _keep(institution, private.public_key(), chain=chain, purpose=purpose, at=at, private=private)


@transaction.atomic
def put_in(
    *,
    institution: Institution,
    chain: tuple[Certificate, ...],
    private: Private | None,
    kept_as: str,
    at: datetime,
) -> SigningKey:
    """Keep a seal that was made elsewhere, with its certificates; `kept_as` names one that stays there."""
    public = chain[0].public_key()
    return _keep(
        institution, public, chain=chain, purpose=Purpose.SEAL, at=at, private=private, kept_as=kept_as
    )


@transaction.atomic
def reencrypt() -> int:
    """Encrypt every private key under the newest KEY_ENCRYPTION_KEY. Returns how many there are.

    Raises KeyUnreadable and changes nothing where one cannot be opened.
    """
    held = list(SigningKey.objects.select_for_update().exclude(private=b"").order_by("pk"))
    for key in held:
        key.private = _encrypt(_open(bytes(key.private), key.verification_method), key.verification_method)
    SigningKey.objects.bulk_update(held, ["private"])
    return len(held)


def public_keys(institution: Institution) -> list[SigningKey]:
    """Every key the institution ever signed with, oldest first."""
    return list(institution.signing_keys.order_by("pk"))


def did_document(institution: Institution) -> dict | None:
    """What did:web finds of the institution; None before its first key is made."""
    known = public_keys(institution)
    methods = [
        did.Method(
            fragment=key.fragment,
            key=key.public,
            asserts=key.purpose == Purpose.ASSERTION,
            revoked_at=key.compromised_at,
            chain=key.certificates,
        )
        for key in known
    ]
    return did.document(known[0].did, methods) if known else None


def _keep(
    institution: Institution,
    public: keys.Public,
    *,
    chain: tuple[Certificate, ...],
    purpose: str,
    at: datetime,
    private: Private | None = None,
    kept_as: str = "",
) -> SigningKey:
    earlier = public_keys(institution)
    key = SigningKey(
        institution=institution,
        did=earlier[0].did if earlier else did.did_for(settings.BASE_URL, institution.code),
        fragment=f"key-{len(earlier) + 1}",
        purpose=purpose,
        algorithm=keys.algorithm_of(public),
        public_multibase=keys.public_multibase(public),
        chain=certificates.write(chain),
        outside=kept_as,
        created_at=at,
    )
    if private is not None:
        key.private = _encrypt(keys.to_secret(private), key.verification_method)
    key.save(force_insert=True)
    return key


def _private(key: SigningKey) -> Private:
    if key.outside:
        return _outside(key)
    return keys.from_secret(_open(bytes(key.private), key.verification_method), key.algorithm)


def _outside(key: SigningKey) -> Private:
    """A private key that asks OUTSIDE_SIGNER, a function of what the signer calls it and of the bytes."""
    if not settings.OUTSIDE_SIGNER:
        raise KeyUnreadable(f"OUTSIDE_SIGNER is not set: {key} is kept outside")
    ask = partial(import_string(settings.OUTSIDE_SIGNER), key.outside)
    return outside.seal(ask, chain=key.certificates).private


def _encrypt(secret: bytes, method: str) -> bytes:
    try:
        return encryption.seal(secret, about=method, keys=_keys())
    except encryption.WrongKey as problem:
        raise ImproperlyConfigured(f"KEY_ENCRYPTION_KEY {problem}.") from problem


def _open(sealed: bytes, method: str) -> bytes:
    try:
        return encryption.opened(sealed, about=method, keys=_keys())
    except encryption.CannotOpen as problem:
        raise KeyUnreadable(f"neither KEY_ENCRYPTION_KEY nor its fallbacks open {method}") from problem
    except encryption.WrongKey as problem:
        raise ImproperlyConfigured(f"KEY_ENCRYPTION_KEY {problem}.") from problem


def _keys() -> list[str]:
    """The newest first; it alone encrypts."""
    return [settings.KEY_ENCRYPTION_KEY, *settings.KEY_ENCRYPTION_KEY_FALLBACKS]
