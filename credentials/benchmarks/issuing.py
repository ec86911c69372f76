"""How fast credentials are made: signing alone, with its own check, and stored as a worker stores them."""

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

from django.utils import timezone

from credentials import keystore
from credentials.actions import batches
from credentials.award import Awards
from credentials.drills import school
from credentials.facts import StatusEntry
from credentials.formats import open_badge
from credentials.keystore import Signer
from credentials.models import Attainment, Credential
from credentials.proofs import canonical, contexts, data_integrity
from registry.models import Statement, User

SIZE = 500
ROUNDS = 5


def run(options: dict) -> dict:
    """Medians of five rounds. "Per core" is one process that does nothing else; no queue in between."""
    size = options["size"] or SIZE
    now = timezone.now()
    waiting = school.attainments(count=size, at=now)
    signer = keystore.active(institution=waiting[0].institution, at=now)
    documents = _documents(waiting[:100], signer)
    signed = [_signed(document, signer) for document in documents]  # reads the contexts, too
    return {
        "document_bytes": len(signed[0]),
        "sign_per_s_per_core": _rate(lambda: [_signed(one, signer) for one in documents], len(documents)),
        "check_per_s_per_core": _rate(lambda: [_check(one, signer) for one in signed], len(signed)),
        "stored_per_s_per_core": _stored(waiting),
    }


def _documents(attainments: list[Attainment], signer: Signer) -> list[dict]:
    awards = Awards([attainments[0].version])
    statement = Statement.objects.get(version=attainments[0].version)
    return [
        open_badge.document(
            awards.read(
                row,
                statement=statement,
                credential_id=uuid4(),
                issued_at=timezone.now(),
                did=signer.did,
                status=StatusEntry(list_url="https://example.org/status-lists/1", index=place),
            )
        )
        for place, row in enumerate(attainments)
    ]


def _signed(document: dict, signer: Signer) -> bytes:
    return open_badge.encode(signer.sign(document, at=timezone.now()))


def _check(data: bytes, signer: Signer) -> None:
    document = canonical.read(data)
    data_integrity.verify(
        document,
        resolve=signer.public,
        at=timezone.now(),
        contexts=contexts.known(),
        controller=signer.did,
    )


def _rate(work: Callable, count: int) -> float:
    return round(count / statistics.median(_seconds(work) for _ in range(ROUNDS)), 1)


def _seconds(work: Callable) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _stored(waiting: list[Attainment]) -> float:
    """Whole items: locked, read, signed, checked, stored, in the trail, the learner's letter written."""
    issuer = User.objects.get(email="issuer@oamk.example")
    portion = len(waiting) // ROUNDS
    rates = []
    for number in range(ROUNDS):
        rows = waiting[number * portion : (number + 1) * portion]
        batch = batches.start(institution=rows[0].institution, attainments=rows, by=issuer, at=timezone.now())
        before = Credential.objects.count()
        seconds = _seconds(lambda pk=batch.pk: batches.run(pk))
        rates.append((Credential.objects.count() - before) / seconds)
    return round(statistics.median(rates), 1)
