"""How fast documents are signed and verified by one process that does nothing else, and by the npm peer."""

import gc
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from credentials.facts import Award, Person
from credentials.formats import open_badge
from credentials.proofs import canonical, contexts, data_integrity, keys, plain, shape
from registry.benchmarks.production import ROOT
from tests import peers
from tests.factories import awards

COUNT, OF_PEER, COMPARED, ROUNDS = 1_000, 300, 1_000, 9
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = keys.from_seed(bytes(range(32)))
METHOD = f"{awards.DID}#key-1"
PEER = ROOT / "benchmarks" / "sign_by_peer.mjs"


def figures() -> dict:
    """Signing a batch: canonical form, signature, JSON bytes. Verifying: from bytes, shape and proof."""
    documents = _documents(COUNT)
    signed = [_signed(document) for document in documents]
    return {
        "document_bytes": len(signed[0]),
        "sign_per_s_per_core": _rate(_signed, documents),
        "peer_sign_per_s_per_core": _peer(documents[:OF_PEER]),
        "equal_to_the_full_path": _compared(COMPARED),
        "verify_p50_ms": _median(signed),
        "verify_unseen_p50_ms": _median([_signed(open_badge.document(one)) for one in _others(COUNT)]),
    }


def _documents(count: int) -> list[dict]:
    """The unsigned documents of a batch: learners with odd names, everything else the same."""
    common = open_badge.Common()
    return [open_badge.document(one, common=common) for one in batch(count)]


def batch(count: int) -> list[Award]:
    whole = awards.award()
    return [
        replace(
            whole,
            credential_id=UUID(int=number, version=4),
            learner=Person(
                id=f"urn:uuid:{UUID(int=2**64 + number, version=4)}",
                given_names=awards.GIVEN[number % len(awards.GIVEN)],
                family_name=f"{awards.FAMILY[number % len(awards.FAMILY)]} {number}",
                oid="1.2.246.562.98.59428595753",
            ),
            status=replace(whole.status, index=number),
        )
        for number in range(count)
    ]


def signed_batch(count: int) -> list[bytes]:
    return [_signed(document) for document in _documents(count)]


def _others(count: int) -> list[Award]:
    """Each of another offering, no two of which hold the same elements or texts."""
    return awards.odd_awards(count)


def _signed(document: dict) -> bytes:
    return open_badge.encode(
        data_integrity.sign(
            document, key=KEY, verification_method=METHOD, created=AT, contexts=contexts.known()
        )
    )


def _verify(data: bytes) -> None:
    document = canonical.read(data)
    found = data_integrity.verify(
        document, resolve=lambda _method: KEY.public_key(), at=AT, contexts=contexts.known()
    )
    if shape.problems(document, contexts.known()) or not found.is_verified:
        raise RuntimeError(f"a sound document is refused: {found}")


def _compared(count: int) -> int:
    """So many odd awards have the same canonical form by the short way as by the whole of JSON-LD."""
    for one in awards.odd_awards(count):
        document = open_badge.document(one)
        if plain.nquads(document, contexts.known()) != canonical.whole(document, contexts.known()):
            raise RuntimeError(f"the short way gives another canonical form for {one}")
    return count


def _median(signed: list[bytes]) -> float:
    _verify(signed[0])
    return round(1000 * statistics.median(_seconds(lambda data=data: _verify(data)) for data in signed), 2)


def _rate(work: Callable, documents: list[dict]) -> int:
    """What is made is not kept, as the peer keeps none: fresh memory would be measured with it."""

    def once() -> None:
        for one in documents:
            work(one)

    gc.disable()  # as a worker does for the portion that it issues
    try:
        return round(len(documents) / statistics.median(_seconds(once) for _ in range(ROUNDS)))
    finally:
        gc.enable()


def _seconds(work: Callable) -> float:
    """Of the processor, whatever else runs on the machine."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _peer(documents: list[dict]) -> float | str:
    """The same documents signed by the npm peer, whose last one must verify here; else why it did not run."""
    shared = Path(os.environ.get("REGISTRY_REFERENCE", ROOT.parent / "shared"))
    if not (shared / "interop").is_dir():
        return "skipped: no reference folder"
    if reason := peers.missing_node():
        return f"skipped: {reason}"
    with TemporaryDirectory() as folder:
        file = Path(folder) / "documents.json"
        file.write_text(json.dumps(documents))
        command = ["node", "--input-type=module", "-", str(file)]
        done = subprocess.run(command, cwd=peers.install(shared), input=PEER.read_text(), text=True,
                              capture_output=True, check=True)  # fmt: skip
    found = json.loads(done.stdout)
    proof = found["last"].pop("proof")
    if found["last"] != documents[-1] or proof["cryptosuite"] != data_integrity.RDFC:
        raise RuntimeError("the peer signed something else")
    return round(found["documents"] / found["seconds"], 1)
