"""Status lists at the door: who verifies a credential anywhere asks for one, so they go round Django.

Django's own answer is kept for a second by each process, for whoever asks in the same words. That is the rule
of staleness: a revocation shows a second later than without the door, where its header lets caches keep the
list for fifteen. What is answered here is in no log of ours.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Headers = list[tuple[str, str]]
Application = Callable[[dict, Callable], Iterable[bytes]]

PREFIX = "/status-lists/"
SECONDS = 1.0
MOST = 200  # answers kept; a stranger may ask in any words
# Whatever Django's answer may depend on.
WORDS = (
    "PATH_INFO",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "wsgi.url_scheme",
)
# Of an answer that says "unchanged" (RFC 9110, 15.4.5); with the last, browsers may read it.
OF_UNCHANGED = {"cache-control", "etag", "vary", "expires", "access-control-allow-origin"}


@dataclass(frozen=True)
class Answer:
    """What Django said, and until when it is repeated."""

    status: str
    headers: Headers
    body: bytes
    until: float

    @property
    def etag(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "etag"), "")

    @property
    def may_be_kept(self) -> bool:
        is_for_one = any(name.lower() == "set-cookie" for name, _value in self.headers)
        return self.status.startswith("200 ") and bool(self.etag) and not is_for_one


class Door:
    """The WSGI application with the door in front of it."""

    def __init__(self, application: Application, *, clock: Callable[[], float] = time.monotonic):
        self.application = application
        self.clock = clock
        self.kept: dict[tuple, Answer] = {}

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        is_list = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].startswith(PREFIX)
        if not is_list or environ.get("QUERY_STRING"):
            return self.application(environ, start_response)
        key = tuple([environ.get(word, "") for word in WORDS])
        answer = self.kept.get(key)
        if answer is None or answer.until < self.clock():
            answer = self._ask(environ)
            if answer.may_be_kept:
                self._keep(key, answer)
        if answer.etag and _names(environ.get("HTTP_IF_NONE_MATCH", ""), answer.etag):
            start_response(
                "304 Not Modified", [one for one in answer.headers if one[0].lower() in OF_UNCHANGED]
            )
            return [b""]
        start_response(answer.status, [*answer.headers])  # its own: a server may add to them (PEP 3333)
        return [answer.body]

    def _ask(self, environ: dict) -> Answer:
        """Django's whole answer, whatever the asker has already."""
        began, told = self.clock(), []

        def start(status: str, headers: Headers, _exc_info=None) -> None:
            told[:] = [status, headers]

        asked = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        response = self.application(asked, start)
        try:
            body = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
        status, headers = told
        return Answer(status=status, headers=headers, body=body, until=began + SECONDS)

    def _keep(self, key: tuple, answer: Answer) -> None:
        if len(self.kept) >= MOST:
            self.kept.clear()
        self.kept[key] = answer


def _names(if_none_match: str, etag: str) -> bool:
    """Whether the asker has this very content (weak comparison)."""
    held = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return bool({"*", etag.removeprefix("W/")} & held)
