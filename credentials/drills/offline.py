"""Verify files with a continuity pack in a process that has no network and nothing of the service."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # what a program needs to start: no settings, no database
SECONDS = 3600
# Runs the pack as `python3 PACK.zip` does, after every door to a network is shut, and looks what it used.
GUARDED = """
import runpy, socket, sys

def shut(*_arguments, **_named):
    raise OSError("there is no network")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = shut
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    ours = [m for name, m in sys.modules.items() if name.partition(".")[0] == "credentials"]
    strange = [str(m) for m in ours if not str(getattr(m, "__file__", "")).startswith(sys.argv[0])]
    strange += [name for name in ("django", "registry", "quality") if name in sys.modules]
    if strange or not ours:
        raise SystemExit(f"not of the pack: {strange}")
"""


class NotRun(AssertionError):
    """The program of the pack said something else than a report."""


def verified(pack: Path, *files: Path) -> tuple[int, dict[str, dict]]:
    """The exit code, and by name of the file its outcome and lines."""
    program = [*_apart(), sys.executable, "-I", "-c", GUARDED, str(pack), "--json", *map(str, files)]
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    ended = subprocess.run(
        program, env=env, cwd=pack.parent, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    try:
        results = json.loads(ended.stdout)["results"]
    except ValueError as fault:
        raise NotRun(f"{ended.returncode}: {ended.stderr[-2_000:]}") from fault
    return ended.returncode, {Path(one["file"]).name: one for one in results}


def _apart() -> list[str]:
    """A network of its own with nothing in it, where the system lets us have one."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    alone = [unshare, "--user", "--map-root-user", "--net"]
    tried = subprocess.run([*alone, "true"], capture_output=True, check=False)
    return alone if tried.returncode == 0 else []
