"""Clients of a benchmark: processes of their own that load no Django."""

import socket
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


def asked_per_second(port: int, requests: list[bytes], *, each: int, status: bytes) -> int:
    """The same for what is answered in no time: each light client has a socket and one request, as bytes.

    Every answer must have the status.
    """
    count = len(requests)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        list(pool.map(ask_again, [port] * count, requests, [50] * count, [status] * count))
        times = list(pool.map(ask_again, [port] * count, requests, [each] * count, [status] * count))
    return round(each * count / (max(end for _begin, end in times) - min(begin for begin, _end in times)))


def ask_again(port: int, request: bytes, count: int, status: bytes) -> tuple[float, float]:
    """Put the same question again and again on one connection. When it began and ended."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.time()
        for _ in range(count):
            connection.sendall(request)
            _read(connection, status)
        return began, time.time()


def _read(connection: socket.socket, status: bytes) -> None:
    data = connection.recv(65_536)
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _blank, body = data.partition(b"\r\n\r\n")
    if head.split(b" ", 2)[1] != status:
        raise RuntimeError(head.decode("latin-1"))
    head = head.lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
    left = length - len(body)
    while left > 0:
        left -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise RuntimeError("the server hung up")
    return data
