"""What can be seen on a picture or a PDF that holds no credential: a certificate's code, or a share link.

The file is looked at by a program of its own, which has none of our settings and little memory and time.
"""

import inspect
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from credentials.formats import printed
from credentials.verification import typed

log = logging.getLogger(__name__)
SECONDS = 10
KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # what a program needs to start, no secrets


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One of the two."""

    code: str = ""
    secret: str = ""


class Unseen(ValueError):
    """Nothing that leads to a credential.

    `code`: no-code, other-code (a QR code that leads to the host `detail`), two-codes, too-large,
    bad-picture, locked, or not-now.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def look(data: bytes) -> Printed:
    """Raises Unseen."""
    seen = _seen(data)
    secrets = {secret for text in seen if (secret := typed.secret(text))}
    codes = {typed.code(text) for text in seen if _names_code(text)}
    if len(codes) + len(secrets) > 1:
        raise Unseen("two-codes")
    if not codes and not secrets:
        raise Unseen("other-code", _host(seen[0])) if seen else Unseen("no-code")
    return Printed(code="".join(codes), secret="".join(secrets))


def _seen(data: bytes) -> list[str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    program = [sys.executable, "-P", *_program()]
    try:
        ended = subprocess.run(
            program, input=data, env=kept, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise Unseen("bad-picture", "too slow") from fault
    if ended.returncode > 0:  # a fault of ours; a hostile file ends the program by a signal
        log.error("the reader of pictures failed: %s", ended.stderr.decode("utf-8", "replace")[-2_000:])
        raise Unseen("not-now")
    if ended.returncode:
        raise Unseen("bad-picture", f"signal {-ended.returncode}")
    answer = json.loads(ended.stdout)
    if "refused" in answer:
        raise Unseen({"damaged": "bad-picture"}.get(answer["refused"], answer["refused"]))
    return answer["seen"]


def _program() -> list[str]:
    """The reader's file, or where it lies in a zip (a continuity pack) its text."""
    file = Path(printed.__file__)
    return [str(file)] if file.exists() else ["-c", inspect.getsource(printed)]


def _names_code(text: str) -> bool:
    return bool(typed.CODE_ADDRESS.search(text) or printed.CODE.fullmatch(text.strip()))


def _host(text: str) -> str:
    try:
        return (urlsplit(text).hostname or "")[:100]
    except ValueError:
        return ""
