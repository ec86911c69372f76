"""A key leaks: what was issued before it stays good, what is forged with it is refused, here and offline.

Keys are changed twice and the second is marked as leaked. Forgeries are signed with its private half and
dated after the leak, before it, and in the name of a credential that exists.
"""

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from credentials import keystore
from credentials.actions import batches, continuity_packs, keys, status_lists
from credentials.drills import offline, school
from credentials.formats import open_badge
from credentials.models import Credential
from credentials.verification import verify
from registry.models import Institution, User

ISSUES = 3  # times of issuing, with a change of keys between them
MUST_HOLD = {"readable", "proof", "issuer", "register", "status", "validity"}


class Failed(AssertionError):
    """A credential was judged wrongly."""


def run(options: dict) -> dict:
    """`items` (200) credentials under three keys, `forged` (100) with the one that leaked."""
    return rehearse(items=options["items"], forged=options["forged"])


def rehearse(*, items: int, forged: int) -> dict:
    """Figures of one rehearsal. Raises Failed."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    now = timezone.now()
    institution, leaked, since = _issue_and_rotate(items=items, at=now)
    folder = Path(tempfile.mkdtemp(prefix="leak-"))
    try:
        _write(folder, leaked=leaked, since=since, forged=forged)
        keys.mark_leaked(key=leaked.key, since=since, reason="Drill", by=None, at=timezone.now())
        status_lists.sign_due()
        figures = {"credentials": items, "forged": forged}
        figures |= _by_service(folder)
        began = time.monotonic()
        pack = folder / "pack.zip"
        pack.write_bytes(continuity_packs.content(institution=institution, at=timezone.now()))
        figures |= {"pack_made_s": round(time.monotonic() - began, 1), "pack_bytes": pack.stat().st_size}
        return figures | _by_pack(pack, folder)
    finally:
        shutil.rmtree(folder)


def _issue_and_rotate(*, items: int, at: datetime) -> tuple[Institution, keystore.Signer, datetime]:
    """The credentials, the second key opened (as a thief has it), and the moment of its leak."""
    waiting = school.attainments(count=items, at=at)
    institution, issuer = waiting[0].institution, User.objects.get(email="issuer@oamk.example")
    signers = []
    for number in range(ISSUES):
        if signers:
            keys.rotate(key=signers[-1].key, reason="drill", by=None, at=timezone.now())
        some = waiting[number::ISSUES]
        batch = batches.start(institution=institution, attainments=some, by=issuer, at=timezone.now())
        batches.run(batch.pk)
        signers.append(keystore.active(institution=institution, at=timezone.now()))
    time.sleep(1.1)  # days of issue are kept to the second
    if Credential.objects.count() != items:
        raise Failed(f"{Credential.objects.count()} of {items} issued")
    return institution, signers[1], timezone.now()


def _write(folder: Path, *, leaked: keystore.Signer, since: datetime, forged: int) -> None:
    (folder / "good").mkdir()
    (folder / "forged").mkdir()
    for credential in Credential.objects.iterator():
        (folder / "good" / f"{credential.pk}.json").write_bytes(bytes(credential.document))
    for number, document in enumerate(_forgeries(leaked, since=since, count=forged)):
        (folder / "forged" / f"{number}.json").write_bytes(document)


def _forgeries(signer: keystore.Signer, *, since: datetime, count: int) -> Iterator[bytes]:
    """Every third of a credential that exists, every third dated before the leak."""
    models = list(signer.key.credentials.order_by("pk")[:count])
    for number in range(count):
        document = json.loads(bytes(models[number % len(models)].document))
        dated = since + timedelta(seconds=number + 1) if number % 3 != 1 else since - timedelta(days=30)
        document["validFrom"] = dated.strftime("%Y-%m-%dT%H:%M:%SZ")
        if number % 3 != 2:
            document["id"] = f"urn:uuid:{uuid4()}"
        document["credentialSubject"]["achievement"]["creditsAvailable"] = 60
        yield open_badge.encode(signer.sign(document, at=dated))


def _by_service(folder: Path) -> dict:
    began, found = time.monotonic(), Counter()
    for path in sorted([*(folder / "good").iterdir(), *(folder / "forged").iterdir()]):
        report = verify(document=path.read_bytes(), at=timezone.now())
        lines = {line.name: str(line.outcome) for line in report.checks}
        found[path.parent.name, _judged(lines)] += 1
    return {**_told("service", found), "service_s": round(time.monotonic() - began, 1)}


def _by_pack(pack: Path, folder: Path) -> dict:
    """The same with the pack alone, in a process that has nothing of the service and no network."""
    began, found = time.monotonic(), Counter()
    for kind in ("good", "forged"):
        _code, results = offline.verified(pack, folder / kind)
        for one in results.values():
            found[kind, _judged({line["name"]: line["outcome"] for line in one["checks"]})] += 1
    return {**_told("pack", found), "pack_s": round(time.monotonic() - began, 1)}


def _judged(lines: dict[str, str]) -> str:
    if lines.get("proof") == "invalid":
        return "refused"
    return "valid" if all(lines.get(name) == "valid" for name in MUST_HOLD) else "other"


def _told(by: str, found: Counter) -> dict:
    wrong = {
        key: number for key, number in found.items() if key not in (("good", "valid"), ("forged", "refused"))
    }
    if wrong:
        raise Failed(f"{by}: {wrong}")
    return {f"{by}_valid": found["good", "valid"], f"{by}_refused": found["forged", "refused"]}
