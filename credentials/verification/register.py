"""What the checks ask of a register: our rows (rows.py), or a continuity pack where the service is gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from credentials.proofs.certificates import Certificate
from credentials.proofs.contexts import Contexts
from credentials.proofs.keys import Public
from credentials.verification.report import Check
from credentials.verification.saying import Said


class NotNow(Exception):
    """An issuer elsewhere could not be asked, or its answer not be read."""


class Issuer(Protocol):
    """An institution of the register."""

    name: Any  # its name by language


class Key(Protocol):
    """A key that an institution of the register has or had."""

    institution: Any
    fragment: str
    purpose: str  # "assertion", or "seal", whose key counts by its certificate
    compromised_at: datetime | None

    @property
    def public(self) -> Public: ...

    @property
    def certificates(self) -> tuple[Certificate, ...]: ...


class Kept(Protocol):
    """A credential that the register holds."""

    sha256: str
    status: str
    revoked_at: datetime | None

    @property
    def fell_with_part(self) -> bool:
        """Whether a composite one is out of force only because of one of its parts."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A file as it is looked up: the hashes of it and of what is in it, the document, what stays the same of
    an SD-JWT whatever is shown of it."""

    hashes: frozenset[str]
    document: dict[str, Any]
    signed: bytes


class Register(Protocol):
    @property
    def contexts(self) -> Contexts: ...

    def issuer(self, did: str) -> Issuer | None:
        """The institution of this register that has the DID."""

    def keys(self, did: str) -> Sequence[Key]:
        """Every key it ever had; none where the DID is not of this register."""

    def seals(self) -> Mapping[Certificate, Key]:
        """The certificates under which institutions of this register have sealed, past ones too."""

    def credential(self, uuid: UUID, *, issuer: Issuer) -> Kept | None: ...

    def is_older(self, document: dict[str, Any]) -> bool:
        """Whether what it knows is of a time before the document's own date: a newer key is not in it."""

    def absent(self, document: dict[str, Any]) -> Said:
        """What it says of a document of its issuer that it does not hold."""

    def is_same(self, kept: Kept, looked: Looked) -> bool:
        """Byte for byte, by the hash that was stored, or written in another way only."""

    def has_document(self, kept: Kept, looked: Looked) -> bool:
        """Whether it is one of the forms that have been made of it, to the byte."""

    def held_before_leak(self, key: Key, *, kept: Kept | None, looked: Looked) -> bool:
        """Whether the register has had this since before the key leaked: by the day and hash it stored."""

    def is_set(self, *, url: str, issuer: Issuer, purpose: object, index: int) -> bool | None:
        """A place in a status list of the issuer; None where there is no such list or place."""

    def other_lines(
        self,
        *,
        kept: Kept | None,
        issuer: Issuer | None,
        document: dict[str, Any],
        at: datetime,
        looked: Looked,
        is_proven: bool,
    ) -> Iterator[Check]:
        """What else this register says of the credential."""

    # Issuers elsewhere; each raises NotNow.

    def is_listed(self, did: str) -> bool: ...

    def listed_key(self, method: str) -> Public | None: ...

    def listed_status(self, url: str, *, issuer: str) -> dict[str, Any]: ...

    def listed_bit(
        self, credential: dict[str, Any], *, url: str, issuer: str, purpose: object, index: int
    ) -> bool: ...
