"""How fast the catalogue answers: two server processes, four clients, a national number of offerings.

Cold is a question that nobody has asked in this run, a third of them with a word; a mixed run asks one cold
question to four that were asked before. With PostgreSQL and Redis the server runs as in production.
"""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, connections

from registry.benchmarks import made_up
from registry.benchmarks.clients import CLIENTS, EACH, ask, measure
from registry.benchmarks.production import HEADERS, Server
from registry.management.processes import Children

SIZE, LARGE = 2_368, 100_000
# What one call of the command measures: how many offerings, and on the servers of production or on SQLite.
ROUNDS = ((SIZE, True), (SIZE, False), (LARGE, True))
WARM = 100  # questions that come again and again
PAGE, API, LIVE = "/fi/catalogue/", "/api/v1/offerings/", "/health/live"


def run(options: dict) -> dict:
    size = options["size"] or SIZE
    started = time.perf_counter()
    made_up.fill(size)
    _analyse()
    filled = time.perf_counter() - started
    with Children(folder=Path(settings.VAR_DIR)) as children:
        server = Server(children)
        figures = _figures(server, size=size)
    prefix = "sqlite_" if connection.vendor == "sqlite" else ""
    return {f"{prefix}{name}_{size}": value for name, value in figures.items()} | {
        f"{prefix}fill_seconds_{size}": round(filled, 1)
    }


def summary(figures: dict) -> dict:
    """Figures over all rounds."""
    sizes = [value for name, value in figures.items() if name.startswith("process_rss_mb_")]
    return {"process_rss_mb": max(sizes)} if sizes else {}


def _figures(server: Server, *, size: int) -> dict:
    dice = random.Random(1)  # noqa: S311  the same questions every time
    fresh = questions(dice)
    for _ in range(40):  # a new connection each: the processes take turns, and both read the catalogue
        ask(server.port, [next(fresh)], PAGE, HEADERS)
    page, _seconds = ask(server.port, [{}], PAGE, HEADERS)
    warm = [next(fresh) for _ in range(WARM)]
    floor = _measured(server, dict, path=LIVE)
    cold = _measured(server, lambda: next(fresh), path=PAGE)
    _measured(server, lambda: dice.choice(warm), path=PAGE)
    mixed = _measured(server, lambda: dice.choice(warm) if dice.random() < 0.8 else next(fresh), path=PAGE)
    api = _measured(server, lambda: next(fresh), path=API)
    memory = server.megabytes()
    seen = _publication_seconds(server, number=size)
    return {
        "page_bytes": len(page),
        **{f"page_{name}": value for name, value in mixed.items()},
        **{f"page_cold_{name}": value for name, value in cold.items()},
        **{f"api_{name}": value for name, value in api.items()},
        "live_rps": floor["rps"],
        "live_cpu_ms": floor["cpu_ms"],
        "publication_shown_after_ms": round(1000 * seen, 1),
        "process_rss_mb": memory,
    }


def questions(dice: random.Random) -> Iterator[dict]:
    """Combinations of words, facets, orders and pages, none twice."""
    asked = set()
    while True:
        question = made_up.question(dice)
        if (key := urlencode(question, doseq=True)) not in asked:
            asked.add(key)
            yield question


def _measured(server: Server, ask_for: Callable[[], dict], *, path: str) -> dict[str, float]:
    """One run; `cpu_ms` is the server's processor time for a request, which other work does not change."""
    before = server.cpu_seconds()
    times = measure(server.port, ask_for, path=path, headers=HEADERS)
    used = (server.cpu_seconds() - before) / (CLIENTS * EACH)
    return {
        "rps": times["rps"],
        "median_ms": times["median"],
        "p95_ms": times["p95"],
        "cpu_ms": round(1000 * used, 2),
    }


def _publication_seconds(server: Server, *, number: int) -> float:
    """The longest of the answers right after a publication; each of them, of either process, shows it."""
    title = made_up.publish_one_more(number)
    connections.close_all()
    times = []
    for _ in range(8):  # a new connection each: the processes take turns
        body, seconds = ask(server.port, [{"sort": "newest"}], PAGE, HEADERS)
        if title.encode() not in body:
            raise RuntimeError("An answer after the publication does not show it.")
        times += seconds
    return max(times)


def _analyse() -> None:
    """What autovacuum does to a table that has grown, at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    connections.close_all()
