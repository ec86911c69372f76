"""How long a thousand awards take with their certificates, by two processes: badge and PDF, sealed or not."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from credentials.benchmarks import signing
from credentials.formats import pdf
from credentials.proofs import pades
from tests.factories import awards
from tests.factories.certificates import certified

COUNT, PROCESSES, PORTION = 1_000, 2, 25


def figures(count: int = COUNT) -> dict:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return {
            "thousand_with_pdf_s": _seconds(pool, count, is_sealed=False),
            "thousand_with_sealed_pdf_s": _seconds(pool, count, is_sealed=True),
        }


def _seconds(pool: ProcessPoolExecutor, count: int, *, is_sealed: bool) -> float:
    """Of a thousand; measured on `count`, after each process has set one page."""
    list(pool.map(made, [1] * PROCESSES * 2, [is_sealed] * PROCESSES * 2))
    began = time.perf_counter()
    portions = [PORTION] * (count // PORTION)
    list(pool.map(made, portions, [is_sealed] * len(portions)))
    return round((time.perf_counter() - began) * COUNT / (PORTION * len(portions)), 1)


def made(count: int, is_sealed: bool) -> int:
    """Bytes of so many certificates."""
    seal, total = certified(), 0
    for award, badge in zip(signing.batch(count), signing.signed_batch(count), strict=True):
        document = pdf.document(
            award,
            language="fi",
            badge=badge,
            human_code="ABCD-EFGH-JKLM",
            verify_url="https://registry.example/fi/verify/ABCD-EFGH-JKLM/",
        )
        total += len(pades.sign(document, seal=seal, at=awards.award().issued_at) if is_sealed else document)
    return total
