"""A continuity pack as a register: what an institution issued, as its key signed it on the day of the pack.

Plain, for it stands in the pack itself: it is read where there is no service and no network.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from credentials.formats import status_list, tree_head
from credentials.proofs import canonical, certificates, data_integrity, jose, merkle, moments
from credentials.proofs.contexts import Contexts
from credentials.proofs.keys import Public, any_public_key
from credentials.proofs.verdict import Rejected
from credentials.verification.register import Looked, NotNow
from credentials.verification.report import Check, Outcome
from credentials.verification.saying import Said, day
from credentials.verification.saying import said as _
from credentials.verification.wording import ABSENT

MANIFEST, MANIFEST_TOKEN = "manifest.json", "manifest.jws"
KEYS, REGISTER, LEAVES, HEAD = "keys.json", "register.jsonl", "log/leaves.txt", "log/head.jws"
CONTEXTS, LISTS, DID = "contexts/contexts.json", "status-lists/", "did.json"
MANIFEST_TYPE = "continuity-pack+jws"
MAX_FILE = 2_000_000_000  # bytes of one file, unpacked


class BadPack(ValueError):
    """Not a pack that can be relied on; the text says why in English."""


@dataclass(frozen=True, kw_only=True)
class Institution:
    did: str
    name: dict[str, str] = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class PackedKey:
    institution: Institution
    fragment: str
    purpose: str
    public_multibase: str
    chain: str
    compromised_at: datetime | None

    @cached_property
    def public(self) -> Public:
        return any_public_key(self.public_multibase)

    @cached_property
    def certificates(self) -> tuple[certificates.Certificate, ...]:
        return certificates.read(self.chain) if self.chain else ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A credential in the extract of the register; no personal data."""

    id: UUID
    sha256: str
    written_sha256: str
    key: str
    issued_at: datetime
    valid_until: datetime | None
    status: str
    revoked_at: datetime | None
    replaced_by: str
    code_sha256: str
    documents: list[dict[str, Any]]
    fell_with_part: bool = False


class Pack:
    """verification.register.Register over a pack. Raises BadPack where it does not hold together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as pack:
                self.files = {name: _unpacked(pack, name) for name in pack.namelist() if name[-1] != "/"}
            self._read()
        except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, Rejected) as fault:
            raise (
                fault if isinstance(fault, BadPack) else BadPack(f"{type(fault).__name__}: {fault}")
            ) from fault

    def _read(self) -> None:
        self.manifest = json.loads(self.files[MANIFEST])
        self.institution = Institution(did=self.manifest["did"], name=self.manifest["name"])
        self.made_at = _moment(self.manifest["made_at"])
        self._keys = [self._key(row) for row in json.loads(self.files[KEYS])]
        self.signed_with = self._check_manifest()
        self.contexts = self._contexts()
        self._entries = {entry.id: entry for entry in self._register()}
        self._codes = {entry.code_sha256: entry for entry in self._entries.values()}
        self.leaves = self.files[LEAVES].decode("ascii").split()
        self._numbers = {leaf: number for number, leaf in enumerate(self.leaves)}
        self._check_log()
        self._lists = dict(self._status_lists())

    # What the checks ask

    def issuer(self, did: str) -> Institution | None:
        return self.institution if did == self.institution.did else None

    def keys(self, did: str) -> list[PackedKey]:
        return self._keys if did == self.institution.did else []

    def seals(self) -> dict[certificates.Certificate, PackedKey]:
        return {key.certificates[0]: key for key in self._keys if key.purpose == "seal"}

    def credential(self, uuid: UUID, *, issuer: Institution) -> Entry | None:
        return self._entries.get(uuid) if issuer == self.institution else None

    def coded(self, code: str) -> Entry | None:
        """The credential that a plain human code names."""
        return self._codes.get(hashlib.sha256(code.encode("ascii", "replace")).hexdigest())

    def is_older(self, document: dict[str, Any]) -> bool:
        made = moments.parse(document.get("validFrom"))
        return made is not None and made > self.made_at

    def absent(self, document: dict[str, Any]) -> Said:
        if not self.is_older(document):
            return ABSENT
        text = _(
            "By its own date the credential is newer than this pack, which was made on %(day)s. Ask the "
            "issuer, or check it with a newer pack."
        )
        return text % {"day": day(self.made_at)}

    def is_same(self, kept: Entry, looked: Looked) -> bool:
        return kept.sha256 in looked.hashes or kept.written_sha256 == written_sha256(looked.document)

    def has_document(self, kept: Entry, looked: Looked) -> bool:
        return any(one["sha256"] in looked.hashes for one in kept.documents)

    def held_before_leak(self, key: PackedKey, *, kept: Entry | None, looked: Looked) -> bool:
        leaked = key.compromised_at
        if kept is None or leaked is None:
            return False
        signed = hashlib.sha256(looked.signed).hexdigest() if looked.signed else ""
        others = {signed, written_sha256(looked.document)}
        for one in kept.documents:
            said = {one.get("signed_sha256"), one.get("written_sha256")}
            is_it = one["sha256"] in looked.hashes or said & others
            if is_it and one["key"] == key.fragment and _moment(one["made_at"]) < leaked:
                return True
        return kept.key == key.fragment and kept.issued_at < leaked and self.is_same(kept, looked)

    def is_set(self, *, url: str, issuer: Institution, purpose: object, index: int) -> bool | None:
        listed = self._lists.get((url, purpose)) if issuer == self.institution else None
        try:
            return listed.bit(index) if listed else None
        except status_list.BadList:
            return None

    def other_lines(
        self, *, kept: Entry | None, issuer: Institution | None, looked: Looked, **_case: Any
    ) -> Iterator[Check]:
        """Its place in the log, and of which day all this is."""
        if kept is None:
            if issuer:
                yield self.as_of()
            return
        number = next(
            (self._numbers[one] for one in (*looked.hashes, kept.sha256) if one in self._numbers), -1
        )
        text = _("It stands in the log of issued documents as number %(number)s of %(size)s.")
        facts = {"number": number + 1, "size": len(self.leaves)}
        yield Check(name="log", outcome=Outcome.VALID, message=text % facts)
        yield from instead(kept)
        yield self.as_of()

    def as_of(self) -> Check:
        text = _(
            "What was checked is as it was on %(day)s, when the pack was made. Later changes are not in it."
        )
        return Check(name="pack", outcome=Outcome.VALID, message=text % {"day": day(self.made_at)})

    def is_listed(self, did: str) -> bool:
        return False

    def listed_key(self, method: str) -> NoReturn:
        raise NotNow(method)

    def listed_status(self, url: str, *, issuer: str) -> NoReturn:
        raise NotNow(url)

    def listed_bit(
        self, credential: dict[str, Any], *, url: str, issuer: str, purpose: object, index: int
    ) -> NoReturn:
        raise NotNow(url)

    def inclusion(self, sha256: str) -> dict[str, Any]:
        """The proof that a document stands in the log, for whoever knows the signed head alone."""
        number, size = self._numbers[sha256], len(self.leaves)
        path = merkle.inclusion(number, size, self._nodes)
        return {"index": number, "size": size, "inclusion_path": [one.hex() for one in path]}

    # Reading it

    def _key(self, row: dict[str, Any]) -> PackedKey:
        leaked = row["leaked_at"]
        return PackedKey(
            institution=self.institution,
            fragment=row["fragment"],
            purpose=row["purpose"],
            public_multibase=row["public_multibase"],
            chain=row["chain"],
            compromised_at=_moment(leaked) if leaked else None,
        )

    def _sound(self, method: str) -> Public | None:
        """A key that signs what the institution says today: one that has not leaked."""
        did, _hash, fragment = method.partition("#")
        for key in self._keys:
            is_it = did == self.institution.did and key.fragment == fragment
            if is_it and key.purpose == "assertion" and key.compromised_at is None:
                return key.public
        return None

    def _check_manifest(self) -> str:
        token = jose.read(self.files[MANIFEST_TOKEN].decode("ascii"))
        jose.check(token, method=token.kid, controller=self.institution.did, resolve=self._sound)
        if token.header.get("typ") != MANIFEST_TYPE or token.payload != self.files[MANIFEST]:
            raise BadPack("the signature is of another manifest")
        named = self.manifest["files"]
        if set(self.files) - set(named) != {MANIFEST, MANIFEST_TOKEN}:
            raise BadPack("files were added")
        for name, digest in named.items():
            if hashlib.sha256(self.files[name]).hexdigest() != digest:
                raise BadPack(f"{name} has been changed")
        return str(token.kid)

    def _contexts(self) -> Contexts:
        named = json.loads(self.files[CONTEXTS])
        documents = {}
        for url, entry in named.items():
            data = self.files[f"contexts/{entry['file']}"]
            if hashlib.sha256(data).hexdigest() != entry["sha256"]:
                raise BadPack(f"the context {url} has been changed")
            documents[url] = json.loads(data)
        return Contexts(documents=documents)

    def _register(self) -> Iterator[Entry]:
        for line in self.files[REGISTER].splitlines():
            row = json.loads(line)
            ended, until = row["revoked_at"], row["valid_until"]
            yield Entry(
                **row | {
                    "id": UUID(row["id"]),
                    "issued_at": _moment(row["issued_at"]),
                    "revoked_at": _moment(ended) if ended else None,
                    "valid_until": _moment(until) if until else None,
                }
            )  # fmt: skip

    def _check_log(self) -> None:
        """The leaves are those of the signed head, and everything in the extract is among them."""
        head = tree_head.read(self.files[HEAD].decode("ascii"), resolve=self._sound)
        if head.log != self.institution.did or head.size != len(self.leaves):
            raise BadPack("the log is another one than its head says")
        self._nodes = merkle.of([bytes.fromhex(leaf) for leaf in self.leaves])
        if merkle.root(head.size, self._nodes) != head.root:
            raise BadPack("the log has been changed")
        for entry in self._entries.values():
            if {entry.sha256, *(one["sha256"] for one in entry.documents)} - self._numbers.keys():
                raise BadPack(f"credential {entry.id} is not in the log")

    def _status_lists(self) -> Iterator[tuple[tuple[str, str], status_list.StatusList]]:
        for name, data in self.files.items():
            if not name.startswith(LISTS):
                continue
            document = canonical.read(data)
            proof = data_integrity.verify(
                document, resolve=self._sound, at=self.made_at, contexts=self.contexts,
                controller=self.institution.did,
            )  # fmt: skip
            if not proof.is_verified:
                raise BadPack(f"{name}: {proof.code}")
            listed = status_list.read(document)
            yield (document["id"], listed.purpose), listed


def instead(kept: Entry) -> Iterator[Check]:
    """Of one that was corrected, or whose correction was undone: which one counts now."""
    if kept.replaced_by:
        text = _("The credential in its place is %(id)s.")
        yield Check(name="replaced", outcome=Outcome.WARNING, message=text % {"id": kept.replaced_by})


def written_sha256(document: dict[str, Any]) -> str:
    """What a document says, whatever way it is written."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _unpacked(pack: zipfile.ZipFile, name: str) -> bytes:
    if pack.getinfo(name).file_size > MAX_FILE:
        raise BadPack(f"{name} is too large")
    return pack.read(name)


def _moment(text: object) -> datetime:
    moment = moments.parse(text)
    if moment is None:
        raise BadPack(f"no moment: {text}")
    return moment
