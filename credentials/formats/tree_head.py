"""The signed head of a log of issued documents: how many there were, and the root of their tree.

A JWS whose payload is {"log", "size", "root", "made_at"}; its key is named by `kid`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials.proofs import jose, moments
from credentials.proofs.moments import stamp
from credentials.proofs.sealing import Seal
from credentials.proofs.verdict import Rejected

TYPE = "tree-head+jws"


class BadHead(ValueError):
    """Not a head that its log's own key signed; the text says why in English."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """`log` is the DID of whose log it is, `method` the key."""

    log: str
    size: int
    root: bytes
    made_at: datetime
    method: str


def sign(*, log: str, size: int, root: bytes, at: datetime, seal: Seal) -> str:
    said = {"log": log, "size": size, "root": root.hex(), "made_at": stamp(at)}
    return jose.sign(json.dumps(said).encode(), seal=seal, header={"typ": TYPE})


def read(token: str, *, resolve: jose.Resolve) -> Head:
    """The head, by a key that `resolve` gives of the log's own. Raises BadHead."""
    try:
        read_ = jose.read(token)
        said: Mapping[str, Any] = json.loads(read_.payload)
        jose.check(read_, method=read_.kid, controller=str(said["log"]), resolve=resolve)
        made_at = moments.parse(said["made_at"])
        if read_.header.get("typ") != TYPE or made_at is None or not isinstance(said["size"], int):
            raise BadHead("not a tree head")
        root = bytes.fromhex(said["root"])
    except (jose.BadToken, Rejected, ValueError, KeyError, TypeError) as fault:
        raise BadHead(str(fault)) from fault
    return Head(log=said["log"], size=said["size"], root=root, made_at=made_at, method=str(read_.kid))
