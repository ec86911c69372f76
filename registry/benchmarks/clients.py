"""Clients of a benchmark: processes of their own that load no Django."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from http.client import HTTPConnection
from multiprocessing import get_context
from urllib.parse import urlencode

CLIENTS = 4
EACH = 250  # questions of one client in one run


def measure(
    port: int, ask_for: Callable[[], dict], *, path: str, headers: dict, each: int = EACH
) -> dict[str, float]:
    """Requests per second of all clients together, median and 95th percentile in milliseconds."""
    lists = [[ask_for() for _ in range(each)] for _client in range(CLIENTS)]
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        list(pool.map(abs, range(CLIENTS)))  # the clients are up before the clock starts
        begin = time.perf_counter()
        answers = pool.map(ask, [port] * CLIENTS, lists, [path] * CLIENTS, [headers] * CLIENTS)
        seconds = sorted(one for _body, times in answers for one in times)
        whole = time.perf_counter() - begin
    return {
        "rps": round(len(seconds) / whole),
        "median": round(1000 * statistics.median(seconds), 1),
        "p95": round(1000 * seconds[int(len(seconds) * 0.95)], 1),
    }


def ask(port: int, asked: list[dict], path: str, headers: dict) -> tuple[bytes, list[float]]:
    """Put the questions one after the other; the last answer, seconds of each."""
    connection, seconds, body = HTTPConnection("127.0.0.1", port, timeout=60), [], b""
    for question in asked:
        begin = time.perf_counter()
        connection.request("GET", f"{path}?{urlencode(question, doseq=True)}", headers=headers)
        response = connection.getresponse()
        body = response.read()
        seconds.append(time.perf_counter() - begin)
        if response.status != 200:
            raise RuntimeError(f"{response.status} for {question}")
    return body, seconds
