"""A continuity pack: everything that verifying an institution's credentials needs, in one signed file.

No personal data is in it: credentials stand there by their ids and hashes.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import translation

from credentials import keystore
from credentials.formats.encoding import encode
from credentials.models import Correction, Credential, CredentialDocument, TreeHead
from credentials.proofs import jose
from credentials.proofs.moments import stamp
from credentials.verification import packed, program
from credentials.verification.offline import WORDS
from credentials.verification.rows import WRITTEN_ANEW, Rows
from registry.models import Institution
from registry.models.texts import LANGUAGES

DISCLOSABLE = ("sd-jwt", "wallet-sd-jwt")
PORTION = 1_000


def pack(institution: Institution, *, head: TreeHead, at: datetime) -> bytes:
    """The zip; `head` is of the log with everything in it. Raises KeyUnreadable."""
    signer = keystore.active(institution=institution, at=at)
    files = {**program.files(), WORDS: _json(program.words()), **_facts(institution, head=head)}
    files |= dict(_readmes(institution, files, did=signer.did, at=at))
    manifest = _json(
        {
            "version": 1,
            "code": institution.code,
            "name": institution.name,
            "did": signer.did,
            "made_at": stamp(at),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        }
    )
    token = jose.sign(manifest, seal=signer.seal, header={"typ": packed.MANIFEST_TYPE})
    return _zipped(files | {packed.MANIFEST: manifest, packed.MANIFEST_TOKEN: token.encode()}, at=at)


def _facts(institution: Institution, *, head: TreeHead) -> dict[str, bytes]:
    lists = institution.status_lists.order_by("pk")
    leaves = institution.log_entries.filter(number__lt=head.size).order_by("number")
    return {
        packed.DID: _json(keystore.did_document(institution)),
        packed.KEYS: _json([_key(key) for key in keystore.public_keys(institution)]),
        packed.REGISTER: b"".join(encode(row) + b"\n" for row in _register(institution)),
        packed.LEAVES: "".join(f"{one}\n" for one in leaves.values_list("sha256", flat=True)).encode(),
        packed.HEAD: head.token.encode(),
        **{f"{packed.LISTS}{one.public_id}.json": bytes(one.document) for one in lists},
        **_contexts(),
    }


def _key(key) -> dict:
    return {
        "fragment": key.fragment,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "public_multibase": key.public_multibase,
        "chain": key.chain,
        "valid_from": stamp(key.created_at),
        "retired_at": _stamped(key.retired_at),
        "leaked_at": _stamped(key.compromised_at),
    }


def _register(institution: Institution) -> Iterator[dict]:
    """Every credential, without whose it is."""
    replaced = _counting(institution)
    rows = (
        Credential.objects.filter(institution=institution).select_related("key").order_by("issued_at", "pk")
    )
    documents = CredentialDocument.objects.select_related("key").order_by("pk")
    for row in rows.prefetch_related(Prefetch("documents", queryset=documents)).iterator(chunk_size=PORTION):
        yield {
            "id": str(row.pk),
            "sha256": row.sha256,
            "written_sha256": packed.written_sha256(json.loads(bytes(row.document))),
            "key": row.key.fragment,
            "issued_at": stamp(row.issued_at),
            "valid_until": _stamped(row.valid_until),
            "status": row.status,
            "revoked_at": _stamped(row.revoked_at),
            "fell_with_part": row.fell_with_part,
            "replaced_by": str(replaced.get(row.pk, "")),
            "code_sha256": hashlib.sha256(row.human_code.encode()).hexdigest(),
            "documents": [_document(one) for one in row.documents.all()],
        }


def _counting(institution: Institution) -> dict[UUID, UUID]:
    """What counts instead of a credential that was corrected; of a correction that was undone, what was right
    all along, while that is valid."""
    made = Correction.objects.filter(credential__institution=institution).order_by("pk")
    undone = made.exclude(undone_at=None).filter(
        replacement__status=Credential.Status.REVOKED, credential__status=Credential.Status.VALID
    )
    right = undone.values_list("replacement_id", "credential_id")
    return dict(right) | dict(made.filter(undone_at=None).values_list("credential_id", "replacement_id"))


def _document(row: CredentialDocument) -> dict:
    """An SD-JWT also by the part that stays the same whatever its holder shows; JSON of wallets also by what
    it says."""
    content = bytes(row.content)
    said = {
        "form": row.form,
        "language": row.language,
        "sha256": row.sha256,
        "key": row.key.fragment,
        "made_at": stamp(row.made_at),
    }
    if row.form in DISCLOSABLE:
        signed = content.strip().partition(b"~")[0] + b"~"
        said["signed_sha256"] = hashlib.sha256(signed).hexdigest()
    if row.form in WRITTEN_ANEW:
        said["written_sha256"] = packed.written_sha256(json.loads(content))
    return said


def _contexts() -> dict[str, bytes]:
    """The JSON-LD contexts that are known here, by hash."""
    index, files = {}, {}
    for number, (url, document) in enumerate(sorted(Rows().contexts.documents.items()), start=1):
        name, data = f"{number:02}.json", _json(document)
        index[url] = {"file": name, "sha256": hashlib.sha256(data).hexdigest()}
        files[f"contexts/{name}"] = data
    return {packed.CONTEXTS: _json(index), **files}


def _readmes(institution: Institution, files: dict, *, did: str, at: datetime) -> Iterator[tuple[str, bytes]]:
    said = {"institution": institution, "did": did, "at": at, "needs": files["requirements.txt"].decode()}
    for language in LANGUAGES:
        with translation.override(language):
            yield f"README.{language}.txt", render_to_string("credentials/pack_readme.txt", said).encode()


def _zipped(files: dict[str, bytes], *, at: datetime) -> bytes:
    """The same files always give the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(str(Path(name).as_posix()), date_time=at.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return data.getvalue()


def _stamped(moment: datetime | None) -> str:
    return stamp(moment) if moment else ""


def _json(value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
