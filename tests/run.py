"""`manage.py test [pytest arguments]`: the suite on SQLite alone, then on PostgreSQL and Valkey."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.services import postgres, valkey

ROOT = Path(__file__).resolve().parents[1]
# Each half has the services that it starts. And many processes share what Python has compiled: where a shell
# forbids to keep it, each worker compiles all tests anew, which takes longer than most of them.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE")
VERDICTS = {0: "passed", 5: "nothing selected"}  # by pytest's exit code; 5 as in `-m services` on SQLite


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    results = {"SQLite, no services": run(arguments, title="SQLite, no services")}
    with ExitStack() as servers:
        urls = {
            "DATABASE_URL": servers.enter_context(postgres()),
            "REDIS_URL": servers.enter_context(valkey()),
        }
        results["PostgreSQL + Valkey"] = run(arguments, title="PostgreSQL + Valkey", **urls)

    print(f"\n== {time.monotonic() - started:.0f} s")
    for title, code in results.items():
        print(f"== {title}: {VERDICTS.get(code, f'FAILED ({code})')}")
    codes = set(results.values())
    return 0 if 0 in codes and codes <= VERDICTS.keys() else 1


def run(arguments: list[str], *, title: str, **services: str) -> int:
    print(f"\n== {title}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    command = [sys.executable, "-m", "pytest", *in_parallel(arguments), *arguments]
    return subprocess.call(command, cwd=ROOT, env=environment | services)


def in_parallel(arguments: list[str]) -> list[str]:
    if any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments):
        return []
    return ["-n", "2", "--dist", "worksteal"]
