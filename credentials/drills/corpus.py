"""Hundreds of files through the door of the verifier: each gets exactly the lines it must, and soon.

Files of every form and state, tampered, foreign, hostile and wrong ones, are sent to the API as strangers
would; then a list of codes to its page. pikepdf, which plays the forger of PDFs, is of requirements-dev.txt.
"""

import csv
import random
import re
import resource
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from credentials.document_forms import FORMS
from credentials.drills import corpus_files, corpus_foreign, corpus_hostile, corpus_pictures, corpus_school
from credentials.drills.corpus_files import SUFFIXES, Sample
from credentials.drills.corpus_school import School
from credentials.models import Credential
from credentials.verification import plain_code
from registry.models import Institution

CODES = 500
FEW = ("badge", "jwt", "sd-jwt")
MEDIA_TYPES = {
    "json": "application/json",
    "jwt": "application/vc+jwt",
    "sd-jwt": "application/dc+sd-jwt",
    "jsonld": "application/ld+json",
    "xml": "application/xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
P95, LIST_SECONDS = 150, 30  # milliseconds for a file, seconds for a list


class Failed(AssertionError):
    """A file was judged wrongly, or too late; each is named with what it got."""


def run(options: dict) -> dict:
    """Files of every kind in three languages, made with `seed`, and kept in `folder` where one is named."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    folder = Path(options["folder"]) if options["folder"] else None
    figures = rehearse(seed=options["seed"], languages=("fi", "sv", "en"), codes=CODES, folder=folder)
    if figures["p95_ms"] > P95 or figures["list_s"] > LIST_SECONDS:
        raise Failed(f"too slow: {figures}")
    return figures


def rehearse(
    *, seed: int, languages: tuple[str, ...], codes: int, every: int = 1, folder: Path | None = None
) -> dict:
    """Figures of one rehearsal, with only `every` n-th file of a kind. Raises Failed."""
    now, few = timezone.now().replace(microsecond=0), FORMS if every == 1 else FEW
    school = corpus_school.build(languages=languages, codes=codes, at=now, few=few)
    samples = _thinned(files(school, random.Random(seed)), every=every)  # noqa: S311  no secret is made of it
    if folder:
        _write(samples, folder)
    warm = [
        Sample(kind="first", name=f"first.{SUFFIXES[form]}", data=data, wrong={})
        for form, data in school.good.forms.items()
    ]
    judge(warm, at=now)  # what is loaded once
    return {"files": len(samples), **judge(samples, at=now), **_list()}


def judge(samples: list[Sample], *, at: datetime) -> dict:
    """How long the files of each kind take. Raises Failed, naming each that is judged wrongly."""
    with corpus_foreign.elsewhere(at=at):
        judged = [(sample, *_verified(sample, number)) for number, sample in enumerate(samples)]
    wrong = [
        f"{sample.kind}: {sample.name}: {sample.status} {sample.wrong}, but got {got}"
        for sample, got, _ms in judged
        if got != (sample.status, sample.wrong)
    ]
    if wrong:
        raise Failed("\n".join([f"{len(wrong)} of {len(judged)} judged wrongly", *wrong]))
    return _times([(sample.kind, took) for sample, _got, took in judged])


def files(school: School, dice: random.Random) -> Iterator[Sample]:
    yield from corpus_files.of_states(school)
    yield from corpus_files.altered(school, dice)
    yield from corpus_files.swapped(school)
    yield from corpus_files.signed_by_another(school)
    yield from corpus_files.with_other_terms(school)
    yield from corpus_pictures.samples(school, dice)
    yield from corpus_foreign.samples(school)
    yield from corpus_hostile.samples(school, dice)


def _thinned(samples: Iterator[Sample], *, every: int) -> list[Sample]:
    met: Counter = Counter()
    kept = []
    for one in samples:
        if met[one.kind] % every == 0:
            kept.append(one)
        met[one.kind] += 1
    return kept


def _write(samples: list[Sample], folder: Path) -> None:
    for number, one in enumerate(samples):
        place = folder / one.kind.replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:03}-{one.name}").write_bytes(one.data)


def _verified(sample: Sample, number: int) -> tuple[tuple[int, dict[str, str]], tuple[float, float]]:
    """What the API says is not in order, and after how many milliseconds: by the clock, of the processor."""
    began, busy = time.perf_counter(), _processor()
    answer = _sent(sample.data, sample.name.rpartition(".")[2], number=number)
    took = ((time.perf_counter() - began) * 1000, (_processor() - busy) * 1000)
    lines = answer.json().get("checks", [])
    wrong = {line["name"]: line["outcome"] for line in lines if line["outcome"] != "valid"}
    return (answer.status_code, wrong), took


def _sent(data: bytes, suffix: str, *, number: int):
    """By a stranger of an address of their own: wrong codes are counted by address."""
    client = _client(f"10.0.{number // 250}.{number % 250}")
    kind = MEDIA_TYPES.get(suffix, "application/json")
    return client.generic("POST", reverse("api-verifications"), data, content_type=kind)


def _client(address: str) -> Client:
    return Client(REMOTE_ADDR=address, HTTP_HOST=urlsplit(settings.BASE_URL).netloc)


def _processor() -> float:
    """Seconds so far, of this process and of the readers of pictures that it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _times(took: list[tuple[str, tuple[float, float]]]) -> dict:
    """For each kind how many files, with p50 and p95; and of all, by the clock and of the processor."""
    by_kind = defaultdict(list)
    for kind, (one, _busy) in took:
        by_kind[kind].append(one)
    told = {}
    for kind, ones in by_kind.items():
        p50, p95 = _quantiles(ones)
        told[kind] = f"{len(ones)} right, p50 {p50:.0f} ms, p95 {p95:.0f} ms"
    clock, processor = (_quantiles(list(ones)) for ones in zip(*(one for _kind, one in took), strict=True))
    named = zip(("p50_ms", "p95_ms", "p50_busy_ms", "p95_busy_ms"), (*clock, *processor), strict=True)
    return told | {name: round(value, 1) for name, value in named}


def _quantiles(took: list[float]) -> tuple[float, float]:
    if len(took) == 1:
        return took[0], took[0]
    cut = statistics.quantiles(took, n=20, method="inclusive")
    return cut[9], cut[18]


def _list() -> dict:
    """Every code there is, to the page that takes lists. Raises Failed unless its file says each as it is."""
    with translation.override("en"):
        address = reverse("verify-list")
    rows = Credential.objects.order_by("pk").values_list("human_code", "status", "valid_until")[:CODES]
    client = _client("10.1.0.0")
    began = time.perf_counter()
    page = client.post(address, {"text": "\n".join(code for code, *_rest in rows)}).content.decode()
    took = time.perf_counter() - began
    results = re.search(r'name="results" value="([^"]+)"', page)[1]
    table = client.post(address, {"results": results}).content.decode("utf-8-sig")
    said = {plain_code(line[1]): line[2] for line in csv.reader(table.splitlines(), delimiter=";")}
    ended = {code for code, status, until in rows if status != "valid" or (until and until < timezone.now())}
    wrong = {
        code: said.get(code) for code, *_rest in rows if (said.get(code) == "Not in order") != (code in ended)
    }
    if wrong:
        raise Failed(f"codes judged wrongly: {wrong}")
    return {"codes": len(rows), "codes_not_valid": len(ended), "list_s": round(took, 2)}
