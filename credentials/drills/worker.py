"""A worker process of a rehearsal, with the beat in it, that can be killed like in a power cut."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

COMMAND = [
    sys.executable,
    "-m",
    "celery",
    "-A",
    "registry.config",
    "worker",
    "-B",
    "-P",
    "threads",
    "-c",
    "2",
]


class Worker:
    def __init__(self):
        self.log = Path(settings.VAR_DIR) / f"worker-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--without-mingle", "--without-gossip"],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9, for its children too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let it end what it does, but not for long."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
