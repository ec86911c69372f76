"""The JSON-LD contexts we know, read as data out of an installed package; no other is ever fetched.

The SHA-256 of each file stands here, so that a new release of a package cannot change what a signature means.
"""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from pyld.context_resolver import ContextResolver

VC2 = "https://www.w3.org/ns/credentials/v2"
OB303 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

PACKAGE = "openbadgeslib"
FOLDER = "openbadgeslib/ob3/contexts"
PINNED = {
    VC2: ("credentials-v2.json", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    OB303: ("ob-v3p0-context-3.0.3.json", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": (
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": (
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    "https://w3id.org/security/data-integrity/v2": (
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    "https://w3id.org/security/multikey/v1": (
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}
PARSED_CONTEXTS = 100  # kept in memory; a document may bring its own inline ones


class UnknownContext(LookupError):
    """A document names a JSON-LD context that we have no copy of."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no local copy of the JSON-LD context {url}")
        self.url = url


class ChangedContext(RuntimeError):
    """The file of a context is not the one whose SHA-256 is pinned."""


@dataclass(frozen=True, eq=False)
class Contexts:
    """Known contexts by URL, with what has been parsed of them. Threads take turns by `lock`."""

    documents: dict[str, Any]
    lock: threading.Lock = field(default_factory=threading.Lock)
    parsed: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(maxsize=PARSED_CONTEXTS))
    plain: dict[str, Any] = field(default_factory=dict)  # what `proofs.plain` has worked out of them

    def load(self, url: str, _options: object = None) -> dict[str, Any]:
        """A PyLD document loader."""
        if url not in self.documents:
            raise UnknownContext(url)
        return {"contextUrl": None, "documentUrl": url, "document": self.documents[url], "tag": "static"}

    def options(self) -> dict[str, Any]:
        """PyLD's options for one operation; its own cache is shared by the whole process, ours is not."""
        return {"documentLoader": self.load, "contextResolver": ContextResolver(self.parsed, self.load)}


@cache
def known(folder: Path | None = None) -> Contexts:
    """The pinned contexts, and those of an operator's folder.

    The folder holds contexts.json: {url: {"file": name, "sha256": hex}}. What is pinned here is not replaced.
    Raises ChangedContext.
    """
    documents = {url: _read(_packaged(name), digest) for url, (name, digest) in PINNED.items()}
    if folder:
        index = json.loads((folder / "contexts.json").read_text("utf-8"))
        extra = {url: entry for url, entry in index.items() if url not in PINNED}
        documents |= {url: _read(folder / entry["file"], entry["sha256"]) for url, entry in extra.items()}
    return Contexts(documents=documents)


def _packaged(name: str) -> Path:
    return Path(str(metadata.distribution(PACKAGE).locate_file(f"{FOLDER}/{name}")))


def _read(path: Path, digest: str) -> Any:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ChangedContext(f"{path.name} is not the pinned file")
    return json.loads(data)
