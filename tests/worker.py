"""A real Celery worker beside the tests, on their database and queue, to be killed like in a power cut."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


class Worker:
    """A process group: `kill` is kill -9 for all of it, `stop` lets the running task end."""

    def __init__(self, *arguments: str, **environment: str):
        self.log = Path(settings.VAR_DIR) / f"worker-{time.monotonic_ns()}.log"
        self.log.touch()
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "registry.config",
            "worker",
            "--without-mingle",
            "--without-gossip",
        ]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *(arguments or ("-P", "threads", "-c", "2"))],
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": database_url(), "LOG_LEVEL": "INFO"} | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, *, seconds: float = 60) -> "Worker":
        wait_until(
            lambda: " ready." in self.log.read_text() or self.process.poll() is not None, seconds=seconds
        )
        assert self.process.poll() is None, self.log.read_text()
        return self

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


def database_url() -> str:
    """The test database as another process opens it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def wait_until(condition, *, seconds: float = 60) -> None:
    """Fails loudly when the condition has not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
