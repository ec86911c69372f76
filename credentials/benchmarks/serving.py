"""How fast what everybody may see is served: status lists and the page of a credential, by two processes."""

from pathlib import Path

from django.conf import settings

from credentials.models import Credential
from registry.benchmarks.clients import asked_per_second
from registry.benchmarks.production import HEADERS, Server
from registry.management.processes import Children

CLIENTS = 4
LISTS, PAGES = 8_000, 2_000  # requests of one client


def figures() -> dict:
    credential = Credential.objects.select_related("status_list").order_by("pk").first()
    listed = f"/status-lists/{credential.status_list.public_id}"
    codes = Credential.objects.order_by("human_code").values_list("human_code", flat=True)[:CLIENTS]
    pages = [f"/fi/verify/{code}/" for code in codes]
    with Children(folder=Path(settings.VAR_DIR)) as children:
        server = Server(children)
        etag = {"If-None-Match": f'"{credential.status_list.etag}"'}
        whole = _per_second(server, [listed] * CLIENTS, each=LISTS, status=b"200")
        unchanged = _per_second(server, [listed] * CLIENTS, each=LISTS, status=b"304", headers=etag)
        page = _per_second(server, pages, each=PAGES, status=b"200")
    return {
        "status_list_rps": min(whole, unchanged),
        "status_list_200_rps": whole,
        "status_list_304_rps": unchanged,
        "credential_page_rps": page,
    }


def _per_second(
    server: Server, paths: list[str], *, each: int, status: bytes, headers: dict[str, str] | None = None
) -> int:
    """All clients together; each asks for its own path. Every answer must have the status."""
    questions = [_request(path, HEADERS | (headers or {})) for path in paths]
    return asked_per_second(server.port, questions, each=each, status=status)


def _request(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii")
