"""How fast the catalogue answers: two server processes, four clients, a national number of offerings.

Cold is a question that nobody has asked in this run, a third of them with a word; a mixed run asks one cold
question to four that were asked before.
"""

import os
import random
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections

from registry import catalogue
from registry.benchmarks import made_up
from registry.benchmarks.clients import ask, measure
from registry.management.processes import Children

SIZE = 2368
SERVERS = 2
WARM = 100  # questions that come again and again


def run(options: dict) -> dict:
    size = options["size"] or SIZE
    started = time.perf_counter()
    made_up.fill(size)
    filled = time.perf_counter() - started
    connections.close_all()
    dice = random.Random(1)  # noqa: S311  the same questions every time
    fresh = questions(dice)
    with Children(folder=Path(settings.VAR_DIR)) as children:
        port = serve(children)
        ask(
            port, [next(fresh) for _ in range(40)], path="/fi/catalogue/"
        )  # both processes read the catalogue
        warm = [next(fresh) for _ in range(WARM)]
        body, _seconds = ask(port, [{}], path="/fi/catalogue/")
        cold = measure(port, lambda: next(fresh), path="/fi/catalogue/")
        measure(port, lambda: dice.choice(warm), path="/fi/catalogue/")
        mixed = measure(
            port, lambda: dice.choice(warm) if dice.random() < 0.8 else next(fresh), path="/fi/catalogue/"
        )
        api = measure(port, lambda: next(fresh), path="/api/v1/offerings/")
        seen = publication_seconds(port)
        memory = megabytes(children)
    return {
        "fill_seconds": round(filled, 1),
        f"page_bytes_{size}": body,
        f"page_rps_{size}": mixed["rps"],
        f"page_median_ms_{size}": mixed["median"],
        f"page_p95_ms_{size}": mixed["p95"],
        f"page_cold_rps_{size}": cold["rps"],
        f"page_cold_p95_ms_{size}": cold["p95"],
        f"api_p95_ms_{size}": api["p95"],
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


def serve(children: Children) -> int:
    """Start the product's server as production does; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = os.environ.get("DATABASE_URL", "")
    environment = {"API_REQUESTS_PER_MINUTE": str(10**9), "BASE_URL": f"http://127.0.0.1:{port}"}
    if database:
        environment["DATABASE_URL"] = f"{database}?conn_max_age=600"  # production has a pool
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(SERVERS)]
    children.start(
        "server", "granian", *arguments, "registry.config.wsgi:application", environment=environment
    )
    children.wait_for(lambda: is_ready(port), what="the server")
    return port


def is_ready(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False


def publication_seconds(port: int) -> float:
    """The longest answer of either process right after a publication: it holds the new state already."""
    catalogue.forget()
    connections.close_all()
    return max(second for _ in range(8) for second in ask(port, [{"sort": "newest"}], "/fi/catalogue/")[1])


def megabytes(children: Children) -> int:
    """Resident memory of the biggest server process; 0 where the system does not tell."""
    server = children.running[0][1].pid
    sizes = []
    for status in Path("/proc").glob("[0-9]*/status"):
        facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if int(facts.get("PPid", "0")) == server and "VmRSS" in facts:
            sizes.append(int(facts["VmRSS"].split()[0]) // 1024)
    return max(sizes, default=0)
